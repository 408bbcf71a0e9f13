/** Servers that present a chain of ours, and ask for a client certificate of ours. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:tls';

import { askPeer, nodeKnowsMlDsa } from '../../support/peers.ts';
import { type Credential, PASSWORD } from './chains.ts';
import { type Listening, listen, LOOPBACK } from './processes.ts';

/** What a server is started with. */
export interface Service {
  /** A folder for its files. */
  readonly folder: string;
  readonly credential: Credential;
  /** The root of client certificates, when one is required. */
  readonly clientRoot?: string | undefined;
}

export interface Server {
  readonly name: string;
  /** The programs that must be installed. */
  readonly peers: readonly string[];
  readonly start: (service: Service) => Promise<Listening>;
}

/** The schemes that Bouncy Castle offers and takes: those of ML-DSA only when they are named. */
export const BC_SCHEMES =
  'mldsa44,mldsa65,mldsa87,ecdsa_secp256r1_sha256,ecdsa_secp384r1_sha384,ed25519,rsa_pss_rsae_sha256,rsa_pkcs1_sha256';

const openssl: Server = {
  name: 'OpenSSL',
  peers: ['peer-openssl'],
  start: ({ credential: { chain, issuers, key }, clientRoot }) =>
    listen((port) => ({
      peer: 'peer-openssl',
      args: [
        ...['s_server', '-accept', `${LOOPBACK}:${String(port)}`, '-tls1_3', '-www'],
        ...['-cert', chain, '-cert_chain', issuers, '-key', key],
        ...(clientRoot === undefined ? [] : ['-CAfile', clientRoot, '-Verify', '5', '-verify_return_error']),
      ],
    })),
};

const go: Server = {
  name: 'Go',
  peers: ['go-peer'],
  start: ({ credential: { chain, key }, clientRoot }) =>
    listen((port) => ({
      peer: 'go-peer',
      args: [
        ...['server', '-listen', `${LOOPBACK}:${String(port)}`, '-cert', chain, '-key', key],
        ...(clientRoot === undefined ? [] : ['-client-ca', clientRoot]),
      ],
    })),
};

const node: Server = {
  name: 'Node',
  peers: nodeKnowsMlDsa ? [] : ['Node with OpenSSL 3.5'],
  start: async ({ credential: { chain, key }, clientRoot }) => {
    let log = '';
    const server = createServer(
      {
        cert: await readFile(chain),
        key: await readFile(key),
        minVersion: 'TLSv1.3',
        ...(clientRoot !== undefined && {
          ca: await readFile(clientRoot),
          requestCert: true,
          rejectUnauthorized: true,
        }),
      },
      (socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok\n'));
      },
    );
    server.on('tlsClientError', (error) => (log += `${error.message}\n`));
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    return {
      port: address.port,
      log: () => log,
      stop: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
        }),
    };
  },
};

const bouncyCastle: Server = {
  name: 'Bouncy Castle',
  peers: ['bc-peer'],
  start: ({ credential: { chain, key }, clientRoot }) =>
    listen((port) => ({
      peer: 'bc-peer',
      args: [
        ...['tls-server', `port=${String(port)}`, `cert=${chain}`, `key=${key}`, `sigs=${BC_SCHEMES}`],
        ...(clientRoot === undefined ? [] : [`clientca=${clientRoot}`]),
      ],
    })),
};

const databases = new Map<string, Promise<string>>();

/** A database of NSS with a root that it trusts and a key with its chain; the same one for the same files. */
export function nssDatabase(
  folder: string,
  root: string | undefined,
  credential: Credential | undefined,
): Promise<string> {
  const contents = `${folder} ${root ?? ''} ${credential?.bundle ?? ''}`;
  const database = databases.get(contents) ?? newNssDatabase(folder, root, credential);
  databases.set(contents, database);
  return database;
}

async function newNssDatabase(
  folder: string,
  root: string | undefined,
  credential: Credential | undefined,
): Promise<string> {
  const database = `sql:${mkdtempSync(join(folder, 'nss-'))}`;
  await askPeer('peer-certutil', ['-N', '--empty-password', '-d', database]);
  if (root !== undefined)
    await askPeer('peer-certutil', ['-A', '-n', 'root', '-t', 'CT,C,C', '-i', root, '-d', database]);
  if (credential !== undefined)
    await askPeer('peer-pk12util', ['-i', credential.bundle, '-W', PASSWORD, '-K', '', '-d', database]);
  return database;
}

const nss: Server = {
  name: 'NSS',
  peers: ['peer-selfserv', 'peer-certutil', 'peer-pk12util'],
  start: async ({ folder, credential, clientRoot }) => {
    const database = await nssDatabase(folder, clientRoot, credential);
    return listen((port) => ({
      peer: 'peer-selfserv',
      args: [
        ...['-d', database, '-n', 'server', '-p', String(port), '-V', 'tls1.3:tls1.3', '-v'],
        ...(clientRoot === undefined ? [] : ['-rr']),
      ],
    }));
  },
};

const nginx: Server = {
  name: 'nginx',
  peers: ['peer-nginx'],
  start: async ({ folder, credential: { chain, key }, clientRoot }) => {
    const home = mkdtempSync(join(folder, 'nginx-'));
    mkdirSync(join(home, 'temporary'));
    return listen((port) => {
      const configuration = join(home, 'nginx.conf');
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${join(home, 'temporary', name)};`)
        .join(' ');
      const client =
        clientRoot === undefined
          ? ''
          : `ssl_verify_client on; ssl_verify_depth 5; ssl_client_certificate ${clientRoot};`;
      writeFileSync(
        configuration,
        `daemon off; master_process off; pid ${join(home, 'pid')}; error_log stderr info;
        events { worker_connections 64; }
        http { access_log off; ${temporary}
          server { listen ${LOOPBACK}:${String(port)} ssl; ssl_protocols TLSv1.3; ${client}
            ssl_certificate ${chain}; ssl_certificate_key ${key};
            location / { return 200 "ok\n"; } } }`,
      );
      return { peer: 'peer-nginx', args: ['-e', 'stderr', '-p', home, '-c', configuration] };
    });
  },
};

const haproxy: Server = {
  name: 'haproxy',
  peers: ['peer-haproxy'],
  start: async ({ folder, credential: { chain, key }, clientRoot }) => {
    const home = mkdtempSync(join(folder, 'haproxy-'));
    const [pem, configuration] = [join(home, 'pem'), join(home, 'haproxy.cfg')];
    writeFileSync(pem, Buffer.concat([await readFile(chain), await readFile(key)]));
    return listen((port) => {
      const client = clientRoot === undefined ? '' : ` ca-file ${clientRoot} verify required`;
      writeFileSync(
        configuration,
        `defaults
 mode http
 timeout client 20s
 timeout server 20s
 timeout connect 20s
frontend pumps
 bind ${LOOPBACK}:${String(port)} ssl crt ${pem} ssl-min-ver TLSv1.3${client}
 http-request return status 200 content-type text/plain string ok
`,
      );
      return { peer: 'peer-haproxy', args: ['-db', '-f', configuration] };
    });
  },
};

export type ServerName = 'bouncyCastle' | 'go' | 'haproxy' | 'nginx' | 'node' | 'nss' | 'openssl';

export const SERVERS: Readonly<Record<ServerName, Server>> = {
  openssl,
  go,
  node,
  bouncyCastle,
  nss,
  nginx,
  haproxy,
};
