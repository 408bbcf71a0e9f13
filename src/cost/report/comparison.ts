/** Options side by side, and which inputs move the answer most. */
import { scaleLog } from 'd3-scale';
import type { ComparedOption, Comparison, Sensitivity } from '../compare.ts';
import { describeObjective, objective, type ObjectiveName, OBJECTIVES } from '../objectives.ts';
import { bar, chart, label, mark, px, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { quantity, weaker } from '../quantity.ts';
import { factorLink, timesText } from './factor.ts';
import { figureCell } from './figure-cell.ts';
import { verdict } from './fit.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { atBeginning, counted } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const LEFT = 350;
const RIGHT = 770;
const ROW = 34;
const TOP = 12;

function titleOf({ device, link, scenarioTitle }: Comparison): string {
  const where = [device.title, link?.title].filter(
    (name) => name !== undefined && !scenarioTitle.includes(name),
  );
  return [atBeginning(scenarioTitle), ...where].join(', ');
}

function refusedText({ refused }: Comparison): Markup | undefined {
  if (refused.length === 0) return undefined;
  return html`<p>
    Not predicted:
    ${refused.map(({ label: name, because }, index) => `${index === 0 ? '' : '; '}${name}, ${because}`)}.
  </p>`;
}

/** An option without a figure is not compared by it, which is no merit. */
function standing(
  { pareto, dominatedBy, withoutData }: ComparedOption,
  axes: readonly ObjectiveName[],
): string {
  if (!pareto) return `beaten by ${dominatedBy ?? 'another'}`;
  const missing = axes.filter((axis) => withoutData.includes(axis));
  return missing.length === 0
    ? 'not beaten'
    : `not ranked: no data on ${missing.map(describeObjective).join(', ')}`;
}

function optionsTable(
  comparison: Comparison,
  options: readonly ComparedOption[],
  caption: string,
  evidence: Evidence,
): Markup {
  const axes = OBJECTIVES.filter((name) =>
    comparison.options.some(({ prediction }) => objective(prediction, name).known),
  );
  return table({
    caption: `${caption}: ${titleOf(comparison)}`,
    quiet: true,
    head: ['Option', ...axes.map(describeObjective), 'Fits', 'Against the others'],
    rows: options.map((option) => [
      option.label,
      ...axes.map((axis) => figureCell(evidence, objective(option.prediction, axis))),
      verdict(option.prediction.fits),
      standing(option, axes),
    ]),
  });
}

function beatenTable(comparison: Comparison, evidence: Evidence): Markup | undefined {
  const beaten = comparison.options.filter(({ pareto }) => !pareto);
  if (beaten.length === 0) return undefined;
  return html`<details>
    <summary>${counted(beaten.length, 'option')} that another beats</summary>
    ${optionsTable(comparison, beaten, 'Options that another beats', evidence)}
  </details>`;
}

/** The factor as a number with its note. */
function factor(one: Sensitivity, evidence: Evidence): Markup {
  const { input, from, to, objective: name, ratio, status, sources } = one;
  const because = `${describeObjective(name)} with ${to} over that with ${from} (${input}).`;
  return factorLink(
    evidence,
    quantity(ratio, 'count', { status: weaker('derived', status), sources, because }),
  );
}

function inputText({ input, from, to }: Sensitivity): string {
  return `${input}: ${from} to ${to}`;
}

function sensitivityChart(comparison: Comparison, id: string, evidence: Evidence): Markup | undefined {
  const { sensitivity } = comparison;
  if (sensitivity.length === 0) return undefined;
  const most = Math.max(1.1, ...sensitivity.map(({ ratio }) => Math.max(ratio, 1 / ratio)));
  const x = scaleLog([1 / most, most], [LEFT, RIGHT]);
  const bottom = TOP + sensitivity.length * ROW;
  const name = `What moves the answer most: ${titleOf(comparison)}`;
  return chart(
    {
      id,
      title: name,
      description: sensitivity
        .map((one) => `${describeObjective(one.objective)} ${timesText(one.ratio)} when ${inputText(one)}.`)
        .join(' '),
      width: WIDTH,
      height: bottom + 30,
      body: [
        rule('axis', x(1), TOP - 4, x(1), bottom),
        label('less', x(1) - 10, bottom + 20, { anchor: 'end' }),
        label('more', x(1) + 10, bottom + 20),
        sensitivity.map((one, index) => {
          const y = TOP + index * ROW;
          const [left, right] = [x(Math.min(1, one.ratio)), x(Math.max(1, one.ratio))];
          const less = one.ratio < 1;
          return [
            label(describeObjective(one.objective), LEFT - 80, y + 12, { anchor: 'end', kind: 'strong' }),
            label(inputText(one), LEFT - 80, y + 26, { anchor: 'end' }),
            bar(mark(less ? 2 : 1), left, y + 5, Math.max(1, right - left), 18),
            html`<text
              class="strong"
              x="${px(less ? left - 6 : right + 6)}"
              y="${px(y + 18)}"
              text-anchor="${less ? 'end' : 'start'}"
              >${timesText(one.ratio)}</text
            >`,
          ];
        }),
      ],
    },
    {
      caption:
        'Each bar changes one input and leaves the others as they are; the scale is logarithmic. To the left is cheaper.',
      table: table({
        caption: `${name}, as numbers`,
        head: ['Objective', 'Input', 'From', 'To', 'Factor'],
        rows: sensitivity.map((one) => [
          describeObjective(one.objective),
          one.input,
          one.from,
          one.to,
          factor(one, evidence),
        ]),
      }),
    },
  );
}

/** Options and sensitivity of each comparison. */
export function comparisonSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  if (input.comparisons.length === 0) return undefined;
  return html`<p class="lede">
      Among options that no other beats on every count the choice is a matter of what matters; the rest are
      not worth a discussion.
    </p>
    ${input.comparisons.map(
      (comparison, index) =>
        html`<h3>${titleOf(comparison)}</h3>
          ${optionsTable(
            comparison,
            comparison.options.filter(({ pareto }) => pareto),
            'Options that none beats',
            evidence,
          )}${beatenTable(comparison, evidence)}${refusedText(comparison)}${
            comparison.smallestChange === undefined
              ? undefined
              : html`<p>
                  <strong>Smallest change that makes it fit:</strong> ${comparison.smallestChange.change}
                </p>`
          }${sensitivityChart(comparison, `moves-${index}`, evidence)}`,
    )}`;
}
