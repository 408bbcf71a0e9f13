import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { nodeBinary } from '../../test/runtimes/nodes.ts';
import type { Comparison, Effort } from '../compare.ts';

const NODE_20 = '20.20.2';

function isComparisons(value: unknown): value is readonly Comparison[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one: unknown) => typeof one === 'object' && one !== null && 'ratio' in one && 'subject' in one,
    )
  );
}

/**
 * X-Wing encapsulation on Node 20, whose OpenSSL knows no ML-KEM: the classical half runs natively all the same.
 * `undefined` when that Node cannot be had.
 */
export async function olderNode(effort: Effort): Promise<readonly Comparison[] | undefined> {
  let node: string;
  try {
    node = await nodeBinary(NODE_20);
  } catch {
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hybridge-bench-'));
  try {
    const program = join(folder, 'older-node.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'older-node-main.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile: program,
      logLevel: 'error',
    });
    const { stdout } = await promisify(execFile)(node, [program, String(effort.rounds), String(effort.time)]);
    const comparisons: unknown = JSON.parse(stdout);
    if (!isComparisons(comparisons)) throw new Error(`the bench on Node ${NODE_20} printed ${stdout}`);
    return comparisons;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
