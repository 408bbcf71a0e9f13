/** What was predicted beside what was measured of the same thing, where both are known. */
import type { Figure } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { plainNumber } from './numbers.ts';
import { table } from './table.ts';

/** Measured less predicted, and how much that is of what was measured. */
function residual(predicted: Figure, measured: Figure): string {
  if (!predicted.known || !measured.known) return 'no data';
  const difference = measured.value - predicted.value;
  const sign = difference < 0 ? '−' : '+';
  const share =
    measured.value === 0 ? '' : `, ${plainNumber((100 * Math.abs(difference)) / measured.value)} %`;
  return `${plainNumber(measured.value)} − ${plainNumber(predicted.value)} = ${
    difference === 0 ? '0' : `${sign}${plainNumber(Math.abs(difference))}${share}`
  }`;
}

/** Predictions and measurements, with the residuals. */
export function checksSection({ checks = [] }: ReportInput, evidence: Evidence): Markup | undefined {
  if (checks.length === 0) return undefined;
  return html`<p class="lede">
      Done and counted in the same run, and predicted by what the rest of this page was predicted by.
    </p>
    ${table({
      caption: 'Predicted beside measured',
      quiet: true,
      head: ['What', 'Predicted', 'Measured', 'Measured − predicted'],
      rows: checks.map(({ label, predicted, measured }) => [
        label,
        figureCell(evidence, predicted),
        figureCell(evidence, measured),
        residual(predicted, measured),
      ]),
    })}`;
}
