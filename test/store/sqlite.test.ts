import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { describeStore } from './conformance.ts';
import { testProcesses } from './processes.ts';

let folder = '';
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const newFile = (): string => join(folder, `${String(files++)}.db`);
const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

describeStore(
  'SQLite',
  async () => {
    let now = Date.parse('2026-11-21T12:00:00Z');
    const clock = { now: () => new Date(now) };
    const path = newFile();
    return {
      open: async () => createSqliteStore({ path, clock }),
      now: clock.now,
      advance: async (milliseconds) => {
        now += milliseconds;
      },
      dispose: async () => undefined,
    };
  },
  { raises: 1000, increments: 40, sequences: 40, keys: 600, second: 1000 },
);

describe('SQLite store, several processes', () => {
  testProcesses(
    'sqlite',
    async () => {
      const location = newFile();
      return { location, open: () => createSqliteStore({ path: location }), dispose: async () => undefined };
    },
    { processes: 3, raises: 150, takes: 40, kills: 2 },
  );
});

describe('createSqliteStore', () => {
  test('keeps what it holds in the file', async () => {
    const path = newFile();
    const first = createSqliteStore({ path });
    const expiresAt = new Date(Date.now() + 60_000);
    await first.raise('count', 7, { expiresAt });
    await first.compareAndSet('text', undefined, '7');
    await first.close();
    const second = createSqliteStore({ path });
    expect(await second.get('count')).toEqual({ key: 'count', value: 7, expiresAt });
    expect(await second.get('text')).toEqual({ key: 'text', value: '7', expiresAt: undefined });
    await second.close();
  });

  test(':memory: is a store of its own that ends with it', async () => {
    const [one, other] = [createSqliteStore({ path: ':memory:' }), createSqliteStore({ path: ':memory:' })];
    await one.raise('k', 1);
    expect(await other.get('k')).toBeUndefined();
    await one.close();
    await other.close();
  });

  test('refuses files of others and leaves them as they are', () => {
    const foreign = newFile();
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE entry (key TEXT, value TEXT); INSERT INTO entry VALUES (1, 2)');
    database.close();
    const similar = newFile();
    createSqliteStore({ path: similar })
      .close()
      .catch(() => undefined);
    const changed = new DatabaseSync(similar);
    changed.exec('CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END');
    changed.exec('PRAGMA journal_mode = DELETE');
    changed.close();
    const text = newFile();
    writeFileSync(text, 'not a database');
    const long = newFile();
    writeFileSync(long, 'x'.repeat(10_000));
    for (const path of [foreign, similar, text, long]) {
      const before = readFileSync(path);
      expect(() => createSqliteStore({ path })).toThrow(code('invalid_encoding'));
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  test('refuses a file of a later release', () => {
    const path = newFile();
    createSqliteStore({ path })
      .close()
      .catch(() => undefined);
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 2');
    database.close();
    expect(() => createSqliteStore({ path })).toThrow(code('unsupported'));
  });

  test('refuses damaged files, and none of them makes it throw anything else', async () => {
    const path = newFile();
    const store = createSqliteStore({ path });
    for (let index = 0; index < 400; index++)
      await store.compareAndSet(`key/${String(index)}`, undefined, 'v'.repeat(100));
    await store.close();
    const whole = readFileSync(path);
    let refused = 0;
    for (const [index, length] of [100, 1024, 4096, 8192, 20_000].entries()) {
      const cut = newFile();
      writeFileSync(cut, whole);
      truncateSync(cut, length);
      expect(() => createSqliteStore({ path: cut }), String(index)).toThrow(
        expect.objectContaining({ name: 'HybridgeError' }) as Error,
      );
      refused++;
    }
    for (let at = 0; at < whole.length; at += 997) {
      const bytes = Buffer.from(whole);
      bytes.fill(0xa5, at, at + 64);
      const damaged = newFile();
      writeFileSync(damaged, bytes);
      try {
        const opened = createSqliteStore({ path: damaged });
        for await (const entry of opened.entries()) expect(entry.key.length).toBeGreaterThan(0);
        await opened.close();
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ name: 'HybridgeError' }));
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10);
  });

  test('a file that cannot be opened or a write that must wait too long is input_output', async () => {
    expect(() => createSqliteStore({ path: join(folder, 'missing', 'x.db') })).toThrow(code('input_output'));
    expect(() => createSqliteStore({ path: folder })).toThrow(code('input_output'));
    const path = newFile();
    const store = createSqliteStore({ path, busyTimeout: 30 });
    const blocker = new DatabaseSync(path);
    blocker.exec('BEGIN IMMEDIATE');
    await expect(store.raise('k', 1)).rejects.toEqual(code('input_output'));
    expect(await store.get('k')).toBeUndefined();
    blocker.exec('ROLLBACK');
    blocker.close();
    expect(await store.raise('k', 1)).toEqual({ value: 1, raised: true });
    await store.close();
  });

  test('removes expired entries by and by', async () => {
    let now = 0;
    const path = newFile();
    const store = createSqliteStore({ path, clock: { now: () => new Date(now) } });
    for (let index = 0; index < 100; index++)
      await store.raise(`old/${String(index)}`, 1, { expiresAt: new Date(1000) });
    now = 2000;
    for (let index = 0; index < 64; index++) await store.raise(`new/${String(index)}`, 1);
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT count(*) AS n FROM entry').get()).toEqual({ n: 64 });
    database.close();
  });

  test('several processes may make the file at once', async () => {
    const path = newFile();
    const script = `import { createSqliteStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/stores/sqlite/index.ts'))};
      const store = createSqliteStore({ path: ${JSON.stringify(path)}, busyTimeout: 20000 });
      await store.raise('opened', 1); await store.close();`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    const codes = await Promise.all(
      children.map(async (child) => {
        let complained = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
        const [exit] = (await once(child, 'close')) as [number | null];
        return exit === 0 ? 0 : complained;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  test('refuses a busy timeout that is none', () => {
    for (const busyTimeout of [-1, 0.5, Number.NaN, 1e9])
      expect(() => createSqliteStore({ path: ':memory:', busyTimeout })).toThrow(code('invalid_argument'));
  });

  test('says so where Node has no SQLite', () => {
    const script = `import { createSqliteStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/stores/sqlite/index.ts'))};
      try { createSqliteStore({ path: ':memory:' }) } catch (error) { console.log(error.code, error.hint) }`;
    // The same Node without its SQLite: what Node 20 answers.
    const said = execFileSync(
      process.execPath,
      ['--no-experimental-sqlite', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    );
    expect(said).toBe('unsupported use Node 22.13 or later, or another store\n');
  });
});

test('an entry is gone from the very moment of its end', async () => {
  let now = 1_000_000;
  const store = createSqliteStore({ path: ':memory:', clock: { now: () => new Date(now) } });
  await store.raise('f', 3, { expiresAt: new Date(now + 10) });
  now += 9;
  expect((await store.get('f'))?.value).toBe(3);
  now += 1;
  expect(await store.get('f')).toBeUndefined();
  await store.close();
});
