/** Live TLS 1.3 handshakes over chains of ours: every server with every client, with and without client certificates. */
import { describe } from 'vitest';

import { temporaryFolder } from './peers.ts';
import type { ClientName } from './tls/clients.ts';
import { handshakes, type Pairing } from './tls/matrix.ts';

const folder = temporaryFolder();

const CLIENT_NAMES: readonly ClientName[] = [
  ...(['openssl', 'go', 'node', 'bouncyCastle', 'nss', 'curl', 'jdk', 'botan', 'gnutls'] as const),
];

const everybodyOver = (chain: Pairing['chain']): readonly Pairing[] =>
  (['openssl', 'go', 'node', 'bouncyCastle', 'nss', 'nginx', 'haproxy'] as const).map((server) => ({
    chain,
    server,
    clients: CLIENT_NAMES,
  }));

describe('TLS over chains of ours, everybody with everybody', () => {
  for (const kind of ['pure', 'hybrid', 'classical', 'mixed'] as const)
    handshakes(folder, kind, everybodyOver(kind));
});
