/** What every backend refuses, in the same words. */
import { HybridgeError, requireLength } from '../bytes/index.ts';
import {
  hash,
  type AeadDescriptor,
  type HashDescriptor,
  type HashName,
  type RsaOaepDescriptor,
  type Size,
} from '../registry/index.ts';

const misuse = (message: string): HybridgeError =>
  new HybridgeError('invalid_argument', message, { fault: 'caller' });

/** Refuses bytes that do not have the exact size, or have more than the largest. */
export function requireSize(bytes: Uint8Array, size: Size, what: string): void {
  if (typeof size === 'number') requireLength(bytes, size, what);
  else if (bytes.length > size.max)
    throw new HybridgeError('invalid_length', `${what}: ${bytes.length} bytes, at most ${size.max}`, {
      details: { max: size.max, actual: bytes.length },
    });
}

/** The size of something that has only one. */
export function exactSize(size: Size): number {
  if (typeof size !== 'number') throw new HybridgeError('internal', 'a size that varies where one is fixed');
  return size;
}

/** Refuses a context of more than 255 bytes [FIPS 204 §5.2, FIPS 205 §10.2]. */
export function requireContext(context: Uint8Array, what: string): void {
  if (context.length > 255) throw misuse(`${what}: a context has at most 255 bytes, not ${context.length}`);
}

/** Refuses a context where the algorithm has none. */
export function requireNoContext(context: Uint8Array, what: string): void {
  if (context.length > 0) throw misuse(`${what} takes no context`);
}

/** What a public key of Diffie-Hellman stands for, and the code of the error when it is refused. */
export interface PointRole {
  readonly what: 'ciphertext' | 'public key';
  readonly code: 'invalid_encoding' | 'invalid_key';
}

/** A key that somebody published. */
export const AS_PUBLIC_KEY: PointRole = { what: 'public key', code: 'invalid_key' };
/** The ephemeral key of a Diffie-Hellman KEM. */
export const AS_CIPHERTEXT: PointRole = { what: 'ciphertext', code: 'invalid_encoding' };

/** The error for a point that a curve refuses: off the curve, or of small order [RFC 7748 §6.1]. */
export function refusedPoint(name: string, role: PointRole, cause: unknown): HybridgeError {
  return new HybridgeError(role.code, `${name} ${role.what}: not a usable point of the curve`, { cause });
}

/** Refuses bytes that are not an uncompressed point by length and first byte [SEC 1 §2.3.3]. */
export function requireUncompressedPoint(point: Uint8Array, size: number, what: string): void {
  requireLength(point, size, what);
  if (point[0] !== 0x04)
    throw new HybridgeError('invalid_encoding', `${what}: not an uncompressed point (first byte not 04)`);
}

/** The length of a digest: the hash's own, or the one asked of an XOF. */
export function digestLength(descriptor: HashDescriptor, length: number | undefined): number {
  if (length === undefined) return descriptor.digestSize;
  if (descriptor.kind === 'hash' ? length !== descriptor.digestSize : !isCount(length))
    throw misuse(`${descriptor.name}: no digest of ${length} bytes`);
  return length;
}

/** Refuses XOFs where HMAC is wanted: their standards define no HMAC. */
export function requireHmacHash(name: HashName): HashDescriptor {
  const descriptor = hash(name);
  if (descriptor.kind !== 'hash') throw misuse(`HMAC takes a fixed-size hash, not ${name}`);
  return descriptor;
}

/** Refuses what HKDF-Expand does not define: a key shorter than the hash, more than 255 blocks [RFC 5869 §2.3]. */
export function requireHkdfExpand(
  descriptor: HashDescriptor,
  pseudoRandomKey: Uint8Array,
  length: number,
): void {
  const { name, digestSize } = descriptor;
  if (pseudoRandomKey.length < digestSize)
    throw misuse(`HKDF with ${name}: a pseudorandom key of ${pseudoRandomKey.length} bytes`);
  if (!isCount(length) || length > 255 * digestSize)
    throw misuse(`HKDF with ${name}: no output of ${length} bytes`);
}

/** Refuses what PBKDF2 does not define [RFC 8018 §5.2]. */
export function requirePbkdf2(iterations: number, length: number): void {
  if (!isCount(iterations) || iterations < 1 || iterations > 0x7fff_ffff)
    throw misuse(`PBKDF2: ${iterations} iterations`);
  if (!isCount(length) || length < 1 || length > 0x7fff_ffff)
    throw misuse(`PBKDF2: no output of ${length} bytes`);
}

