/** Measurements beside each other: how many times as fast, and whether that is certain enough to act on. */
import { HybridgeError } from '../bytes/index.ts';
import type { KeyAlgorithmName } from '../registry/index.ts';
import {
  type BenchEnvironment,
  type BenchOperation,
  type BenchProvider,
  type BenchResult,
  type BenchRow,
  type BenchRuntime,
  logTimes,
} from './bench-result.ts';
import { type Interval, intervalOfDifference, intervalOfMean, mean } from './interval.ts';
import { requireNumber } from './check.ts';

/**
 * What the interval of a ratio says of the threshold: all of it is below, none of it is, or it holds the threshold and
 * says neither.
 */
export type BenchVerdict = 'below' | 'reached' | 'undecided';

/** One operation, measured twice. */
export interface BenchRatio {
  readonly algorithm: KeyAlgorithmName;
  readonly operation: BenchOperation;
  readonly provider: BenchProvider;
  readonly runtime: BenchRuntime;
  /** Operations per second. */
  readonly baseline: number;
  readonly subject: number;
  /** Speed of the subject over that of the baseline: above 1 is faster. */
  readonly ratio: number;
  /** Where the ratio lies at 95 % confidence; absent where a side has a single round. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Only where a threshold was given. */
  readonly verdict?: BenchVerdict;
}

/** Everything that two results have in common, and what they have not. */
export interface BenchComparison {
  readonly ratios: readonly BenchRatio[];
  /** What only the baseline has, as `ML-DSA-65 sign, portable on quickjs`. */
  readonly missing: readonly string[];
  /** What only the subject has. */
  readonly added: readonly string[];
  /** What differs between the two besides the code, in words: machine, versions, load. */
  readonly differences: readonly string[];
  /** `failBelow` as given. */
  readonly failBelow?: number;
  /**
   * With a threshold: `below` when a ratio is, or when something that was measured no longer is; else `undecided` when
   * a ratio is; else `reached`.
   */
  readonly verdict?: BenchVerdict;
}

/** How results are compared. */
export interface BenchCompareOptions {
  /** The least ratio that is accepted, as 0.9. */
  readonly failBelow?: number | undefined;
  /** Compare results of different machines, whose ratio is that of the machines as much as that of the code. */
  readonly acrossMachines?: boolean | undefined;
}

/** Against whom the other provider of the same run is compared. */
export interface BenchProvidersOptions {
  readonly baseline: BenchProvider;
  /** The least ratio that is accepted, as 0.9. */
  readonly failBelow?: number | undefined;
}

/** Fields of an environment and what they are called. */
type Names = readonly (readonly [field: Exclude<keyof BenchEnvironment, 'load'>, name: string])[];

/** What makes a machine another machine. */
const MACHINE: Names = [
  ['cpu', 'processor'],
  ['cores', 'cores'],
  ['platform', 'platform'],
  ['memoryBytes', 'bytes of memory'],
];

/** What may change on one machine. */
const SOFTWARE: Names = [
  ['hybridge', 'hybridge'],
  ['node', 'Node'],
  ['openssl', 'OpenSSL'],
  ['v8', 'V8'],
  ['quickjs', 'QuickJS'],
];

function differing(a: BenchEnvironment, b: BenchEnvironment, names: Names): string[] {
  return names.flatMap(([field, name]) =>
    a[field] === b[field] ? [] : `${name}: ${String(a[field] ?? 'none')}, then ${String(b[field] ?? 'none')}`,
  );
}

/** Two processes for each core wait for each other. */
function isLoaded({ load: [lastMinute], cores }: BenchEnvironment): boolean {
  return lastMinute > cores;
}

const TITLE: Readonly<Record<BenchOperation, string>> = {
  keygen: 'make keys',
  encaps: 'encapsulate',
  decaps: 'decapsulate',
  sign: 'sign',
  verify: 'verify',
};

/** An operation in words for people. */
export function benchOperationTitle(operation: BenchOperation): string {
  return TITLE[operation];
}

function titleOf({ algorithm, operation, provider, runtime }: BenchRow): string {
  return `${algorithm} ${TITLE[operation]}, ${provider} on ${runtime}`;
}

/** How far the mean of one sample lies above that of another. */
type Difference = (baseline: readonly number[], subject: readonly number[]) => Interval | undefined;

/** Rounds that were measured side by side; one without a partner is of a run that was cut short. */
const inPairs: Difference = (baseline, subject) =>
  intervalOfMean(
    baseline.flatMap((time, round) => {
      const beside = subject[round];
      return beside === undefined ? [] : [time - beside];
    }),
  );

/** Times are the inverse of speeds, and ratios the differences of their logarithms. */
function ratioOf(
  baseline: BenchRow,
  subject: BenchRow,
  difference: Difference,
  failBelow: number | undefined,
): BenchRatio {
  const { algorithm, operation, provider, runtime } = subject;
  const before = logTimes(baseline);
  const after = logTimes(subject, baseline.statistic);
  const found = difference(before, after);
  const interval = found === undefined ? undefined : { low: Math.exp(found.low), high: Math.exp(found.high) };
  return {
    algorithm,
    operation,
    provider,
    runtime,
    baseline: baseline.operationsPerSecond,
    // By the statistic of the baseline, as the ratio is.
    subject: 1000 / Math.exp(mean(after)),
    ratio: Math.exp(mean(before) - mean(after)),
    ...(interval === undefined ? {} : { interval }),
    ...(failBelow === undefined ? {} : { verdict: judged(interval, failBelow) }),
  };
}

