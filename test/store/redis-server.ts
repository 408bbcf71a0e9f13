/** A Redis server of its own, on a free port of loopback, with nothing on disk that outlives it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { listen, type Listening } from '../certificates/tls/processes.ts';
import { describeWithPeer, findPeer } from '../support/peers.ts';

/** The name under which the server is installed: from the kit, or the distribution's. */
const PROGRAM = ['peer-redis-server', 'redis-server', 'valkey-server'].find(
  (name) => findPeer(name) !== undefined,
);

/** A `describe` that needs a server; without one it is skipped, and a line says so. */
export function describeWithRedis(title: string, suite: () => void): void {
  describeWithPeer(PROGRAM ?? 'peer-redis-server', title, suite);
}

/** A running server. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly log: () => string;
  /** Ends it at once, as `kill -9` does. */
  readonly stop: () => Promise<void>;
}

/** Starts a server; `settings` are options of its command line, given the port. A folder that is given stays. */
export async function startRedis(
  settings: (port: number) => readonly string[] = (port) => ['--port', String(port)],
  given?: string,
): Promise<RedisServer> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'redis-'));
  const clean = (): void => {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const common = ['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--daemonize', 'no'];
  let running: Listening;
  try {
    running = await listen((port) => ({
      peer: PROGRAM ?? 'peer-redis-server',
      args: [...common, ...settings(port)],
    }));
  } catch (error) {
    clean();
    throw error;
  }
  return {
    port: running.port,
    url: `redis://127.0.0.1:${String(running.port)}`,
    log: running.log,
    stop: async () => {
      await running.stop();
      clean();
    },
  };
}
