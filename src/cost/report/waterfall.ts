/** Waterfall: where the time goes, step by step, today and after a change. */
import { scaleLinear } from 'd3-scale';
import type { Prediction, Step } from '../prediction.ts';
import { bar, barLegend, chart, label, mark, type Mark, px, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { type Content, html, type Markup } from './html.ts';
import type { Change, LabelledPrediction, ReportInput } from './input.ts';
import { figureText, plainNumber, scaleFor } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const LEFT = 250;
const RIGHT = 770;
const ROW = 22;
const HEAD = 34;

const KINDS: Readonly<Record<Step['kind'], { readonly mark: Mark; readonly text: string }>> = {
  cpu: { mark: mark(0), text: 'the device computes' },
  peer: { mark: mark(3), text: 'the other side computes' },
  wire: { mark: mark(1), text: 'bytes move' },
  wait: { mark: mark(5), text: 'waiting: round trips, duty cycle, repetitions' },
};

const LONGEST_LABEL = 38;

function shortened(text: string): string {
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
}

/** Steps that take no time on this link are in the table only. */
function drawn({ steps }: Prediction): readonly Step[] {
  return steps.filter(({ time: { mean } }) => !mean.known || mean.value > 0);
}

function end({ steps, time }: Prediction): number {
  const sum = steps.reduce((total, step) => total + (step.time.mean.known ? step.time.mean.value : 0), 0);
  return Math.max(sum, time.p99.known ? time.p99.value : 0);
}

function panel(
  { label: name, prediction }: LabelledPrediction,
  top: number,
  x: (ms: number) => number,
): Content {
  let from = 0;
  const rows = drawn(prediction).map((step, index) => {
    const y = top + HEAD + index * ROW;
    const { mean, p99 } = step.time;
    const words = label(shortened(step.label), LEFT - 10, y + 14, { anchor: 'end' });
    if (!mean.known) return [words, label('no data', x(from) + 6, y + 14)];
    const start = from;
    from += mean.value;
    const right = p99.known && p99.value > mean.value ? start + p99.value : from;
    const whisker =
      right > from
        ? html`<path class="axis" d="M${px(x(from))} ${px(y + 10)}H${px(x(right))}m0 -4v8" />`
        : undefined;
    return [
      words,
      bar(KINDS[step.kind].mark, x(start), y + 3, Math.max(1.5, x(from) - x(start)), 14),
      whisker,
      label(figureText(mean), Math.min(x(right) + 6, RIGHT + 8), y + 14),
    ];
  });
  return [
    label(name, 0, top + 20, { kind: 'strong' }),
    label(`${figureText(prediction.time.mean)} on average`, LEFT, top + 20, { kind: 'strong' }),
    rows,
  ];
}

function heightOf({ prediction }: LabelledPrediction): number {
  return HEAD + drawn(prediction).length * ROW + 14;
}

function waterfall({ title, before, after }: Change, id: string, evidence: Evidence): Markup {
  const panels = [before, ...after];
  const most = Math.max(1e-3, ...panels.map(({ prediction }) => end(prediction)));
  const unit = scaleFor(most, 'ms');
  const axis = scaleLinear([0, most / unit.divisor], [LEFT, RIGHT]);
  const x = (ms: number): number => axis(ms / unit.divisor);
  let height = 8;
  const tops = panels.map((one) => {
    const top = height;
    height += heightOf(one);
    return top;
  });
  const name = `Where the time goes: ${title}`;
  return chart(
    {
      id,
      title: name,
      description: panels
        .map(
          ({ label: choice, prediction }) =>
            `${choice}: ${prediction.steps.length} steps, ${figureText(prediction.time.mean)} on average, ${figureText(prediction.time.p99)} in the slowest of a hundred.`,
        )
        .join(' '),
      width: WIDTH,
      height: height + 26,
      body: [
        axis
          .ticks(6)
          .map((tick) => [
            rule('grid', axis(tick), 8, axis(tick), height),
            label(`${plainNumber(tick)} ${unit.name}`, axis(tick), height + 18, { anchor: 'middle' }),
          ]),
        panels.map((one, index) => panel(one, tops[index] ?? 0, x)),
        rule('axis', LEFT, height, RIGHT, height),
      ],
    },
    {
      legend: barLegend(Object.values(KINDS)),
      caption:
        'Bars are mean times one after the other; a thin line reaches to the 99th percentile of a step whose time varies.',
      table: table({
        caption: `${name}, as numbers`,
        head: ['Step', 'Choice', 'What happens', 'Mean', '99th percentile'],
        rows: panels.flatMap(({ label: choice, prediction }) =>
          prediction.steps.map((step) => [
            step.label,
            choice,
            KINDS[step.kind].text,
            figureCell(evidence, step.time.mean),
            figureCell(evidence, step.time.p99),
          ]),
        ),
      }),
    },
  );
}

/** A waterfall for each change. */
export function waterfallSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const changes = input.changes.filter(({ before, after }) =>
    [before, ...after].some(({ prediction }) => prediction.steps.length > 0),
  );
  if (changes.length === 0) return undefined;
  return html`<p class="lede">Today above, the choices for tomorrow below, on one scale.</p>
    ${changes.map(
      (change, index) =>
        html`<h3>${change.title}</h3>
          ${waterfall(change, `steps-${index}`, evidence)}`,
    )}`;
}
