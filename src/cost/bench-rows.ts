/** From what was measured here to rows of cost data, so that predictions and reports can use it. */
import { findByName } from '../registry/index.ts';
import type { BenchEnvironment, BenchResult, BenchRow, BenchRuntime } from './bench-result.ts';
import {
  type CostData,
  type CostOperation,
  type CostRow,
  type Device,
  type Known,
  MOST_BAND,
  type RowBytes,
  type Source,
} from './data/types.ts';

/** Id of the device that measurements of this machine are of. */
export const BENCH_DEVICE = 'this-machine';

/** Id of the source of the rows. */
const SOURCE = 'hybridge-bench';
/** Stands in for a clock that the system does not tell. Cycles are made with it and divided by it again. */
const ASSUMED_MEGAHERTZ = 1000;

/** Runtimes that are this machine as it is. One that was slowed down on purpose is another machine. */
const RUNTIMES: Readonly<Record<BenchRuntime, string | undefined>> = {
  node: 'node',
  'node-jitless': 'node-jitless',
  quickjs: 'quickjs',
  'small-heap': 'node-small-heap',
  'slow-core': undefined,
};

/**
 * The operation of the cost model. Diffie-Hellman as a KEM decapsulates with one agreement; its encapsulation is a key
 * pair and an agreement, which the model adds up by itself.
 */
function costOperation({ algorithm, operation }: BenchRow): CostOperation | undefined {
  const entry = findByName(algorithm);
  if (entry?.kind !== 'key-agreement') return operation;
  const agreement = { keygen: 'keygen', encaps: undefined, decaps: 'agree' } as const;
  return operation === 'sign' || operation === 'verify' ? undefined : agreement[operation];
}

/** What the row knows of memory; the field is for whatever the call needs beside its arguments. */
function memoryOf({ runtime, peakHeapBytes, peakResidentBytes }: BenchRow): RowBytes | undefined {
  if (runtime === 'quickjs')
    return peakHeapBytes === undefined
      ? undefined
      : {
          value: peakHeapBytes,
          status: 'measured',
          note: 'least heap of the engine in which the code loads and this works',
        };
  return peakResidentBytes === undefined
    ? undefined
    : { value: peakResidentBytes, status: 'measured', note: 'resident memory of the whole process' };
}

function costRow(row: BenchRow, megahertz: number): CostRow | undefined {
  const runtime = RUNTIMES[row.runtime];
  const operation = costOperation(row);
  if (runtime === undefined || operation === undefined || (row.margin ?? 0) > MOST_BAND) return undefined;
  const cycles = (milliseconds: number): number => Math.round(milliseconds * megahertz * 1000);
  const usual = cycles(1000 / row.operationsPerSecond);
  const implementation = `hybridge-${row.provider}/${runtime}`;
  const memory = memoryOf(row);
  const { algorithm, margin } = row;
  return {
    id: `${algorithm}:${operation}:${implementation}:host`,
    algorithm,
    operation,
    implementation,
    core: 'host',
    cycles: {
      mean: usual,
      // The longest sample is left out: on a machine that does other things it is a pause, not the work.
      min: Math.min(cycles(row.min), usual),
      p99: Math.max(cycles(row.p99), usual),
      runs: row.samples,
      status: 'measured',
      // The margin is a factor: as far up as down in logarithms.
      ...(margin === undefined ? {} : { band: { low: 1 / (1 + margin) - 1, high: margin } }),
    },
    ...(memory === undefined ? {} : { stack: memory }),
    source: SOURCE,
    caveat: `cycles are times at a clock of ${megahertz} MHz, not counted ones`,
  };
}

const measured = (value: number, because: string): Known => ({
  value,
  status: 'measured',
  source: SOURCE,
  because,
});

function deviceOf(environment: BenchEnvironment): Device {
  const { cpu, platform, megahertz, memoryBytes, freeMemoryBytes, diskBytes, freeDiskBytes } = environment;
  return {
    id: BENCH_DEVICE,
    title: `${cpu} (${platform}), measured by hybridge bench`,
    core: 'host',
    megahertz:
      megahertz === undefined
        ? measured(
            ASSUMED_MEGAHERTZ,
            'a unit and not the clock, which the system does not tell: cycles are times by it',
          )
        : measured(megahertz, 'the clock that the operating system names'),
    ramBytes: measured(memoryBytes, 'memory that the operating system sees'),
    flashBytes: measured(diskBytes, 'the file system of the directory it was measured in'),
    ramUsed: measured(memoryBytes - freeMemoryBytes, 'memory not free when it was measured'),
    flashUsed: measured(diskBytes - freeDiskBytes, 'disk not free when it was measured'),
    // It is in the code that was measured.
    keccakPresent: true,
    waitStates: { low: 0, value: 0, high: 0 },
    use: 'what was measured with hybridge bench',
  };
}

function sourceOf({ cpu, platform, date, node, openssl, quickjs, hybridge }: BenchEnvironment): Source {
  const engines = [
    `Node ${node}`,
    `OpenSSL ${openssl}`,
    ...(quickjs === undefined ? [] : [`QuickJS ${quickjs}`]),
  ];
  return {
    id: SOURCE,
    title: `hybridge bench on ${cpu} (${platform}), ${date}`,
    reference: `hybridge ${hybridge}, ${engines.join(', ')}`,
    seen: 'measured on this machine',
  };
}

/** The part of a data set that {@link benchToCostData} gives: to be merged over another one. */
export type BenchCostData = Pick<CostData, 'devices' | 'rows' | 'sources'>;

/**
 * What was measured as cost data: the device `this-machine`, one row for each operation, provider and runtime, and their
 * source. Implementations are called `hybridge-default/node`, `hybridge-portable/quickjs` and so on. The core is `host`,
 * so that no figure of another machine is taken for this one's, nor the other way round.
 *
 * The mean of a row is what its rate says; minimum and 99th percentile are those of all samples. A core that
 * was slowed down on purpose is not this machine: its rows are left out, and so are those whose margin is above a million,
 * from which nothing follows.
 *
 * @example
 * ```ts
 * import { benchToCostData, type BenchResult, COST_DATA, mergeCostData, predict } from 'hybridge/cost';
 *
 * function timeHere(result: BenchResult): number | undefined {
 *   const { time } = predict({
 *     device: 'this-machine',
 *     scenario: { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'verify' },
 *     data: mergeCostData(COST_DATA, benchToCostData(result)),
 *   });
 *   return time.mean.known ? time.mean.value : undefined;
 * }
 * ```
 */
export function benchToCostData({ environment, results }: BenchResult): BenchCostData {
  const megahertz = environment.megahertz ?? ASSUMED_MEGAHERTZ;
  return {
    sources: [sourceOf(environment)],
    rows: results.flatMap((row) => costRow(row, megahertz) ?? []),
    devices: [deviceOf(environment)],
  };
}
