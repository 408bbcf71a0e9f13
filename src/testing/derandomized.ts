import { type Provider, type RandomSource, withCallerEntropy } from '../provider/index.ts';

/**
 * The part of a provider that is fully determined by its inputs: only primitives whose backend takes all randomness
 * from the caller, with the given source in place of the system's. For tests only.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { derandomized, seededRandom } from 'hybridge/testing';
 *
 * const noble = createNobleProvider();
 * const provider = derandomized(noble, seededRandom(noble, new Uint8Array(32)));
 * const pair = await provider.kem['X25519']?.generateKeyPair(provider.random);
 * console.log(pair?.publicKey.length); // 32, and the same ones every time
 * ```
 */
export function derandomized(provider: Provider, random: RandomSource): Provider {
  return Object.freeze({
    ...withCallerEntropy(provider, random),
    name: `${provider.name}, derandomized`,
  });
}
