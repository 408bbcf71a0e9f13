/** Writers of messages whose content is streamed: definite lengths where all sizes are known, else indefinite. */
import { type ByteSource, concat, piecesOf, type ReadingOptions } from '../bytes/index.ts';
import { der, type Tag } from '../encoding/index.ts';
import { CONSTRUCTED, OCTET_STRING_PRIMITIVE } from './ber-der.ts';

/** A constructed element around another one. */
export interface Wrapping {
  readonly tag: Tag;
  /** Complete elements that stand before the inner one. */
  readonly before: readonly Uint8Array[];
  /** Bytes of the elements that follow the inner one, where lengths are definite. */
  readonly after?: number;
}

/** What closes an element of indefinite length [X.690 §8.1.5]. */
export const END_OF_CONTENTS: Uint8Array = Uint8Array.of(0, 0);

/** The opening octets of nested elements, outermost first, around `length` bytes, all lengths definite. */
export function openDefinite(wrappings: readonly Wrapping[], length: number): Uint8Array {
  let opening: Uint8Array = new Uint8Array(0);
  let inner = length;
  for (const { tag, before, after = 0 } of wrappings.toReversed()) {
    const elements = concat(...before);
    const contents = elements.length + inner + after;
    const header = der.header(tag, contents);
    opening = concat(header, elements, opening);
    inner = header.length + contents;
  }
  return opening;
}

/** The opening octets of nested elements, outermost first, all lengths indefinite. */
export function openIndefinite(wrappings: readonly Wrapping[]): Uint8Array {
  return concat(...wrappings.flatMap(({ tag, before }) => [Uint8Array.of(tag, 0x80), ...before]));
}

/** Pieces shorter than this are gathered: each costs a header. */
const SEGMENT = 16 * 1024;

/**
 * An OCTET STRING of unknown size: constructed, of indefinite length, in segments of at least 16 KiB.
 *
 * @param tag - The primitive tag; another than OCTET STRING for an implicitly tagged one.
 */
export async function* octetsInSegments(
  source: ByteSource,
  options: ReadingOptions,
  tag: Tag = OCTET_STRING_PRIMITIVE,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield Uint8Array.of(tag | CONSTRUCTED, 0x80);
  const gathered = new Uint8Array(SEGMENT);
  let held = 0;
  for await (const piece of piecesOf(source, options)) {
    if (held + piece.length > SEGMENT && held > 0) {
      yield der.octetString(gathered.subarray(0, held));
      held = 0;
    }
    if (piece.length >= SEGMENT) {
      yield der.header(OCTET_STRING_PRIMITIVE, piece.length);
      yield piece;
    } else {
      gathered.set(piece, held);
      held += piece.length;
    }
  }
  if (held > 0) yield der.octetString(gathered.subarray(0, held));
  yield END_OF_CONTENTS;
}
