/** Trade-off: bytes of a signature against the time to verify it. */
import { scaleLog } from 'd3-scale';
import { apart, chart, label, legible, mark, type Mark, point, px, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { grouped, implementationText } from './fit.ts';
import { html, type Markup } from './html.ts';
import type { ReportInput, SignaturePoint } from './input.ts';
import { inUnit } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const HEIGHT = 470;
const LEFT = 84;
const RIGHT = 640;
const TOP = 16;
const BOTTOM = 412;

const STATELESS: Mark = mark(0);
const STATEFUL: Mark = mark(3);

interface Place {
  readonly one: SignaturePoint;
  readonly bytes: number;
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

/** Where a scheme stands; nowhere on logarithmic scales without both figures. */
function placeOf(one: SignaturePoint): Place | undefined {
  const { mean } = one.verification.time;
  return one.signature.known && one.signature.value > 0 && mean.known && mean.value > 0
    ? { one, bytes: one.signature.value, ms: mean.value, low: mean.low, high: mean.high }
    : undefined;
}

function scatter(
  points: readonly [SignaturePoint, ...SignaturePoint[]],
  id: string,
  evidence: Evidence,
): Markup {
  const [{ verification }] = points;
  const placed = points.flatMap((one) => placeOf(one) ?? []);
  const x = scaleLog(
    [
      Math.min(...placed.map(({ bytes }) => bytes)) / 1.3,
      Math.max(...placed.map(({ bytes }) => bytes)) * 1.3,
    ],
    [LEFT, RIGHT],
  );
  const y = scaleLog(
    [
      Math.min(...placed.map(({ ms, low }) => (low > 0 ? low : ms))) / 1.3,
      Math.max(...placed.map(({ high }) => high)) * 1.3,
    ],
    [BOTTOM, TOP],
  );
  const heights = apart(
    placed.map(({ ms }) => y(ms)),
    17,
    TOP + 6,
    BOTTOM - 6,
  );
  const name = `Bytes of a signature and time to verify it on ${verification.device.title}`;
  return chart(
    {
      id,
      title: name,
      description: `${placed.length} signature schemes; to the left is smaller, below is faster. Stateful schemes are hollow diamonds. The table below has all of them.`,
      width: WIDTH,
      height: HEIGHT,
      body: [
        legible(x.ticks()).map((tick) => [
          rule('grid', x(tick), TOP, x(tick), BOTTOM),
          label(inUnit(tick, 'bytes'), x(tick), BOTTOM + 20, { anchor: 'middle' }),
        ]),
        legible(y.ticks()).map((tick) => [
          rule('grid', LEFT, y(tick), RIGHT, y(tick)),
          label(inUnit(tick, 'ms'), LEFT - 8, y(tick) + 4, { anchor: 'end' }),
        ]),
        rule('axis', LEFT, BOTTOM, RIGHT, BOTTOM),
        rule('axis', LEFT, TOP, LEFT, BOTTOM),
        label('bytes of the signature, to be sent and stored', (LEFT + RIGHT) / 2, BOTTOM + 42, {
          anchor: 'middle',
        }),
        html`<text transform="translate(18 ${px((TOP + BOTTOM) / 2)}) rotate(-90)" text-anchor="middle"
          >time to verify</text
        >`,
        placed.map(({ bytes, ms, low, high, one }, index) => {
          const height = heights[index] ?? y(ms);
          return [
            html`<path class="grid" d="M${px(x(bytes) + 8)} ${px(y(ms))}L${px(RIGHT + 8)} ${px(height)}" />`,
            low > 0 && high > low ? rule('axis', x(bytes), y(low), x(bytes), y(high)) : undefined,
            point(one.stateful ? STATEFUL : STATELESS, x(bytes), y(ms), one.stateful, 90),
            label(one.label, RIGHT + 12, height + 4, { kind: 'strong' }),
          ];
        }),
      ],
    },
    {
      legend: html`<ul class="legend">
        <li>
          <span class="key"><svg viewBox="0 0 18 12" aria-hidden="true">${point(STATELESS, 9, 6)}</svg></span
          >stateless
        </li>
        <li>
          <span class="key"
            ><svg viewBox="0 0 18 12" aria-hidden="true">${point(STATEFUL, 9, 6, true)}</svg></span
          >stateful: an index used twice breaks the key
        </li>
      </ul>`,
      caption:
        'Both scales are logarithmic; upright lines are error bands. Hashing of what is signed comes on top.',
      table: table({
        caption: `${name}, as numbers`,
        head: ['Scheme', 'Implementation', 'Signature', 'Verify, mean', 'Verify, p99', 'State'],
        rows: points.map((one) => [
          one.label,
          implementationText(one.verification),
          figureCell(evidence, one.signature),
          figureCell(evidence, one.verification.time.mean),
          figureCell(evidence, one.verification.time.p99),
          one.stateful ? 'stateful' : 'stateless',
        ]),
      }),
    },
  );
}

/** A scatter for each device that verifies. */
export function tradeOffSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const groups = grouped(input.signatures, ({ verification }) => verification.device.id).filter((points) =>
    points.some((point) => placeOf(point) !== undefined),
  );
  if (groups.length === 0) return undefined;
  return html`<p class="lede">What a firmware signature costs on the way to the device and on arrival.</p>
    ${groups.map(
      (points, index) =>
        html`<h3>${points[0].verification.device.title}</h3>
          ${scatter(points, `scatter-${index}`, evidence)}`,
    )}`;
}
