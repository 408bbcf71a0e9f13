/** Somebody on the way: carries bytes between client and server, and changes the hellos as it likes. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type ClientHello,
  createHelloReader,
  decodeServerHello,
  encodeServerHello,
  type HelloExtension,
  type ServerHello,
} from '../../src/tls/index.ts';
import { portOf } from '../terminator/listener-hellos.ts';
import { LOOPBACK } from '../terminator/proxy-support.ts';
import { records } from './wire.ts';

/** What somebody on the way does. Whatever is not named goes through as it is. */
export interface Tampering {
  /** What the server gets in place of a hello; `undefined`: the connection is cut. */
  readonly hello?: (hello: ClientHello) => Uint8Array | undefined;
  /** What the server gets in place of all bytes of a first flight that is longer than one segment. */
  readonly longFlight?: (flight: Buffer) => Buffer;
  /** What the client gets in place of a ServerHello or HelloRetryRequest. */
  readonly serverHello?: (hello: ServerHello) => Uint8Array;
}

/** A relay that is listening. */
export interface Relay {
  readonly port: number;
  /** What it does to connections that begin from now on. */
  tampering: Tampering;
  /** First flights that came from clients. */
  readonly flights: Buffer[];
}

/** What a segment of TCP carries over Ethernet. */
const SEGMENT = 1460;
const RECORD_HEADER = 5;

/** Starts a relay before a server; it ends with the test. */
export async function relayTo(serverPort: number): Promise<Relay> {
  const open = new Set<Socket>();
  const flights: Buffer[] = [];
  const server = createServer({ noDelay: true }, (client) => {
    const { tampering } = relay;
    const upstream = connect({ port: serverPort, host: LOOPBACK, noDelay: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroySoon();
      });
    }
    fromClient(client, upstream, tampering, flights);
    fromServer(client, upstream, tampering);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await once(server.listen(0, LOOPBACK), 'listening');
  const relay: Relay = { port: portOf(server), tampering: {}, flights };
  return relay;
}

function fromClient(
  client: Socket,
  upstream: Socket,
  { hello, longFlight }: Tampering,
  flights: Buffer[],
): void {
  const reader = createHelloReader();
  const read = (chunk: Buffer): void => {
    const progress = reader.push(chunk);
    if (progress.state !== 'complete') return;
    client.off('data', read);
    const received = Buffer.from(progress.received);
    flights.push(received);
    if (received.length > SEGMENT && longFlight !== undefined) {
      upstream.end(longFlight(received));
      client.resume();
      return;
    }
    const message = hello === undefined ? undefined : hello(progress.hello);
    if (hello !== undefined && message === undefined) {
      client.destroy();
      return;
    }
    upstream.write(message === undefined ? received : records(message));
    client.pipe(upstream);
  };
  client.on('data', read);
}

function fromServer(client: Socket, upstream: Socket, { serverHello }: Tampering): void {
  if (serverHello === undefined) {
    upstream.pipe(client);
    return;
  }
  let held = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk]);
    // OpenSSL gives a ServerHello a record of its own.
    const end = held.length < RECORD_HEADER ? Infinity : RECORD_HEADER + held.readUInt16BE(3);
    if (held.length < end) return;
    upstream.off('data', read);
    const isHandshake = held[0] === 22;
    const message = held.subarray(RECORD_HEADER, end);
    client.write(isHandshake ? records(serverHello(decodeServerHello(message))) : held.subarray(0, end));
    client.write(held.subarray(end));
    upstream.pipe(client);
  };
  upstream.on('data', read);
}

/** A ServerHello with other parts. */
export function otherServerHello(
  { kind, random, sessionId, cipherSuite, extensions }: ServerHello,
  changes: {
    readonly cipherSuite?: number;
    readonly extensions?: (extension: HelloExtension) => HelloExtension | undefined;
  },
): Uint8Array {
  return encodeServerHello({
    kind,
    ...(kind === 'server-hello' && { random }),
    sessionId,
    cipherSuite: changes.cipherSuite ?? cipherSuite,
    extensions: extensions.flatMap((extension) => {
      const kept = changes.extensions === undefined ? extension : changes.extensions(extension);
      return kept === undefined ? [] : [kept];
    }),
  });
}
