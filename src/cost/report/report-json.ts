import { describeSource, type DescribedSource } from '../data/index.ts';
import type { FleetAmounts, FleetOutcome } from '../fleet.ts';
import type { Figure } from '../quantity.ts';
import { figuresOf, placedPredictions } from './everything.ts';
import type { ReportInput } from './input.ts';

/** A report as data: what was put in, and what the figures in it cite. */
export interface ReportDocument extends Omit<ReportInput, 'at' | 'data'> {
  /** The day and time that the report speaks for, ISO 8601 in UTC. */
  readonly at: string;
  /** By the id that figures name; those that the data do not describe are absent. */
  readonly sources: Readonly<Record<string, DescribedSource>>;
}

function amountFigures({ up, down, time, energy, airtime, money }: FleetAmounts): readonly Figure[] {
  return [up, down, time, energy, airtime, money];
}

function fleetFigures({ before, plans }: FleetOutcome): readonly Figure[] {
  const years = plans.flatMap(({ total, byYear }) => [total, ...byYear.map(({ amounts }) => amounts)]);
  return [before, ...years].flatMap(amountFigures);
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
export function reportJson({ at, data, ...rest }: ReportInput): ReportDocument {
  const figures = [
    ...placedPredictions({ at, data, ...rest }).flatMap(({ prediction }) =>
      figuresOf(prediction).map(([, figure]) => figure),
    ),
    ...(rest.fleet === undefined ? [] : fleetFigures(rest.fleet)),
    ...rest.signatures.map(({ signature }) => signature),
    ...(rest.checks ?? []).flatMap(({ predicted, measured }) => [predicted, measured]),
  ];
  const ids = new Set(figures.flatMap((figure) => (figure.known ? figure.sources : [])));
  const sources: Record<string, DescribedSource> = {};
  for (const id of ids) {
    const described = describeSource(data, id);
    if (described !== undefined) sources[id] = described;
  }
  return { ...rest, at: at.toISOString(), sources };
}
