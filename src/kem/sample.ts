import { HybridgeError } from '../bytes/index.ts';
import { type RandomSource, sampleEcScalar } from '../provider/index.ts';
import type { KemDescriptor } from '../registry/index.ts';

/** A Diffie-Hellman private key out of a source of bytes: any bytes on a Montgomery curve, else what fits the order. */
export function samplePrivateKey({ key, sizes }: KemDescriptor, source: RandomSource): Uint8Array {
  return key.kind === 'ec' ? sampleEcScalar(key.curve, source) : source.bytes(sizes.sharedSecret);
}

/** The bytes of an expanded seed, from the front; nothing comes after them. */
export function seedSource(seed: Uint8Array): RandomSource {
  let used = 0;
  return {
    bytes(length) {
      const start = used;
      used += length;
      // Less likely than 2^-128 for the seeds of the hybrid KEMs.
      if (used > seed.length)
        throw new HybridgeError('invalid_key', 'the seed holds no private key of the curve');
      return seed.slice(start, used);
    },
  };
}
