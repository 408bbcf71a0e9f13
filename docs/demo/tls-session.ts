import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { createFlightReader, decodeServerHello, groupName } from 'hybridge/tls';
import { createAuthority } from './identity.ts';
import { createRelay, listen } from './relay.ts';

/** What one handshake on loopback showed. */
export interface TlsSession {
  readonly protocol: string;
  /** The NamedGroup in the ServerHello, as it was read from the bytes on the wire. */
  readonly groupCode: number;
  readonly groupName: string;
  /** Bytes of the handshake with its records, each way; tickets come later. */
  readonly clientBytes: number;
  readonly serverBytes: number;
  /** DER of the server's certificate. */
  readonly certificateBytes: number;
  readonly milliseconds: number;
}

/** What is asked of a handshake. */
export interface TlsWish {
  /** The only group of both sides, as OpenSSL names it; OpenSSL's own choice otherwise. */
  readonly group?: string;
  /** What the server and its authority sign with; default the classical one that nearly all servers have today. */
  readonly signature?: 'ECDSA-P256-SHA256' | 'ML-DSA-65';
}

/** The names in the certificates. */
export const TLS_NAMES = { root: 'Demo root', server: 'localhost' } as const;

const SERVER_HELLO = 2;

/** One TLS 1.3 handshake over loopback between node:tls on both sides, through a relay that reads along. */
export async function tlsSession({
  group,
  signature = 'ECDSA-P256-SHA256',
}: TlsWish = {}): Promise<TlsSession> {
  const authority = await createAuthority(TLS_NAMES.root, signature);
  const identity = await authority.issue('tls-server', `CN=${TLS_NAMES.server}`, TLS_NAMES.server);
  const wish = { minVersion: 'TLSv1.3', ...(group === undefined ? {} : { ecdhCurve: group }) } as const;
  const server = createServer({ ...identity, ...wish }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('hello, pump\n');
  });
  const serverPort = await listen(server);

  const reader = createFlightReader();
  let groupCode: number | undefined;
  let clientBytes = 0;
  let serverBytes = 0;
  const relay = createRelay(serverPort, () => ({
    up(chunk) {
      clientBytes += chunk.length;
      return chunk;
    },
    down(chunk) {
      serverBytes += chunk.length;
      for (const item of reader.push(chunk))
        if (item.kind === 'handshake' && item.type === SERVER_HELLO)
          groupCode = decodeServerHello(item.message).selectedGroup;
    },
  }));
  const relayPort = await listen(relay);
  // By then the client has said all that belongs to the handshake, and nothing more.
  const heard = new Promise<number>((resolve) => {
    server.once('secureConnection', () => {
      resolve(clientBytes);
    });
  });

  try {
    const started = performance.now();
    const client = connect({
      port: relayPort,
      host: '127.0.0.1',
      servername: TLS_NAMES.server,
      ca: authority.root.toPem(),
      ...wish,
    });
    await once(client, 'secureConnect');
    const milliseconds = performance.now() - started;
    const protocol = client.getProtocol() ?? 'unknown';
    const certificateBytes = client.getPeerX509Certificate()?.raw.length ?? 0;
    const sent = { serverBytes, clientBytes: await heard, certificateBytes };
    client.resume();
    await once(client, 'close');
    if (groupCode === undefined) throw new Error('the first flight of the server holds no key share');
    return { protocol, groupCode, groupName: groupName(groupCode), ...sent, milliseconds };
  } finally {
    server.close();
    relay.close();
  }
}
