/** Fixed randomness and time, for tests and for reproducing published vectors. Never for keys that matter. */
export { derandomized } from './derandomized.ts';
export { fixedClock } from './fixed-clock.ts';
export { type FixedRandom, fixedRandom } from './fixed-random.ts';
export { seededRandom } from './seeded-random.ts';
