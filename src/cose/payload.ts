/** Payloads: bytes, or a source whose size is known, since the size is signed before the contents. */
import { type ByteSource, HybridgeError, piecesOf, type ReadingOptions } from '../bytes/index.ts';

/** A payload that need not fit into memory: it is signed and verified as it comes, and always detached. */
export interface SizedSource {
  /** Exactly how many bytes the source gives. */
  readonly size: number;
  readonly source: ByteSource;
}

/** What is signed: bytes, or a source of a known size. */
export type Payload = SizedSource | Uint8Array;

/**
 * The size of a payload in bytes.
 *
 * @throws HybridgeError `invalid_argument` for something that is no payload.
 */
export function payloadSize(payload: Payload): number {
  if (payload instanceof Uint8Array) return payload.length;
  if (Number.isSafeInteger(payload.size) && payload.size >= 0) return payload.size;
  throw new HybridgeError(
    'invalid_argument',
    'a payload is a Uint8Array, or a source with its size in bytes',
    {
      fault: 'caller',
    },
  );
}

/**
 * The pieces of a sized source.
 *
 * @throws HybridgeError `invalid_length` when the source gives another number of bytes, and what a source throws.
 */
export async function* sizedPieces(
  { size, source }: SizedSource,
  options: ReadingOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  for await (const piece of piecesOf(source, options)) {
    total += piece.length;
    if (total > size) throw otherSize(size, `at least ${total}`);
    yield piece;
  }
  if (total < size) throw otherSize(size, `${total}`);
}

function otherSize(stated: number, given: string): HybridgeError {
  return new HybridgeError('invalid_length', `payload: ${stated} bytes announced, ${given} given`, {
    fault: 'caller',
    details: { expected: stated, actual: given },
  });
}
