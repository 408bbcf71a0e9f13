/** SLH-DSA [FIPS 205]: the backend's, with the deterministic variant. The message is read twice, so no streams. */
import { concat } from '../bytes/index.ts';
import { andThen, type Provider, requireSignature } from '../provider/index.ts';
import type { SlhDsaDescriptor } from '../registry/index.ts';
import { MAX_CONTEXT } from './context.ts';
import { purePrefix } from './formatted-message.ts';
import { InternalSigningKeyOnDemand } from './internal-key.ts';
import type { SignatureScheme } from './scheme.ts';

/** SLH-DSA with the deterministic variant, as far as the provider has the internal function. */
export function slhDsa(provider: Provider, descriptor: SlhDsaDescriptor): SignatureScheme {
  const leaf = requireSignature(provider, descriptor.name);
  return {
    backend: leaf.backend,
    generateKeyPair: (random) => leaf.generateKeyPair(random),
    signingKey: (privateKey) =>
      andThen(leaf.signingKey(privateKey), (key) => {
        const internalKey = new InternalSigningKeyOnDemand(provider, descriptor.name, privateKey);
        return {
          publicKey: key.publicKey,
          sign(message, options) {
            if (options.deterministic !== true) return key.sign(message, options);
            const formatted = concat(purePrefix(options.context), message);
            return andThen(internalKey.get(), (ready) => ready.signInternal(formatted, undefined));
          },
          dispose() {
            key.dispose();
            internalKey.dispose();
          },
        };
      }),
    verifyingKey: (publicKey) =>
      andThen(leaf.verifyingKey(publicKey), (key) => ({
        verify: (message, signature, context) =>
          context.length <= MAX_CONTEXT && key.verify(message, signature, context),
      })),
  };
}
