/** What a store that several processes share must do, whatever keeps it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import type { Store } from '../../src/store/index.ts';
import { report } from '../support/tally.ts';

/** A place that a store can be opened at by several processes. */
export interface SharedPlace {
  readonly location: string;
  open(): Store;
  dispose(): Promise<void>;
}

/** What a worker is to do. */
export type Task = 'raise' | 'take' | 'until-killed';

/** Starts a worker. */
export function start(
  kind: string,
  place: SharedPlace,
  task: Task,
  count: number,
  seed: number,
): ChildProcess {
  const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
  return spawn(process.execPath, [worker, kind, place.location, task, String(count), String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Everything a worker said; fails when it did. */
export async function finish(child: ChildProcess, wanted: number | null = 0): Promise<unknown[]> {
  let said = '';
  let complained = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complained += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code !== wanted) throw new Error(`worker: exit ${String(code)}: ${complained}`);
  const whole = said.slice(0, said.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** Runs the tests with so many processes. */
export function testProcesses(
  kind: 'redis' | 'sqlite',
  create: () => Promise<SharedPlace>,
  effort: {
    readonly processes: number;
    readonly raises: number;
    readonly takes: number;
    readonly kills: number;
  },
): void {
  const seeds = Array.from({ length: effort.processes }, (_, index) => index + 1);

  test(`${String(effort.processes)} processes raise the same keys: the largest stay, each told the truth`, async () => {
    const place = await create();
    try {
      const said = await Promise.all(
        seeds.map((seed) => finish(start(kind, place, 'raise', effort.raises, seed))),
      );
      const results = said.flat() as { risen: [string, number][]; largest: Record<string, number> }[];
      expect(results).toHaveLength(effort.processes);
      const store = place.open();
      let rises = 0;
      for (const key of new Set(results.flatMap(({ largest }) => Object.keys(largest)))) {
        const largest = Math.max(...results.map((result) => result.largest[key] ?? 0));
        expect((await store.get(key))?.value).toBe(largest);
        const risen = results.flatMap((result) => result.risen.filter(([name]) => name === key));
        const values = risen.map(([, value]) => value);
        expect(new Set(values).size).toBe(values.length);
        expect(values).toContain(largest);
        rises += values.length;
      }
      expect(rises).toBeGreaterThan(5);
      await store.close();
      report(
        `${kind}: ${String(effort.processes * effort.raises)} raises by ${String(effort.processes)} processes`,
      );
    } finally {
      await place.dispose();
    }
  });

  test(`${String(effort.processes)} processes lend each number once`, async () => {
    const place = await create();
    try {
      const said = await Promise.all(
        seeds.map((seed) => finish(start(kind, place, 'take', effort.takes, seed))),
      );
      const taken = said.flat(2) as number[];
      expect(taken).toHaveLength(effort.processes * effort.takes);
      expect(taken.toSorted((one, other) => one - other)).toEqual(taken.map((_, index) => index));
      report(
        `${kind}: ${String(taken.length)} numbers lent to ${String(effort.processes)} processes, each once`,
      );
    } finally {
      await place.dispose();
    }
  });

  test('kill -9 in the middle loses nothing that was answered, and leaves it consistent', async () => {
    const place = await create();
    try {
      const taken: number[] = [];
      for (let kill = 1; kill <= effort.kills; kill++) {
        const child = start(kind, place, 'until-killed', 0, kill);
        const lines = finish(child, null);
        if (child.stdout === null) throw new Error('no pipe');
        await once(child.stdout, 'data');
        await new Promise((resolve) => setTimeout(resolve, 20 + kill * 7));
        child.kill('SIGKILL');
        const said = (await lines) as { raised: number; taken: number }[];
        taken.push(...said.map((line) => line.taken));
        const store = place.open();
        const last = said.at(-1)?.raised ?? 0;
        expect(last).toBeGreaterThan(0);
        const stored = (await store.get(`turn/${String(kill)}`))?.value;
        // What was under way may or may not have been done.
        expect([last, last + 1]).toContain(stored);
        await store.close();
      }
      expect(new Set(taken).size).toBe(taken.length);
      const store = place.open();
      const next = Number((await store.get('next'))?.value);
      expect(next).toBeGreaterThanOrEqual(taken.length);
      expect(next).toBeLessThanOrEqual(taken.length + effort.kills);
      await store.close();
      report(
        `${kind}: ${String(effort.kills)} processes killed, ${String(taken.length)} answered writes all there`,
      );
    } finally {
      await place.dispose();
    }
  });
}
