import { HybridgeError } from '../bytes/index.ts';
import { type Provider, requireSignature } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { compositeSignature } from './composite.ts';
import { hashMlDsa } from './hash-ml-dsa.ts';
import { hashSlhDsa } from './hash-slh-dsa.ts';
import { mlDsa } from './ml-dsa.ts';
import type { SignatureScheme } from './scheme.ts';
import { slhDsa } from './slh-dsa.ts';

const schemes = new WeakMap<Provider, WeakMap<SignatureDescriptor, SignatureScheme>>();

/**
 * The algorithm of a descriptor made ready for a provider: its own primitive, or what Hybridge builds of several.
 * The same provider and descriptor give the same object.
 *
 * Most callers want {@link sign} and {@link verify}; this is the layer of raw keys below them.
 *
 * @throws HybridgeError `unsupported` when the provider lacks a part, and for the stateful algorithms.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { signature } from 'hybridge/registry';
 * import { signatureFor } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const scheme = signatureFor(provider, signature('MLDSA65-Ed25519-SHA512'));
 * const { publicKey } = await scheme.generateKeyPair(provider.random);
 * console.log(scheme.backend.name, publicKey.length);
 * ```
 */
export function signatureFor(provider: Provider, descriptor: SignatureDescriptor): SignatureScheme {
  let known = schemes.get(provider);
  if (known === undefined) {
    known = new WeakMap();
    schemes.set(provider, known);
  }
  let scheme = known.get(descriptor);
  if (scheme === undefined) {
    scheme = build(provider, descriptor);
    known.set(descriptor, scheme);
  }
  return scheme;
}

function build(provider: Provider, descriptor: SignatureDescriptor): SignatureScheme {
  switch (descriptor.kind) {
    case 'ecdsa':
    case 'eddsa':
    case 'rsa':
      return requireSignature(provider, descriptor.name);
    case 'ml-dsa':
      return mlDsa(provider, descriptor);
    case 'slh-dsa':
      return slhDsa(provider, descriptor);
    case 'hash-ml-dsa':
      return hashMlDsa(provider, descriptor);
    case 'hash-slh-dsa':
      return hashSlhDsa(provider, descriptor);
    case 'composite-signature':
      return compositeSignature(provider, descriptor, (component) => signatureFor(provider, component));
    case 'stateful-hash':
      throw new HybridgeError('unsupported', `${descriptor.name} keys neither sign nor verify here`, {
        fault: 'caller',
        hint: 'a stateful signer must never repeat a state, so there is none; verification belongs to firmware images',
        details: { algorithm: descriptor.name },
      });
  }
}
