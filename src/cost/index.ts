/** Floor 8: what a migration takes on constrained hardware, predicted with provenance and bounds. */
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
