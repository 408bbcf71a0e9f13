/** Figures as people read them: the value, its bounds, how it is known. */
import type { Figure, Quantity, Unit } from '../cost/index.ts';

const UNIT: Readonly<Record<Unit, string>> = {
  bytes: 'bytes',
  count: '',
  cycles: 'cycles',
  mJ: 'mJ',
  money: '',
  ms: 'ms',
};

/** Three digits that count, and whole numbers above a hundred. */
function digits(value: number, round: (value: number) => number): string {
  if (value === 0) return '0';
  const decimals = value >= 100 ? 0 : Math.min(6, 2 - Math.floor(Math.log10(value)));
  const factor = 10 ** decimals;
  return (round(value * factor) / factor).toLocaleString('en', { maximumFractionDigits: decimals });
}

/** One number of a figure: bytes and counts are whole, the others rounded. */
export function numberText(value: number, unit: Unit, round: (value: number) => number = Math.round): string {
  return unit === 'bytes' || unit === 'count' ? round(value).toLocaleString('en') : digits(value, round);
}

function spread({ value, low, high, unit }: Quantity): string {
  if (low === value && high === value) return '';
  // Bounds are rounded outwards, and small noise of arithmetic is none.
  const floor = (number: number): number => Math.floor(number + 1e-9);
  const ceil = (number: number): number => Math.ceil(number - 1e-9);
  return ` [${numberText(low, unit, floor)}..${numberText(high, unit, ceil)}]`;
}

/** `106 [91.8..153] ms`, or `no data`. */
export function figureText(figure: Figure): string {
  if (!figure.known) return 'no data';
  return `${numberText(figure.value, figure.unit)}${spread(figure)} ${UNIT[figure.unit]}`.trimEnd();
}

/** How it is known; empty where it is not. */
export function statusText(figure: Figure): string {
  return figure.known ? figure.status : '';
}
