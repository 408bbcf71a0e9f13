/**
 * Times as distributions. Most work takes the same time whenever it is done; signing with ML-DSA starts again until a
 * candidate passes, and the number of attempts is geometric [FIPS 204 §3.1, Table 1].
 */
import type { MlDsaName } from '../registry/index.ts';
import type { Latency } from './prediction.ts';
import {
  type Figure,
  noData,
  type Provenance,
  quantity,
  type Quantity,
  scale,
  sum,
  weaker,
} from './quantity.ts';

const NOTHING: Provenance = { status: 'measured', because: 'nothing to do' };

/** No time at all. */
export const NO_TIME: Latency = constant(quantity(0, 'ms', NOTHING));

/** Work that takes the same time whenever it is done. */
export function constant(time: Figure<'ms'>): Latency {
  return { mean: time, p50: time, p95: time, p99: time, worst: time };
}

/** Whether a time is the same in every run, as far as is known. */
export function isConstant({ mean, p99, worst }: Latency): boolean {
  return mean === p99 && mean === worst;
}

/** The same time as an estimate: a part of it is left out, which its bounds do not hold. */
export function estimated(time: Latency): Latency {
  const as = (figure: Figure<'ms'>): Figure<'ms'> => scale(figure, 1, 'ms', figure.because, 'estimate');
  if (isConstant(time)) return constant(as(time.mean));
  const { mean, p50, p95, p99, worst } = time;
  return { mean: as(mean), p50: as(p50), p95: as(p95), p99: as(p99), worst: as(worst) };
}

/**
 * One after the other. With one random part the percentiles are exact: those of that part and the constant rest. With
 * several the sum of the percentiles is given, which independent parts do not reach; the lower bound is what they reach
 * at least.
 */
export function inSequence(parts: readonly Latency[], because: string): Latency {
  const random: Latency[] = [];
  const times: Figure<'ms'>[] = [];
  for (const part of parts)
    if (isConstant(part)) times.push(part.mean);
    else random.push(part);
  // Added up once and not for every percentile: most parts are constant.
  const fixed = sum('ms', times, because);
  const [only] = random;
  if (only === undefined || !fixed.known) return constant(fixed);
  if (random.length > 1) return severalInSequence(fixed, random, because);
  const add = (figure: Figure<'ms'>): Figure<'ms'> => sum('ms', [fixed, figure], because);
  return {
    mean: add(only.mean),
    p50: add(only.p50),
    p95: add(only.p95),
    p99: add(only.p99),
    worst: add(only.worst),
  };
}

function severalInSequence(fixed: Quantity<'ms'>, random: readonly Latency[], because: string): Latency {
  const several = `${because}; an upper bound, as ${random.length} parts are random and seldom slow together`;
  const total = (of: keyof Latency, why: string): Figure<'ms'> =>
    sum('ms', [fixed, ...random.map((part) => part[of])], why);
  // At least what one part alone takes, while the constant ones take theirs.
  const least = (of: keyof Latency): number =>
    fixed.low + Math.max(...random.map(({ [of]: figure }) => (figure.known ? figure.low : 0)));
  const bound = (of: keyof Latency): Figure<'ms'> => {
    const upper = total(of, several);
    return upper.known ? { ...upper, low: Math.min(upper.value, least(of)) } : upper;
  };
  const mean = total('mean', because);
  const p50 = bound('p50');
  return {
    mean,
    // The median of a sum of right-skewed times lies between the sum of the medians and that of the means.
    p50: p50.known && mean.known ? { ...p50, high: Math.max(p50.high, mean.high), because } : p50,
    p95: bound('p95'),
    p99: bound('p99'),
    worst: bound('worst'),
  };
}

/** Expected attempts of ML-DSA signing [FIPS 204 Table 1]. */
export const ML_DSA_ATTEMPTS: Readonly<Record<MlDsaName, number>> = {
  'ML-DSA-44': 4.25,
  'ML-DSA-65': 5.1,
  'ML-DSA-87': 3.85,
};

/** The number of attempts that signing exceeds with the given probability only; attempts are geometric. */
export function attemptsExceeded(expected: number, probability: number): number {
  return Math.max(1, Math.ceil(Math.log(probability) / Math.log(1 - 1 / expected)));
}

const PERCENTILES = { p50: 0.5, p95: 0.05, p99: 0.01, worst: 1e-6 } as const;

