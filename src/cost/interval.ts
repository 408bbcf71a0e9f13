/** Means and how far they may be off: Student's t at 95 % confidence. */

/** An estimate between its bounds. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How often an interval holds what it is meant to hold. */
const CONFIDENCE = 0.95;

/** The arithmetic mean; of nothing it is not a number. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The variance of the mean of a sample: s²/n. */
function varianceOfMean(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}

/** Even, for Simpson's rule. */
const STEPS = 4096;

/**
 * What a variable of Student's distribution stays below with the given probability, to one part in 4000 for up to
 * 2000 degrees of freedom.
 *
 * With t = √ν tan θ the density becomes proportional to cos^(ν-1) θ, which Simpson's rule integrates from 0 to π/2;
 * the area that is passed on the way is the distribution, without a gamma function.
 *
 * @param probability - Above 0.5 and below 1.
 * @param freedom - Degrees of freedom, 1 or more, whole or not.
 */
export function studentQuantile(probability: number, freedom: number): number {
  const step = Math.PI / 2 / STEPS;
  const height = (index: number): number => Math.cos(index * step) ** (freedom - 1);
  const areas = [0];
  let area = 0;
  for (let index = 0; index < STEPS; index += 2) {
    area += height(index) + 4 * height(index + 1) + height(index + 2);
    areas.push(area);
  }
  const wanted = (2 * probability - 1) * area;
  const after = areas.findIndex((passed) => passed >= wanted);
  const before = areas[after - 1] ?? 0;
  const share = (wanted - before) / ((areas[after] ?? area) - before);
  return Math.sqrt(freedom) * Math.tan(2 * step * (after - 1 + share));
}

function around(value: number, variance: number, freedom: number): Interval {
  if (variance === 0) return { value, low: value, high: value };
  const reach = studentQuantile((1 + CONFIDENCE) / 2, freedom) * Math.sqrt(variance);
  return { value, low: value - reach, high: value + reach };
}

/** The mean of a sample and its interval; `undefined` for fewer than two values, which do not tell how they vary. */
export function intervalOfMean(values: readonly number[]): Interval | undefined {
  if (values.length < 2) return undefined;
  return around(mean(values), varianceOfMean(values), values.length - 1);
}

/**
 * The difference between the means of two independent samples of any variances, and its interval [Welch 1947].
 * `undefined` where one of them has fewer than two values.
 */
export function intervalOfDifference(a: readonly number[], b: readonly number[]): Interval | undefined {
  if (a.length < 2 || b.length < 2) return undefined;
  const ofA = varianceOfMean(a);
  const ofB = varianceOfMean(b);
  const freedom = (ofA + ofB) ** 2 / (ofA ** 2 / (a.length - 1) + ofB ** 2 / (b.length - 1));
  return around(mean(a) - mean(b), ofA + ofB, freedom);
}
