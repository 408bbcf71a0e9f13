/** What `hybridge bench` measured: one document, written by the command and read by all that compare or draw it. */
import * as v from 'valibot';
import { HybridgeError } from '../bytes/index.ts';
import { ALGORITHMS, type KeyAlgorithmName } from '../registry/index.ts';
import { intervalOfMean, mean } from './interval.ts';
import { fields, line, misread, numberFrom, oneOf, readAs, wholeFrom } from './read.ts';

/** What is measured; the names are those of cost rows. */
export const BENCH_OPERATIONS = ['keygen', 'encaps', 'decaps', 'sign', 'verify'] as const;

/** One of {@link BENCH_OPERATIONS}. */
export type BenchOperation = (typeof BENCH_OPERATIONS)[number];

/** Whose code is measured: the default composition, which is native where it can be, or plain JavaScript throughout. */
export const BENCH_PROVIDERS = ['default', 'portable'] as const;

/** One of {@link BENCH_PROVIDERS}. */
export type BenchProvider = (typeof BENCH_PROVIDERS)[number];

/**
 * Where it ran: Node as it is; Node without its compiler (`--jitless`); QuickJS; Node with little heap
 * (`--max-old-space-size`); Node on one core, slowed where the system lets it be.
 */
export const BENCH_RUNTIMES = ['node', 'node-jitless', 'quickjs', 'small-heap', 'slow-core'] as const;

/** One of {@link BENCH_RUNTIMES}. */
export type BenchRuntime = (typeof BENCH_RUNTIMES)[number];

/** Which figure stands for a round. Work whose cost is random by design has a mean; all other has a median. */
export const BENCH_STATISTICS = ['mean', 'median'] as const;

/** One of {@link BENCH_STATISTICS}. */
export type BenchStatistic = (typeof BENCH_STATISTICS)[number];

/** The machine and the software of a measurement. */
export interface BenchEnvironment {
  /** When it began, ISO 8601 in UTC. */
  readonly date: string;
  /** Versions; `quickjs` where it was used. */
  readonly hybridge: string;
  readonly node: string;
  readonly openssl: string;
  readonly v8: string;
  readonly quickjs?: string;
  /** As `linux-x64`. */
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Nominal clock; absent where the system does not tell. */
  readonly megahertz?: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  /** The file system of the working directory. */
  readonly diskBytes: number;
  readonly freeDiskBytes: number;
  /** Load averages over 1, 5 and 15 minutes at the beginning: what else the machine did. */
  readonly load: readonly [number, number, number];
}

/** One turn of one operation; times in milliseconds per operation. */
export interface BenchRound {
  readonly samples: number;
  /** Without what is over twenty times the median: no unlucky signature any more, but a pause of the machine. */
  readonly mean: number;
  readonly median: number;
}

/** One operation of one algorithm by one provider in one runtime. */
export interface BenchRow {
  readonly algorithm: KeyAlgorithmName;
  readonly operation: BenchOperation;
  readonly provider: BenchProvider;
  readonly runtime: BenchRuntime;
  /** Which figure of a round the rates, the margin and comparisons go by. */
  readonly statistic: BenchStatistic;
  /** Each round by itself: what intervals are computed from. */
  readonly rounds: readonly BenchRound[];
  /** Samples of all rounds together. */
  readonly samples: number;
  /** Of the geometric mean over the rounds. */
  readonly operationsPerSecond: number;
  /**
   * How far off the rate may be, as a factor less one: between the rounds, at 95 % confidence. Absent after a single
   * round, which says nothing of its own variance.
   */
  readonly margin?: number;
  /** Over all samples, in milliseconds. */
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Heap taken by one operation before any is collected: JavaScript objects and array buffers; Node only. */
  readonly heapBytesPerOperation?: number;
  /**
   * The heap that it takes to load the code and do every operation of this algorithm once: in QuickJS the least limit
   * under which that ran (to 64 KiB), in Node the most that was seen in use. Only where it had a process of its own.
   */
  readonly peakHeapBytes?: number;
  /** Most resident memory of that process. */
  readonly peakResidentBytes?: number;
}

