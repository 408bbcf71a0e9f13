import type { EventsDropped, HybridgeEvent } from './event.ts';

/**
 * One subscriber's buffer, read as an async iterator. When it is full the oldest event makes room, and the reader
 * is told how many were lost before it reads on.
 */
export class EventBuffer implements AsyncIterableIterator<HybridgeEvent, undefined> {
  readonly #capacity: number;
  readonly #onEnd: (buffer: EventBuffer) => void;
  /** A ring: `#length` events from `#first` on. */
  readonly #events: (HybridgeEvent | undefined)[];
  #first = 0;
  #length = 0;
  #dropped: EventsDropped | undefined;
  #waiting: ((result: IteratorResult<HybridgeEvent, undefined>) => void)[] = [];
  #ended = false;

  constructor(capacity: number, onEnd: (buffer: EventBuffer) => void) {
    this.#capacity = capacity;
    this.#onEnd = onEnd;
    this.#events = [];
  }

  /** Takes an event in. */
  push(event: HybridgeEvent): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting({ done: false, value: event });
      return;
    }
    if (this.#length === this.#capacity) {
      const oldest = this.#take();
      this.#dropped = {
        type: 'events-dropped',
        at: oldest?.at ?? event.at,
        count: (this.#dropped?.count ?? 0) + 1,
      };
    }
    this.#events[(this.#first + this.#length) % this.#capacity] = event;
    this.#length++;
  }

  /** Lets the reader finish what is buffered, then ends it. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<HybridgeEvent, undefined>> {
    const dropped = this.#dropped;
    if (dropped !== undefined) {
      this.#dropped = undefined;
      return Promise.resolve({ done: false, value: dropped });
    }
    const event = this.#take();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the subscription at once; `break` in a `for await` loop calls it. */
  return(): Promise<IteratorResult<HybridgeEvent, undefined>> {
    this.end();
    this.#length = 0;
    this.#events.length = 0;
    this.#dropped = undefined;
    this.#onEnd(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): HybridgeEvent | undefined {
    if (this.#length === 0) return undefined;
    const event = this.#events[this.#first];
    this.#events[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#capacity;
    this.#length--;
    return event;
  }
}
