import type { Backend, Provider } from './contract.ts';

function fromCaller<Table extends Readonly<Partial<Record<string, { readonly backend: Backend }>>>>(
  table: Table,
): Partial<Table> {
  const kept: Partial<Table> = { ...table };
  for (const name in kept) if (kept[name]?.backend.entropy !== 'caller') delete kept[name];
  return kept;
}

/**
 * A provider with those primitives alone that take all their randomness from the given source, so that the source
 * decides the results. What it leaves out can be composed from another provider.
 */
export function withCallerEntropy(provider: Provider, random: Provider['random']): Provider {
  return Object.freeze({
    ...provider,
    random,
    kem: fromCaller(provider.kem),
    signature: fromCaller(provider.signature),
  });
}
