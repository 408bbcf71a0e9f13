import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import { report } from '../support/tally.ts';
import { newKeys } from './keys.ts';
import type { PolicyOutcome } from './options-exercise.ts';
import type { Keys } from './posture-cases.ts';

interface Answer {
  readonly outcomes: Readonly<Record<string, PolicyOutcome>>;
  readonly refused: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'hybridge-options-'));
const script = join(folder, 'exercise.mjs');
let keys: Keys;
beforeAll(async () => {
  keys = await newKeys();
  await build({
    entryPoints: [join(import.meta.dirname, 'options-exercise.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function ask(version: string): Promise<Answer> {
  const child = spawn(await nodeBinary(version), [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  child.stdin.end(JSON.stringify(keys));
  return JSON.parse(await text(child.stdout)) as Answer;
}

describe('tlsOptions in every line of Node.js', () => {
  it.each(nodeVersions.filter((version) => !version.startsWith('20.')))(
    '%s has what policies ask for',
    async (version) => {
      const { outcomes, refused } = await ask(version);
      expect(refused).toEqual([]);
      const got = Object.fromEntries(Object.entries(outcomes).map(([name, outcome]) => [name, outcome.got]));
      expect(got).toMatchObject({
        'hybrid-preferred': 'X25519MLKEM768 ML-DSA-65',
        'hybrid-required': 'X25519MLKEM768 ML-DSA-65',
        'pq-only': 'MLKEM768 ML-DSA-65',
        'cnsa-2.0': expect.stringContaining('policy_refused') as string,
        'nist-ir-8547': 'MLKEM768 ML-DSA-65',
      });
      report(`tlsOptions on Node.js ${version}: ${String(Object.keys(got).length)} policies`);
    },
  );

  it.each(nodeVersions.filter((version) => version.startsWith('20.')))(
    '%s is classical where the policy allows it, and refuses otherwise',
    async (version) => {
      const { outcomes, refused } = await ask(version);
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatch(/^unsupported: .*Node\.js 22/u);
      expect(outcomes['hybrid-preferred']).toEqual({
        got: 'x25519 ECDSA-P256-SHA256',
        warnings: ['no-post-quantum-groups'],
      });
      for (const name of ['hybrid-required', 'pq-only'])
        expect(outcomes[name]?.got, name).toMatch(/^unsupported: .*Node\.js 22/u);
      report(`tlsOptions on Node.js ${version}: ${String(Object.keys(outcomes).length)} policies`);
    },
  );
});
