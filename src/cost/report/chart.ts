/** What the charts of the page share: frames with words for those who do not see them, axes, patterns, points. */
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle, type SymbolType } from 'd3-shape';
import { type Content, html, type Markup } from './html.ts';

/** One of the colours of the palette. */
export type Hue = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What sets a series or a part apart from others: a colour, a pattern on areas, a shape at points, dashes on lines. */
export interface Mark {
  readonly hue: Hue;
  readonly pattern: 'cross' | 'dots' | 'fall' | 'level' | 'plain' | 'rise' | 'upright';
  readonly shape: SymbolType;
  readonly dashes: string | undefined;
}

const MARKS: readonly [Mark, ...Mark[]] = [
  { hue: 1, pattern: 'plain', shape: symbolCircle, dashes: undefined },
  { hue: 2, pattern: 'rise', shape: symbolSquare, dashes: '8 3' },
  { hue: 3, pattern: 'upright', shape: symbolTriangle, dashes: '3 3' },
  { hue: 4, pattern: 'fall', shape: symbolDiamond, dashes: '10 3 2 3' },
  { hue: 5, pattern: 'level', shape: symbolCircle, dashes: '1 4' },
  { hue: 6, pattern: 'cross', shape: symbolSquare, dashes: '14 4' },
  { hue: 7, pattern: 'dots', shape: symbolTriangle, dashes: '5 2 1 2 1 2' },
];

/** The mark of the `index`th series; they begin anew after seven. */
export function mark(index: number): Mark {
  return MARKS[index % MARKS.length] ?? MARKS[0];
}

/** A coordinate; hundredths of a pixel are not seen, and cost bytes. */
export function px(value: number): string {
  return Number(value.toFixed(1)).toString();
}

function segment(x1: number, y1: number, x2: number, y2: number): string {
  return `M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}`;
}

/** Lines at 45 degrees, cut at the edges of a rectangle: patterns would need references to definitions. */
function diagonals(x: number, y: number, width: number, height: number, step: number): string {
  let path = '';
  for (let offset = step; offset < width + height; offset += step) {
    const left = Math.max(0, offset - height);
    const right = Math.min(width, offset);
    path += segment(x + left, y + height - (offset - left), x + right, y + height - (offset - right));
  }
  return path;
}

function mirrored(x: number, y: number, width: number, height: number, step: number): string {
  let path = '';
  for (let offset = step; offset < width + height; offset += step) {
    const left = Math.max(0, offset - height);
    const right = Math.min(width, offset);
    path += segment(x + left, y + (offset - left), x + right, y + (offset - right));
  }
  return path;
}

function strokes({ pattern }: Mark, x: number, y: number, width: number, height: number): string {
  const step = 6;
  let path = '';
  switch (pattern) {
    case 'plain':
      return '';
    case 'rise':
      return diagonals(x, y, width, height, step);
    case 'fall':
      return mirrored(x, y, width, height, step);
    case 'cross':
      return diagonals(x, y, width, height, 8) + mirrored(x, y, width, height, 8);
    case 'upright':
      for (let at = step / 2; at < width; at += step) path += segment(x + at, y, x + at, y + height);
      return path;
    case 'level':
      for (let at = 3; at < height; at += 4) path += segment(x, y + at, x + width, y + at);
      return path;
    case 'dots':
      for (let row = 3; row < height; row += 5)
        for (let at = 3; at < width; at += 5) path += segment(x + at, y + row, x + at + 1.5, y + row);
      return path;
  }
}

/** A bar in the colour and with the pattern of a mark. */
export function bar(series: Mark, x: number, y: number, width: number, height: number): Markup {
  // A pattern on a sliver would only cut it up.
  const lines = width > 4 ? strokes(series, x, y, width, height) : '';
  return html`<rect
      class="${width > 4 ? `f${series.hue} edge` : `f${series.hue}`}"
      x="${px(x)}"
      y="${px(y)}"
      width="${px(width)}"
      height="${px(height)}"
    />${lines === '' ? undefined : html`<path class="hatch" d="${lines}" />`}`;
}

