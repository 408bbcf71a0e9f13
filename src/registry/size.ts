import type { Size } from './types.ts';

/** A size, or the most of one that varies, in bytes. */
export function mostBytes(size: Size): number {
  return typeof size === 'number' ? size : size.max;
}
