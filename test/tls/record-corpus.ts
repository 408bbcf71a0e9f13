/**
 * Records the handshakes of `vectors/tls-hello`: real clients against real servers on loopback, as dumpcap captured
 * them and as tshark reads them. Run by hand with the peers installed and the right to capture:
 *
 *     node test/tls/record-corpus.ts [NAME ...]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

import { newChain } from '../certificates/tls/chains.ts';
import { CLIENTS, type ClientName } from '../certificates/tls/clients.ts';
import { listen, type Listening, LOOPBACK, REQUEST } from '../certificates/tls/processes.ts';
import { SERVERS } from '../certificates/tls/servers.ts';
import { nodeBinary, nodeVersions } from '../runtimes/nodes.ts';
import { askPeer, findPeer, runPeer } from '../support/peers.ts';
import { withoutTraces } from './captures.ts';
import { askTshark } from './tshark.ts';

const corpus = fileURLToPath(new URL('../../vectors/tls-hello', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hybridge-hellos-'));
const { ours } = await newChain(folder, 'classical');
const { chain, issuers, key } = ours.server;

const PSK = '00112233445566778899aabbccddeeff';

/** Servers of OpenSSL that allow less, and how that looks. */
const OPENSSL_SERVERS = {
  /** All it has by default. */
  plain: ['-early_data', '-max_early_data', '4096'],
  /** A group without a share in any hello: HelloRetryRequest. */
  retry: ['-groups', 'P-384'],
  /** A group that fewer offer. */
  largest: ['-groups', 'SecP384r1MLKEM1024'],
  tls12: ['-tls1_2', '-groups', 'X25519:P-256'],
  /** Without a key exchange there is no group to see. */
  plainPsk: ['-tls1_2', '-cipher', 'PSK', '-psk', PSK],
  old: ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'],
  psk: ['-tls1_3', '-nocert', '-psk', PSK, '-psk_identity', 'pump-7'],
} as const;

type OpensslServer = keyof typeof OPENSSL_SERVERS;

function opensslServer(name: OpensslServer, address = LOOPBACK): Promise<Listening> {
  const certificate = name === 'psk' ? [] : ['-cert', chain, '-cert_chain', issuers, '-key', key];
  return listen((port) => ({
    peer: 'peer-openssl',
    args: [
      's_server',
      '-accept',
      `${address}:${String(port)}`,
      '-www',
      ...certificate,
      ...OPENSSL_SERVERS[name],
    ],
  }));
}

/** Some servers never end a connection: by then everything is said. */
const PATIENCE = 3000;

async function openssl(port: number, ...args: readonly string[]): Promise<void> {
  await runPeer(
    'peer-openssl',
    [
      ...['s_client', '-connect', `${LOOPBACK}:${String(port)}`, '-servername', 'localhost', '-ign_eof'],
      ...['-CAfile', ours.rootFile, ...args],
    ],
    { input: Buffer.from(REQUEST), timeout: PATIENCE },
  ).catch(() => undefined);
}

/** The same as `CLIENTS`, a client against a server by its port. */
const call = async (name: ClientName, port: number): Promise<void> => {
  await CLIENTS[name].call({ folder, port, root: ours.rootFile });
};

async function nodeLine(major: string, port: number, options = ''): Promise<void> {
  const version = nodeVersions.find((each) => each.startsWith(`${major}.`));
  if (version === undefined) throw new Error(`no Node ${major}`);
  const program = `
    const socket = require('node:tls').connect({ port: ${String(port)}, host: '${LOOPBACK}', servername: 'localhost',
      ALPNProtocols: ['http/1.1'], ca: require('node:fs').readFileSync(${JSON.stringify(ours.rootFile)})${options} });
    socket.on('error', () => {}).on('secureConnect', () => socket.end('GET / HTTP/1.0\\r\\n\\r\\n')).resume();`;
  await new Promise((resolve, reject) => {
    nodeBinary(version).then((node) => {
      spawn(node, ['-e', program], { timeout: 10_000 }).on('close', resolve).on('error', reject);
    }, reject);
  });
}

async function chromium(port: number): Promise<void> {
  const spki = await askPeer('peer-openssl', ['x509', '-in', chain, '-noout', '-pubkey']);
  const point = await askPeer('peer-openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: spki });
  const digest = await askPeer('peer-openssl', ['dgst', '-sha256', '-binary'], { input: point });
  await runPeer(
    'chromium',
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      `--user-data-dir=${mkdtempSync(join(folder, 'chromium-'))}`,
      `--ignore-certificate-errors-spki-list=${Buffer.from(digest).toString('base64')}`,
      ...['--dump-dom', `https://localhost:${String(port)}/`],
    ],
    { timeout: 60_000 },
  );
}

