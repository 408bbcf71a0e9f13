/** Bytes from one side to the other and back, until both have ended. */
import { connect, type Socket } from 'node:net';
import type { UpstreamFailed } from '../events/index.ts';

/** Where the service behind the terminator is. */
export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
}

/** How long the service and silent connections are waited for, in milliseconds. */
export interface ProxyTimeouts {
  /** Until there is a connection to the service; 5,000 unless told. */
  readonly connectMilliseconds: number;
  /** Until a connection on which nothing moves, in neither direction, is ended; ten minutes unless told. */
  readonly idleMilliseconds: number;
}

/** The timeouts of a proxy that was told none. */
export const DEFAULT_PROXY_TIMEOUTS: ProxyTimeouts = Object.freeze({
  connectMilliseconds: 5_000,
  idleMilliseconds: 600_000,
});

/** What went through a connection, and how it ended. */
export interface Relayed {
  /** Bytes from the client to the service; the header of the PROXY protocol is not counted. */
  readonly sent: number;
  /** Bytes from the service to the client. */
  readonly received: number;
  /** `end`: both sides had said all. `idle`: neither said anything for too long. */
  readonly ended: 'client-error' | 'end' | 'idle' | 'upstream-error';
  /** Why the service failed. */
  readonly failure?: Pick<UpstreamFailed, 'because' | 'message'>;
}

/** How a client is connected to the service. */
export interface RelayOptions {
  readonly upstream: UpstreamAddress;
  /** Sent to the service before everything else. */
  readonly header?: Uint8Array | undefined;
  readonly timeouts: ProxyTimeouts;
}

/** Why a connection to the service failed. */
export function upstreamFailure(
  error: Error & { readonly code?: unknown },
): Pick<UpstreamFailed, 'because' | 'message'> {
  const { code, message } = error;
  if (code === 'ETIMEDOUT') return { because: 'timeout', message };
  if (code === 'ECONNRESET' || code === 'EPIPE') return { because: 'reset', message };
  if (typeof code === 'string' && code.startsWith('HPE_')) return { because: 'protocol', message };
  return { because: 'unreachable', message };
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}

/** Opens a connection to the service; it fails with `ETIMEDOUT` when that takes too long. */
export function connectUpstream({ host, port }: UpstreamAddress, milliseconds: number): Socket {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const timer = setTimeout(() => {
    socket.destroy(timedOut(`no connection to ${host}:${port} within ${milliseconds} ms`));
  }, milliseconds);
  const settled = (): void => {
    clearTimeout(timer);
  };
  socket.once('connect', settled).once('close', settled);
  return socket;
}

/** The fewest looks at a connection before it counts as idle: it then ends at most a quarter late. */
const LOOKS = 4;

/** Calls back when a number has not changed for a while. Nothing is done for each byte or chunk. */
function whenUnchanged(milliseconds: number, total: () => number, then: () => void): () => void {
  let before = total();
  let unchanged = 0;
  const timer = setInterval(() => {
    const now = total();
    unchanged = now === before ? unchanged + 1 : 0;
    before = now;
    if (unchanged >= LOOKS) then();
  }, milliseconds / LOOKS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Joins two sockets in both directions, each ended when the other is, both destroyed when one fails. */
export function join(
  client: Socket,
  upstream: Socket,
  idleMilliseconds: number,
  done: (ended: Relayed['ended'], error?: Error) => void,
): void {
  let ended: Relayed['ended'] = 'end';
  let cause: Error | undefined;
  const fail = (how: Relayed['ended'], error?: Error): void => {
    if (ended === 'end') [ended, cause] = [how, error];
    client.destroy();
    upstream.destroy();
  };
  const upstreamLost = (error?: Error): void => {
    // A service that has said all may well not listen any more.
    if (upstream.readableEnded) client.destroySoon();
    else fail('upstream-error', error);
  };
  const stop = whenUnchanged(
    idleMilliseconds,
    () => upstream.bytesRead + upstream.bytesWritten,
    () => {
      fail('idle');
    },
  );
  let open = 2;
  const closed = (): void => {
    if (--open > 0) return;
    stop();
    done(ended, cause);
  };
  client.on('error', (error) => {
    fail('client-error', error);
  });
  upstream.on('error', upstreamLost);
  // A socket closes when both of its directions have ended, or when it was destroyed, for instance by a drain.
  client.once('close', () => {
    if (!upstream.destroyed && !(client.readableEnded && client.writableFinished)) fail('client-error');
    closed();
  });
  upstream.once('close', () => {
    if (!upstream.readableEnded || !upstream.writableFinished) upstreamLost();
    closed();
  });
  // Each direction may end before the other does.
  client.allowHalfOpen = true;
  client.pipe(upstream);
  upstream.pipe(client);
}

/**
 * Connects a client to the service and lets bytes through in both directions, with the backpressure of the slower
 * side, until both have ended. Never rejects: how it ended is the result.
 */
export function relay(client: Socket, { upstream, header, timeouts }: RelayOptions): Promise<Relayed> {
  return new Promise((resolve) => {
    const socket = connectUpstream(upstream, timeouts.connectMilliseconds);
    if (header !== undefined) socket.write(header);
    join(client, socket, timeouts.idleMilliseconds, (ended, error) => {
      resolve({
        sent: Math.max(0, socket.bytesWritten - (header?.length ?? 0)),
        received: socket.bytesRead,
        ended,
        ...(ended === 'upstream-error' && {
          failure: upstreamFailure(error ?? new Error('the service ended the connection')),
        }),
      });
    });
  });
}
