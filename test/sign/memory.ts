/** Long streams, and the memory that reading them takes. */

const PIECE = 256 * 1024;

/** `size` bytes in pieces, all in one buffer, as a reader has them that reads a file into memory of its own. */
export function* pieces(size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(PIECE);
  for (let at = 0; at < size; at += PIECE) {
    buffer.fill(at / PIECE);
    yield buffer.subarray(0, Math.min(PIECE, size - at));
  }
}

/** What a call gives, and the most memory the process held while it ran, in bytes above the start. */
export async function peakAbove<T>(
  call: (onProgress: () => void) => Promise<T>,
): Promise<{ readonly result: T; readonly peak: number }> {
  const start = process.memoryUsage.rss();
  let peak = start;
  const result = await call(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  });
  return { result, peak: peak - start };
}
