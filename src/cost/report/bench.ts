/** What was measured on a machine of the reader, if a result of `hybridge bench` was given. */
import type { BenchResult, BenchRow } from '../bench-result.ts';
import { benchToCostData } from '../bench-rows.ts';
import { mergeCostData } from '../data/index.ts';
import type { CostData } from '../data/types.ts';
import { type Figure, noData, quantity } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import type { PlacedFigure } from './everything.ts';
import { figureCell, linked } from './figure-cell.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { inUnit, plainNumber } from './numbers.ts';
import { table } from './table.ts';

/** The data with what was measured, which figures of this section cite. */
export function dataOf({ data, bench }: ReportInput): CostData {
  return bench === undefined ? data : mergeCostData(data, benchToCostData(bench));
}

/** The row that a measurement makes; the run as a whole where it makes none, as on a core slowed down on purpose. */
function sourcesOf(bench: BenchResult, row: BenchRow): readonly string[] {
  const { rows, sources } = benchToCostData({ ...bench, results: [row] });
  return (rows.length > 0 ? rows : sources).map(({ id }) => id);
}

/** What was measured is a figure like any other. */
function measured<U extends 'bytes' | 'count' | 'ms'>(
  bench: BenchResult,
  row: BenchRow,
  value: number | undefined,
  unit: U,
): Figure<U> {
  if (value === undefined) return noData(unit, `Not measured in the runtime ${row.runtime}.`);
  const { environment } = bench;
  return quantity(value, unit, {
    status: 'measured',
    sources: sourcesOf(bench, row),
    because: `Measured on ${environment.cpu}, ${environment.platform}, Node ${environment.node}, ${environment.date}: runtime ${row.runtime}, provider ${row.provider}, ${plainNumber(row.samples)} samples.`,
  });
}

/** From here on a margin is no bound: the machine did something else. */
const NO_BOUND = 10;

function marginText({ margin }: BenchRow): string | undefined {
  if (margin === undefined) return undefined;
  return margin < NO_BOUND ? ` ± ${plainNumber(margin * 100)} %` : ', no bound';
}

interface Measurements {
  readonly rate: Figure<'count'>;
  readonly p50: Figure<'ms'>;
  readonly p99: Figure<'ms'>;
  readonly heap: Figure<'bytes'>;
}

function measurements(bench: BenchResult, row: BenchRow): Measurements {
  return {
    rate: measured(bench, row, row.operationsPerSecond, 'count'),
    p50: measured(bench, row, row.p50, 'ms'),
    p99: measured(bench, row, row.p99, 'ms'),
    heap: measured(bench, row, row.peakHeapBytes, 'bytes'),
  };
}

/** The same for a table without a page. */
export function benchFigures(bench: BenchResult): readonly PlacedFigure[] {
  return bench.results.flatMap((row) => {
    const { rate, p50, p99, heap } = measurements(bench, row);
    const label = `${row.algorithm} ${row.operation}, ${row.provider} on ${row.runtime}`;
    return [
      { part: 'bench', label, name: 'operations per second', figure: rate },
      { part: 'bench', label, name: 'time p50', figure: p50 },
      { part: 'bench', label, name: 'time p99', figure: p99 },
      { part: 'bench', label, name: 'peak heap', figure: heap },
    ];
  });
}

/** The measurements, those that could not be made, and the machine. */
export function benchSection({ bench }: ReportInput, evidence: Evidence): Markup | undefined {
  if (bench === undefined) return undefined;
  const { environment } = bench;
  return html`<p class="lede">
      Not a constrained device, and not to be scaled to one: what this software does on ${environment.cpu},
      ${plainNumber(environment.cores)} cores, ${inUnit(environment.memoryBytes, 'bytes')} of memory, Node
      ${environment.node}, on ${environment.date.slice(0, 10)}.
    </p>
    ${table({
      caption: 'Times and heap, as measured',
      head: ['Algorithm', 'Operation', 'Runtime', 'Provider', 'Per second', 'p50', 'p99', 'Peak heap'],
      rows: bench.results.map((row) => {
        const { rate, p50, p99, heap } = measurements(bench, row);
        return [
          row.algorithm,
          row.operation,
          row.runtime,
          row.provider,
          html`${linked(evidence, rate)}${marginText(row)}`,
          figureCell(evidence, p50),
          figureCell(evidence, p99),
          figureCell(evidence, heap),
        ];
      }),
    })}${
      bench.failures.length === 0
        ? undefined
        : table({
            caption: 'What could not be measured, or needed help',
            head: ['Runtime', 'Algorithm', 'Why'],
            rows: bench.failures.map(({ runtime, algorithm, reason }) => [
              runtime,
              algorithm ?? 'all',
              reason,
            ]),
          })
    }`;
}
