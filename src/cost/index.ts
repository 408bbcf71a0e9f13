/** Floor 8: what a migration takes on constrained hardware, predicted with provenance and bounds. */
export {
  type AdviceFamily,
  type AdviceLimits,
  type AdviceQuestion,
  CUSTODIES,
  type Custody,
} from './advise-options.ts';
export { ADVICE_RULES, type AdviceEffect, type AdviceReason, type AdviceRule } from './advise-rules.ts';
export { type Advice, type AdvisedOption, type AdviceVerdict, advise } from './advise.ts';
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
export { calibrate, type CalibratedBoard, type CalibrateOptions, type Calibration } from './calibrate.ts';
export {
  type Budget,
  type BudgetEntry,
  type BudgetOutcome,
  type BudgetResult,
  budgetSchema,
  checkBudget,
  type CheckBudgetOptions,
  type LimitName,
  LIMITS,
  readBudget,
} from './budget.ts';
export {
  certificateBytes,
  type CertificateDescription,
  type ChainCertificate,
  chainCertificates,
  type ChainDescription,
  signatureBytes,
} from './certificate-size.ts';
export {
  type ComparedOption,
  type CompareOption,
  compareOptions,
  type CompareRequest,
  type Comparison,
  type RefusedOption,
  type Sensitivity,
} from './compare.ts';
export {
  COST_DATA,
  type DescribedSource,
  describeSource,
  findDevice,
  findLink,
  mergeCostData,
} from './data/index.ts';
export { CORES, COST_OPERATIONS } from './data/types.ts';
export type * from './data/types.ts';
export { importPqm4, isPqm4Table, type Pqm4Board, type Pqm4Import, type TableLine } from './pqm4.ts';
export { type BusyTimes, energyOf } from './energy.ts';
export { fleetCsv } from './fleet-csv.ts';
export { fleetSchema, readFleet, type ReadFleetOptions } from './fleet-file.ts';
export type * from './fleet.ts';
export { initialWindow } from './links/stream.ts';
export { loraAirtime, type LoraModulation } from './lora.ts';
export { describeObjective, objective, type ObjectiveName, OBJECTIVES } from './objectives.ts';
export { type Input, INPUTS } from './options.ts';
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
export {
  type Change,
  type Check,
  composeReport,
  type FitRow,
  type LabelledPrediction,
  renderReport,
  reportCsv,
  type ReportDocument,
  type ReportedFleet,
  type ReportInput,
  reportJson,
  type ReportRequest,
  type SignaturePoint,
} from './report/index.ts';
export type * from './scenario.ts';
export { STATEFUL_HASH_SETS, statefulHashSet, type StatefulHashSet } from './stateful-hash.ts';
export { coseKeyBytes, coseSign1Bytes, type SuitEnvelope, suitEnvelopeBytes, type SuitHash } from './suit.ts';
export { type TlsBytes, tlsBytes, type TlsFlight, type TlsMessage } from './tls-bytes.ts';
export { TLS_STACKS, type TlsStackName } from './tls-stack.ts';
export { transfer, type Transfer, type TransferOptions, roundTrip } from './transfer.ts';
export { costDataSchema, readCostData, type ReadCostDataOptions } from './user-data.ts';
export { type SmallestChange } from './smallest-change.ts';
export { FLEET_AXES, whatIf, type WhatIfOptions, whatIfWatched, type WhatIfWatched } from './whatif.ts';
