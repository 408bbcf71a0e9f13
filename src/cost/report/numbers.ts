/** Figures as people read them: three digits that matter, a unit that fits, the same everywhere. */
import type { Figure, Unit } from '../quantity.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How values of about one size are written. */
export interface Scale {
  /** Values from here on are written in this unit. */
  readonly from: number;
  readonly divisor: number;
  readonly name: string;
}

const SCALES: Readonly<Record<Unit, readonly Scale[]>> = {
  bytes: [
    { from: 1e12, divisor: 1e12, name: 'TB' },
    { from: 1e9, divisor: 1e9, name: 'GB' },
    { from: 1e6, divisor: 1e6, name: 'MB' },
    { from: 1e4, divisor: 1e3, name: 'kB' },
    { from: 0, divisor: 1, name: 'B' },
  ],
  count: [{ from: 0, divisor: 1, name: '' }],
  cycles: [
    { from: 1e6, divisor: 1e6, name: 'Mcycles' },
    { from: 1e3, divisor: 1e3, name: 'kcycles' },
    { from: 0, divisor: 1, name: 'cycles' },
  ],
  mJ: [
    { from: 1e9, divisor: 3.6e9, name: 'kWh' },
    { from: 1e3, divisor: 1e3, name: 'J' },
    { from: 0, divisor: 1, name: 'mJ' },
  ],
  money: [{ from: 0, divisor: 1, name: '' }],
  ms: [
    { from: 2 * DAY, divisor: DAY, name: 'days' },
    { from: 2 * HOUR, divisor: HOUR, name: 'h' },
    { from: 2 * MINUTE, divisor: MINUTE, name: 'min' },
    { from: 1000, divisor: 1000, name: 's' },
    { from: 0, divisor: 1, name: 'ms' },
  ],
};

/** How a value of this size is written; an axis takes that of its end. */
export function scaleFor(value: number, unit: Unit): Scale {
  return SCALES[unit].find(({ from }) => value >= from) ?? { from: 0, divisor: 1, name: unit };
}

/** Digits in groups of three. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+(?!\d))/gu, ',');
}

/** A number with three digits that matter, whole from 100 on. */
export function plainNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2);
  if (size >= 99.95) return grouped(value.toFixed(0));
  if (size < 0.001) return value.toExponential(1);
  return Number(value.toPrecision(3)).toString();
}

function inScale(value: number, { divisor }: Scale): string {
  return plainNumber(value / divisor);
}

function withUnit(number: string, { name }: Scale): string {
  return name === '' ? number : `${number}\u00a0${name}`;
}

/** A value in the unit that fits it, as `16 kB` or `3.7 h`. */
export function inUnit(value: number, unit: Unit): string {
  const scale = scaleFor(value, unit);
  return withUnit(inScale(value, scale), scale);
}

/** The bounds as `12.9 to 13.9 kB`, or `undefined` where they would read like the value. */
export function bounds(figure: Figure): string | undefined {
  if (!figure.known || figure.low === figure.high) return undefined;
  const low = inUnit(figure.low, figure.unit);
  const high = inUnit(figure.high, figure.unit);
  if (low === high) return undefined;
  const scale = scaleFor(figure.high, figure.unit);
  return scaleFor(figure.low, figure.unit) === scale || figure.low === 0
    ? `${inScale(figure.low, scale)} to ${high}`
    : `${low} to ${high}`;
}

/** A figure in one line of plain text. */
export function figureText(figure: Figure): string {
  return figure.known ? inUnit(figure.value, figure.unit) : 'no data';
}

/** A day, as 2026-11-22. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** A text as the beginning of a line, where it begins with a plain word. */
export function atBeginning(text: string): string {
  return /^[a-z]+ /u.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** `1 device`, `2 devices`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${plainNumber(count)} ${count === 1 ? one : many}`;
}
