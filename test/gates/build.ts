import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { bundleConstrained } from '../support/constrained-script.ts';
import { cache, dist, filesUnder, freshCache, gate, GateFailure, must, root, sha256 } from './support.ts';

/** Compiles src/ to dist/, and bundles what runs in engines without packages. */

const stamp = join(cache, 'built');
const command = 'dist/cli/main.js';
/** JSON schemas of the files that people write. */
const schemas = 'docs/schemas';

/** Everything the result depends on. */
function inputs(): string {
  const files = [
    ...filesUnder('src', ''),
    ...filesUnder(schemas, ''),
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  return sha256(...files.flatMap((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** Makes dist/ what src/ says: at once where it already is, else from nothing, and in one step at the end. */
export async function build(): Promise<void> {
  const strays = filesUnder('src', '').filter((file) => !file.endsWith('.ts'));
  if (strays.length > 0) {
    throw new GateFailure(`src/ holds what the compiler does not carry to dist/: ${strays.join(', ')}`);
  }
  const wanted = inputs();
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const fresh = freshCache('build');
  await must('tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh]);
  await bundleConstrained(fresh);
  cpSync(join(root, schemas), join(fresh, 'schemas'), { recursive: true });
  rmSync(stamp, { force: true });
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
  if (existsSync(join(root, command))) chmodSync(join(root, command), 0o755);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, wanted);
}

if (import.meta.main) await gate(build);
