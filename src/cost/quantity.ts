/**
 * Numbers that say how they are known. Every figure of this floor is a {@link Figure}: a value between two bounds with
 * unit, status, sources and one sentence of reason, or the statement that there is no data. Arithmetic keeps all of it.
 */

/**
 * How a figure is known, best first. A sum is only as well known as its worst part.
 *
 * - `measured`: measured by this project, here or on the user's board, or counted from bytes that were made.
 * - `published`: read at the cited source.
 * - `quoted`: published, but seen only as somebody else's quotation.
 * - `derived`: computed by a stated formula from cited figures.
 * - `estimate`: an assumption, or a figure outside what its formula was validated for.
 */
export const STATUSES = ['measured', 'published', 'quoted', 'derived', 'estimate'] as const;

/** How a figure is known; see {@link STATUSES}. */
export type Status = (typeof STATUSES)[number];

/** What is counted. Times are milliseconds, energies millijoules, money in the currency of the user's prices. */
export type Unit = 'bytes' | 'count' | 'cycles' | 'mJ' | 'money' | 'ms';

/** A known figure. `low <= value <= high`; all three are finite and not negative. */
export interface Quantity<U extends Unit = Unit> {
  readonly known: true;
  readonly value: number;
  /** The least that is plausible. Equal to `value` where it is exact. */
  readonly low: number;
  /** The most that is plausible. */
  readonly high: number;
  readonly unit: U;
  readonly status: Status;
  /** Ids of cost rows (`algorithm:operation:implementation:core`) or of sources, resolved by `describeSource`. */
  readonly sources: readonly string[];
  /** One sentence for a person: where it comes from, or what it was computed from. */
  readonly because: string;
}

/** The statement that nothing is known: never a guess in its place. */
export interface NoData<U extends Unit = Unit> {
  readonly known: false;
  readonly unit: U;
  readonly because: string;
}

/** A quantity, or the statement that there is none. */
export type Figure<U extends Unit = Unit> = Quantity<U> | NoData<U>;

/** How a quantity is known, as {@link quantity} takes it. */
export interface Provenance {
  readonly status: Status;
  readonly sources?: readonly string[];
  readonly because: string;
}

const NO_SOURCES: readonly string[] = [];

/** A known figure; without bounds it is exact. Bounds given in the wrong order or around another value are widened. */
export function quantity<U extends Unit>(
  value: number,
  unit: U,
  { status, sources = NO_SOURCES, because }: Provenance,
  low: number = value,
  high: number = value,
): Quantity<U> {
  return {
    known: true,
    value,
    low: Math.max(0, Math.min(low, value, high)),
    high: Math.max(low, value, high),
    unit,
    status,
    sources,
    because,
  };
}

/** Nothing is known, and why. */
export function noData<U extends Unit>(unit: U, because: string): NoData<U> {
  return { known: false, unit, because };
}

const RANK: Readonly<Record<Status, number>> = {
  measured: 0,
  published: 1,
  quoted: 2,
  derived: 3,
  estimate: 4,
};

/** The less certain of two ways of knowing. */
export function weaker(a: Status, b: Status): Status {
  return RANK[a] >= RANK[b] ? a : b;
}

/** Both lists, each source once: a new list only where neither is all of it, for most figures have the same few. */
export function allSources(sources: readonly string[], more: readonly string[]): readonly string[] {
  if (sources.length === 0) return more;
  if (more.every((source) => sources.includes(source))) return sources;
  return [...new Set([...sources, ...more])];
}

/** The sum; unknown as soon as one part is, for a sum without a part is not the sum. */
export function sum<U extends Unit>(unit: U, parts: readonly Figure<U>[], because: string): Figure<U> {
  let value = 0;
  let low = 0;
  let high = 0;
  let status: Status = 'measured';
  let sources = NO_SOURCES;
  for (const part of parts) {
    if (!part.known) return part;
    value += part.value;
    low += part.low;
    high += part.high;
    status = weaker(status, part.status);
    sources = allSources(sources, part.sources);
  }
  return { known: true, value, low, high, unit, status, sources, because };
}

/** The same figure `factor` times, in another unit if one is named: cycles over a clock are milliseconds. */
export function scale<U extends Unit>(
  figure: Figure,
  factor: number,
  unit: U,
  because: string,
  status: Status = 'measured',
): Figure<U> {
  if (!figure.known) return { known: false, unit, because: figure.because };
  return {
    known: true,
    value: figure.value * factor,
    low: figure.low * factor,
    high: figure.high * factor,
    unit,
    status: weaker(figure.status, status),
    sources: figure.sources,
    because,
  };
}