function judged(interval: BenchRatio['interval'], failBelow: number): BenchVerdict {
  if (interval === undefined) return 'undecided';
  if (interval.high < failBelow) return 'below';
  return interval.low >= failBelow ? 'reached' : 'undecided';
}

function verdictOn(
  ratios: readonly BenchRatio[],
  missing: readonly string[],
  failBelow: number | undefined,
): Pick<BenchComparison, 'failBelow' | 'verdict'> {
  if (failBelow === undefined) return {};
  const has = (verdict: BenchVerdict): boolean => ratios.some((ratio) => ratio.verdict === verdict);
  if (missing.length > 0 || has('below')) return { failBelow, verdict: 'below' };
  return { failBelow, verdict: has('undecided') ? 'undecided' : 'reached' };
}

function requireThreshold(failBelow: number | undefined): void {
  if (failBelow !== undefined) requireNumber('the least ratio', failBelow, 0.001, 1000);
}

function requireSome(ratios: readonly BenchRatio[], why: string): void {
  if (ratios.length === 0) throw new HybridgeError('invalid_argument', why, { fault: 'caller' });
}

function requireSameMachine(differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new HybridgeError(
    'invalid_argument',
    `these are results of different machines (${differences.join('; ')})`,
    {
      fault: 'caller',
      hint: 'compare across machines only to learn about the machines, and say that it is meant',
      details: { differences },
    },
  );
}

/**
 * The ratio of each operation that two results have in common, with the interval that their rounds allow for it [Welch
 * 1947], and what a threshold makes of it.
 *
 * The rounds tell how a machine varies within a run. What changed between two runs besides the code (temperature,
 * neighbours, versions) is in the ratio and not in the interval: a gate that must not be wrong compares within one run,
 * with {@link compareProviders}, or repeats both runs.
 *
 * @throws {@link HybridgeError} `invalid_argument` for results of different machines unless `acrossMachines`, for
 * results that have nothing in common and for a threshold that is not from 0.001 to 1000.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { compareBenchResults, readBenchResult } from 'hybridge/cost';
 *
 * function changed(before: string, after: string): void {
 *   const [baseline, subject] = [before, after].map((file) => readBenchResult(readFileSync(file, 'utf8')));
 *   if (baseline === undefined || subject === undefined) return;
 *   for (const { algorithm, operation, ratio, interval } of compareBenchResults(baseline, subject).ratios)
 *     console.log(algorithm, operation, ratio, interval);
 * }
 * ```
 */
export function compareBenchResults(
  baseline: BenchResult,
  subject: BenchResult,
  { failBelow, acrossMachines = false }: BenchCompareOptions = {},
): BenchComparison {
  requireThreshold(failBelow);
  const machine = differing(baseline.environment, subject.environment, MACHINE);
  if (!acrossMachines) requireSameMachine(machine);
  const before = new Map(baseline.results.map((row) => [titleOf(row), row]));
  const after = new Map(subject.results.map((row) => [titleOf(row), row]));
  const ratios = [...before].flatMap(([title, row]) => {
    const other = after.get(title);
    return other === undefined ? [] : ratioOf(row, other, intervalOfDifference, failBelow);
  });
  requireSome(ratios, 'the two results have no measurement in common');
  const missing = [...before.keys()].filter((title) => !after.has(title));
  return {
    ratios,
    missing,
    added: [...after.keys()].filter((title) => !before.has(title)),
    differences: [
      ...machine,
      ...differing(baseline.environment, subject.environment, SOFTWARE),
      ...(baseline.messageBytes === subject.messageBytes
        ? []
        : [`bytes signed: ${baseline.messageBytes}, then ${subject.messageBytes}`]),
      ...[baseline, subject].flatMap(({ environment }, index) =>
        isLoaded(environment)
          ? `the ${index === 0 ? 'baseline' : 'subject'} was measured on a busy machine (load ${environment.load[0]})`
          : [],
      ),
    ],
    ...verdictOn(ratios, missing, failBelow),
  };
}

/**
 * The ratio of each operation between the two providers of one run, which were measured in turns: each round is
 * compared with the round beside it, so that what the machine did in the meantime falls on both. Only where both ran in
 * Node itself.
 *
 * @throws {@link HybridgeError} `invalid_argument` when the result has no operation by both providers, or for a threshold
 * that is not from 0.001 to 1000.
 *
 * @example
 * ```ts
 * import { type BenchResult, compareProviders } from 'hybridge/cost';
 *
 * // Whether native code is worth having here: at least twice as fast in everything.
 * function isWorthHaving(result: BenchResult): boolean {
 *   return compareProviders(result, { baseline: 'portable', failBelow: 2 }).verdict === 'reached';
 * }
 * ```
 */
export function compareProviders(
  { results }: BenchResult,
  { baseline, failBelow }: BenchProvidersOptions,
): BenchComparison {
  requireThreshold(failBelow);
  const sides = (provider: BenchProvider): Map<string, BenchRow> =>
    new Map(
      results
        .filter((row) => row.runtime === 'node' && row.provider === provider)
        .map((row) => [`${row.algorithm} ${TITLE[row.operation]}`, row]),
    );
  const before = sides(baseline);
  const after = sides(baseline === 'default' ? 'portable' : 'default');
  const ratios = [...before].flatMap(([title, row]) => {
    const other = after.get(title);
    return other === undefined ? [] : ratioOf(row, other, inPairs, failBelow);
  });
  requireSome(ratios, 'no operation was measured with both providers');
  const missing = [...before.keys()].filter((title) => !after.has(title));
  return {
    ratios,
    missing,
    added: [...after.keys()].filter((title) => !before.has(title)),
    differences: [],
    ...verdictOn(ratios, missing, failBelow),
  };
}
