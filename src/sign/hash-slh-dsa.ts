/** HashSLH-DSA [FIPS 205 §10.2.2]: the variant of SLH-DSA for messages that come as a stream. */
import { andThen, type Provider, requireInternalSignature, requireSignature } from '../provider/index.ts';
import type { HashSlhDsaDescriptor } from '../registry/index.ts';
import { preHashed } from './formatted-message.ts';
import { namedPrehash, signingDigests, verifyingDigests } from './prehash.ts';
import type { SchemeSigningOptions, SignatureScheme } from './scheme.ts';

/** HashSLH-DSA over the provider's internal SLH-DSA. */
export function hashSlhDsa(provider: Provider, descriptor: HashSlhDsaDescriptor): SignatureScheme {
  const leaf = requireSignature(provider, descriptor.base);
  const internal = requireInternalSignature(provider, descriptor.base);
  const prehash = namedPrehash(provider, descriptor.prehash);
  return {
    backend: internal.backend,
    generateKeyPair: (random) => leaf.generateKeyPair(random),
    signingKey: (privateKey) =>
      andThen(internal.internalSigningKey(privateKey), (key) => {
        // FIPS 205 §9.1: a public key is PK.seed ‖ PK.root, n bytes each, and addrnd has n bytes.
        const n = key.publicKey.length / 2;
        return {
          publicKey: key.publicKey,
          ...signingDigests(prehash, (digest, { context, deterministic, random }: SchemeSigningOptions) =>
            key.signInternal(
              preHashed(context, prehash.oid, digest),
              deterministic === true ? undefined : random.bytes(n),
            ),
          ),
          dispose: () => key.dispose(),
        };
      }),
    verifyingKey: (publicKey) =>
      andThen(internal.internalVerifyingKey(publicKey), (key) =>
        verifyingDigests(prehash, (digest, signature, context) =>
          key.verifyInternal(preHashed(context, prehash.oid, digest), signature),
        ),
      ),
  };
}
