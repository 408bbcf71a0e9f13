import { Bench } from 'tinybench';

/** Something to measure; asynchronous work returns its promise. */
export type Work = () => unknown;

/** One line of the report: a subject against its baseline, measured in turns in the same run. */
export interface Comparison {
  /** Stable name, `area/what`. */
  readonly name: string;
  readonly subject: Measurement;
  readonly baseline: Measurement;
  /** Throughput of the subject over that of the baseline: median over the rounds, with the extremes. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
  /** What the project set itself, where it did. */
  readonly target: number | undefined;
}

/** What was measured of one side. */
export interface Measurement {
  readonly label: string;
  readonly operationsPerSecond: number;
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
}

/** A pair to compare. */
export interface Pair {
  readonly name: string;
  readonly subject: { readonly label: string; readonly work: Work };
  readonly baseline: { readonly label: string; readonly work: Work };
  readonly target?: number;
  /**
   * What stands for a round. The median resists the pauses of a shared machine; work whose cost is random by design,
   * such as ML-DSA signing with its rejected attempts, needs the mean.
   */
  readonly statistic?: 'mean' | 'median';
}

/** How long and how often to measure. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds per side and round. */
  readonly time: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

interface Round {
  readonly operationsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Twenty times the median is no signature with bad luck any more (less than one in a million) but a pause. */
function meanWithoutPauses(samples: readonly number[], p50: number): number {
  const kept = samples.filter((sample) => sample < 20 * p50);
  return kept.reduce((sum, sample) => sum + sample, 0) / kept.length;
}

async function measure(
  { label, work }: Pair['subject'],
  statistic: 'mean' | 'median',
  time: number,
): Promise<Round> {
  const bench = new Bench({ time, warmupTime: Math.min(100, time / 3), throws: true, retainSamples: true });
  bench.add(label, work);
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !('latency' in result))
    throw new Error(`${label}: the measurement did not complete`);
  const typical =
    statistic === 'mean'
      ? meanWithoutPauses(result.latency.samples ?? [], result.latency.p50)
      : result.latency.p50;
  return {
    operationsPerSecond: 1000 / typical,
    p50: result.latency.p50 * 1000,
    p99: result.latency.p99 * 1000,
  };
}

/** Measures both sides in turns, changing who goes first, so that drift of the machine falls on both. */
export async function compare(pair: Pair, effort: Effort): Promise<Comparison> {
  const { statistic = 'median' } = pair;
  const subject: Round[] = [];
  const baseline: Round[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const subjectFirst = round % 2 === 0;
    if (subjectFirst) subject.push(await measure(pair.subject, statistic, effort.time));
    baseline.push(await measure(pair.baseline, statistic, effort.time));
    if (!subjectFirst) subject.push(await measure(pair.subject, statistic, effort.time));
  }
  const ratios = subject.map(
    (round, index) => round.operationsPerSecond / (baseline[index]?.operationsPerSecond ?? Number.NaN),
  );
  const summary = (label: string, rounds: readonly Round[]): Measurement => ({
    label,
    operationsPerSecond: median(rounds.map((round) => round.operationsPerSecond)),
    p50Microseconds: median(rounds.map((round) => round.p50)),
    p99Microseconds: median(rounds.map((round) => round.p99)),
  });
  return {
    name: pair.name,
    subject: summary(pair.subject.label, subject),
    baseline: summary(pair.baseline.label, baseline),
    ratio: { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) },
    target: pair.target,
  };
}

/** One line for a person. */
export function line(comparison: Comparison): string {
  const rate = (measurement: Measurement): string =>
    `${measurement.label} ${measurement.operationsPerSecond.toFixed(0)}/s`;
  const { median: middle, low, high } = comparison.ratio;
  const verdict =
    comparison.target === undefined
      ? ''
      : middle >= comparison.target
        ? `  (target ${comparison.target}: met)`
        : `  (target ${comparison.target}: MISSED)`;
  return `${comparison.name.padEnd(38)} x${middle.toFixed(2)} [${low.toFixed(2)} .. ${high.toFixed(2)}]  ${rate(comparison.subject)}, ${rate(comparison.baseline)}${verdict}`;
}
