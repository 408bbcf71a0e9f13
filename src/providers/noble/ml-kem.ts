import { ml_kem512, ml_kem768, ml_kem1024, type MLKEM } from '@noble/post-quantum/ml-kem.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { equal, HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import { Held, type Kem, type SeedExpansion } from '../../provider/index.ts';
import { kem, type MlKemDescriptor, type MlKemName } from '../../registry/index.ts';
import { NOBLE_POST_QUANTUM } from './backend.ts';

/** d ‖ z of FIPS 203 §7.1. */
const SEED = 64;
/** q of FIPS 203 §2.4. */
const MODULUS = 3329;

/** A public key with what noble computed from it: used again and again, it makes both directions faster. */
type Prepared = ReturnType<MLKEM['prepare']>;

function serve(descriptor: MlKemDescriptor, algorithm: MLKEM): Kem {
  const { name, rank, sizes, expandedPrivateKey } = descriptor;
  const vector = 384 * rank;

  const prepare = (publicKey: Uint8Array, what: string): Prepared => {
    requireLength(publicKey, vector + 32, `${name} ${what}`);
    try {
      return algorithm.prepare(publicKey);
    } catch (cause) {
      // FIPS 203 §7.2, the one check beside the length.
      throw new HybridgeError('invalid_key', `${name} ${what}: coefficients not reduced`, { cause });
    }
  };
  const publicKeyIn = (expanded: Uint8Array): Uint8Array => expanded.slice(vector, 2 * vector + 32);

  /** The checks on a dk that somebody else made [FIPS 203 §7.3]. */
  const checkExpanded = (expanded: Uint8Array): void => {
    const refuse = (why: string): HybridgeError =>
      new HybridgeError('invalid_key', `${name} private key: ${why}`);
    if (!isReduced(expanded.subarray(0, vector))) throw refuse('coefficients not reduced');
    const hash = expanded.subarray(2 * vector + 32, 2 * vector + 64);
    if (!equal(sha3_256(publicKeyIn(expanded)), hash)) throw refuse('hash of the public key does not fit');
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
          return { sharedSecret: sharedSecret.slice(), ciphertext: cipherText };
        },
      };
    },
    decapsulationKey: (stored) => {
      // Many seeds are expanded for their public key alone, so preparation waits for the first ciphertext.
      let prepared: Prepared | undefined;
      let expanded: Uint8Array;
      if (stored.length === expandedPrivateKey) {
        checkExpanded(stored);
        prepared = prepare(publicKeyIn(stored), 'public key in the private key');
        expanded = Uint8Array.from(stored);
      } else {
        requireLength(stored, SEED, `${name} private key`);
        expanded = algorithm.keygen(stored).secretKey;
      }
      const held = new Held(name, expanded);
      const publicKey = publicKeyIn(expanded);
      return {
        publicKey,
        decapsulate: (ciphertext) => {
          requireLength(ciphertext, sizes.ciphertext, `${name} ciphertext`);
          prepared ??= algorithm.prepare(publicKey);
          return prepared.decapsulate(ciphertext, held.get()).slice();
        },
        dispose: () => held.drop(wipe),
      };
    },
  };
}

/** Whether all 12-bit coefficients are below q [FIPS 203 §4.2.1]. Reads every byte. */
function isReduced(encoded: Uint8Array): boolean {
  let excess = 0;
  for (let index = 0; index < encoded.length; index += 3) {
    const middle = encoded[index + 1] ?? 0;
    const low = (encoded[index] ?? 0) | ((middle & 0x0f) << 8);
    const high = (middle >> 4) | ((encoded[index + 2] ?? 0) << 4);
    // The complement has the sign bit where a coefficient is q or more.
    excess |= ~(low - MODULUS) | ~(high - MODULUS);
  }
  return excess >= 0;
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

/** One table of ML-KEM, made by `build` from descriptor and implementation. */
function table<T>(
  build: (descriptor: MlKemDescriptor, algorithm: MLKEM) => T,
): Readonly<Record<MlKemName, T>> {
  return {
    'ML-KEM-512': build(kem('ML-KEM-512'), ml_kem512),
    'ML-KEM-768': build(kem('ML-KEM-768'), ml_kem768),
    'ML-KEM-1024': build(kem('ML-KEM-1024'), ml_kem1024),
  };
}

/** ML-KEM [FIPS 203]. */
export const ML_KEMS: Readonly<Record<MlKemName, Kem>> = table(serve);

/** From d ‖ z to dk. */
export const ML_KEM_EXPANSIONS: Readonly<Record<MlKemName, SeedExpansion>> = table(seedExpansion);
