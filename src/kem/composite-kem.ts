import { concat, HybridgeError, requireLength, wipe } from '../bytes/index.ts';
import { decodeCompositeEcScalar, encodeEcPrivateKey } from '../encoding/index.ts';
import type { Kem, Provider } from '../provider/index.ts';
import { type CompositeKemDescriptor, type KemDescriptor, mostBytes } from '../registry/index.ts';
import { combiners } from './combiner.ts';
import { generateHalves, type Half, hybrid } from './hybrid.ts';

/**
 * A composite KEM of draft-ietf-lamps-pq-composite-kem-21. The stored private key is the ML-KEM seed followed by the
 * traditional private key in the encoding of the draft's §5; the traditional public key, which the combiner needs, is
 * computed from it.
 */
export function compositeKem(
  provider: Provider,
  descriptor: CompositeKemDescriptor,
  postQuantum: Half,
  traditional: Half,
): Kem {
  const [pqSizes, tSizes] = [postQuantum.descriptor.sizes, traditional.descriptor.sizes];
  const seedSize = mostBytes(pqSizes.privateKey);

  return hybrid({
    descriptor,
    postQuantum,
    traditional,
    first: 'post-quantum',
    combinerFor: combiners(provider, pqSizes, tSizes, descriptor.label),

    privateKeys(stored) {
      if (typeof descriptor.sizes.privateKey === 'number')
        requireLength(stored, descriptor.sizes.privateKey, `${descriptor.name} private key`);
      else if (stored.length <= seedSize)
        throw new HybridgeError(
          'invalid_length',
          `${descriptor.name} private key: ${String(stored.length)} bytes, expected more than ${String(seedSize)}`,
          { details: { actual: stored.length, minimum: seedSize + 1 } },
        );
      return {
        postQuantum: Uint8Array.from(stored.subarray(0, seedSize)),
        traditional: decodeTraditional(stored.subarray(seedSize), traditional.descriptor),
      };
    },

    generateKeyPair: (random) =>
      generateHalves({ postQuantum, traditional, first: 'post-quantum' }, random, (pair) => {
        const encoded = encodeTraditional(pair.traditional, traditional.descriptor);
        try {
          return concat(pair.postQuantum, encoded);
        } finally {
          wipe(encoded);
        }
      }),
  });
}

// An ECPrivateKey carries the named curve and not the public key; any other private key is raw or an RSAPrivateKey.
function encodeTraditional(privateKey: Uint8Array, { key }: KemDescriptor): Uint8Array {
  return key.kind === 'ec'
    ? encodeEcPrivateKey({ scalar: privateKey, curveOid: key.curveOid })
    : Uint8Array.from(privateKey);
}

function decodeTraditional(encoded: Uint8Array, { key }: KemDescriptor): Uint8Array {
  return Uint8Array.from(key.kind === 'ec' ? decodeCompositeEcScalar(encoded, key) : encoded);
}
