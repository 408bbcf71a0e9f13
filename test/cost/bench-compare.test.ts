import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHybridgeError } from '../../src/bytes/index.ts';
import { type BenchVerdict, compareBenchResults, compareProviders } from '../../src/cost/index.ts';
import { result, row } from './bench-support.ts';

const error = (run: () => unknown): unknown => {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
};

// Ratios and intervals by SciPy 1.17.1: ttest_ind(log(before), log(after), equal_var=False) and ttest_1samp of the
// differences of logarithms.
const BEFORE = [1.1, 1.12, 1.09, 1.31, 1.11];
const AFTER = [1, 0.99, 1.02, 1.01];

describe('two results', () => {
  it('give the ratio and the interval of another implementation', () => {
    const { ratios } = compareBenchResults(result([row(BEFORE)]), result([row(AFTER)]));
    const [{ ratio, interval } = { ratio: 0 }] = ratios;
    expect(ratio).toBeCloseTo(1.1375935238176396, 12);
    expect(interval?.low).toBeCloseTo(1.034932452040368, 4);
    expect(interval?.high).toBeCloseTo(1.2504381545679437, 4);
    expect(ratios).toMatchObject([
      { algorithm: 'ML-DSA-65', operation: 'verify', provider: 'default', runtime: 'node' },
    ]);
  });

  it('are turned round when they change places', () => {
    const [there] = compareBenchResults(result([row(BEFORE)]), result([row(AFTER)])).ratios;
    const [back] = compareBenchResults(result([row(AFTER)]), result([row(BEFORE)])).ratios;
    expect((there?.ratio ?? 0) * (back?.ratio ?? 0)).toBeCloseTo(1, 12);
    expect((there?.interval?.low ?? 0) * (back?.interval?.high ?? 0)).toBeCloseTo(1, 12);
  });

  it.each<readonly [string, readonly number[], readonly number[], BenchVerdict]>([
    ['as fast', [1, 1.01, 0.99], [1, 1.01, 0.99], 'reached'],
    ['half as fast', [1, 1.01, 0.99], [2, 2.01, 1.99], 'below'],
    ['slower, and uncertain by how much', [1, 1.3, 0.8], [1.2, 1.5, 0.9], 'undecided'],
    ['half as fast in a single round', [1, 1, 1], [2], 'undecided'],
    ['at the threshold itself', [0.9, 0.9], [1, 1], 'reached'],
  ])('%s: %s', (_, before, after, verdict) => {
    const comparison = compareBenchResults(result([row(before)]), result([row(after)]), {
      failBelow: 0.9 - 1e-12,
    });
    expect(comparison).toMatchObject({ verdict, ratios: [{ verdict }] });
  });

  it('have no verdict without a threshold', () => {
    const comparison = compareBenchResults(result([row(BEFORE)]), result([row(AFTER)]));
    expect(comparison).not.toHaveProperty('verdict');
    expect(comparison.ratios[0]).not.toHaveProperty('verdict');
  });

  it('fail when something is no longer measured, and say what is new', () => {
    const keys = row([1, 1], { operation: 'keygen' });
    const comparison = compareBenchResults(
      result([row([1, 1]), keys]),
      result([row([1, 1]), row([1, 1], { runtime: 'quickjs', provider: 'portable' })]),
      { failBelow: 0.9 },
    );
    expect(comparison).toMatchObject({
      verdict: 'below',
      missing: ['ML-DSA-65 make keys, default on node'],
      added: ['ML-DSA-65 verify, portable on quickjs'],
    });
  });

  it('of different machines are refused unless that is meant', () => {
    const here = result([row([1, 1])]);
    const there = result([row([1, 1])], { cpu: 'Cortex-A72', cores: 2 });
    const refused = error(() => compareBenchResults(here, there));
    expect(isHybridgeError(refused, 'invalid_argument')).toBe(true);
    expect(String(refused)).toContain('processor: Cortex-A53, then Cortex-A72; cores: 4, then 2');
    expect(compareBenchResults(here, there, { acrossMachines: true }).differences).toEqual([
      'processor: Cortex-A53, then Cortex-A72',
      'cores: 4, then 2',
    ]);
  });

  it('say which versions differ, and which machine was busy', () => {
    const before = result([row([1, 1])]);
    const after = result([row([1, 1])], { node: '26.11.0', load: [7.5, 1, 1] });
    expect(compareBenchResults(before, after).differences).toEqual([
      'Node: 26.10.0, then 26.11.0',
      'the subject was measured on a busy machine (load 7.5)',
    ]);
  });

  it('without anything in common are refused', () => {
    const other = result([row([1, 1], { operation: 'sign' })]);
    expect(String(error(() => compareBenchResults(result([row([1, 1])]), other)))).toContain('in common');
  });

  it.each([0, -1, Number.NaN, Infinity, 1001])('with a threshold of %d are refused', (failBelow) => {
    const one = result([row([1, 1])]);
    expect(
      isHybridgeError(
        error(() => compareBenchResults(one, one, { failBelow })),
        'invalid_argument',
      ),
    ).toBe(true);
  });

  it('by the mean where the work is random by design', () => {
    const lucky = { rounds: [[1, 1, 4]], statistic: 'mean' as const };
    const [{ ratio } = { ratio: 0 }] = compareBenchResults(
      result([row([], lucky)]),
      result([row([1])]),
    ).ratios;
    expect(ratio).toBeCloseTo(2, 12);
  });

  it('hold the ratio within the interval, whatever was measured', () => {
    const times = fc.array(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        times,
        times,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (before, after, failBelow) => {
          const { ratios } = compareBenchResults(result([row(before)]), result([row(after)]), { failBelow });
          const [{ ratio, interval, verdict } = {}] = ratios;
          if (ratio === undefined || interval === undefined) throw new Error('no interval');
          const slack = 1e-9 * ratio;
          expect(interval.low).toBeLessThanOrEqual(ratio + slack);
          expect(interval.high).toBeGreaterThanOrEqual(ratio - slack);
          if (ratio > failBelow + slack) expect(verdict).not.toBe('below');
          if (ratio < failBelow - slack) expect(verdict).not.toBe('reached');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('two providers of one run', () => {
  const NATIVE = [0.5, 0.56, 0.44, 0.61, 0.53];
  const PORTABLE = [1, 1.1, 0.9, 1.2, 1.05];
  const both = result([row(NATIVE), row(PORTABLE, { provider: 'portable' })]);

  it('are compared round by round', () => {
    const [{ ratio, interval } = { ratio: 0 }] = compareProviders(both, { baseline: 'portable' }).ratios;
    expect(ratio).toBeCloseTo(1.9913970775764909, 12);
    expect(interval?.low).toBeCloseTo(1.9508149290616883, 4);
    expect(interval?.high).toBeCloseTo(2.0328234429124503, 4);
  });

  it('in either direction', () => {
    const comparison = compareProviders(both, { baseline: 'default', failBelow: 0.9 });
    expect(comparison).toMatchObject({
      verdict: 'below',
      ratios: [{ provider: 'portable', verdict: 'below' }],
    });
  });

  it('drift of the machine that falls on both changes nothing', () => {
    const drift = [1, 3, 9, 27];
    const [{ interval } = {}] = compareProviders(
      result([
        row(drift),
        row(
          drift.map((time) => 2 * time),
          { provider: 'portable' },
        ),
      ]),
      { baseline: 'portable' },
    ).ratios;
    expect(interval?.low).toBeCloseTo(2, 9);
    expect(interval?.high).toBeCloseTo(2, 9);
  });

  it('need both, in Node', () => {
    const one = result([row(NATIVE), row(PORTABLE, { provider: 'portable', runtime: 'quickjs' })]);
    expect(String(error(() => compareProviders(one, { baseline: 'portable' })))).toContain('both providers');
  });

  it('what the other one lacks fails', () => {
    const lacking = result([
      row(NATIVE),
      row(PORTABLE, { provider: 'portable' }),
      row([1, 1], { operation: 'sign' }),
    ]);
    expect(compareProviders(lacking, { baseline: 'default', failBelow: 0.001 })).toMatchObject({
      verdict: 'below',
      missing: ['ML-DSA-65 sign'],
    });
  });
});

describe('at the edge', () => {
  it('a ratio that is the threshold itself reaches it', () => {
    const comparison = compareBenchResults(result([row([1, 1])]), result([row([1, 1])]), { failBelow: 1 });
    expect(comparison.ratios).toMatchObject([
      { ratio: 1, interval: { low: 1, high: 1 }, verdict: 'reached' },
    ]);
  });

  it('both sides are read with the statistic of the baseline', () => {
    const rounds = [
      [1, 1, 4],
      [1, 1, 4],
    ];
    const [found] = compareBenchResults(
      result([row([], { rounds, statistic: 'mean' })]),
      result([row([], { rounds, statistic: 'median' })]),
    ).ratios;
    expect(found?.ratio).toBeCloseTo(1, 12);
  });
});
