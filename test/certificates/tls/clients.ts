/** Clients that trust one root alone, expect `localhost`, and may present a certificate of ours. */
import { readFile } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';

import { signature } from '../../../src/registry/index.ts';
import { type Credential, type KindName, KINDS, PASSWORD } from './chains.ts';
import { type Conversation, converse, LOOPBACK, REQUEST, RESPONSE } from './processes.ts';
import { BC_SCHEMES, nssDatabase, type ServerName } from './servers.ts';
import { nodeKnowsMlDsa } from '../../support/peers.ts';

/** Whom a client calls. */
export interface Call {
  readonly folder: string;
  readonly port: number;
  /** The root that it trusts. */
  readonly root: string;
  readonly credential?: Credential | undefined;
  /** The only group that it offers, or a list of them, as the client writes it. */
  readonly group?: string | undefined;
  /** Where OpenSSL and Botan keep their session, and resume it if they have one. */
  readonly session?: { readonly file: string; readonly resume: boolean } | undefined;
}

export interface Client {
  readonly name: string;
  readonly peers: readonly string[];
  /** Why it cannot have a handshake over such a chain with such a server, when it cannot. */
  readonly cannot?: (kind: KindName, server: ServerName) => string | undefined;
  /** Whether it presents no certificate here. */
  readonly withoutCredential?: true;
  /** What it says when it does not trust the server's certificate. */
  readonly distrust: RegExp;
  /** Calls; `answered` when the server answered on a connection whose chain the client has verified. */
  readonly call: (call: Call) => Promise<Conversation>;
}

/** The kinds of the signatures that a chain has for everybody. */
function signatures(kind: KindName): ReadonlySet<string> {
  const { root, intermediate, leaf } = KINDS[kind];
  return new Set([root, intermediate, leaf].map((name) => signature(name).kind));
}

const openssl: Client = {
  name: 'OpenSSL',
  peers: ['peer-openssl'],
  distrust: /certificate verify failed|unable to get .*issuer|self-signed certificate/i,
  call: async ({ port, root, credential, group, session }) => {
    const talk = await converse({
      peer: 'peer-openssl',
      args: [
        ...['s_client', '-connect', `${LOOPBACK}:${String(port)}`, '-tls1_3', '-brief', '-ign_eof'],
        ...['-servername', 'localhost', '-verify_hostname', 'localhost'],
        ...['-CAfile', root, '-verify_return_error', '-x509_strict'],
        ...(group === undefined ? [] : ['-groups', group]),
        ...(session === undefined ? [] : [session.resume ? '-sess_in' : '-sess_out', session.file]),
        ...(credential === undefined
          ? []
          : ['-cert', credential.chain, '-cert_chain', credential.issuers, '-key', credential.key]),
      ],
    });
    return { ...talk, answered: talk.answered && talk.output.includes('Verification: OK') };
  },
};

const go: Client = {
  name: 'Go',
  peers: ['go-peer'],
  distrust: /x509: /,
  call: async ({ port, root, credential, group }) => {
    const talk = await converse({
      peer: 'go-peer',
      args: [
        ...['client', '-connect', `${LOOPBACK}:${String(port)}`, '-ca', root],
        ...(group === undefined ? [] : ['-curves', group]),
        ...(credential === undefined ? [] : ['-cert', credential.chain, '-key', credential.key]),
      ],
    });
    return { ...talk, answered: talk.answered && talk.output.includes('"peerVerified":true') };
  },
};

const node: Client = {
  name: 'Node',
  peers: nodeKnowsMlDsa ? [] : ['Node with OpenSSL 3.5'],
  distrust: /certificate|UNABLE_TO/i,
  call: async ({ port, root, credential, group }) => {
    const ca = await readFile(root);
    const own = credential && { cert: await readFile(credential.chain), key: await readFile(credential.key) };
    return new Promise((resolve) => {
      const socket = connect({
        port,
        host: LOOPBACK,
        servername: 'localhost',
        ca,
        minVersion: 'TLSv1.3',
        ...(group !== undefined && { ecdhCurve: group }),
        ...own,
      });
      let output = '';
      let hung = false;
      socket.setTimeout(20_000, () => {
        hung = true;
        socket.destroy();
      });
      socket.on('secureConnect', () => socket.write(REQUEST));
      socket.on('error', (error) => (output += error.message));
      socket.setEncoding('utf8').on('data', (text: string) => (output += text));
      socket.on('close', () => {
        resolve({ output, answered: RESPONSE.test(output) && socket.authorized, hung });
      });
    });
  },
};

