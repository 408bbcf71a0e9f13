import { sha3_256 } from '@noble/hashes/sha3.js';
import { createMlKem512, createMlKem768, createMlKem1024 } from 'mlkem';
import { equal, HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import { andThen, type Awaitable, Held, type Kem, type SeedExpansion } from '../../provider/index.ts';
import { kem, type MlKemDescriptor, type MlKemName } from '../../registry/index.ts';
import { MLKEM } from './backend.ts';

/** One parameter set of the library. Its calls are synchronous and give out copies of its pooled buffers. */
type Algorithm = Awaited<ReturnType<typeof createMlKem768>>;

/** d ‖ z of FIPS 203 §7.1. */
const SEED = 64;
/** m of FIPS 203 §7.2. */
const MESSAGE = 32;
/** q of FIPS 203 §2.4. */
const MODULUS = 3329;

/** The library makes an instance asynchronously; once made, one serves everybody at once. */
function instance(create: () => Promise<Algorithm>): () => Awaitable<Algorithm> {
  let made: Algorithm | undefined;
  return () =>
    made ??
    create().then((algorithm) => {
      made = algorithm;
      return algorithm;
    });
}

function serve(descriptor: MlKemDescriptor, algorithm: () => Awaitable<Algorithm>): Kem {
  const { name, rank, sizes, expandedPrivateKey } = descriptor;
  const vector = 384 * rank;
  const refuse = (what: string, why: string): HybridgeError =>
    new HybridgeError('invalid_key', `${name} ${what}: ${why}`);

  /** The checks on an ek that somebody else made [FIPS 203 §7.2]. */
  const checkPublic = (publicKey: Uint8Array): void => {
    requireLength(publicKey, vector + 32, `${name} public key`);
    if (!isReduced(publicKey.subarray(0, vector))) throw refuse('public key', 'coefficients not reduced');
  };
  /** The checks on a dk that somebody else made [FIPS 203 §7.3], and on the coefficients of its two vectors. */
  const checkExpanded = (expanded: Uint8Array): void => {
    if (!isReduced(expanded.subarray(0, 2 * vector))) throw refuse('private key', 'coefficients not reduced');
    const publicKey = expanded.subarray(vector, 2 * vector + 32);
    const hash = expanded.subarray(2 * vector + 32, 2 * vector + 64);
    if (!equal(sha3_256(publicKey), hash)) throw refuse('private key', 'hash of the public key does not fit');
  };

  return {
    backend: MLKEM,
    generateKeyPair: (random) =>
      andThen(algorithm(), (library) => {
        const privateKey = random.bytes(SEED);
        const [publicKey, expanded] = library.deriveKeyPair(privateKey);
        wipe(expanded);
        return { publicKey, privateKey };
      }),
    encapsulationKey: (bytes) => {
      checkPublic(bytes);
      const publicKey = Uint8Array.from(bytes);
      return andThen(algorithm(), (library) => ({
        encapsulate: (random) => {
          const message = random.bytes(MESSAGE);
          const [ciphertext, sharedSecret] = library.encap(publicKey, message);
          wipe(message);
          return { sharedSecret, ciphertext };
        },
      }));
    },
    decapsulationKey: (stored) => {
      if (stored.length === expandedPrivateKey) checkExpanded(stored);
      else requireLength(stored, SEED, `${name} private key`);
      const own = Uint8Array.from(stored);
      return andThen(algorithm(), (library) => {
        const expanded = own.length === SEED ? library.deriveKeyPair(own)[1] : own;
        if (expanded !== own) wipe(own);
        const held = new Held(name, expanded);
        return {
          publicKey: expanded.slice(vector, 2 * vector + 32),
          decapsulate: (ciphertext) => {
            requireLength(ciphertext, sizes.ciphertext, `${name} ciphertext`);
            return library.decap(ciphertext, held.get());
          },
          dispose: () => held.drop(wipe),
        };
      });
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

function seedExpansion({ name }: MlKemDescriptor, algorithm: () => Awaitable<Algorithm>): SeedExpansion {
  return {
    backend: MLKEM,
    expand: (seed) => {
      requireLength(seed, SEED, `${name} seed`);
      const own = Uint8Array.from(seed);
      return andThen(algorithm(), (library) => {
        const [, expanded] = library.deriveKeyPair(own);
        wipe(own);
        return expanded;
      });
    },
  };
}

const INSTANCES: Readonly<Record<MlKemName, () => Awaitable<Algorithm>>> = {
  'ML-KEM-512': instance(createMlKem512),
  'ML-KEM-768': instance(createMlKem768),
  'ML-KEM-1024': instance(createMlKem1024),
};

/** One table of ML-KEM, made by `build` from descriptor and library. */
function table<T>(
  build: (descriptor: MlKemDescriptor, algorithm: () => Awaitable<Algorithm>) => T,
): Readonly<Record<MlKemName, T>> {
  return {
    'ML-KEM-512': build(kem('ML-KEM-512'), INSTANCES['ML-KEM-512']),
    'ML-KEM-768': build(kem('ML-KEM-768'), INSTANCES['ML-KEM-768']),
    'ML-KEM-1024': build(kem('ML-KEM-1024'), INSTANCES['ML-KEM-1024']),
  };
}

/** ML-KEM [FIPS 203]. */
export const ML_KEMS: Readonly<Record<MlKemName, Kem>> = table(serve);

/** From d ‖ z to dk. */
export const ML_KEM_EXPANSIONS: Readonly<Record<MlKemName, SeedExpansion>> = table(seedExpansion);
