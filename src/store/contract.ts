import { HybridgeError } from '../bytes/index.ts';

/** What a key can hold: a count (a safe integer, 0 or more), or a text of at most 64 KiB (of UTF-8). */
export type StoreValue = number | string;

/** A key with its value. */
export interface StoreEntry {
  readonly key: string;
  readonly value: StoreValue;
  /** From this moment on the entry is gone; `undefined` when it stays. */
  readonly expiresAt: Date | undefined;
}

/** Where a store takes the time from that entries expire by. */
export interface StoreClock {
  /** The present moment. */
  now(): Date;
}

/** How a value is written. */
export interface StoreWriteOptions {
  /** When the entry ends by itself; it never does unless told. */
  readonly expiresAt?: Date;
}

/** What a raise came to. */
export interface RaiseResult {
  /** What is stored now: the larger of what was there and what was given. */
  readonly value: number;
  /** Whether it was this call that raised it. */
  readonly raised: boolean;
}

/**
 * Small durable state: per-peer floors, sequence numbers, counters. Every operation is atomic, among concurrent
 * calls and among all processes that share the store. Keys are 1 to 512 printable ASCII characters without space;
 * callers percent-encode anything else.
 *
 * An expired entry is an absent one, for every operation. All operations reject with {@link HybridgeError}:
 * `invalid_argument` for a key, value or date that is none, for a key that holds the other kind of value, and
 * after `close`; `message_too_large` for a text too long; `input_output` when the store cannot be reached or has
 * no room. What a caller does when its store is lost is the caller's decision.
 */
export interface Store {
  /** The entry of a key. */
  get(key: string): Promise<StoreEntry | undefined>;
  /**
   * Raises a count to at least a value: sets it where nothing is stored or less, leaves it where more is. Counts
   * raised this way never fall, and neither does their time to live: where the value given is the one stored or
   * more, the entry lasts until the later of both ends; where it is less, nothing changes.
   */
  raise(key: string, value: number, options?: StoreWriteOptions): Promise<RaiseResult>;
  /**
   * Writes a value if the key holds the one expected (`undefined`: nothing). The write takes the new expiry, or
   * none. Answers whether it was done.
   */
  compareAndSet(
    key: string,
    expected: StoreValue | undefined,
    value: StoreValue,
    options?: StoreWriteOptions,
  ): Promise<boolean>;
  /** Removes a key. Answers whether it was there. */
  delete(key: string): Promise<boolean>;
  /**
   * The entries whose keys begin with a prefix, in no particular order. An entry there from beginning to end comes
   * exactly once; one that is written or removed meanwhile may come or not.
   */
  entries(prefix?: string): AsyncIterable<StoreEntry>;
  /** Releases what the store holds; a second call does nothing. */
  close(): Promise<void>;
}

const MAX_TEXT = 65_536;

function argument(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `store: ${why}`, { fault: 'caller' });
}

/** Refuses what is no key. Every implementation calls it, so that keys are the same everywhere. */
export function requireKey(key: string): void {
  if (!/^[!-~]{1,512}$/.test(key))
    throw argument('a key is 1 to 512 printable ASCII characters without space');
}

/** Refuses what cannot begin a key; the empty prefix begins all. */
export function requirePrefix(prefix: string): void {
  if (!/^[!-~]{0,512}$/.test(prefix)) throw argument('a prefix is up to 512 printable ASCII characters');
}

/** Refuses what is no count. */
export function requireCount(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw argument(`${String(value)} is no count`);
}

/** Refuses what no key can hold. */
export function requireValue(value: StoreValue): void {
  if (typeof value === 'number') {
    requireCount(value);
    return;
  }
  // Three bytes at most for each UTF-16 unit: most texts need no encoding to be found short enough.
  if (value.length * 3 > MAX_TEXT && new TextEncoder().encode(value).length > MAX_TEXT)
    throw new HybridgeError('message_too_large', `store: a text is longer than ${String(MAX_TEXT)} bytes`, {
      fault: 'caller',
      details: { maximum: MAX_TEXT },
    });
  if (/\p{Cs}/u.test(value)) throw argument('the text holds half a character');
}

/** The instant at which an entry ends; Infinity where it stays. Refuses `Invalid Date`. */
export function expiryOf(options: StoreWriteOptions | undefined): number {
  const instant = options?.expiresAt?.getTime() ?? Infinity;
  if (Number.isNaN(instant)) throw argument('the expiry is not a date');
  return instant;
}

/** The error of a raise on a key that holds a text. */
export function notACount(key: string): HybridgeError {
  return argument(`${key} holds a text, which cannot be raised`);
}

/** The error of every operation after `close`. */
export function storeClosed(): HybridgeError {
  return argument('it is closed');
}

/** The error of a store without room for one more key. */
export function storeFull(capacity: number): HybridgeError {
  return new HybridgeError('input_output', `store: full, with ${String(capacity)} entries`, {
    fault: 'caller',
    details: { capacity },
  });
}
