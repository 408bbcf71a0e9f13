/** Whether a key and a certificate belong together. */
import { equal, HybridgeError } from '../bytes/index.ts';
import { readSpki } from '../keys/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import type { KeyHolder } from './signed.ts';

/**
 * Refuses a signer whose key is not that of the certificate: what it signs would verify under nothing.
 *
 * @throws HybridgeError `invalid_argument`; `wrong_algorithm` for an algorithm that the certificate's key excludes.
 */
export function requireKeyOf(holder: KeyHolder, signer: SigningIdentity, whose: string): void {
  const { algorithms, publicKey } = readSpki(holder.subjectPublicKeyInfo);
  if (!algorithms.includes(signer.algorithm))
    throw new HybridgeError(
      'wrong_algorithm',
      `${whose}: its key is for ${algorithms.map(({ name }) => name).join(', ')}, the signer's for ${signer.algorithm.name}`,
      { fault: 'caller', details: { algorithm: signer.algorithm.name } },
    );
  if (!equal(publicKey, signer.publicKey.bytes()))
    throw new HybridgeError('invalid_argument', `${whose}: the signer has the key of another certificate`, {
      fault: 'caller',
    });
}

/** The algorithms that a holder's key may sign with. */
export function signatureAlgorithmsOfKey(holder: KeyHolder): readonly SignatureDescriptor[] {
  return readSpki(holder.subjectPublicKeyInfo).algorithms.flatMap((algorithm) =>
    algorithm.use === 'signature' ? [algorithm] : [],
  );
}
