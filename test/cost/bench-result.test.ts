import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  BENCH_OPERATIONS,
  BENCH_PROVIDERS,
  BENCH_RUNTIMES,
  benchRow,
  type BenchResult,
  readBenchResult,
} from '../../src/cost/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { ENVIRONMENT, result, row } from './bench-support.ts';
import { expectAgreement, publishedSchema } from './schema-agreement.ts';

/** What the reader says of a document. */
function refusal(value: unknown): string {
  try {
    readBenchResult(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    if (isHybridgeError(error, 'invalid_encoding', 'message_too_large')) return error.message;
    throw error;
  }
  return 'read';
}

const sample = fc.double({ min: 1e-5, max: 1e5, noNaN: true });
const size = fc.nat(2 ** 40);
const rows = fc
  .uniqueArray(
    fc.record(
      {
        algorithm: fc.constantFrom('ML-KEM-768', 'X25519', 'SLH-DSA-SHA2-128s', 'MLKEM768-X25519'),
        operation: fc.constantFrom(...BENCH_OPERATIONS),
        provider: fc.constantFrom(...BENCH_PROVIDERS),
        runtime: fc.constantFrom(...BENCH_RUNTIMES),
        statistic: fc.constantFrom('mean', 'median'),
        rounds: fc.array(fc.array(sample, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 }),
        heapBytesPerOperation: size,
        peakHeapBytes: size,
        peakResidentBytes: size,
      },
      { requiredKeys: ['algorithm', 'operation', 'provider', 'runtime', 'statistic', 'rounds'] },
    ),
    {
      selector: ({ algorithm, operation, provider, runtime }) =>
        [algorithm, operation, provider, runtime].join(),
      maxLength: 6,
    },
  )
  .map((samples) => samples.map(benchRow));

describe('a row', () => {
  it('summarises its rounds', () => {
    const made = benchRow({
      algorithm: 'X25519',
      operation: 'decaps',
      provider: 'portable',
      runtime: 'node',
      statistic: 'median',
      rounds: [
        [4, 1, 2],
        [3, 2, 1000],
      ],
    });
    expect(made).toMatchObject({
      rounds: [
        { samples: 3, median: 2, mean: 7 / 3 },
        // A thousand is no sample of this work but a pause.
        { samples: 3, median: 3, mean: 2.5 },
      ],
      samples: 6,
      min: 1,
      p50: 2,
      p99: 1000,
      max: 1000,
    });
    expect(made.mean).toBeCloseTo(1012 / 6, 10);
    expect(made.operationsPerSecond).toBeCloseTo(1000 / Math.sqrt(6), 10);
  });

  it('has the margin that another implementation computes', () => {
    // SciPy 1.17.1: half the width of the interval of the mean of logarithms.
    const { margin = 0, operationsPerSecond } = row([1.1, 1.12, 1.09, 1.31, 1.11]);
    expect(margin).toBeCloseTo(0.10005458282908974, 5);
    expect(operationsPerSecond).toBeCloseTo(874.7293604791096, 8);
  });

  it('has no margin after one round', () => {
    expect(row([1])).not.toHaveProperty('margin');
  });
});

describe('the reader', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(rows, (results) => {
        const written: BenchResult = {
          ...result(results),
          failures: [
            { runtime: 'quickjs', algorithm: 'P-256', provider: 'portable', reason: 'number is too large' },
          ],
        };
        expect(readBenchResult(JSON.stringify(written))).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });

  it('reads what the command prints', () => {
    const written = result([row([1, 2])]);
    const printed = { ok: false, ...written, comparison: { ratios: [] } };
    expect(readBenchResult(JSON.stringify(printed))).toEqual(written);
  });

  const good = result([row([1, 2, 3])]);
  const [first] = good.results;
  it.each<readonly [string, unknown, RegExp]>([
    ['no JSON', '{', /is no JSON/u],
    ['nothing', '', /is no JSON/u],
    ['a list', [], /schemaVersion: is missing/u],
    ['a number', 5, /expected fields/u],
    ['null', null, /expected fields/u],
    ['another version', { ...good, schemaVersion: 2 }, /schemaVersion: expected version 1/u],
    ['a missing part', { ...good, failures: undefined }, /failures: is missing/u],
    ['an unknown field', { ...good, result: [] }, /result: is no field of this/u],
    ['an outcome without the command around it', { ...good, comparison: {} }, /comparison: is no field/u],
    ['no date', result([], { date: 'yesterday' }), /environment\.date: expected a date/u],
    [
      'a load of two numbers',
      { ...good, environment: { ...ENVIRONMENT, load: [1, 2] } },
      /environment\.load/u,
    ],
    [
      'control characters',
      result([], { cpu: 'A53\u001b[2J' }),
      /environment\.cpu: expected a text of one line/u,
    ],
    ['no cores', result([], { cores: 0 }), /environment\.cores: expected a number from 1/u],
    [
      'an unknown algorithm',
      { ...good, results: [{ ...first, algorithm: 'ML-DSA-66' }] },
      /no such name.*ML-DSA-66/u,
    ],
    ['an unknown runtime', { ...good, results: [{ ...first, runtime: 'deno' }] }, /results\[0\]\.runtime/u],
    ['no rounds', { ...good, results: [{ ...first, rounds: [] }] }, /one round or more/u],
    [
      'a negative time',
      { ...good, results: [{ ...first, p99: -1 }] },
      /results\[0\]\.p99: expected a number/u,
    ],
    ['an endless time', JSON.stringify(good).replace('"max":3', '"max":1e999'), /results\[0\]\.max/u],
    ['a rate of its own', { ...good, results: [{ ...first, operationsPerSecond: 1e6 }] }, /does not follow/u],
    ['a margin of its own', { ...good, results: [{ ...first, margin: 0.01 }] }, /margin does not follow/u],
    ['a margin left out', { ...good, results: [{ ...first, margin: undefined }] }, /margin does not follow/u],
    ['samples of its own', { ...good, results: [{ ...first, samples: 4 }] }, /not the sum/u],
    ['a disorder', { ...good, results: [{ ...first, p99: 1 }] }, /not in order/u],
    ['a mean out of range', { ...good, results: [{ ...first, mean: 9 }] }, /mean lies outside/u],
    ['the same twice', { ...good, results: [first, first] }, /results\[1\]: measured twice/u],
    ['a prototype', `{"__proto__": {}, ${JSON.stringify(good).slice(1)}`, /is no field of this/u],
    ['a hundred megabytes', ' '.repeat(100_000_000), /more than/u],
    ['a hundred thousand lists', '['.repeat(100_000), /is no JSON/u],
    ['the same, closed', '['.repeat(100_000) + ']'.repeat(100_000), /is missing/u],
    ['ten thousand rows', { ...good, results: Array.from({ length: 10_000 }, () => first) }, /no more than/u],
  ])('refuses %s', (_, value, why) => {
    expect(refusal(value)).toMatch(why);
  });

  it('refuses what was broken, with one kind of error', () => {
    const genuine = new TextEncoder().encode(
      JSON.stringify(result([row([1, 2, 3]), row([4], { operation: 'sign' })])),
    );
    const numbers = new Numbers(5);
    const times = 3000;
    let refused = 0;
    for (let round = 0; round < times; round++)
      if (refusal(new TextDecoder().decode(mutated(genuine, numbers))) !== 'read') refused++;
    report(`bench results: ${String(times)} broken, ${String(refused)} refused`);
    expect(refused).toBeGreaterThan(times / 2);
  });
});

it('is described by its published schema as its reader reads it', () => {
  const file: BenchResult = {
    ...result([row([1, 2]), row([1], { heapBytesPerOperation: 7, operation: 'sign', statistic: 'mean' })]),
    failures: [{ runtime: 'quickjs', reason: 'there is no qjs on PATH' }],
  };
  expectAgreement({
    file,
    conforms: publishedSchema('bench-result', { validateFormats: false }),
    read: readBenchResult,
    words: ['node'],
    beyondTheSchema: /does not follow|not the sum|not in order|lies outside|measured twice/,
    runs: 300,
    atLeast: 200,
  });
});
