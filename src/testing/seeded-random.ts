import { concat } from '../bytes/index.ts';
import { type Provider, type RandomSource, requireHash } from '../provider/index.ts';

/** Bytes made at a time; a multiple of the rate of SHAKE256, so that nothing is squeezed out in vain. */
const BLOCK = 136 * 16;

/**
 * An endless source that follows from a seed: SHAKE256(seed ‖ block number as 8 bytes, big-endian), block after
 * block of 2176 bytes. For tests only.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { seededRandom } from 'hybridge/testing';
 *
 * const random = seededRandom(createNobleProvider(), new Uint8Array([1, 2, 3]));
 * console.log(random.bytes(32).length); // 32
 * ```
 */
export function seededRandom(provider: Provider, seed: Uint8Array): RandomSource {
  const shake = requireHash(provider, 'SHAKE256');
  const start = Uint8Array.from(seed);
  let block = new Uint8Array(0);
  let offset = 0;
  let number = 0n;
  const next = (): void => {
    const counter = new Uint8Array(8);
    new DataView(counter.buffer).setBigUint64(0, number++);
    block = Uint8Array.from(shake.digest(concat(start, counter), BLOCK));
    offset = 0;
  };
  return {
    bytes: (length) => {
      const out = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        if (offset === block.length) next();
        const part = block.subarray(offset, offset + length - filled);
        out.set(part, filled);
        filled += part.length;
        offset += part.length;
      }
      return out;
    },
  };
}
