/** Amounts of whole fleets, in units that keep the numbers short. */
import type { Figure, Unit } from '../cost/index.ts';

interface Scale {
  readonly unit: string;
  readonly size: number;
}

const SCALES: Readonly<Record<Unit, readonly Scale[]>> = {
  bytes: [
    { unit: 'TB', size: 1e12 },
    { unit: 'GB', size: 1e9 },
    { unit: 'MB', size: 1e6 },
    { unit: 'kB', size: 1e3 },
    { unit: 'bytes', size: 1 },
  ],
  ms: [
    { unit: 'years', size: 365.25 * 86_400_000 },
    { unit: 'h', size: 3_600_000 },
    { unit: 's', size: 1000 },
    { unit: 'ms', size: 1 },
  ],
  mJ: [
    { unit: 'kWh', size: 3.6e9 },
    { unit: 'kJ', size: 1e6 },
    { unit: 'J', size: 1000 },
    { unit: 'mJ', size: 1 },
  ],
  count: [{ unit: '', size: 1 }],
  cycles: [{ unit: 'cycles', size: 1 }],
  money: [{ unit: '', size: 1 }],
};

const short = (number: number): string =>
  number.toLocaleString('en', number >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });

/** `1.24 [1.1..1.4] GB`, or `no data`; bounds that round to the same are left out. */
export function amountText(figure: Figure): string {
  if (!figure.known) return 'no data';
  const { value, low, high } = figure;
  const scales = SCALES[figure.unit];
  const { unit, size } = scales.find((scale) => value >= scale.size) ??
    scales.at(-1) ?? { unit: '', size: 1 };
  const [middle, least, most] = [value, low, high].map((number) => short(number / size));
  const range = least === middle && most === middle ? '' : ` [${least ?? ''}..${most ?? ''}]`;
  return `${middle ?? ''}${range} ${unit}`.trimEnd();
}
