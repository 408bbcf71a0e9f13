/** Key derivation of PKCS #12 [RFC 7292 Appendix B]: what old files and most MACs are made with. */
import { concat, EMPTY, fromUtf8, HybridgeError, wipe } from '../bytes/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { hash as hashDescriptor, type HashName } from '../registry/index.ts';

/** What the derived bytes are for: the diversifier of RFC 7292 §B.3. */
export type Pkcs12Purpose = 'encryption-key' | 'initialization-vector' | 'mac-key';

const IDS: Readonly<Record<Pkcs12Purpose, number>> = {
  'encryption-key': 1,
  'initialization-vector': 2,
  'mac-key': 3,
};

/** A password as PKCS #12 takes it: UTF-16, big-endian, two zero bytes at the end [RFC 7292 §B.1]. */
export function bmpPassword(password: Uint8Array | string): Uint8Array {
  const text = typeof password === 'string' ? password : fromUtf8(password, 'password');
  const bytes = new Uint8Array(2 * text.length + 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at));
  return bytes;
}

/** Copies of bytes, one after the other, to a multiple of the block. */
function repeated(bytes: Uint8Array, block: number): Uint8Array {
  if (bytes.length === 0) return EMPTY;
  const result = new Uint8Array(block * Math.ceil(bytes.length / block));
  for (let at = 0; at < result.length; at += bytes.length)
    result.set(bytes.subarray(0, result.length - at), at);
  return result;
}

/** Adds B + 1 to a block of I, as big-endian numbers, without the carry out. */
function addTo(block: Uint8Array, addend: Uint8Array): void {
  let carry = 1;
  for (let at = block.length - 1; at >= 0; at--) {
    carry += (block[at] ?? 0) + (addend[at] ?? 0);
    block[at] = carry & 0xff;
    carry >>= 8;
  }
}

/**
 * Derives bytes from a password [RFC 7292 §B.2].
 *
 * @param password - As {@link bmpPassword} makes it; empty for no password.
 */
export function pkcs12Kdf(
  provider: Provider,
  hashName: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: Pkcs12Purpose,
  length: number,
): Uint8Array {
  const { blockSize, digestSize } = hashDescriptor(hashName);
  const hash = requireHash(provider, hashName);
  const diversifier = new Uint8Array(blockSize).fill(IDS[purpose]);
  const input = concat(repeated(salt, blockSize), repeated(password, blockSize));
  const output = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += digestSize) {
    let block = hash.digest(concat(diversifier, input));
    for (let round = 1; round < iterations; round++) block = hash.digest(block);
    output.set(block.subarray(0, length - offset), offset);
    const addend = repeated(block, blockSize).subarray(0, blockSize);
    for (let at = 0; at < input.length; at += blockSize) addTo(input.subarray(at, at + blockSize), addend);
    wipe(block);
  }
  wipe(input);
  return output;
}

/** The work that one file may ask for, so that a hostile one costs seconds and not hours. */
export class WorkBudget {
  #left: number;

  /** @param iterations - Rounds of hashing. */
  constructor(iterations: number) {
    this.#left = iterations;
  }

  /** @throws {@link HybridgeError} `unsupported` when it is used up. */
  spend(iterations: number): void {
    this.#left -= iterations;
    if (this.#left < 0)
      throw new HybridgeError(
        'unsupported',
        'PKCS #12: the file asks for more iterations of key derivation than is supported',
        { details: { iterations } },
      );
  }
}
