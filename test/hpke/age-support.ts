/** Files and pieces for the age tests. */
import { concat } from '../../src/bytes/index.ts';

/** Everything an iteration gives, in one. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return concat(...parts);
}

/** The same bytes in pieces of the given sizes, again and again, all in one array that is written over. */
export function* inPieces(bytes: Uint8Array, ...sizes: readonly number[]): Generator<Uint8Array, void> {
  const reused = new Uint8Array(Math.max(...sizes));
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const piece = bytes.subarray(at, at + (sizes[index % sizes.length] ?? 1));
    reused.fill(0xee);
    reused.set(piece);
    yield reused.subarray(0, piece.length);
    at += piece.length;
  }
}

/** That many bytes in which no two chunks are alike. */
export function contentOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (5 * index + (index >> 9)) & 0xff);
}
