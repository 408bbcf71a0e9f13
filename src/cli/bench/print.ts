import {
  type BenchComparison,
  type BenchEnvironment,
  type BenchFailure,
  benchOperationTitle,
  type BenchResult,
  type BenchRow,
} from '../../cost/index.ts';
import { printLine, printTable } from '../outcome.ts';

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(2) : perSecond.toFixed(0);
}

function milliseconds(time: number): string {
  return time < 10 ? time.toFixed(3) : time.toFixed(1);
}

function plusMinus({ margin }: BenchRow): string {
  if (margin === undefined) return '-';
  const percent = margin * 100;
  return percent < 1000 ? `${percent.toFixed(percent < 10 ? 1 : 0)} %` : 'no bound';
}

function bytes(count: number | undefined): string {
  if (count === undefined) return '-';
  if (count < 10_240) return `${count} B`;
  const kibibytes = count / 1024;
  return kibibytes < 10_240 ? `${kibibytes.toFixed(0)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

function printEnvironment({ cpu, cores, platform, load, ...versions }: BenchEnvironment): void {
  const { node, openssl, v8, quickjs } = versions;
  const engines = [`Node ${node}`, `OpenSSL ${openssl}`, `V8 ${v8}`];
  if (quickjs !== undefined) engines.push(`QuickJS ${quickjs}`);
  printLine(`${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${platform}; ${engines.join(', ')}`);
  printLine(`load ${load.map((average) => average.toFixed(2)).join(' ')} when it began`);
}

function printProviders(rows: readonly BenchRow[]): void {
  printTable([
    ['algorithm', 'operation', 'provider', 'per second', '+-', 'p50 ms', 'p99 ms', 'heap each'],
    ...rows.map((row) => [
      row.algorithm,
      benchOperationTitle(row.operation),
      row.provider,
      rate(row.operationsPerSecond),
      plusMinus(row),
      milliseconds(row.p50),
      milliseconds(row.p99),
      bytes(row.heapBytesPerOperation),
    ]),
  ]);
}

function printRuntimes(rows: readonly BenchRow[]): void {
  printLine('');
  printTable([
    ['portable code', 'operation', 'runtime', 'p50 ms', '+-', 'p99 ms', 'peak heap', 'resident'],
    ...rows.map((row) => [
      row.algorithm,
      benchOperationTitle(row.operation),
      row.runtime,
      milliseconds(row.p50),
      plusMinus(row),
      milliseconds(row.p99),
      bytes(row.peakHeapBytes),
      bytes(row.peakResidentBytes),
    ]),
  ]);
}

/** One line for each reason, however many algorithms it is of. */
function printFailures(failures: readonly BenchFailure[]): void {
  const together = new Map<string, string[]>();
  for (const { runtime, algorithm, provider, reason } of failures) {
    const where = provider === undefined ? runtime : `${provider} on ${runtime}`;
    const title = `${where}: ${reason}`;
    const names = together.get(title) ?? [];
    if (algorithm !== undefined) names.push(algorithm);
    together.set(title, names);
  }
  if (together.size === 0) return;
  printLine('');
  printLine('failed or needed help:');
  for (const [title, names] of together)
    printLine(`  ${title}${names.length === 0 ? '' : ` (${names.join(', ')})`}`);
}

/** What was measured, for a person. */
export function printBench({ environment, results, failures }: BenchResult): void {
  printEnvironment(environment);
  const here = results.filter(({ runtime }) => runtime === 'node');
  if (here.length > 0) printProviders(here);
  const elsewhere = results.filter(({ runtime }) => runtime !== 'node');
  if (elsewhere.length > 0) printRuntimes(elsewhere);
  printFailures(failures);
}

/** Ratios with their intervals, for a person. */
export function printComparison({ ratios, missing, added, differences, failBelow }: BenchComparison): void {
  printTable([
    ['algorithm', 'operation', 'provider', 'runtime', 'baseline', 'now', 'ratio', '95 % interval', ''],
    ...ratios.map((row) => [
      row.algorithm,
      benchOperationTitle(row.operation),
      row.provider,
      row.runtime,
      `${rate(row.baseline)}/s`,
      `${rate(row.subject)}/s`,
      row.ratio.toFixed(3),
      row.interval === undefined
        ? 'unknown: one round'
        : `${row.interval.low.toFixed(3)} to ${row.interval.high.toFixed(3)}`,
      row.verdict === undefined || failBelow === undefined ? '' : verdictWords(row.verdict, failBelow),
    ]),
  ]);
  for (const title of missing) printLine(`no longer measured: ${title}`);
  for (const title of added) printLine(`not in the baseline: ${title}`);
  for (const difference of differences) printLine(`differs besides the code: ${difference}`);
}

function verdictWords(verdict: NonNullable<BenchComparison['verdict']>, failBelow: number): string {
  switch (verdict) {
    case 'below':
      return `BELOW ${failBelow}`;
    case 'reached':
      return `at least ${failBelow}`;
    case 'undecided':
      return `undecided at ${failBelow}: more rounds would tell`;
  }
}
