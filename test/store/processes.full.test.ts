/** Many processes, many operations, many kills. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import { createRedisStore } from '../../src/stores/redis/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { finish, start, testProcesses } from './processes.ts';
import { report } from '../support/tally.ts';
import { describeWithRedis, startRedis } from './redis-server.ts';

const EFFORT = { processes: 8, raises: 2500, takes: 250, kills: 20 } as const;

describe('SQLite store', () => {
  testProcesses(
    'sqlite',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'store-'));
      const location = join(folder, 'shared.db');
      return {
        location,
        open: () => createSqliteStore({ path: location }),
        dispose: async () => {
          rmSync(folder, { recursive: true });
        },
      };
    },
    EFFORT,
  );
});

describeWithRedis('Redis store', () => {
  testProcesses(
    'redis',
    async () => {
      const server = await startRedis();
      return {
        location: server.url,
        open: () => createRedisStore({ url: server.url }),
        dispose: server.stop,
      };
    },
    EFFORT,
  );

  test('a server that was killed has what it answered, where it is told to write it down', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const durable = (port: number): string[] => [
      ...['--port', String(port), '--appendonly', 'yes', '--appendfsync', 'always'],
    ];
    try {
      let answered = 0;
      for (let kill = 1; kill <= 5; kill++) {
        const server = await startRedis(durable, folder);
        const place = {
          location: server.url,
          open: () => createRedisStore({ url: server.url }),
          dispose: server.stop,
        };
        const children = [1, 2, 3].map((child) =>
          start('redis', place, 'until-killed', 0, kill * 10 + child),
        );
        // They end with an error when the server is gone.
        const said = Promise.all(children.map((child) => finish(child, 1)));
        await Promise.all(children.flatMap(({ stdout }) => (stdout === null ? [] : [once(stdout, 'data')])));
        await new Promise((resolve) => setTimeout(resolve, 50 + kill * 17));
        await server.stop();
        const lines = (await said) as { raised: number }[][];
        const again = await startRedis(durable, folder);
        const store = createRedisStore({ url: again.url });
        try {
          // What it has on disk is read before it answers anybody.
          await vi.waitFor(() => store.get('turn/1'), { timeout: 60_000, interval: 100 });
          for (const [index, answers] of lines.entries()) {
            const last = answers.at(-1)?.raised ?? 0;
            const stored = (await store.get(`turn/${String(kill * 10 + index + 1)}`))?.value;
            expect([last, last + 1]).toContain(stored);
            answered += answers.length;
          }
        } finally {
          await store.close();
          await again.stop();
        }
      }
      expect(answered).toBeGreaterThan(50);
      report(`redis: killed 5 times, ${String(answered)} answered raises all there`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
