/** Suricata over recorded conversations of real peers: what they are, and how its log is made. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { converse, listen, LOOPBACK } from '../../certificates/tls/processes.ts';
import { askPeer, findPeer } from '../../support/peers.ts';
import { captureOf, captureOfDatagrams, overhear } from './capture.ts';

/** A conversation between two OpenSSLs, by the options of each. */
export interface Conversation {
  readonly name: string;
  readonly server: readonly string[];
  readonly client: readonly string[];
  /** The client comes back with the session of a first connection, and it is the second that is looked at. */
  readonly again?: true;
  /** The ClientHello is cut into records of so many bytes on its way. */
  readonly recordsOf?: number;
}

const HYBRID_AND_CLASSICAL = ['-groups', '*X25519MLKEM768:*X25519:P-256'];

export const CONVERSATIONS: readonly Conversation[] = [
  { name: 'hybrid', server: ['-groups', 'X25519MLKEM768:X25519'], client: HYBRID_AND_CLASSICAL },
  { name: 'hybrid only', server: [], client: ['-groups', 'X25519MLKEM768'] },
  {
    name: 'long answer',
    server: ['-groups', 'SecP384r1MLKEM1024'],
    client: ['-groups', 'SecP384r1MLKEM1024'],
  },
  {
    name: 'P-256 hybrid',
    server: ['-groups', 'SecP256r1MLKEM768'],
    client: ['-groups', 'SecP256r1MLKEM768'],
  },
  { name: 'post-quantum', server: ['-groups', 'MLKEM768'], client: ['-groups', 'MLKEM768'] },
  { name: 'classical', server: [], client: ['-groups', 'X25519:P-256'] },
  { name: 'finite field', server: ['-groups', 'ffdhe2048'], client: ['-groups', 'ffdhe2048'] },
  { name: 'stripped', server: ['-groups', 'X25519'], client: HYBRID_AND_CLASSICAL },
  { name: 'retry', server: ['-groups', 'P-256'], client: ['-groups', '*X25519MLKEM768:P-256'] },
  { name: 'TLS 1.2 chosen', server: ['-tls1_2'], client: HYBRID_AND_CLASSICAL },
  { name: 'TLS 1.2 offered', server: [], client: ['-tls1_2', '-groups', 'X25519:P-256'] },
  { name: 'resumed', server: [], client: HYBRID_AND_CLASSICAL, again: true },
  {
    name: 'pre-shared key alone',
    server: ['-allow_no_dhe_kex', '-prefer_no_dhe_kex'],
    client: [...HYBRID_AND_CLASSICAL, '-allow_no_dhe_kex'],
    again: true,
  },
  { name: 'TLS 1.2 resumed', server: ['-tls1_2'], client: HYBRID_AND_CLASSICAL, again: true },
  { name: 'hello in pieces', server: ['-groups', 'X25519'], client: HYBRID_AND_CLASSICAL, recordsOf: 100 },
];

/** The record of a ClientHello as several records, which TLS allows [RFC 9846 §5.1]. */
function inRecordsOf(size: number, record: Buffer): Buffer {
  const pieces: Buffer[] = [];
  const fragment = record.subarray(5);
  for (let offset = 0; offset < fragment.length; offset += size) {
    const piece = fragment.subarray(offset, offset + size);
    const header = Buffer.from(record.subarray(0, 5));
    header.writeUInt16BE(piece.length, 3);
    pieces.push(header, piece);
  }
  return Buffer.concat(pieces);
}

