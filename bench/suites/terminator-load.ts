/** Clients that call a server on this machine: so many sessions, so many of them at the same time. */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';

/** Who calls. */
export interface Caller {
  readonly port: number;
  readonly context: SecureContext;
  /** A session to resume. */
  readonly session?: Buffer | undefined;
}

/** What clients trust and have. */
export function callerContext(
  root: string,
  own?: { readonly cert: string; readonly key: string },
): SecureContext {
  return createSecureContext({ ca: root, minVersion: 'TLSv1.3', ecdhCurve: 'X25519MLKEM768:X25519', ...own });
}

/** Opens a connection. */
function dial({ port, context, session }: Caller): TLSSocket {
  return connect({
    port,
    host: '127.0.0.1',
    servername: 'pump.example',
    secureContext: context,
    ...(session !== undefined && { session }),
  });
}

/** One session, until the server has said something and the connection is closed. Milliseconds to the session. */
function call(caller: Caller): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let milliseconds = Number.NaN;
    const socket = dial(caller);
    socket.once('secureConnect', () => {
      milliseconds = performance.now() - began;
      if (socket.isSessionReused() !== (caller.session !== undefined))
        socket.destroy(new Error('a session was resumed that should not have been, or was not'));
    });
    // The server has its session when it speaks.
    socket.once('data', () => {
      socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      resolve(milliseconds);
    });
  });
}

/** Makes sessions, and gives how long each took in milliseconds. Fails with the first that fails. */
export async function callTimes(caller: Caller, times: number, together: number): Promise<readonly number[]> {
  const took: number[] = [];
  let left = times;
  const line = async (): Promise<void> => {
    while (left-- > 0) took.push(await call(caller));
  };
  await Promise.all(Array.from({ length: together }, line));
  return took;
}

/** A session that can be resumed. */
export function sessionOf(caller: Caller): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = dial(caller).resume();
    socket.once('error', reject);
    socket.once('session', (session) => {
      resolve(session);
      socket.end();
    });
  });
}

/** Sessions that are open and on which nothing moves. */
export async function idle(caller: Caller, times: number, together: number): Promise<readonly TLSSocket[]> {
  const sockets: TLSSocket[] = [];
  let left = times;
  const line = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = dial(caller);
      sockets.push(socket);
      await once(socket, 'data');
    }
  };
  await Promise.all(Array.from({ length: together }, line));
  return sockets;
}

const PIECE = Buffer.alloc(65_536, 'hybridge');

/** Fetches bytes from the source behind a proxy. */
export async function download(caller: Caller, bytes: number): Promise<void> {
  const socket = dial(caller);
  socket.write(asked(bytes));
  let received = 0;
  for await (const chunk of socket) if (chunk instanceof Uint8Array) received += chunk.length;
  if (received !== bytes) throw new Error(`${String(received)} of ${String(bytes)} bytes came through`);
}

/** Sends bytes to the source behind a proxy. */
export async function upload(caller: Caller, bytes: number): Promise<void> {
  const socket = dial(caller);
  socket.resume();
  socket.write(asked(0));
  for (let left = bytes; left > 0; left -= PIECE.length)
    if (!socket.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE)) await once(socket, 'drain');
  socket.end();
  await once(socket, 'close');
}

function asked(bytes: number): Buffer {
  const request = Buffer.alloc(8);
  request.writeBigUInt64BE(BigInt(bytes));
  return request;
}
