import {
  benchRow,
  type BenchEnvironment,
  type BenchResult,
  type BenchRow,
  type BenchSamples,
} from '../../src/cost/index.ts';

/** A machine that does not exist. */
export const ENVIRONMENT: BenchEnvironment = {
  date: '2026-11-22T08:00:00.000Z',
  hybridge: '0.1.0',
  node: '26.10.0',
  openssl: '3.5.8',
  v8: '14.6.202.34-node.34',
  platform: 'linux-arm64',
  cpu: 'Cortex-A53',
  cores: 4,
  megahertz: 1200,
  memoryBytes: 2 ** 30,
  freeMemoryBytes: 3 * 2 ** 28,
  diskBytes: 2 ** 33,
  freeDiskBytes: 2 ** 32,
  load: [0.1, 0.2, 0.3],
};

/** A row of rounds with one sample each. */
export function row(times: readonly number[], what: Partial<BenchSamples> = {}): BenchRow {
  return benchRow({
    algorithm: 'ML-DSA-65',
    operation: 'verify',
    provider: 'default',
    runtime: 'node',
    statistic: 'median',
    rounds: times.map((time) => [time]),
    ...what,
  });
}

/** A result with these rows. */
export function result(
  results: readonly BenchRow[],
  environment: Partial<BenchEnvironment> = {},
): BenchResult {
  return {
    schemaVersion: 1,
    environment: { ...ENVIRONMENT, ...environment },
    messageBytes: 1024,
    results,
    failures: [],
  };
}
