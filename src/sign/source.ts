import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { type Awaitable, isPromiseLike } from '../provider/index.ts';

/**
 * A message to sign or to verify: bytes, or pieces of it that come one after the other. Pieces are taken in before
 * the next one is asked for, so a source may reuse its buffer.
 */
export type MessageSource =
  AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;

/** How a message that comes in pieces is read. */
export interface ReadingOptions {
  /** Ends the call with `aborted` and releases the source. */
  readonly signal?: AbortSignal | undefined;
  /** Told the number of bytes read so far, after every piece. Not called for a message given as bytes. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Backends hash arrays of up to 2^31-1 bytes in one call; larger ones are cut. */
const ONE_CALL = 1024 ** 3;
const PIECE = 16 * 1024 ** 2;

/** Whether a message goes to a key in one call: bytes, unless they are too many for one and the key takes pieces. */
export function isWhole(message: MessageSource, key: { readonly start?: unknown }): message is Uint8Array {
  return message instanceof Uint8Array && (message.length <= ONE_CALL || key.start === undefined);
}

/**
 * Refuses what only a caller without types can pass: text would be taken for as many zeros.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireBytes(value: Uint8Array, what: string): void {
  if (!(value instanceof Uint8Array))
    throw new HybridgeError('invalid_argument', `${what}: not a Uint8Array`, { fault: 'caller' });
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

/**
 * Hands every piece of a message to `take`. Whatever ends the reading early, the source is told: an iterator by
 * `return`, a stream by `cancel`.
 *
 * @throws HybridgeError `aborted`; `input_output` with the source's own error as cause; `invalid_argument` for a
 * piece that is no Uint8Array; what `take` throws. A HybridgeError of the source passes unchanged.
 */
export async function forEachPiece(
  source: MessageSource,
  take: (piece: Uint8Array) => void,
  { signal, onProgress }: ReadingOptions,
): Promise<void> {
  const pull = open(source);
  const watch = signal === undefined ? undefined : new AbortWatch(signal);
  let total = 0;
  try {
    for (;;) {
      requireNotAborted(signal);
      let step: Step;
      try {
        const coming = pull.next();
        step = isPromiseLike(coming)
          ? await (watch === undefined ? coming : watch.unlessAborted(coming))
          : coming;
      } catch (cause) {
        requireNotAborted(signal);
        throw isHybridgeError(cause)
          ? cause
          : new HybridgeError('input_output', `the message source failed after ${total} bytes`, {
              cause,
              details: { bytes: total },
            });
      }
      if (step.done === true) {
        pull.finish();
        return;
      }
      if (!(step.value instanceof Uint8Array))
        throw new HybridgeError(
          'invalid_argument',
          `the message source gave something other than a Uint8Array after ${total} bytes`,
          { fault: 'caller', details: { bytes: total } },
        );
      take(step.value);
      total += step.value.length;
      onProgress?.(total);
    }
  } catch (error) {
    await release(pull, error, signal);
    throw error;
  } finally {
    watch?.close();
  }
}

/** What a source answers. */
interface Step {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** The three shapes of a source seen as one. */
interface Pull {
  next(): Awaitable<Step>;
  /** The source was read to its end. */
  finish(): void;
  /** Nothing more is wanted. */
  release(reason: unknown): Awaitable<unknown>;
}

// The further types are those of callers who check none.
function open(source: MessageSource | null | string | undefined): Pull {
  if (source instanceof Uint8Array) return openIterator(pieces(source));
  if (typeof source === 'object' && source !== null) {
    if ('getReader' in source) return openStream(source);
    if (Symbol.asyncIterator in source) return openIterator(source[Symbol.asyncIterator]());
    if (Symbol.iterator in source) return openIterator(source[Symbol.iterator]());
  }
  throw new HybridgeError(
    'invalid_argument',
    'a message is a Uint8Array, an iterable or async iterable of them, or a ReadableStream',
    { fault: 'caller' },
  );
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

function openIterator(iterator: AsyncIterator<unknown> | Iterator<unknown>): Pull {
  return {
    next: () => iterator.next(),
    finish: () => undefined,
    release: () => iterator.return?.(),
  };
}

function openStream(stream: ReadableStream<unknown>): Pull {
  if (stream.locked)
    throw new HybridgeError('invalid_argument', 'the message stream is locked to another reader', {
      fault: 'caller',
    });
  const reader = stream.getReader();
  return {
    next: () => reader.read(),
    finish: () => reader.releaseLock(),
    release(reason) {
      const cancelled = reader.cancel(reason);
      reader.releaseLock();
      return cancelled;
    },
  };
}

// The error that ended the reading is the one to report; a source that cannot even be released adds nothing to it.
async function release(pull: Pull, reason: unknown, signal: AbortSignal | undefined): Promise<void> {
  try {
    const released = pull.release(reason);
    if (!isPromiseLike(released)) return;
    // An async generator that still waits for its next piece queues `return` behind it: do not wait for that.
    if (signal?.aborted === true) released.then(undefined, () => undefined);
    else await released;
  } catch {
    return;
  }
}

/** Lets the abort signal win over a source that does not answer. One listener, however many pieces. */
class AbortWatch {
  readonly #signal: AbortSignal;
  readonly #listener: () => void;
  #reject: ((error: HybridgeError) => void) | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#listener = () => this.#reject?.(aborted(signal));
    signal.addEventListener('abort', this.#listener);
  }

  unlessAborted<T>(value: PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      value.then(resolve, reject);
    });
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#listener);
  }
}
