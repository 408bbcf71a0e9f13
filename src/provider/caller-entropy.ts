import type { Backend, Provider, RandomSource } from './contract.ts';

function fromCaller<Name extends string, Primitive extends { readonly backend: Backend }>(
  table: Readonly<Partial<Record<Name, Primitive>>>,
): Readonly<Partial<Record<Name, Primitive>>> {
  const kept: Partial<Record<Name, Primitive>> = {};
  for (const name in table) {
    const primitive = table[name];
    if (primitive?.backend.entropy === 'caller') kept[name] = primitive;
  }
  return Object.freeze(kept);
}

/**
 * A provider with those primitives alone that take all their randomness from the given source, so that the source
 * decides the results. What it leaves out can be composed from another provider.
 */
export function withCallerEntropy(provider: Provider, random: RandomSource): Provider {
  return Object.freeze({
    ...provider,
    random,
    kem: fromCaller(provider.kem),
    signature: fromCaller(provider.signature),
  });
}