/** What was to be measured and could not be, or needed help. */
export interface BenchFailure {
  readonly runtime: BenchRuntime;
  /** Absent where it is the runtime itself. */
  readonly algorithm?: KeyAlgorithmName;
  readonly provider?: BenchProvider;
  /** Why, in a sentence. */
  readonly reason: string;
}

/** Everything one run measured. */
export interface BenchResult {
  readonly schemaVersion: 1;
  readonly environment: BenchEnvironment;
  /** Size of the messages signed. */
  readonly messageBytes: number;
  readonly results: readonly BenchRow[];
  readonly failures: readonly BenchFailure[];
}

/** The samples of one operation, in rounds, and what else is known of it. */
export interface BenchSamples extends Pick<
  BenchRow,
  | 'algorithm'
  | 'heapBytesPerOperation'
  | 'operation'
  | 'peakHeapBytes'
  | 'peakResidentBytes'
  | 'provider'
  | 'runtime'
  | 'statistic'
> {
  /** Milliseconds of single operations; at least one round, each with at least one sample. */
  readonly rounds: readonly (readonly number[])[];
}

/** The value below which a share of the sorted samples lies (nearest rank). */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Less than one ML-DSA signature in a million takes twenty times the median; a machine that pauses does so often. */
const PAUSE = 20;

function roundOf(samples: readonly number[]): BenchRound {
  const sorted = [...samples].sort((a, b) => a - b);
  const median = percentile(sorted, 0.5);
  return {
    samples: sorted.length,
    mean: mean(sorted.filter((sample) => sample <= PAUSE * median)),
    median,
  };
}

/**
 * The logarithm of the time of an operation in each round, in the order of the rounds.
 *
 * @internal
 */
export function logTimes(
  row: Pick<BenchRow, 'rounds' | 'statistic'>,
  statistic: BenchStatistic = row.statistic,
): readonly number[] {
  return row.rounds.map((round) => Math.log(round[statistic]));
}

/** Rate and margin, which follow from the rounds. */
function rateOf(
  row: Pick<BenchRow, 'rounds' | 'statistic'>,
): Pick<BenchRow, 'margin' | 'operationsPerSecond'> {
  const logs = logTimes(row);
  const interval = intervalOfMean(logs);
  return {
    operationsPerSecond: 1000 / Math.exp(mean(logs)),
    ...(interval === undefined ? {} : { margin: Math.expm1((interval.high - interval.low) / 2) }),
  };
}

/**
 * The row that samples make: for programs that measure by themselves and want their results compared and drawn as those
 * of `hybridge bench` are.
 *
 * @example
 * ```ts
 * import { benchRow } from 'hybridge/cost';
 *
 * const row = benchRow({
 *   algorithm: 'ML-DSA-65',
 *   operation: 'verify',
 *   provider: 'default',
 *   runtime: 'node',
 *   statistic: 'median',
 *   rounds: [[0.12, 0.11], [0.13, 0.12]],
 * });
 * console.log(row.operationsPerSecond.toFixed(0), row.p99); // 8704 0.13
 * ```
 */
