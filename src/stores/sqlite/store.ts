import { HybridgeError } from '../../bytes/index.ts';
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
  type StoreValue,
} from '../../store/index.ts';
import { openDatabase } from './database.ts';
import { unreachable } from './fault.ts';

/** How a store in an SQLite file is made. */
export interface SqliteStoreOptions {
  /** The file, made when there is none; `:memory:` for one that ends with the store. */
  readonly path: string;
  /** Where the time comes from that entries expire by; the system clock unless told. */
  readonly clock?: StoreClock;
  /**
   * Milliseconds that an operation waits for another process that writes; 2000 unless told. Node waits with it, so
   * this is also the longest that one operation can hold everything up.
   */
  readonly busyTimeout?: number;
}

/** An entry that was found; `expiry` is null for one that stays. */
interface Row {
  readonly value: StoreValue;
  readonly expiry: number | null;
}

/** Rows that one step of an iteration reads. */
const PAGE = 256;
/** Once in so many new keys, at most so many expired ones are removed: clean-up never costs an operation much. */
const CLEAN_UP = { every: 64, most: 256 } as const;

/** Texts are kept as bytes: Node 22 ends those that SQLite calls texts at their first NUL. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function encode(value: StoreValue): number | Uint8Array {
  return typeof value === 'number' ? value : encoder.encode(value);
}

function rowOf(row: Readonly<Record<string, unknown>> | undefined): Row | undefined {
  if (row === undefined) return undefined;
  const { value, expiry } = row;
  if (typeof expiry === 'number' || expiry === null) {
    if (typeof value === 'number') return { value, expiry };
    if (value instanceof Uint8Array) return { value: decoder.decode(value), expiry };
  }
  throw new HybridgeError('input_output', 'the table holds what the store did not write');
}

function entryOf(key: string, { value, expiry }: Row): StoreEntry {
  return { key, value, expiresAt: expiry === null ? undefined : new Date(expiry) };
}

/** The later of two ends. */
function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

/**
 * A store in an SQLite file, for one machine: any number of processes may have it open. What an operation has
 * answered survives the end of the process, `kill -9` and a loss of power (WAL, `synchronous = FULL`).
 *
 * Every change is one conditional statement that names the row it replaces: where another process was faster, the
 * statement does nothing and the operation begins anew from what is there now.
 *
 * A file that is no store, or a damaged one, is refused and left as it is.
 *
 * @throws HybridgeError `unsupported` on a Node without `node:sqlite` (before 22.13) and for a file of a later
 * release; `invalid_encoding` for a file that is no store or is damaged; `input_output` when it cannot be opened;
 * `invalid_argument` for a busy timeout that is none.
 *
 * @example
 * ```ts
 * import { createSqliteStore } from 'hybridge/stores/sqlite';
 *
 * const store = createSqliteStore({ path: ':memory:' });
 * await store.raise('floor/pump-17', 3);
 * console.log(await store.raise('floor/pump-17', 2)); // { value: 3, raised: false }
 * await store.close();
 * ```
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const { path, clock = { now: () => new Date() }, busyTimeout = 2000 } = options;
  if (!Number.isSafeInteger(busyTimeout) || busyTimeout < 0 || busyTimeout > 600_000)
    throw new HybridgeError(
      'invalid_argument',
      `store: busy timeout ${String(busyTimeout)} is not 0 to 600000`,
      {
        fault: 'caller',
      },
    );
  const database = openDatabase(path, busyTimeout);
  const select = database.prepare('SELECT value, expiry FROM entry WHERE key = ?');
  const page = database.prepare(
    `SELECT key, value, expiry FROM entry
     WHERE key >= ? AND key > ? AND key < ? AND (expiry IS NULL OR expiry > ?) ORDER BY key LIMIT ${String(PAGE)}`,
  );
  const create = database.prepare(
    `INSERT INTO entry (key, value, expiry) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expiry = excluded.expiry WHERE entry.expiry <= ?`,
  );
  const replace = database.prepare(
    'UPDATE entry SET value = ?, expiry = ? WHERE key = ? AND value IS ? AND expiry IS ?',
  );
  const remove = database.prepare('DELETE FROM entry WHERE key = ? RETURNING expiry');
  const cleanUp = database.prepare(
    `DELETE FROM entry WHERE key IN (SELECT key FROM entry WHERE expiry <= ? LIMIT ${String(CLEAN_UP.most)})`,
  );
  let closed = false;
  let created = 0;

  const now = (): number => clock.now().getTime();
  const hasEnded = (expiry: number | null): boolean => expiry !== null && expiry <= now();

  const find = (key: string): Row | undefined => {
    const row = rowOf(select.get(key));
    return row === undefined || hasEnded(row.expiry) ? undefined : row;
  };

  /** Puts a row in the place of the one that was found. Answers whether that was still the one. */
  const swap = (key: string, before: Row | undefined, { value, expiry }: Row): boolean => {
    if (before !== undefined)
      return (
        Number(replace.run(encode(value), expiry, key, encode(before.value), before.expiry).changes) === 1
      );
    if (Number(create.run(key, encode(value), expiry, now()).changes) !== 1) return false;
    created++;
    if (created % CLEAN_UP.every === 0) cleanUp.run(now());
    return true;
  };

  /** Does the work at once; what it throws becomes a rejection. */
  const operation = <T>(work: () => T): Promise<T> =>
    new Promise((resolve) => {
      if (closed) throw storeClosed();
      try {
        resolve(work());
      } catch (error) {
        throw unreachable(path, error);
      }
    });

  const end = (writing: Parameters<typeof expiryOf>[0]): number | null => {
    const instant = expiryOf(writing);
    return instant === Infinity ? null : instant;
  };

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
        const expiry = end(writing);
        for (;;) {
          const before = find(key);
          if (before === undefined) {
            if (swap(key, before, { value, expiry })) return { value, raised: true };
            continue;
          }
          if (typeof before.value === 'string') throw notACount(key);
          if (value < before.value) return { value: before.value, raised: false };
          const after = { value, expiry: later(before.expiry, expiry) };
          const same = value === before.value && after.expiry === before.expiry;
          if (same || swap(key, before, after)) return { value, raised: value > before.value };
        }
      }),
    compareAndSet: (key, expected, value, writing) =>
      operation(() => {
        requireKey(key);
        if (expected !== undefined) requireValue(expected);
        requireValue(value);
        const expiry = end(writing);
        for (;;) {
          const before = find(key);
          if (before?.value !== expected) return false;
          if (swap(key, before, { value, expiry })) return true;
        }
      }),
    delete: (key) =>
      operation(() => {
        requireKey(key);
        const removed = remove.get(key);
        return (
          removed !== undefined && !hasEnded(removed['expiry'] === null ? null : Number(removed['expiry']))
        );
      }),
    async *entries(prefix = '') {
      // Keys are ASCII below DEL, so this is above all that begin with the prefix.
      const above = `${prefix}\x7f`;
      let last = '';
      for (;;) {
        const rows = await operation(() => {
          requirePrefix(prefix);
          return page.all(prefix, last, above, now());
        });
        for (const row of rows) {
          last = String(row['key']);
          const found = rowOf(row);
          if (found !== undefined && !hasEnded(found.expiry)) yield entryOf(last, found);
        }
        if (rows.length < PAGE) return;
      }
    },
    close: () => {
      if (!closed) {
        closed = true;
        database.close();
      }
      return Promise.resolve();
    },
  };
}
