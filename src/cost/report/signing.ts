/** How long signing takes: ML-DSA tries until a signature passes, so that its time is a distribution. */
import { scaleLog } from 'd3-scale';
import type { Latency, Prediction } from '../prediction.ts';
import type { Figure } from '../quantity.ts';
import { chart, label, legible, mark, point, px, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { grouped, implementationText } from './fit.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { figureText, inUnit } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const LEFT = 250;
const RIGHT = 780;
const ROW = 46;
const TOP = 12;

const POINTS: readonly { readonly of: keyof Latency; readonly name: string; readonly index: number }[] = [
  { of: 'p50', name: 'half are faster (p50)', index: 0 },
  { of: 'p95', name: '95 of 100 are faster (p95)', index: 1 },
  { of: 'p99', name: '99 of 100 are faster (p99)', index: 3 },
  { of: 'worst', name: 'worst', index: 2 },
];

function value(figure: Figure): number | undefined {
  return figure.known && figure.value > 0 ? figure.value : undefined;
}

function algorithmOf({ scenario, title }: Prediction): string {
  return scenario.kind === 'operation' ? scenario.algorithm : title;
}

function distribution(
  predictions: readonly [Prediction, ...Prediction[]],
  id: string,
  evidence: Evidence,
): Markup {
  const [{ device }] = predictions;
  const values = predictions.flatMap(({ time }) => POINTS.flatMap(({ of }) => value(time[of]) ?? []));
  const bottom = TOP + predictions.length * ROW;
  const x = scaleLog([Math.min(...values), Math.max(...values) * 1.001], [LEFT, RIGHT]).nice();
  const rows = predictions.map((prediction, index) => {
    const y = TOP + index * ROW + 16;
    const { time } = prediction;
    const at = (figure: Figure): number | undefined => {
      const known = value(figure);
      return known === undefined ? undefined : x(known);
    };
    const [p50, p95, worst] = [at(time.p50), at(time.p95), at(time.worst)];
    return [
      label(algorithmOf(prediction), LEFT - 14, y + 1, { anchor: 'end', kind: 'strong' }),
      label(implementationText(prediction), LEFT - 14, y + 16, { anchor: 'end' }),
      p50 === undefined || worst === undefined ? undefined : rule('axis', p50, y, worst, y),
      p50 === undefined || p95 === undefined
        ? label('no data', LEFT + 6, y + 4)
        : html`<path class="k1" stroke-width="5" opacity=".35" d="M${px(p50)} ${px(y)}H${px(p95)}" />`,
      POINTS.map(({ of, index: series }) => {
        const place = at(time[of]);
        return place === undefined ? undefined : point(mark(series), place, y, false, 80);
      }),
      p50 === undefined ? undefined : label(figureText(time.p50), p50, y + 20, { anchor: 'middle' }),
      worst === undefined || p50 === undefined || worst - p50 < 70
        ? undefined
        : label(figureText(time.worst), worst, y + 20, { anchor: 'middle' }),
    ];
  });
  const name = `Time to sign on ${device.title}`;
  return chart(
    {
      id,
      title: name,
      description: predictions
        .map(
          (prediction) =>
            `${algorithmOf(prediction)} with ${implementationText(prediction)}: half of the signatures within ${figureText(prediction.time.p50)}, 99 of 100 within ${figureText(prediction.time.p99)}, worst ${figureText(prediction.time.worst)}.`,
        )
        .join(' '),
      width: WIDTH,
      height: bottom + 34,
      body: [
        legible(x.ticks()).map((tick) => [
          rule('grid', x(tick), TOP, x(tick), bottom),
          label(inUnit(tick, 'ms'), x(tick), bottom + 20, { anchor: 'middle' }),
        ]),
        rule('axis', LEFT, bottom, RIGHT, bottom),
        rows,
      ],
    },
    {
      legend: html`<ul class="legend">
        ${POINTS.map(
          ({ name: text, index }) =>
            html`<li>
              <span class="key"
                ><svg viewBox="0 0 18 12" aria-hidden="true">${point(mark(index), 9, 6)}</svg></span
              >${text}
            </li>`,
        )}
      </ul>`,
      caption: 'The scale is logarithmic. Steps that always take the same time show as one point.',
      table: table({
        caption: `${name}, as numbers`,
        head: ['Algorithm', 'Implementation', 'Mean', 'p50', 'p95', 'p99', 'Worst'],
        rows: predictions.map((prediction) => [
          algorithmOf(prediction),
          implementationText(prediction),
          ...(['mean', 'p50', 'p95', 'p99', 'worst'] as const).map((of) =>
            figureCell(evidence, prediction.time[of]),
          ),
        ]),
      }),
    },
  );
}

/** A chart for each device that signs. */
export function signingSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const signing = input.fit
    .map(({ prediction }) => prediction)
    .filter(
      ({ scenario, time }) =>
        scenario.kind === 'operation' && scenario.operation === 'sign' && value(time.p50) !== undefined,
    );
  if (signing.length === 0) return undefined;
  return html`<p class="lede">
      ML-DSA signs by trying until a candidate passes. The mean says little to a device with a deadline: plan
      with the slow ones.
    </p>
    ${grouped(signing, ({ device }) => device.id).map(
      (predictions, index) =>
        html`<h3>${predictions[0].device.title}</h3>
          ${distribution(predictions, `signing-${index}`, evidence)}`,
    )}`;
}