export function benchRow({ rounds, ...what }: BenchSamples): BenchRow {
  const summaries = rounds.map(roundOf);
  const sorted = rounds.flat().sort((a, b) => a - b);
  return {
    ...what,
    rounds: summaries,
    samples: sorted.length,
    ...rateOf({ rounds: summaries, statistic: what.statistic }),
    min: percentile(sorted, 0),
    mean: mean(sorted),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}

/** The largest file read, in characters. */
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** All algorithms of the registry with all operations, providers and runtimes are fewer. */
const MAX_ROWS = 2000;
const MAX_ROUNDS = 1000;
/** A day, in milliseconds. */
const LONGEST = 86_400_000;
/** What no clock of a runtime resolves: a picosecond, in milliseconds. */
const SHORTEST = 1e-9;
const MOST_BYTES = 2 ** 53 - 1;

const KEY_ALGORITHMS: readonly KeyAlgorithmName[] = ALGORITHMS.flatMap((descriptor) =>
  descriptor.use === 'kem' || descriptor.use === 'signature' ? [descriptor.name] : [],
);

/** A field and what it says, for the published schema. */
function told<T>(text: string, schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T> {
  return v.pipe(schema, v.description(text));
}

/** As Date.prototype.toISOString writes it. */
const INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/u;

const time = numberFrom(SHORTEST, LONGEST);
const bytes = wholeFrom(0, MOST_BYTES);
const version = line(40);
const algorithm: v.GenericSchema<unknown, KeyAlgorithmName> = oneOf(KEY_ALGORITHMS);
const load = numberFrom(0, 1_000_000);

const environmentSchema: v.GenericSchema<unknown, BenchEnvironment> = fields({
  date: told(
    'When it began, in UTC.',
    v.pipe(
      v.string('expected a date'),
      v.regex(INSTANT, 'expected a date and time as 2026-11-22T08:00:00.000Z'),
    ),
  ),
  hybridge: version,
  node: version,
  openssl: version,
  v8: version,
  quickjs: v.exactOptional(version),
  platform: told('Operating system and architecture, as linux-x64.', line(40)),
  cpu: line(200),
  cores: wholeFrom(1, 65_536),
  megahertz: v.exactOptional(
    told('Nominal clock; absent where the system does not tell.', numberFrom(1, 100_000)),
  ),
  memoryBytes: bytes,
  freeMemoryBytes: bytes,
  diskBytes: told('Of the file system of the working directory.', bytes),
  freeDiskBytes: bytes,
  load: told(
    'Load averages over 1, 5 and 15 minutes at the beginning.',
    v.strictTuple([load, load, load], 'expected three numbers'),
  ),
});

const rowSchema: v.GenericSchema<unknown, BenchRow> = fields({
  algorithm: told('A name of the registry.', algorithm),
  operation: oneOf(BENCH_OPERATIONS),
  provider: told('The default composition, or plain JavaScript throughout.', oneOf(BENCH_PROVIDERS)),
  runtime: told(
    'Node as it is, without its compiler, or with little heap; QuickJS; Node on one slow core.',
    oneOf(BENCH_RUNTIMES),
  ),
  statistic: told(
    'Which figure of a round the rate, the margin and comparisons go by.',
    oneOf(BENCH_STATISTICS),
  ),
  rounds: told(
    'Each turn by itself, in milliseconds per operation.',
    v.pipe(
      v.array(
        fields({ samples: wholeFrom(1, MOST_BYTES), mean: time, median: time }),
        'expected a list of rounds',
      ),
      v.minLength(1, 'expected one round or more'),
      v.maxLength(MAX_ROUNDS, `expected no more than ${MAX_ROUNDS} rounds`),
    ),
  ),
  samples: told('Of all rounds together.', wholeFrom(1, MOST_BYTES)),
  operationsPerSecond: told('Of the geometric mean over the rounds.', numberFrom(0, 1e12)),
  margin: v.exactOptional(
    told(
      'How far off the rate may be at 95 % confidence, as a factor less one; absent after one round.',
      numberFrom(0, Number.MAX_VALUE),
    ),
  ),
  min: told('Over all samples, in milliseconds, as are the next four.', time),
  mean: time,
  p50: time,
  p99: time,
  max: time,
  heapBytesPerOperation: v.exactOptional(told('Heap that one operation takes.', bytes)),
  peakHeapBytes: v.exactOptional(
    told(
      'QuickJS: the least limit under which the code loaded and all operations ran; Node: the most that was in use.',
      bytes,
    ),
  ),
  peakResidentBytes: v.exactOptional(told('Most resident memory of the process.', bytes)),
});

const failureSchema: v.GenericSchema<unknown, BenchFailure> = fields({
  runtime: oneOf(BENCH_RUNTIMES),
  algorithm: v.exactOptional(algorithm),
  provider: v.exactOptional(oneOf(BENCH_PROVIDERS)),
  reason: line(2000),
});

/** The schema of a result's file. What it cannot say, {@link readBenchResult} checks: that the numbers belong together. */
export const benchResultSchema: v.GenericSchema<unknown, BenchResult> = fields({
  schemaVersion: v.literal(1, 'expected version 1 of the format'),
  environment: told('The machine and the software.', environmentSchema),
  messageBytes: told('Size of the messages signed.', bytes),
  results: v.pipe(
    v.array(rowSchema, 'expected a list of results'),
    v.maxLength(MAX_ROWS, `expected no more than ${MAX_ROWS} results`),
  ),
  failures: told(
    'What could not be measured, or needed help.',
    v.pipe(
      v.array(failureSchema, 'expected a list of failures'),
      v.maxLength(MAX_ROWS, `expected no more than ${MAX_ROWS} failures`),
    ),
  ),
});

/** Everything that two rows of one result differ in. */
function keyOf({ algorithm, operation, provider, runtime }: BenchRow): string {
  return `${algorithm} ${operation} ${provider} ${runtime}`;
}

/** Rates and margins are sums in another order at most; what is further off was not computed from these rounds. */
const ROUNDING = 1e-9;

function agree(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a - b) <= ROUNDING * (1 + Math.max(a, b));
}

/** What a schema of shapes does not say: that the numbers of a row belong together. */
function contradiction(row: BenchRow): string | undefined {
  const { operationsPerSecond, margin } = rateOf(row);
  const { min, p50, p99, max, rounds, samples } = row;
  if (samples !== rounds.reduce((sum, round) => sum + round.samples, 0))
    return 'samples is not the sum of those of its rounds';
  if (!agree(row.operationsPerSecond, operationsPerSecond))
    return `operationsPerSecond does not follow from its rounds, which say ${operationsPerSecond}`;
  if (!agree(row.margin, margin))
    return `margin does not follow from its rounds, which say ${margin ?? 'that there is none'}`;
  if (!(min <= p50 && p50 <= p99 && p99 <= max)) return 'min, p50, p99 and max are not in order';
  if (!(min <= row.mean && row.mean <= max)) return 'mean lies outside of min and max';
  return undefined;
}

const READING = { what: 'bench result' };

function jsonOf(text: string): unknown {
  if (text.length > MAX_CHARACTERS)
    throw new HybridgeError('message_too_large', `bench result: more than ${MAX_CHARACTERS} characters`, {
      details: { actual: text.length, maximum: MAX_CHARACTERS },
    });
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text.
    throw misread(READING, [], 'is no JSON');
  }
}

