import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HybridgeError } from '../../src/bytes/index.ts';
import type { HybridgeEvent } from '../../src/events/index.ts';
import {
  createFloors,
  type Floor,
  type Floors,
  type FloorsOptions,
  type FloorVerdict,
  identityOfPeer,
} from '../../src/negotiation/index.ts';
import { createMemoryStore, type Store } from '../../src/store/index.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;
const PUMP = 'uri:urn:dev:ops:pump-17';

/** Floors over a store in memory that counts its calls and can be lost. */
function laboratory(options: Partial<FloorsOptions> = {}): {
  readonly floors: Floors;
  readonly another: () => Floors;
  readonly store: Store;
  readonly calls: { get: number; raise: number };
  readonly events: HybridgeEvent[];
  readonly at: (milliseconds?: number) => Date;
  lose: (lost: boolean) => void;
} {
  let now = START;
  let lost = false;
  const memory = createMemoryStore({ clock: { now: () => new Date(now) } });
  const calls = { get: 0, raise: 0 };
  const events: HybridgeEvent[] = [];
  const reach = (): void => {
    if (lost) throw new HybridgeError('input_output', 'the store is gone');
  };
  const store: Store = {
    ...memory,
    get: async (key) => {
      calls.get++;
      reach();
      return memory.get(key);
    },
    raise: async (key, value, writing) => {
      calls.raise++;
      reach();
      return memory.raise(key, value, writing);
    },
  };
  const make = (): Floors =>
    createFloors({
      store,
      enforce: 'refuse',
      onLost: 'open',
      events: { emit: (event) => events.push(event) },
      ...options,
    });
  return {
    floors: make(),
    another: make,
    store,
    calls,
    events,
    at: (milliseconds = 0) => {
      now += milliseconds;
      return new Date(now);
    },
    lose: (value) => {
      lost = value;
    },
  };
}

const met = (floor: number | undefined): FloorVerdict => ({ verdict: 'met', floor, refuse: false });
const violated = (floor: number, refuse = true): unknown => ({
  verdict: 'violated',
  floor,
  refuse,
  reason: expect.stringContaining('this peer has proven') as string,
});

async function listed(floors: Floors): Promise<Floor[]> {
  const all: Floor[] = [];
  for await (const floor of floors.list()) all.push(floor);
  return all.toSorted((one, other) => one.peer.localeCompare(other.peer));
}

