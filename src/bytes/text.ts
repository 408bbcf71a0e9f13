import { HybridgeError } from './error.ts';

const HEX_DIGITS = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const decodeTable = (alphabet: string): Int8Array => {
  const table = new Int8Array(128).fill(-1);
  for (let index = 0; index < alphabet.length; index++) table[alphabet.charCodeAt(index)] = index;
  return table;
};
const BASE64_VALUES = decodeTable(BASE64);
const BASE64URL_VALUES = decodeTable(BASE64URL);

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 15);
  return text;
}

/**
 * The bytes that hexadecimal digits of either case stand for.
 *
 * @throws {@link HybridgeError} `invalid_encoding` for an odd number of digits or another character.
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0)
    throw new HybridgeError('invalid_encoding', `hexadecimal: odd number of digits (${String(text.length)})`);
  const bytes = new Uint8Array(text.length / 2);
  const lower = text.toLowerCase();
  for (let index = 0; index < bytes.length; index++) {
    const high = HEX_DIGITS.indexOf(lower.charAt(2 * index));
    const low = HEX_DIGITS.indexOf(lower.charAt(2 * index + 1));
    if (high < 0 || low < 0)
      throw new HybridgeError(
        'invalid_encoding',
        `hexadecimal: no digit near character ${String(2 * index)}`,
        {
          details: { offset: 2 * index },
        },
      );
    bytes[index] = (high << 4) | low;
  }
  return bytes;
}

function encode(bytes: Uint8Array, alphabet: string, padding: string): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    text += left > 1 ? alphabet.charAt((group >> 6) & 63) : padding;
    text += left > 2 ? alphabet.charAt(group & 63) : padding;
  }
  return text;
}

// RFC 4648 §3.5: the bits that carry no data must be zero, so that one byte string has one text.
function decode(text: string, values: Int8Array, name: string): Uint8Array {
  const fail = (why: string, offset: number): HybridgeError =>
    new HybridgeError('invalid_encoding', `${name}: ${why} at character ${String(offset)}`, {
      details: { offset },
    });
  if (text.length % 4 === 1) throw fail('incomplete last group', text.length);
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let buffer = 0;
  let bits = 0;
  let written = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw fail('a character outside the alphabet', index);
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = (buffer >> bits) & 0xff;
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) throw fail('unused bits are not zero', text.length);
  return bytes;
}

/** Base64 with padding [RFC 4648 §4]. */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, BASE64, '=');
}

/**
 * Strict base64: the padding is required, unused bits are zero, no white space [RFC 4648 §4].
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0)
    throw new HybridgeError(
      'invalid_encoding',
      'base64: the length is not a multiple of four (padding missing?)',
    );
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text.slice(0, text.length - padding), BASE64_VALUES, 'base64');
}

/** Base64 without padding, as the age format and PHC strings write it [RFC 4648 §3.2]. */
export function toBase64Unpadded(bytes: Uint8Array): string {
  return encode(bytes, BASE64, '');
}

/**
 * Strict base64 without padding.
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 */
export function fromBase64Unpadded(text: string): Uint8Array {
  return decode(text, BASE64_VALUES, 'base64');
}

/** Base64url without padding, as JOSE writes it [RFC 4648 §5, RFC 7515 §2]. */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, BASE64URL, '');
}

/**
 * Strict base64url without padding.
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 */
export function fromBase64Url(text: string): Uint8Array {
  return decode(text, BASE64URL_VALUES, 'base64url');
}
