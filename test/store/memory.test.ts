import { describe, expect, test } from 'vitest';

import { createMemoryStore } from '../../src/store/index.ts';
import { describeStore } from './conformance.ts';

describeStore('memory', async () => {
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { now: () => new Date(now) };
  const shared = createMemoryStore({ clock });
  return {
    // Memory is shared by sharing the object; each handle closes by itself, as connections do.
    open: async () => {
      let closed = false;
      const gone = createMemoryStore({ clock });
      await gone.close();
      const current = (): typeof shared => (closed ? gone : shared);
      return {
        get: (...arguments_) => current().get(...arguments_),
        raise: (...arguments_) => current().raise(...arguments_),
        compareAndSet: (...arguments_) => current().compareAndSet(...arguments_),
        delete: (...arguments_) => current().delete(...arguments_),
        entries: (...arguments_) => current().entries(...arguments_),
        close: async () => {
          closed = true;
        },
      };
    },
    now: clock.now,
    advance: async (milliseconds) => {
      now += milliseconds;
    },
    dispose: () => shared.close(),
  };
});

describe('createMemoryStore', () => {
  test('goes by the system clock unless told', async () => {
    const store = createMemoryStore();
    await store.raise('past', 1, { expiresAt: new Date(Date.now() - 1) });
    await store.raise('future', 1, { expiresAt: new Date(Date.now() + 60_000) });
    expect(await store.get('past')).toBeUndefined();
    expect((await store.get('future'))?.value).toBe(1);
    await store.close();
  });

  test('refuses new keys when full, and never forgets one to make room', async () => {
    let now = 0;
    const store = createMemoryStore({ capacity: 3, clock: { now: () => new Date(now) } });
    await store.raise('a', 1);
    await store.raise('b', 1, { expiresAt: new Date(1000) });
    await store.compareAndSet('c', undefined, 'x');
    const full = expect.objectContaining({ code: 'input_output', details: { capacity: 3 } }) as Error;
    await expect(store.raise('d', 1)).rejects.toEqual(full);
    await expect(store.compareAndSet('d', undefined, 1)).rejects.toEqual(full);
    expect(await store.raise('a', 2)).toEqual({ value: 2, raised: true });
    now = 1000;
    expect(await store.raise('d', 1)).toEqual({ value: 1, raised: true });
    await expect(store.raise('e', 1)).rejects.toEqual(full);
    await store.delete('a');
    expect(await store.raise('e', 1)).toEqual({ value: 1, raised: true });
  });

  test('wants room for one entry', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN])
      expect(() => createMemoryStore({ capacity })).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });
});
