/** Servers on loopback for probes: real ones, ones that are wrong in one way, and relays before them. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

import { probe, type ProbeOptions, type ProbeReport } from '../../src/tls/index.ts';
import { provider } from '../certificates/fixtures.ts';

export const LOOPBACK = '127.0.0.1';

/** Something that listens, and how it is ended. */
export interface Listener {
  readonly port: number;
  /** How many connections came. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

async function listening(server: Server): Promise<Listener> {
  let count = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    count++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return {
    port: address.port,
    connections: () => count,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server of `node:tls`. */
export function tlsServer(options: TlsOptions): Promise<Listener> {
  const server = createTlsServer(options, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined);
  return listening(server);
}

/** A server of bytes. */
export function rawServer(serve: (socket: Socket) => void): Promise<Listener> {
  return listening(createServer(serve));
}

/** What a middlebox does with the first bytes that it reads of a connection, taken for the whole hello. */
export type Middlebox = (first: Buffer) => 'drop' | 'forward' | 'reset';

/** A middlebox before a server. */
export function relay(to: number, decide: Middlebox): Promise<Listener> {
  return rawServer((client) => {
    client.once('data', (first: Buffer) => {
      const decision = decide(first);
      if (decision === 'reset') client.resetAndDestroy();
      if (decision !== 'forward') return;
      const server = connect(to, LOOPBACK);
      server.on('error', () => client.destroy());
      client.on('error', () => server.destroy());
      client.on('close', () => server.destroy());
      server.write(first);
      client.pipe(server);
      server.pipe(client);
    });
  });
}

/** Probes a port with the patience of a test. */
export function probePort(port: number, options: Partial<ProbeOptions> = {}): Promise<ProbeReport> {
  return probe({ host: LOOPBACK, port, provider, concurrency: 8, ...options });
}

/** Probes what listens, and ends it. */
export async function probed(
  starting: Promise<Listener>,
  options: Partial<ProbeOptions> = {},
): Promise<ProbeReport> {
  const listener = await starting;
  try {
    return await probePort(listener.port, options);
  } finally {
    await listener.stop();
  }
}
