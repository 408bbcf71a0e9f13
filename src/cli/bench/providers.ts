import { setImmediate } from 'node:timers/promises';
import {
  BENCH_OPERATIONS,
  type BenchFailure,
  type BenchOperation,
  type BenchProvider,
  benchRow,
  type BenchRow,
} from '../../cost/index.ts';
import { defaultProvider, isHybridgeError, portableProvider, type Provider } from '../../index.ts';
import type { KeyDescriptor } from '../../registry/index.ts';
import type { Status } from '../progress.ts';
import { heapPerOperation } from './heap.ts';
import { type Operation, operationsOf } from './operations.ts';
import { takeSamples } from './sampling.ts';

/** What is measured in this process. */
export interface ProvidersRun {
  readonly descriptors: readonly KeyDescriptor[];
  /** Milliseconds for an operation in all its rounds. */
  readonly time: number;
  readonly rounds: number;
  readonly status: Status;
}

/** What came of it. */
export interface ProvidersOutcome {
  readonly results: readonly BenchRow[];
  readonly failures: readonly BenchFailure[];
}

/** One operation by one provider, as far as it was measured. */
interface Subject extends Operation {
  readonly provider: BenchProvider;
  readonly rounds: number[][];
}

/** Before the first round, as a share of all of them: engines compile what is used often. */
const WARM_UP = 0.25;

const ORDER: readonly BenchOperation[] = BENCH_OPERATIONS;

const PROVIDERS: readonly (readonly [BenchProvider, () => Provider])[] = [
  ['default', defaultProvider],
  ['portable', portableProvider],
];

/** The operations of an algorithm by both providers, beside each other. */
async function subjectsOf(descriptor: KeyDescriptor, failures: BenchFailure[]): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const [provider, make] of PROVIDERS)
    try {
      for (const operation of await operationsOf(make(), descriptor))
        subjects.push({ ...operation, provider, rounds: [] });
    } catch (error) {
      if (!isHybridgeError(error, 'self_test_failed', 'unsupported')) throw error;
      failures.push({ runtime: 'node', algorithm: descriptor.name, provider, reason: error.message });
    }
  // The two of one operation beside each other: each round of one is compared with that of the other.
  return subjects.sort((a, b) => ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation));
}

async function measure(
  descriptor: KeyDescriptor,
  subjects: readonly Subject[],
  { time, rounds, status }: ProvidersRun,
): Promise<readonly BenchRow[]> {
  for (const { work } of subjects) await takeSamples(work, time * WARM_UP);
  // In turns, and every other round backwards, so that drift of the machine falls on all.
  for (let round = 0; round < rounds; round++)
    for (const { operation, provider, work, rounds: taken } of round % 2 === 0
      ? subjects
      : subjects.toReversed()) {
      status.show(`measuring ${descriptor.name} ${operation}, ${provider}, round ${round + 1} of ${rounds}`);
      // Lets the status be seen and signals arrive.
      await setImmediate();
      taken.push(await takeSamples(work, time / rounds));
    }
  const rows: BenchRow[] = [];
  for (const { operation, statistic, provider, work, rounds: taken } of subjects) {
    const heapBytesPerOperation = await heapPerOperation(work);
    rows.push(
      benchRow({
        algorithm: descriptor.name,
        operation,
        provider,
        runtime: 'node',
        statistic,
        rounds: taken,
        ...(heapBytesPerOperation === undefined ? {} : { heapBytesPerOperation }),
      }),
    );
  }
  return rows;
}

/** Measures the default and the portable provider in this process, in turns. */
export async function measureProviders(run: ProvidersRun): Promise<ProvidersOutcome> {
  const results: BenchRow[] = [];
  const failures: BenchFailure[] = [];
  for (const descriptor of run.descriptors) {
    run.status.show(`making keys of ${descriptor.name}`);
    results.push(...(await measure(descriptor, await subjectsOf(descriptor, failures), run)));
  }
  return { results, failures };
}