describe('floors', () => {
  test('rise with what a peer proves, and hold', async () => {
    const { floors, at } = laboratory();
    expect(await floors.check(PUMP, 10, at())).toEqual(met(undefined));
    await floors.raise(PUMP, 20, at());
    expect(await floors.check(PUMP, 10, at())).toEqual(violated(20));
    expect(await floors.check(PUMP, 20, at())).toEqual(met(20));
    await floors.raise(PUMP, 40, at());
    await floors.raise(PUMP, 20, at());
    expect(await floors.check(PUMP, 20, at())).toEqual(violated(40));
    expect(await floors.check(PUMP, 40, at())).toEqual(met(40));
    expect(await floors.check('uri:urn:dev:ops:pump-18', 10, at())).toEqual(met(undefined));
  });

  test('hold in each aspect: a better key exchange does not make up for a lost authentication', async () => {
    const { floors, at } = laboratory();
    await floors.raise(PUMP, 21, at());
    expect(await floors.check(PUMP, 40, at())).toEqual(violated(21));
    await floors.raise(PUMP, 40, at());
    expect(await floors.check(PUMP, 40, at())).toEqual(violated(41));
    expect(await floors.check(PUMP, 21, at())).toEqual(violated(41));
    expect(await floors.check(PUMP, 41, at())).toEqual(met(undefined));
  });

  test('that only alarm refuse nobody', async () => {
    const { floors, at } = laboratory({ enforce: 'alarm' });
    await floors.raise(PUMP, 40, at());
    expect(await floors.check(PUMP, 10, at())).toEqual(violated(40, false));
  });

  test('end when they were not reached for long enough, and are renewed while they are', async () => {
    const { floors, at } = laboratory({ maxAge: 10 * DAY });
    await floors.raise(PUMP, 40, at());
    await floors.raise(PUMP, 40, at(9 * DAY));
    expect(await floors.check(PUMP, 20, at(9 * DAY))).toEqual(violated(40));
    expect(await floors.check(PUMP, 20, at(DAY))).toEqual(met(undefined));
  });

  test('end in what was remembered of the store as well', async () => {
    const { floors, at } = laboratory({ maxAge: 1000, cache: { maxAge: DAY } });
    await floors.raise(PUMP, 40, at());
    expect(await floors.check(PUMP, 40, at())).toEqual(met(40));
    expect(await floors.check(PUMP, 40, at(1000))).toEqual(met(undefined));
  });

  test('are reset by the operator, in other processes too', async () => {
    const { floors, another, at } = laboratory({ cache: { maxAge: DAY } });
    const other = another();
    await floors.raise(PUMP, 41, at());
    expect(await other.check(PUMP, 40, at())).toEqual(violated(41));
    expect(await floors.reset(PUMP)).toBe(true);
    expect(await floors.reset(PUMP)).toBe(false);
    expect(await floors.check(PUMP, 20, at())).toEqual(met(undefined));
    expect(await other.check(PUMP, 20, at())).toEqual(met(undefined));
  });

  test('are listed, whatever peers are called', async () => {
    const { floors, at } = laboratory({ maxAge: 1000 });
    const names = ['dns:a b', 'subject:CN=Pümpe 17 %41,O=ä/é', 'uri:urn:x?y#z', '\ud800', '%', '/'];
    for (const name of names) await floors.raise(name, 40, at());
    await floors.raise(PUMP, 31, at());
    const all = await listed(floors);
    const expiresAt = new Date(START + 1000);
    expect(all).toHaveLength(names.length + 1);
    expect(all).toContainEqual({ peer: PUMP, strength: 31, expiresAt });
    for (const name of names)
      expect(all).toContainEqual({ peer: name.replace('\ud800', '\ufffd'), strength: 40, expiresAt });
    for (const name of names) expect(await floors.check(name, 20, at())).toEqual(violated(40));
  });

  test('refuse what is no strength or no name', async () => {
    const { floors, at } = laboratory();
    const wrong = expect.objectContaining({ code: 'invalid_argument' }) as Error;
    expect(() => floors.check(PUMP, 42, at())).toThrow(wrong);
    await expect(floors.raise(PUMP, 7, at())).rejects.toEqual(wrong);
    await expect(floors.check('x'.repeat(600), 20, at())).rejects.toEqual(wrong);
    for (const options of [{ maxAge: 0 }, { cache: { capacity: 0 } }, { cache: { maxAge: -1 } }])
      expect(() => laboratory(options)).toThrow(wrong);
  });

  test('of a later release count as the best that is known here', async () => {
    const { floors, store, at } = laboratory();
    await store.raise(`floor/key-exchange/${PUMP}`, 9);
    expect(await floors.check(PUMP, 30, at())).toEqual(violated(40));
    expect(await floors.check(PUMP, 40, at())).toEqual(met(40));
    expect(await listed(floors)).toEqual([{ peer: PUMP, strength: 40, expiresAt: undefined }]);
  });

  test('are those of the identity that a certificate proves, unless told otherwise', () => {
    const { floors } = laboratory();
    const address = '192.0.2.7';
    expect(floors.keyOf({ address })).toBeUndefined();
    expect(floors.keyOf({ address, identities: [] })).toBeUndefined();
    expect(floors.keyOf({ address, identities: ['dns:a', PUMP, 'uri:b'] })).toBe(PUMP);
    expect(identityOfPeer({ identities: ['dns:a', 'ip:1'] })).toBe('dns:a');
    // A name that no store has room for has no floor.
    expect(floors.keyOf({ identities: [`uri:${'ü'.repeat(100)}`] })).toBeUndefined();
    const byAddress = laboratory({ key: (peer) => peer.address }).floors;
    expect(byAddress.keyOf({ address })).toBe(address);
  });

  test('never fall, and never let a session pass below them, whatever the order', async () => {
    const strength = fc.constantFrom(10, 11, 20, 21, 30, 31, 40, 41);
    const step = fc.record({ process: fc.nat(1), raise: fc.boolean(), strength });
    let checks = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        // With nothing remembered, processes see each other's floors at once.
        const { floors, another, at } = laboratory({ cache: { maxAge: 0 } });
        const processes = [floors, another()];
        let proven = { key: 0, authentication: 0 };
        for (const { process, raise, strength: now } of steps) {
          const mine = processes[process] ?? floors;
          const session = { key: Math.floor(now / 10), authentication: now % 10 };
          const below = session.key < proven.key || session.authentication < proven.authentication;
          expect((await mine.check(PUMP, now, at(1))).verdict).toBe(below ? 'violated' : 'met');
          checks++;
          if (!raise) continue;
          await mine.raise(PUMP, now, at(1));
          proven = {
            key: Math.max(proven.key, session.key),
            authentication: Math.max(proven.authentication, session.authentication),
          };
        }
      }),
      { numRuns: 100 },
    );
    expect(checks).toBeGreaterThan(500);
  });
});

