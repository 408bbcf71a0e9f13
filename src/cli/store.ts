/** The store of a terminator, opened by other commands to look into it. */
import { stat } from 'node:fs/promises';
import type { Store } from '../store/index.ts';
import { CommandError } from './command-error.ts';
import { fileError } from './file-error.ts';

/** Whether a `--store` names a server rather than a file. @throws CommandError for a URL of another kind. */
export function isRedisUrl(store: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//iu.exec(store)?.[1]?.toLowerCase();
  if (scheme === undefined) return false;
  if (scheme === 'redis' || scheme === 'rediss') return true;
  throw new CommandError('unsupported', `--store ${store.slice(0, 80)}: no store is reached by ${scheme}:`, {
    hint: 'give a file, or redis://HOST:PORT (rediss:// with TLS)',
  });
}

/** `--store` of the commands that look into what a terminator keeps. */
export const STORE_FLAG = '--store <file|url>';
/** What is said of it. */
export const STORE_HELP = 'the store of the terminator: its file, or redis://HOST:PORT';

/**
 * Works on a store that is there; to look must not leave a new one behind.
 *
 * @throws CommandError when there is no such file; HybridgeError what the store throws.
 */
export async function withStore<T>(where: string, work: (store: Store) => Promise<T>): Promise<T> {
  if (!isRedisUrl(where))
    await stat(where).catch((error: unknown) => {
      throw fileError('read', where, error);
    });
  // Only the store that is needed is loaded.
  const store = isRedisUrl(where)
    ? (await import('../stores/redis/index.ts')).createRedisStore({ url: where })
    : (await import('../stores/sqlite/index.ts')).createSqliteStore({ path: where });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
