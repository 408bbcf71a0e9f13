/**
 * BER of messages that come in pieces [X.690 §8]. CMS lets everything but a few parts be BER [RFC 5652 §1.1], so that
 * a sender can write a message whose length it does not know yet. What is small is handed over as DER, for the strict
 * reader; the content is handed over as it comes.
 */
import { type ByteSource, concat, HybridgeError, piecesOf, type ReadingOptions } from '../bytes/index.ts';
import { type Tag, tagName } from '../encoding/index.ts';
import { CONSTRUCTED, derOf, OCTET_STRING_CONSTRUCTED, OCTET_STRING_PRIMITIVE } from './ber-der.ts';

/** How a message is read. */
export interface BerOptions extends ReadingOptions {
  /**
   * Most bytes that everything around the content may take: certificates, revocation lists, signatures, recipients.
   * 16 MiB unless told.
   */
  readonly maxBuffered?: number | undefined;
  /** Deepest nesting; 32 unless told. */
  readonly maxDepth?: number | undefined;
}

const MAX_BUFFERED = 16 * 1024 * 1024;
const MAX_DEPTH = 32;
/** What an element costs beside its bytes, so that a million empty ones are not free. */
const ELEMENT_COST = 64;
/** Octets of a length: 2^48 is more than any message. */
const MAX_LENGTH_OCTETS = 6;

/** Identifier and length octets of one element. */
interface Header {
  readonly tag: Tag;
  /** Bytes of the contents; `undefined` for the indefinite form. */
  readonly length: number | undefined;
  /** The octets themselves. */
  readonly octets: Uint8Array;
}

/** A constructed element that is being read. */
interface Frame {
  readonly path: string;
  /** Where the contents end; `undefined` when end-of-contents octets will tell. */
  readonly end: number | undefined;
  /** Where the innermost enclosing definite length ends. */
  readonly limit: number;
}

/**
 * A cursor over one BER message. Methods read one element after the other, in the order of the schema; each must be
 * awaited, and the content read to its end, before the next is called. The first deviation throws, with the path of
 * names and the offset.
 *
 * Tag numbers above 30 are not used by any message here and are refused.
 */
export class BerReader {
  readonly #pieces: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #maxDepth: number;
  readonly #maxBuffered: number;
  readonly #frames: Frame[];
  #rest: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #buffered = 0;
  #header: Header | undefined;

  /** @internal Use {@link readBer}. */
  constructor(source: ByteSource, structure: string, options: BerOptions) {
    const { maxBuffered = MAX_BUFFERED, maxDepth = MAX_DEPTH, ...reading } = options;
    this.#pieces = piecesOf(source, reading);
    this.#maxBuffered = maxBuffered;
    this.#maxDepth = maxDepth;
    this.#frames = [{ path: structure, end: Infinity, limit: Infinity }];
  }

  /** Whether an element with this tag comes next; how OPTIONAL and CHOICE are read. */
  async has(...tags: readonly Tag[]): Promise<boolean> {
    if (await this.atEnd()) return false;
    const { tag } = await this.#peek(this.#frame.path);
    return tags.includes(tag);
  }

