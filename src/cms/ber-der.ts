/** BER in memory rewritten as DER, as far as that needs no schema. */
import { concat, HybridgeError } from '../bytes/index.ts';
import { der, OCTET_STRING, type Tag } from '../encoding/index.ts';

/** The bit that marks an element made of elements [X.690 §8.1.2.5]. */
export const CONSTRUCTED: Tag = 0x20;
export const OCTET_STRING_PRIMITIVE: Tag = OCTET_STRING;
/** An OCTET STRING in pieces [X.690 §8.7.3]. */
export const OCTET_STRING_CONSTRUCTED: Tag = OCTET_STRING | CONSTRUCTED;

/**
 * One BER element as DER: lengths definite and shortest, OCTET STRINGs in one piece. The same array when it was DER
 * in these respects. What only a schema can tell stays as it is, and meets the strict reader: the order of a SET OF,
 * defaults, implicitly tagged strings in pieces.
 *
 * @throws HybridgeError `invalid_encoding`; offsets count from `base`.
 */
export function derOf(bytes: Uint8Array, path: string, base: number, maxDepth: number): Uint8Array {
  const { rewritten, end } = new Rewriting(bytes, path, base).element(0, bytes.length, maxDepth);
  if (end !== bytes.length)
    throw new HybridgeError('invalid_encoding', `${path}: bytes left over at byte ${base + end}`, {
      details: { structure: path, offset: base + end },
    });
  return rewritten ?? bytes;
}

/** An element that was read. */
interface Element {
  readonly end: number;
  readonly tag: Tag;
  /** Where its contents begin and end in the original. */
  readonly contents: readonly [number, number];
  /** Its DER, where the original is not. */
  readonly rewritten: Uint8Array | undefined;
  /** The contents of the rewritten element. */
  readonly rewrittenContents: Uint8Array | undefined;
}

class Rewriting {
  readonly #bytes: Uint8Array;
  readonly #path: string;
  readonly #base: number;

  constructor(bytes: Uint8Array, path: string, base: number) {
    this.#bytes = bytes;
    this.#path = path;
    this.#base = base;
  }

  element(start: number, limit: number, depth: number): Element {
    const tag = this.#bytes[start];
    const first = this.#bytes[start + 1];
    if (tag === undefined || first === undefined || start + 2 > limit) throw this.#fail('truncated', start);
    if ((tag & 0x1f) === 0x1f) throw this.#fail('tag numbers above 30 are not used here', start);
    if (tag === 0) throw this.#fail('end-of-contents octets', start);
    if (first === 0x80) {
      if ((tag & CONSTRUCTED) === 0) throw this.#fail('indefinite length of a primitive element', start);
      return this.#constructed(tag, start, start + 2, undefined, limit, depth, true);
    }
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > 4) throw this.#fail('length out of range', start);
    const contents = start + 2 + octets;
    if (contents > limit) throw this.#fail('truncated', start);
    let length = octets === 0 ? first : 0;
    for (let at = start + 2; at < contents; at++) length = length * 256 + (this.#bytes[at] ?? 0);
    const end = contents + length;
    if (end > limit)
      throw this.#fail(`length ${length} exceeds the ${limit - contents} bytes there are`, start);
    const padded = octets > 0 && (length < 0x80 || length < 256 ** (octets - 1));
    if ((tag & CONSTRUCTED) !== 0) return this.#constructed(tag, start, contents, end, end, depth, padded);
    const value = this.#bytes.subarray(contents, end);
    return {
      end,
      tag,
      contents: [contents, end],
      rewritten: padded ? der.element(tag, value) : undefined,
      rewrittenContents: padded ? value : undefined,
    };
  }

  #constructed(
    tag: Tag,
    start: number,
    contents: number,
    definiteEnd: number | undefined,
    limit: number,
    depth: number,
    changed: boolean,
  ): Element {
    if (depth === 0) throw this.#fail('nested too deeply', start);
    const inPieces = tag === OCTET_STRING_CONSTRUCTED;
    const parts: Uint8Array[] = [];
    let rewrite = changed || inPieces;
    let at = contents;
    while (definiteEnd === undefined ? !this.#endOfContents(at, limit) : at < definiteEnd) {
      const child = this.element(at, limit, depth - 1);
      if (inPieces) {
        if ((child.tag & ~CONSTRUCTED) !== OCTET_STRING) throw this.#fail('not a piece of OCTET STRING', at);
        parts.push(child.rewrittenContents ?? this.#bytes.subarray(...child.contents));
      } else {
        rewrite ||= child.rewritten !== undefined;
        parts.push(child.rewritten ?? this.#bytes.subarray(at, child.end));
      }
      at = child.end;
    }
    const end = definiteEnd ?? at + 2;
    if (!rewrite)
      return { end, tag, contents: [contents, end], rewritten: undefined, rewrittenContents: undefined };
    const joined = concat(...parts);
    const rewritten = der.element(inPieces ? OCTET_STRING : tag, joined);
    return { end, tag, contents: [contents, at], rewritten, rewrittenContents: joined };
  }

  #endOfContents(at: number, limit: number): boolean {
    if (at + 2 > limit) throw this.#fail('truncated', at);
    return this.#bytes[at] === 0 && this.#bytes[at + 1] === 0;
  }

  #fail(why: string, at: number): HybridgeError {
    const offset = this.#base + at;
    return new HybridgeError('invalid_encoding', `${this.#path}: ${why} at byte ${offset}`, {
      details: { structure: this.#path, offset },
    });
  }
}
