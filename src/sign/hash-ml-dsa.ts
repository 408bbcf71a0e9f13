/** HashML-DSA [FIPS 204 §5.4]: another algorithm than ML-DSA over a hash, with keys of its own. */
import {
  andThen,
  type Provider,
  requireHash,
  requireInternalSignature,
  requireSignature,
} from '../provider/index.ts';
import type { HashMlDsaDescriptor } from '../registry/index.ts';
import { preHashed } from './formatted-message.ts';
import { RND_SIZE } from './ml-dsa.ts';
import { muOf, publicKeyHash } from './mu.ts';
import { namedPrehash, signingDigests, verifyingDigests } from './prehash.ts';
import type { SchemeSigningOptions, SignatureScheme } from './scheme.ts';

/** HashML-DSA over the provider's internal ML-DSA. */
export function hashMlDsa(provider: Provider, descriptor: HashMlDsaDescriptor): SignatureScheme {
  const leaf = requireSignature(provider, descriptor.base);
  const internal = requireInternalSignature(provider, descriptor.base);
  const shake256 = requireHash(provider, 'SHAKE256');
  const prehash = namedPrehash(provider, descriptor.prehash);
  const mu = (tr: Uint8Array, context: Uint8Array, digest: Uint8Array): Uint8Array =>
    muOf(shake256, tr, preHashed(context, prehash.oid, digest));
  return {
    backend: internal.backend,
    generateKeyPair: (random) => leaf.generateKeyPair(random),
    signingKey: (privateKey) =>
      andThen(internal.internalSigningKey(privateKey), (key) => {
        const tr = publicKeyHash(shake256, key.publicKey);
        return {
          publicKey: key.publicKey,
          ...signingDigests(prehash, (digest, { context, deterministic, random }: SchemeSigningOptions) =>
            key.signInternal(
              mu(tr, context, digest),
              deterministic === true ? undefined : random.bytes(RND_SIZE),
            ),
          ),
          dispose: () => key.dispose(),
        };
      }),
    verifyingKey: (publicKey) => {
      const tr = publicKeyHash(shake256, publicKey);
      return andThen(internal.internalVerifyingKey(publicKey), (key) =>
        verifyingDigests(prehash, (digest, signature, context) =>
          key.verifyInternal(mu(tr, context, digest), signature),
        ),
      );
    },
  };
}
