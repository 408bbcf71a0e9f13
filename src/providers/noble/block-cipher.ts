import { ghash } from '@noble/ciphers/_polyval.js';
import { aeskw, cbc, ctr, ecb } from '@noble/ciphers/aes.js';
import { concat, EMPTY, equalSecret, wipe } from '../../bytes/index.ts';
import {
  additionalDataInTag,
  adjustTag,
  type BlockCipher,
  type CbcDecryption,
  type CbcEncryption,
  type GcmDecryption,
  type GcmEncryption,
  GcmLength,
  isWrappedSize,
  requireAesKey,
  requireCbc,
  requireGcm,
  requireGcmTag,
  requireGcmTagSize,
  requireKeyWrap,
} from '../../provider/index.ts';
import { NOBLE_CIPHERS } from './backend.ts';

const BLOCK = 16;
/** Makes noble build its fastest table for GHASH. */
const MUCH = 2 ** 20;

/** Turns pieces of any size into whole blocks. */
class WholeBlocks {
  #rest: Uint8Array = EMPTY;

  /** The whole blocks so far; `keepLast` holds one back even when it is whole. */
  push(chunk: Uint8Array, keepLast: boolean): Uint8Array {
    const all = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk);
    const end = keepLast ? Math.max(0, all.length - 1) : all.length;
    const whole = end - (end % BLOCK);
    this.#rest = all.slice(whole);
    return all.subarray(0, whole);
  }

  /** What is left. */
  rest(): Uint8Array {
    return this.#rest;
  }
}

/** `undefined` for what noble tells by an exception: wrong padding, a wrapped key that is not genuine. */
function attempt(decrypt: () => Uint8Array): Uint8Array | undefined {
  try {
    return decrypt();
  } catch {
    return undefined;
  }
}

function cbcEncryption(key: Uint8Array, iv: Uint8Array): CbcEncryption {
  requireCbc(key, iv);
  const own = Uint8Array.from(key);
  const blocks = new WholeBlocks();
  let chain = Uint8Array.from(iv);
  return {
    update: (chunk) => {
      const whole = blocks.push(chunk, false);
      if (whole.length === 0) return EMPTY;
      const encrypted = cbc(own, chain, { disablePadding: true }).encrypt(whole);
      chain = encrypted.slice(-BLOCK);
      return encrypted;
    },
    finish: () => {
      const last = cbc(own, chain).encrypt(blocks.rest());
      wipe(own);
      return last;
    },
  };
}

function cbcDecryption(key: Uint8Array, iv: Uint8Array): CbcDecryption {
  requireCbc(key, iv);
  const own = Uint8Array.from(key);
  // The last block has the padding, and which one is the last is known at the end.
  const blocks = new WholeBlocks();
  let chain = Uint8Array.from(iv);
  return {
    update: (chunk) => {
      const whole = blocks.push(chunk, true);
      if (whole.length === 0) return EMPTY;
      const decrypted = cbc(own, chain, { disablePadding: true }).decrypt(whole);
      chain = whole.slice(-BLOCK);
      return decrypted;
    },
    finish: () => {
      const last = attempt(() => cbc(own, chain).decrypt(blocks.rest()));
      wipe(own);
      return last;
    },
  };
}

/** The counter mode and the hash that GCM consists of [SP 800-38D §7], over whole blocks and one last piece. */
class Gcm {
  readonly length: GcmLength = new GcmLength();
  readonly #key: Uint8Array;
  readonly #hashKey: Uint8Array;
  readonly #hash: ReturnType<typeof ghash.create>;
  readonly #counter = new Uint8Array(BLOCK);
  readonly #tagMask: Uint8Array;

