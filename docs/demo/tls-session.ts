import { once } from 'node:events';
import {
  connect as connectPlain,
  createServer as createPlainServer,
  type AddressInfo,
  type Server,
} from 'node:net';
import { connect, createServer } from 'node:tls';
import * as asn1js from 'asn1js';
import { AttributeTypeAndValue, Certificate } from 'pkijs';
import { findByTlsGroup } from 'hybridge/registry';

/** What one handshake on loopback showed. */
export interface TlsSession {
  readonly protocol: string;
  /** The NamedGroup in the ServerHello, as it was read from the bytes on the wire. */
  readonly groupCode: number;
  readonly groupName: string;
  /** Bytes until the first application data, each way. */
  readonly clientBytes: number;
  readonly serverBytes: number;
  readonly milliseconds: number;
}

const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const KEY_SHARE = 51;

/**
 * The group of the server's key share, from the bytes of its first flight [RFC 9846 §4.1.3, §4.2.8].
 * Returns `undefined` when the bytes do not begin with a ServerHello that carries one.
 */
function groupInServerHello(flight: Uint8Array): number | undefined {
  const view = new DataView(flight.buffer, flight.byteOffset, flight.byteLength);
  // Record: type, version, length; handshake: type, 24-bit length; then version and random.
  if (flight.length < 44 || view.getUint8(0) !== HANDSHAKE || view.getUint8(5) !== SERVER_HELLO)
    return undefined;
  const end = Math.min(flight.length, 9 + (view.getUint32(5) & 0xffffff));
  let offset = 9 + 2 + 32;
  offset += 1 + view.getUint8(offset); // legacy_session_id_echo
  offset += 2 + 1; // cipher_suite, legacy_compression_method
  offset += 2; // length of the extensions
  while (offset + 4 <= end) {
    const type = view.getUint16(offset);
    const length = view.getUint16(offset + 2);
    if (type === KEY_SHARE && offset + 6 <= end) return view.getUint16(offset + 4);
    offset += 4 + length;
  }
  return undefined;
}

/** A self-signed P-256 certificate for `localhost`: classical identity, as nearly all servers have today. */
async function selfSigned(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new asn1js.Integer({ value: 1 });
  const name = new AttributeTypeAndValue({
    type: '2.5.4.3',
    value: new asn1js.Utf8String({ value: 'localhost' }),
  });
  certificate.issuer.typesAndValues.push(name);
  certificate.subject.typesAndValues.push(name);
  certificate.notBefore.value = new Date(Date.now() - 60_000);
  certificate.notAfter.value = new Date(Date.now() + 86_400_000);
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign(keys.privateKey, 'SHA-256');
  const pem = (label: string, der: ArrayBuffer): string =>
    `-----BEGIN ${label}-----\n${(
      Buffer.from(der)
        .toString('base64')
        .match(/.{1,64}/gu) ?? []
    ).join('\n')}\n-----END ${label}-----\n`;
  return {
    cert: pem('CERTIFICATE', certificate.toSchema().toBER(false)),
    key: pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', keys.privateKey)),
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/**
 * One TLS 1.3 handshake over loopback between node:tls on both sides, through a relay that records the bytes.
 *
 * @param group - Restricts the server to one group, as OpenSSL names it; its default order otherwise.
 */
export async function tlsSession(group?: string): Promise<TlsSession> {
  const identity = await selfSigned();
  const server = createServer(
    { ...identity, minVersion: 'TLSv1.3', ...(group === undefined ? {} : { ecdhCurve: group }) },
    (socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('hello, pump\n');
    },
  );
  const serverPort = await listen(server);

  const fromServer: Buffer[] = [];
  let clientBytes = 0;
  const relay = createPlainServer((downstream) => {
    const upstream = connectPlain(serverPort, '127.0.0.1');
    downstream.on('data', (chunk: Buffer) => {
      clientBytes += chunk.length;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      fromServer.push(chunk);
      downstream.write(chunk);
    });
    upstream.on('end', () => downstream.end());
    downstream.on('error', () => upstream.destroy());
    upstream.on('error', () => downstream.destroy());
  });
  const relayPort = await listen(relay);

  try {
    const started = performance.now();
    const client = connect({
      port: relayPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: identity.cert,
      ...(group === undefined ? {} : { ecdhCurve: group }),
    });
    await once(client, 'secureConnect');
    const milliseconds = performance.now() - started;
    const protocol = client.getProtocol() ?? 'unknown';
    const flight = Buffer.concat(fromServer);
    const sentByClient = clientBytes;
    client.resume();
    await once(client, 'close');
    const groupCode = groupInServerHello(flight);
    if (groupCode === undefined) throw new Error('the first flight of the server holds no key share');
    return {
      protocol,
      groupCode,
      groupName: findByTlsGroup(groupCode)?.name ?? `0x${groupCode.toString(16)}`,
      clientBytes: sentByClient,
      serverBytes: flight.length,
      milliseconds,
    };
  } finally {
    server.close();
    relay.close();
  }
}