/** The command prints with `--json` what it writes with `--out`, and beside it how it ended. */
const AROUND: readonly string[] = ['ok', 'comparison'];

function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('ok' in value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !AROUND.includes(key)));
}

/**
 * Reads a result as `hybridge bench --out` or `--json` wrote it.
 *
 * @throws {@link HybridgeError} `message_too_large`; `invalid_encoding` that names the first place that does not follow
 * the format, a measurement that is there twice, or a number that contradicts the rounds beside it.
 *
 * @example
 * ```ts
 * import { readBenchResult } from 'hybridge/cost';
 *
 * const result = readBenchResult(
 *   JSON.stringify({
 *     schemaVersion: 1,
 *     environment: {
 *       date: '2026-11-22T08:00:00.000Z', hybridge: '0.1.0', node: 'v26.10.0', openssl: '3.5.8', v8: '14.6',
 *       platform: 'linux-arm64', cpu: 'Cortex-A53', cores: 4, memoryBytes: 2 ** 30, freeMemoryBytes: 2 ** 29,
 *       diskBytes: 2 ** 33, freeDiskBytes: 2 ** 32, load: [0, 0, 0],
 *     },
 *     messageBytes: 1024,
 *     results: [],
 *     failures: [{ runtime: 'quickjs', reason: 'there is no qjs on PATH' }],
 *   }),
 * );
 * console.log(result.environment.cpu, result.failures.length); // Cortex-A53 1
 * ```
 */
export function readBenchResult(text: string): BenchResult {
  const result = readAs(benchResultSchema, unwrapped(jsonOf(text)), READING);
  const seen = new Set<string>();
  result.results.forEach((row, index) => {
    const key = keyOf(row);
    if (seen.has(key)) throw misread(READING, ['results', index], `measured twice: ${key}`);
    seen.add(key);
    const why = contradiction(row);
    if (why !== undefined) throw misread(READING, ['results', index], why);
  });
  return result;
}
