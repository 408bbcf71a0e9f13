import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cache, must } from '../gates/support.ts';

/** One exact version per supported line of Node, so that a run can be repeated. */
export const nodeVersions: readonly string[] = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];

/**
 * The program of one Node line, from the npm registry if it is not in the cache yet.
 *
 * @throws {@link GateFailure} when it cannot be fetched.
 */
export async function nodeBinary(version: string): Promise<string> {
  if (process.version === `v${version}`) return process.execPath;
  // The names under which the `node` package publishes its programs.
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${process.platform}-${process.arch}`;
  const home = join(cache, 'nodes', version);
  const binary = join(home, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
    await must('npm', ['install', ...flags, `${name}@${version}`], { cwd: home });
  }
  return binary;
}
