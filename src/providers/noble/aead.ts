import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { requireLength } from '../../bytes/index.ts';
import { type Aead, requireNonce } from '../../provider/index.ts';
import { aead, type AeadName } from '../../registry/index.ts';
import { NOBLE_CIPHERS } from './backend.ts';

function serve(name: AeadName, algorithm: typeof chacha20poly1305 | typeof gcm): Aead {
  const descriptor = aead(name);
  return {
    backend: NOBLE_CIPHERS,
    key: (bytes) => {
      requireLength(bytes, descriptor.keySize, `${name} key`);
      const key = Uint8Array.from(bytes);
      return {
        seal: (nonce, plaintext, additionalData) => {
          requireNonce(descriptor, nonce);
          return algorithm(key, nonce, additionalData).encrypt(plaintext);
        },
        open: (nonce, sealed, additionalData) => {
          requireNonce(descriptor, nonce);
          if (sealed.length < descriptor.tagSize) return undefined;
          try {
            return algorithm(key, nonce, additionalData).decrypt(sealed);
          } catch {
            // noble tells a wrong tag by an exception; lengths were checked above.
            return undefined;
          }
        },
      };
    },
  };
}

/** Authenticated encryption with noble-ciphers. */
export const AEAD_TABLE: Readonly<Record<AeadName, Aead>> = {
  'AES-128-GCM': serve('AES-128-GCM', gcm),
  'AES-256-GCM': serve('AES-256-GCM', gcm),
  'ChaCha20-Poly1305': serve('ChaCha20-Poly1305', chacha20poly1305),
};
