import { HybridgeError } from '../bytes/index.ts';
import {
  BIT_STRING,
  BOOLEAN,
  CONSTRUCTED,
  explicit,
  INTEGER,
  NULL,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  SET,
  type Tag,
  tagName,
} from './der-tags.ts';

/** Bounds of a DER reading. */
export interface DerLimits {
  /** Largest input in bytes. */
  readonly maxBytes?: number;
  /** Deepest nesting of constructed elements. */
  readonly maxDepth?: number;
}

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 32;
/** Bytes of an INTEGER read as a number: serials and exponents are short, and a bigint of megabytes costs minutes. */
const MAX_INTEGER = 1024;

/**
 * Object identifiers in dotted form that were read before: the same few stand in every certificate. Each has one place,
 * which another one may take.
 */
class OidCache {
  readonly #places: ({ readonly contents: Uint8Array; readonly text: string } | undefined)[] =
    new Array<undefined>(512).fill(undefined);

  get(bytes: Uint8Array, start: number, end: number): string | undefined {
    const place = this.#places[placeOf(bytes, start, end)];
    if (place?.contents.length !== end - start) return undefined;
    for (let at = start; at < end; at++) if (place.contents[at - start] !== bytes[at]) return undefined;
    return place.text;
  }

  set(bytes: Uint8Array, start: number, end: number, text: string): void {
    // Real ones have a dozen bytes; whoever sends more does not choose what is kept. A copy: `slice` of a Buffer is none.
    if (end - start <= 32)
      this.#places[placeOf(bytes, start, end)] = {
        contents: Uint8Array.from(bytes.subarray(start, end)),
        text,
      };
  }
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] ?? 0)) & 0xffff;
  return hash & 511;
}

const OIDS = new OidCache();

/** Where the contents of one element lie. */
interface Span {
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

/**
 * A cursor over DER [X.690 §10-11]. Every method reads one element, in the order of the schema, and moves on; the
 * first deviation throws with the path of names and the offset. Nothing is parsed ahead and nothing is copied: byte
 * strings are views of the input.
 *
 * Accepted is DER alone: definite lengths in their shortest form, tags below 31, the shortest INTEGER, BOOLEAN 00 or
 * FF, primitive strings, unused bits zero. Values beyond what the schema names are an error once `end` is called.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #name: string;
  readonly #above: DerReader | undefined;
  readonly #end: number;
  readonly #depth: number;
  #offset: number;

  /** @internal Use {@link readDer}. */
  constructor(
    bytes: Uint8Array,
    name: string,
    above: DerReader | undefined,
    start: number,
    end: number,
    depth: number,
  ) {
    this.#bytes = bytes;
    this.#name = name;
    this.#above = above;
    this.#offset = start;
    this.#end = end;
    this.#depth = depth;
  }

  /** Whether every element has been read. */
  get atEnd(): boolean {
    return this.#offset === this.#end;
  }

  /** Whether an element with this tag comes next; how OPTIONAL and CHOICE are read. */
  has(tag: Tag): boolean {
    return !this.atEnd && this.#bytes[this.#offset] === tag;
  }

  /** The tag of the next element, `undefined` at the end: for a CHOICE between many. */
  get nextTag(): Tag | undefined {
    return this.atEnd ? undefined : this.#bytes[this.#offset];
  }

  /** Where the next element begins, counted from the beginning of the input. */
  get offset(): number {
    return this.#offset;
  }

  /** Ends the reading of this structure: anything left over is an error. */
  end(): void {
    if (!this.atEnd) throw this.#fail(`${this.#end - this.#offset} bytes left over`, undefined, this.#offset);
  }