  /** Whether every element of the open constructed element has been read; at the outermost, of the source. */
  async atEnd(): Promise<boolean> {
    if (this.#header !== undefined) return false;
    const { end, path } = this.#frame;
    if (end === Infinity) return !(await this.#fill(1));
    if (end !== undefined) return this.#offset === end;
    if (!(await this.#fill(2))) throw this.#truncated(path);
    return this.#rest[0] === 0 && this.#rest[1] === 0;
  }

  /** Steps into a constructed element. */
  async enter(name: string, tag: Tag): Promise<void> {
    const path = this.#child(name);
    const header = await this.#expect(tag, path);
    this.#take(header);
    this.#open(header, path);
  }

  /** Steps out of a constructed element; anything left over in it is an error. */
  async leave(): Promise<void> {
    const { path, end } = this.#frame;
    if (this.#frames.length === 1) throw new HybridgeError('internal', `${path}: nothing to leave`);
    if (!(await this.atEnd())) throw this.#fail('an element too many', path);
    if (end === undefined) this.#skip(2);
    this.#frames.pop();
  }

  /** Ends the reading of the message: bytes after it are an error. */
  async end(): Promise<void> {
    if (!(await this.atEnd())) throw this.#fail('bytes after the message', this.#frame.path);
  }

  /** The next element, with that tag or any, in memory and rewritten as DER where it is not. */
  async element(name: string, tag?: Tag): Promise<Uint8Array> {
    const path = this.#child(name);
    const start = this.#offset;
    return derOf(await this.#buffer(path, tag), path, start, this.#maxDepth);
  }

  /** The next element as it stands; for the parts that are DER even in a BER message, others are refused. */
  async derElement(name: string, tag?: Tag): Promise<Uint8Array> {
    const path = this.#child(name);
    const start = this.#offset;
    const bytes = await this.#buffer(path, tag);
    if (derOf(bytes, path, start, this.#maxDepth) !== bytes)
      throw this.#fail('this part must be DER, whatever the rest is', path, start);
    return bytes;
  }

  /**
   * An OCTET STRING of any size in pieces, primitive or constructed. A piece is only valid until the next is asked
   * for.
   *
   * @param tag - The primitive tag; another than OCTET STRING for an implicitly tagged one.
   */
  async *octets(
    name: string,
    tag: Tag = OCTET_STRING_PRIMITIVE,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const path = this.#child(name);
    const first = await this.#expect(tag, path, tag | CONSTRUCTED);
    this.#take(first);
    if (first.tag === tag) {
      yield* this.#primitive(first, path);
      return;
    }
    const outside = this.#frames.length;
    this.#open(first, path);
    for (;;) {
      if (await this.atEnd()) {
        await this.leave();
        if (this.#frames.length === outside) return;
        continue;
      }
      const header = await this.#expect(OCTET_STRING_PRIMITIVE, path, OCTET_STRING_CONSTRUCTED);
      this.#take(header);
      if (header.tag === OCTET_STRING_CONSTRUCTED) this.#open(header, path);
      else yield* this.#primitive(header, path);
    }
  }

  /** Releases the source; for readings that end early. */
  async close(): Promise<void> {
    await this.#pieces.return();
  }

  get #frame(): Frame {
    const frame = this.#frames.at(-1);
    if (frame === undefined) throw new HybridgeError('internal', 'BER: no open element');
    return frame;
  }

  #child(name: string): string {
    return `${this.#frame.path}.${name}`;
  }

  #open({ length }: Header, path: string): void {
    if (this.#frames.length > this.#maxDepth) throw this.#fail('nested too deeply', path);
    const end = length === undefined ? undefined : this.#offset + length;
    this.#frames.push({ path, end, limit: end ?? this.#frame.limit });
  }

  async *#primitive({ length }: Header, path: string): AsyncGenerator<Uint8Array, void, undefined> {
    if (length === undefined) throw this.#fail('indefinite length of a primitive element', path);
    for (let left = length; left > 0;) {
      if (!(await this.#fill(1))) throw this.#truncated(path);
      const piece = this.#rest.subarray(0, left);
      this.#skip(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #expect(tag: Tag | undefined, path: string, orElse?: Tag): Promise<Header> {
    if (await this.atEnd())
      throw this.#fail(tag === undefined ? 'an element is missing' : `${tagName(tag)} is missing`, path);
    const header = await this.#peek(path);
    if (tag !== undefined && header.tag !== tag && header.tag !== orElse)
      throw this.#fail(`expected ${tagName(tag)}, found ${tagName(header.tag)}`, path);
    return header;
  }

  async #peek(path: string): Promise<Header> {
    this.#header ??= await this.#readHeader(path);
    return this.#header;
  }

  #take({ octets }: Header): void {
    this.#skip(octets.length);
    this.#header = undefined;
  }

  async #readHeader(path: string): Promise<Header> {
    const { limit } = this.#frame;
    if (!(await this.#fill(2))) throw this.#truncated(path);
    const [tag = 0, first = 0] = this.#rest;
    if (tag === 0) throw this.#fail('end-of-contents octets', path);
    if ((tag & 0x1f) === 0x1f) throw this.#fail('tag numbers above 30 are not used here', path);
    if (first === 0x80) {
      if ((tag & CONSTRUCTED) === 0) throw this.#fail('indefinite length of a primitive element', path);
      if (limit - this.#offset < 4) throw this.#fail('exceeds the element around it', path);
      return { tag, length: undefined, octets: this.#rest.slice(0, 2) };
    }
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > MAX_LENGTH_OCTETS) throw this.#fail('length out of range', path);
    if (!(await this.#fill(2 + octets))) throw this.#truncated(path);
    let length = octets === 0 ? first : 0;
    for (let at = 2; at < 2 + octets; at++) length = length * 256 + (this.#rest[at] ?? 0);
    if (this.#offset + 2 + octets + length > limit) throw this.#fail('exceeds the element around it', path);
    return { tag, length, octets: this.#rest.slice(0, 2 + octets) };
  }

  /** One element with everything in it, as it stands. */
  async #buffer(path: string, tag: Tag | undefined): Promise<Uint8Array> {
    const first = await this.#expect(tag, path);
    const parts: Uint8Array[] = [];
    // Indefinite lengths that are open; what has a definite length is taken whole.
    let open = 0;
    let header: Header | undefined = first;
    for (;;) {
      if (header === undefined) {
        parts.push(await this.#exactly(2, path));
        open--;
      } else {
        this.#take(header);
        this.#charge(header.octets.length + ELEMENT_COST, path);
        parts.push(header.octets);
        if (header.length === undefined) open++;
        else parts.push(await this.#exactly(header.length, path));
      }
      if (open > this.#maxDepth) throw this.#fail('nested too deeply', path);
      if (open === 0) return concat(...parts);
      if (!(await this.#fill(2))) throw this.#truncated(path);
      if (this.#rest[0] === 0 && this.#rest[1] === 0) header = undefined;
      else header = await this.#peek(path);
    }
  }

  /** So many bytes in an array of their own. */
  async #exactly(length: number, path: string): Promise<Uint8Array> {
    this.#charge(length, path);
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0;) {
      if (!(await this.#fill(1))) throw this.#truncated(path);
      const piece = this.#rest.slice(0, left);
      this.#skip(piece.length);
      left -= piece.length;
      parts.push(piece);
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : concat(...parts);
  }

  #charge(bytes: number, path: string): void {
    this.#buffered += bytes;
    if (this.#buffered > this.#maxBuffered)
      throw new HybridgeError(
        'message_too_large',
        `${path}: more than ${this.#maxBuffered} bytes around the content`,
        { details: { structure: path, offset: this.#offset, maximum: this.#maxBuffered } },
      );
  }

  /** Has at least so many bytes at hand; `false` when the source ends before. */
  async #fill(count: number): Promise<boolean> {
    while (this.#rest.length < count) {
      const kept = this.#rest.length === 0 ? undefined : this.#rest.slice();
      const step = await this.#pieces.next();
      if (step.done === true) {
        // What was kept must outlive the buffer that the source may have reused.
        this.#rest = kept ?? this.#rest;
        return false;
      }
      this.#rest = kept === undefined ? step.value : concat(kept, step.value);
    }
    return true;
  }

  #skip(count: number): void {
    this.#rest = this.#rest.subarray(count);
    this.#offset += count;
  }

  #truncated(path: string): HybridgeError {
    return this.#fail('truncated', path, this.#offset + this.#rest.length);
  }

  #fail(why: string, path: string, offset: number = this.#offset): HybridgeError {
    return new HybridgeError('invalid_encoding', `${path}: ${why} at byte ${offset}`, {
      details: { structure: path, offset },
    });
  }
}

/**
 * Starts reading one BER message; the reader stands before its outermost element.
 *
 * @param structure - The name of the structure in its standard, which begins every error message.
 * @throws HybridgeError Methods of the reader throw `invalid_encoding`; `message_too_large` when what is not content
 * exceeds the limit; and what the source throws.
 */
export function readBer(source: ByteSource, structure: string, options: BerOptions = {}): BerReader {
  return new BerReader(source, structure, options);
}
