/** Taking times. The same loop in every engine, so that they can be compared. */

/** Milliseconds of each of as many operations as fit into a time, and of one at least. */
export async function takeSamples(work: () => Promise<unknown>, milliseconds: number): Promise<number[]> {
  const samples: number[] = [];
  const begun = performance.now();
  let before = begun;
  do {
    await work();
    const after = performance.now();
    // A clock that is coarser than the work would say that it took no time at all.
    samples.push(Math.max(after - before, RESOLUTION));
    before = after;
  } while (before - begun < milliseconds);
  return samples;
}

/** A nanosecond: what the clocks of Node and QuickJS count. */
const RESOLUTION = 1e-6;
