/** The guide for PKI teams as it stands: its commands with the built program, and `openssl` where it says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Sandbox } from '../cli/support.ts';
import { matches, type Snippet, snippetsOf, type Step, stepsOf } from '../gates/snippet-reader.ts';
import { findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { listen, type Program } from './tls/processes.ts';

const GUIDE = 'docs/guides/pki.md';

const openssl = findPeer('peer-openssl');
if (openssl === undefined)
  report(`${GUIDE}: its servers are skipped, peer-openssl not found in PEERS_ROOT or PATH`);

const snippets: readonly Snippet[] = snippetsOf(
  GUIDE,
  readFileSync(join(import.meta.dirname, '../..', GUIDE), 'utf8'),
).filter(({ language }) => language === 'console');

let sandbox: Sandbox;
let commands = 0;

/** Runs one command, which must print what the guide shows. */
async function follow(step: Step, command = step.command): Promise<void> {
  const { code, stdout } = await sandbox.shell(`{ ${command}\n} 2>&1`);
  const printed = stdout.split('\n').slice(0, -1);
  if (!matches(step.output, printed))
    throw new Error(`${GUIDE}:${String(step.line)}: ${step.command}\nexit ${String(code)}\n${stdout}`);
  expect(code, `${GUIDE}:${String(step.line)}`).toBe(0);
  commands++;
}

/** A block that starts `openssl s_server` in the background and calls it with `openssl s_client`. */
async function handshake(steps: readonly Step[]): Promise<void> {
  const [server, client, ...others] = steps;
  if (server === undefined || client === undefined || others.length > 0)
    throw new Error(`${GUIDE}: not one server with one client`);
  const [, args, address] = /^openssl (s_server -accept (127\.0\.0\.1:\d+) .*) &$/.exec(server.command) ?? [];
  if (args === undefined || address === undefined || !client.command.includes(address))
    throw new Error(`${GUIDE}:${String(server.line)}: not a server that the next command calls`);
  // The port of the guide may be taken.
  const program = (port: number): Program => ({
    peer: 'peer-openssl',
    args: args.replace(address, `127.0.0.1:${String(port)}`).split(' '),
    cwd: sandbox.folder,
  });
  const { port, stop } = await listen(program);
  try {
    expect(client.output).toContain('Verification: OK');
    const call = client.command.replace(address, `127.0.0.1:${String(port)}`);
    await follow(client, `openssl() { '${openssl ?? ''}' "$@"; }; ${call}`);
  } finally {
    await stop();
  }
}

beforeAll(() => {
  sandbox = new Sandbox();
});

afterAll(() => {
  sandbox.remove();
});

describe(GUIDE, () => {
  // One after the other, in one folder: each goes on where the last one stopped.
  for (const snippet of snippets) {
    const steps = stepsOf(snippet);
    const calls = steps.some(({ command }) => command.startsWith('openssl '));
    const title = `line ${String(snippet.line)}: ${steps[0]?.command.slice(0, 60) ?? ''}`;
    it.skipIf(calls && openssl === undefined)(title, async () => {
      if (calls) await handshake(steps);
      else for (const step of steps) await follow(step);
    });
  }

  it('was followed to its end', () => {
    expect(snippets.filter(({ code }) => code.includes('openssl s_client')).length).toBeGreaterThanOrEqual(2);
    expect(commands).toBeGreaterThan(20);
    report(`${GUIDE}: ${String(commands)} commands in ${String(snippets.length)} blocks print what it shows`);
  });
});
