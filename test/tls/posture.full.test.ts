import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import { listen } from '../certificates/tls/processes.ts';
import { describeWithPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { newKeys } from './keys.ts';
import { type Keys, postureCases } from './posture-cases.ts';
import type { Said } from './posture-exercise.ts';
import { posturesOf } from './sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-posture-'));
let keys: Keys;
beforeAll(async () => {
  keys = await newKeys();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function postureOn(node: string, script: string): Promise<Said> {
  const child = spawn(node, [script], { stdio: ['pipe', 'pipe', 'inherit'], timeout: 60_000 });
  child.stdin.end(JSON.stringify(keys));
  return JSON.parse(await text(child.stdout)) as Said;
}

describe('posture in every line of Node.js', () => {
  const script = join(folder, 'exercise.mjs');
  beforeAll(async () => {
    await build({
      entryPoints: [join(import.meta.dirname, 'posture-exercise.ts')],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'error',
    });
  });

  it.each(nodeVersions)('%s', async (version) => {
    const said = await postureOn(await nodeBinary(version), script);
    const cases = postureCases(keys).filter(({ recent }) => !recent || !version.startsWith('20.'));
    for (const { id, expected } of cases) {
      const { server: byServer, client: byClient = { by: 'none' }, resumed = false, ...rest } = expected;
      const own = resumed ? { by: 'psk' } : undefined;
      // JSON has no undefined.
      const plain: unknown = JSON.parse(
        JSON.stringify([
          { ...rest, resumed, authentication: { server: byServer, client: own ?? byClient } },
          { ...rest, resumed, authentication: { server: own ?? byServer, client: byClient } },
        ]),
      );
      expect([said[id]?.client, said[id]?.server], `${version}: ${id}`).toMatchObject(plain as object);
    }
    expect(Object.keys(said)).toHaveLength(cases.length);
    report(`posture on Node.js ${version}: ${String(cases.length)} sessions, both sides`);
  });
});

describeWithPeer('go-peer', 'posture and what a tap sees', () => {
  it('name the same group', async () => {
    const cases = postureCases(keys).filter(({ meeting }) => meeting.resume !== true);
    for (const { id, meeting } of cases) {
      let log = (): string => '';
      let stop: (() => Promise<void>) | undefined;
      try {
        const { client, server } = await posturesOf({
          ...meeting,
          through: async (to) => {
            const tap = await listen((port) => ({
              peer: 'go-peer',
              args: ['tap', '-listen', `127.0.0.1:${String(port)}`, '-to', `127.0.0.1:${String(to)}`],
            }));
            ({ log, stop } = tap);
            return tap.port;
          },
        });
        const hello = /"group":"([^"]+)"[^\n]*"msg":"ServerHello"/.exec(log());
        // In TLS 1.2 the group stands in a message that the tap does not read.
        const seen = server.version === 'TLSv1.2' ? undefined : hello?.[1]?.toLowerCase();
        if (server.version === 'TLSv1.3') expect(seen, id).toBeDefined();
        if (seen !== undefined)
          expect([client.group?.toLowerCase(), server.group?.toLowerCase()], id).toEqual([seen, seen]);
      } finally {
        await stop?.();
      }
    }
    report(`posture against a tap: ${String(cases.length)} sessions`);
  });
});
