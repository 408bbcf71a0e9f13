/** What operations leave on the heap, as far as the engine tells. Node only; other engines say nothing. */

const TRIES = 5;
/** Few enough that the young generation is not swept in between, as a rule. */
const MOST = 4;
/** Milliseconds for one try. */
const PATIENCE = 25;

/** JavaScript objects and the buffers outside of the heap that belong to them, in bytes. */
export function heapInUse(): number | undefined {
  if (typeof process === 'undefined') return undefined;
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The bytes that one operation takes before any are given back: the median of a few tries without a collection. */
export async function heapPerOperation(work: () => Promise<unknown>): Promise<number | undefined> {
  const found: number[] = [];
  for (let round = 0; round < TRIES; round++) {
    const before = heapInUse();
    if (before === undefined) return undefined;
    const begun = performance.now();
    let count = 0;
    do {
      await work();
      count++;
    } while (count < MOST && performance.now() - begun < PATIENCE);
    const taken = (heapInUse() ?? 0) - before;
    // Less than before: there was a collection.
    if (taken > 0) found.push(Math.round(taken / count));
  }
  return found.sort((a, b) => a - b)[found.length >> 1];
}
