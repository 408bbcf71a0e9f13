import { describe, expect, it } from 'vitest';
import { intervalOfDifference, intervalOfMean, mean, studentQuantile } from '../../src/cost/interval.ts';
import { Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';

describe("Student's t", () => {
  // The table at the end of any book of statistics, as in the NIST/SEMATECH e-Handbook of Statistical Methods §1.3.6.7.2.
  it.each([
    [0.975, 1, 12.706],
    [0.975, 2, 4.303],
    [0.975, 3, 3.182],
    [0.975, 4, 2.776],
    [0.975, 5, 2.571],
    [0.975, 9, 2.262],
    [0.975, 10, 2.228],
    [0.975, 30, 2.042],
    [0.975, 100, 1.984],
    [0.995, 4, 4.604],
    [0.95, 8, 1.86],
  ])('stays with probability %d at %d degrees of freedom below %d', (probability, freedom, table) => {
    expect(studentQuantile(probability, freedom)).toBeCloseTo(table, 3);
  });

  // SciPy 1.17.1, scipy.stats.t.ppf.
  it.each([
    [1.2, 8.648826510748867],
    [1.5, 6.016663104427929],
    [2.5, 3.5746548420036817],
    [7.3, 2.345066736547703],
    [17.776, 2.102821310380221],
    [1000, 1.9623390808264083],
  ])('agrees with another implementation at %d degrees', (freedom, expected) => {
    expect(studentQuantile(0.975, freedom) / expected - 1).toBeCloseTo(0, 3.3);
  });
});

// Student's own example [Biometrika 6 (1908) 1-25]: hours of sleep gained with two drugs; the intervals are those that
// R prints for its data set `sleep`.
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('intervals', () => {
  it("hold Student's example, independent", () => {
    const { value, low, high } = intervalOfDifference(FIRST, SECOND) ?? {};
    expect(value).toBeCloseTo(-1.58, 10);
    expect(low).toBeCloseTo(-3.3654832, 4);
    expect(high).toBeCloseTo(0.2054832, 4);
  });

  it("hold Student's example, in pairs", () => {
    const { low, high } = intervalOfMean(FIRST.map((hours, index) => hours - (SECOND[index] ?? 0))) ?? {};
    expect(low).toBeCloseTo(-2.4598858, 4);
    expect(high).toBeCloseTo(-0.7001142, 4);
  });

  it('are not there where nothing is known of the variance', () => {
    expect(intervalOfMean([1])).toBeUndefined();
    expect(intervalOfDifference([1], [1, 2])).toBeUndefined();
    expect(intervalOfDifference([1, 2], [1])).toBeUndefined();
  });

  it('are points where nothing varies', () => {
    expect(intervalOfMean([2, 2, 2])).toEqual({ value: 2, low: 2, high: 2 });
    expect(intervalOfDifference([3, 3], [2, 2])).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('hold the truth as often as they say', () => {
    const numbers = new Numbers(20261122);
    const uniform = (): number => (numbers.below(2 ** 30) + 0.5) / 2 ** 30;
    // Box and Muller.
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const sample = (count: number, middle: number, spread: number): number[] =>
      Array.from({ length: count }, () => middle + spread * normal());
    const trials = 600;
    let held = 0;
    let heldInPairs = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { low = 1, high = -1 } = intervalOfDifference(sample(5, 0.3, 0.02), sample(5, 0.1, 0.1)) ?? {};
      if (low <= 0.2 && 0.2 <= high) held++;
      const pairs = intervalOfMean(sample(5, -0.4, 0.3));
      if (pairs !== undefined && pairs.low <= -0.4 && -0.4 <= pairs.high) heldInPairs++;
    }
    report(
      `intervals of 5 rounds at 95 %: ${String(held)} and ${String(heldInPairs)} of ${String(trials)} held`,
    );
    // Three standard deviations of a binomial distribution.
    for (const count of [held, heldInPairs]) {
      expect(count / trials).toBeGreaterThan(0.95 - 0.027);
      expect(count / trials).toBeLessThan(0.95 + 0.027);
    }
  });

  it('means', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });
});
