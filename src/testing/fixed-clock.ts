import type { Clock } from '../provider/index.ts';

/**
 * A clock that stands still. For tests only.
 *
 * @example
 * ```ts
 * import { fixedClock } from 'hybridge/testing';
 *
 * console.log(fixedClock(new Date('2030-01-01')).now().getUTCFullYear()); // 2030
 * ```
 */
export function fixedClock(date: Date): Clock {
  const time = date.getTime();
  return { now: () => new Date(time) };
}
