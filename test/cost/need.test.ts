import { describe, expect, test } from 'vitest';
import { allFit } from '../../src/cost/assemble.ts';
import { knownBytes, need } from '../../src/cost/need.ts';
import { type Figure, noData, quantity } from '../../src/cost/quantity.ts';

const bytes = (value: number, low = value, high = value): Figure<'bytes'> =>
  quantity(value, 'bytes', { status: 'measured', because: 'a test' }, low, high);
const unknown = noData('bytes', 'nobody counted it');
const fits = (
  items: readonly Figure<'bytes'>[],
  capacity: Figure<'bytes'>,
): readonly [verdict: string, because: string] => {
  const { fits: verdict, because } = need(
    items.map((one, index) => ({ label: `item ${index}`, bytes: one })),
    capacity,
    'RAM',
  );
  return [verdict, because];
};

describe('a need', () => {
  test.each<readonly [readonly Figure<'bytes'>[], Figure<'bytes'>, string, string]>([
    [[bytes(40), bytes(60)], bytes(100), 'yes', '100 bytes at most, and there are 100 bytes of RAM'],
    [[bytes(40), bytes(61)], bytes(100), 'no', '101 bytes at least, and there are 100 bytes of RAM'],
    [[bytes(40, 40, 61), bytes(40)], bytes(100), 'unknown', '80 to 101 bytes'],
    [[bytes(40)], bytes(50, 30, 60), 'unknown', '40 to 40 bytes'],
    [[bytes(55)], bytes(50, 30, 60), 'unknown', '55 to 55 bytes'],
    [[bytes(30)], bytes(50, 30, 60), 'yes', '30 bytes at most'],
    [[bytes(61)], bytes(50, 30, 60), 'no', '61 bytes at least'],
    [[bytes(40), unknown], bytes(100), 'unknown', 'nobody counted it'],
    [[bytes(101), unknown], bytes(100), 'no', '101 bytes at least'],
    [[bytes(101, 90), unknown], bytes(100), 'unknown', 'nobody counted it'],
    [[bytes(1)], noData('bytes', 'no RAM known'), 'unknown', 'no RAM known'],
    [[], bytes(0), 'yes', '0 bytes at most'],
  ])('%o in %o: %s', (items, capacity, verdict, because) => {
    const [found, reason] = fits(items, capacity);
    expect(found).toBe(verdict);
    expect(reason).toContain(because);
  });

  test('is the sum of its items', () => {
    const { total } = need(
      [
        { label: 'stack', bytes: bytes(10, 8, 12) },
        { label: 'key', bytes: bytes(5) },
      ],
      bytes(100),
      'RAM',
    );
    expect(total).toMatchObject({ value: 15, low: 13, high: 17, because: 'RAM: stack + key' });
  });
});

test('no beats unknown beats yes', () => {
  expect(allFit()).toBe('yes');
  expect(allFit('yes', 'yes')).toBe('yes');
  expect(allFit('yes', 'unknown')).toBe('unknown');
  expect(allFit('unknown', 'no', 'yes')).toBe('no');
});

test('a number of a profile keeps its bounds, its source and its reason', () => {
  expect(knownBytes({ value: 5, low: 0, high: 10, status: 'published', source: 'rfc7228' }, 'RAM')).toEqual(
    quantity(5, 'bytes', { status: 'published', sources: ['rfc7228'], because: 'RAM' }, 0, 10),
  );
  expect(knownBytes({ value: 5, status: 'estimate', because: 'assumed' }, 'RAM')).toEqual(
    quantity(5, 'bytes', { status: 'estimate', because: 'assumed' }),
  );
});
