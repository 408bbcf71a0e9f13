import { type BenchFailure, benchRow, type BenchRow } from '../../cost/index.ts';
import type { KeyAlgorithmName } from '../../registry/index.ts';
import type { Status } from '../progress.ts';
import { type Failed, type Measured, readAnswer } from './answer.ts';
import { type ChildEnded, runChild } from './child.ts';
import type { Launch } from './runtimes.ts';

/** Keeps the engine from being mended, so that what it cannot do by itself is seen. */
const AS_IS = 'as-is';

/** Milliseconds for what should take `expected`: slow engines take longer to load than to measure. */
const patienceFor = (expected: number): number => Math.ceil(300_000 + 20 * expected);

const LONGEST_REASON = 300;

/** What an engine that did not answer left behind: the line that names an error, or how it ended. */
function lastWords({ stdout, stderr, signal, overdue }: ChildEnded, patience: number): string {
  if (overdue) return `it was ended after ${Math.round(patience / 1000)} s without an answer`;
  const lines = `${stderr}\n${stdout}`.split('\n');
  const telling =
    lines.find((line) => /out of memory/iu.test(line)) ?? lines.find((line) => /error/iu.test(line));
  return (telling ?? (signal === undefined ? 'it ended without an answer' : `it was ended by ${signal}`))
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, LONGEST_REASON);
}

async function ask(
  command: readonly string[],
  algorithm: KeyAlgorithmName,
  milliseconds: number,
  ...more: readonly string[]
): Promise<Failed | Measured> {
  const patience = patienceFor(milliseconds);
  const ended = await runChild([...command, algorithm, String(milliseconds), ...more], patience);
  return readAnswer(ended.stdout) ?? { outcome: 'failed', reason: lastWords(ended, patience) };
}

/** Heap limits are looked for in steps of 64 KiB up to 64 MiB. */
const STEP = 64 * 1024;
const STEPS = 1024;

/** The least heap under which every operation of an algorithm works once. */
async function leastHeap(
  limited: (bytes: number) => readonly string[],
  algorithm: KeyAlgorithmName,
): Promise<number | undefined> {
  let tooLittle = 0;
  let enough = STEPS;
  while (enough - tooLittle > 1) {
    const middle = (enough + tooLittle) >> 1;
    const { outcome } = await ask(limited(middle * STEP), algorithm, 0);
    if (outcome === 'measured') enough = middle;
    else tooLittle = middle;
  }
  return enough === STEPS ? undefined : enough * STEP;
}

/** Milliseconds beyond which an algorithm is too slow to look for its least heap: it takes ten times as long. */
const QUICK = 10_000;

/** What is measured outside of this process. */
export interface ConstrainedRun {
  readonly launches: readonly Launch[];
  readonly algorithms: readonly KeyAlgorithmName[];
  /** Milliseconds for an operation in all its rounds. */
  readonly time: number;
  readonly rounds: number;
  readonly status: Status;
}

/** What came of it. */
export interface ConstrainedOutcome {
  readonly results: readonly BenchRow[];
  readonly failures: readonly BenchFailure[];
}

/** An engine that can do an algorithm. */
interface Able {
  readonly launch: Launch;
  readonly algorithm: KeyAlgorithmName;
  readonly peakHeapBytes: number | undefined;
  readonly answers: Measured[];
}

/** Whether an engine can do it by itself, can do it mended, or cannot. */
async function tryOut(
  launch: Launch,
  algorithm: KeyAlgorithmName,
  failures: BenchFailure[],
): Promise<Able | undefined> {
  const { runtime, command, limited } = launch;
  const begun = performance.now();
  const asIs = await ask(command, algorithm, 0, AS_IS);
  if (asIs.outcome === 'failed') {
    const mended = await ask(command, algorithm, 0);
    if (mended.outcome === 'failed') {
      failures.push({ runtime, algorithm, reason: mended.reason });
      return undefined;
    }
    failures.push({
      runtime,
      algorithm,
      reason: `fails in this engine as it is (${asIs.reason}); measured with this mended: ${mended.defects.join('; ')}`,
    });
  }
  const quick = performance.now() - begun < QUICK;
  const peakHeapBytes = limited !== undefined && quick ? await leastHeap(limited, algorithm) : undefined;
  return { launch, algorithm, peakHeapBytes, answers: [] };
}

/** The rows of one algorithm in one engine. */
function rowsOf({ launch: { runtime }, algorithm, peakHeapBytes, answers }: Able): readonly BenchRow[] {
  const [first] = answers;
  if (first === undefined) return [];
  const most = (of: (answer: Measured) => number | undefined): number | undefined => {
    const found = answers.flatMap((answer) => of(answer) ?? []);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  const heap = peakHeapBytes ?? most((answer) => answer.peakHeapBytes);
  const resident = most((answer) => answer.peakResidentBytes);
  return first.operations.map(({ operation, statistic, heapBytesPerOperation }) =>
    benchRow({
      algorithm,
      operation,
      provider: 'portable',
      runtime,
      statistic,
      rounds: answers.flatMap((answer) =>
        answer.operations.flatMap((one) => (one.operation === operation ? [one.samples] : [])),
      ),
      ...(heapBytesPerOperation === undefined ? {} : { heapBytesPerOperation }),
      ...(heap === undefined ? {} : { peakHeapBytes: heap }),
      ...(resident === undefined ? {} : { peakResidentBytes: resident }),
    }),
  );
}

/**
 * Measures the portable code in other engines. A process for every round, and the engines in turns: what the machine
 * does in the meantime falls on all of them, and no process is lucky for all rounds.
 */
export async function measureConstrained({
  launches,
  algorithms,
  time,
  rounds,
  status,
}: ConstrainedRun): Promise<ConstrainedOutcome> {
  const failures: BenchFailure[] = [];
  const results: BenchRow[] = [];
  for (const algorithm of algorithms) {
    const able: Able[] = [];
    for (const launch of launches) {
      status.show(`trying ${algorithm} on ${launch.runtime}`);
      const one = await tryOut(launch, algorithm, failures);
      if (one !== undefined) able.push(one);
    }
    for (let round = 0; round < rounds; round++)
      for (const { launch, answers } of able) {
        status.show(`measuring ${algorithm} on ${launch.runtime}, round ${round + 1} of ${rounds}`);
        const answer = await ask(launch.command, algorithm, time / rounds);
        if (answer.outcome === 'measured') answers.push(answer);
        else failures.push({ runtime: launch.runtime, algorithm, reason: answer.reason });
      }
    results.push(...able.flatMap(rowsOf));
  }
  return { results, failures };
}
