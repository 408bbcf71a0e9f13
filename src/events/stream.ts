import { HybridgeError } from '../bytes/index.ts';
import { EventBuffer } from './buffer.ts';
import type { HybridgeEvent } from './event.ts';

/** Called with each event. What it throws, or a promise it returns that rejects, never reaches the emitter. */
export type EventListener = (event: HybridgeEvent) => unknown;

/** How an event stream is made. */
export interface EventStreamOptions {
  /** Events kept for each iterating subscriber before the oldest is dropped; 1024 unless told, at least 1. */
  readonly capacity?: number;
  /** Told what a listener threw. What this function throws itself is lost. */
  readonly onListenerError?: (error: unknown) => void;
}

/**
 * Where events are emitted and where they are read. Each `for await` over the stream is a subscription with a
 * buffer of its own, from the moment the loop begins until it is left.
 */
export interface EventStream extends AsyncIterable<HybridgeEvent> {
  /** Hands an event to every subscriber. Never throws and never waits. */
  emit(event: HybridgeEvent): void;
  /** Calls the listener with every event emitted from now on, in order. The result ends the subscription. */
  subscribe(listener: EventListener): () => void;
  /** Ends all subscriptions; loops still get what is buffered. Events emitted later go nowhere. */
  close(): void;
  /** Events from now on, buffered for this loop alone. */
  [Symbol.asyncIterator](): AsyncIterableIterator<HybridgeEvent, undefined>;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Makes an event stream. Whoever emits is protected from whoever listens: listeners that throw, reject, are slow
 * or emit themselves neither break nor delay the emitter, and memory per subscriber is bounded.
 *
 * @throws HybridgeError `invalid_argument` for a capacity below 1.
 *
 * @example
 * ```ts
 * import { createEventStream, toJsonLine } from 'hybridge/events';
 *
 * const events = createEventStream();
 * const stop = events.subscribe((event) => console.log(toJsonLine(event)));
 * events.emit({
 *   type: 'self-test-failed', at: new Date(), provider: 'default', backend: 'noble 0.7.1', primitive: 'ML-KEM-768',
 * });
 * stop();
 * ```
 */
export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { capacity = 1024, onListenerError } = options;
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new HybridgeError('invalid_argument', `event stream: capacity ${String(capacity)} is below 1`, {
      fault: 'caller',
    });
  // Wrapped, so that one listener subscribed twice is two subscriptions.
  const listeners = new Set<{ readonly listener: EventListener }>();
  const buffers = new Set<EventBuffer>();
  const queue: HybridgeEvent[] = [];
  let delivering = false;
  let closed = false;

  const report = (error: unknown): void => {
    try {
      onListenerError?.(error);
    } catch {
      // There is nobody left to tell.
    }
  };

  const call = (listener: EventListener, event: HybridgeEvent): void => {
    try {
      const result = listener(event);
      if (isThenable(result)) void result.then(undefined, report);
    } catch (error) {
      report(error);
    }
  };

  const deliver = (event: HybridgeEvent): void => {
    for (const buffer of buffers) buffer.push(event);
    // A copy: whoever subscribes while this event is delivered gets the next one first.
    for (const subscription of [...listeners])
      if (listeners.has(subscription)) call(subscription.listener, event);
  };

  return {
    emit(event) {
      if (closed) return;
      queue.push(event);
      // A listener that emits is served after the event at hand, so that all see events in one order.
      if (delivering) return;
      delivering = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) deliver(next);
      delivering = false;
    },
    subscribe(listener) {
      const subscription = { listener };
      if (!closed) listeners.add(subscription);
      return () => {
        listeners.delete(subscription);
      };
    },
    close() {
      closed = true;
      listeners.clear();
      queue.length = 0;
      for (const buffer of buffers) buffer.end();
      buffers.clear();
    },
    [Symbol.asyncIterator]() {
      const buffer = new EventBuffer(capacity, (ended) => buffers.delete(ended));
      if (closed) buffer.end();
      else buffers.add(buffer);
      return buffer;
    },
  };
}
