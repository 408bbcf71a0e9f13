/** Runs the cases on whatever Node this is and prints one line of JSON; bundled by `every-node.full.test.ts`. */
import { describeProvider, selfTest } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { agreementCases, present } from './agreement-cases.ts';
import { crossUseCases } from './cross-use-cases.ts';
import { inputCases } from './input-cases.ts';

const noble = createNobleProvider();
const native = present(createNativeProvider());
const failures: string[] = [];
const cases = [
  ...inputCases(native),
  ...inputCases(noble),
  ...agreementCases(native, noble),
  ...crossUseCases(native, noble),
];
for (const { title, run } of cases)
  try {
    await run();
  } catch (error) {
    failures.push(`${title}: ${String(error)}`);
  }
const { results } = await selfTest(native);
for (const { primitive, reason } of results)
  if (reason !== undefined) failures.push(`self-test of ${primitive}: ${reason}`);
const served = describeProvider(native).map(({ kind, primitive }) => `${kind} ${primitive}`);
console.log(JSON.stringify({ version: process.version, cases: cases.length, failures, served }));
