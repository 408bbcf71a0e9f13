import { build } from './build.ts';
import { at, gate, GateFailure, isObject, manifest, run, text } from './support.ts';

/** Runs every gate, which is every npm script named `check:…`, and prints one line for each. */

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const workers = 2;

async function runGate(name: string, command: string): Promise<Result> {
  const start = performance.now();
  const { code, stdout, stderr } = await run('sh', ['-c', command], { timeout: 1_800_000 });
  return {
    name,
    passed: code === 0,
    seconds: (performance.now() - start) / 1000,
    output: `${stdout}${stderr}`.trim(),
  };
}

function line({ name, passed, seconds }: Result): string {
  return `${passed ? 'pass' : 'FAIL'}  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s`;
}

await gate(async () => {
  const scripts = at(manifest(), 'scripts');
  if (!isObject(scripts)) throw new GateFailure('package.json has no "scripts" object');
  const wanted = process.argv.slice(2);
  const gates = Object.entries(scripts)
    .filter(([name]) => name.startsWith('check:'))
    .map(([name, command]) => ({ name: name.slice('check:'.length), command: text(command) }))
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (gates.length === 0) throw new GateFailure(`no gate is named ${wanted.join(', ')}`);

  const results: Result[] = [];
  const start = performance.now();
  // Several gates look at dist/. Made once here, it is found fresh by each of them; a build that fails is told by them.
  const built = await build().then(
    () => true,
    () => false,
  );
  const queue = [...gates];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await runGate(next.name, next.command);
      results.push(result);
      console.log(line(result));
    }
  };
  // A failed build would be tried again by each gate: one at a time, so that they do not write over each other.
  await Promise.all(Array.from({ length: built ? workers : 1 }, worker));

  const failed = results.filter(({ passed }) => !passed);
  for (const { name, output } of failed) console.log(`\n--- ${name} ---\n${output}`);
  console.log(`\n${((performance.now() - start) / 1000).toFixed(1)} s`);
  console.log(`gates: ${results.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
});
