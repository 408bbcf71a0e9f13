/** Handshakes between programs that others wrote, through a proxy that counts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';

import type { Certificate } from '../../src/certificates/index.ts';
import { listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { findPeer } from '../support/peers.ts';
import type { IssuedChain } from './tls-chains.ts';
import { type Counted, counted, Wire } from './tls-wire.ts';

/** Certificates as they are: OpenSSL compresses those of clients where it was built with a library for that. */
const PLAIN: readonly string[] = ['-no_tx_cert_comp', '-no_rx_cert_comp'];

/** How long a handshake may take, in milliseconds. */
const PATIENCE = 15_000;

/** A chain in files. */
export interface ChainFiles {
  readonly leaf: string;
  readonly issuers: string | undefined;
  readonly chain: string;
  readonly key: string;
  readonly root: string;
  readonly namesake: string;
}

/** Writes a chain where the programs read it. */
export function chainFiles(folder: string, name: string, issued: IssuedChain): ChainFiles {
  mkdirSync(folder, { recursive: true });
  const file = (suffix: string, contents: string): string => {
    const path = join(folder, `${name}.${suffix}`);
    writeFileSync(path, contents);
    return path;
  };
  const pem = (certificates: readonly Certificate[]): string =>
    certificates.map((one) => one.toPem()).join('');
  const { certificates, key, root, namesake } = issued;
  return {
    leaf: file('pem', pem(certificates.slice(0, 1))),
    issuers: certificates.length === 1 ? undefined : file('issuers.pem', pem(certificates.slice(1))),
    chain: file('chain.pem', pem(certificates)),
    key: file('key', key),
    root: file('root.pem', pem([root])),
    namesake: file('namesake.pem', pem([namesake])),
  };
}

const opensslCredential = ({ leaf, issuers, key }: ChainFiles): readonly string[] => [
  ...['-cert', leaf, '-key', key],
  ...(issuers === undefined ? [] : ['-cert_chain', issuers]),
];

/** How a client calls. */
export interface PeerCall {
  /** In the order of preference; a share is sent of the first. */
  readonly groups: readonly string[];
  readonly serverName: string;
  /** Chain of the server, whose root the client is given. */
  readonly server: ChainFiles;
  readonly credential?: ChainFiles | undefined;
  /** The most that a record is to hold. */
  readonly recordLimit?: number | undefined;
  /** The file of the session to write, or to resume. */
  readonly session?: { readonly file: string; readonly resume: boolean } | undefined;
}

/** A client program. */
export interface PeerClient {
  readonly peer: string;
  /** Whether tickets are all that comes after the handshake; a client that goes on at once mixes them with its own. */
  readonly waitsForTickets: boolean;
  readonly args: (port: number, call: PeerCall) => readonly string[];
}

const openssl: PeerClient = {
  peer: 'peer-openssl',
  waitsForTickets: true,
  args: (port, { groups, serverName, credential, session, recordLimit }) => [
    ...['s_client', '-connect', `${LOOPBACK}:${String(port)}`, '-tls1_3', ...PLAIN],
    ...['-servername', serverName, '-groups', groups.join(':')],
    ...(credential === undefined ? [] : opensslCredential(credential)),
    ...(recordLimit === undefined ? [] : ['-maxfraglen', String(recordLimit)]),
    ...(session === undefined ? [] : [session.resume ? '-sess_in' : '-sess_out', session.file]),
  ],
};

/** It asks for `localhost`, whatever it is told. */
const wolfssl: PeerClient = {
  peer: 'wolf-peer',
  waitsForTickets: false,
  args: (port, { groups, server, credential }) => [
    ...['client', `port=${String(port)}`, `ca=${server.root}`, `groups=${groups.join(',')}`],
    ...(credential === undefined ? [] : [`cert=${credential.chain}`, `key=${credential.key}`]),
  ],
};

export const PEER_CLIENTS: Readonly<Record<'openssl' | 'wolfssl', PeerClient>> = { openssl, wolfssl };

/** A running s_server. */
export interface PeerServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts s_server. It asks for client certificates under the name of the root and takes any. */
export function startPeerServer(options: {
  readonly groups: readonly string[];
  readonly credential: ChainFiles;
  readonly mutual: boolean;
}): Promise<PeerServer> {
  const { groups, credential, mutual } = options;
  return listen((port) => ({
    peer: 'peer-openssl',
    args: [
      ...['s_server', '-accept', `${LOOPBACK}:${String(port)}`, '-tls1_3', '-www', ...PLAIN],
      ...['-groups', groups.join(':'), ...opensslCredential(credential)],
      ...(mutual ? ['-CAfile', credential.namesake, '-Verify', '5'] : []),
    ],
  }));
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** A proxy that writes down what passes. */
async function openTap(
  port: number,
  wire: Wire,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const proxy = createServer((near) => {
    const far = connect(port, LOOPBACK);
    for (const socket of [near, far]) socket.setNoDelay(true).on('error', () => undefined);
    near.on('data', (chunk: Buffer) => {
      wire.add('client', chunk);
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      wire.add('server', chunk);
      near.write(chunk);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }).listen(0, LOOPBACK);
  await once(proxy, 'listening');
  const address = proxy.address();
  if (!isAddress(address)) throw new Error('no port to listen on');
  return { port: address.port, close: () => proxy.close() };
}

/** Whether a session is there; OpenSSL writes it anew for each ticket. */
async function isWritten(file: string): Promise<boolean> {
  const isWhole = (): boolean => existsSync(file) && readFileSync(file, 'utf8').includes('-----END');
  if (!isWhole()) return false;
  await new Promise((resolve) => setTimeout(resolve, 25));
  return isWhole();
}

/** How many records with tickets are waited for; in small records a ticket takes several. */
function ticketsAfter({ waitsForTickets }: PeerClient, { session, recordLimit }: PeerCall): number {
  if (!waitsForTickets || recordLimit !== undefined) return 0;
  return session?.resume === true ? 1 : 2;
}

/** One handshake of a client with a server. */
export async function meetPeer(client: PeerClient, server: PeerServer, call: PeerCall): Promise<Counted> {
  const program = findPeer(client.peer);
  if (program === undefined) throw new Error(`${client.peer} is not installed`);
  const { session } = call;
  const clientFlights = call.groups.length > 1 ? 3 : 2;
  const wire = new Wire();
  const tap = await openTap(server.port, wire);
  const child = spawn(program, client.args(tap.port, call));
  try {
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    // Its standard input stays open: at the end of it OpenSSL takes leave.
    for (const until = Date.now() + PATIENCE; Date.now() < until;) {
      const soFar = counted(wire, clientFlights);
      const expected = ticketsAfter(client, call);
      const done = soFar !== undefined && soFar.tickets.length >= expected;
      if (done && (session === undefined || (await isWritten(session.file))))
        return { ...soFar, tickets: soFar.tickets.slice(0, expected) };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`${client.peer} has not come to an end of the handshake: ${said.slice(-600)}`);
  } finally {
    child.kill('SIGKILL');
    tap.close();
  }
}