const OTHER_SERVERS = [
  'go',
  'nss',
  'bouncyCastle',
  'nginx',
  'haproxy',
  'node',
  'botan',
  'jdk',
  'gnutls',
] as const;

/** The ports of the servers. */
type Servers = Readonly<Record<OpensslServer | 'ipv6' | (typeof OTHER_SERVERS)[number], number>>;

interface Recording {
  readonly what: string;
  readonly interface?: 'any' | 'lo';
  /** Arguments of dumpcap: the file format and the kind of frames. */
  readonly format?: readonly string[];
  readonly run: (servers: Servers) => Promise<void>;
}

/** One file each. */
const RECORDINGS: Readonly<Record<string, Recording>> = {
  openssl: {
    what: 'OpenSSL: resumption, early data taken and rejected, HelloRetryRequest, refusals, external PSK',
    run: async (servers) => {
      const [session, early] = [join(folder, 'session'), join(folder, 'early')];
      writeFileSync(early, REQUEST);
      await openssl(servers.plain, '-alpn', 'h2,http/1.1', '-sess_out', session);
      await openssl(servers.plain, '-sess_in', session);
      await openssl(servers.plain, '-sess_out', session);
      await openssl(servers.plain, '-sess_in', session, '-early_data', early);
      await openssl(servers.retry);
      await openssl(servers.retry, '-sess_in', session, '-early_data', early);
      await openssl(servers.largest, '-groups', 'X25519MLKEM768:SecP384r1MLKEM1024');
      await openssl(servers.plain, '-groups', 'MLKEM1024');
      await openssl(servers.largest, '-groups', 'X25519MLKEM768');
      await openssl(servers.psk, '-psk', PSK, '-psk_identity', 'pump-7');
    },
  },
  'openssl-tls12': {
    what: 'OpenSSL with TLS 1.2 and before: resumption, no group to see, refusals',
    run: async (servers) => {
      const session = join(folder, 'session12');
      await openssl(servers.tls12, '-tls1_2', '-sess_out', session);
      await openssl(servers.tls12, '-tls1_2', '-sess_in', session);
      await openssl(servers.tls12);
      await openssl(servers.plain, '-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256');
      await openssl(servers.plainPsk, '-tls1_2', '-cipher', 'PSK', '-psk', PSK);
      await openssl(servers.tls12, '-tls1_3');
      await openssl(servers.tls12, '-tls1_2', '-verify_return_error', '-no-CAfile', '-verifyCAfile', issuers);
      await openssl(servers.old, '-tls1', '-cipher', 'ALL:@SECLEVEL=0');
      await openssl(servers.old, '-tls1_2');
    },
  },
  go: both('go'),
  nss: both('nss'),
  botan: both('botan'),
  'bouncy-castle': both('bouncyCastle'),
  jdk: both('jdk'),
  gnutls: both('gnutls'),
  curl: both('curl'),
  chromium: { what: 'Chromium to OpenSSL', run: ({ plain }) => chromium(plain) },
  'node-20': node('20'),
  'node-22': node('22'),
  'node-24': node('24'),
  'node-26': node('26'),
  servers: {
    what: 'OpenSSL to Go, NSS, Bouncy Castle, nginx, haproxy, Node, Botan, JDK and GnuTLS, some with HelloRetryRequest',
    run: async (servers) => {
      for (const name of OTHER_SERVERS) await openssl(servers[name]);
      await openssl(servers.go, '-groups', 'X25519MLKEM768:P-256');
      await openssl(servers.botan, '-groups', 'P-521:X25519MLKEM768');
    },
  },
  ipv6: {
    what: 'OpenSSL to Node over IPv6',
    run: async ({ ipv6 }) => {
      await runPeer(
        'peer-openssl',
        ['s_client', '-connect', `[::1]:${String(ipv6)}`, '-ign_eof', '-CAfile', ours.rootFile],
        { input: Buffer.from(REQUEST), timeout: 10_000 },
      );
    },
  },
  'any-pcap': {
    what: 'OpenSSL to OpenSSL, captured as pcap in Linux cooked mode',
    interface: 'any',
    format: ['-P', '-y', 'LINUX_SLL'],
    run: ({ plain }) => openssl(plain),
  },
  'any-v2': {
    what: 'OpenSSL to OpenSSL, captured in Linux cooked mode v2',
    interface: 'any',
    format: ['-y', 'LINUX_SLL2'],
    run: ({ plain }) => openssl(plain),
  },
};

function both(name: ClientName): Recording {
  return {
    what: `${CLIENTS[name].name} to OpenSSL, and to one that asks for another group`,
    run: async ({ plain, retry }) => {
      await call(name, plain);
      await call(name, retry);
    },
  };
}

