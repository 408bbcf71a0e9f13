/** Predictions as numbers to be compared and limited: what is wanted small. */
import type { Prediction } from './prediction.ts';
import { type Figure, sum } from './quantity.ts';

/** What options are compared by, in the order of the tables. */
export const OBJECTIVES = ['bytes', 'time', 'ram', 'flash', 'energy', 'airtime'] as const;

/**
 * What options are compared by: bytes in both directions, time at the 99th percentile, RAM and flash in all, energy, and
 * the device's time on air. Less is better.
 */
export type ObjectiveName = (typeof OBJECTIVES)[number];

const NAMES: Readonly<Record<ObjectiveName, string>> = {
  bytes: 'bytes up and down',
  time: 'time at p99',
  ram: 'RAM',
  flash: 'flash',
  energy: 'energy',
  airtime: 'airtime',
};

/**
 * The objective in words, as a table or a message names it.
 *
 * @example
 * ```ts
 * import { describeObjective, OBJECTIVES } from 'hybridge/cost';
 *
 * console.log(OBJECTIVES.map(describeObjective).join(', '));
 * ```
 */
export function describeObjective(name: ObjectiveName): string {
  return NAMES[name];
}

/**
 * The figure of one objective. It stays a figure: where nothing is known there is no number to compare.
 *
 * @example
 * ```ts
 * import { objective, predict } from 'hybridge/cost';
 *
 * const scenario = { kind: 'operation', algorithm: 'ML-DSA-44', operation: 'verify' } as const;
 * const time = objective(predict({ device: 'nrf52840', scenario }), 'time');
 * console.log(time.known ? time.value : time.because);
 * ```
 */
export function objective(prediction: Prediction, name: ObjectiveName): Figure {
  switch (name) {
    case 'bytes':
      return sum('bytes', [prediction.up, prediction.down], 'Bytes up and bytes down.');
    case 'time':
      return prediction.time.p99;
    case 'ram':
      return prediction.ram.total;
    case 'flash':
      return prediction.flash.total;
    case 'energy':
      return prediction.energy;
    case 'airtime':
      return prediction.airtime;
  }
}