/** A point in the colour and shape of a mark. */
export function point({ hue, shape }: Mark, x: number, y: number, hollow = false, size = 64): Markup {
  const path = symbol(shape, size)() ?? '';
  return html`<path
    class="${hollow ? `hollow k${hue}` : `f${hue} edge`}"
    transform="translate(${px(x)} ${px(y)})"
    d="${path}"
  />`;
}

/** Words at a place; `anchor` says which end is there. */
export function label(
  text: string,
  x: number,
  y: number,
  {
    anchor = 'start',
    kind,
  }: { readonly anchor?: 'end' | 'middle' | 'start'; readonly kind?: 'halo' | 'halo strong' | 'strong' } = {},
): Markup {
  return html`<text
    x="${px(x)}"
    y="${px(y)}"
    ${anchor === 'start' ? undefined : html` text-anchor="${anchor}"`}${
      kind === undefined ? undefined : html` class="${kind}"`
    }
    >${text}</text
  >`;
}

/** A straight line. */
export function rule(
  kind: 'axis' | 'grid' | 'limit',
  x1: number,
  y1: number,
  x2: number,
  y2: number,
): Markup {
  return html`<path class="${kind}" d="${segment(x1, y1, x2, y2)}" />`;
}

/** Ticks of a logarithmic scale at 1, 2 and 5 of each decade, for all would cover each other; all within a decade. */
export function legible(ticks: readonly number[]): readonly number[] {
  const round = ticks.filter((tick) => /^[125]e/u.test(tick.toExponential()));
  return round.length < 2 ? ticks : round;
}

/** The places of labels that want the given heights, moved apart so that none covers another; in the same order. */
export function apart(
  wanted: readonly number[],
  gap: number,
  least: number,
  most: number,
): readonly number[] {
  const order = wanted.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let previous = least - gap;
  const placed = order.map(({ place, index }) => {
    previous = Math.max(place, previous + gap);
    return { place: previous, index };
  });
  let limit = most + gap;
  for (const entry of placed.toReversed()) {
    entry.place = Math.min(entry.place, limit - gap);
    limit = entry.place;
  }
  const result = wanted.slice();
  for (const { place, index } of placed) result[index] = place;
  return result;
}

/** One entry of a legend: bars for areas, points and lines for series. */
export interface LegendEntry {
  readonly mark: Mark;
  readonly text: string;
}

/** What the colours and patterns of bars mean. */
export function barLegend(entries: readonly LegendEntry[]): Markup {
  return html`<ul class="legend">
    ${entries.map(
      (entry) =>
        html`<li>
          <span class="key"
            ><svg viewBox="0 0 18 12" aria-hidden="true">${bar(entry.mark, 0, 0, 18, 12)}</svg></span
          >${entry.text}
        </li>`,
    )}
  </ul>`;
}

/** A drawing and the words that stand for it. */
export interface Drawing {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What somebody sees who looks at it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: Content;
}

/** An image with a name and a description. */
export function drawing({ id, title, description, width, height, body }: Drawing): Markup {
  return html`<svg role="img" viewBox="0 0 ${px(width)} ${px(height)}" aria-labelledby="${id}-t ${id}-d">
    <title id="${id}-t">${title}</title>
    <desc id="${id}-d">${description}</desc>
    ${body}
  </svg>`;
}

/** A chart with a legend before it, a caption, and its numbers as a table. */
export function chart(
  image: Drawing,
  {
    legend,
    caption,
    table,
  }: { readonly legend?: Content; readonly caption: Content; readonly table: Markup },
): Markup {
  return html`<figure>
    <div class="chart" tabindex="0" role="region" aria-label="${image.title}">${legend}${drawing(image)}</div>
    <figcaption>${caption}</figcaption>
    <details>
      <summary>The numbers of this chart</summary>
      ${table}
    </details>
  </figure>`;
}
