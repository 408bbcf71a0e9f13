/** Foreign servers with every group that they have, and what is known of them from their own clients. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TlsHybridName } from '../../src/registry/index.ts';
import type { Credential } from '../certificates/tls/chains.ts';
import { type Listening, listen, LOOPBACK, type Program } from '../certificates/tls/processes.ts';
import { BC_SCHEMES, nssDatabase } from '../certificates/tls/servers.ts';

/** A group of hybrid or post-quantum key exchange, in the registry's name. */
export type StrongGroup = TlsHybridName | 'MLKEM512' | 'MLKEM768' | 'MLKEM1024';

const HYBRIDS: readonly StrongGroup[] = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'];

/** All of them. */
export const STRONG: readonly StrongGroup[] = [...HYBRIDS, 'MLKEM512', 'MLKEM768', 'MLKEM1024'];

/** A server that is to be probed. */
export interface ProbedServer {
  readonly name: string;
  /** The programs that must be installed. */
  readonly peers: readonly string[];
  /** What it has when everything that it has is switched on; the rest it refuses. */
  readonly groups: readonly StrongGroup[];
  /** Whether it proves itself with ML-DSA when it has such a key. */
  readonly mlDsa: boolean;
  readonly start: (service: {
    readonly folder: string;
    readonly credential: Credential;
  }) => Promise<Listening>;
}

const CLASSICAL: readonly string[] = ['x25519', 'secp256r1'];
const at = (port: number): string => `${LOOPBACK}:${String(port)}`;

function java(provider: 'BC' | 'JDK', groups: readonly StrongGroup[]): ProbedServer['start'] {
  return ({ credential: { chain, key } }) =>
    listen((port): Program => ({
      peer: 'bc-peer',
      args: [
        ...['tls-server', `provider=${provider}`, `port=${String(port)}`, `cert=${chain}`, `key=${key}`],
        ...[`groups=${[...groups, ...CLASSICAL].join(',')}`],
        ...(provider === 'BC' ? [`sigs=${BC_SCHEMES}`] : []),
      ],
    }));
}

export const PROBED: readonly ProbedServer[] = [
  {
    name: 'OpenSSL',
    peers: ['peer-openssl'],
    groups: STRONG,
    mlDsa: true,
    start: ({ credential: { chain, issuers, key } }) =>
      listen((port) => ({
        peer: 'peer-openssl',
        args: [
          ...['s_server', '-accept', at(port), '-www', '-groups', [...STRONG, ...CLASSICAL].join(':')],
          ...['-cert', chain, '-cert_chain', issuers, '-key', key],
        ],
      })),
  },
  {
    name: 'Go',
    peers: ['go-peer'],
    groups: [...HYBRIDS, 'MLKEM1024'],
    mlDsa: true,
    start: ({ credential: { chain, key } }) =>
      listen((port) => ({
        peer: 'go-peer',
        args: [
          ...['server', '-listen', at(port), '-cert', chain, '-key', key],
          ...['-curves', 'X25519MLKEM768,SecP256r1MLKEM768,SecP384r1MLKEM1024,MLKEM1024,X25519,P256'],
        ],
      })),
  },
  {
    name: 'Bouncy Castle',
    peers: ['bc-peer'],
    groups: STRONG,
    mlDsa: true,
    start: java('BC', STRONG),
  },
  {
    name: 'JDK',
    peers: ['bc-peer'],
    groups: HYBRIDS,
    mlDsa: false,
    start: java('JDK', HYBRIDS),
  },
  {
    name: 'Botan',
    peers: ['peer-botan'],
    groups: STRONG,
    mlDsa: false,
    start: ({ folder, credential: { chain, key } }) => {
      const policy = join(folder, 'botan-server-policy');
      const groups = [
        ...['x25519/ML-KEM-768', 'secp256r1/ML-KEM-768', 'secp384r1/ML-KEM-1024'],
        ...['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024', 'x25519', 'secp256r1'],
      ];
      writeFileSync(policy, `allow_tls13=true\nallow_tls12=false\nkey_exchange_groups=${groups.join(' ')}\n`);
      return listen((port) => ({
        peer: 'peer-botan',
        args: ['tls_server', chain, key, `--port=${String(port)}`, `--policy=${policy}`],
      }));
    },
  },
  {
    name: 'NSS',
    peers: ['peer-selfserv', 'peer-certutil', 'peer-pk12util'],
    groups: HYBRIDS,
    mlDsa: true,
    start: async ({ folder, credential }) => {
      const database = await nssDatabase(folder, undefined, credential);
      return listen((port) => ({
        peer: 'peer-selfserv',
        args: [
          ...['-d', database, '-n', 'server', '-p', String(port), '-V', 'tls1.3:tls1.3'],
          ...['-I', 'x25519mlkem768,secp256r1mlkem768,secp384r1mlkem1024,x25519,P256'],
        ],
      }));
    },
  },
  {
    name: 'nginx',
    peers: ['peer-nginx'],
    groups: STRONG,
    mlDsa: true,
    start: ({ folder, credential: { chain, key } }) => {
      const home = mkdtempSync(join(folder, 'nginx-'));
      mkdirSync(join(home, 'temporary'));
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${join(home, 'temporary', name)};`)
        .join(' ');
      return listen((port) => {
        const configuration = join(home, 'nginx.conf');
        writeFileSync(
          configuration,
          `daemon off; master_process off; pid ${join(home, 'pid')}; error_log stderr crit;
          events { worker_connections 64; }
          http { access_log off; ${temporary}
            server { listen ${at(port)} ssl; http2 on;
              ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve ${[...STRONG, ...CLASSICAL].join(':')};
              ssl_certificate ${chain}; ssl_certificate_key ${key};
              location / { return 200 "ok\n"; } } }`,
        );
        return { peer: 'peer-nginx', args: ['-e', 'stderr', '-p', home, '-c', configuration] };
      });
    },
  },
  {
    name: 'haproxy',
    peers: ['peer-haproxy'],
    groups: STRONG,
    mlDsa: true,
    start: async ({ folder, credential: { chain, key } }) => {
      const home = mkdtempSync(join(folder, 'haproxy-'));
      const [pem, configuration] = [join(home, 'pem'), join(home, 'haproxy.cfg')];
      writeFileSync(pem, Buffer.concat([await readFile(chain), await readFile(key)]));
      return listen((port) => {
        writeFileSync(
          configuration,
          `defaults
 mode http
 timeout client 20s
 timeout server 20s
 timeout connect 20s
frontend pumps
 bind ${at(port)} ssl crt ${pem} curves ${[...STRONG, ...CLASSICAL].join(':')} ssl-min-ver TLSv1.3
 http-request return status 200 content-type text/plain string ok
`,
        );
        return { peer: 'peer-haproxy', args: ['-db', '-f', configuration] };
      });
    },
  },
  {
    name: 'GnuTLS',
    peers: ['peer-gnutls-serv'],
    groups: [],
    mlDsa: false,
    start: ({ credential: { chain, key } }) =>
      listen((port) => ({
        peer: 'peer-gnutls-serv',
        args: [
          ...[`--port=${String(port)}`, `--x509certfile=${chain}`, `--x509keyfile=${key}`],
          ...['--priority=NORMAL:-VERS-ALL:+VERS-TLS1.3', '--http'],
        ],
      })),
  },
];
