import type { CipherGCMTypes } from 'node:crypto';
import { concat, EMPTY } from '../../bytes/index.ts';
import {
  additionalDataInTag,
  adjustTag,
  type BlockCipher,
  type GcmDecryption,
  type GcmEncryption,
  GcmLength,
  isWrappedSize,
  requireCbc,
  requireGcm,
  requireGcmTag,
  requireGcmTagSize,
  requireAesKey,
  requireKeyWrap,
  requireTripleDes,
} from '../../provider/index.ts';
import { native, type NodeCrypto, plain, works } from './node-crypto.ts';

/** The initial value of RFC 3394 §2.2.3.1. */
const WRAP_IV: Uint8Array = new Uint8Array(8).fill(0xa6);
const GCM: Readonly<Record<128 | 192 | 256, CipherGCMTypes>> = {
  128: 'aes-128-gcm',
  192: 'aes-192-gcm',
  256: 'aes-256-gcm',
};

/** AES in CBC, GCM and key wrap; `undefined` where the runtime lacks it. */
export function blockCipher(crypto: NodeCrypto): BlockCipher | undefined {
  const zeros = new Uint8Array(16);
  if (!works(() => crypto.createCipheriv('aes-128-cbc', zeros, zeros))) return undefined;
  const cbc = (key: Uint8Array, iv: Uint8Array): string => `aes-${requireCbc(key, iv)}-cbc`;
  // Runtimes may be built without DES.
  const tripleDes = works(() =>
    crypto.createDecipheriv('des-ede3-cbc', new Uint8Array(24), new Uint8Array(8)),
  );
  return {
    backend: native('encrypts 64 KiB with AES-256-CBC in 81 µs, plain JavaScript in 467', 'caller'),
    encryptCbc: (key, iv, plaintext) => {
      const cipher = crypto.createCipheriv(cbc(key, iv), key, iv);
      return concat(cipher.update(plaintext), cipher.final());
    },
    decryptCbc: (key, iv, ciphertext) => whole(crypto, cbc(key, iv), key, iv, ciphertext),
    cbcEncryption: (key, iv) => {
      const cipher = crypto.createCipheriv(cbc(key, iv), key, iv);
      return { update: (chunk) => plain(cipher.update(chunk)), finish: () => plain(cipher.final()) };
    },
    cbcDecryption: (key, iv) => {
      const decipher = crypto.createDecipheriv(cbc(key, iv), key, iv);
      return {
        update: (chunk) => plain(decipher.update(chunk)),
        finish: () => finished(() => plain(decipher.final())),
      };
    },
    gcmEncryption: (key, nonce) => gcmEncryption(crypto, key, nonce),
    gcmDecryption: (key, nonce, tagSize) => gcmDecryption(crypto, key, nonce, tagSize),
    wrapKey: (wrappingKey, key) => {
      const cipher = crypto.createCipheriv(
        `id-aes${requireKeyWrap(wrappingKey, key)}-wrap`,
        wrappingKey,
        WRAP_IV,
      );
      return concat(cipher.update(key), cipher.final());
    },
    unwrapKey: (wrappingKey, wrapped) => {
      const bits = requireAesKey(wrappingKey);
      if (!isWrappedSize(wrapped)) return undefined;
      const decipher = crypto.createDecipheriv(`id-aes${bits}-wrap`, wrappingKey, WRAP_IV);
      return finished(() => concat(decipher.update(wrapped), decipher.final()));
    },
    ...(tripleDes && {
      decryptTripleDesCbc: (key, iv, ciphertext) => {
        requireTripleDes(key, iv);
        return whole(crypto, 'des-ede3-cbc', key, iv, ciphertext);
      },
    }),
  };
}

/** What an exception means here: wrong padding, a wrong tag. */
function finished(finish: () => Uint8Array): Uint8Array | undefined {
  try {
    return finish();
  } catch {
    return undefined;
  }
}

function whole(
  crypto: NodeCrypto,
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  const decipher = crypto.createDecipheriv(name, key, iv);
  const head = decipher.update(ciphertext);
  try {
    return finished(() => concat(head, decipher.final()));
  } finally {
    head.fill(0);
  }
}

/** H of SP 800-38D: the encryption of the zero block. */
function hashKey(crypto: NodeCrypto, bits: number, key: Uint8Array): Uint8Array {
  return crypto.createCipheriv(`aes-${bits}-ecb`, key, null).update(new Uint8Array(16));
}

function gcmEncryption(crypto: NodeCrypto, key: Uint8Array, nonce: Uint8Array): GcmEncryption {
  const bits = requireGcm(key, nonce);
  const cipher = crypto.createCipheriv(GCM[bits], key, nonce);
  const h = hashKey(crypto, bits, key);
  const length = new GcmLength();
  return {
    update: (chunk) => {
      length.add(chunk.length);
      return plain(cipher.update(chunk));
    },
    finish: (additionalData) => {
      cipher.final();
      const tag = plain(cipher.getAuthTag());
      const difference = additionalDataInTag(h, additionalData, length.bytes);
      h.fill(0);
      return { rest: EMPTY, tag: adjustTag(tag, difference) };
    },
  };
}

function gcmDecryption(
  crypto: NodeCrypto,
  key: Uint8Array,
  nonce: Uint8Array,
  tagSize: number,
): GcmDecryption {
  const bits = requireGcm(key, nonce);
  requireGcmTagSize(tagSize);
  const decipher = crypto.createDecipheriv(GCM[bits], key, nonce, { authTagLength: tagSize });
  const h = hashKey(crypto, bits, key);
  const length = new GcmLength();
  return {
    update: (chunk) => {
      length.add(chunk.length);
      return plain(decipher.update(chunk));
    },
    finish: (tag, additionalData) => {
      requireGcmTag(tag, tagSize);
      // OpenSSL takes additional data before the message only: it is asked for the tag without them.
      const difference = additionalDataInTag(h, additionalData, length.bytes);
      h.fill(0);
      decipher.setAuthTag(adjustTag(tag, difference));
      return finished(() => plain(decipher.final()));
    },
  };
}
