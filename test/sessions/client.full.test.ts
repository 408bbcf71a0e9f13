/** Every line of Node.js with `tlsOptions` and `posture` of the built package, and the servers of the kit behind a tap. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { namedPolicy } from '../../src/policy/index.ts';
import { temporaryFolder } from '../certificates/peers.ts';
import { listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { describeWithPeer } from '../support/peers.ts';
import { runCases, Skip } from '../support/tally.ts';
import { PROBED, type ProbedServer, STRONG } from '../tls/probe-servers.ts';
import { type CertificateKind, type Certified, certified } from './certificates.ts';
import { requireAgreement } from './front.ts';
import { only, PERMISSIVE } from './matrix.ts';
import type { NodeAnswer, NodeCall } from './node-client.ts';
import { isRecent, type NodeClient, startNodes } from './nodes.ts';
import { type Flight, openTap, type Tap } from './tap.ts';

const folder = temporaryFolder();
let nodes: readonly NodeClient[] = [];
const certificates = new Map<CertificateKind, Certified<CertificateKind>>();
const KINDS = ['classical', 'rsa', 'ed25519', 'pure'] as const;

beforeAll(async () => {
  nodes = await startNodes(folder);
  for (const kind of KINDS) certificates.set(kind, await certified(folder, kind));
});
afterAll(() => Promise.all(nodes.map((node) => node.stop())));

/** `node:tls` of this process, by itself. */
const nodeServer: ProbedServer = {
  name: 'Node',
  peers: [],
  groups: STRONG,
  mlDsa: true,
  start: async ({ credential: { chain, key } }) => {
    const server = createServer(
      {
        cert: readFileSync(chain),
        key: readFileSync(key),
        minVersion: 'TLSv1.3',
        ecdhCurve: [...STRONG, 'x25519', 'secp256r1'].join(':'),
      },
      (socket) => {
        socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok\n'));
      },
    );
    await once(server.listen(0, LOOPBACK), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
    return { port: address.port, log: () => '', stop };
  },
};

/** Servers with one group, of which no client sends a share: they ask for it. */
const ASKING: readonly ProbedServer[] = [
  {
    name: 'OpenSSL with SecP384r1MLKEM1024 alone',
    peers: ['peer-openssl'],
    groups: ['SecP384r1MLKEM1024'],
    mlDsa: true,
    start: ({ credential: { chain, issuers, key } }) =>
      listen((port) => ({
        peer: 'peer-openssl',
        args: [
          ...['s_server', '-accept', `${LOOPBACK}:${String(port)}`, '-www', '-groups', 'SecP384r1MLKEM1024'],
          ...['-cert', chain, '-cert_chain', issuers, '-key', key],
        ],
      })),
  },
  {
    name: 'Go with SecP384r1MLKEM1024 alone',
    peers: ['go-peer'],
    groups: ['SecP384r1MLKEM1024'],
    mlDsa: true,
    start: ({ credential: { chain, key } }) =>
      listen((port) => ({
        peer: 'go-peer',
        args: [
          ...['server', '-listen', `${LOOPBACK}:${String(port)}`, '-curves', 'SecP384r1MLKEM1024'],
          ...['-cert', chain, '-key', key],
        ],
      })),
  },
];

/** Groups that a server is asked for, one at a time. */
const ASKED = [...STRONG, 'x25519', 'secp256r1'] as const;
const CLASSICAL: readonly string[] = ['x25519', 'secp256r1'];

/** What must come of a call. */
type Outcome = 'refused by the server' | 'refused here' | 'session';

interface Cell {
  readonly id: string;
  readonly verdict: string;
  readonly outcome: Error | Skip | undefined;
}

/** The tap and a server behind it. */
interface Place {
  readonly tap: Tap;
  readonly root: string;
}

async function at<T>(
  server: ProbedServer,
  kind: CertificateKind,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const certificate = certificates.get(kind);
  if (certificate === undefined) throw new Error(`no ${kind} certificate`);
  const { hierarchy } = certificate;
  const { port, stop, log } = await server.start({ folder, credential: hierarchy.server });
  try {
    const tap = await openTap(port);
    try {
      return await work({ tap, root: hierarchy.rootFile });
    } finally {
      await tap.stop();
    }
  } catch (error) {
    throw new Error(`${server.name}: ${String(error)}\n${log().slice(-500)}`, { cause: error });
  } finally {
    await stop();
  }
}

const SERVER_KEYS: Readonly<Record<(typeof KINDS)[number], RegExp>> = {
  classical: /^ECDSA-P256/,
  rsa: /^RSA2048/,
  ed25519: /^Ed25519$/,
  pure: /^ML-DSA-65$/,
};

interface Wanted {
  readonly id: string;
  readonly call: Partial<NodeCall>;
  readonly expected: Outcome;
  readonly group?: string;
  readonly key: RegExp;
}

/** Makes a call and compares what the socket says with what the tap has read. */
async function look(
  node: NodeClient,
  { tap, root }: Place,
  { id, call, expected, group, key }: Wanted,
): Promise<{ readonly cell: Cell; readonly answer: NodeAnswer }> {
  const answer = await node.call({ port: tap.port, root, ...call });
  // Options that cannot be had open no connection.
  const flight = expected === 'refused here' ? undefined : await tap.next();
  let outcome: Error | undefined;
  try {
    check(answer, flight, expected, group, key);
  } catch (error) {
    outcome = error instanceof Error ? error : new Error(String(error));
  }
  const resumed = answer.posture?.resumed === true;
  const retried = flight?.helloRetry === true ? 'session after HelloRetryRequest' : undefined;
  const verdict = expected === 'session' ? (resumed ? 'resumed' : (retried ?? expected)) : expected;
  return { cell: { id: `Node ${node.version} to ${id}`, verdict, outcome }, answer };
}

function check(
  { answered, posture, error }: NodeAnswer,
  flight: Flight | undefined,
  expected: Outcome,
  group: string | undefined,
  key: RegExp,
): void {
  if (expected !== 'session') {
    if (answered || posture !== undefined) throw new Error('a session, and there must be none');
    const because = expected === 'refused here' ? /^unsupported: / : /ALERT|handshake failure|ECONNRESET/i;
    if (!because.test(error)) throw new Error(`ended by ${error}`);
    return;
  }
  if (!answered || posture === undefined || flight === undefined) throw new Error(`no session: ${error}`);
  // JSON has no undefined.
  requireAgreement({ ...posture, helloRetry: posture.helloRetry }, flight, true);
  if (group !== undefined && posture.group !== group)
    throw new Error(`${posture.group ?? 'no group'}, not ${group}`);
  const { server, client } = posture.authentication;
  if (!key.test(server.key ?? '') || server.by !== (posture.resumed === true ? 'psk' : 'certificate'))
    throw new Error(`the server proved itself by ${server.by} with ${server.key ?? 'no key'}`);
  if (client.by !== (posture.resumed === true ? 'psk' : 'none'))
    throw new Error(`the client by ${client.by}`);
}

/** A server with every group, for one line of Node.js. */
async function groupCells(node: NodeClient, server: ProbedServer, place: Place): Promise<Cell[]> {
  const cells: Cell[] = [];
  const key = SERVER_KEYS.classical;
  for (const group of ASKED) {
    const classical = CLASSICAL.includes(group);
    const has = classical || server.groups.some((one) => one === group);
    const expected =
      !isRecent(node.version) && !classical ? 'refused here' : has ? 'session' : 'refused by the server';
    const call = { policy: only(group) };
    cells.push(
      (await look(node, place, { id: `${server.name}, ${group}`, call, expected, group, key })).cell,
    );
  }
  return cells;
}

/** A server as policies meet it: whatever it chooses, and what it has kept of the session before. */
async function policyCells(
  node: NodeClient,
  server: ProbedServer,
  place: Place,
  kind: (typeof KINDS)[number],
): Promise<Cell[]> {
  const key = SERVER_KEYS[kind];
  const policy = PERMISSIVE;
  const lacksMlDsa = kind === 'pure' && !isRecent(node.version);
  const expected = lacksMlDsa ? 'refused by the server' : 'session';
  const id = `${server.name}, ${kind}`;
  const first = await look(node, place, { id, call: { policy }, expected, key });
  const { ticket } = first.answer;
  if (ticket === undefined) return [first.cell];
  const again = await look(node, place, { id: `${id}, again`, call: { policy, ticket }, expected, key });
  return [first.cell, again.cell];
}

async function requireAll(title: string, cells: readonly Cell[]): Promise<void> {
  const { passed } = await runCases(title, cells, ({ outcome }) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  expect(passed).toBeGreaterThan(0);
}

for (const server of [...PROBED, nodeServer])
  describeWithPeer(
    ['go-peer', ...server.peers],
    `every line of Node.js as a client of ${server.name}`,
    () => {
      it('over every group and certificate', async () => {
        const cells: Cell[] = [];
        await at(server, 'classical', async (place) => {
          for (const node of nodes) cells.push(...(await groupCells(node, server, place)));
          for (const node of nodes) cells.push(...(await policyCells(node, server, place, 'classical')));
        });
        for (const kind of ['rsa', 'ed25519', 'pure'] as const) {
          const cannot = lackOf(server, kind);
          if (cannot === undefined)
            await at(server, kind, async (place) => {
              for (const node of nodes) cells.push(...(await policyCells(node, server, place, kind)));
            });
          else
            for (const { version } of nodes)
              cells.push({ id: `Node ${version}, ${kind}`, verdict: 'not run', outcome: new Skip(cannot) });
        }
        await requireAll(`Node.js to ${server.name}`, cells);
      });
    },
  );

for (const server of ASKING)
  describeWithPeer(
    ['go-peer', ...server.peers],
    `every line of Node.js as a client of ${server.name}`,
    () => {
      it('after HelloRetryRequest', async () => {
        const wanted: Wanted = {
          id: server.name,
          call: { policy: namedPolicy('hybrid-required') },
          expected: 'session',
          group: 'SecP384r1MLKEM1024',
          key: SERVER_KEYS.classical,
        };
        const cells: Cell[] = [];
        await at(server, 'classical', async (place) => {
          for (const node of nodes.filter(({ version }) => isRecent(version)))
            cells.push((await look(node, place, wanted)).cell);
        });
        expect(new Set(cells.map(({ verdict }) => verdict))).toEqual(
          new Set(['session after HelloRetryRequest']),
        );
        await requireAll(`Node.js to ${server.name}`, cells);
      });
    },
  );

/** Why a server has no certificate of a kind, from the notes of the kit. */
function lackOf({ name, mlDsa }: ProbedServer, kind: string): string | undefined {
  if (kind === 'pure' && !mlDsa) return `${name} has no ML-DSA in TLS`;
  if (kind === 'ed25519' && (name === 'Botan' || name === 'NSS')) return `${name} has no EdDSA in TLS`;
  return undefined;
}
