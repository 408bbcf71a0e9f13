/** The listener before clients that others wrote, before broken hellos in numbers, and under a flood. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { namedPolicy } from '../../src/policy/index.ts';
import type { Session } from '../../src/terminator/listener-types.ts';
import { loadCredential } from '../../src/tls/index.ts';
import { provider } from '../certificates/fixtures.ts';
import { temporaryFolder } from '../certificates/peers.ts';
import { type Chain, type KindName, newChain } from '../certificates/tls/chains.ts';
import { type Client, type ClientName, CLIENTS } from '../certificates/tls/clients.ts';
import { findPeer } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { breakHellos, cutEverywhere, firstFlight } from './listener-hellos.ts';
import { call, listening } from './listener-support.ts';

const folder = temporaryFolder();

const NAMES: readonly ClientName[] = [
  ...(['openssl', 'go', 'node', 'bouncyCastle', 'nss', 'curl', 'jdk', 'botan', 'gnutls'] as const),
];

/** Who has nothing hybrid; all others come to X25519MLKEM768. */
const CLASSICAL: readonly ClientName[] = ['gnutls'];
/** Who offers the hybrid group and sends a share of another one. */
const RETRIED: readonly ClientName[] = ['botan', 'bouncyCastle'];

/** What some of them print of the session. */
const PRINTED: Readonly<Partial<Record<ClientName, RegExp>>> = {
  openssl: /Negotiated TLS1\.3 group: (\S+)/,
  go: /"group":"([^"]+)"/,
  nss: /Key Exchange Group: ?(\S+)/,
};

