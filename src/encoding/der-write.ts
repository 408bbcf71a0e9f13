/** Writers of DER: each returns one complete element. Reached as `der.sequence(...)`. */
import { concat, EMPTY, HybridgeError } from '../bytes/index.ts';
import * as tags from './der-tags.ts';

/** One element with the given identifier octet and contents. */
export function element(tag: tags.Tag, ...contents: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of contents) length += part.length;
  return concat(header(tag, length), ...contents);
}

/** The identifier and length octets of an element whose contents are written apart, of any length below 2^48. */
export function header(tag: tags.Tag, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}

/** SEQUENCE of elements. */
export function sequence(...elements: readonly Uint8Array[]): Uint8Array {
  return element(tags.SEQUENCE, ...elements);
}

/** `[number]` EXPLICIT around an element. */
export function explicit(number: number, ...elements: readonly Uint8Array[]): Uint8Array {
  return element(tags.explicit(number), ...elements);
}

/** `[number]` IMPLICIT OCTET STRING. */
export function implicitOctetString(number: number, bytes: Uint8Array): Uint8Array {
  return element(tags.implicit(number), bytes);
}

/** INTEGER from a non-negative number below 2^48. */
export function integer(value: number): Uint8Array {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return unsignedInteger(Uint8Array.from(octets));
}

/** INTEGER from the big-endian bytes of a non-negative number; leading zeros are dropped. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  const significant = magnitude.subarray(start);
  const sign = significant.length === 0 || (significant[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : EMPTY;
  return element(tags.INTEGER, sign, significant);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(tags.OCTET_STRING, bytes);
}

/** BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(tags.BIT_STRING, Uint8Array.of(0), bytes);
}

/** BIT STRING whose bits have names, without trailing zero bits [X.690 §11.2.2]. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(-1, ...bits);
  const octets = new Uint8Array(Math.ceil((highest + 1) / 8));
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(tags.BIT_STRING, Uint8Array.of(highest < 0 ? 0 : 7 - (highest & 7)), octets);
}

/** BOOLEAN. */
export function boolean(value: boolean): Uint8Array {
  return element(tags.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
}

/** ENUMERATED from a number below 128. */
export function enumerated(value: number): Uint8Array {
  return element(tags.ENUMERATED, Uint8Array.of(value));
}

/** SET OF elements, in ascending order of their encodings [X.690 §11.6]. */
export function setOf(...elements: readonly Uint8Array[]): Uint8Array {
  return element(tags.SET, ...elements.toSorted(compareEncodings));
}

function compareEncodings(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The element under `[number]` IMPLICIT in place of its own tag; it stays primitive or constructed. */
export function implicitly(number: number, encoded: Uint8Array): Uint8Array {
  const tagged = Uint8Array.from(encoded);
  tagged[0] = tags.implicit(number) | ((encoded[0] ?? 0) & tags.CONSTRUCTED);
  return tagged;
}

/** NULL. */
export function nil(): Uint8Array {
  return element(tags.NULL);
}

/**
 * OBJECT IDENTIFIER from its dotted form.
 *
 * @throws {@link HybridgeError} `invalid_argument` when the text is not one.
 */
export function oid(dotted: string): Uint8Array {
  const arcs = dotted.split('.').map(Number);
  const [root, second, ...rest] = arcs;
  if (
    !/^(?:0|[1-9]\d{0,15})(?:\.(?:0|[1-9]\d{0,15}))+$/.test(dotted) ||
    root === undefined ||
    second === undefined ||
    root > 2 ||
    (root < 2 && second > 39) ||
    !arcs.every((arc) => arc <= Number.MAX_SAFE_INTEGER - 80)
  )
    throw new HybridgeError('invalid_argument', `not an object identifier: ${dotted}`, { fault: 'caller' });
  return element(tags.OBJECT_IDENTIFIER, Uint8Array.from([40 * root + second, ...rest].flatMap(base128)));
}

function base128(arc: number): readonly number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    octets.unshift(0x80 | (left % 128));
  return octets;
}
