import type { CipherGCM, CipherGCMTypes, DecipherGCM, KeyObject } from 'node:crypto';
import { requireLength } from '../../bytes/index.ts';
import { type Aead, requireNonce } from '../../provider/index.ts';
import { aead, type AeadName } from '../../registry/index.ts';
import { native, type NodeCrypto, plain, works } from './node-crypto.ts';

/** The two directions of a cipher; the types of `node:crypto` tell GCM and ChaCha20-Poly1305 apart. */
interface Directions {
  readonly encrypt: (key: KeyObject, nonce: Uint8Array) => CipherGCM;
  readonly decrypt: (key: KeyObject, nonce: Uint8Array) => DecipherGCM;
}

function directions(crypto: NodeCrypto, name: AeadName): Directions {
  const options = { authTagLength: aead(name).tagSize };
  const gcm = (cipher: CipherGCMTypes): Directions => ({
    encrypt: (key, nonce) => crypto.createCipheriv(cipher, key, nonce, options),
    decrypt: (key, nonce) => crypto.createDecipheriv(cipher, key, nonce, options),
  });
  const table: Readonly<Record<AeadName, Directions>> = {
    'AES-128-GCM': gcm('aes-128-gcm'),
    'AES-256-GCM': gcm('aes-256-gcm'),
    'ChaCha20-Poly1305': {
      encrypt: (key, nonce) => crypto.createCipheriv('chacha20-poly1305', key, nonce, options),
      decrypt: (key, nonce) => crypto.createDecipheriv('chacha20-poly1305', key, nonce, options),
    },
  };
  return table[name];
}

/** Authenticated encryption; `undefined` where the runtime lacks the cipher. */
export function aeadOf(crypto: NodeCrypto, name: AeadName): Aead | undefined {
  const descriptor = aead(name);
  const { keySize, nonceSize, tagSize } = descriptor;
  const { encrypt, decrypt } = directions(crypto, name);
  if (!works(() => encrypt(crypto.createSecretKey(new Uint8Array(keySize)), new Uint8Array(nonceSize))))
    return undefined;
  return {
    backend: native('seals 64 KiB with AES-256-GCM in 30 µs, plain JavaScript in 1000', 'caller'),
    key: (bytes) => {
      requireLength(bytes, keySize, `${name} key`);
      const key = crypto.createSecretKey(bytes);
      return {
        seal: (nonce, plaintext, additionalData) => {
          requireNonce(descriptor, nonce);
          const cipher = encrypt(key, nonce);
          if (additionalData.length > 0) cipher.setAAD(additionalData);
          // Stream ciphers inside: everything comes out of `update`, nothing of `final`.
          const sealed = new Uint8Array(plaintext.length + tagSize);
          sealed.set(cipher.update(plaintext));
          cipher.final();
          sealed.set(cipher.getAuthTag(), plaintext.length);
          return sealed;
        },
        open: (nonce, sealed, additionalData) => {
          requireNonce(descriptor, nonce);
          const size = sealed.length - tagSize;
          if (size < 0) return undefined;
          const decipher = decrypt(key, nonce);
          if (additionalData.length > 0) decipher.setAAD(additionalData);
          decipher.setAuthTag(sealed.subarray(size));
          const plaintext = plain(decipher.update(sealed.subarray(0, size)));
          try {
            decipher.final();
          } catch {
            // The tag does not fit: nobody may see what came out.
            plaintext.fill(0);
            return undefined;
          }
          return plaintext;
        },
      };
    },
  };
}
