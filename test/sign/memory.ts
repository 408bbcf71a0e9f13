/** Generated streams of any length, and the memory that reading them takes. */

const PIECE = 64 * 1024;

/** `size` bytes in pieces of 64 KiB, each a new array, as a file or socket gives them. */
export function* pieces(size: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += PIECE) yield new Uint8Array(Math.min(PIECE, size - at)).fill(at / PIECE);
}

/** What a call gives, and the most memory the process held while it ran, in bytes above the start. */
export async function peakAbove<T>(
  call: (onProgress: () => void) => Promise<T>,
): Promise<{ readonly result: T; readonly peak: number }> {
  globalThis.gc?.();
  const start = process.memoryUsage.rss();
  let peak = start;
  const result = await call(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  });
  return { result, peak: peak - start };
}
