import { describe, expect, test } from 'vitest';
import { COST_DATA } from '../../src/cost/data/index.ts';
import {
  attemptsExceeded,
  constant,
  estimated,
  inSequence,
  isConstant,
  ML_DSA_ATTEMPTS,
  NO_TIME,
  rejection,
} from '../../src/cost/latency.ts';
import type { Latency } from '../../src/cost/prediction.ts';
import { noData, quantity, type Quantity } from '../../src/cost/quantity.ts';
import { ML_DSA_NAMES } from '../../src/registry/index.ts';
import { known, operation, withoutWaitStates } from './predict-support.ts';

const ms = (value: number, low = value, high = value): Quantity<'ms'> =>
  quantity(value, 'ms', { status: 'published', because: 'a test' }, low, high);
const values = (time: Latency): readonly number[] =>
  [time.mean, time.p50, time.p95, time.p99, time.worst].map((figure) => known(figure).value);

/** A generator of its own, so that the simulation is the same in every run [SplitMix32]. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Signs so many times: every attempt passes with the same probability. */
function simulate(expected: number, fixed: number, each: number, runs: number, seed = 1): readonly number[] {
  const random = uniform(seed);
  return Array.from({ length: runs }, () => {
    let attempts = 1;
    while (random() >= 1 / expected) attempts++;
    return fixed + each * attempts;
  }).sort((a, b) => a - b);
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;

describe('attempts of ML-DSA', () => {
  test('follow FIPS 204 Table 1', () => {
    expect(ML_DSA_ATTEMPTS).toEqual({ 'ML-DSA-44': 4.25, 'ML-DSA-65': 5.1, 'ML-DSA-87': 3.85 });
    // The least number that at most one signature in a hundred exceeds.
    expect(ML_DSA_NAMES.map((name) => attemptsExceeded(ML_DSA_ATTEMPTS[name], 0.01))).toEqual([18, 22, 16]);
    for (const name of ML_DSA_NAMES) {
      const mean = ML_DSA_ATTEMPTS[name];
      const exceeding = (attempts: number): number => (1 - 1 / mean) ** attempts;
      const attempts = attemptsExceeded(mean, 0.01);
      expect(exceeding(attempts)).toBeLessThanOrEqual(0.01);
      expect(exceeding(attempts - 1)).toBeGreaterThan(0.01);
    }
    expect(attemptsExceeded(1, 0.5)).toBe(1);
  });

  test.each([
    [4.25, 1.2, 0.66],
    [5.1, 3.3, 1.77],
    [3.85, 0, 2],
  ])('a simulated signer (%d attempts) is predicted from its least and mean', (expected, fixed, each) => {
    const runs = simulate(expected, fixed, each, 100_000);
    const mean = runs.reduce((sum, one) => sum + one, 0) / runs.length;
    const predicted = rejection(expected, { mean: ms(mean), min: runs[0] ?? NaN, runs: runs.length });
    for (const [of, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const { low, high, value } = known(predicted[of]);
      const seen = percentile(runs, share);
      expect(seen, `${of} ${low}..${high}`).toBeGreaterThanOrEqual(low * 0.98);
      expect(seen, `${of} ${low}..${high}`).toBeLessThanOrEqual(high * 1.02);
      expect(Math.abs(value / seen - 1)).toBeLessThan(0.12);
    }
    expect(known(predicted.worst).value).toBeGreaterThanOrEqual(percentile(runs, 0.99999));
  });
});

describe('signing on boards', () => {
  const signing = (device: string, implementation: string, algorithm: string): Latency =>
    operation(withoutWaitStates(device), algorithm, 'sign', { implementation }).time;
  const ratio = ({ mean, p99 }: Latency): number => known(p99).value / known(mean).value;

  test.each([
    ['ML-DSA-44', 159, 490],
    ['ML-DSA-65', 257, 954],
    ['ML-DSA-87', 355, 1125],
  ])('RP2040 %s: mean %d ms, p99 %d ms, as published', (algorithm, mean, p99) => {
    const time = signing('rp2040', 'pqclean/pico-sdk-Os', algorithm);
    expect(known(time.mean).value).toBeCloseTo(mean, -0.3);
    expect(known(time.p99).value).toBeCloseTo(p99, 5);
    expect(ratio(time)).toBeGreaterThan(3.05);
    expect(ratio(time)).toBeLessThan(3.75);
  });

  test.each(ML_DSA_NAMES)(
    'the fit of %s to pqm4 predicts the p99 published for the same code on RP2040',
    (name) => {
      const fitted = ratio(signing('nrf52840', 'pqm4/clean', name));
      const published = ratio(signing('rp2040', 'pqclean/pico-sdk-Os', name));
      expect(Math.abs(fitted / published - 1)).toBeLessThan(0.15);
    },
  );

  test('the most that pqm4 saw in 1000 runs lies beyond the 99th percentile and short of one in a million', () => {
    const rows = COST_DATA.rows.filter(
      ({ algorithm, operation: name, cycles }) =>
        name === 'sign' && algorithm.startsWith('ML-DSA') && cycles?.runs === 1000,
    );
    expect(rows.length).toBeGreaterThanOrEqual(9);
    for (const { algorithm, implementation, cycles } of rows) {
      const { mean, p99, worst } = signing('nrf52840', implementation, algorithm);
      const most = ((cycles?.max ?? NaN) / (cycles?.mean ?? NaN)) * known(mean).value;
      expect(most, `${algorithm} ${implementation}`).toBeGreaterThan(known(p99).low);
      expect(most, `${algorithm} ${implementation}`).toBeLessThan(known(worst).high);
    }
  });

  test('a mean of four signatures gives estimates only', () => {
    const time = signing('nrf52840', 'pqclean/c-O3', 'ML-DSA-65');
    for (const figure of [time.p50, time.p95, time.p99, time.worst])
      expect(figure).toMatchObject({ status: 'estimate' });
    const { low, high } = known(time.p99);
    expect(high / low).toBeGreaterThan(3);
  });

  test('signatures without rejection take one time', () => {
    for (const name of ['SLH-DSA-SHA2-128f', 'FN-DSA-512', 'Ed25519', 'ECDSA-P256-SHA256'])
      expect(isConstant(operation('nrf52840', name, 'sign').time), name).toBe(true);
    expect(isConstant(operation('nrf52840', 'ML-DSA-65', 'verify').time)).toBe(true);
    expect(isConstant(operation('nrf52840', 'HashML-DSA-65', 'sign').time)).toBe(false);
  });
});

describe('one after the other', () => {
  const random = rejection(5.1, { mean: ms(100), min: 40, runs: 1000 });

  test('constants add up', () => {
    expect(values(inSequence([constant(ms(1)), constant(ms(2, 1, 4))], 'both'))).toEqual([3, 3, 3, 3, 3]);
    expect(known(inSequence([constant(ms(1)), constant(ms(2, 1, 4))], 'both').p99)).toMatchObject({
      low: 2,
      high: 5,
    });
    expect(values(inSequence([], 'none'))).toEqual([0, 0, 0, 0, 0]);
    expect(isConstant(NO_TIME)).toBe(true);
  });

  test('beside one random part the percentiles are those of that part', () => {
    const sum = inSequence([constant(ms(10)), random, constant(ms(5))], 'all');
    expect(values(sum)).toEqual(values(random).map((value) => value + 15));
    expect(known(sum.p99).because).toBe('all');
  });

  test('with several random parts the sum of percentiles is an upper bound, and says so', () => {
    const sum = inSequence([random, random, constant(ms(7))], 'two signatures');
    const { value, low, because } = known(sum.p99);
    expect(value).toBeCloseTo(2 * known(random.p99).value + 7, 9);
    expect(because).toMatch(/^two signatures; an upper bound/u);
    const runs = simulate(5.1, 40 - 60 / 4.1, 60 / 4.1, 40_000, 2);
    const others = simulate(5.1, 40 - 60 / 4.1, 60 / 4.1, 40_000, 3);
    const shuffle = uniform(4);
    const sums = runs
      .map((one) => one + (others[Math.floor(shuffle() * others.length)] ?? NaN) + 7)
      .sort((a, b) => a - b);
    for (const [of, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const bound = known(sum[of]);
      expect(percentile(sums, share), of).toBeGreaterThanOrEqual(bound.low);
      expect(percentile(sums, share), of).toBeLessThanOrEqual(bound.high);
    }
    expect(low).toBeLessThan(value);
  });

  test('what is unknown stays unknown', () => {
    const sum = inSequence([random, constant(noData('ms', 'nobody timed it'))], 'both');
    expect(sum.mean).toEqual({ known: false, unit: 'ms', because: 'nobody timed it' });
    expect(sum.worst.known).toBe(false);
  });

  test('published percentiles never cross fitted ones', () => {
    const odd = rejection(5.1, { mean: ms(100), min: 40, runs: 1000, p99: 90 });
    const [, p50 = 0, p95 = 0, p99 = 0, worst = 0] = values(odd);
    expect([p50, p95, p99, worst]).toEqual([p50, p95, p99, worst].toSorted((a, b) => a - b));
  });
});

describe('what a fit rests on', () => {
  // One attempt takes a millisecond and nothing else takes any: 4.25 ms on average.
  const seen = { mean: ms(4.25, 4, 5.1), min: 1, runs: 40 };

  test('a least time needs enough runs', () => {
    expect(rejection(4.25, seen).p95).toMatchObject({ value: 12, status: 'derived' });
    expect(rejection(4.25, { ...seen, runs: 39 }).p95).toMatchObject({
      status: 'estimate',
      because: expect.stringContaining('mean alone') as string,
    });
  });

  test('the bounds of the mean are those of the percentiles, and one attempt less', () => {
    const { low, high } = known(rejection(4.25, seen).p95);
    expect(low).toBeCloseTo((11 * 4) / 4.25, 9);
    expect(high).toBeCloseTo((12 * 5.1) / 4.25, 9);
  });

  test('a percentile that was seen, below a fitted one, is raised and known no better', () => {
    const { p95, p99 } = rejection(4.25, { ...seen, p99: 4.5 });
    expect(p99).toMatchObject({ value: known(p95).value, status: 'derived' });
    expect(rejection(4.25, { ...seen, p99: 20 }).p99).toMatchObject({ value: 20, status: 'published' });
  });

  test('the slowest run that was seen is within the bounds of the worst', () => {
    expect(known(rejection(4.25, { ...seen, max: 1000 }).worst).high).toBe(1000);
  });

  test('several random parts take at least what the slowest of them does', () => {
    const part = (low: number): Latency => {
      const time = ms(30, low, 40);
      return { mean: ms(20), p50: ms(15), p95: ms(25), p99: time, worst: ms(50) };
    };
    expect(known(inSequence([constant(ms(5)), part(28), part(3)], 'both').p99)).toMatchObject({
      low: 33,
      value: 65,
      high: 85,
    });
  });

  test('with a part left out it is an estimate', () => {
    for (const time of [constant(ms(5)), rejection(4.25, seen)]) {
      const { mean, p50, p95, p99, worst } = estimated(time);
      for (const figure of [mean, p50, p95, p99, worst]) expect(known(figure).status).toBe('estimate');
    }
    expect(isConstant(estimated(constant(ms(5))))).toBe(true);
  });
});