  /** A SEQUENCE or SEQUENCE OF; another `tag` for an implicitly tagged one. */
  sequence(name: string, tag: Tag = SEQUENCE): DerReader {
    const span = this.#element(tag, name);
    if (this.#depth === 0) throw this.#fail('nested too deeply', name, span.start);
    return new DerReader(this.#bytes, name, this, span.contents, span.end, this.#depth - 1);
  }

  /** A SEQUENCE together with its whole encoding: what is signed, or kept as it came. */
  encodedSequence(
    name: string,
    tag: Tag = SEQUENCE,
  ): { readonly encoding: Uint8Array; readonly reader: DerReader } {
    const start = this.#offset;
    const reader = this.sequence(name, tag);
    return { encoding: this.#bytes.subarray(start, this.#offset), reader };
  }

  /** A SET OF; its elements come in ascending order of their encodings, which the caller need not check. */
  set(name: string, tag: Tag = SET): DerReader {
    const reader = this.sequence(name, tag);
    reader.#requireSetOrder();
    return reader;
  }

  /** What stands inside the explicit tag `[number]`. */
  explicit(number: number, name: string): DerReader {
    return this.sequence(name, explicit(number));
  }

  /** An INTEGER of at most 1024 bytes. */
  integer(name: string, tag: Tag = INTEGER): bigint {
    const start = this.#offset;
    const contents = this.#integerContents(name, tag);
    if (contents.length > MAX_INTEGER) throw this.#fail('INTEGER out of range', name, start);
    let value = 0n;
    for (let at = 0; at < contents.length; at += 6) {
      const group = contents.subarray(at, at + 6);
      let number = 0;
      for (const byte of group) number = number * 256 + byte;
      value = (value << BigInt(8 * group.length)) | BigInt(number);
    }
    return ((contents[0] ?? 0) & 0x80) === 0 ? value : value - (1n << BigInt(8 * contents.length));
  }

  /** The contents octets of an INTEGER, in two's complement: a serial number as it is compared. */
  integerOctets(name: string, tag: Tag = INTEGER): Uint8Array {
    return this.#integerContents(name, tag);
  }

  /** A non-negative INTEGER below 2^48, such as a version or an iteration count. */
  smallInteger(name: string, tag: Tag = INTEGER): number {
    const start = this.#offset;
    const contents = this.#integerContents(name, tag);
    if (((contents[0] ?? 0) & 0x80) !== 0) throw this.#fail('negative INTEGER', name, start);
    if (contents.length > 6) throw this.#fail('INTEGER out of range', name, start);
    let value = 0;
    for (const byte of contents) value = value * 256 + byte;
    return value;
  }

  /** A non-negative INTEGER as big-endian bytes without leading zeros, such as an RSA modulus; 0 is empty. */
  unsignedInteger(name: string, tag: Tag = INTEGER): Uint8Array {
    const start = this.#offset;
    const contents = this.#integerContents(name, tag);
    if (((contents[0] ?? 0) & 0x80) !== 0) throw this.#fail('negative INTEGER', name, start);
    return contents[0] === 0 ? contents.subarray(1) : contents;
  }

  boolean(name: string, tag: Tag = BOOLEAN): boolean {
    const span = this.#element(tag, name);
    const value = this.#bytes[span.contents];
    if (span.end - span.contents !== 1 || (value !== 0 && value !== 0xff))
      throw this.#fail('BOOLEAN is neither 00 nor FF', name, span.start);
    return value === 0xff;
  }

  null(name: string, tag: Tag = NULL): void {
    const span = this.#element(tag, name);
    if (span.end !== span.contents) throw this.#fail('NULL with contents', name, span.start);
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  oid(name: string, tag: Tag = OBJECT_IDENTIFIER): string {
    const span = this.#element(tag, name);
    const known = OIDS.get(this.#bytes, span.contents, span.end);
    if (known !== undefined) return known;
    const text = this.#dotted(name, span);
    OIDS.set(this.#bytes, span.contents, span.end, text);
    return text;
  }

  #dotted(name: string, span: Span): string {
    const arcs: number[] = [];
    let arc = 0;
    for (let at = span.contents; at < span.end; at++) {
      const byte = this.#bytes[at] ?? 0;
      if (arc === 0 && byte === 0x80) throw this.#fail('OBJECT IDENTIFIER arc is padded', name, span.start);
      arc = arc * 128 + (byte & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER)
        throw this.#fail('OBJECT IDENTIFIER arc out of range', name, span.start);
      if ((byte & 0x80) !== 0) continue;
      arcs.push(arc);
      arc = 0;
    }
    const [first] = arcs;
    if (first === undefined || ((this.#bytes[span.end - 1] ?? 0) & 0x80) !== 0)
      throw this.#fail('OBJECT IDENTIFIER is incomplete', name, span.start);
    // X.690 §8.19.4: the first two arcs share one number.
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - 40 * root, ...arcs.slice(1)].join('.');
  }

  octetString(name: string, tag: Tag = OCTET_STRING): Uint8Array {
    const span = this.#element(tag, name);
    return this.#bytes.subarray(span.contents, span.end);
  }

  /** The contents octets of a primitive element with this tag: character strings and times. */
  primitive(name: string, tag: Tag): Uint8Array {
    const span = this.#element(tag, name);
    return this.#bytes.subarray(span.contents, span.end);
  }

  /**
   * A BIT STRING whose bits have names; their numbers, ascending. Of trailing zero bits there are none
   * [X.690 §11.2.2].
   */
  namedBits(name: string, tag: Tag = BIT_STRING): readonly number[] {
    const span = this.#element(tag, name);
    const unused = this.#bytes[span.contents];
    const octets = this.#bytes.subarray(span.contents + 1, span.end);
    const last = octets.at(-1) ?? 0;
    if (
      unused === undefined ||
      span.end === span.contents ||
      unused > 7 ||
      (octets.length === 0 && unused !== 0)
    )
      throw this.#fail('BIT STRING is malformed', name, span.start);
    if (octets.length > 0 && (last & ((2 << unused) - 1)) !== 1 << unused)
      throw this.#fail('BIT STRING of named bits ends in zero bits', name, span.start);
    if (octets.length > 64) throw this.#fail('BIT STRING of named bits is too long', name, span.start);
    const bits: number[] = [];
    for (const [index, octet] of octets.entries())
      for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits.push(8 * index + bit);
    return bits;
  }

  /** A BIT STRING of whole bytes. */
  bitString(name: string, tag: Tag = BIT_STRING): Uint8Array {
    const span = this.#element(tag, name);
    if (this.#bytes[span.contents] !== 0 || span.end === span.contents)
      throw this.#fail('BIT STRING is not of whole bytes', name, span.start);
    return this.#bytes.subarray(span.contents + 1, span.end);
  }

  /** The next element whatever it is, tag and length included; everything in it is well-formed DER. */
  any(name: string): Uint8Array {
    const span = this.#header(name);
    this.#walk(span, name, this.#depth);
    this.#offset = span.end;
    return this.#bytes.subarray(span.start, span.end);
  }

  // Only an error needs the way down to where it happened.
  get #path(): string {
    return this.#above === undefined ? this.#name : `${this.#above.#path}.${this.#name}`;
  }

  #fail(why: string, name: string | undefined, offset: number): HybridgeError {
    const path = name === undefined ? this.#path : `${this.#path}.${name}`;
    return new HybridgeError('invalid_encoding', `${path}: ${why} at byte ${offset}`, {
      details: { structure: path, offset },
    });
  }

  #element(tag: Tag, name: string | undefined): Span {
    if (this.atEnd) throw this.#fail(`${tagName(tag)} is missing`, name, this.#offset);
    const found = this.#bytes[this.#offset];
    if (found !== tag)
      throw this.#fail(
        `expected ${tagName(tag)}, found ${found === undefined ? 'nothing' : tagName(found)}`,
        name,
        this.#offset,
      );
    const span = this.#header(name);
    this.#offset = span.end;
    return span;
  }

  // X.690 §10.1: lengths are definite and as short as can be.
  #header(name: string | undefined, start: number = this.#offset, limit: number = this.#end): Span {
    const tag = this.#bytes[start];
    const first = this.#bytes[start + 1];
    if (start + 2 > limit || tag === undefined || first === undefined)
      throw this.#fail('truncated', name, start);
    if ((tag & 0x1f) === 0x1f) throw this.#fail('tag numbers above 30 are not used here', name, start);
    if (tag === 0) throw this.#fail('end-of-contents octets', name, start);
    let contents = start + 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first & 0x7f;
      if (octets === 0) throw this.#fail('indefinite length', name, start);
      if (octets > 4) throw this.#fail('length out of range', name, start);
      contents += octets;
      if (contents > limit) throw this.#fail('truncated', name, start);
      length = 0;
      for (let at = start + 2; at < contents; at++) length = length * 256 + (this.#bytes[at] ?? 0);
      if (length < 0x80 || length < 256 ** (octets - 1))
        throw this.#fail('length is not in its shortest form', name, start);
    }
    if (length > limit - contents)
      throw this.#fail(`length ${length} exceeds the ${limit - contents} bytes there are`, name, start);
    return { start, contents, end: contents + length };
  }

  #integerContents(name: string, tag: Tag): Uint8Array {
    const span = this.#element(tag, name);
    const contents = this.#bytes.subarray(span.contents, span.end);
    const [first, second] = contents;
    if (first === undefined) throw this.#fail('INTEGER without contents', name, span.start);
    // X.690 §8.3.2: the first nine bits are not all equal.
    if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      throw this.#fail('INTEGER is not in its shortest form', name, span.start);
    return contents;
  }

  #walk(span: Span, name: string | undefined, depth: number): void {
    if (((this.#bytes[span.start] ?? 0) & CONSTRUCTED) === 0) return;
    if (depth === 0) throw this.#fail('nested too deeply', name, span.start);
    let at = span.contents;
    while (at < span.end) {
      const inner = this.#header(name, at, span.end);
      this.#walk(inner, name, depth - 1);
      at = inner.end;
    }
  }

  // X.690 §11.6: as if padded with trailing zeros, the encodings ascend.
  #requireSetOrder(): void {
    let previous: Span | undefined;
    for (let at = this.#offset; at < this.#end;) {
      const span = this.#header(undefined, at, this.#end);
      if (previous !== undefined && this.#compare(previous, span) > 0)
        throw this.#fail('SET OF is not in ascending order', this.#name, span.start);
      previous = span;
      at = span.end;
    }
  }

  #compare(a: Span, b: Span): number {
    const length = Math.max(a.end - a.start, b.end - b.start);
    for (let index = 0; index < length; index++) {
      const left = a.start + index < a.end ? (this.#bytes[a.start + index] ?? 0) : 0;
      const right = b.start + index < b.end ? (this.#bytes[b.start + index] ?? 0) : 0;
      if (left !== right) return left - right;
    }
    return 0;
  }
}

/**
 * Starts reading one DER structure; the reader stands before its outermost element. Call `end` on every reader,
 * this one included, so that nothing is left unread.
 *
 * @param structure - The name of the structure in its standard, which begins every error message.
 * @throws {@link HybridgeError} `message_too_large` when the input exceeds the limit (16 MiB unless told). Methods of
 * the reader throw `invalid_encoding`.
 */
export function readDer(bytes: Uint8Array, structure: string, limits: DerLimits = {}): DerReader {
  const { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = limits;
  if (bytes.length > maxBytes)
    throw new HybridgeError('message_too_large', `${structure}: ${bytes.length} bytes, at most ${maxBytes}`, {
      details: { structure, actual: bytes.length, maximum: maxBytes },
    });
  return new DerReader(bytes, structure, undefined, 0, bytes.length, maxDepth);
}
