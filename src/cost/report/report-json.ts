import { describeSource, type DescribedSource } from '../data/index.ts';
import type { FleetOutcome, FleetPlanOutcome } from '../fleet.ts';
import { placedFigures } from './everything.ts';
import type { ReportInput } from './input.ts';

/** A fleet without what each of its classes does, which is far more than all the rest: `whatIf` tells that. */
export interface ReportedFleet extends Omit<FleetOutcome, 'plans'> {
  readonly plans: readonly Omit<FleetPlanOutcome, 'classes'>[];
}

/** A report as data: what was put in, and what the figures in it cite. */
export interface ReportDocument extends Omit<ReportInput, 'at' | 'data' | 'fleet'> {
  readonly fleet?: ReportedFleet;
  /** The day and time that the report speaks for, ISO 8601 in UTC. */
  readonly at: string;
  /** By the id that figures name; those that the data do not describe are absent. */
  readonly sources: Readonly<Record<string, DescribedSource>>;
}

function reported({ plans, ...fleet }: FleetOutcome): ReportedFleet {
  return {
    ...fleet,
    plans: plans.map(({ name, byYear, total, failures, refusals }) => ({
      name,
      byYear,
      total,
      failures,
      refusals,
    })),
  };
}

/**
 * The numbers of a report as one value for `JSON.stringify`, with the rows and sources that they cite.
 *
 * @example
 * ```ts
 * import { COST_DATA, reportJson } from 'hybridge/cost';
 *
 * const empty = { title: '', fit: [], changes: [], chains: [], signatures: [], comparisons: [] };
 * console.log(reportJson({ ...empty, at: new Date('2026-11-22'), data: COST_DATA }).at);
 * ```
 */
export function reportJson(input: ReportInput): ReportDocument {
  const { at, data, fleet, ...rest } = input;
  const ids = new Set(placedFigures(input).flatMap(({ figure }) => (figure.known ? figure.sources : [])));
  const sources: Record<string, DescribedSource> = {};
  for (const id of ids) {
    const described = describeSource(data, id);
    if (described !== undefined) sources[id] = described;
  }
  return {
    ...rest,
    ...(fleet === undefined ? {} : { fleet: reported(fleet) }),
    at: at.toISOString(),
    sources,
  };
}
