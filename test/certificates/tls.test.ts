/** Live TLS 1.3 handshakes over chains of ours, a few servers and clients for each; all with all in the full run. */
import { describe } from 'vitest';

import { temporaryFolder } from './peers.ts';
import { handshakes, type Pairing } from './tls/matrix.ts';

const folder = temporaryFolder();

/** Every server and every client has the pure chain once; starting Java takes seconds, so it is rare. */
const PAIRINGS: readonly Pairing[] = [
  { chain: 'pure', server: 'openssl', clients: ['go', 'curl'] },
  { chain: 'pure', server: 'go', clients: ['openssl', 'nss'] },
  { chain: 'pure', server: 'node', clients: ['bouncyCastle', 'openssl'] },
  { chain: 'pure', server: 'bouncyCastle', clients: ['node'] },
  { chain: 'pure', server: 'nss', clients: ['go', 'openssl'] },
  { chain: 'pure', server: 'nginx', clients: ['node', 'curl'] },
  { chain: 'hybrid', server: 'openssl', clients: ['nss', 'node'] },
  { chain: 'hybrid', server: 'nginx', clients: ['go', 'curl', 'botan'] },
  { chain: 'classical', server: 'go', clients: ['node', 'gnutls'] },
  { chain: 'classical', server: 'nss', clients: ['openssl'] },
  { chain: 'mixed', server: 'node', clients: ['openssl', 'go', 'nss', 'botan'] },
  { chain: 'mixed', server: 'openssl', clients: ['curl'] },
];

describe('TLS over chains of ours', () => {
  for (const kind of ['pure', 'hybrid', 'classical', 'mixed'] as const) handshakes(folder, kind, PAIRINGS);
});
