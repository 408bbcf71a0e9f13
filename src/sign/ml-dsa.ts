/** ML-DSA [FIPS 204]: whole messages through the backend, streams and the deterministic variant through µ. */
import {
  andThen,
  type IncrementalSigner,
  type IncrementalVerifier,
  type Provider,
  requireHash,
  requireSignature,
  type SigningKey,
  type VerifyingKey,
} from '../provider/index.ts';
import type { MlDsaDescriptor } from '../registry/index.ts';
import { MAX_CONTEXT } from './context.ts';
import { InternalSigningKeyOnDemand, InternalVerifyingKeyOnDemand } from './internal-key.ts';
import { publicKeyHash, startMu } from './mu.ts';
import type { SchemeSigningKey, SchemeSigningOptions, SignatureScheme } from './scheme.ts';

/** Bytes of rnd [FIPS 204 Algorithm 2, line 5]. */
export const RND_SIZE = 32;

/**
 * From this size on the hash outweighs a second import of the key. It matters where one backend serves both
 * functions: then µ may come from a faster hash than that backend's own, and never from a slower one.
 */
const HASH_OUTWEIGHS = 64 * 1024;

/** ML-DSA with streams and the deterministic variant, as far as the provider has the internal function. */
export function mlDsa(provider: Provider, descriptor: MlDsaDescriptor): SignatureScheme {
  const leaf = requireSignature(provider, descriptor.name);
  const internal = provider.internalSignature[descriptor.name];
  const streams = internal !== undefined && provider.hash.SHAKE256 !== undefined;
  const longThroughMu = streams && internal.backend.name === leaf.backend.name;

  const signingKey = (key: SigningKey, stored: Uint8Array): SchemeSigningKey => {
    const internalKey = new InternalSigningKeyOnDemand(provider, descriptor.name, stored);
    let tr: Uint8Array | undefined;
    const start = ({ context, deterministic, random }: SchemeSigningOptions): IncrementalSigner => {
      const shake256 = requireHash(provider, 'SHAKE256');
      const mu = startMu(shake256, (tr ??= publicKeyHash(shake256, key.publicKey)), context);
      return {
        update: (chunk) => mu.update(chunk),
        finish: () =>
          andThen(internalKey.get(), (ready) =>
            ready.signInternal(mu.digest(), deterministic === true ? undefined : random.bytes(RND_SIZE)),
          ),
      };
    };
    return {
      publicKey: key.publicKey,
      sign(message, options) {
        if (options.deterministic !== true && !(longThroughMu && message.length >= HASH_OUTWEIGHS))
          return key.sign(message, options);
        const signer = start(options);
        signer.update(message);
        return signer.finish();
      },
      ...(streams ? { start } : {}),
      dispose() {
        key.dispose();
        internalKey.dispose();
      },
    };
  };

  const verifyingKey = (key: VerifyingKey, publicKey: Uint8Array): VerifyingKey => {
    const internalKey = new InternalVerifyingKeyOnDemand(provider, descriptor.name, publicKey);
    let tr: Uint8Array | undefined;
    const start = (context: Uint8Array): IncrementalVerifier => {
      const shake256 = requireHash(provider, 'SHAKE256');
      const mu = startMu(shake256, (tr ??= publicKeyHash(shake256, publicKey)), context);
      return {
        update: (chunk) => mu.update(chunk),
        finish: (signature) =>
          andThen(internalKey.get(), (ready) => ready.verifyInternal(mu.digest(), signature)),
      };
    };
    return {
      verify(message, signature, context) {
        if (context.length > MAX_CONTEXT) return false;
        if (!(longThroughMu && message.length >= HASH_OUTWEIGHS))
          return key.verify(message, signature, context);
        const verifier = start(context);
        verifier.update(message);
        return verifier.finish(signature);
      },
      ...(streams ? { start } : {}),
    };
  };

  return {
    backend: leaf.backend,
    generateKeyPair: (random) => leaf.generateKeyPair(random),
    signingKey: (privateKey) => andThen(leaf.signingKey(privateKey), (key) => signingKey(key, privateKey)),
    verifyingKey: (publicKey) =>
      andThen(leaf.verifyingKey(publicKey), (key) => verifyingKey(key, Uint8Array.from(publicKey))),
  };
}
