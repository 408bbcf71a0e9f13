/** The first page: what somebody knows who reads nothing else. */
import type { CostData } from '../data/types.ts';
import type { Prediction } from '../prediction.ts';
import { type Figure, type Quantity, sum } from '../quantity.ts';
import { caution, countedWith } from './baseline.ts';
import type { Evidence } from './evidence.ts';
import { linked } from './figure-cell.ts';
import { html, type Markup } from './html.ts';
import type { Change, ReportInput } from './input.ts';
import { counted, factor, plainNumber } from './numbers.ts';

interface Tile {
  readonly number: string;
  readonly text: string;
  /** The section that it is taken from. */
  readonly leads: string;
}

type FigureOf = (prediction: Prediction) => Figure;

function bothWays({ up, down }: Prediction): Figure {
  return sum('bytes', [up, down], 'Bytes sent and bytes received.');
}

/** The largest growth of a figure among all changes, as a factor. */
function largest(changes: readonly Change[], of: FigureOf): number | undefined {
  const ratios = changes.flatMap(({ before, after }) => {
    const now = of(before.prediction);
    return after.flatMap((one) => {
      const then = of(one.prediction);
      return now.known && then.known && now.value > 0 ? [then.value / now.value] : [];
    });
  });
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

function tilesOf(input: ReportInput): readonly Tile[] {
  const { fit, changes, fleet } = input;
  const count = (fits: 'no' | 'unknown' | 'yes'): number =>
    fit.filter(({ prediction }) => prediction.fits === fits).length;
  const tiles: Tile[] = [];
  if (fit.length > 0)
    tiles.push({
      number: `${count('yes')} of ${fit.length}`,
      text: `combinations of device, task and implementation fit; ${count('no')} do not, ${count('unknown')} ${count('unknown') === 1 ? 'is' : 'are'} not known`,
      leads: 'fit',
    });
  const bytes = largest(changes, bothWays);
  if (bytes !== undefined)
    tiles.push({
      number: `×${plainNumber(bytes)}`,
      text: 'bytes sent and received, at most, for the same task as today',
      leads: 'changes',
    });
  const time = largest(changes, ({ time }) => time.p99);
  if (time !== undefined)
    tiles.push({
      number: `×${plainNumber(time)}`,
      text: 'time, at most, at the 99th percentile; between the implementations named below',
      leads: 'changes',
    });
  const ram = largest(changes, ({ ram }) => ram.total);
  if (ram !== undefined)
    tiles.push({ number: `×${plainNumber(ram)}`, text: 'RAM, at most, at the peak', leads: 'changes' });
  for (const { name, byYear } of (fleet?.plans ?? []).slice(0, 2)) {
    const failing = Math.max(0, ...byYear.map(({ notFitting }) => notFitting));
    tiles.push({
      number: plainNumber(failing),
      text: `devices that do not fit in the worst year of the plan ${name}`,
      leads: 'fleet',
    });
  }
  return tiles;
}

interface Option {
  readonly label: string;
  readonly figure: Quantity;
}

function option(evidence: Evidence, { label, figure }: Option, before: Figure, alone: boolean): Markup {
  const times = factor(before, figure);
  const words = [...(times === undefined ? [] : [times]), ...(alone ? [] : [label])].join(', ');
  return html`${linked(evidence, figure)}${words === '' ? undefined : ` (${words})`}`;
}

/** From what to what, or between what and what where there is a choice. */
function move(name: string, { before, after }: Change, evidence: Evidence, of: FigureOf): Markup {
  const now = of(before.prediction);
  const known = after
    .flatMap(({ label, prediction }): readonly Option[] => {
      const figure = of(prediction);
      return figure.known ? [{ label, figure }] : [];
    })
    .toSorted((a, b) => a.figure.value - b.figure.value);
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return html`<li>${name}: no data</li>`;
  const from = html`${name}: from ${linked(evidence, now)} to`;
  const to =
    least.figure.value === most.figure.value
      ? option(evidence, least, now, true)
      : html`${option(evidence, least, now, false)}, at most ${option(evidence, most, now, false)}`;
  return html`<li>${from} ${to}</li>`;
}

const FITS = [
  ['yes', 'fits with'],
  ['no', 'does not fit with'],
  ['unknown', 'not known whether it fits with'],
] as const;

function fitting({ after }: Change): Markup {
  return html`<li>
    ${FITS.flatMap(([fits, words]) => {
      const labels = after.filter(({ prediction }) => prediction.fits === fits).map(({ label }) => label);
      return labels.length === 0 ? [] : [`${words} ${labels.join(', ')}`];
    }).join('; ')}
  </li>`;
}

function finding(change: Change, data: CostData, evidence: Evidence): Markup {
  const caveat = caution(change, data);
  return html`<li>
    <strong>${change.title}</strong>
    <ul>
      ${move('bytes', change, evidence, bothWays)}
      ${move('time at the 99th percentile', change, evidence, ({ time }) => time.p99)}
      ${move('RAM', change, evidence, ({ ram }) => ram.total)}
      <li>counted with: ${countedWith(change)}${caveat === undefined ? undefined : html`. ${caveat}`}</li>
      ${fitting(change)}
    </ul>
  </li>`;
}

const FINDINGS = 12;

/** Tiles and findings. */
export function summarySection(input: ReportInput, evidence: Evidence): Markup {
  const findings = input.changes.slice(0, FINDINGS).map((change) => finding(change, input.data, evidence));
  const left = input.changes.length - findings.length;
  return html`<ul class="tiles">
      ${tilesOf(input).map(
        ({ number, text, leads }) =>
          html`<li>
            <strong><a href="#${leads}">${number}</a></strong
            ><span>${text}</span>
          </li>`,
      )}
    </ul>
    ${
      findings.length === 0
        ? undefined
        : html`<ul class="findings">
              ${findings}
            </ul>
            ${left > 0 ? html`<p>And ${counted(left, 'more change')} below.</p>` : undefined}`
    }`;
}
