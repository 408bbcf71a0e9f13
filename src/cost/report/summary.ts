/** The first page: what somebody knows who reads nothing else. */
import type { CostData } from '../data/types.ts';
import type { FleetPlanOutcome, FleetYear } from '../fleet.ts';
import type { Prediction } from '../prediction.ts';
import { type Figure, type Quantity, sum } from '../quantity.ts';
import { caution, countedWith } from './baseline.ts';
import type { Evidence } from './evidence.ts';
import { factorLink, factorOf, factorReason } from './factor.ts';
import { linked } from './figure-cell.ts';
import { html, join, type Markup } from './html.ts';
import type { Change, ReportInput } from './input.ts';
import { counted, plainNumber } from './numbers.ts';

interface Tile {
  /** With a link to what it is taken from. */
  readonly number: Markup;
  readonly text: string;
}

function fromSection(id: string, number: string): Markup {
  return html`<a href="#${id}">${number}</a>`;
}

/** What the page counts first. */
interface Measure {
  readonly name: string;
  readonly of: (prediction: Prediction) => Figure;
  /** What its tile says. */
  readonly tile: string;
}

const MEASURES: readonly Measure[] = [
  {
    name: 'bytes',
    of: ({ up, down }) => sum('bytes', [up, down], 'Bytes sent and bytes received.'),
    tile: 'bytes sent and received, at most, for the same task as today',
  },
  {
    name: 'time at the 99th percentile',
    of: ({ time }) => time.p99,
    tile: 'time, at most, at the 99th percentile; between the implementations named below',
  },
  { name: 'RAM', of: ({ ram }) => ram.total, tile: 'RAM, at most, at the peak' },
];

/** The largest factor of a figure among all changes. */
function growth(
  changes: readonly Change[],
  { name, of, tile }: Measure,
  evidence: Evidence,
): readonly Tile[] {
  const options = changes.flatMap(({ title, before, after }) =>
    after.map(({ label, prediction }) =>
      factorOf(
        of(before.prediction),
        of(prediction),
        `${factorReason(name)} The largest of all: ${title}, ${label}.`,
      ),
    ),
  );
  const known = options.filter((factor) => factor !== undefined);
  const [first, ...more] = known;
  if (first === undefined) return [];
  const most = more.reduce((so, factor) => (factor.value > so.value ? factor : so), first);
  const unknown = options.length - known.length;
  return [
    {
      number: factorLink(evidence, most),
      text: `${tile}${unknown === 0 ? '' : `; there is no data for ${unknown} of ${options.length}`}`,
    },
  ];
}

function planTile({ name, byYear }: FleetPlanOutcome): Tile {
  const most = (of: (year: FleetYear) => number): string => plainNumber(Math.max(0, ...byYear.map(of)));
  const unknown = most(({ unknownFit }) => unknownFit);
  return {
    number: fromSection(
      'fleet',
      most(({ notFitting }) => notFitting),
    ),
    text: `devices that do not fit in the worst year of the plan ${name}${unknown === '0' ? '' : `; of up to ${unknown} it is not known`}`,
  };
}

function tilesOf(input: ReportInput, evidence: Evidence): readonly Tile[] {
  const { fit, changes, fleet } = input;
  const count = (fits: 'no' | 'unknown' | 'yes'): number =>
    fit.filter(({ prediction }) => prediction.fits === fits).length;
  const fitting: Tile = {
    number: fromSection('fit', `${count('yes')} of ${fit.length}`),
    text: `combinations of device, task and implementation fit; ${count('no')} do not, ${count('unknown')} ${count('unknown') === 1 ? 'is' : 'are'} not known`,
  };
  return [
    ...(fit.length === 0 ? [] : [fitting]),
    ...MEASURES.flatMap((measure) => growth(changes, measure, evidence)),
    ...(fleet?.plans ?? []).slice(0, 2).map(planTile),
  ];
}

interface Option {
  readonly label: string;
  readonly figure: Quantity;
}

/** From what to what, or between what and what where there is a choice; what is not known is in neither. */
function move({ before, after }: Change, { name, of }: Measure, evidence: Evidence): Markup {
  const now = of(before.prediction);
  const figures = after.map(({ label, prediction }) => ({ label, figure: of(prediction) }));
  const known = figures
    .flatMap(({ label, figure }): readonly Option[] => (figure.known ? [{ label, figure }] : []))
    .toSorted((a, b) => a.figure.value - b.figure.value);
  const unknown = figures.flatMap(({ label, figure }) => (figure.known ? [] : [label]));
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return html`<li>${name}: no data</li>`;
  const to = ({ figure }: Option, ...labels: readonly string[]): Markup => {
    const factor = factorOf(now, figure, factorReason(name));
    const words = [...(factor === undefined ? [] : [factorLink(evidence, factor)]), ...labels];
    return html`${linked(evidence, figure)}${words.length === 0 ? undefined : html` (${join(words, ', ')})`}`;
  };
  return html`<li>
    ${name}: from ${linked(evidence, now)} to
    ${
      least.figure.value === most.figure.value
        ? to(least)
        : html`${to(least, least.label)}, at most ${to(most, most.label)}`
    }${unknown.length === 0 ? undefined : `; no data with ${unknown.join(', ')}`}
  </li>`;
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
      ${MEASURES.map((measure) => move(change, measure, evidence))}
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
      ${tilesOf(input, evidence).map(
        ({ number, text }) => html`<li><strong>${number}</strong><span>${text}</span></li>`,
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
