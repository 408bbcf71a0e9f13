/**
 * What every store must do, whatever keeps it: to be run over each implementation. A file names its store and
 * says how one is made:
 *
 * `describeStore('memory', () => { ... return { open, advance, dispose } })`
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Store, StoreEntry, StoreValue, StoreWriteOptions } from '../../src/store/index.ts';

/** One empty store under test. */
export interface StoreUnderTest {
  /** A handle on the same state as every other handle; on a shared store, a connection of its own. */
  open(): Promise<Store>;
  /** The time by the store's clock. */
  now(): Date;
  /** Lets time pass: moves a fixed clock, or waits. */
  advance(milliseconds: number): Promise<void>;
  /** Removes what the store left behind. */
  dispose(): Promise<void>;
}

/** How much work the suite asks for; a store over a network may want less. */
export interface StoreEffort {
  readonly raises: number;
  readonly increments: number;
  readonly sequences: number;
  /** Keys of the large store. */
  readonly keys: number;
  /** Milliseconds that stand for a second; fewer where `advance` has to wait for them. */
  readonly second: number;
}

const EFFORT: StoreEffort = { raises: 5000, increments: 300, sequences: 150, keys: 1000, second: 1000 };

async function collect(entries: AsyncIterable<StoreEntry>): Promise<Record<string, StoreValue>> {
  const found = Object.create(null) as Record<string, StoreValue>;
  for await (const { key, value } of entries) {
    expect(Object.hasOwn(found, key)).toBe(false);
    found[key] = value;
  }
  return found;
}

