import { HybridgeError } from '../../bytes/index.ts';

/** Bech32 [BIP 173] without its limit on length, as age writes keys. */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const CHECKSUM_LENGTH = 6;

/** Far above the longest key of age, 1959 characters. */
const MAX_LENGTH = 8192;

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, bit) => {
      if (((top >>> bit) & 1) === 1) checksum ^= term;
    });
  }
  return checksum;
}

function expandPrefix(prefix: string): readonly number[] {
  const codes = Array.from(prefix, (character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function toWords(bytes: Uint8Array): readonly number[] {
  const words: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) words.push((buffer >> (bits - 5)) & 31);
  }
  if (bits > 0) words.push((buffer << (5 - bits)) & 31);
  return words;
}

/** The lower-case Bech32 text of bytes under a lower-case prefix. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const words = toWords(bytes);
  const checksum = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const tail = Array.from({ length: CHECKSUM_LENGTH }, (_, index) => (checksum >>> (5 * (5 - index))) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => ALPHABET.charAt(word)).join('')}`;
}

/**
 * Reads lower-case Bech32. The messages show no character of the text: it may be a private key.
 *
 * @param what - Names the text in messages.
 * @throws HybridgeError `invalid_encoding`.
 */
export function decodeBech32(
  text: string,
  what: string,
): { readonly prefix: string; readonly bytes: Uint8Array } {
  const fail = (why: string): HybridgeError => new HybridgeError('invalid_encoding', `${what}: ${why}`);
  if (text.length > MAX_LENGTH) throw fail(`longer than ${MAX_LENGTH} characters`);
  const separator = text.lastIndexOf('1');
  if (separator < 1) throw fail('no Bech32 prefix');
  const prefix = text.slice(0, separator);
  if (!/^[!-@[-~]+$/.test(prefix)) throw fail('a character outside the Bech32 prefix alphabet');
  const words = Array.from(text.slice(separator + 1), (character) => ALPHABET.indexOf(character));
  const wrong = words.indexOf(-1);
  if (wrong >= 0) throw fail(`a character outside the Bech32 alphabet at position ${separator + 1 + wrong}`);
  if (words.length < CHECKSUM_LENGTH || polymod([...expandPrefix(prefix), ...words]) !== 1)
    throw fail('the Bech32 checksum does not match');

  const data = words.slice(0, -CHECKSUM_LENGTH);
  const bytes = new Uint8Array(Math.floor((data.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let written = 0;
  for (const word of data) {
    buffer = ((buffer << 5) | word) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes[written++] = (buffer >> (bits -= 8)) & 0xff;
  }
  // One byte string has one text: no spare character, and the bits that carry nothing are zero.
  if (bits >= 5 || (buffer & ((1 << bits) - 1)) !== 0) throw fail('unused Bech32 bits are not zero');
  return { prefix, bytes };
}
