/** Headers of the PROXY protocol as HAProxy and nginx read them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeProxyHeader, type ProxyHeader } from '../../src/terminator/proxy-protocol.ts';
import { type Listening, listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';

const folder = mkdtempSync(join(tmpdir(), 'hybridge-proxy-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const POSTURE = { keyExchange: 'hybrid', group: 'X25519MLKEM768', identities: ['uri:urn:dev:ops:pump-17'] };

const FULL: ProxyHeader = {
  source: { address: '192.0.2.7', port: 51234 },
  destination: { address: '198.51.100.1', port: 443 },
  alpn: 'http/1.1',
  authority: 'pump.example',
  uniqueId: '01JD3K7E-connection',
  tls: {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'X25519MLKEM768',
    scheme: 'mldsa65',
    certificate: 'presented',
    commonName: 'pump 17',
  },
  posture: POSTURE,
};

const CASES: readonly (readonly [string, ProxyHeader])[] = [
  ['all of it', FULL],
  [
    'IPv6',
    {
      ...FULL,
      source: { address: '2001:db8::7', port: 51234 },
      destination: { address: '2001:db8::1', port: 443 },
    },
  ],
  ['addresses alone', { source: FULL.source, destination: FULL.destination }],
  ['the longest posture', { ...FULL, posture: { text: 'x'.repeat(1024 - '{"text":""}'.length) } }],
];

async function ask(port: number, header: ProxyHeader): Promise<string> {
  const socket = connect(port, LOOPBACK);
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  socket.write(encodeProxyHeader(header));
  socket.write('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  // Nothing of an answer is lost with the connection.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('close', resolve));
  return text.slice(text.indexOf('\r\n\r\n') + 4).trim();
}

interface Reader {
  readonly name: string;
  readonly peer: string;
  readonly start: () => Promise<Listening>;
  /** What it has to say of a header, a line for each thing it reads. */
  readonly lines: (header: ProxyHeader) => readonly string[];
}

const nginx: Reader = {
  name: 'nginx',
  peer: 'peer-nginx',
  start: () =>
    listen((port) => {
      const home = mkdtempSync(join(folder, 'nginx-'));
      mkdirSync(join(home, 'temporary'));
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${join(home, 'temporary', name)};`)
        .join(' ');
      const tlv = [
        'alpn',
        'authority',
        'unique_id',
        'ssl_version',
        'ssl_cn',
        'ssl_cipher',
        'ssl_verify',
        '0xe0',
      ];
      const said = tlv.map((name) => `$proxy_protocol_tlv_${name}`).join('\\n');
      const configuration = join(home, 'nginx.conf');
      writeFileSync(
        configuration,
        `daemon off; master_process off; pid ${join(home, 'pid')}; error_log stderr info;
        events { worker_connections 64; }
        http { access_log off; ${temporary}
          # The header is read into it: without this, 1024 bytes are the most.
          client_header_buffer_size 4k;
          server { listen ${LOOPBACK}:${String(port)} proxy_protocol;
            location / { default_type text/plain; return 200
              "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port\\n${said}\\n"; } } }`,
      );
      return { peer: 'peer-nginx', args: ['-e', 'stderr', '-p', home, '-c', configuration] };
    }),
  lines: ({ source, destination, alpn = '', authority = '', uniqueId = '', tls, posture }) => [
    `${source.address} ${source.port} ${destination.address} ${destination.port}`,
    ...[alpn, authority, uniqueId, tls?.version ?? '', tls?.commonName ?? '', tls?.cipher ?? ''],
    tls === undefined ? '' : '0',
    posture === undefined ? '' : JSON.stringify(posture),
  ],
};

const haproxy: Reader = {
  name: 'HAProxy',
  peer: 'peer-haproxy',
  start: () =>
    listen((port) => {
      const home = mkdtempSync(join(folder, 'haproxy-'));
      const configuration = join(home, 'haproxy.cfg');
      const said = [
        '%[src] %[src_port] %[dst] %[dst_port]',
        '%[fc_pp_tlv(0x01)]',
        '%[fc_pp_authority]',
        '%[fc_pp_unique_id]',
        '%[fc_pp_tlv(0xE0)]',
      ].join('\\n');
      writeFileSync(
        configuration,
        `defaults
 mode http
 timeout client 20s
 timeout server 20s
 timeout connect 20s
frontend pumps
 bind ${LOOPBACK}:${String(port)} accept-proxy
 http-request return status 200 content-type text/plain lf-string "${said}\\n"
`,
      );
      return { peer: 'peer-haproxy', args: ['-db', '-f', configuration] };
    }),
  lines: ({ source, destination, alpn = '', authority = '', uniqueId = '', posture }) => [
    `${source.address} ${source.port} ${destination.address} ${destination.port}`,
    ...[alpn, authority, uniqueId],
    posture === undefined ? '' : JSON.stringify(posture),
  ],
};

for (const reader of [nginx, haproxy])
  describe(`PROXY protocol read by ${reader.name}`, () => {
    it.skipIf(findPeer(reader.peer) === undefined)('reads all that it knows', async () => {
      const server = await reader.start();
      try {
        for (const [title, header] of CASES)
          expect((await ask(server.port, header)).split('\n'), `${title}: ${server.log()}`).toEqual(
            // Trailing empty lines are lost.
            reader.lines(header).join('\n').trim().split('\n'),
          );
        report(
          `PROXY protocol: ${reader.name} reads ${String(CASES.length)} of ${String(CASES.length)} headers`,
        );
      } finally {
        await server.stop();
      }
    });
  });
