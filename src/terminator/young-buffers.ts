/** Bytes that pass through leave garbage outside of the heap, which V8 is slow to see. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type CollectYoung = (options: { readonly type: 'minor' }) => void;

const isCollector = (value: unknown): value is CollectYoung => typeof value === 'function';

/** So many bytes of new buffers are swept together. */
const ENOUGH = 8 * 1024 * 1024;
/** Milliseconds between two looks. */
const INTERVAL = 10;

/**
 * Sweeps buffers while they are young, in this process, until the result is called.
 *
 * Each chunk that is relayed is a small object with a large buffer outside of the heap. There are never enough of the
 * small ones to fill the young generation, so V8 marks and sweeps the whole heap for every 64 MiB that went through, which
 * costs a process with the library in it a third of its throughput. A minor collection now and then costs half a
 * millisecond, and leaves nothing to the others. It changes how the engine collects for all that runs in the process, so it is for those to call who own the
 * process: `hybridge tls serve` does.
 *
 * @example
 * ```ts
 * import { sweepYoungBuffers } from 'hybridge/terminator';
 *
 * const stop = sweepYoungBuffers();
 * // ... createTerminator(...), and when it has drained:
 * stop();
 * ```
 */
export function sweepYoungBuffers(): () => void {
  // The function appears in contexts that are made after the flag was set.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (!isCollector(collect)) return () => undefined;
  let left = process.memoryUsage().arrayBuffers;
  const timer = setInterval(() => {
    const { arrayBuffers } = process.memoryUsage();
    if (arrayBuffers - left < ENOUGH) {
      left = Math.min(left, arrayBuffers);
      return;
    }
    collect({ type: 'minor' });
    // What was swept is let go of a little later.
    left = Infinity;
  }, INTERVAL);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
