/** One connection to the server under examination: bytes out, records in, all of it bounded. */
import { connect, type Socket } from 'node:net';

import { HybridgeError, isHybridgeError, requireNotAborted } from '../../bytes/index.ts';
import { ServerFlight } from './server-flight.ts';

/** Where to connect to. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds that a server has for each of its steps, and what ends the waiting early. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Why the waiting for a server ended. */
export type Heard =
  | { readonly kind: 'broken'; readonly error: HybridgeError }
  | { readonly kind: 'closed' }
  | { readonly kind: 'enough' }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'timeout' };

/** A connection that is spoken over by hand. */
export class Line {
  readonly flight: ServerFlight = new ServerFlight();
  /** What the round trip of the TCP handshake took. */
  readonly roundTripMs: number;
  readonly #socket: Socket;
  readonly #patience: Patience;
  #sent = 0;
  #ended: Heard | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, patience: Patience, roundTripMs: number) {
    this.#socket = socket;
    this.#patience = patience;
    this.roundTripMs = roundTripMs;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#hear(chunk);
    });
    socket.on('error', () => {
      this.#end({ kind: 'reset' });
    });
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        this.#end({ kind: 'closed' });
      });
  }

  /** Bytes given to {@link send} so far. */
  get sent(): number {
    return this.#sent;
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  /** Sends pieces, each in a TCP segment of its own where there are several. */
  async send(pieces: readonly Uint8Array[], pauseMs: number): Promise<void> {
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) await this.#pause(pauseMs);
      requireNotAborted(this.#patience.signal);
      this.#sent += piece.length;
      if (this.#ended === undefined) this.#socket.write(piece);
    }
  }

  /**
   * Waits for the server.
   *
   * @param enough - Whether what came suffices.
   * @param quietMs - Milliseconds of silence after which nothing more is expected; `undefined`: not before the timeout.
   * @throws HybridgeError `aborted`.
   */
  async until(
    enough: (flight: ServerFlight) => boolean,
    quietMs: (flight: ServerFlight) => number | undefined = () => undefined,
  ): Promise<Heard> {
    const deadline = performance.now() + this.#patience.timeoutMs;
    for (;;) {
      requireNotAborted(this.#patience.signal);
      if (this.#ended?.kind === 'broken') return this.#ended;
      if (enough(this.flight)) return { kind: 'enough' };
      if (this.#ended !== undefined) return this.#ended;
      const left = deadline - performance.now();
      if (left <= 0) return { kind: 'timeout' };
      const quiet = quietMs(this.flight);
      const before = this.flight.bytes;
      await this.#pause(Math.min(left, quiet ?? left));
      const silent = this.flight.bytes === before && this.#running;
      if (quiet !== undefined && quiet < left && silent) return { kind: 'quiet' };
    }
  }

  close(): void {
    this.#socket.destroy();
    this.#end({ kind: 'closed' });
  }

  get #running(): boolean {
    return this.#ended === undefined;
  }

  #hear(chunk: Uint8Array): void {
    if (!this.#running) return;
    try {
      this.flight.push(chunk);
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
      this.#end({ kind: 'broken', error });
      this.#socket.destroy();
    }
    this.#wake?.();
  }

  #end(how: Heard): void {
    this.#ended ??= how;
    this.#wake?.();
  }

  /** Until something happens, at most so long. */
  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#patience;
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}

function connected({ host, port }: Destination, { timeoutMs, signal }: Patience): Promise<Socket> {
  requireNotAborted(signal);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (reason: string, cause?: unknown): void => {
      settle();
      socket.destroy();
      reject(
        new HybridgeError('input_output', `${place({ host, port })}: ${reason}`, {
          fault: 'peer',
          hint: 'check the name and the port, and that the server listens there',
          details: { host, port },
          cause,
        }),
      );
    };
    const aborted = (): void => {
      settle();
      socket.destroy();
      reject(
        new HybridgeError('aborted', 'the caller aborted the operation', {
          fault: 'caller',
          cause: signal?.reason,
        }),
      );
    };
    const refused = (error: Error): void => {
      fail(error.message, error);
    };
    const timer = setTimeout(() => {
      fail(`no connection within ${timeoutMs} ms`);
    }, timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      socket.off('error', refused);
      // What a socket that nobody wants any more says is of no interest.
      socket.on('error', () => undefined);
    };
    socket.once('error', refused);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
    signal?.addEventListener('abort', aborted);
  });
}

/** Host and port in one. */
export function place({ host, port }: Destination): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Connects, hands over the line, and closes it whatever happens.
 *
 * @throws HybridgeError `input_output` when there is no connection; `aborted`.
 */
export async function overLine<Result>(
  destination: Destination,
  patience: Patience,
  work: (line: Line) => Promise<Result>,
): Promise<Result> {
  const begun = performance.now();
  const socket = await connected(destination, patience);
  const line = new Line(socket, patience, performance.now() - begun);
  try {
    return await work(line);
  } finally {
    line.close();
  }
}
