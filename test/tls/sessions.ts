/** Sessions over loopback between two sockets of this Node.js, and what each side says of them. */
import { once } from 'node:events';
import { type ConnectionOptions, connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';

import type { Posture } from '../../src/events/index.ts';
import { posture } from '../../src/tls/index.ts';

/** Both ends of one session. */
export interface Pair {
  readonly client: TLSSocket;
  readonly server: TLSSocket;
}

/** How a session is set up. */
export interface Meeting {
  readonly server: TlsOptions;
  readonly client: ConnectionOptions;
  /** Whether a second session resumes the first; the second is then the one looked at. */
  readonly resume?: boolean;
  /** Connects here in place of the server's own port, which it is told. */
  readonly through?: (port: number) => Promise<number>;
}

const HOST = '127.0.0.1';

async function connected(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: HOST,
    servername: 'localhost',
    checkServerIdentity: () => undefined,
    ...options,
  });
  const failed = once(socket, 'close').then(() =>
    Promise.reject(new Error('closed before the handshake ended')),
  );
  const errors = new Promise<never>((_, reject) => socket.on('error', reject));
  await Promise.race([once(socket, 'secureConnect'), errors, failed]);
  failed.catch(() => undefined);
  errors.catch(() => undefined);
  return socket;
}

/** The session to be resumed; TLS 1.3 sends it after the handshake. */
async function sessionOf(socket: TLSSocket): Promise<Buffer> {
  const session = await new Promise<Buffer | undefined>((resolve) => {
    const timer = setTimeout(resolve, 10_000, undefined);
    socket.once('session', (data) => {
      clearTimeout(timer);
      resolve(data);
    });
    socket.resume();
  });
  if (session === undefined) throw new Error('no session came');
  return session;
}

/** Lets a client and a server meet, and looks at both ends. */
export async function meet<T>(
  { server: serverOptions, client: clientOptions, resume = false, through }: Meeting,
  look: (pair: Pair) => T | Promise<T>,
): Promise<T> {
  const server = createServer(serverOptions);
  const accepted: TLSSocket[] = [];
  const waiting: ((socket: TLSSocket) => void)[] = [];
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    socket.write('hello');
    accepted.push(socket);
    waiting.shift()?.(socket);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  const port = (await through?.(address.port)) ?? address.port;
  const clients: TLSSocket[] = [];
  try {
    let session: Buffer | undefined;
    for (let round = resume ? 0 : 1; ; round++) {
      const arrival = new Promise<TLSSocket>((resolve) => waiting.push(resolve));
      const client = await connected(
        port,
        session === undefined ? clientOptions : { ...clientOptions, session },
      );
      clients.push(client);
      const pair = { client, server: await arrival };
      if (round === 1) return await look(pair);
      const tls12 = client.getProtocol() === 'TLSv1.2';
      session = tls12 ? client.getSession() : await sessionOf(client);
    }
  } finally {
    for (const socket of [...clients, ...accepted]) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

/** What both ends say of a session. */
export interface Postures {
  readonly client: Posture;
  readonly server: Posture;
}

export function posturesOf(meeting: Meeting): Promise<Postures> {
  return meet(meeting, ({ client, server }) => ({ client: posture(client), server: posture(server) }));
}
