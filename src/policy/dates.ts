import { HybridgeError } from '../bytes/index.ts';
import type { IsoDate } from './types.ts';

const DAY = 86_400_000;

/** Whether a text is a day that the calendar has, written `YYYY-MM-DD`. */
export function isIsoDate(text: string): text is IsoDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const start = Date.parse(text);
  // Some engines roll 31 February over into March instead of refusing it.
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(text);
}

/** The first millisecond of a day, in UTC. */
export function startOf(date: IsoDate): number {
  return Date.parse(date);
}

/** The first millisecond after a day, in UTC. */
export function endOf(date: IsoDate): number {
  return Date.parse(date) + DAY;
}

/** The day that begins at an instant, which is one that `startOf` or `endOf` gave. */
export function dayOf(instant: number): IsoDate | undefined {
  const day = new Date(instant).toISOString().slice(0, 10);
  return isIsoDate(day) ? day : undefined;
}

/** The day before the one that begins at an instant. */
export function dayBefore(instant: number): IsoDate | undefined {
  return dayOf(instant - DAY);
}

/** The milliseconds of a date. @throws HybridgeError `invalid_argument` for `Invalid Date`. */
export function instantOf(at: Date): number {
  const instant = at.getTime();
  if (Number.isNaN(instant))
    throw new HybridgeError('invalid_argument', 'policy: the date asked about is not a date', {
      fault: 'caller',
    });
  return instant;
}