/** Numbers that look random and are the same in every run. */
function* noise(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

/** Runs the contract over a store. */
export function describeStore(
  name: string,
  create: () => Promise<StoreUnderTest>,
  effort: StoreEffort = EFFORT,
): void {
  describe(`${name} store`, () => {
    let tested: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      tested = await create();
      store = await tested.open();
    });
    afterEach(async () => {
      await store.close();
      await tested.dispose();
    });
    const { second } = effort;
    const after = (seconds: number): StoreWriteOptions => ({
      expiresAt: new Date(tested.now().getTime() + seconds * second),
    });
    const code = (expected: string): unknown => expect.objectContaining({ code: expected });

    describe('get, compareAndSet, delete', () => {
      test('what was never written is absent', async () => {
        expect(await store.get('nothing')).toBeUndefined();
        expect(await store.delete('nothing')).toBe(false);
        expect(await collect(store.entries())).toEqual({});
      });

      test('writes where the expected value is, and nowhere else', async () => {
        expect(await store.compareAndSet('k', 'x', 'a')).toBe(false);
        expect(await store.get('k')).toBeUndefined();
        expect(await store.compareAndSet('k', undefined, 'a')).toBe(true);
        expect(await store.compareAndSet('k', undefined, 'b')).toBe(false);
        expect(await store.compareAndSet('k', 'b', 'c')).toBe(false);
        expect(await store.get('k')).toEqual({ key: 'k', value: 'a', expiresAt: undefined });
        expect(await store.compareAndSet('k', 'a', 7)).toBe(true);
        expect(await store.compareAndSet('k', '7', 8)).toBe(false);
        expect(await store.compareAndSet('k', 7, '')).toBe(true);
        expect(await store.compareAndSet('k', '', 0)).toBe(true);
        expect((await store.get('k'))?.value).toBe(0);
        expect(await store.delete('k')).toBe(true);
        expect(await store.delete('k')).toBe(false);
        expect(await store.get('k')).toBeUndefined();
      });

      test('keeps texts and counts exactly', async () => {
        const values: readonly StoreValue[] = [
          0,
          1,
          Number.MAX_SAFE_INTEGER,
          '',
          '0',
          '{"a":1}',
          'é € 😀 \u0000 \n \u2028',
          '\ufeff=5',
          'x'.repeat(65_536),
          '😀'.repeat(16_384),
        ];
        for (const [index, value] of values.entries()) {
          const key = `v/${String(index)}`;
          expect(await store.compareAndSet(key, undefined, value)).toBe(true);
          expect((await store.get(key))?.value).toBe(value);
        }
      });

      test('takes every printable key, and tells keys apart by every character', async () => {
        const keys = [
          'a',
          'A',
          'a%20',
          'a_',
          'a?',
          'a*',
          '%',
          '_',
          '[a]',
          "'",
          '"',
          '\\',
          '~',
          '__proto__',
          'constructor',
        ];
        keys.push('k'.repeat(512));
        for (const [index, key] of keys.entries())
          expect(await store.compareAndSet(key, undefined, index)).toBe(true);
        for (const [index, key] of keys.entries()) expect((await store.get(key))?.value).toBe(index);
        expect(Object.keys(await collect(store.entries()))).toHaveLength(keys.length);
      });
    });

    describe('raise', () => {
      test('goes up and never down', async () => {
        expect(await store.raise('f', 3)).toEqual({ value: 3, raised: true });
        expect(await store.raise('f', 1)).toEqual({ value: 3, raised: false });
        expect(await store.raise('f', 3)).toEqual({ value: 3, raised: false });
        expect(await store.raise('f', 4)).toEqual({ value: 4, raised: true });
        expect((await store.get('f'))?.value).toBe(4);
        expect(await store.raise('zero', 0)).toEqual({ value: 0, raised: true });
        expect(await store.raise('zero', 0)).toEqual({ value: 0, raised: false });
      });

      test('is exact up to the largest safe integer', async () => {
        const most = Number.MAX_SAFE_INTEGER;
        expect(await store.raise('f', most - 1)).toEqual({ value: most - 1, raised: true });
        expect(await store.raise('f', most)).toEqual({ value: most, raised: true });
        expect(await store.raise('f', most - 1)).toEqual({ value: most, raised: false });
        expect((await store.get('f'))?.value).toBe(most);
      });

      test('goes on from a count that was set, and refuses a text', async () => {
        await store.compareAndSet('n', undefined, 5);
        expect(await store.raise('n', 4)).toEqual({ value: 5, raised: false });
        expect(await store.compareAndSet('n', 5, 2)).toBe(true);
        expect(await store.raise('n', 4)).toEqual({ value: 4, raised: true });
        await store.compareAndSet('t', undefined, '9');
        await expect(store.raise('t', 10)).rejects.toEqual(code('invalid_argument'));
        expect((await store.get('t'))?.value).toBe('9');
      });

      test('starts again after a delete', async () => {
        await store.raise('f', 9);
        await store.delete('f');
        expect(await store.raise('f', 1)).toEqual({ value: 1, raised: true });
      });
    });

    describe('expiry', () => {
      test('an entry is there before its end and gone from then on', async () => {
        await store.compareAndSet('short', undefined, 'a', after(1));
        await store.compareAndSet('long', undefined, 'b', after(100));
        await store.raise('count', 5, after(1));
        const expiresAt = (await store.get('short'))?.expiresAt?.getTime() ?? 0;
        expect(Math.abs(expiresAt - tested.now().getTime() - second)).toBeLessThan(second / 2);
        expect(await collect(store.entries())).toEqual({ short: 'a', long: 'b', count: 5 });
        await tested.advance(1.1 * second);
        expect(await store.get('short')).toBeUndefined();
        expect(await collect(store.entries())).toEqual({ long: 'b' });
        expect(await store.delete('short')).toBe(false);
        expect(await store.raise('count', 2)).toEqual({ value: 2, raised: true });
        expect(await store.compareAndSet('short', 'a', 'c')).toBe(false);
        expect(await store.compareAndSet('short', undefined, 'c')).toBe(true);
        expect(await store.get('short')).toEqual({ key: 'short', value: 'c', expiresAt: undefined });
      });

      test('an end in the past writes nothing that can be read', async () => {
        for (const past of [after(-1), { expiresAt: new Date(-1) }, { expiresAt: new Date(-86_400_000) }]) {
          expect(await store.raise('f', 3, past)).toEqual({ value: 3, raised: true });
          expect(await store.get('f')).toBeUndefined();
          expect(await store.compareAndSet('k', undefined, 'a', past)).toBe(true);
          expect(await store.get('k')).toBeUndefined();
        }
      });

      test('a raise lengthens the life of a count and never shortens it; a lower one leaves it alone', async () => {
        const endOf = async (): Promise<number> => (await store.get('f'))?.expiresAt?.getTime() ?? Infinity;
        const [near, far, farther] = [after(50), after(100), after(200)];
        await store.raise('f', 3, far);
        await store.raise('f', 2, farther);
        expect(await endOf()).toBe(far.expiresAt?.getTime());
        await store.raise('f', 3, near);
        expect(await endOf()).toBe(far.expiresAt?.getTime());
        await store.raise('f', 4, near);
        expect(await endOf()).toBe(far.expiresAt?.getTime());
        await store.raise('f', 4, farther);
        expect(await endOf()).toBe(farther.expiresAt?.getTime());
        await store.raise('f', 4);
        expect(await endOf()).toBe(Infinity);
        await store.raise('f', 5, near);
        expect(await endOf()).toBe(Infinity);
      });

      test('compareAndSet takes the new end, or none', async () => {
        await store.compareAndSet('k', undefined, 'a', after(1));
        await store.compareAndSet('k', 'a', 'b');
        await tested.advance(1.1 * second);
        expect((await store.get('k'))?.value).toBe('b');
        await store.compareAndSet('k', 'b', 'b', after(1));
        await tested.advance(1.1 * second);
        expect(await store.get('k')).toBeUndefined();
      });
    });

    describe('entries', () => {
      test('come by prefix, each once', async () => {
        for (const key of ['a', 'a/1', 'a/2', 'b/1', 'a%1', 'a_1', 'A/1', 'a*', '[a]', 'a?1', 'a\\1'])
          await store.raise(key, key.length);
        expect(Object.keys(await collect(store.entries('a/'))).sort()).toEqual(['a/1', 'a/2']);
        expect(Object.keys(await collect(store.entries('a%'))).sort()).toEqual(['a%1']);
        expect(Object.keys(await collect(store.entries('a_'))).sort()).toEqual(['a_1']);
        for (const prefix of ['a*', '[a', 'a?', 'a\\'])
          expect(Object.keys(await collect(store.entries(prefix)))).toHaveLength(1);
        expect(Object.keys(await collect(store.entries('c')))).toEqual([]);
        expect(Object.keys(await collect(store.entries()))).toHaveLength(11);
      });

      test('of a large store all come, while others are written and removed', async () => {
        const keys = Array.from({ length: effort.keys }, (_, index) => `k/${String(index)}`);
        await Promise.all(keys.map((key, index) => store.raise(key, index)));
        const seen = new Set<string>();
        let step = 0;
        for await (const { key } of store.entries('k/')) {
          if (!key.startsWith('k/new')) {
            expect(seen.has(key)).toBe(false);
            seen.add(key);
          }
          if (step++ % 100 === 0) {
            await store.raise(`k/new/${String(step)}`, 1);
            await store.delete(`k/new/${String(step)}`);
          }
        }
        expect(seen.size).toBe(effort.keys);
      });

      test('an iteration may be left early', async () => {
        for (const key of ['a', 'b', 'c']) await store.raise(key, 1);
        for await (const entry of store.entries()) {
          expect(entry.value).toBe(1);
          break;
        }
        expect(await store.raise('a', 2)).toEqual({ value: 2, raised: true });
      });
    });

    describe('bad arguments', () => {
      test.each(['', ' ', 'a b', 'é', 'a\n', '\u0000', 'k'.repeat(513)])(
        'refuses the key %j',
        async (key) => {
          await expect(store.get(key)).rejects.toEqual(code('invalid_argument'));
          await expect(store.raise(key, 1)).rejects.toEqual(code('invalid_argument'));
          await expect(store.compareAndSet(key, undefined, 1)).rejects.toEqual(code('invalid_argument'));
          await expect(store.delete(key)).rejects.toEqual(code('invalid_argument'));
          if (key !== '') await expect(collect(store.entries(key))).rejects.toEqual(code('invalid_argument'));
        },
      );

      test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53])('refuses the count %d', async (value) => {
        await expect(store.raise('k', value)).rejects.toEqual(code('invalid_argument'));
        await expect(store.compareAndSet('k', undefined, value)).rejects.toEqual(code('invalid_argument'));
        expect(await store.get('k')).toBeUndefined();
      });

      test('refuses texts that are too long or half a character, and dates that are none', async () => {
        await expect(store.compareAndSet('k', undefined, 'x'.repeat(65_537))).rejects.toEqual(
          code('message_too_large'),
        );
        await expect(store.compareAndSet('k', undefined, '€'.repeat(21_846))).rejects.toEqual(
          code('message_too_large'),
        );
        await expect(store.compareAndSet('k', undefined, 'a\ud800')).rejects.toEqual(
          code('invalid_argument'),
        );
        const expiresAt = new Date(Number.NaN);
        await expect(store.raise('k', 1, { expiresAt })).rejects.toEqual(code('invalid_argument'));
        expect(await store.get('k')).toBeUndefined();
      });

      test('refuses everything after close, which may be called twice', async () => {
        const other = await tested.open();
        await other.raise('k', 1);
        await other.close();
        await other.close();
        await expect(other.get('k')).rejects.toEqual(code('invalid_argument'));
        await expect(other.raise('k', 1)).rejects.toEqual(code('invalid_argument'));
        await expect(other.compareAndSet('k', 1, 2)).rejects.toEqual(code('invalid_argument'));
        await expect(other.delete('k')).rejects.toEqual(code('invalid_argument'));
        await expect(collect(other.entries())).rejects.toEqual(code('invalid_argument'));
      });
    });

    describe('concurrency', () => {
      test('many interleaved raises leave the largest, and each is told the truth', async () => {
        const handles = [store, await tested.open(), await tested.open()];
        const random = noise(7);
        const values = Array.from({ length: effort.raises }, () => random.next().value % 1_000_000);
        const results = await Promise.all(
          values.map(async (value, index) => {
            // Some begin later than others, so that they meet in every order.
            for (let turns = random.next().value % 4; turns > 0; turns--) await Promise.resolve();
            const result = await handles[index % handles.length]?.raise('floor', value);
            return { value, result };
          }),
        );
        const largest = Math.max(...values);
        expect((await store.get('floor'))?.value).toBe(largest);
        const risen: number[] = [];
        for (const { value, result } of results) {
          expect(result?.value).toBeGreaterThanOrEqual(value);
          if (result?.raised !== true) continue;
          expect(result.value).toBe(value);
          risen.push(value);
        }
        // Every value was raised to at most once, the largest exactly once.
        expect(new Set(risen).size).toBe(risen.length);
        expect(risen).toContain(largest);
        for (const handle of handles.slice(1)) await handle.close();
      });

      test('compareAndSet lends each number to one taker only', async () => {
        const takers = [store, await tested.open(), await tested.open(), await tested.open()];
        await store.compareAndSet('next', undefined, 0);
        const taken = await Promise.all(
          takers.map(async (taker) => {
            const mine: number[] = [];
            while (mine.length < effort.increments) {
              const value = (await taker.get('next'))?.value;
              if (typeof value !== 'number') throw new Error('the counter is gone');
              if (await taker.compareAndSet('next', value, value + 1)) mine.push(value);
            }
            return mine;
          }),
        );
        const all = taken.flat();
        expect(new Set(all).size).toBe(takers.length * effort.increments);
        expect((await store.get('next'))?.value).toBe(all.length);
        for (const taker of takers.slice(1)) await taker.close();
      });

      test('of many that create a key, one does', async () => {
        const created = await Promise.all(
          Array.from({ length: 100 }, (_, index) => store.compareAndSet('new', undefined, index)),
        );
        expect(created.filter(Boolean)).toHaveLength(1);
        const removed = await Promise.all(Array.from({ length: 100 }, () => store.delete('new')));
        expect(removed.filter(Boolean)).toHaveLength(1);
      });
    });

    test('behaves like a table of keys and values under any sequence of operations', async () => {
      const key = fc.constantFrom('a', 'b', 'a/1');
      const value = fc.oneof(fc.nat(5), fc.constantFrom('x', 'y'));
      const step = fc.oneof(
        fc.record({ do: fc.constant('raise' as const), key, value: fc.nat(5) }),
        fc.record({
          do: fc.constant('set' as const),
          key,
          expected: fc.option(value, { nil: undefined }),
          value,
        }),
        fc.record({ do: fc.constant('delete' as const), key }),
      );
      let steps = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (sequence) => {
          for (const name_ of ['a', 'b', 'a/1']) await store.delete(name_);
          const model = new Map<string, StoreValue>();
          for (const action of sequence) {
            steps++;
            const before = model.get(action.key);
            if (action.do === 'delete') {
              expect(await store.delete(action.key)).toBe(model.delete(action.key));
            } else if (action.do === 'set') {
              const fits = before === action.expected;
              if (fits) model.set(action.key, action.value);
              expect(await store.compareAndSet(action.key, action.expected, action.value)).toBe(fits);
            } else if (typeof before === 'string') {
              await expect(store.raise(action.key, action.value)).rejects.toEqual(code('invalid_argument'));
            } else {
              const raised = before === undefined || action.value > before;
              if (raised) model.set(action.key, action.value);
              expect(await store.raise(action.key, action.value)).toEqual({
                value: raised ? action.value : before,
                raised,
              });
            }
          }
          expect(await collect(store.entries())).toEqual(Object.fromEntries(model));
        }),
        { numRuns: effort.sequences },
      );
      expect(steps).toBeGreaterThan(effort.sequences);
    });
  });
}
