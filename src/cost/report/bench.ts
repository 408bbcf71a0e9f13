/** What was measured on a machine of the reader, if a result of `hybridge bench` was given. */
import type { BenchResult, BenchRow } from '../bench-result.ts';
import { type Figure, noData, quantity } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { figureCell, linked } from './figure-cell.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { inUnit, plainNumber } from './numbers.ts';
import { table } from './table.ts';

/** What was measured is a figure like any other. */
function measured<U extends 'bytes' | 'count' | 'ms'>(
  { environment }: BenchResult,
  row: BenchRow,
  value: number | undefined,
  unit: U,
): Figure<U> {
  if (value === undefined) return noData(unit, `Not measured in the runtime ${row.runtime}.`);
  return quantity(value, unit, {
    status: 'measured',
    because: `Measured on ${environment.cpu}, ${environment.platform}, Node ${environment.node}, ${environment.date}: runtime ${row.runtime}, provider ${row.provider}, ${plainNumber(row.samples)} samples.`,
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
      rows: bench.results.map((row) => [
        row.algorithm,
        row.operation,
        row.runtime,
        row.provider,
        html`${linked(evidence, measured(bench, row, row.operationsPerSecond, 'count'))}${
          row.margin === undefined ? undefined : ` ± ${plainNumber(row.margin * 100)} %`
        }`,
        figureCell(evidence, measured(bench, row, row.p50, 'ms')),
        figureCell(evidence, measured(bench, row, row.p99, 'ms')),
        figureCell(evidence, measured(bench, row, row.peakHeapBytes, 'bytes')),
      ]),
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
