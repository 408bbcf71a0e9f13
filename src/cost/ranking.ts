/**
 * Which implementation comes first where none is named. One serves all operations of an algorithm, for nobody links two;
 * so implementations are ranked over all operations that the algorithm has on the core.
 */
import type { CostRow, Cycles } from './data/types.ts';
import { groupBy } from './group.ts';
import { type Status, STATUSES } from './quantity.ts';

/** Names of implementations, best first. */
export interface Ranking {
  /** By the time of all operations together. */
  readonly fastest: readonly string[];
  /** By the deepest stack of any operation. */
  readonly smallest: readonly string[];
}

/** Bands of rows that do not say theirs: repetition on the same board, another board of the same core, assumptions. */
const BANDS: Readonly<Record<Status, number>> = {
  measured: 0.02,
  published: 0.05,
  quoted: 0.1,
  derived: 0.1,
  estimate: 0.3,
};

/** The cycles of a row between its bounds: those it tells, else those of its status. */
export function boundsOf(cycles: Cycles): { readonly low: number; readonly high: number } {
  const usual = BANDS[cycles.status];
  const { low, high } = cycles.band ?? { low: -usual, high: usual };
  return { low: cycles.mean * (1 + low), high: cycles.mean * (1 + high) };
}

/** The upper bound counts: a vague figure does not win by a little. */
const timeOf = ({ cycles }: CostRow): number | undefined => cycles && boundsOf(cycles).high;
const stackOf = ({ stack }: CostRow): number | undefined => stack?.value;

/** An operation that an implementation has no figure of counts as somewhat worse than the worst that has one. */
const MISSING = 1.25;

interface Candidate {
  readonly name: string;
  /** By operation. */
  readonly rows: ReadonlyMap<string, CostRow>;
  /** How the worst known of its times is known. */
  readonly status: number;
}

function candidates(rows: readonly CostRow[]): readonly Candidate[] {
  return [...groupBy(rows, ({ implementation }) => implementation)].map(([name, own]) => ({
    name,
    rows: new Map(own.map((row) => [row.operation, row])),
    status: Math.max(...own.map(({ cycles }) => STATUSES.indexOf(cycles?.status ?? 'estimate'))),
  }));
}

/** The project that an implementation is built from: `pqclean` of `pqclean/c-Os`. */
export function sourceOf(implementation: string): string {
  return implementation.split('/', 1)[0] ?? implementation;
}

/** Whether another build of the same source, of which more is known, does all that this one does. */
function isSurpassed(one: Candidate, all: readonly Candidate[]): boolean {
  return all.some(
    (other) =>
      other.status < one.status &&
      sourceOf(other.name) === sourceOf(one.name) &&
      [...one.rows.keys()].every((operation) => other.rows.has(operation)),
  );
}

function ranked(
  all: readonly Candidate[],
  costOf: (row: CostRow) => number | undefined,
  together: (costs: readonly number[]) => number,
): readonly string[] {
  const operations = [...new Set(all.flatMap(({ rows }) => [...rows.keys()]))];
  const known = (candidate: Candidate, operation: string): number | undefined => {
    const row = candidate.rows.get(operation);
    return row && costOf(row);
  };
  const worst = operations.map((operation) =>
    Math.max(0, ...all.map((candidate) => known(candidate, operation) ?? 0)),
  );
  return all
    .map((candidate) => ({
      name: candidate.name,
      surpassed: isSurpassed(candidate, all),
      cost: together(
        operations.map((operation, index) => known(candidate, operation) ?? MISSING * (worst[index] ?? 0)),
      ),
    }))
    .sort((a, b) => Number(a.surpassed) - Number(b.surpassed) || a.cost - b.cost)
    .map(({ name }) => name);
}

/** Ranks the implementations that the rows of one algorithm on one core are of. */
export function rank(rows: readonly CostRow[]): Ranking {
  const all = candidates(rows);
  return {
    fastest: ranked(all, timeOf, (times) => times.reduce((sum, time) => sum + time, 0)),
    smallest: ranked(all, stackOf, (stacks) => Math.max(...stacks)),
  };
}
