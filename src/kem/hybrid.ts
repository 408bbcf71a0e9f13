import { concat, requireLength, wipe } from '../bytes/index.ts';
import {
  type Awaitable,
  type Backend,
  both,
  type DecapsulationKey,
  type Encapsulation,
  type EncapsulationKey,
  type Kem,
  type RandomSource,
  type RawKeyPair,
} from '../provider/index.ts';
import { type KemDescriptor, mostBytes } from '../registry/index.ts';
import type { Combiner } from './combiner.ts';
import { thenWipe } from './wiping.ts';

/** One half of a hybrid. */
export interface Half {
  readonly descriptor: KemDescriptor;
  readonly kem: Kem;
}

/** The same thing of both halves, each in its own form. */
export interface Pair {
  readonly postQuantum: Uint8Array;
  readonly traditional: Uint8Array;
}

/** What sets one hybrid construction apart from another. */
export interface Construction {
  readonly descriptor: KemDescriptor;
  readonly postQuantum: Half;
  readonly traditional: Half;
  /** Whose share stands first in public keys and ciphertexts. */
  readonly first: 'post-quantum' | 'traditional';
  /** How the secrets become one, for a recipient with this traditional public key. Wipes what it is given. */
  combinerFor(traditionalPublicKey: Uint8Array): Combiner;
  /** The private keys of the halves, in new arrays, made of the stored private key. */
  privateKeys(stored: Uint8Array): Pair;
  /** A fresh key pair; `kem` is the hybrid itself. */
  generateKeyPair(random: RandomSource, kem: Kem): Awaitable<RawKeyPair>;
}

/** The bytes of both halves, one after the other. */
export function join(first: Construction['first'], pair: Pair): Uint8Array {
  return first === 'post-quantum'
    ? concat(pair.postQuantum, pair.traditional)
    : concat(pair.traditional, pair.postQuantum);
}

/** Takes joined bytes apart; the post-quantum half is always of fixed size. */
export function split(first: Construction['first'], joined: Uint8Array, postQuantumSize: number): Pair {
  const boundary = first === 'post-quantum' ? postQuantumSize : Math.max(0, joined.length - postQuantumSize);
  const [front, back] = [joined.subarray(0, boundary), joined.subarray(boundary)];
  return first === 'post-quantum'
    ? { postQuantum: front, traditional: back }
    : { postQuantum: back, traditional: front };
}

/** Draws both key pairs, ML-KEM first, and joins the private keys as the construction stores them. */
export function generateHalves(
  { postQuantum, traditional, first }: Pick<Construction, 'first' | 'postQuantum' | 'traditional'>,
  random: RandomSource,
  joinPrivateKeys: (pair: Pair) => Uint8Array,
): Awaitable<RawKeyPair> {
  return both(postQuantum.kem.generateKeyPair(random), traditional.kem.generateKeyPair(random), (pq, t) => {
    const privateKeys = { postQuantum: pq.privateKey, traditional: t.privateKey };
    try {
      return {
        publicKey: join(first, { postQuantum: pq.publicKey, traditional: t.publicKey }),
        privateKey: joinPrivateKeys(privateKeys),
      };
    } finally {
      wipe(privateKeys.postQuantum, privateKeys.traditional);
    }
  });
}

/** A hybrid KEM made of two KEMs, with the shape of any other KEM. */
export function hybrid(construction: Construction): Kem {
  const { descriptor, postQuantum, traditional, first } = construction;
  const names = { publicKey: `${descriptor.name} public key`, ciphertext: `${descriptor.name} ciphertext` };
  const publicKeySize = mostBytes(postQuantum.descriptor.sizes.publicKey);
  const ciphertextSize = postQuantum.descriptor.sizes.ciphertext;
  // An RSAPublicKey has no fixed size; the RSA half itself checks it.
  const wholePublicKey =
    typeof traditional.descriptor.sizes.publicKey === 'number'
      ? publicKeySize + traditional.descriptor.sizes.publicKey
      : undefined;

  const kem: Kem = {
    backend: backendOf(postQuantum, traditional),

    generateKeyPair: (random) => construction.generateKeyPair(random, kem),

    encapsulationKey(publicKey) {
      if (wholePublicKey !== undefined) requireLength(publicKey, wholePublicKey, names.publicKey);
      const keys = split(first, publicKey, publicKeySize);
      const combine = construction.combinerFor(keys.traditional);
      return both(
        postQuantum.kem.encapsulationKey(keys.postQuantum),
        traditional.kem.encapsulationKey(keys.traditional),
        (pqKey, tKey): EncapsulationKey => ({
          encapsulate: (random) =>
            both(pqKey.encapsulate(random), tKey.encapsulate(random), (pq, t): Encapsulation => ({
              sharedSecret: combine(pq.sharedSecret, t.sharedSecret, t.ciphertext),
              ciphertext: join(first, { postQuantum: pq.ciphertext, traditional: t.ciphertext }),
            })),
        }),
      );
    },

    // Wherever both halves do something, the traditional one goes first: it may refuse what it is given, and then
    // nothing secret of the other half is about. Only randomness is drawn by ML-KEM first.
    decapsulationKey(privateKey) {
      const keys = construction.privateKeys(privateKey);
      return thenWipe(
        () =>
          both(
            traditional.kem.decapsulationKey(keys.traditional),
            postQuantum.kem.decapsulationKey(keys.postQuantum),
            (tKey, pqKey): DecapsulationKey => {
              const combine = construction.combinerFor(tKey.publicKey);
              return {
                publicKey: join(first, { postQuantum: pqKey.publicKey, traditional: tKey.publicKey }),
                decapsulate(ciphertext) {
                  requireLength(ciphertext, descriptor.sizes.ciphertext, names.ciphertext);
                  const shares = split(first, ciphertext, ciphertextSize);
                  return both(
                    tKey.decapsulate(shares.traditional),
                    pqKey.decapsulate(shares.postQuantum),
                    (tSecret, pqSecret) => combine(pqSecret, tSecret, shares.traditional),
                  );
                },
                dispose() {
                  pqKey.dispose();
                  tKey.dispose();
                },
              };
            },
          ),
        keys.postQuantum,
        keys.traditional,
      );
    },
  };
  return kem;
}

function backendOf(postQuantum: Half, traditional: Half): Backend {
  const [pq, t] = [postQuantum.kem.backend, traditional.kem.backend];
  return {
    name: pq.name === t.name ? pq.name : `${pq.name} and ${t.name}`,
    because: `built from ${postQuantum.descriptor.name} and ${traditional.descriptor.name}`,
    entropy: pq.entropy === 'caller' && t.entropy === 'caller' ? 'caller' : 'backend',
  };
}
