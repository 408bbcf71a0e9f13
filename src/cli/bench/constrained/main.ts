/**
 * The script that QuickJS and other Node processes run: `ALGORITHM MILLISECONDS [as-is]`. Measures the portable code
 * and prints one line of JSON. The build bundles it into one file, since QuickJS knows no packages.
 */
import { DEFECTS } from './shims.ts';
import { createNobleProvider } from '../../../providers/noble/index.ts';
import { findByName } from '../../../registry/index.ts';
import { heapInUse, heapPerOperation } from '../heap.ts';
import { operationsOf } from '../operations.ts';
import { takeSamples } from '../sampling.ts';

/** Before the first round, for engines that compile what is used often. */
const WARM_UP = 0.25;

async function measure(name: string, milliseconds: number): Promise<object> {
  const descriptor = findByName(name);
  if (
    descriptor === undefined ||
    !('use' in descriptor) ||
    (descriptor.use !== 'kem' && descriptor.use !== 'signature')
  )
    throw new Error(`no algorithm with keys: ${name}`);
  let peakHeapBytes = heapInUse();
  const look = (): void => {
    peakHeapBytes = Math.max(peakHeapBytes ?? 0, heapInUse() ?? 0) || undefined;
  };
  const operations: object[] = [];
  for (const { operation, statistic, work } of await operationsOf(createNobleProvider(), descriptor)) {
    look();
    if (milliseconds > 0) await takeSamples(work, milliseconds * WARM_UP);
    const samples = milliseconds > 0 ? await takeSamples(work, milliseconds) : [];
    look();
    const heapBytesPerOperation = milliseconds > 0 ? await heapPerOperation(work) : undefined;
    look();
    operations.push({ operation, statistic, samples, heapBytesPerOperation });
  }
  return {
    operations,
    peakHeapBytes,
    peakResidentBytes: typeof process === 'undefined' ? undefined : process.resourceUsage().maxRSS * 1024,
  };
}

const [name = '', milliseconds = '0'] =
  typeof process === 'undefined' ? (globalThis.scriptArgs ?? []).slice(1) : process.argv.slice(2);

measure(name, Number(milliseconds)).then(
  (measured) => {
    console.log(JSON.stringify({ outcome: 'measured', defects: DEFECTS, ...measured }));
  },
  (error: unknown) => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.log(JSON.stringify({ outcome: 'failed', defects: DEFECTS, reason }));
  },
);
