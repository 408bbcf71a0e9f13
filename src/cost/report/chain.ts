/** Chain plot: what a server sends by the length of its chain, against the sizes at which something gives way. */
import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Link } from '../data/types.ts';
import type { Prediction } from '../prediction.ts';
import { type Quantity, quantity } from '../quantity.ts';
import type { TlsHandshakeScenario } from '../scenario.ts';
import { apart, chart, label, mark, point, px, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { figureCell, linked } from './figure-cell.ts';
import { grouped } from './fit.ts';
import { type Content, html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { inUnit, plainNumber, scaleFor } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const HEIGHT = 440;
const LEFT = 64;
const RIGHT = 640;
const TOP = 20;
const BOTTOM = 392;

interface Limit {
  readonly name: string;
  /** Beside the plot; the name where it is short. */
  readonly short?: string;
  readonly bytes: Quantity<'bytes'>;
}

/** Sizes that hold for everybody. */
const LIMITS: readonly Limit[] = [
  {
    name: 'advised for the web',
    bytes: quantity(9000, 'bytes', {
      status: 'quoted',
      sources: ['cf2021'],
      because: 'A migration is easiest where six signatures and two public keys stay within 9 kB.',
    }),
  },
  {
    name: 'first window of TCP',
    bytes: quantity(14_600, 'bytes', {
      status: 'derived',
      sources: [],
      because: 'Ten segments of 1,460 bytes may be sent before an acknowledgement [RFC 6928 §2].',
    }),
  },
  {
    name: 'first two windows',
    bytes: quantity(43_800, 'bytes', {
      status: 'derived',
      sources: [],
      because: 'The window doubles with each round trip: 10 and 20 segments of 1,460 bytes [RFC 5681 §3.1].',
    }),
  },
];

/** What goes out at once on this link. */
function limitOf(link: Link): Limit {
  const of = (bytes: number, because: string): Quantity<'bytes'> =>
    quantity(bytes, 'bytes', {
      status: 'derived',
      sources: link.source === undefined ? [] : [link.source],
      because,
    });
  switch (link.kind) {
    case 'stream':
      return {
        name: `first window of ${link.title}`,
        short: 'first window of this link',
        bytes: of(
          link.segmentBytes * link.initialWindowSegments,
          `${link.initialWindowSegments} segments of ${link.segmentBytes} bytes may be sent on ${link.title} before an acknowledgement.`,
        ),
      };
    case 'can-fd':
      return {
        name: `one frame of ${link.title}`,
        short: 'one frame of this link',
        bytes: of(62, 'A frame has 64 bytes of data, of which 2 are a header [ISO 15765-2].'),
      };
    case 'frames':
    case 'lora':
      return {
        name: `one frame of ${link.title}`,
        short: 'one frame of this link',
        bytes: of(link.payloadBytes, `A frame of ${link.title} carries ${link.payloadBytes} bytes.`),
      };
  }
}

function limitsFor(link: Link | undefined): readonly Limit[] {
  if (link === undefined) return LIMITS;
  const own = limitOf(link);
  return LIMITS.some(({ bytes }) => bytes.value === own.bytes.value) ? LIMITS : [...LIMITS, own];
}

interface ChainPoint {
  readonly scenario: TlsHandshakeScenario;
  readonly prediction: Prediction;
}

function pointsOf(predictions: readonly Prediction[]): readonly ChainPoint[] {
  return predictions.flatMap((prediction) =>
    prediction.scenario.kind === 'tls-handshake' ? [{ scenario: prediction.scenario, prediction }] : [],
  );
}

function nameOf({ scenario }: ChainPoint): string {
  return `${scenario.signature} with ${scenario.group}`;
}

interface Plane {
  readonly x: (chain: number) => number;
  readonly y: (bytes: number) => number;
}

/** Words beside the plot, with a thin line to what they name. */
interface SideLabel {
  readonly text: string;
  readonly kind: 'halo' | 'strong';
  readonly from: readonly [number, number];
  readonly leader: string;
}

interface Series {
  readonly drawn: Markup;
  readonly side: SideLabel | undefined;
}

function seriesOf(
  group: readonly [ChainPoint, ...ChainPoint[]],
  text: string,
  index: number,
  { x, y }: Plane,
): Series {
  const places = group
    .toSorted((a, b) => a.scenario.chain - b.scenario.chain)
    .flatMap(({ scenario, prediction: { down } }): (readonly [number, number])[] =>
      down.known ? [[x(scenario.chain), y(down.value)]] : [],
    );
  const style = mark(index);
  const dashes = style.dashes === undefined ? undefined : html` stroke-dasharray="${style.dashes}"`;
  const end = places.at(-1);
  return {
    drawn: html`<path
        class="line k${style.hue}"
        ${dashes}
        d="${line()(places.map(([left, top]) => [left, top])) ?? ''}"
      />${places.map(([left, top]) => point(style, left, top))}`,
    side:
      end === undefined
        ? undefined
        : { text, kind: 'strong', from: [end[0] + 7, end[1]], leader: `line k${style.hue}` },
  };
}

function limitLabel({ name, short = name, bytes }: Limit, { y }: Plane): SideLabel {
  return {
    text: `${plainNumber(bytes.value / 1000)} kB: ${short}`,
    kind: 'halo',
    from: [RIGHT, y(bytes.value)],
    leader: 'axis',
  };
}

function sideLabels(sides: readonly SideLabel[]): readonly Markup[] {
  const heights = apart(
    sides.map(({ from }) => from[1]),
    17,
    TOP + 4,
    BOTTOM - 4,
  );
  return sides.map(({ text, kind, from: [left, top], leader }, index) => {
    const height = heights[index] ?? top;
    return html`<path
        class="${leader}"
        stroke-width="1"
        opacity=".6"
        d="M${px(left)} ${px(top)}L${px(RIGHT + 14)} ${px(height)}"
      />${label(text, RIGHT + 19, height + 4, { kind })}`;
  });
}

function axes(
  longest: number,
  ceiling: number,
  ticks: readonly number[],
  { x, y }: Plane,
): readonly Content[] {
  const unit = scaleFor(ceiling, 'bytes');
  return [
    ticks.map((tick) => [
      rule('grid', LEFT, y(tick), RIGHT, y(tick)),
      label(`${plainNumber(tick / unit.divisor)} ${unit.name}`, LEFT - 8, y(tick) + 4, { anchor: 'end' }),
    ]),
    rule('axis', LEFT, BOTTOM, RIGHT, BOTTOM),
    Array.from({ length: longest + 1 }, (_, chain) => [
      rule('axis', x(chain), BOTTOM, x(chain), BOTTOM + 5),
      label(String(chain), x(chain), BOTTOM + 20, { anchor: 'middle' }),
    ]),
    label('intermediate certificates beside the leaf', (LEFT + RIGHT) / 2, BOTTOM + 40, { anchor: 'middle' }),
  ];
}

function chainTable(
  title: string,
  series: readonly (readonly [ChainPoint, ...ChainPoint[]])[],
  longest: number,
  evidence: Evidence,
): Markup {
  const lengths = Array.from({ length: longest + 1 }, (_, chain) => chain);
  return table({
    caption: `${title}, as numbers`,
    head: ['Signature and group', ...lengths.map((chain) => `${chain} between leaf and root`)],
    rows: series.map((group) => [
      nameOf(group[0]),
      ...lengths.map((chain) => {
        const found = group.find(({ scenario }) => scenario.chain === chain);
        return found === undefined ? 'not asked' : figureCell(evidence, found.prediction.down);
      }),
    ]),
  });
}

function chainPlot(points: readonly [ChainPoint, ...ChainPoint[]], id: string, evidence: Evidence): Markup {
  const [{ scenario: first, prediction }] = points;
  const { link } = prediction;
  const groups = grouped(points, nameOf);
  const oneGroup = points.every(({ scenario }) => scenario.group === first.group);
  const longest = Math.max(1, ...points.map(({ scenario }) => scenario.chain));
  // The least ceiling shows all limits that hold for everybody.
  const most = Math.max(46_000, ...points.map(({ prediction: { down } }) => (down.known ? down.high : 0)));
  const x = scaleLinear([0, longest], [LEFT + 24, RIGHT - 16]);
  const y = scaleLinear([0, most], [BOTTOM, TOP]);
  const plane = { x, y };
  const limits = limitsFor(link);
  const shown = limits.filter(({ bytes }) => bytes.value <= most);
  const series = groups.map((group, index) =>
    seriesOf(group, oneGroup ? group[0].scenario.signature : nameOf(group[0]), index, plane),
  );
  const title = `Bytes from the server by length of the chain${oneGroup ? `, ${first.group}` : ''}${link === undefined ? '' : `, over ${link.title}`}`;
  return chart(
    {
      id,
      title,
      description: `Lines for ${groups.length} choices of signature and group, rising with each intermediate certificate from 0 to ${longest}. Dashed lines mark ${limits.map(({ name, bytes }) => `${inUnit(bytes.value, 'bytes')}, ${name}`).join('; ')}.`,
      width: WIDTH,
      height: HEIGHT,
      body: [
        axes(longest, most, y.ticks(6), plane),
        shown.map(({ bytes }) => rule('limit', LEFT, y(bytes.value), RIGHT, y(bytes.value))),
        series.map(({ drawn }) => drawn),
        sideLabels([
          ...series.flatMap(({ side }) => side ?? []),
          ...shown.map((limit) => limitLabel(limit, plane)),
        ]),
      ],
    },
    {
      caption: html`${title}. Limits:
      ${limits.map(
        ({ name, bytes }, index) => html`${index === 0 ? '' : '; '}${linked(evidence, bytes)} ${name}`,
      )}.${shown.length < limits.length ? ' Limits beyond the height of the plot are not drawn.' : ''}
      A server that sends more than the first window waits for the device once more.`,
      table: chainTable(title, groups, longest, evidence),
    },
  );
}

/** A plot for each link. */
export function chainSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const groups = grouped(pointsOf(input.chains), ({ prediction }) => prediction.link?.id ?? '');
  if (groups.length === 0) return undefined;
  return html`<p class="lede">
      Each certificate of a chain carries a public key and a signature. The length of the chain decides more
      than the choice among post-quantum signatures.
    </p>
    ${groups.map((points, index) => chainPlot(points, `chain-${index}`, evidence))}`;
}
