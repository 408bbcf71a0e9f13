/** RAM and flash: what is needed against what there is. */
import type { Known } from './data/types.ts';
import type { Need } from './prediction.ts';
import { type Figure, quantity, type Quantity, sum } from './quantity.ts';

/** A number of a profile as a figure. */
export function knownBytes(known: Known, because: string): Quantity<'bytes'> {
  const { value, low, high, status, source } = known;
  return quantity(
    value,
    'bytes',
    { status, sources: source === undefined ? [] : [source], because: known.because ?? because },
    low,
    high,
  );
}

function verdict(
  items: Need['items'],
  total: Figure<'bytes'>,
  capacity: Figure<'bytes'>,
  what: string,
): Pick<Need, 'because' | 'fits'> {
  if (!capacity.known) return { fits: 'unknown', because: capacity.because };
  const has = `${Math.floor(capacity.value)} bytes of ${what}`;
  const least = items.reduce((bytes, { bytes: part }) => bytes + (part.known ? part.low : 0), 0);
  // What is known is too much already, whatever the rest is.
  if (least > capacity.high)
    return { fits: 'no', because: `${Math.ceil(least)} bytes at least, and there are ${has}` };
  if (!total.known) return { fits: 'unknown', because: total.because };
  if (total.high <= capacity.low)
    return { fits: 'yes', because: `${Math.ceil(total.high)} bytes at most, and there are ${has}` };
  return {
    fits: 'unknown',
    because: `${Math.floor(total.low)} to ${Math.ceil(total.high)} bytes, and there are ${has}: data too vague to tell`,
  };
}

/**
 * The verdict on a need: `yes` when its upper bound fits, `no` when its lower bound does not.
 *
 * @param what - `RAM` or `flash`, for the reason.
 */
export function need(items: Need['items'], capacity: Figure<'bytes'>, what: string): Need {
  const total = sum(
    'bytes',
    items.map(({ bytes }) => bytes),
    `${what}: ${items.map(({ label }) => label).join(' + ')}`,
  );
  return { items, total, capacity, ...verdict(items, total, capacity, what) };
}
