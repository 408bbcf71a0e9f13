import { HybridgeError } from '../bytes/index.ts';
import {
  expiryOf,
  notACount,
  requireCount,
  requireKey,
  requirePrefix,
  requireValue,
  type Store,
  type StoreClock,
  storeClosed,
  type StoreEntry,
  storeFull,
  type StoreValue,
} from './contract.ts';

/** How a store in memory is made. */
export interface MemoryStoreOptions {
  /** Where the time comes from that entries expire by; the system clock unless told. */
  readonly clock?: StoreClock;
  /** How many keys it takes before it refuses new ones; 100,000 unless told. It never forgets a key to make room. */
  readonly capacity?: number;
}

interface Held {
  readonly value: StoreValue;
  /** Infinity for an entry that stays. */
  readonly expiry: number;
}

/**
 * A store that lasts as long as the process: for tests, for single processes, and as the reference of the
 * contract. JavaScript runs one operation at a time, which makes each of them atomic.
 *
 * @throws HybridgeError `invalid_argument` for a capacity below 1.
 *
 * @example
 * ```ts
 * import { createMemoryStore } from 'hybridge/store';
 *
 * const store = createMemoryStore({ capacity: 1000 });
 * await store.raise('floor/pump-17', 3);
 * console.log(await store.raise('floor/pump-17', 2)); // { value: 3, raised: false }
 * console.log(await store.compareAndSet('leader', undefined, 'node-1')); // true: nobody was
 * ```
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const { clock = { now: () => new Date() }, capacity = 100_000 } = options;
  if (!Number.isSafeInteger(capacity) || capacity < 1)
    throw new HybridgeError('invalid_argument', `store: capacity ${String(capacity)} is below 1`, {
      fault: 'caller',
    });
  const held = new Map<string, Held>();
  let closed = false;

  const now = (): number => clock.now().getTime();

  const find = (key: string): Held | undefined => {
    const found = held.get(key);
    if (found === undefined || found.expiry > now()) return found;
    held.delete(key);
    return undefined;
  };

  const put = (key: string, value: StoreValue, expiry: number): void => {
    if (!held.has(key) && held.size >= capacity) {
      const instant = now();
      for (const [other, entry] of held) if (entry.expiry <= instant) held.delete(other);
      if (held.size >= capacity) throw storeFull(capacity);
    }
    held.set(key, { value, expiry });
  };

  const entryOf = (key: string, { value, expiry }: Held): StoreEntry => ({
    key,
    value,
    expiresAt: expiry === Infinity ? undefined : new Date(expiry),
  });

  /** Does the work at once; what it throws becomes a rejection. */
  const operation = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      if (closed) throw storeClosed();
      resolve(work());
    });

  return {
    get: (key) =>
      operation(() => {
        requireKey(key);
        const found = find(key);
        return found === undefined ? undefined : entryOf(key, found);
      }),
    raise: (key, value, writing) =>
      operation(() => {
        requireKey(key);
        requireCount(value);
        const expiry = expiryOf(writing);
        const before = find(key);
        if (before === undefined) {
          put(key, value, expiry);
          return { value, raised: true };
        }
        if (typeof before.value === 'string') throw notACount(key);
        if (value < before.value) return { value: before.value, raised: false };
        put(key, value, Math.max(expiry, before.expiry));
        return { value, raised: value > before.value };
      }),
    compareAndSet: (key, expected, value, writing) =>
      operation(() => {
        requireKey(key);
        if (expected !== undefined) requireValue(expected);
        requireValue(value);
        const expiry = expiryOf(writing);
        if (find(key)?.value !== expected) return false;
        put(key, value, expiry);
        return true;
      }),
    delete: (key) =>
      operation(() => {
        requireKey(key);
        const there = find(key) !== undefined;
        held.delete(key);
        return there;
      }),
    async *entries(prefix = '') {
      const keys = await operation(() => {
        requirePrefix(prefix);
        return [...held.keys()];
      });
      for (const key of keys) {
        if (!key.startsWith(prefix)) continue;
        const found = await operation(() => find(key));
        if (found !== undefined) yield entryOf(key, found);
      }
    },
    close: () => {
      closed = true;
      held.clear();
      return Promise.resolve();
    },
  };
}
