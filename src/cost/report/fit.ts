/** Fit matrix: what each device needs for each thing it is to do, with each implementation, against what it has. */
import { scaleLinear } from 'd3-scale';
import type { Device, Known } from '../data/types.ts';
import type { Need, Prediction } from '../prediction.ts';
import type { Evidence } from './evidence.ts';
import { bar, barLegend, drawing, mark, type Mark, px } from './chart.ts';
import { figureCell, linked } from './figure-cell.ts';
import { type Content, html, join, type Markup } from './html.ts';
import type { FitRow, ReportInput } from './input.ts';
import { atBeginning, figureText, inUnit, plainNumber } from './numbers.ts';
import { cards } from './table.ts';

const WIDTH = 300;
const HEIGHT = 22;
/** The parts of RAM in the order in which a need lists them. What is in use whatever happens is grey. */
const PARTS = [
  { text: 'in use already', mark: mark(5) },
  { text: 'objects: keys, signatures, messages', mark: mark(0) },
  { text: 'stack', mark: mark(1) },
  { text: 'reassembly of messages', mark: mark(2) },
] as const;

const VERDICTS: Readonly<Record<Prediction['fits'], string>> = {
  yes: 'fits',
  no: 'does not fit',
  unknown: 'not known',
};

/** A verdict, as a word with a sign and a colour. */
export function verdict(fits: Prediction['fits']): Markup {
  return html`<span class="verdict fits-${fits}">${VERDICTS[fits]}</span>`;
}

/** What is before the stack are objects, what comes after it is reassembly. */
function partMark({ items }: Need, index: number): Mark {
  const stack = items.findIndex(({ label }) => label === 'stack');
  if (index === 0) return PARTS[0].mark;
  if (index === stack) return PARTS[2].mark;
  return (stack !== -1 && index > stack ? PARTS[3] : PARTS[1]).mark;
}

/** Parts beside each other against the room there is: what stands out to the right of the line does not fit. */
function needBar(id: string, title: string, need: Need): Markup | undefined {
  const { items, total, capacity, because } = need;
  if (!total.known || !capacity.known) return undefined;
  const x = scaleLinear([0, Math.max(total.high, capacity.value)], [1, WIDTH - 1]);
  let from = 0;
  const parts: Markup[] = [];
  items.forEach(({ bytes }, index) => {
    if (!bytes.known || bytes.value === 0) return;
    parts.push(bar(partMark(need, index), x(from), 5, x(from + bytes.value) - x(from), 12));
    from += bytes.value;
  });
  const spread =
    total.high > total.low
      ? html`<path class="axis" d="M${px(x(total.low))} 11H${px(x(total.high))}M${px(x(total.high))} 8v6" />`
      : undefined;
  const end = px(x(capacity.value));
  return drawing({
    id,
    title,
    description: because,
    width: WIDTH,
    height: HEIGHT,
    body: html`<rect
        class="room"
        x="1"
        y="5"
        width="${px(x(capacity.value) - 1)}"
        height="12"
      />${parts}${spread}<path class="axis" stroke-width="2" d="M${end} 1V21" />`,
  });
}

function partsList(evidence: Evidence, { items }: Need): Markup {
  return html`<ul class="parts">
    ${items.map(({ label, bytes }) => html`<li>${label} ${linked(evidence, bytes)}</li>`)}
  </ul>`;
}

function needCell(evidence: Evidence, need: Need, image: Content): Markup {
  const room = html`<span class="of">of ${figureText(need.capacity)}</span>`;
  return html`${image === undefined ? undefined : html`<div class="bar">${image}</div>`}${figureCell(evidence, need.total, room)}${partsList(evidence, need)}`;
}

/** Why a verdict is what it is: what is against it, or else how RAM is enough. */
function reasons({ ram, flash, fits, verdicts }: Prediction): readonly string[] {
  const needs = [ram, flash]
    .filter((need) => fits === 'yes' || need.fits !== 'yes')
    .slice(0, fits === 'yes' ? 1 : 2);
  const refused = verdicts.filter(({ verdict: said }) => said !== 'allow');
  return [
    ...needs.map(({ because }) => because),
    ...refused.map(
      ({ algorithm, verdict: said, because }) => `${algorithm}: policy says ${said}, ${because}`,
    ),
  ];
}

function smallestChangeText({ smallestChange, prediction }: FitRow): Markup | undefined {
  if (smallestChange === undefined)
    return prediction.fits === 'no'
      ? html`<p class="why">No change that was tried makes it fit.</p>`
      : undefined;
  return html`<p class="why">
    <strong>Smallest change that makes it fit:</strong> ${smallestChange.change}
  </p>`;
}

/** Which implementation serves which algorithms; alone where it serves all. */
export function implementationText({ implementations }: Prediction): string {
  const served = new Map<string, Set<string>>();
  for (const [use, name] of Object.entries(implementations)) {
    const algorithms = served.get(name) ?? new Set();
    // A use is an algorithm and an operation.
    served.set(name, algorithms.add(use.slice(0, use.lastIndexOf(' '))));
  }
  const names = [...served.keys()];
  if (names.length === 1) return names.join('');
  return names.map((name) => `${name} for ${[...(served.get(name) ?? [])].join(', ')}`).join('; ');
}

function known({ value, status }: Known): string {
  return `${inUnit(value, 'bytes')} (${status})`;
}

function deviceLine(device: Device): string {
  const { core, megahertz, ramBytes, flashBytes, ramUsed, flashUsed } = device;
  const clock = megahertz === undefined ? 'clock not known' : `${plainNumber(megahertz.value)}\u00a0MHz`;
  return `${core ?? 'core not known'}, ${clock}; RAM ${known(ramBytes)}, of which ${known(ramUsed)} in use; flash ${known(flashBytes)}, of which ${known(flashUsed)} in use. ${device.use}`;
}

/** Things by a key of theirs, in the order in which the keys appear. */
export function grouped<T>(
  things: readonly T[],
  keyOf: (thing: T) => string,
): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return [...groups.values()];
}

/** The fit matrix, device by device. */
export function fitSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  if (input.fit.length === 0) return undefined;
  return html`<p class="lede">
      Whether something fits is a question to an implementation, not to an algorithm: builds of the same one
      differ up to 25 times in memory. Bars show RAM against the room that the device has, the thin line its
      error band.
    </p>
    ${barLegend(PARTS)}${grouped(input.fit, ({ prediction }) => prediction.device.id).map((rows, group) => {
      const [
        {
          prediction: { device },
        },
      ] = rows;
      return html`<h3>${device.title}</h3>
        <p>${deviceLine(device)}</p>
        ${cards({
          caption: `Memory on ${device.title}, by what it does and with which implementation`,
          quiet: true,
          head: ['What it does', 'RAM', 'Flash', 'Verdict'],
          rows: rows.map((row, index) => {
            const { prediction } = row;
            return [
              html`${atBeginning(prediction.title.replace(` on ${device.title}`, ''))}<small
                  >${implementationText(prediction)}</small
                >`,
              needCell(
                evidence,
                prediction.ram,
                needBar(`fit-${group}-${index}`, `RAM of ${prediction.title}`, prediction.ram),
              ),
              needCell(evidence, prediction.flash, undefined),
              html`${verdict(prediction.fits)}
                <p class="why">${join(reasons(prediction), ' ')}</p>
                ${smallestChangeText(row)}`,
            ];
          }),
        })}`;
    })}`;
}
