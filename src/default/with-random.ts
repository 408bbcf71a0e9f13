import {
  composeProviders,
  guarded,
  type Provider,
  type RandomSource,
  withCallerEntropy,
} from '../provider/index.ts';
import { createNobleProvider } from '../providers/noble/index.ts';

/** The provider with another source of randomness; primitives that insist on a generator of their own are replaced. */
export function withRandom(provider: Provider, random: RandomSource): Provider {
  return composeProviders(
    `${provider.name} with given randomness`,
    withCallerEntropy(provider, random),
    guarded(createNobleProvider({ random })),
  );
}
