import { HybridgeError } from '../bytes/index.ts';
import type { RandomSource } from '../provider/index.ts';

/** Randomness that was written down beforehand. */
export interface FixedRandom extends RandomSource {
  /** How many bytes are left. A test of known answers should end with none. */
  readonly remaining: number;
}

/**
 * A source that gives out the given bytes, in order, and then refuses: a known answer must ask for exactly the
 * randomness it was made with. For tests only.
 *
 * @throws {@link HybridgeError} `invalid_argument`, from `bytes`, when more is asked for than is left.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { fixedRandom } from 'hybridge/testing';
 *
 * const random = fixedRandom(new Uint8Array(64));
 * const pair = await createNobleProvider().kem['ML-KEM-768']?.generateKeyPair(random);
 * console.log(pair?.publicKey.length, random.remaining); // 1184 0
 * ```
 */
export function fixedRandom(bytes: Uint8Array): FixedRandom {
  const stock = Uint8Array.from(bytes);
  let offset = 0;
  return {
    bytes: (length) => {
      if (length > stock.length - offset)
        throw new HybridgeError(
          'invalid_argument',
          `fixed randomness: ${String(length)} bytes asked for, ${String(stock.length - offset)} left`,
          { fault: 'caller' },
        );
      offset += length;
      return Uint8Array.from(stock.subarray(offset - length, offset));
    },
    get remaining() {
      return stock.length - offset;
    },
  };
}
