/** What the script of other engines prints: one line of JSON, read as that of a stranger. */
import {
  BENCH_OPERATIONS,
  BENCH_STATISTICS,
  type BenchOperation,
  type BenchStatistic,
} from '../../cost/index.ts';

/** One operation in one process. */
export interface AnswerOperation {
  readonly operation: BenchOperation;
  readonly statistic: BenchStatistic;
  /** Milliseconds of each. */
  readonly samples: readonly number[];
  readonly heapBytesPerOperation: number | undefined;
}

/** What an engine measured. */
export interface Measured {
  readonly outcome: 'measured';
  /** What had to be mended in the engine. */
  readonly defects: readonly string[];
  readonly operations: readonly AnswerOperation[];
  readonly peakHeapBytes: number | undefined;
  readonly peakResidentBytes: number | undefined;
}

/** Why an engine could not. */
export interface Failed {
  readonly outcome: 'failed';
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < Infinity;
const isText = (value: unknown): value is string => typeof value === 'string';

const optional = (value: unknown): number | undefined => (isNumber(value) ? Math.round(value) : undefined);

function operationIn(value: unknown): AnswerOperation | undefined {
  if (!isFields(value)) return undefined;
  const operation = BENCH_OPERATIONS.find((name) => name === value['operation']);
  const statistic = BENCH_STATISTICS.find((name) => name === value['statistic']);
  const samples = value['samples'];
  if (operation === undefined || statistic === undefined) return undefined;
  if (!isList(samples) || !samples.every(isNumber)) return undefined;
  return { operation, statistic, samples, heapBytesPerOperation: optional(value['heapBytesPerOperation']) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The answer in the last line of what an engine printed; `undefined` where that is none. */
export function readAnswer(printed: string): Failed | Measured | undefined {
  const value = parsed(printed.trimEnd().split('\n').at(-1) ?? '');
  if (!isFields(value)) return undefined;
  const { outcome, reason, defects, operations } = value;
  if (outcome === 'failed' && isText(reason)) return { outcome, reason };
  if (outcome !== 'measured' || !isList(defects) || !defects.every(isText) || !isList(operations))
    return undefined;
  const read = operations.flatMap((operation) => operationIn(operation) ?? []);
  if (read.length < operations.length || read.length === 0) return undefined;
  return {
    outcome,
    defects,
    operations: read,
    peakHeapBytes: optional(value['peakHeapBytes']),
    peakResidentBytes: optional(value['peakResidentBytes']),
  };
}
