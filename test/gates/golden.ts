import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { difference } from './difference.ts';
import { gate, GateFailure, must, root } from './support.ts';

/**
 * The committed files that a command prints. They are not edited: `npm run golden` writes them again, and
 * `--check` fails where one is not what its command prints today.
 */
const golden: readonly {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
}[] = [
  { file: 'docs/standards.md', command: ['node', 'docs/generate-standards.ts'] },
  { file: 'docs/lint.md', command: ['node', 'docs/generate-lint.ts'] },
  ...['bench-result', 'budget', 'cost-data', 'fleet'].map(
    (name) =>
      ({
        file: `docs/schemas/${name}.schema.json`,
        command: ['node', 'docs/generate-schemas.ts', name],
      }) as const,
  ),
  { file: 'docs/cost-validation.md', command: ['node', 'test/cost/print-validation.ts'] },
  { file: 'test/cost/report.golden.html', command: ['node', 'test/cost/print-report.ts'] },
  { file: 'docs/policies.md', command: ['node', 'test/policy/print-document.ts'] },
];

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  if (golden.length === 0) throw new GateFailure('no generated file is listed in test/gates/golden.ts');
  const faults: string[] = [];
  for (const { file, command } of golden) {
    const [program, ...args] = command;
    const path = join(root, file);
    const printed = await must(program, args);
    const wanted = await format(printed, { ...(await resolveConfig(path)), filepath: path });
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (committed === wanted) continue;
    if (check)
      faults.push(`${file} is not what "${command.join(' ')}" prints\n${difference(committed, wanted)}`);
    else writeFileSync(path, wanted);
  }
  if (faults.length > 0)
    throw new GateFailure(`${faults.join('\n')}\nIf the change is meant: npm run golden`);
  console.log(`golden: ${golden.length} files ${check ? 'up to date' : 'written'}`);
}

if (import.meta.main) await gate(main);
