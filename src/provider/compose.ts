import type { Provider } from './contract.ts';

/**
 * One provider out of several, primitive by primitive: the first that offers a primitive serves it, and its
 * `backend.because` says why. Randomness and time come from the first.
 *
 * @param name - What the composition is called in messages.
 *
 * @example
 * ```ts
 * import { composeProviders } from 'hybridge';
 * import { createNativeProvider } from 'hybridge/providers/native';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const noble = createNobleProvider();
 * const native = createNativeProvider();
 * const provider = native === undefined ? noble : composeProviders('mine', native, noble);
 * console.log(provider.kem['ML-KEM-768']?.backend.name);
 * ```
 */
export function composeProviders(name: string, first: Provider, ...rest: readonly Provider[]): Provider {
  const all = [first, ...rest];
  const inOrderOf = <Table extends object>(table: (provider: Provider) => Table): Table =>
    Object.freeze(all.map(table).reduceRight((later, earlier) => ({ ...later, ...earlier })));
  return Object.freeze({
    name,
    kem: inOrderOf((provider) => provider.kem),
    signature: inOrderOf((provider) => provider.signature),
    internalSignature: inOrderOf((provider) => provider.internalSignature),
    seedExpansion: inOrderOf((provider) => provider.seedExpansion),
    hash: inOrderOf((provider) => provider.hash),
    aead: inOrderOf((provider) => provider.aead),
    keyDerivation: all.find((provider) => provider.keyDerivation !== undefined)?.keyDerivation,
    blockCipher: all.find((provider) => provider.blockCipher !== undefined)?.blockCipher,
    random: first.random,
    clock: first.clock,
  });
}
