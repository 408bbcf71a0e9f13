import {
  andThen,
  type Awaitable,
  type PrivateKey,
  type Provider,
  type PublicKey,
  requireHash,
} from '../provider/index.ts';
import type { MlDsaDescriptor, SignatureDescriptor } from '../registry/index.ts';
import { publicKeyHash, startMu } from './mu.ts';
import type { Signer, SignerOptions } from './signer.ts';
import { sign, startSigning } from './signing.ts';

/**
 * A signer over a private key held in this process, for code that takes signers.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { compositeSigner, generateKeyPair, localSigner, sign } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
 * const ed25519 = await generateKeyPair(provider, 'Ed25519');
 * const signer = compositeSigner(
 *   provider,
 *   'MLDSA65-Ed25519-SHA512',
 *   localSigner(provider, mlDsa.privateKey),
 *   localSigner(provider, ed25519.privateKey),
 * );
 * console.log((await sign(provider, signer, new Uint8Array(100))).length); // 3373
 * ```
 */
export function localSigner<Algorithm extends SignatureDescriptor>(
  provider: Provider,
  privateKey: PrivateKey<Algorithm>,
): Signer<Algorithm> {
  return {
    algorithm: privateKey.algorithm,
    publicKey: privateKey.publicKey,
    sign: (message, options) => sign(provider, privateKey, message, options),
    start: (options) => startSigning(provider, privateKey, options),
  };
}

/**
 * A signer over a service that holds an ML-DSA key and signs µ, the 64 bytes that stand for a message. µ is computed
 * here, so messages of any length can be signed and never leave the process.
 *
 * @param signMu - Signs µ with the private key of `publicKey`: ML-DSA.Sign_internal from µ on, "external µ".
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { externalMuSigner, generateKeyPair, sign, signMu } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-65');
 * const service = (mu: Uint8Array) => signMu(provider, privateKey, mu); // stands for a request to the service
 * const signature = await sign(provider, externalMuSigner(provider, publicKey, service), new Uint8Array(100));
 * console.log(signature.length); // 3309
 * ```
 */
export function externalMuSigner(
  provider: Provider,
  publicKey: PublicKey<MlDsaDescriptor>,
  signMu: (mu: Uint8Array, options: SignerOptions) => Awaitable<Uint8Array>,
): Signer<MlDsaDescriptor> {
  const shake256 = requireHash(provider, 'SHAKE256');
  const tr = publicKeyHash(shake256, publicKey.bytes());
  const start: NonNullable<Signer['start']> = (options) => {
    const mu = startMu(shake256, tr, options.context);
    return { update: (piece) => mu.update(piece), finish: () => signMu(mu.digest(), options) };
  };
  return {
    algorithm: publicKey.algorithm,
    publicKey,
    start,
    sign: (message, options) =>
      andThen(start(options), (signer) => {
        signer.update(message);
        return signer.finish();
      }),
  };
}