function respond({ socket }: Session): void {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok\n'));
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

async function meet(client: Client, name: ClientName, { kind, ours, impostor }: Chain): Promise<string> {
  const credentials = [
    await loadCredential(provider, {
      certificate: await readFile(ours.server.chain, 'utf8'),
      privateKey: await readFile(ours.server.key, 'utf8'),
    }),
  ];
  const clientAuthentication = { mode: 'requested', anchors: [ours.root] } as const;
  const policy = namedPolicy('hybrid-preferred');
  const { port, sessions, listener, events } = await listening(
    { credentials, clientAuthentication, policy },
    respond,
  );
  try {
    const told = (): string => JSON.stringify(events.slice(-2));
    const anonymous = await client.call({ folder, port, root: ours.rootFile });
    if (client.cannot?.(kind, 'openssl') !== undefined) {
      expect(anonymous.answered, told()).toBe(false);
      return 'cannot';
    }
    expect(anonymous.answered, `${anonymous.output.slice(-300)} ${told()}`).toBe(true);
    const [first] = sessions;
    expect(first?.posture).toMatchObject({ version: 'TLSv1.3', resumed: false });
    expect(first?.posture.group).toBe(CLASSICAL.includes(name) ? 'x25519' : 'X25519MLKEM768');
    expect(first?.posture.helloRetry).toBe(RETRIED.includes(name));
    const printed = PRINTED[name]?.exec(anonymous.output)?.[1];
    if (printed !== undefined) expect(plain(printed)).toBe(plain(first?.posture.group ?? ''));
    expect((await client.call({ folder, port, root: impostor.rootFile })).answered).toBe(false);
    if (client.withoutCredential === true) return 'accepted';
    sessions.length = 0;
    const known = await client.call({ folder, port, root: ours.rootFile, credential: ours.client });
    expect(known.answered, `${known.output.slice(-300)} ${told()}`).toBe(true);
    expect(sessions[0]?.identities).toEqual(['uri:urn:dev:ops:nurse-station-3']);
    expect(sessions[0]?.posture.authentication.client).toMatchObject({
      by: 'certificate',
      nature: kind === 'pure' ? 'post-quantum' : 'classical',
    });
    sessions.length = 0;
    await client.call({ folder, port, root: ours.rootFile, credential: impostor.client });
    expect(sessions).toEqual([]);
    return 'accepted, known by its certificate, refused with a wrong one';
  } finally {
    await listener.close();
  }
}

interface Case {
  readonly id: string;
  readonly verdict: string;
  readonly outcome: Error | undefined;
}

describe('clients that others wrote', () => {
  for (const kind of ['classical', 'pure', 'mixed'] as const satisfies readonly KindName[])
    it(
      kind,
      async () => {
        const chain = await newChain(folder, kind);
        const cases: Case[] = [];
        for (const name of NAMES) {
          const client = CLIENTS[name];
          if (client.peers.some((peer) => findPeer(peer) === undefined)) continue;
          try {
            cases.push({ id: name, verdict: await meet(client, name, chain), outcome: undefined });
          } catch (error) {
            cases.push({
              id: name,
              verdict: 'failed',
              outcome: error instanceof Error ? error : new Error(String(error)),
            });
          }
        }
        await runCases(`listener and clients, ${kind}`, cases, ({ outcome }) => {
          if (outcome !== undefined) throw outcome;
        });
      },
      120_000,
    );
});

describe('hellos', () => {
  it('cut at every byte', async () => {
    const { length } = await firstFlight();
    await cutEverywhere(Array.from({ length: length - 1 }, (_, index) => index + 1));
  }, 60_000);

  it('broken in 4,000 ways', () => breakHellos(7, 200), 60_000);
});

/** Opens connections from twenty addresses, sends as much of a hello as it is told, and holds them. */
const FLOOD = `
const { connect } = require('node:net');
const [port, count, bytes] = process.argv.slice(1);
const start = Buffer.from(bytes, 'hex');
let open = 0, ended = 0;
const next = (index) => {
  if (index >= count) return;
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.1.' + (1 + index % 20) });
  let done = false;
  const on = () => { if (!done) { done = true; next(index + 50); } };
  socket.on('connect', () => { open++; socket.write(start); on(); report(); });
  socket.on('error', on).on('close', () => { ended++; on(); report(); });
};
const report = () => { if (open === Number(count)) process.stdout.write('.'); };
for (let lane = 0; lane < 50; lane++) next(lane);
process.stdin.on('end', () => process.exit()).resume();
`;

async function flood(port: number, count: number, start: Buffer): Promise<void> {
  const child = spawn(process.execPath, ['-e', FLOOD, String(port), String(count), start.toString('hex')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
}

function heldMemory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('10,000 half-open connections', () => {
  it.each([
    ['that say nothing', 0],
    ['in the middle of a hello', 700],
  ])(
    '%s: the memory for them is bounded, and others are served',
    async (_, bytes) => {
      const start = (await firstFlight()).subarray(0, bytes);
      const limits = { halfOpen: 20_000, halfOpenPerAddress: 20_000, helloMilliseconds: 60_000 };
      const { port, listener } = await listening({ limits });
      expect((await call(port)).text).toBe('ok');
      const before = heldMemory();
      const residentBefore = process.memoryUsage.rss();
      await flood(port, 10_000, start);
      await expect.poll(() => listener.stats.halfOpen, { timeout: 20_000 }).toBe(10_000);
      const each = (heldMemory() - before) / 10_000;
      const resident = (process.memoryUsage.rss() - residentBefore) / 10_000;
      const began = performance.now();
      for (let turn = 0; turn < 20; turn++) expect((await call(port)).text).toBe('ok');
      const answered = (performance.now() - began) / 20;
      report(
        `listener, 10,000 half-open connections of ${String(bytes)} bytes: ${each.toFixed(0)} bytes of heap each, ${resident.toFixed(0)} of the process, others served in ${answered.toFixed(1)} ms`,
      );
      expect(each).toBeLessThan(16_384);
      await listener.close();
      expect(listener.stats).toMatchObject({ connections: 0, halfOpen: 0 });
    },
    120_000,
  );

  it('are cut down to what the limits allow, and others are served', async () => {
    const { port, listener, events } = await listening();
    await flood(port, 10_000, Buffer.alloc(0));
    for (let turn = 0; turn < 20; turn++) expect((await call(port)).text).toBe('ok');
    const { halfOpen, refused } = listener.stats;
    expect(halfOpen).toBeLessThanOrEqual(4096);
    expect(halfOpen + refused.limit).toBe(10_000);
    report(
      `listener, 10,000 half-open connections against the limits: ${String(halfOpen)} held, ${String(refused.limit)} made room, ${String(events.length)} events`,
    );
  }, 120_000);
});