function javaCall(provider: 'BC' | 'JDK'): Client['call'] {
  return async ({ port, root, credential, group }) => {
    const talk = await converse({
      peer: 'bc-peer',
      args: [
        ...['tls-client', `provider=${provider}`, `port=${String(port)}`, `ca=${root}`, 'host=localhost'],
        ...(provider === 'BC' ? [`sigs=${BC_SCHEMES}`] : []),
        ...(group === undefined ? [] : [`groups=${group}`]),
        ...(credential === undefined ? [] : [`cert=${credential.chain}`, `key=${credential.key}`]),
      ],
    });
    return { ...talk, answered: talk.answered && talk.output.includes('ok client') };
  };
}

const bouncyCastle: Client = {
  name: 'Bouncy Castle',
  peers: ['bc-peer'],
  distrust: /certificate|CertPath|trust/i,
  call: javaCall('BC'),
};

const jdk: Client = {
  name: 'JDK',
  peers: ['bc-peer'],
  cannot: (kind) => (signatures(kind).has('ml-dsa') ? 'SunJSSE has no ML-DSA' : undefined),
  distrust: /certificate|PKIX|trust/i,
  call: javaCall('JDK'),
};

const nss: Client = {
  name: 'NSS',
  peers: ['peer-tstclnt', 'peer-certutil', 'peer-pk12util'],
  distrust: /SEC_ERROR|issuer|certificate/i,
  call: async ({ folder, port, root, credential, group }) => {
    const database = await nssDatabase(folder, root, credential);
    return converse({
      peer: 'peer-tstclnt',
      args: [
        ...['-4', '-h', 'localhost', '-p', String(port), '-d', database, '-V', 'tls1.3:tls1.3', '-v'],
        ...(group === undefined ? [] : ['-I', group]),
        ...(credential === undefined ? [] : ['-n', 'client']),
      ],
      last: /Read from server 0 bytes/,
    });
  },
};

const curl: Client = {
  name: 'curl',
  peers: ['peer-curl'],
  distrust: /certificate/i,
  call: ({ port, root, credential, group }) =>
    converse({
      peer: 'peer-curl',
      args: [
        ...['-sS', '-i', '--http1.0', '--no-alpn', '--tlsv1.3', '--max-time', '20', '--noproxy', '*'],
        ...['--cacert', root, '--resolve', `localhost:${String(port)}:${LOOPBACK}`],
        ...(group === undefined ? [] : ['--curves', group]),
        ...(credential === undefined ? [] : ['--cert', credential.chain, '--key', credential.key]),
        `https://localhost:${String(port)}/`,
      ],
    }),
};

const botan: Client = {
  name: 'Botan',
  peers: ['peer-botan'],
  cannot: (kind, server) => {
    if (signature(KINDS[kind].leaf).kind === 'ml-dsa') return 'its TLS has no ML-DSA, its X.509 has';
    return signatures(kind).has('ml-dsa') && server === 'bouncyCastle'
      ? 'Bouncy Castle sends no certificates with signatures that the client has not named'
      : undefined;
  },
  withoutCredential: true,
  distrust: /certificate|trust|cannot establish/i,
  call: ({ folder, port, root, group, session }) => {
    const policy = join(folder, `botan-policy-${(group ?? '').replaceAll(/[/ ]/g, '-')}`);
    const groups = group === undefined ? '' : `key_exchange_groups=${group}\n`;
    writeFileSync(policy, `allow_tls13=true\nallow_tls12=false\n${groups}`);
    return converse({
      peer: 'peer-botan',
      args: [
        ...['tls_client', 'localhost', `--port=${String(port)}`, `--policy=${policy}`],
        ...[`--trusted-cas=${root}`, '--skip-system-cert-store'],
        ...(session === undefined ? [] : [`--session-db=${session.file}`, `--session-db-pass=${PASSWORD}`]),
      ],
    });
  },
};

const gnutls: Client = {
  name: 'GnuTLS',
  peers: ['peer-gnutls-cli'],
  cannot: (kind) => (signatures(kind).has('ml-dsa') ? 'it is built without ML-DSA' : undefined),
  distrust: /certificate/i,
  call: ({ port, root, credential, group }) =>
    converse({
      peer: 'peer-gnutls-cli',
      args: [
        ...['localhost', '-p', String(port), `--x509cafile=${root}`],
        `--priority=NORMAL:-VERS-ALL:+VERS-TLS1.3${group === undefined ? '' : `:-GROUP-ALL:+${group}`}`,
        ...(credential === undefined
          ? []
          : [`--x509certfile=${credential.chain}`, `--x509keyfile=${credential.key}`]),
      ],
    }),
};

export type ClientName =
  'botan' | 'bouncyCastle' | 'curl' | 'gnutls' | 'go' | 'jdk' | 'node' | 'nss' | 'openssl';

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  openssl,
  go,
  node,
  bouncyCastle,
  nss,
  curl,
  jdk,
  botan,
  gnutls,
};