/** What is known of the time of a rejection-sampled operation, in milliseconds, and of how it was seen. */
export interface SeenSpread {
  readonly mean: Quantity<'ms'>;
  /** The fastest run; as good as one attempt when there were enough of them. */
  readonly min?: number;
  /** The slowest run: never beyond the upper bound of the worst. */
  readonly max?: number;
  readonly p99?: number;
  readonly runs?: number;
}

/** Runs from which the fastest was almost surely one attempt: 0.8^40 is one in ten thousand. */
const ENOUGH_RUNS = 40;

/** The time of one signature is `fixed + each * attempts`. */
interface Fit {
  readonly fixed: number;
  readonly each: number;
  readonly how: string;
  /** Whether it was fitted to a spread that was seen. */
  readonly seen: boolean;
}

function fit(attempts: number, { mean, min, p99, runs = 0 }: SeenSpread): Fit {
  if (min !== undefined && runs >= ENOUGH_RUNS && min < mean.value) {
    const each = (mean.value - min) / (attempts - 1);
    if (each <= min) return { fixed: min - each, each, how: 'least and mean', seen: true };
  }
  if (p99 !== undefined && p99 > mean.value) {
    const each = (p99 - mean.value) / (attemptsExceeded(attempts, PERCENTILES.p99) - attempts);
    if (each * attempts <= mean.value)
      return { fixed: mean.value - each * attempts, each, how: 'mean and 99th percentile', seen: true };
  }
  return {
    fixed: 0,
    each: mean.value / attempts,
    how: 'mean alone, as if all of it were attempts',
    seen: false,
  };
}

/**
 * The time of signing with rejection sampling. Where a percentile was published it is given; the others are those of
 * `fixed + each * attempts`, fitted to what was seen. Fitted to a mean alone they are upper bounds and estimates.
 *
 * @param expected - Mean number of attempts, as {@link ML_DSA_ATTEMPTS} has it.
 */
export function rejection(expected: number, seen: SeenSpread): Latency {
  const { mean } = seen;
  if (!(mean.value > 0)) return constant(mean);
  const fitted = fit(expected, seen);
  const [below, above] = [mean.low / mean.value, mean.high / mean.value];
  // Attempts come whole and the published means are rounded: one attempt less is the lower bound.
  const at = (probability: number): Quantity<'ms'> => {
    const attempts = attemptsExceeded(expected, probability);
    const value = fitted.fixed + fitted.each * attempts;
    const less = fitted.fixed + fitted.each * Math.max(1, attempts - 1);
    const low = fitted.seen ? less : Math.min(less, mean.value);
    return quantity(
      value,
      'ms',
      {
        status: fitted.seen && mean.status !== 'estimate' ? 'derived' : 'estimate',
        sources: mean.sources,
        because: `${mean.because}: ${attempts} attempts, ${expected} on average [FIPS 204 Table 1], fitted to the ${fitted.how}`,
      },
      low * below,
      value * above,
    );
  };
  const p99 =
    seen.p99 === undefined
      ? at(PERCENTILES.p99)
      : quantity(
          seen.p99,
          'ms',
          {
            status: mean.status,
            sources: mean.sources,
            because: `${mean.because}: the 99th percentile that was seen`,
          },
          seen.p99 * below,
          seen.p99 * above,
        );
  const worst = at(PERCENTILES.worst);
  return ordered({
    mean,
    p50: at(PERCENTILES.p50),
    p95: at(PERCENTILES.p95),
    p99,
    worst: { ...worst, high: Math.max(worst.high, seen.max ?? 0) },
  });
}

/** Percentiles from different fits never cross: the later is at least the earlier, and then known no better. */
function ordered({ mean, p50, p95, p99, worst }: Record<keyof Latency, Quantity<'ms'>>): Latency {
  const atLeast = (figure: Quantity<'ms'>, other: Quantity<'ms'>): Quantity<'ms'> =>
    figure.value >= other.value && figure.low >= other.low && figure.high >= other.high
      ? figure
      : {
          ...figure,
          value: Math.max(figure.value, other.value),
          low: Math.max(figure.low, other.low),
          high: Math.max(figure.high, other.high),
          status: figure.value < other.value ? weaker(figure.status, other.status) : figure.status,
        };
  const later = atLeast(p95, p50);
  const late = atLeast(p99, later);
  return { mean, p50, p95: later, p99: late, worst: atLeast(worst, late) };
}

/** Nothing is known of a time, and why. */
export function unknownTime(because: string): Latency {
  return constant(noData('ms', because));
}