function node(major: string): Recording {
  return {
    what: `Node ${major} to OpenSSL, to one that asks for another group, and with TLS 1.2`,
    run: async ({ plain, retry, tls12 }) => {
      await nodeLine(major, plain);
      await nodeLine(major, retry);
      await nodeLine(major, tls12);
      await nodeLine(major, plain, `, maxVersion: 'TLSv1.2'`);
    },
  };
}

const started: Listening[] = [];

async function port(starting: Promise<Listening>): Promise<number> {
  const server = await starting;
  started.push(server);
  return server.port;
}

async function startServers(): Promise<Servers> {
  const service = { folder, credential: ours.server };
  const botanPolicy = join(folder, 'botan-server-policy');
  writeFileSync(
    botanPolicy,
    'allow_tls13=true\nallow_tls12=false\nkey_exchange_groups=x25519/ML-KEM-768 secp521r1\n',
  );
  return {
    plain: await port(opensslServer('plain')),
    retry: await port(opensslServer('retry')),
    largest: await port(opensslServer('largest')),
    tls12: await port(opensslServer('tls12')),
    plainPsk: await port(opensslServer('plainPsk')),
    old: await port(opensslServer('old')),
    psk: await port(opensslServer('psk')),
    ipv6: await ipv6Port(),
    go: await port(SERVERS.go.start(service)),
    node: await port(SERVERS.node.start(service)),
    nss: await port(SERVERS.nss.start(service)),
    bouncyCastle: await port(SERVERS.bouncyCastle.start(service)),
    nginx: await port(SERVERS.nginx.start(service)),
    haproxy: await port(SERVERS.haproxy.start(service)),
    botan: await port(
      listen((at) => ({
        peer: 'peer-botan',
        args: ['tls_server', chain, key, `--port=${String(at)}`, `--policy=${botanPolicy}`],
      })),
    ),
    jdk: await port(
      listen((at) => ({
        peer: 'bc-peer',
        args: ['tls-server', `port=${String(at)}`, `cert=${chain}`, `key=${key}`, 'provider=JDK'],
      })),
    ),
    gnutls: await port(
      listen((at) => ({
        peer: 'peer-gnutls-serv',
        args: ['-p', String(at), '--http', `--x509certfile=${chain}`, `--x509keyfile=${key}`],
      })),
    ),
  };
}

/** Node on the loopback address of IPv6; the servers above are waited for on IPv4. */
async function ipv6Port(): Promise<number> {
  const server = createServer({ cert: readFileSync(chain), key: readFileSync(key) }, (socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nok\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  started.push({ port: address.port, log: () => '', stop });
  return address.port;
}

/** Runs dumpcap while the work is done. */
async function captured(
  target: string,
  { interface: name = 'lo', format = [], run }: Recording,
  servers: Servers,
): Promise<void> {
  const tree = findPeer('_tree');
  if (tree === undefined) throw new Error('the peers are not installed');
  const ports = Object.values(servers).map((each) => `tcp port ${String(each)}`);
  const child = spawn(
    tree,
    ['/usr/bin/dumpcap', '-i', name, '-f', ports.join(' or '), '-w', target, ...format],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const closed = new Promise((resolve) => child.on('close', resolve));
  for (const until = Date.now() + 10_000; !log.includes('File:');)
    if (Date.now() > until) throw new Error(`dumpcap does not start: ${log}`);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  try {
    await run(servers);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } finally {
    child.kill('SIGINT');
    await closed;
  }
}

const wanted = process.argv.slice(2);
try {
  const servers = await startServers();
  for (const [name, recording] of Object.entries(RECORDINGS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const raw = join(folder, `${name}.capture`);
    await captured(raw, recording, servers);
    const file = join(corpus, `${name}.${recording.format?.includes('-P') === true ? 'pcap' : 'pcapng'}`);
    writeFileSync(file, withoutTraces(readFileSync(raw)));
    const tests = await askTshark(file);
    const version = /\d+\.\d+\.\d+/.exec(Buffer.from(await askPeer('peer-tshark', ['-v'])).toString())?.[0];
    const head = { what: recording.what, by: `TShark ${version ?? ''}` };
    const lines = tests.map((frame) => `  ${JSON.stringify(frame)}`).join(',\n');
    writeFileSync(
      join(corpus, `${name}.json`),
      `${JSON.stringify(head).slice(0, -1)},"tests":[\n${lines}\n]}\n`,
    );
    process.stdout.write(`${name}: ${String(tests.length)} frames with hellos or alerts\n`);
  }
} finally {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
