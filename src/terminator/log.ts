/** Events as lines in a stream that may be slower than they are. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { EventStream, HybridgeEvent } from '../events/index.ts';

/** A log that is being written. */
export interface EventLog {
  /** Events that were not written because the stream was too slow. */
  readonly dropped: number;
  /** Settles when the stream of events has ended and its last line was handed over, or the stream failed. */
  readonly done: Promise<void>;
  /** Stops; what is buffered is not written any more. */
  stop(): void;
}

/**
 * Writes each event as a line. While the stream is full, events wait in a buffer as long as the event stream's capacity;
 * beyond that the oldest are dropped, and an `events-dropped` event says how many.
 *
 * A stream that fails ends the log and nothing else. Give it a stream whose writes do not block: `process.stderr` does
 * when it is a pipe, `fs.createWriteStream('', { fd: 2 })` does not.
 *
 * @param line - The event as text with its line feed, for instance `toJsonLine` or `toEcsLine` of `hybridge/events`.
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { createEventStream, toJsonLine } from 'hybridge/events';
 * import { writeEvents } from 'hybridge/terminator';
 *
 * const events = createEventStream();
 * const out = new PassThrough({ encoding: 'utf8' });
 * const log = writeEvents(events, out, toJsonLine);
 * events.emit({ type: 'store-recovered', at: new Date(0), store: 'redis' });
 * events.close();
 * await log.done;
 * console.log(out.read()); // {"time":"1970-01-01T00:00:00.000Z","type":"store-recovered","store":"redis"}
 * ```
 */
export function writeEvents(
  events: EventStream,
  out: Writable,
  line: (event: HybridgeEvent) => string,
): EventLog {
  const subscription = events[Symbol.asyncIterator]();
  let dropped = 0;
  const fail = (): void => {
    void subscription.return?.();
  };
  out.once('error', fail);
  const write = async (): Promise<void> => {
    for (let next = await subscription.next(); next.done !== true; next = await subscription.next()) {
      if (next.value.type === 'events-dropped') dropped += next.value.count;
      if (!out.write(line(next.value))) await Promise.race([once(out, 'drain'), once(out, 'close')]);
    }
  };
  return {
    get dropped() {
      return dropped;
    },
    // A stream that failed has nobody left to tell.
    done: write().then(
      () => {
        out.off('error', fail);
      },
      () => undefined,
    ),
    stop: fail,
  };
}