  constructor(key: Uint8Array, nonce: Uint8Array) {
    requireGcm(key, nonce);
    this.#key = Uint8Array.from(key);
    this.#hashKey = ecb(this.#key, { disablePadding: true }).encrypt(new Uint8Array(BLOCK));
    this.#hash = ghash.create(this.#hashKey, MUCH);
    this.#counter.set(nonce);
    this.#counter[BLOCK - 1] = 1;
    this.#tagMask = this.#cipher(new Uint8Array(BLOCK));
  }

  /** Encrypts or decrypts whole blocks, or the last piece. */
  #cipher(piece: Uint8Array): Uint8Array {
    const result = ctr(this.#key, this.#counter).encrypt(piece);
    const view = new DataView(this.#counter.buffer);
    // Below the length limit the 32 bits never overflow.
    view.setUint32(12, view.getUint32(12) + Math.ceil(piece.length / BLOCK));
    return result;
  }

  encrypt(piece: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher(piece);
    this.#hash.update(ciphertext);
    return ciphertext;
  }

  decrypt(piece: Uint8Array): Uint8Array {
    this.#hash.update(piece);
    return this.#cipher(piece);
  }

  /** The tag; wipes the key. */
  tag(additionalData: Uint8Array): Uint8Array {
    const lengths = new Uint8Array(BLOCK);
    new DataView(lengths.buffer).setBigUint64(8, 8n * BigInt(this.length.bytes));
    const hashed = this.#hash.update(lengths).digest();
    const difference = additionalDataInTag(this.#hashKey, additionalData, this.length.bytes);
    wipe(this.#key, this.#hashKey);
    return adjustTag(adjustTag(hashed, this.#tagMask), difference);
  }
}

function gcmEncryption(key: Uint8Array, nonce: Uint8Array): GcmEncryption {
  const gcm = new Gcm(key, nonce);
  const blocks = new WholeBlocks();
  return {
    update: (chunk) => {
      gcm.length.add(chunk.length);
      const whole = blocks.push(chunk, false);
      return whole.length === 0 ? EMPTY : gcm.encrypt(whole);
    },
    finish: (additionalData) => {
      const last = blocks.rest();
      const rest = last.length === 0 ? EMPTY : gcm.encrypt(last);
      return { rest, tag: gcm.tag(additionalData) };
    },
  };
}

function gcmDecryption(key: Uint8Array, nonce: Uint8Array, tagSize: number): GcmDecryption {
  requireGcmTagSize(tagSize);
  const gcm = new Gcm(key, nonce);
  const blocks = new WholeBlocks();
  return {
    update: (chunk) => {
      gcm.length.add(chunk.length);
      const whole = blocks.push(chunk, false);
      return whole.length === 0 ? EMPTY : gcm.decrypt(whole);
    },
    finish: (tag, additionalData) => {
      requireGcmTag(tag, tagSize);
      const last = blocks.rest();
      const rest = last.length === 0 ? EMPTY : gcm.decrypt(last);
      return equalSecret(gcm.tag(additionalData).subarray(0, tagSize), tag) ? rest : undefined;
    },
  };
}

/** AES with noble-ciphers: CBC, GCM in pieces, key wrap. There is no Triple DES. */
export const BLOCK_CIPHER: BlockCipher = {
  backend: NOBLE_CIPHERS,
  encryptCbc: (key, iv, plaintext) => {
    requireCbc(key, iv);
    return cbc(key, iv).encrypt(plaintext);
  },
  decryptCbc: (key, iv, ciphertext) => {
    requireCbc(key, iv);
    return attempt(() => cbc(key, iv).decrypt(ciphertext));
  },
  cbcEncryption,
  cbcDecryption,
  gcmEncryption,
  gcmDecryption,
  wrapKey: (wrappingKey, key) => {
    requireKeyWrap(wrappingKey, key);
    return aeskw(wrappingKey).encrypt(key);
  },
  unwrapKey: (wrappingKey, wrapped) => {
    requireAesKey(wrappingKey);
    return isWrappedSize(wrapped) ? attempt(() => aeskw(wrappingKey).decrypt(wrapped)) : undefined;
  },
};
