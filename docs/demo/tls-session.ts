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
  /** Bytes until the first application data, each way. */
  readonly clientBytes: number;
  readonly serverBytes: number;
  readonly milliseconds: number;
}

const SERVER_HELLO = 2;

/**
 * One TLS 1.3 handshake over loopback between node:tls on both sides, through a relay that reads along.
 *
 * @param group - Restricts the server to one group, as OpenSSL names it; its default order otherwise.
 */
export async function tlsSession(group?: string): Promise<TlsSession> {
  // A classical identity, as nearly all servers have today.
  const authority = await createAuthority('Demo root', 'ECDSA-P256-SHA256');
  const identity = await authority.issue('tls-server', 'CN=localhost', 'localhost');
  const restriction = group === undefined ? {} : { ecdhCurve: group };
  const server = createServer({ ...identity, minVersion: 'TLSv1.3', ...restriction }, (socket) => {
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

  try {
    const started = performance.now();
    const client = connect({
      port: relayPort,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.root.toPem(),
      ...restriction,
    });
    await once(client, 'secureConnect');
    const milliseconds = performance.now() - started;
    const protocol = client.getProtocol() ?? 'unknown';
    const sent = { clientBytes, serverBytes };
    client.resume();
    await once(client, 'close');
    if (groupCode === undefined) throw new Error('the first flight of the server holds no key share');
    return { protocol, groupCode, groupName: groupName(groupCode), ...sent, milliseconds };
  } finally {
    server.close();
    relay.close();
  }
}
