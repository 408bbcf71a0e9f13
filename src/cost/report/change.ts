/** Before and after: what a device spends today and what it would spend, with the reason behind each number. */
import type { Prediction } from '../prediction.ts';
import type { Figure } from '../quantity.ts';
import { baselineCaveat } from './baseline.ts';
import type { Evidence } from './evidence.ts';
import { factorLink, factorOf, factorReason } from './factor.ts';
import { figureCell } from './figure-cell.ts';
import { implementationText, verdict } from './fit.ts';
import { type Content, html, type Markup } from './html.ts';
import type { Change, ReportInput } from './input.ts';
import { table } from './table.ts';

interface Measure {
  readonly name: string;
  readonly of: (prediction: Prediction) => Figure;
}

/** What the table compares, in the order in which people ask. */
const MEASURES: readonly Measure[] = [
  { name: 'Bytes received', of: ({ down }) => down },
  { name: 'Bytes sent', of: ({ up }) => up },
  { name: 'Time, mean', of: ({ time }) => time.mean },
  { name: 'Time, 99th percentile', of: ({ time }) => time.p99 },
  { name: 'Own CPU time, mean', of: ({ cpu }) => cpu.mean },
  { name: 'RAM at the peak', of: ({ ram }) => ram.total },
  { name: 'Flash', of: ({ flash }) => flash.total },
  { name: 'Time on air', of: ({ airtime }) => airtime },
  { name: 'Energy', of: ({ energy }) => energy },
];

function cell(evidence: Evidence, name: string, before: Figure, after: Figure): Markup {
  const factor = factorOf(before, after, factorReason(name));
  return figureCell(
    evidence,
    after,
    factor === undefined ? undefined : factorLink(evidence, factor, 'times'),
  );
}

function changeTable(change: Change, evidence: Evidence): Markup {
  const { before, after } = change;
  const measures = MEASURES.map(({ name, of }): readonly Content[] => {
    const now = of(before.prediction);
    return [
      name,
      figureCell(evidence, now),
      ...after.map(({ prediction }) => cell(evidence, name, now, of(prediction))),
    ];
  });
  const all = [before, ...after];
  return table({
    caption: `${change.title}: today and after the change`,
    quiet: true,
    head: ['What is counted', `Today: ${before.label}`, ...after.map(({ label }) => label)],
    rows: [
      ...measures,
      ['Fits', ...all.map(({ prediction }) => verdict(prediction.fits))],
      [
        'Implementations',
        ...all.map(({ prediction }) => html`<small>${implementationText(prediction)}</small>`),
      ],
    ],
  });
}

/** One table for each change. */
export function changeSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  if (input.changes.length === 0) return undefined;
  return html`<p class="lede">
      Factors compare with today. A range is the error band of the figure; the word after it says how the
      figure is known, and the number leads to where it comes from.
    </p>
    ${input.changes.map((change) => {
      const caveat = baselineCaveat(change, input.data, evidence);
      return html`<h3>${change.title}</h3>
        ${changeTable(change, evidence)}${caveat === undefined ? undefined : html`<p>${caveat}</p>`}`;
    })}`;
}
