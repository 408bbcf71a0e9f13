import { decode, encode, Tag } from 'cbor2';

import { HybridgeError } from '../bytes/index.ts';

/** A tagged data item [RFC 8949 §3.4]. Tags are kept, never acted upon. */
export class CborTag {
  readonly tag: number;
  readonly value: CborValue;

  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/** A CBOR map; keys compare by value for numbers and texts. */
export type CborMap = ReadonlyMap<CborValue, CborValue>;

/** What CBOR of the house can say. Integers beyond 2^53 are `bigint`; there is no `undefined`. */
export type CborValue =
  bigint | boolean | CborMap | CborTag | null | number | string | Uint8Array | readonly CborValue[];

/** Bounds of a CBOR reading. */
export interface CborLimits {
  /** Largest input in bytes. */
  readonly maxBytes?: number;
  /** Deepest nesting of arrays, maps and tags. */
  readonly maxDepth?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 32;

/**
 * The one data item that the bytes encode, read strictly: shortest lengths and numbers, definite lengths, no
 * duplicate map keys, no trailing bytes [RFC 8949 §4.2.1]. The order of map keys is free, since COSE leaves it free.
 *
 * @param what - Names the item in the message.
 * @throws {@link HybridgeError} `invalid_encoding`; `message_too_large` beyond the limit (16 MiB unless told).
 */
export function decodeCbor(bytes: Uint8Array, what: string, limits: CborLimits = {}): CborValue {
  const { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = limits;
  if (bytes.length > maxBytes)
    throw new HybridgeError('message_too_large', `${what}: ${bytes.length} bytes, at most ${maxBytes}`, {
      details: { actual: bytes.length, maximum: maxBytes },
    });
  let decoded: unknown;
  try {
    decoded = decode(plain(bytes), {
      ignoreGlobalTags: true,
      maxDepth,
      preferMap: true,
      rejectDuplicateKeys: true,
      // A float that equals an integer would be the integer to every reader after this one.
      rejectLongFloats: true,
      rejectLongLoundNaN: true,
      rejectNegativeZero: true,
      rejectSimple: true,
      rejectStreaming: true,
      rejectUndefined: true,
      requirePreferred: true,
    });
  } catch (cause) {
    // The library quotes map keys, which the input may make as long as it likes.
    const why = cause instanceof Error ? cause.message.slice(0, 100) : 'malformed';
    throw new HybridgeError('invalid_encoding', `${what}: CBOR: ${why}`, { cause });
  }
  return toValue(decoded, what);
}

function toValue(item: unknown, what: string): CborValue {
  if (item === null || item instanceof Uint8Array) return item;
  if (typeof item === 'bigint' || typeof item === 'boolean') return item;
  if (typeof item === 'number' || typeof item === 'string') return item;
  if (Array.isArray(item)) return item.map((element) => toValue(element, what));
  if (item instanceof Map)
    return new Map(Array.from(item, ([key, value]) => [toValue(key, what), toValue(value, what)]));
  if (item instanceof Tag && Number.isSafeInteger(Number(item.tag)))
    return new CborTag(Number(item.tag), toValue(item.contents, what));
  throw new HybridgeError('invalid_encoding', `${what}: CBOR: a value of no supported type`);
}

/**
 * The core deterministic encoding of a value: shortest forms, definite lengths, map keys in bytewise order of their
 * encodings [RFC 8949 §4.2.1].
 *
 * @throws {@link HybridgeError} `invalid_argument` for text with unpaired surrogates and for duplicate map keys.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  try {
    return encode(fromValue(value), { cde: true, rejectDuplicateKeys: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not encodable';
    throw new HybridgeError('invalid_argument', `CBOR: ${why}`, { fault: 'caller', cause });
  }
}

function fromValue(value: CborValue): unknown {
  if (value instanceof Uint8Array) return plain(value);
  if (value instanceof CborTag) return new Tag(value.tag, fromValue(value.value));
  if (isCborArray(value)) return value.map(fromValue);
  if (typeof value === 'string' && !/^\P{Surrogate}*$/u.test(value))
    throw new TypeError('text is not well-formed');
  if (isCborMap(value))
    return new Map(Array.from(value, ([key, item]) => [fromValue(key), fromValue(item)] as const));
  return value;
}

// The library takes a Buffer of Node for any object with toJSON, and hands out Buffers when it reads one.
function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// Array.isArray and instanceof alone would narrow the readonly types to any[] and Map<any, any>.

/** Whether a value is an array. */
export function isCborArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** Whether a value is a map. */
export function isCborMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}
