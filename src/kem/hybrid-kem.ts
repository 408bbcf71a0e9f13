import { requireLength, wipe } from '../bytes/index.ts';
import { andThen, type Kem, type Provider, requireHash } from '../provider/index.ts';
import { type HybridKemDescriptor, mostBytes } from '../registry/index.ts';
import { combiners } from './combiner.ts';
import { type Half, hybrid } from './hybrid.ts';
import { samplePrivateKey, seedSource } from './sample.ts';

/**
 * A hybrid KEM of draft-irtf-cfrg-concrete-hybrid-kems-04; MLKEM768-X25519 is X-Wing
 * [draft-connolly-cfrg-xwing-kem-11]. One 32-byte seed, the stored private key, makes the keys of both halves.
 */
export function hybridKem(
  provider: Provider,
  descriptor: HybridKemDescriptor,
  postQuantum: Half,
  traditional: Half,
): Kem {
  const [pqSizes, tSizes] = [postQuantum.descriptor.sizes, traditional.descriptor.sizes];
  const shake256 = requireHash(provider, 'SHAKE256');
  const seedSize = mostBytes(descriptor.sizes.privateKey);
  const postQuantumSeed = mostBytes(pqSizes.privateKey);

  return hybrid({
    descriptor,
    postQuantum,
    traditional,
    first: 'post-quantum',
    combinerFor: combiners(provider, pqSizes, tSizes, descriptor.label),

    // expandDecapsKeyG of draft-irtf-cfrg-hybrid-kems-12 §5.1.1.
    privateKeys(stored) {
      requireLength(stored, seedSize, `${descriptor.name} private key`);
      const expanded = shake256.digest(stored, postQuantumSeed + descriptor.traditionalSeed);
      try {
        return {
          postQuantum: expanded.slice(0, postQuantumSeed),
          // RandomScalar of the draft takes the candidates from the seed, one after the other.
          traditional: samplePrivateKey(
            traditional.descriptor,
            seedSource(expanded.subarray(postQuantumSeed)),
          ),
        };
      } finally {
        wipe(expanded);
      }
    },

    generateKeyPair(random, kem) {
      const seed = random.bytes(seedSize);
      return andThen(kem.decapsulationKey(seed), (handle) => {
        const { publicKey } = handle;
        handle.dispose();
        return { publicKey, privateKey: seed };
      });
    },
  });
}
