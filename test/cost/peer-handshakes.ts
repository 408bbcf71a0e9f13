/** Handshakes of foreign programs, over chains issued here. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { firstGroup, SMALL_RECORD, tlsGroup } from '../../src/cost/tls-bytes.ts';
import type { TlsStackName } from '../../src/cost/tls-stack.ts';
import type { HandshakeCase, Kind } from './handshake-cases.ts';
import { issueChain } from './tls-chains.ts';
import { chainFiles, type ChainFiles, meetPeer, PEER_CLIENTS, startPeerServer } from './tls-peer.ts';
import type { Counted } from './tls-wire.ts';

/** Handshakes of one client. */
export interface Recording {
  readonly client: keyof typeof PEER_CLIENTS;
  readonly stack: TlsStackName;
  readonly what: string;
  readonly by: string;
  readonly serverName: string;
  readonly kinds: readonly Kind[];
}

/** What is recorded. */
export const RECORDINGS: readonly Recording[] = [
  {
    client: 'openssl',
    stack: 'openssl-3.6',
    what: 'OpenSSL to OpenSSL: full, resumed, with HelloRetryRequest, and in records of 1 kB',
    by: 'OpenSSL 3.6.5',
    serverName: 'device1.example',
    kinds: ['full', 'resumption', 'hello-retry', 'small-records'],
  },
  {
    client: 'wolfssl',
    stack: 'wolfssl-5.9',
    what: 'wolfSSL to OpenSSL: full, and with HelloRetryRequest',
    by: 'wolfSSL 5.9.2 with OpenSSL 3.6.5',
    serverName: 'localhost',
    kinds: ['full', 'hello-retry'],
  },
];

async function chainsOf(
  folder: string,
  { signature, chain }: HandshakeCase,
  serverName: string,
): Promise<Readonly<Record<'client' | 'server', ChainFiles>>> {
  const side = async (name: 'client' | 'server'): Promise<ChainFiles> =>
    chainFiles(folder, name, await issueChain(signature, chain, name, { dnsNames: [serverName] }));
  return { server: await side('server'), client: await side('client') };
}

/** Makes one handshake; one that resumes makes another before it. */
export async function countPeers(
  folder: string,
  { client, serverName }: Recording,
  item: HandshakeCase,
): Promise<Counted> {
  const { group, mutual, kind } = item;
  const chains = await chainsOf(folder, item, serverName);
  const first = firstGroup(tlsGroup(group)).identifiers.tlsGroup?.name ?? '';
  const retry = kind === 'hello-retry';
  // Of one group alone: a server that prefers another says so in EncryptedExtensions.
  const server = await startPeerServer({ groups: [group], credential: chains.server, mutual });
  const file = join(folder, 'session');
  const call = {
    groups: retry ? [first, group] : [group],
    serverName,
    server: chains.server,
    credential: mutual ? chains.client : undefined,
    recordLimit: kind === 'small-records' ? SMALL_RECORD : undefined,
  };
  const meet = (resume: boolean | undefined): Promise<Counted> =>
    meetPeer(PEER_CLIENTS[client], server, {
      ...call,
      ...(resume !== undefined && { session: { file, resume } }),
    });
  try {
    if (kind !== 'resumption') return await meet(undefined);
    rmSync(file, { force: true });
    await meet(false);
    return await meet(true);
  } finally {
    await server.stop();
  }
}
