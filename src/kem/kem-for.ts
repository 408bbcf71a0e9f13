import { type Kem, type Provider, requireKem } from '../provider/index.ts';
import { type KemDescriptor, kem as registered, type KemName } from '../registry/index.ts';
import { compositeKem } from './composite-kem.ts';
import { dhkem } from './dhkem.ts';
import type { Half } from './hybrid.ts';
import { hybridKem } from './hybrid-kem.ts';
import { tlsHybrid } from './tls-hybrid.ts';

const built = new WeakMap<Provider, Map<KemName, Kem>>();

/**
 * The KEM that a descriptor stands for: the provider's own where it is a primitive, else built from primitives and
 * remembered with the provider. A built one has the same shape, so it can be used wherever a primitive can.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks a primitive, naming it.
 *
 * @example
 * ```ts
 * import { kemFor } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { kem } from 'hybridge/registry';
 *
 * const provider = createNobleProvider();
 * const xWing = kemFor(provider, kem('MLKEM768-X25519'));
 * const { publicKey } = await xWing.generateKeyPair(provider.random);
 * const sender = await xWing.encapsulationKey(publicKey);
 * const { ciphertext } = await sender.encapsulate(provider.random);
 * console.log(ciphertext.length); // 1120
 * ```
 */
export function kemFor(provider: Provider, descriptor: KemDescriptor): Kem {
  const kems = built.get(provider) ?? new Map<KemName, Kem>();
  built.set(provider, kems);
  const known = kems.get(descriptor.name);
  if (known !== undefined) return known;
  const kem = build(provider, descriptor);
  kems.set(descriptor.name, kem);
  return kem;
}

function build(provider: Provider, descriptor: KemDescriptor): Kem {
  const half = (name: KemName): Half => {
    const component = registered(name);
    return { descriptor: component, kem: kemFor(provider, component) };
  };
  switch (descriptor.kind) {
    case 'key-agreement':
    case 'ml-kem':
    case 'rsa-oaep':
      return requireKem(provider, descriptor.name);
    case 'dhkem':
      return dhkem(provider, descriptor, half(descriptor.agreement));
    case 'tls-hybrid':
      return tlsHybrid(descriptor, half(descriptor.postQuantum), half(descriptor.traditional));
    case 'hybrid-kem':
      return hybridKem(provider, descriptor, half(descriptor.postQuantum), half(descriptor.traditional));
    case 'composite-kem':
      return compositeKem(provider, descriptor, half(descriptor.postQuantum), half(descriptor.traditional));
  }
}
