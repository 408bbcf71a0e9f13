import { HybridgeError, isHybridgeError } from './error.ts';

/**
 * Bytes, or pieces of them that come one after the other. A piece is used up before the next one is asked for, so a
 * source may reuse its buffer.
 */
export type ByteSource =
  AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;

/** How a source is read. */
export interface ReadingOptions {
  /** Ends the call with `aborted` and releases the source. */
  readonly signal?: AbortSignal | undefined;
  /** Told the number of bytes of the source used up so far, after every piece. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Pieces that bytes given in one are cut into. */
const PIECE = 1024 * 1024;

/**
 * The pieces of a source. However the reading ends, the source is told: an iterator by `return`, a stream by
 * `cancel`; and an abort does not wait for a source that does not answer.
 *
 * @throws HybridgeError `aborted`; `input_output` with the source's own error as cause; `invalid_argument` for
 * something that is no source or no Uint8Array. A HybridgeError of the source passes unchanged.
 */
export async function* piecesOf(
  source: ByteSource,
  { signal, onProgress }: ReadingOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  requireNotAborted(signal);
  const iterator = open(source);
  const watch = signal === undefined ? undefined : new AbortWatch(signal);
  let total = 0;
  let ended = false;
  try {
    for (;;) {
      let step: IteratorResult<unknown, unknown>;
      try {
        const next = Promise.resolve(iterator.next());
        step = await (watch === undefined ? next : watch.unlessAborted(next));
      } catch (cause) {
        requireNotAborted(signal);
        ended = true;
        throw isHybridgeError(cause)
          ? cause
          : new HybridgeError('input_output', `the source failed after ${total} bytes`, {
              cause,
              details: { bytes: total },
            });
      }
      if (step.done === true) {
        ended = true;
        return;
      }
      if (!(step.value instanceof Uint8Array))
        throw new HybridgeError('invalid_argument', 'the source gave something other than a Uint8Array', {
          fault: 'caller',
        });
      const { buffer, byteOffset, length } = step.value;
      // Not a Buffer, whose `slice` is no copy: whoever keeps a piece must be able to rely on his.
      yield new Uint8Array(buffer, byteOffset, length);
      total += length;
      onProgress?.(total);
      requireNotAborted(signal);
    }
  } finally {
    watch?.close();
    if (!ended) await release(iterator, signal);
  }
}

/** @throws HybridgeError `aborted` when the signal has fired. */
export function requireNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal);
}

function aborted(signal: AbortSignal): HybridgeError {
  return new HybridgeError('aborted', 'the caller aborted the operation', {
    fault: 'caller',
    cause: signal.reason,
  });
}

type PieceIterator = AsyncIterator<unknown> | Iterator<unknown>;

function open(source: unknown): PieceIterator {
  if (source instanceof Uint8Array) return cut(source);
  if (typeof source === 'object' && source !== null) {
    if (isStream(source)) return streamIterator(source);
    if (isAsyncIterable(source)) return source[Symbol.asyncIterator]();
    if (isIterable(source)) return source[Symbol.iterator]();
  }
  throw new HybridgeError(
    'invalid_argument',
    'a source is a Uint8Array, an iterable or async iterable of them, or a ReadableStream',
    { fault: 'caller' },
  );
}

function isStream(source: object): source is ReadableStream<unknown> {
  return 'getReader' in source && typeof source.getReader === 'function';
}

function isAsyncIterable(source: object): source is AsyncIterable<unknown> {
  return Symbol.asyncIterator in source && typeof source[Symbol.asyncIterator] === 'function';
}

function isIterable(source: object): source is Iterable<unknown> {
  return Symbol.iterator in source && typeof source[Symbol.iterator] === 'function';
}

function* cut(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

// Not every browser iterates over streams by itself.
function streamIterator(stream: ReadableStream<unknown>): AsyncIterator<unknown> {
  if (stream.locked)
    throw new HybridgeError('invalid_argument', 'the source stream is locked to another reader', {
      fault: 'caller',
    });
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      if (!done) return { done, value };
      reader.releaseLock();
      return { done, value: undefined };
    },
    async return() {
      const cancelled = reader.cancel();
      reader.releaseLock();
      await cancelled;
      return { done: true, value: undefined };
    },
  };
}

/**
 * Lets the signal win over a source that does not answer. One listener and one pending promise at a time: racing every
 * piece against one promise of the signal would keep all pieces alive.
 */
class AbortWatch {
  readonly #signal: AbortSignal;
  readonly #listener: () => void;
  #reject: ((error: HybridgeError) => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#listener = () => this.#reject?.(aborted(signal));
    signal.addEventListener('abort', this.#listener);
  }

  unlessAborted<T>(value: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      value.then(resolve, reject);
    });
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#listener);
  }
}

// What ended the reading is what the caller learns; a source that cannot even be released adds nothing to it.
async function release(iterator: PieceIterator, signal: AbortSignal | undefined): Promise<void> {
  try {
    const released = Promise.resolve(iterator.return?.());
    // A generator that waits for its next piece answers only after that: do not wait for it.
    if (signal?.aborted === true) released.catch(() => undefined);
    else await released;
  } catch {
    return;
  }
}
