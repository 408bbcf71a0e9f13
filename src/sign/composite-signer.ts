import { concat, EMPTY, HybridgeError } from '../bytes/index.ts';
import { both, type Provider, PublicKey } from '../provider/index.ts';
import {
  type CompositeSignatureDescriptor,
  type CompositeSignatureName,
  type MlDsaDescriptor,
  signature,
  type SignatureName,
} from '../registry/index.ts';
import type { ClassicalSignatureDescriptor } from './algorithm-kind.ts';
import { compositeMessage } from './composite.ts';
import { signingDigests } from './prehash.ts';
import { requireSignatureSize, type Signer, type SignerOptions } from './signer.ts';

/**
 * A composite signer made of two, which may live in different places: ML-DSA in a service, ECDSA in a token. Both are
 * asked to sign the short message representative of the composite, at the same time; messages of any length are
 * hashed here.
 *
 * The keys of both must serve this composite alone [draft-ietf-lamps-pq-composite-sigs-19].
 *
 * @throws {@link HybridgeError} `wrong_algorithm` when a signer is not of the algorithm that the composite names.
 * Signing throws what the signers throw, and `invalid_length` when an answer cannot be a signature.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { compositeSigner, generateKeyPair, localSigner, sign, verify } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
 * const ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
 * const signer = compositeSigner(
 *   provider,
 *   'MLDSA65-ECDSA-P256-SHA512',
 *   localSigner(provider, mlDsa.privateKey),
 *   localSigner(provider, ecdsa.privateKey),
 * );
 * const message = new TextEncoder().encode('firmware 1.2.3');
 * console.log(await verify(provider, signer.publicKey, message, await sign(provider, signer, message))); // true
 * ```
 */
export function compositeSigner(
  provider: Provider,
  name: CompositeSignatureName,
  mlDsaSigner: Signer<MlDsaDescriptor>,
  traditionalSigner: Signer<ClassicalSignatureDescriptor>,
): Signer<CompositeSignatureDescriptor> {
  const descriptor = signature(name);
  requireHalf(descriptor.name, descriptor.postQuantum, mlDsaSigner);
  requireHalf(descriptor.name, descriptor.traditional, traditionalSigner);
  const { label, prehash, represent } = compositeMessage(provider, descriptor);
  return {
    algorithm: descriptor,
    publicKey: new PublicKey(
      descriptor,
      concat(mlDsaSigner.publicKey.bytes(), traditionalSigner.publicKey.bytes()),
    ),
    ...signingDigests(prehash, (digest, options: SignerOptions) => {
      const message = represent(options.context, digest);
      return both(
        mlDsaSigner.sign(message, { ...options, context: label }),
        traditionalSigner.sign(message, { ...options, context: EMPTY }),
        (first, second) =>
          concat(
            requireSignatureSize(mlDsaSigner.algorithm, first),
            requireSignatureSize(traditionalSigner.algorithm, second),
          ),
      );
    }),
  };
}

function requireHalf(composite: string, expected: SignatureName, { algorithm }: Signer): void {
  if (algorithm.name !== expected)
    throw new HybridgeError(
      'wrong_algorithm',
      `${composite} takes a signer for ${expected}, not ${algorithm.name}`,
      {
        fault: 'caller',
        details: { expected, actual: algorithm.name },
      },
    );
}
