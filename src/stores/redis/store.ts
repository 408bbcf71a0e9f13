import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import {
  expiryOf,
  notACount,
  requireCount,
  requireKey,
  requirePrefix,
  requireValue,
  type Store,
  storeClosed,
  type StoreEntry,
  type StoreValue,
} from '../../store/index.ts';
import {
  borrowed,
  type Link,
  linkTo,
  type RedisConnection,
  type RedisTls,
  unreachable,
} from './connection.ts';
import { RAISE, READ, type Script, SWAP } from './scripts.ts';

/** How a store in Redis is made: over a URL, or over a client that the caller has. */
export type RedisStoreOptions = RedisStoreSettings &
  (
    | {
        /** `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS. */
        readonly url: string;
        readonly tls?: RedisTls;
      }
    | {
        /** A connected client, which stays the caller's: the store neither connects nor closes it. */
        readonly client: RedisConnection;
      }
  );

/** What stores in Redis have in common. */
export interface RedisStoreSettings {
  /** What the keys of the store begin with on the server; `hybridge:` unless told. */
  readonly prefix?: string;
  /** Milliseconds until a connection or a command without an answer fails; 1000 unless told. */
  readonly timeout?: number;
}

/** Keys that one step of an iteration asks for. */
const PAGE = '256';
/** Texts begin with it and counts do not: the text "5" is not the count 5. */
const TEXT = '=';

function encode(value: StoreValue): string {
  return typeof value === 'number' ? String(value) : `${TEXT}${value}`;
}

function decode(key: string, value: string): StoreValue {
  if (value.startsWith(TEXT)) return value.slice(TEXT.length);
  const count = Number(value);
  if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(count))
    throw unreachable(`${key} holds what the store did not write`);
  return count;
}

/** The end of an entry in a command: milliseconds since 1970, or -1 for one that stays. */
function encodeEnd(instant: number): string {
  // Before 1970 is past all the same.
  return instant === Infinity ? '-1' : String(Math.max(instant, 0));
}

/** The special characters of the patterns of SCAN [redis.io/docs KEYS]. */
function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]^]/g, '\\$&');
}

function strange(): HybridgeError {
  return unreachable('the server answers what it was not asked');
}

/** A reply that is a list of texts and numbers. */
function listOf(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw strange();
  return reply;
}

function entryOf(key: string, reply: unknown): StoreEntry {
  const [value, end] = listOf(reply);
  if (typeof value !== 'string') throw strange();
  const expiry = Number(end);
  return { key, value: decode(key, value), expiresAt: expiry < 0 ? undefined : new Date(expiry) };
}

/**
 * A store in Redis 7 or later (or what speaks its protocol), for several machines. Each change is a script, which the
 * server runs as one step. Entries expire by the clock of the server. What an operation has answered is as durable as
 * the server is configured to be (`appendonly`, `appendfsync`, replicas): a server that forgets, forgets floors.
 *
 * The connection is made by the first operation and again after a loss; operations fail with `input_output` within the
 * timeout, and at once for half a second after a failure. A change whose answer got lost may have been done.
 *
 * `entries` keeps the keys it has met, so that each comes once. Clusters, whose SCAN sees one node only, need one
 * store for each node.
 *
 * @throws HybridgeError `invalid_argument` for a URL, prefix or timeout that is none.
 *
 * @example
 * ```ts no-run
 * import { createRedisStore } from 'hybridge/stores/redis';
 *
 * const store = createRedisStore({ url: 'rediss://terminator:secret@redis.example:6380', prefix: 'fleet:' });
 * await store.raise('floor/pump-17', 3);
 * await store.close();
 * ```
 */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { prefix: space = 'hybridge:', timeout = 1000 } = options;
  requirePrefix(space);
  if (!Number.isSafeInteger(timeout) || timeout < 1 || timeout > 600_000)
    throw new HybridgeError(
      'invalid_argument',
      `store in Redis: timeout ${String(timeout)} is not 1 to 600000`,
      {
        fault: 'caller',
      },
    );
  const link: Link =
    'url' in options
      ? linkTo({ url: options.url, tls: options.tls, timeout })
      : borrowed(options.client, timeout);
  let closed = false;

  const send = async (command: readonly string[]): Promise<unknown> => {
    if (closed) throw storeClosed();
    try {
      return await link.sendCommand(command);
    } catch (error) {
      if (isHybridgeError(error)) throw error;
      throw unreachable(error instanceof Error ? error.message : String(error), error);
    }
  };

  const run = async ({ text, sha1 }: Script, key: string, ...values: readonly string[]): Promise<unknown> => {
    const rest = ['1', `${space}${key}`, ...values];
    try {
      return await send(['EVALSHA', sha1, ...rest]);
    } catch (error) {
      // A server that has not met the script, for instance after a restart, keeps it from now on.
      if (!isHybridgeError(error) || !error.message.includes('NOSCRIPT')) throw error;
      return send(['EVAL', text, ...rest]);
    }
  };

  const find = async (key: string): Promise<StoreEntry | undefined> => {
    const reply = await run(READ, key);
    return reply === null ? undefined : entryOf(key, reply);
  };

  return {
    async get(key) {
      requireKey(key);
      return find(key);
    },
    async raise(key, value, writing) {
      requireKey(key);
      requireCount(value);
      const [held, raised] = listOf(await run(RAISE, key, encode(value), encodeEnd(expiryOf(writing))));
      if (typeof held !== 'string') throw strange();
      const count = decode(key, held);
      if (typeof count === 'string') throw notACount(key);
      return { value: count, raised: raised === 1 };
    },
    async compareAndSet(key, expected, value, writing) {
      requireKey(key);
      if (expected !== undefined) requireValue(expected);
      requireValue(value);
      const before = expected === undefined ? '' : encode(expected);
      return (await run(SWAP, key, before, encode(value), encodeEnd(expiryOf(writing)))) === 1;
    },
    async delete(key) {
      requireKey(key);
      return (await send(['DEL', `${space}${key}`])) === 1;
    },
    async *entries(prefix = '') {
      requirePrefix(prefix);
      const pattern = `${escapePattern(`${space}${prefix}`)}*`;
      // SCAN may come to a key twice.
      const met = new Set<string>();
      let cursor = '0';
      do {
        const [next, names] = listOf(await send(['SCAN', cursor, 'MATCH', pattern, 'COUNT', PAGE]));
        cursor = String(next);
        const keys: string[] = [];
        for (const name of listOf(names)) {
          const key = String(name).slice(space.length);
          if (!met.has(key)) keys.push(key);
          met.add(key);
        }
        // All at once: the client sends them in one go.
        for (const entry of await Promise.all(keys.map(find))) if (entry !== undefined) yield entry;
      } while (cursor !== '0');
    },
    async close() {
      if (closed) return;
      closed = true;
      await link.close();
    },
  };
}
