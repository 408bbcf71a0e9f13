/** Clients that know TLS 1.2 and no better, and how each calls the alert that it was refused with. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Credential } from '../certificates/tls/chains.ts';
import { type Conversation, converse, LOOPBACK } from '../certificates/tls/processes.ts';
import { nssDatabase } from '../certificates/tls/servers.ts';

export interface LegacyCall {
  readonly folder: string;
  readonly port: number;
  readonly root: string;
}

export interface LegacyClient {
  readonly name: string;
  readonly peers: readonly string[];
  readonly call: (call: LegacyCall) => Promise<Conversation>;
  /** What it prints of the alert `protocol_version`. */
  readonly protocolVersion: RegExp;
}

/** How OpenSSL is called. */
export interface OpensslCall {
  readonly port: number;
  readonly root: string;
  readonly serverName?: string;
  readonly credential?: Credential | undefined;
  /** Further arguments, the version among them. */
  readonly options: readonly string[];
}

export function openssl({ port, root, serverName, credential, options }: OpensslCall): Promise<Conversation> {
  const name = serverName ?? 'localhost';
  return converse({
    peer: 'peer-openssl',
    args: [
      ...['s_client', '-connect', `${LOOPBACK}:${String(port)}`, '-servername', name, '-ign_eof', '-brief'],
      ...['-CAfile', root, '-verify_return_error', '-verify_hostname', name],
      ...(credential === undefined
        ? []
        : ['-cert', credential.chain, '-cert_chain', credential.issuers, '-key', credential.key]),
      ...options,
    ],
  });
}

/** What OpenSSL prints of alerts [RFC 9846 §6]. */
export function printsAlert({ output }: Conversation, code: number): boolean {
  return new RegExp(`alert number ${String(code)}\\b`).test(output);
}

/** By program; Node.js 20 is a process of its own. */
export const LEGACY_CLIENTS: readonly LegacyClient[] = [
  {
    name: 'OpenSSL',
    peers: ['peer-openssl'],
    call: ({ port, root }) => openssl({ port, root, options: ['-tls1_2'] }),
    protocolVersion: /alert protocol version.*alert number 70/,
  },
  {
    name: 'curl',
    peers: ['peer-curl'],
    call: ({ port, root }) =>
      converse({
        peer: 'peer-curl',
        args: [
          ...[
            '-sS',
            '-i',
            '--http1.0',
            '--no-alpn',
            '--tls-max',
            '1.2',
            '--max-time',
            '20',
            '--noproxy',
            '*',
          ],
          ...['--cacert', root, '--resolve', `localhost:${String(port)}:${LOOPBACK}`],
          `https://localhost:${String(port)}/`,
        ],
      }),
    protocolVersion: /alert protocol version/,
  },
  {
    name: 'GnuTLS',
    peers: ['peer-gnutls-cli'],
    call: ({ port, root }) =>
      converse({
        peer: 'peer-gnutls-cli',
        args: [
          ...['localhost', '-p', String(port), `--x509cafile=${root}`],
          '--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2',
        ],
      }),
    protocolVersion: /alert \[70\]/,
  },
  {
    name: 'NSS',
    peers: ['peer-tstclnt', 'peer-certutil'],
    call: async ({ folder, port, root }) =>
      converse({
        peer: 'peer-tstclnt',
        args: [
          ...['-4', '-h', 'localhost', '-p', String(port), '-V', 'tls1.2:tls1.2', '-v'],
          ...['-d', await nssDatabase(folder, root, undefined)],
        ],
        last: /Read from server 0 bytes/,
      }),
    protocolVersion: /SSL_ERROR_PROTOCOL_VERSION_ALERT/,
  },
  {
    name: 'Botan',
    peers: ['peer-botan'],
    call: ({ folder, port, root }) => {
      const policy = join(folder, 'botan-policy-tls12');
      writeFileSync(policy, 'allow_tls13=false\nallow_tls12=true\n');
      return converse({
        peer: 'peer-botan',
        args: [
          ...['tls_client', 'localhost', `--port=${String(port)}`, `--policy=${policy}`],
          ...[`--trusted-cas=${root}`, '--skip-system-cert-store'],
        ],
      });
    },
    protocolVersion: /protocol_version/,
  },
];
