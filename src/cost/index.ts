/** Floor 8: what a migration takes on constrained hardware, predicted with provenance and bounds. */
export {
  type BenchCompareOptions,
  type BenchComparison,
  benchOperationTitle,
  type BenchProvidersOptions,
  type BenchRatio,
  type BenchVerdict,
  compareBenchResults,
  compareProviders,
} from './bench-compare.ts';
export {
  BENCH_OPERATIONS,
  BENCH_PROVIDERS,
  BENCH_RUNTIMES,
  BENCH_STATISTICS,
  type BenchEnvironment,
  type BenchFailure,
  type BenchOperation,
  type BenchProvider,
  type BenchResult,
  benchResultSchema,
  type BenchRound,
  type BenchRow,
  benchRow,
  type BenchRuntime,
  type BenchSamples,
  type BenchStatistic,
  readBenchResult,
} from './bench-result.ts';
export { BENCH_DEVICE, type BenchCostData, benchToCostData } from './bench-rows.ts';
export {
  COST_DATA,
  type DescribedSource,
  describeSource,
  findDevice,
  findLink,
  mergeCostData,
} from './data/index.ts';
export type * from './data/types.ts';
export { predict } from './predict.ts';
export type * from './prediction.ts';
export {
  type Figure,
  noData,
  type NoData,
  type Provenance,
  quantity,
  type Quantity,
  scale,
  type Status,
  STATUSES,
  sum,
  type Unit,
  weaker,
} from './quantity.ts';
export type * from './scenario.ts';
export { readCostData } from './user-data.ts';
