/** Configurations rendered from one policy, loaded by four programs, which then agree about every client. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect, type ConnectionOptions, createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { namedPolicy, type PolicyName } from '../../src/policy/index.ts';
import {
  type CertificateFiles,
  type Credential,
  posture,
  renderConfiguration,
  type RenderedProgram,
  tlsPlan,
} from '../../src/tls/index.ts';
import { AT } from '../certificates/fixtures.ts';
import { type Listening, listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { describeWithRecentNode, findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { newCredential } from './keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-render-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const NAMES = ['ECDSA-P256-SHA256', 'ECDSA-P384-SHA384', 'ML-DSA-65', 'ML-DSA-87'] as const;
type Name = (typeof NAMES)[number];
const credentials = new Map<Name, { readonly credential: Credential; readonly files: CertificateFiles }>();
beforeAll(async () => {
  for (const name of NAMES) {
    const credential = await newCredential(name);
    const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
    writeFileSync(files.certificate, credential.certificatePem);
    writeFileSync(files.key, credential.privateKeyPem);
    credentials.set(name, { credential, files });
  }
});

interface Rendered {
  readonly home: string;
  readonly configuration: string;
  readonly files: readonly CertificateFiles[];
}

const READY = 'HTTP/1.0 200 OK\r\n\r\n';

async function startNode({ home, configuration }: Rendered): Promise<Listening> {
  const file = join(home, 'options.mjs');
  writeFileSync(file, configuration);
  const { options } = (await import(pathToFileURL(file).href)) as { options: TlsOptions };
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.resume().end(READY);
  }).listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    log: () => '',
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

const STARTS: Readonly<
  Record<RenderedProgram | 'openssl command', (rendered: Rendered) => Promise<Listening>>
> = {
  nginx: ({ home, configuration }) =>
    listen((port) => {
      const file = join(home, 'nginx.conf');
      mkdirSync(join(home, 'temporary'), { recursive: true });
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${join(home, 'temporary', name)};`)
        .join(' ');
      writeFileSync(
        file,
        `daemon off; master_process off; pid ${join(home, 'pid')}; error_log stderr info;
        events { worker_connections 64; }
        http { access_log off; ${temporary}
          server { listen ${LOOPBACK}:${String(port)} ssl;
${configuration}
            location / { return 200 "ok\n"; } } }`,
      );
      return { peer: 'peer-nginx', args: ['-e', 'stderr', '-p', home, '-c', file] };
    }),
  haproxy: ({ home, configuration }) =>
    listen((port) => {
      const [rendered, frontend] = [join(home, 'rendered.cfg'), join(home, 'frontend.cfg')];
      writeFileSync(rendered, configuration);
      const bind = /^#\s+bind :443 (.+)$/mu.exec(configuration)?.[1];
      if (bind === undefined) throw new Error('no bind line');
      writeFileSync(
        frontend,
        `defaults
 mode http
 timeout client 20s
 timeout server 20s
 timeout connect 20s
frontend pumps
 bind ${LOOPBACK}:${String(port)} ${bind}
 http-request return status 200 content-type text/plain string ok
`,
      );
      return { peer: 'peer-haproxy', args: ['-db', '-f', rendered, '-f', frontend] };
    }),
  node: startNode,
  openssl: ({ home, configuration, files: [first, second] }) =>
    listen((port) => {
      const file = join(home, 'openssl.cnf');
      writeFileSync(file, configuration);
      if (first === undefined) throw new Error('no certificate');
      return {
        peer: 'env',
        args: [
          ...[`OPENSSL_CONF=${file}`, findPeer('peer-openssl') ?? '', 's_server', '-www'],
          ...['-accept', `${LOOPBACK}:${String(port)}`, '-cert', first.certificate, '-key', first.key],
          ...(second === undefined ? [] : ['-dcert', second.certificate, '-dkey', second.key]),
        ],
      };
    }),
  'openssl command': ({ configuration }) =>
    listen((port) => {
      const line = /^# openssl (s_server .+)$/mu.exec(configuration)?.[1];
      if (line === undefined) throw new Error('no command line');
      const args = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/gu)].map(([, a, b, c]) => a ?? b ?? c ?? '');
      return { peer: 'peer-openssl', args: [...args, '-accept', `${LOOPBACK}:${String(port)}`, '-www'] };
    }),
};

/** What a client gets: group and key of the certificate, or that it was refused. */
async function call(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({
      port,
      host: LOOPBACK,
      servername: 'localhost',
      rejectUnauthorized: false,
      ...options,
    });
    socket.setTimeout(10_000, () => {
      resolve('hangs');
      socket.destroy();
    });
    socket.on('error', () => {
      resolve('refused');
    });
    socket.on('close', () => {
      resolve('refused');
    });
    socket.on('secureConnect', () => {
      const { group, authentication } = posture(socket);
      // A certificate that this policy does not want would end the connection after the handshake of the client.
      socket.once('data', () => {
        resolve(`${group ?? '?'} ${authentication.server.key ?? '?'}`);
        socket.destroy();
      });
      socket.write('GET / HTTP/1.0\r\n\r\n');
    });
  });
}

/** Clients by what they offer. The third names a hybrid and sends a share of a classical group alone. */
const CLIENTS: Readonly<Record<string, ConnectionOptions>> = {
  default: {},
  'X25519 only': { ecdhCurve: 'X25519' },
  'X25519 share, hybrid supported': { ecdhCurve: 'X25519MLKEM768:*X25519' },
  'P-384 hybrid only': { ecdhCurve: 'SecP384r1MLKEM1024' },
  'ML-KEM-768 only': { ecdhCurve: 'MLKEM768' },
  'ML-KEM-1024 before hybrids': { ecdhCurve: 'MLKEM1024:SecP384r1MLKEM1024:X25519MLKEM768' },
  'P-256 and P-384': { ecdhCurve: 'P-256:P-384' },
  'TLS 1.2 only': { maxVersion: 'TLSv1.2' },
  'no ML-DSA': { sigalgs: 'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384' },
};