/** Files of one run. */
export class Rig {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'hybridge-sensor-'));

  constructor() {
    writeFileSync(
      join(this.folder, 'classification.config'),
      'config classification: policy-violation,Potential Corporate Privacy Violation,1\n',
    );
    writeFileSync(join(this.folder, 'suricata.yaml'), CONFIGURATION);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A key and its certificate, for servers. */
  async issue(): Promise<void> {
    await askPeer('peer-openssl', [
      ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-keyout', this.path('key.pem'), '-out', this.path('certificate.pem')],
      ...['-subj', '/CN=localhost', '-days', '30'],
    ]);
  }

  /** Has a conversation, and gives it as a capture file. */
  async record({ name, server, client, again, recordsOf }: Conversation): Promise<Uint8Array> {
    const service = await listen((port) => ({
      peer: 'peer-openssl',
      args: [
        ...['s_server', '-accept', `${LOOPBACK}:${String(port)}`, '-www', ...server],
        ...['-cert', this.path('certificate.pem'), '-key', this.path('key.pem')],
      ],
    }));
    const relay = await overhear(service.port);
    const session = this.path('session.pem');
    try {
      const call = async (more: readonly string[]): Promise<void> => {
        const { answered, output } = await converse(
          {
            peer: 'peer-openssl',
            args: [
              ...['s_client', '-connect', `${LOOPBACK}:${String(relay.port)}`, '-ign_eof', '-brief'],
              ...['-servername', 'pump.example', '-alpn', 'http/1.1', ...client, ...more],
            ],
          },
          10_000,
        );
        if (!answered) throw new Error(`${name}: no answer: ${output.slice(-400)}`);
      };
      if (again === true) await call(['-sess_out', session]);
      await call(again === true ? ['-sess_in', session] : []);
    } finally {
      await relay.stop();
      await service.stop();
    }
    const conversation = relay.conversations.at(-1) ?? [];
    return captureOf(
      conversation.map((heard, index) =>
        recordsOf === undefined || index > 0
          ? heard
          : { ...heard, bytes: inRecordsOf(recordsOf, heard.bytes) },
      ),
    );
  }

  /** The hello of OpenSSL's QUIC client, as a capture file. */
  recordQuic(groups: string): Promise<Uint8Array> {
    return captureOfDatagrams(async (port, heard) => {
      const program = findPeer('peer-openssl');
      if (program === undefined) throw new Error('peer-openssl is not installed');
      const child = spawn(
        program,
        [
          ...['s_client', '-quic', '-connect', `${LOOPBACK}:${String(port)}`, '-alpn', 'h3'],
          ...['-servername', 'pump.example', '-groups', groups],
        ],
        { stdio: ['pipe', 'ignore', 'ignore'] },
      );
      const ended = once(child, 'close');
      const until = Date.now() + 5000;
      while (!heard() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGKILL');
      await ended;
    });
  }

  /** Runs Suricata over a capture; gives its eve.json. */
  async observe(capture: Uint8Array, rules: string): Promise<string> {
    const log = this.path('log');
    rmSync(log, { recursive: true, force: true });
    mkdirSync(log);
    writeFileSync(this.path('capture.pcap'), capture);
    await this.run(rules, ['-l', log, '-k', 'none', '-r', this.path('capture.pcap')]);
    return readFileSync(join(log, 'eve.json'), 'utf8');
  }

  /** Runs Suricata with these rules; fails when it complains. Gives what it said. */
  async run(rules: string, args: readonly string[]): Promise<string> {
    writeFileSync(this.path('hybridge.rules'), rules);
    const output = await askPeer('peer-suricata', [
      ...['-c', this.path('suricata.yaml'), '-S', this.path('hybridge.rules'), '--init-errors-fatal'],
      ...['--set', `classification-file=${this.path('classification.config')}`, ...args],
    ]);
    return Buffer.from(output).toString('utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const CONFIGURATION = `%YAML 1.1
---
logging:
  default-log-level: warning
  outputs:
    - console:
        enabled: yes
threshold-file: /dev/null
reference-config-file: /dev/null
stats:
  enabled: no
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      types:
        - alert
        - tls:
            custom: [subject, issuer, session_resumed, serial, fingerprint, sni, version, not_before, not_after,
              ja3, ja3s, ja4, client_alpns, server_alpns, client_handshake, server_handshake]
        - quic
        - flow
app-layer:
  protocols:
    tls:
      enabled: yes
      ja3-fingerprints: yes
      ja4-fingerprints: yes
    quic:
      enabled: yes
      ja3-fingerprints: yes
      ja4-fingerprints: yes
`;
