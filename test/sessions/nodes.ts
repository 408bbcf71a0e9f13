/** Clients of every line of Node.js, each in a process of its own that makes one call after the other. */
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import type { NodeAnswer, NodeCall } from './node-client.ts';

export interface NodeClient {
  readonly version: string;
  readonly call: (call: NodeCall) => Promise<NodeAnswer>;
  readonly stop: () => Promise<void>;
}

/** Whether a line carries OpenSSL 3.5, which has the post-quantum algorithms. */
export function isRecent(version: string): boolean {
  return !version.startsWith('20.');
}

/** Writes the client into a folder, where it finds the built package by its name. */
export async function buildNodeClient(folder: string): Promise<string> {
  const script = join(folder, 'node-client.mjs');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(join(import.meta.dirname, '../..'), join(folder, 'node_modules/hybridge'));
  await build({
    entryPoints: [join(import.meta.dirname, 'node-client.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    // The package, not the sources that tsconfig.json names.
    tsconfigRaw: {},
    logLevel: 'error',
  });
  return script;
}

function isAnswer(value: unknown): value is NodeAnswer {
  return typeof value === 'object' && value !== null && 'answered' in value && 'error' in value;
}

/** Starts a client; it must be stopped. */
export async function startNode(script: string, version: string): Promise<NodeClient> {
  const child = spawn(await nodeBinary(version), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    version,
    async call(call) {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const { value, done } = await lines.next();
      const answer: unknown = done === true ? undefined : JSON.parse(value);
      if (!isAnswer(answer)) throw new Error(`Node ${version} ended`);
      return answer;
    },
    async stop() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** A client of every line. */
export async function startNodes(folder: string): Promise<readonly NodeClient[]> {
  const script = await buildNodeClient(folder);
  return Promise.all(nodeVersions.map((version) => startNode(script, version)));
}
