import { requireLength, utf8, wipe } from '../bytes/index.ts';
import { andThen, type Kem, type Provider, requireHash } from '../provider/index.ts';
import type { HybridKemDescriptor } from '../registry/index.ts';
import { combiner } from './combiner.ts';
import { type Half, hybrid, largest } from './hybrid.ts';
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
  const shake256 = requireHash(provider, 'SHAKE256');
  const sha3 = requireHash(provider, 'SHA3-256');
  const label = utf8(descriptor.label);
  const seedSize = largest(descriptor.sizes.privateKey);
  const postQuantumSeed = largest(postQuantum.descriptor.sizes.privateKey);
  const sizes = {
    secrets: postQuantum.descriptor.sizes.sharedSecret + traditional.descriptor.sizes.sharedSecret,
    ciphertext: traditional.descriptor.sizes.ciphertext,
  };

  return hybrid({
    descriptor,
    postQuantum,
    traditional,
    first: 'post-quantum',
    combinerFor: (traditionalPublicKey) => combiner(sha3, sizes, traditionalPublicKey, label),

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
