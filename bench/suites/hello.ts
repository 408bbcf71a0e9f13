import * as node from 'node:crypto';
import { createHelloReader, decodeClientHello, encodeClientHello, ja4 } from 'hybridge/tls';
import type { Pair } from '../compare.ts';

const GROUP = 0x11ec;

/** Finds the key shares of a well-formed ClientHello and looks at nothing else: what no parser can be quicker than. */
function scan(record: Uint8Array): number {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  let at = 5 + 4 + 2 + 32;
  at += 1 + view.getUint8(at);
  at += 2 + view.getUint16(at);
  at += 1 + view.getUint8(at);
  const end = at + 2 + view.getUint16(at);
  for (at += 2; at < end; at += 4 + view.getUint16(at + 2))
    if (view.getUint16(at) === 51) return view.getUint16(at + 6);
  return 0;
}

/**
 * Reading a ClientHello of the size that OpenSSL and browsers send. Beside what no parser can be quicker than (no
 * target: a scan checks nothing and gives nothing), and beside the least that a server computes for such a hello.
 */
export function helloPairs(): Promise<readonly Pair[]> {
  const { publicKey } = node.generateKeyPairSync('ml-kem-768');
  const peer = node.generateKeyPairSync('x25519').publicKey;
  const message = encodeClientHello({
    random: node.randomBytes(32),
    sessionId: node.randomBytes(32),
    cipherSuites: Array.from({ length: 30 }, (_, index) => 0x1301 + index),
    serverName: 'pump-7.ward-3.hospital.example',
    alpn: ['h2', 'http/1.1'],
    groups: [GROUP, 29, 23, 24],
    signatureAlgorithms: Array.from({ length: 26 }, (_, index) => 0x0401 + index),
    versions: [0x0304, 0x0303],
    pskModes: [1],
    keyShares: [
      { group: GROUP, keyExchange: node.randomBytes(1216) },
      { group: 29, keyExchange: node.randomBytes(32) },
    ],
    extensions: [
      { type: 11, data: Uint8Array.of(1, 0) },
      { type: 23, data: new Uint8Array(0) },
      { type: 35, data: new Uint8Array(0) },
      { type: 0xff01, data: Uint8Array.of(0) },
    ],
  });
  const record = Buffer.concat([
    Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 0xff),
    message,
  ]);
  const read = { label: 'createHelloReader', work: () => createHelloReader().push(record) };
  const hello = decodeClientHello(message);
  return Promise.resolve([
    {
      name: 'tls-hello/read-beside-scan',
      subject: read,
      baseline: { label: 'scan for key_share, unchecked', work: () => scan(record) },
    },
    {
      name: 'tls-hello/read-beside-key-exchange',
      subject: read,
      baseline: {
        label: 'ML-KEM-768 encapsulation and X25519',
        work: () => {
          const { privateKey } = node.generateKeyPairSync('x25519');
          return [node.encapsulate(publicKey), node.diffieHellman({ privateKey, publicKey: peer })];
        },
      },
      target: 5,
    },
    {
      name: 'tls-hello/ja4-beside-key-exchange',
      subject: { label: 'ja4', work: () => ja4(hello) },
      baseline: { label: 'ML-KEM-768 encapsulation', work: () => node.encapsulate(publicKey) },
    },
  ]);
}