describe('floors and their store', () => {
  test('a session that nothing can be above asks nobody, and a known floor answers at once', async () => {
    const { floors, calls, at } = laboratory();
    expect(floors.check(PUMP, 41, at())).toEqual(met(undefined));
    expect(calls.get).toBe(0);
    expect(floors.check(PUMP, 40, at())).toBeInstanceOf(Promise);
    await floors.check(PUMP, 40, at());
    await floors.raise(PUMP, 40, at());
    const { get } = calls;
    for (let turn = 0; turn < 100; turn++) expect(floors.check(PUMP, 40, at(10))).toEqual(met(40));
    expect(calls.get).toBe(get);
    expect(floors.check(PUMP, 40, at(10_001))).toBeInstanceOf(Promise);
  });

  test('raises are gathered: one in flight, one an hour afterwards', async () => {
    const { floors, calls, at } = laboratory();
    await Promise.all(Array.from({ length: 100 }, () => floors.raise(PUMP, 40, at())));
    expect(calls.raise).toBe(1);
    for (let turn = 0; turn < 119; turn++) await floors.raise(PUMP, 40, at(60_000));
    expect(calls.raise).toBe(2);
    await floors.raise(PUMP, 30, at());
    expect(calls.raise).toBe(2);
    await floors.raise(PUMP, 41, at());
    expect(calls.raise).toBe(3);
  });

  test('a higher raise does not wait for a lower one under way', async () => {
    const { floors, at } = laboratory();
    await Promise.all([20, 40, 30].map((strength) => floors.raise(PUMP, strength, at())));
    expect(await floors.check(PUMP, 30, at())).toEqual(violated(40));
  });

  test('what others have proven is seen when what is remembered is old, and at once where it is nothing', async () => {
    const { floors, another, at } = laboratory();
    const other = another();
    expect(await floors.check(PUMP, 20, at())).toEqual(met(undefined));
    await other.raise(PUMP, 40, at());
    expect(await floors.check(PUMP, 20, at(9_000))).toEqual(met(undefined));
    expect(await floors.check(PUMP, 20, at(2_000))).toEqual(violated(40));
  });

  test('an answer that a raise has overtaken is not remembered', async () => {
    const memory = createMemoryStore({ clock: { now: () => new Date(START) } });
    let answer = (): void => undefined;
    let delay: Promise<void> | undefined = new Promise((resolve) => {
      answer = resolve;
    });
    const get: Store['get'] = async (key) => {
      const entry = await memory.get(key);
      await delay;
      return entry;
    };
    const floors = createFloors({ store: { ...memory, get }, enforce: 'refuse', onLost: 'open' });
    const at = new Date(START);
    const early = floors.check(PUMP, 20, at);
    await floors.raise(PUMP, 40, at);
    answer();
    expect(await early).toEqual(met(undefined));
    delay = undefined;
    expect(await floors.check(PUMP, 20, at)).toEqual(violated(40));
  });

  test('where another has proven more, a raise does not hide it', async () => {
    const { floors, another, at } = laboratory();
    await another().raise(PUMP, 40, at());
    await floors.raise(PUMP, 21, at());
    expect(await floors.check(PUMP, 21, at())).toEqual(violated(41));
  });

  test('what is remembered is believed for its time alone, also where the clock is set back', async () => {
    const { floors, calls, at } = laboratory();
    await floors.check(PUMP, 20, at());
    await floors.check(PUMP, 20, at(-20_000));
    expect(calls.get).toBe(4);
  });

  test('after a reset elsewhere a floor rises anew, an hour later at the latest', async () => {
    const { floors, another, at } = laboratory();
    const other = another();
    await floors.raise(PUMP, 40, at());
    await other.reset(PUMP);
    await floors.raise(PUMP, 30, at(2 * 3_600_000));
    expect(await other.check(PUMP, 20, at())).toEqual(violated(30));
  });

  test('memory is bounded', async () => {
    const { floors, calls, at } = laboratory({ cache: { capacity: 10 } });
    for (let device = 0; device < 30; device++) await floors.check(`uri:${String(device)}`, 40, at());
    const { get } = calls;
    await floors.check('uri:29', 40, at());
    expect(calls.get).toBe(get);
    await floors.check('uri:0', 40, at());
    expect(calls.get).toBe(get + 2);
  });

  test('lost and open: sessions go on, but for those known to be below their floor', async () => {
    const { floors, events, lose, at } = laboratory({ name: 'redis' });
    await floors.raise(PUMP, 40, at());
    await floors.check(PUMP, 40, at());
    lose(true);
    const lost = {
      verdict: 'store-lost',
      floor: undefined,
      refuse: false,
      reason: expect.any(String) as string,
    };
    for (let turn = 0; turn < 20; turn++) {
      expect(await floors.check(`uri:${String(turn)}`, 20, at(1000))).toEqual(lost);
      await floors.raise(`uri:${String(turn)}`, 20, at());
    }
    expect(await floors.check(PUMP, 20, at(DAY))).toEqual(violated(40));
    expect(await floors.check(PUMP, 40, at())).toEqual(lost);
    expect(floors.check(PUMP, 41, at())).toEqual(met(undefined));
    expect(events).toEqual([
      {
        type: 'store-lost',
        at: expect.any(Date) as Date,
        store: 'redis',
        failing: 'open',
        message: 'the store is gone',
      },
    ]);
    lose(false);
    expect(await floors.check(PUMP, 40, at(1))).toEqual(met(40));
    await floors.check('uri:1', 40, at(1));
    expect(events.slice(1)).toEqual([{ type: 'store-recovered', at: at(-1), store: 'redis' }]);
    lose(true);
    await floors.check('uri:2', 40, at());
    expect(events.map(({ type }) => type)).toEqual(['store-lost', 'store-recovered', 'store-lost']);
  });

  test('lost and closed: sessions are refused, but for those that no floor can be above', async () => {
    const { floors, events, lose, at } = laboratory({ onLost: 'closed' });
    await floors.check(PUMP, 40, at());
    lose(true);
    expect(await floors.check('uri:other', 40, at())).toEqual({
      verdict: 'store-lost',
      floor: undefined,
      refuse: true,
      reason: expect.any(String) as string,
    });
    // Checked a moment ago.
    expect(await floors.check(PUMP, 40, at())).toEqual(met(undefined));
    expect((await floors.check(PUMP, 40, at(60_000))).refuse).toBe(true);
    expect(await floors.check('uri:other', 41, at())).toEqual(met(undefined));
    expect(events).toHaveLength(1);
    expect(events[0]).toEqual(expect.objectContaining({ type: 'store-lost', failing: 'closed' }));
  });

  test('an answer to an old question neither ends a loss nor begins one', async () => {
    const answers: ((fails: boolean) => void)[] = [];
    const memory = createMemoryStore();
    const store: Store = {
      ...memory,
      get: () =>
        new Promise((resolve, reject) => {
          answers.push((fails) => {
            if (fails) reject(new HybridgeError('input_output', 'gone'));
            else resolve(undefined);
          });
        }),
    };
    const types: string[] = [];
    const emit = ({ type }: HybridgeEvent): number => types.push(type);
    const floors = createFloors({ store, enforce: 'refuse', onLost: 'open', events: { emit } });
    const checks = [1, 2, 3, 4].map((device) => floors.check(`uri:${String(device)}`, 20, new Date(START)));
    expect(answers).toHaveLength(8);
    // All four were asked before the first failed.
    for (const [index, answer] of answers.entries()) answer(index >= 2 && index < 4);
    await Promise.all(checks.map(async (check) => check));
    expect(types).toEqual(['store-lost']);
    const late = floors.check('uri:5', 20, new Date(START));
    const later = floors.check('uri:6', 20, new Date(START));
    for (const answer of answers.slice(8, 10)) answer(false);
    await late;
    expect(types).toEqual(['store-lost', 'store-recovered']);
    for (const answer of answers.slice(10)) answer(true);
    await later;
    expect(types).toEqual(['store-lost', 'store-recovered']);
  });
});
