/** What a fleet comes to as comma-separated values [RFC 4180]: every class in every year, for spreadsheets. */
import { csvCell } from './csv.ts';
import type { FleetAmounts, FleetAxis, FleetClassOutcome, FleetOutcome } from './fleet.ts';
import { type Figure, scale, sum, weaker } from './quantity.ts';
import { FLEET_AXES } from './whatif.ts';

const AXES: readonly FleetAxis[] = ['up', 'down', 'time', 'energy', 'airtime', 'money'];

function lineOf(cells: readonly (number | string)[]): string {
  return `${cells.map((one) => (typeof one === 'number' ? String(one) : csvCell(one))).join(',')}\r\n`;
}

/** What devices that have moved and devices that have not take together, and how it is known. */
function mixed(before: Figure, after: Figure, count: number, share: number): readonly (number | string)[] {
  // A side that no device is on need not be known.
  const parts = [
    ...(share < 1 ? [scale(before, count * (1 - share), before.unit, before.because)] : []),
    ...(share > 0 ? [scale(after, count * share, after.unit, after.because)] : []),
  ];
  const all = parts.length === 1 ? parts[0] : sum(before.unit, parts, 'both together');
  if (all?.known !== true) return ['', '', '', 'no data'];
  const status = parts.length === 1 ? all.status : weaker(all.status, 'derived');
  return [all.value, all.low, all.high, status];
}

function yearOf(
  { class: one, before, after, shares }: FleetClassOutcome,
  index: number,
): readonly (number | string)[] {
  const share = shares[index] ?? 0;
  const amounts = (axis: FleetAxis): readonly [Figure, Figure] => [
    before.perDevice[axis],
    after.perDevice[axis],
  ];
  return [
    one.id,
    one.count,
    one.count * share,
    share < 1 ? before.fits : '',
    share > 0 ? after.fits : '',
    ...AXES.flatMap((axis) => mixed(...amounts(axis), one.count, share)),
  ];
}

/** Columns of an axis: `up bytes`, and its bounds. */
function columnsOf(axis: FleetAxis, unit: FleetAmounts[FleetAxis]['unit']): readonly string[] {
  const name = unit === axis ? axis : `${axis} ${unit}`;
  return [name, `${name} low`, `${name} high`, `${axis} status`];
}

/**
 * The lines, one for each plan, year and class; figures in the units of the axes. They are made as they are asked for:
 * a large fleet has millions.
 *
 * @example
 * ```ts
 * import { fleetCsv, readFleet, whatIf } from 'hybridge/cost';
 *
 * const fleet = readFleet(`
 * years: { from: 2027, to: 2028 }
 * classes:
 *   pump: { device: nrf52840, devices: 9, updates: { perYear: 1, imageBytes: 65536, signatures: [Ed25519] } }
 * plans:
 *   at once: { to: { firmware: [ML-DSA-44] }, schedule: { shares: { 2028: 1 } } }
 * `);
 * for (const line of fleetCsv(whatIf(fleet))) console.log(line.trimEnd());
 * ```
 */
export function* fleetCsv({ years, plans }: FleetOutcome): Generator<string> {
  yield lineOf([
    'plan',
    'year',
    'class',
    'devices',
    'moved',
    'fits before',
    'fits after',
    ...AXES.flatMap((axis) => columnsOf(axis, FLEET_AXES[axis])),
  ]);
  for (const { name, classes } of plans)
    for (const [index, year] of years.entries())
      for (const outcome of classes) yield lineOf([name, year, ...yearOf(outcome, index)]);
}