/** The parameters of scrypt. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/** Most that scrypt may take for its table: 1 GiB, as with N = 2^20 and r = 8. */
const SCRYPT_TABLE = 2 ** 30;
/** Most that it may take for the lanes beside it. */
const SCRYPT_LANES = 2 ** 26;

/**
 * Refuses what scrypt does not define [RFC 7914 §2], and more than 1 GiB of table or 64 MiB of lanes.
 *
 * @returns the memory needed in bytes.
 */
export function requireScrypt(parameters: ScryptParameters, length: number): number {
  const { cost, blockSize, parallelization } = parameters;
  if (
    ![cost, blockSize, parallelization, length].every((value) => isCount(value) && value > 0) ||
    cost < 2 ||
    !Number.isInteger(Math.log2(cost)) ||
    length > 0x7fff_ffff
  )
    throw misuse(`scrypt: N=${cost}, r=${blockSize}, p=${parallelization}, ${length} bytes`);
  const block = 128 * blockSize;
  if (block * cost > SCRYPT_TABLE || block * parallelization > SCRYPT_LANES)
    throw misuse(`scrypt: N=${cost}, r=${blockSize}, p=${parallelization} takes more than 1 GiB`);
  // Two blocks more than RFC 7914 §2 needs: OpenSSL and noble count their scratch blocks as well.
  return block * (cost + parallelization + 2);
}

/** Refuses a nonce of another size than the algorithm's. */
export function requireNonce(descriptor: AeadDescriptor, nonce: Uint8Array): void {
  requireLength(nonce, descriptor.nonceSize, `${descriptor.name} nonce`);
}

/** Bits of an AES key. @throws HybridgeError `invalid_length` for a key that is not one of AES. */
export function requireAesKey(key: Uint8Array): 128 | 192 | 256 {
  switch (key.length) {
    case 16:
      return 128;
    case 24:
      return 192;
    case 32:
      return 256;
    default:
      throw new HybridgeError('invalid_length', `AES key: ${key.length} bytes, expected 16, 24 or 32`);
  }
}

/** Refuses a key that is not one of AES, and an initialization vector that is not a block. */
export function requireCbc(key: Uint8Array, iv: Uint8Array): 128 | 192 | 256 {
  requireLength(iv, 16, 'AES-CBC initialization vector');
  return requireAesKey(key);
}

/** Refuses a key that is not one of AES, and a nonce of another size than 12 bytes. */
export function requireGcm(key: Uint8Array, nonce: Uint8Array): 128 | 192 | 256 {
  requireLength(nonce, 12, 'AES-GCM nonce');
  return requireAesKey(key);
}

/** Refuses a message that RSA-OAEP with this modulus and hash cannot hold [RFC 8017 §7.1.1]. */
export function requireOaepMessage(
  descriptor: RsaOaepDescriptor,
  message: Uint8Array,
  hashName: HashName,
): void {
  const maximum = descriptor.sizes.ciphertext - 2 * hash(hashName).digestSize - 2;
  if (message.length > maximum)
    throw new HybridgeError(
      'message_too_large',
      `RSA-OAEP with ${descriptor.modulusBits} bits and ${hashName}: ${message.length} bytes, at most ${maximum}`,
      { details: { actual: message.length, maximum } },
    );
}

/** Refuses a wrapping key that is not one of AES, and keys that RFC 3394 §2 does not wrap. */
export function requireKeyWrap(wrappingKey: Uint8Array, key: Uint8Array): 128 | 192 | 256 {
  if (key.length < 16 || key.length % 8 !== 0)
    throw new HybridgeError(
      'invalid_length',
      `AES key wrap: a key of ${key.length} bytes, expected a multiple of 8 and at least 16`,
    );
  return requireAesKey(wrappingKey);
}

/** Whether a wrapped key has a size that can be [RFC 3394 §2.2.2]. */
export function isWrappedSize(wrapped: Uint8Array): boolean {
  return wrapped.length >= 24 && wrapped.length % 8 === 0;
}

/** Refuses what is no key or no initialization vector of Triple DES. */
export function requireTripleDes(key: Uint8Array, iv: Uint8Array): void {
  requireLength(key, 24, 'Triple DES key');
  requireLength(iv, 8, 'Triple DES initialization vector');
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
