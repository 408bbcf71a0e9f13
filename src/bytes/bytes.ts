import { HybridgeError } from './error.ts';

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The empty byte string; shared, and as every zero-length array it cannot be changed. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** The bytes of all parts, one after the other, in a new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether two public byte strings are equal; stops at the first difference. Not for secrets. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/**
 * Whether two byte strings are equal, reading every byte whatever the contents.
 *
 * The amount of work depends on the length alone. JavaScript gives no promise about timing beyond that.
 */
export function equalSecret(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Overwrites secrets with zeros, as far as JavaScript can: copies made by the engine are out of reach. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return utf8Encoder.encode(text);
}

/**
 * The text that UTF-8 bytes stand for.
 *
 * @throws {@link HybridgeError} `invalid_encoding` when the bytes are not well-formed UTF-8.
 */
export function fromUtf8(bytes: Uint8Array, what = 'text'): string {
  try {
    return utf8Decoder.decode(bytes);
  } catch (cause) {
    throw new HybridgeError('invalid_encoding', `${what}: not well-formed UTF-8`, { cause });
  }
}

/**
 * Refuses a byte string whose length is not the one its algorithm fixes.
 *
 * @param what - Names the value in the message, as in `ML-KEM-768 ciphertext`.
 * @throws {@link HybridgeError} `invalid_length`.
 */
export function requireLength(bytes: Uint8Array, expected: number, what: string): void {
  if (bytes.length !== expected)
    throw new HybridgeError(
      'invalid_length',
      `${what}: ${String(bytes.length)} bytes, expected ${String(expected)}`,
      { details: { expected, actual: bytes.length } },
    );
}
