/** Writers of the TLS presentation language [RFC 9846 §3]. Reached as `tls.u16(...)`. */
import { concat, HybridgeError } from '../bytes/index.ts';
import { lengthWidth } from './tls-read.ts';

export function u8(value: number): Uint8Array {
  return unsigned(value, 1);
}

export function u16(value: number): Uint8Array {
  return unsigned(value, 2);
}

export function u24(value: number): Uint8Array {
  return unsigned(value, 3);
}

export function u32(value: number): Uint8Array {
  return unsigned(value, 4);
}

/**
 * `T name<min..max>`: the parts one after the other behind their length, whose width follows from `max`.
 *
 * @throws {@link HybridgeError} `invalid_argument` when the parts are shorter or longer than the bounds.
 */
export function vector(min: number, max: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length < min || length > max)
    throw new HybridgeError('invalid_argument', `TLS vector: length ${length} outside ${min}..${max}`, {
      fault: 'caller',
      details: { actual: length, minimum: min, maximum: max },
    });
  return concat(unsigned(length, lengthWidth(max)), ...parts);
}

function unsigned(value: number, width: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** width)
    throw new HybridgeError('invalid_argument', `TLS uint${8 * width}: ${value} out of range`, {
      fault: 'caller',
      details: { value, bits: 8 * width },
    });
  const bytes = new Uint8Array(width);
  for (let at = width - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256))
    bytes[at] = rest & 0xff;
  return bytes;
}
