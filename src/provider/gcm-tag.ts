/** What GCM is made of beyond the cipher [SP 800-38D], for messages in pieces. */
import { HybridgeError, requireLength } from '../bytes/index.ts';

const BLOCK = 16;
/** 2^39 - 256 bits: the counter has 32 bits and two values are spoken for [SP 800-38D §5.2.1.1]. */
const MAX_BYTES = 2 ** 36 - 32;

/** R of SP 800-38D §6.3: x^128 + x^7 + x^2 + x + 1, the lowest power in the highest bit. */
const REDUCTION = 0xe1n << 120n;

function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  for (let bit = 127n, factor = y; bit >= 0n; bit--) {
    if (((x >> bit) & 1n) === 1n) product ^= factor;
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ REDUCTION : factor >> 1n;
  }
  return product;
}

function power(base: bigint, exponent: number): bigint {
  let result = 1n << 127n;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

function toBlock(value: bigint): Uint8Array {
  const block = new Uint8Array(BLOCK);
  for (let at = BLOCK - 1, rest = value; at >= 0; at--, rest >>= 8n) block[at] = Number(rest & 0xffn);
  return block;
}

function fromBlock(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = 0; at < BLOCK; at++) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return value;
}

/**
 * What a tag computed without additional data lacks. GHASH is linear: with a blocks of additional data before c
 * blocks of ciphertext, the difference is (A_1·H^a + ... + A_a·H)·H^(c+1) + (8·|A| ‖ 0)·H [SP 800-38D §7.1]. So the
 * data may come after the message, as in AuthEnvelopedData [RFC 5083 §2.1], and the message need not be kept.
 *
 * @param hashKey - H, the encryption of the zero block.
 * @returns 16 bytes to add (exclusive or) to the tag.
 */
export function additionalDataInTag(
  hashKey: Uint8Array,
  additionalData: Uint8Array,
  ciphertextLength: number,
): Uint8Array {
  if (additionalData.length === 0) return new Uint8Array(BLOCK);
  const h = fromBlock(hashKey);
  let sum = 0n;
  for (let at = 0; at < additionalData.length; at += BLOCK)
    sum = multiply(sum ^ fromBlock(additionalData.subarray(at, at + BLOCK)), h);
  const shifted = multiply(sum, power(h, Math.ceil(ciphertextLength / BLOCK) + 1));
  return toBlock(shifted ^ multiply(BigInt(8 * additionalData.length) << 64n, h));
}

/** The tag with `difference` added, as long as the tag. */
export function adjustTag(tag: Uint8Array, difference: Uint8Array): Uint8Array {
  return tag.map((byte, index) => byte ^ (difference[index] ?? 0));
}

/** Refuses a tag size below 12 bytes or above 16 [SP 800-38D §5.2.1.2, RFC 5084 §3.2]. */
export function requireGcmTagSize(size: number): void {
  if (!Number.isInteger(size) || size < 12 || size > 16)
    throw new HybridgeError('invalid_argument', `AES-GCM: no tag of ${size} bytes, only 12 to 16`, {
      fault: 'caller',
    });
}

/** Refuses a tag of another size than was announced. */
export function requireGcmTag(tag: Uint8Array, size: number): void {
  requireLength(tag, size, 'AES-GCM tag');
}

/** Counts the bytes of a message under one nonce. */
export class GcmLength {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {@link HybridgeError} `message_too_large` beyond what GCM can encrypt under one nonce. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES)
      throw new HybridgeError('message_too_large', `AES-GCM: more than ${MAX_BYTES} bytes`, {
        details: { maximum: MAX_BYTES },
      });
  }
}
