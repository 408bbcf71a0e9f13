import { ml_kem512, ml_kem768, ml_kem1024, type MLKEM } from '@noble/post-quantum/ml-kem.js';
import { HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import { Held, type Kem, type SeedExpansion } from '../../provider/index.ts';
import { kem, type MlKemDescriptor, type MlKemName } from '../../registry/index.ts';
import { NOBLE_POST_QUANTUM } from './backend.ts';

/** d ‖ z of FIPS 203 §7.1. */
const SEED = 64;

function serve(descriptor: MlKemDescriptor, algorithm: MLKEM): Kem {
  const { name, rank, sizes, expandedPrivateKey } = descriptor;
  const prepare = (publicKey: Uint8Array, what: string): ReturnType<MLKEM['prepare']> => {
    requireLength(publicKey, 384 * rank + 32, `${name} ${what}`);
    try {
      return algorithm.prepare(publicKey);
    } catch (cause) {
      throw new HybridgeError('invalid_key', `${name} ${what}: coefficients not reduced`, { cause });
    }
  };
  return {
    backend: NOBLE_POST_QUANTUM,
    generateKeyPair: (random) => {
      const privateKey = random.bytes(SEED);
      const { publicKey, secretKey } = algorithm.keygen(privateKey);
      wipe(secretKey);
      return { publicKey, privateKey };
    },
    encapsulationKey: (publicKey) => {
      const prepared = prepare(publicKey, 'public key');
      return {
        encapsulate: (random) => {
          const message = random.bytes(32);
          const { cipherText, sharedSecret } = prepared.encapsulate(message);
          wipe(message);
          return { sharedSecret, ciphertext: cipherText };
        },
      };
    },
    decapsulationKey: (privateKey) => {
      const expanded = expand(privateKey);
      const publicKey = expanded.slice(384 * rank, 768 * rank + 32);
      const prepared = prepare(publicKey, 'public key in the private key');
      const held = new Held(name, expanded);
      try {
        // FIPS 203 §7.3: the stored hash must be that of the stored public key.
        wipe(prepared.decapsulate(new Uint8Array(sizes.ciphertext), expanded));
      } catch (cause) {
        wipe(expanded);
        throw new HybridgeError('invalid_key', `${name} private key: hash of the public key does not fit`, {
          cause,
        });
      }
      return {
        publicKey,
        decapsulate: (ciphertext) => {
          requireLength(ciphertext, sizes.ciphertext, `${name} ciphertext`);
          return prepared.decapsulate(ciphertext, held.get());
        },
        dispose: () => held.drop(wipe),
      };
    },
  };

  function expand(stored: Uint8Array): Uint8Array {
    if (stored.length === expandedPrivateKey) return Uint8Array.from(stored);
    requireLength(stored, SEED, `${name} private key`);
    return algorithm.keygen(stored).secretKey;
  }
}

function seedExpansion(descriptor: MlKemDescriptor, algorithm: MLKEM): SeedExpansion {
  return {
    backend: NOBLE_POST_QUANTUM,
    expand: (seed) => {
      requireLength(seed, SEED, `${descriptor.name} seed`);
      return algorithm.keygen(seed).secretKey;
    },
  };
}

/** ML-KEM [FIPS 203]. */
export const ML_KEMS: Readonly<Record<MlKemName, Kem>> = {
  'ML-KEM-512': serve(kem('ML-KEM-512'), ml_kem512),
  'ML-KEM-768': serve(kem('ML-KEM-768'), ml_kem768),
  'ML-KEM-1024': serve(kem('ML-KEM-1024'), ml_kem1024),
};

/** From d ‖ z to dk. */
export const ML_KEM_EXPANSIONS: Readonly<Record<MlKemName, SeedExpansion>> = {
  'ML-KEM-512': seedExpansion(kem('ML-KEM-512'), ml_kem512),
  'ML-KEM-768': seedExpansion(kem('ML-KEM-768'), ml_kem768),
  'ML-KEM-1024': seedExpansion(kem('ML-KEM-1024'), ml_kem1024),
};
