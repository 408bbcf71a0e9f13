/** Probes of every foreign server, compared with what their own clients were seen to do with them. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseCertificates } from '../../src/certificates/index.ts';
import type { ProbeReport } from '../../src/tls/index.ts';
import { type Chain, newChain } from '../certificates/tls/chains.ts';
import { type Listening, listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import { findPeer } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { probePort } from './probe-loopback.ts';
import { PROBED, type ProbedServer, STRONG } from './probe-servers.ts';

/** One statement about a server. */
interface Statement {
  readonly id: string;
  readonly verdict: string;
  readonly said: unknown;
  readonly known: unknown;
}

const folder = mkdtempSync(join(tmpdir(), 'hybridge-probe-'));
let classical: Chain;
let pure: Chain;

beforeAll(async () => {
  classical = await newChain(folder, 'classical');
  pure = await newChain(folder, 'pure');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function served<T>(starting: Promise<Listening>, work: (server: Listening) => Promise<T>): Promise<T> {
  const server = await starting;
  try {
    return await work(server);
  } catch (error) {
    throw new Error(`${String(error)}\n${server.log().slice(-600)}`, { cause: error });
  } finally {
    await server.stop();
  }
}

/** What is known of a server, whatever its certificate is. */
function groupStatements(server: ProbedServer, result: ProbeReport): readonly Statement[] {
  return STRONG.flatMap((group): readonly Statement[] => {
    const found = result.groups.find((one) => one.group === group);
    const known = server.groups.includes(group);
    return [
      {
        id: `${group} with a key share`,
        verdict: known ? 'accepted' : 'refused',
        said: found?.keyShare.verdict,
        known: known ? 'accepted' : 'refused',
      },
      {
        id: `${group} through HelloRetryRequest`,
        verdict: known ? 'asked for' : 'refused',
        said: found?.helloRetry?.verdict,
        known: known ? 'retry' : 'refused',
      },
    ];
  });
}

function families(result: ProbeReport): readonly string[] {
  return [
    ...new Set(
      result.signatures.flatMap(({ family, answer }) => (answer.verdict === 'accepted' ? [family] : [])),
    ),
  ];
}

async function statements(server: ProbedServer, chain: Chain, result: ProbeReport): Promise<Statement[]> {
  const sent = parseCertificates(await readFile(chain.ours.server.chain));
  const [handshake] = result.handshakes;
  const [flight] = result.flights;
  const hybrid = server.groups.length > 0;
  const state = (verdict: string, id: string, said: unknown, known: unknown): Statement => ({
    id,
    verdict,
    said,
    known,
  });
  return [
    ...groupStatements(server, result),
    state('posture', 'key exchange', result.summary.keyExchange, hybrid ? 'hybrid' : 'classical'),
    state(
      'posture',
      'group of a client of today',
      result.summary.defaultGroup,
      hybrid ? 'X25519MLKEM768' : 'x25519',
    ),
    state('signature', 'families', families(result), [chain === pure ? 'ml-dsa' : 'ecdsa']),
    state(
      'hello',
      'not taken',
      result.hellos.filter(({ tolerated }) => tolerated !== true),
      [],
    ),
    state('retry', 'empty key shares', result.retry.emptyShares.verdict, 'retry'),
    state('retry', 'second hello', result.retry.secondHello?.verdict, 'accepted'),
    state(
      'retry',
      'second hello without the key share',
      result.retry.secondHelloUnchanged?.verdict,
      'refused',
    ),
    state('withdrawn', 'groups', result.obsoleteGroups, []),
    state('certificate', 'handshake', handshake?.outcome, 'completed'),
    state(
      'certificate',
      'chain',
      handshake?.certificates?.map(({ bytes }) => bytes),
      sent.map(({ bytes }) => bytes.length),
    ),
    // Counted by reading records until nothing more comes, and by the engine.
    state(
      'flight',
      'size',
      Math.abs((flight?.flights.at(-1)?.bytes ?? 0) - (handshake?.flights?.[1]?.bytes ?? 0)) < 64,
      true,
    ),
    state('flight', 'fits the initial window', flight?.fitsInitialWindow, chain === classical),
  ];
}

describe('probe of foreign servers', () => {
  for (const server of PROBED)
    for (const kind of ['classical', 'pure'] as const) {
      if (kind === 'pure' && !server.mlDsa) continue;
      const missing = server.peers.filter((peer) => findPeer(peer) === undefined);
      if (missing.length > 0) {
        report(`probe of ${server.name}: skipped, ${missing.join(', ')} not found`);
        continue;
      }
      it(`${server.name}, ${kind} chain`, async () => {
        const chain = kind === 'pure' ? pure : classical;
        const service = { folder, credential: chain.ours.server };
        const cases = await served(server.start(service), async ({ port }) =>
          statements(
            server,
            chain,
            await probePort(port, { serverName: 'localhost', all: true, concurrency: 4 }),
          ),
        );
        await runCases(`probe of ${server.name}, ${kind}`, cases, ({ said, known }) => {
          expect(said).toEqual(known);
        });
      });
    }
});

const hasOpenSsl = findPeer('peer-openssl') !== undefined;

describe.skipIf(!hasOpenSsl)('probe of OpenSSL in other states', () => {
  const start = (...more: readonly string[]): Promise<Listening> => {
    const { chain, key } = classical.ours.server;
    return listen((port) => ({
      peer: 'peer-openssl',
      args: [
        ...['s_server', '-accept', `${LOOPBACK}:${String(port)}`, '-www', '-cert', chain, '-key', key],
        ...more,
      ],
    }));
  };
  const ids = ({ findings }: ProbeReport): readonly string[] => findings.map(({ id }) => id);

  it('as it comes', () =>
    served(start(), async ({ port }) => {
      const result = await probePort(port, { concurrency: 4 });
      expect(result.preference.order).toBe('server');
      expect(result.preference.groups[0]).toBe('X25519MLKEM768');
      // What it does by default is to ask for the hybrid group.
      expect(result.preference.classicalShares).toMatchObject({ verdict: 'retry', group: 'X25519MLKEM768' });
    }));

  it('with TLS 1.2 alone', () =>
    served(start('-tls1_2'), async ({ port }) => {
      const result = await probePort(port, { concurrency: 4 });
      expect(result.summary).toMatchObject({ keyExchange: 'classical', versions: ['TLSv1.2'] });
      expect(result.clearCertificates?.[0]?.subject).toBe('CN=pump.example');
      expect(ids(result)).toEqual(expect.arrayContaining(['tls-1.3-missing', 'classical-only']));
    }));

  it('with one hybrid that needs a round trip', () =>
    served(start('-groups', 'SecP256r1MLKEM768:secp256r1', '-serverpref'), async ({ port }) => {
      const result = await probePort(port, { concurrency: 4 });
      expect(
        result.groups.filter(({ keyShare }) => keyShare.verdict === 'accepted').map(({ group }) => group),
      ).toEqual(['SecP256r1MLKEM768', 'secp256r1']);
      expect(ids(result)).toContain('hybrid-needs-round-trip');
    }));

  it('seen by a tap: the hello is what it is meant to be', async () => {
    if (findPeer('go-peer') === undefined) return;
    await served(start(), ({ port: to }) =>
      served(
        listen((port) => ({
          peer: 'go-peer',
          args: ['tap', '-listen', `${LOOPBACK}:${String(port)}`, '-to', `${LOOPBACK}:${String(to)}`],
        })),
        async (tap) => {
          const result = await probePort(tap.port, { concurrency: 1 });
          expect(result.summary.keyExchange).toBe('hybrid');
          const log = tap.log();
          // Every share has the size that the standards give it, read by another implementation.
          for (const [group, size] of [
            ['X25519MLKEM768', 1216],
            ['SecP256r1MLKEM768', 1249],
            ['SecP384r1MLKEM1024', 1665],
          ] as const) {
            expect(log).toContain(group);
            expect(log).toContain(String(size));
          }
        },
      ),
    );
  });
});

describe.skipIf(findPeer('wolf-peer') === undefined)('probe of wolfSSL', () => {
  // Limited to one group, it asks for that one whatever the client offers [RFC 9846: it must be one of the client's].
  it('with one group', async () => {
    const { chain, key } = classical.ours.server;
    const starting = listen((port) => ({
      peer: 'wolf-peer',
      args: ['server', `port=${String(port)}`, `cert=${chain}`, `key=${key}`, 'groups=SecP384r1MLKEM1024'],
    }));
    await served(starting, async ({ port }) => {
      const result = await probePort(port, { concurrency: 4 });
      expect(
        Object.fromEntries(result.groups.map(({ group, keyShare }) => [group, keyShare.verdict])),
      ).toMatchObject({ SecP384r1MLKEM1024: 'accepted', x25519: 'invalid', X25519MLKEM768: 'invalid' });
      const wrong = result.findings.filter(({ id }) => id === 'invalid-answer');
      expect(wrong).toHaveLength(1);
      expect(wrong[0]?.text).toContain('asks for a key share of SecP384r1MLKEM1024, which was not offered');
      expect(result.summary.keyExchange).toBe('hybrid');
    });
  });
});

/** Runs the built command on another Node.js. */
async function command(
  program: string,
  port: number,
): Promise<{ readonly code: unknown; readonly result: unknown }> {
  const main = join(import.meta.dirname, '../../dist/cli/main.js');
  const child = spawn(program, [main, 'tls', 'probe', `${LOOPBACK}:${String(port)}`, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, result: JSON.parse(output) as unknown };
}

describe.skipIf(!hasOpenSsl)('probe from another line of Node.js', () => {
  const openssl = PROBED[0];

  it.each(nodeVersions)('%s', async (version) => {
    if (openssl === undefined) throw new Error('no server');
    const program = await nodeBinary(version);
    // OpenSSL 3.0 is in Node 20; all later lines have 3.5.
    const old = version.startsWith('20.');
    const summary = { keyExchange: 'hybrid', defaultGroup: 'X25519MLKEM768' };
    await served(openssl.start({ folder, credential: classical.ours.server }), async ({ port }) => {
      const { code, result } = await command(program, port);
      expect(code).toBe(0);
      expect(result).toMatchObject({
        ok: true,
        summary: { ...summary, authentication: 'classical' },
        handshakes: [{ outcome: 'completed', group: old ? 'x25519' : 'X25519MLKEM768' }],
      });
    });
    await served(openssl.start({ folder, credential: pure.ours.server }), async ({ port }) => {
      const { code, result } = await command(program, port);
      expect(code).toBe(0);
      expect(result).toMatchObject({
        ok: true,
        summary: { ...summary, authentication: 'post-quantum' },
        handshakes: [{ outcome: old ? 'impossible' : 'completed' }],
      });
    });
  });
});
