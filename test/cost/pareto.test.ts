/** The Pareto set against a definition that is worked out in another way, and its properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominates, dominators, type Scores } from '../../src/cost/pareto.ts';

const AXES = ['bytes', 'ram', 'time'] as const;

/** Few values, so that ties and gaps are frequent. */
const scores: fc.Arbitrary<Scores> = fc
  .tuple(...AXES.map(() => fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined, freq: 5 })))
  .map((values) => Object.fromEntries(AXES.map((axis, index) => [axis, values[index]])));
const options = fc.array(scores, { maxLength: 12 });

/**
 * The set by sweeping: options are sorted by all numbers, so that whatever surpasses one comes before it, and each is
 * held against the front that has been built so far, apart for each pattern of known numbers.
 */
function frontBySweeping(all: readonly Scores[]): ReadonlySet<number> {
  const patterns = new Map<string, number[]>();
  all.forEach((one, index) => {
    const pattern = AXES.map((axis) => (one[axis] === undefined ? '-' : 'x')).join('');
    patterns.set(pattern, [...(patterns.get(pattern) ?? []), index]);
  });
  const front = new Set<number>();
  for (const indices of patterns.values()) {
    const vector = (index: number): readonly number[] => AXES.map((axis) => all[index]?.[axis] ?? 0);
    const sorted = indices.toSorted((a, b) => {
      const [left, right] = [vector(a), vector(b)];
      const at = left.findIndex((value, position) => value !== right[position]);
      return (left[at] ?? 0) - (right[at] ?? 0);
    });
    const kept: (readonly number[])[] = [];
    for (const index of sorted) {
      const own = vector(index);
      const beaten = kept.some(
        (other) => other.every((value, axis) => value <= (own[axis] ?? 0)) && String(other) !== String(own),
      );
      if (beaten) continue;
      kept.push(own);
      front.add(index);
    }
  }
  return front;
}

describe('the Pareto set', () => {
  it('is what a sweep over sorted options finds', () => {
    let surpassed = 0;
    fc.assert(
      fc.property(options, (all) => {
        const front = frontBySweeping(all);
        const found = dominators(all);
        found.forEach((by, index) => {
          if (by !== undefined) surpassed++;
          expect(by === undefined).toBe(front.has(index));
        });
      }),
      { numRuns: 500 },
    );
    expect(surpassed).toBeGreaterThan(100);
  });

  it('names for every other option one of the set that surpasses it', () => {
    fc.assert(
      fc.property(options, (all) => {
        const found = dominators(all);
        found.forEach((by, index) => {
          if (by === undefined) return;
          expect(found[by]).toBeUndefined();
          expect(dominates(all[by] ?? {}, all[index] ?? {})).toBe(true);
        });
      }),
    );
  });

  it('does not take an option in because another one came', () => {
    fc.assert(
      fc.property(options, scores, (all, one) => {
        const before = dominators(all);
        const after = dominators([...all, one]);
        before.forEach((by, index) => {
          if (by !== undefined) expect(after[index]).toBeDefined();
        });
      }),
    );
  });

  it('compares nothing that is known of one option only', () => {
    expect(dominates({ bytes: 1, ram: 1 }, { bytes: 2, ram: undefined })).toBe(false);
    expect(dominates({ bytes: 1, ram: undefined }, { bytes: 2, ram: undefined })).toBe(true);
    expect(dominates({ bytes: 1 }, { bytes: 1 })).toBe(false);
  });
});