interface Row {
  readonly policy: PolicyName;
  readonly names: readonly Name[];
  /** What every program must give each client; by the text of the policy. */
  readonly expected: Readonly<Record<string, string>>;
}

const ROWS: readonly Row[] = [
  {
    policy: 'hybrid-preferred',
    names: ['ECDSA-P256-SHA256', 'ML-DSA-65'],
    expected: {
      default: 'X25519MLKEM768 ML-DSA-65',
      'X25519 only': 'x25519 ML-DSA-65',
      'X25519 share, hybrid supported': 'X25519MLKEM768 ML-DSA-65',
      'P-384 hybrid only': 'SecP384r1MLKEM1024 ML-DSA-65',
      'ML-KEM-768 only': 'MLKEM768 ML-DSA-65',
      // The policy prefers hybrids, whatever the client has sent a share of.
      'ML-KEM-1024 before hybrids': 'X25519MLKEM768 ML-DSA-65',
      'P-256 and P-384': 'secp256r1 ML-DSA-65',
      'TLS 1.2 only': 'refused',
      'no ML-DSA': 'X25519MLKEM768 ECDSA-P256-SHA256',
    },
  },
  {
    policy: 'hybrid-required',
    names: ['ECDSA-P256-SHA256'],
    expected: {
      default: 'X25519MLKEM768 ECDSA-P256-SHA256',
      'X25519 only': 'refused',
      'X25519 share, hybrid supported': 'X25519MLKEM768 ECDSA-P256-SHA256',
      'P-384 hybrid only': 'SecP384r1MLKEM1024 ECDSA-P256-SHA256',
      'ML-KEM-768 only': 'refused',
      'ML-KEM-1024 before hybrids': 'X25519MLKEM768 ECDSA-P256-SHA256',
      'P-256 and P-384': 'refused',
      'TLS 1.2 only': 'refused',
      'no ML-DSA': 'X25519MLKEM768 ECDSA-P256-SHA256',
    },
  },
  {
    policy: 'pq-only',
    names: ['ML-DSA-65'],
    expected: {
      default: 'refused',
      'X25519 only': 'refused',
      'X25519 share, hybrid supported': 'refused',
      'P-384 hybrid only': 'refused',
      'ML-KEM-768 only': 'MLKEM768 ML-DSA-65',
      'ML-KEM-1024 before hybrids': 'MLKEM1024 ML-DSA-65',
      'P-256 and P-384': 'refused',
      'TLS 1.2 only': 'refused',
      'no ML-DSA': 'refused',
    },
  },
  {
    policy: 'cnsa-2.0',
    names: ['ECDSA-P384-SHA384', 'ML-DSA-87'],
    expected: {
      default: 'secp384r1 ML-DSA-87',
      'X25519 only': 'refused',
      'X25519 share, hybrid supported': 'refused',
      'P-384 hybrid only': 'SecP384r1MLKEM1024 ML-DSA-87',
      'ML-KEM-768 only': 'refused',
      'ML-KEM-1024 before hybrids': 'MLKEM1024 ML-DSA-87',
      'P-256 and P-384': 'secp384r1 ML-DSA-87',
      'TLS 1.2 only': 'refused',
      'no ML-DSA': 'secp384r1 ECDSA-P384-SHA384',
    },
  },
];

const PROGRAMS = [
  ['nginx', 'nginx', 'peer-nginx'],
  ['haproxy', 'haproxy', 'peer-haproxy'],
  ['node', 'node', undefined],
  ['openssl', 'openssl', 'peer-openssl'],
  ['openssl command', 'openssl', 'peer-openssl'],
] as const;

/** The same groups; of two certificates the classical one, as its configuration warns. */
function fromHaproxy(expected: Row['expected'], [classical, ...more]: readonly Name[]): Row['expected'] {
  if (more.length === 0 || classical === undefined) return expected;
  return Object.fromEntries(
    Object.entries(expected).map(([client, got]) => [client, got.replace(/ML-DSA-\d\d$/u, classical)]),
  );
}

describeWithRecentNode('one policy in four programs', () => {
  for (const { policy, names, expected } of ROWS)
    for (const [title, program, peer] of PROGRAMS)
      it(`${policy}: ${title}`, async (context) => {
        if (peer !== undefined && findPeer(peer) === undefined) context.skip();
        const given = names.flatMap((name) => credentials.get(name) ?? []);
        const plan = tlsPlan({
          policy: namedPolicy(policy),
          at: AT,
          side: 'server',
          engine: 'openssl-3.5',
          credentials: given.map(({ credential }) => credential),
        });
        const files = given.map((one) => one.files);
        const rendered = {
          home: mkdtempSync(join(folder, `${program}-`)),
          configuration: renderConfiguration(plan, program, files),
          files,
        };
        const server = await STARTS[title](rendered);
        try {
          const got: Record<string, string> = {};
          for (const [name, options] of Object.entries(CLIENTS)) got[name] = await call(server.port, options);
          expect(got, server.log().slice(-2000)).toEqual(
            title === 'haproxy' ? fromHaproxy(expected, names) : expected,
          );
        } finally {
          await server.stop();
        }
        report(`${policy} rendered for ${title}: ${String(Object.keys(CLIENTS).length)} clients`);
      });
});
