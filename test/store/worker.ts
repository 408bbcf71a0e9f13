/**
 * A process that shares a store with others: `worker.ts sqlite|redis LOCATION TASK COUNT SEED`. It answers on standard
 * output, one JSON value a line.
 */
import type { Store } from '../../src/store/index.ts';

import { createRedisStore } from '../../src/stores/redis/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';

const [, , kind = '', location = '', task = '', count = '0', seed = '0'] = process.argv;

const store: Store =
  kind === 'redis'
    ? createRedisStore({ url: location, timeout: 20_000 })
    : createSqliteStore({ path: location, busyTimeout: 60_000 });

/** What was said has left the process: a pipe that is full would hold it back until it is lost with the process. */
const say = (value: unknown): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(value)}\n`, () => {
      resolve();
    });
  });

let state = Number(seed);
/** Numbers that look random and are the same in every run. */
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** Takes the next number of a counter that all processes share. */
async function take(): Promise<number> {
  for (;;) {
    const value = (await store.get('next'))?.value;
    if (value !== undefined && typeof value !== 'number') throw new Error('the counter is no count');
    if (await store.compareAndSet('next', value, (value ?? 0) + 1)) return value ?? 0;
  }
}

switch (task) {
  case 'raise': {
    const risen: [string, number][] = [];
    const largest: Record<string, number> = {};
    for (let turn = 0; turn < Number(count); turn++) {
      const key = `floor/${String(random(5))}`;
      const value = random(1_000_000);
      largest[key] = Math.max(largest[key] ?? 0, value);
      const result = await store.raise(key, value, { expiresAt: new Date(Date.now() + 600_000) });
      if (result.value < value) throw new Error(`${key} is ${String(result.value)} after ${String(value)}`);
      if (result.raised) risen.push([key, value]);
    }
    await say({ risen, largest });
    break;
  }
  case 'take': {
    const taken: number[] = [];
    for (let turn = 0; turn < Number(count); turn++) taken.push(await take());
    await say(taken);
    break;
  }
  case 'until-killed':
    for (let turn = 1; ; turn++) {
      await store.raise(`turn/${seed}`, turn);
      await say({ raised: turn, taken: await take() });
    }
  default:
    throw new Error(`no task ${task}`);
}
await store.close();
