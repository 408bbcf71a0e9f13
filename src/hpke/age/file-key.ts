import { EMPTY, utf8, wipe } from '../../bytes/index.ts';
import { type AeadKey, type Provider, requireAead, requireKeyDerivation } from '../../provider/index.ts';

/** Bytes of a file key: each file has one of its own, and everything in the file hangs on it. */
export const FILE_KEY_SIZE = 16;

/** Bytes of the nonce that the payload begins with. */
export const PAYLOAD_NONCE_SIZE = 16;

const HEADER_INFO = utf8('header');
const PAYLOAD_INFO = utf8('payload');

/** HMAC over the header, up to and including `---` [age, "Header MAC"]. */
export function headerMac(provider: Provider, fileKey: Uint8Array, header: string): Uint8Array {
  const key = deriveKey(provider, fileKey, EMPTY, HEADER_INFO);
  try {
    return requireKeyDerivation(provider).hmac('SHA-256', key, utf8(header));
  } finally {
    wipe(key);
  }
}

/** The key that the chunks of the payload are encrypted with [age, "Payload"]. */
export function payloadKey(provider: Provider, fileKey: Uint8Array, nonce: Uint8Array): AeadKey {
  return streamKey(provider, fileKey, nonce, PAYLOAD_INFO);
}

/** A ChaCha20-Poly1305 key derived with HKDF-SHA-256. */
export function streamKey(
  provider: Provider,
  inputKey: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
): AeadKey {
  const key = deriveKey(provider, inputKey, salt, info);
  try {
    return requireAead(provider, 'ChaCha20-Poly1305').key(key);
  } finally {
    wipe(key);
  }
}

function deriveKey(provider: Provider, inputKey: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array {
  const keyDerivation = requireKeyDerivation(provider);
  const pseudoRandomKey = keyDerivation.hkdfExtract('SHA-256', salt, inputKey);
  try {
    return keyDerivation.hkdfExpand('SHA-256', pseudoRandomKey, info, 32);
  } finally {
    wipe(pseudoRandomKey);
  }
}
