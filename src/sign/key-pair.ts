import { wipe } from '../bytes/index.ts';
import { type KeyPair, PrivateKey, type Provider, PublicKey } from '../provider/index.ts';
import { signature, type SignatureName, type SignatureTable } from '../registry/index.ts';
import { signatureFor } from './signature-for.ts';

/**
 * A fresh key pair for signing.
 *
 * @param name - Any signature algorithm of the registry but the stateful ones.
 * @throws {@link HybridgeError} `unsupported` when the provider lacks the algorithm or a part of it.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * using key = (await generateKeyPair(createNobleProvider(), 'ML-DSA-65')).privateKey;
 * console.log(key.algorithm.name, key.publicKey.bytes().length);
 * ```
 */
export async function generateKeyPair<Name extends SignatureName>(
  provider: Provider,
  name: Name,
): Promise<KeyPair<SignatureTable[Name]>> {
  const descriptor = signature(name);
  const raw = await signatureFor(provider, descriptor).generateKeyPair(provider.random);
  const publicKey = new PublicKey(descriptor, raw.publicKey);
  const privateKey = new PrivateKey(publicKey, raw.privateKey);
  wipe(raw.privateKey);
  return { publicKey, privateKey };
}
