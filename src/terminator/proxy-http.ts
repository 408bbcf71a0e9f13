/** HTTP/1.1 from TLS sessions to the service behind the terminator, which is told of the session in every request. */
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as sendRequest,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { UpstreamFailed } from '../events/index.ts';
import { endpointsOf } from './endpoint.ts';
import {
  answerHeaders,
  type ForwardedSession,
  type OutgoingRequest,
  outgoingRequest,
} from './http-headers.ts';
import {
  connectUpstream,
  join,
  type ProxyTimeouts,
  type UpstreamAddress,
  upstreamFailure,
} from './proxy-tcp.ts';
import { proxyHeaderOf, sessionHeader, type ToldSession } from './told.ts';

/** What a request may cost. Times are in milliseconds. */
export interface HttpLimits {
  /** Bytes of a request line with its header fields; 16,384 unless told. Longer ones are answered with 431. */
  readonly headerBytes: number;
  /** Until the header of a request is complete; 10,000 unless told. Slower ones are answered with 408. */
  readonly headerMilliseconds: number;
  /** Until the request with its body is complete; five minutes unless told. */
  readonly requestMilliseconds: number;
  /** Until the service has begun to answer a request that it has; 60,000 unless told. Then the answer is 504. */
  readonly answerMilliseconds: number;
  /** How long a connection without a request is kept; 65,000 unless told. */
  readonly keepAliveMilliseconds: number;
}

/** The limits of a proxy that was told none. */
export const DEFAULT_HTTP_LIMITS: HttpLimits = Object.freeze({
  headerBytes: 16_384,
  headerMilliseconds: 10_000,
  requestMilliseconds: 300_000,
  answerMilliseconds: 60_000,
  keepAliveMilliseconds: 65_000,
});

/** How an HTTP proxy is made. */
export interface HttpProxyOptions {
  readonly upstream: UpstreamAddress;
  readonly timeouts: ProxyTimeouts;
  readonly limits: HttpLimits;
  /** Whether each connection to the service begins with the header of the PROXY protocol. */
  readonly proxyProtocol: boolean;
  /** Told when the service fails. */
  readonly onFailure: (session: ToldSession, failure: Pick<UpstreamFailed, 'because' | 'message'>) => void;
}

/** Requests out of sessions. */
export interface HttpProxy {
  /** Reads requests from a session until it ends. */
  handle(session: ToldSession): void;
  /** From now on every answer is the last of its connection, and connections without a request end. */
  drain(): void;
  /** Cuts the connections to the service. */
  close(): void;
}

/** Connections to the service: shared by all sessions, or those of one session, whose header they begin with. */
class UpstreamAgent extends Agent {
  readonly #upstream: UpstreamAddress;
  readonly #connectMilliseconds: number;
  readonly #header: Uint8Array | undefined;

  constructor(upstream: UpstreamAddress, connectMilliseconds: number, header?: Uint8Array) {
    super({ keepAlive: true, scheduling: 'lifo' });
    this.#upstream = upstream;
    this.#connectMilliseconds = connectMilliseconds;
    this.#header = header;
  }

  override createConnection(): Socket {
    const socket = connectUpstream(this.#upstream, this.#connectMilliseconds);
    if (this.#header !== undefined) socket.write(this.#header);
    return socket;
  }
}

/** What is known of the connection that a request came on. */
interface Connection {
  readonly session: ToldSession;
  readonly forwarded: ForwardedSession;
  readonly agent: UpstreamAgent;
  /**
   * Requests that have not been answered, as what is to be done about them; the first is being answered. What has changed
   * to WebSocket counts as one. However many are sent at once, each may rest on those before it [RFC 9112 §9.3.2], and
   * one connection in front is one connection behind.
   */
  readonly turns: (() => void)[];
}

/** Requests of one connection that may wait for those before them. */
const MAX_WAITING = 100;

/** What goes out in place of an answer of the service. */
function answerError(response: ServerResponse, status: 400 | 501 | 502 | 503 | 504, last: boolean): void {
  const text = `${status} ${STATUS_CODES[status] ?? ''}\n`;
  if (last) response.shouldKeepAlive = false;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': text.length,
    'Cache-Control': 'no-store',
  });
  response.end(text);
}

/** Requests that may be sent a second time [RFC 9110 §9.2.2] and have nothing that would have to be kept for that. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

const isToWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.trim().toLowerCase() === 'websocket';

const asksForWebSocket = (request: IncomingMessage): boolean =>
  request.method === 'GET' && isToWebSocket(request);

/** Makes a proxy; it listens nowhere, sessions are handed to it. */
export function createHttpProxy(options: HttpProxyOptions): HttpProxy {
  const { upstream, timeouts, limits, proxyProtocol, onFailure } = options;
  const connections = new Map<Duplex, Connection>();
  const shared = new UpstreamAgent(upstream, timeouts.connectMilliseconds);
  let draining = false;

  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerMilliseconds,
    requestTimeout: limits.requestMilliseconds,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    connectionsCheckingInterval: Math.min(1000, limits.headerMilliseconds),
    noDelay: true,
    // A change to anything else, h2c for instance, would carry requests past the terminator.
    shouldUpgradeCallback: asksForWebSocket,
  });
  // The size of the header is limited; fields beyond a number would be dropped without a word.
  server.maxHeadersCount = 0;
  server.timeout = timeouts.idleMilliseconds;
  // The server looks after slow requests from this event on, and it does not listen itself.
  server.emit('listening');

  const readRequest = (
    request: IncomingMessage,
    { forwarded }: Connection,
    upgrade?: 'websocket',
  ): OutgoingRequest =>
    outgoingRequest(
      { method: request.method ?? '', target: request.url ?? '', headers: request.rawHeaders },
      forwarded,
      upgrade,
    );

  const send = (
    request: IncomingMessage,
    { agent }: Connection,
    { target, headers }: Extract<OutgoingRequest, { outcome: 'forward' }>,
  ): ClientRequest => {
    const outgoing = sendRequest({
      agent,
      host: upstream.host,
      port: upstream.port,
      method: request.method,
      path: target,
      headers,
      maxHeaderSize: 65_536,
    });
    // Counts from the last byte in either direction on, and from the end of the request until the answer.
    outgoing.setTimeout(Math.min(limits.answerMilliseconds, timeouts.idleMilliseconds), () => {
      outgoing.destroy(
        Object.assign(new Error(`no answer within ${limits.answerMilliseconds} ms`), { code: 'ETIMEDOUT' }),
      );
    });
    return outgoing;
  };

  /** Passes the answer of the service on. */
  const answer = (
    connection: Connection,
    incoming: IncomingMessage,
    outgoing: ClientRequest,
    response: ServerResponse,
  ): void => {
    if (draining) response.shouldKeepAlive = false;
    try {
      response.writeHead(
        incoming.statusCode ?? 0,
        incoming.statusMessage ?? '',
        answerHeaders(incoming.rawHeaders),
      );
    } catch (error) {
      // What the parser of answers lets through and the writer does not.
      outgoing.destroy();
      onFailure(connection.session, { because: 'protocol', message: String(error) });
      answerError(response, 502, true);
      return;
    }
    outgoing.setTimeout(timeouts.idleMilliseconds);
    // A part must not pass for the whole. Of a reset only the request tells where the end of the connection is that of
    // the answer [RFC 9112 §8].
    const cutOff = (error: Error): void => {
      if (incoming.complete || response.destroyed) return;
      onFailure(connection.session, { ...upstreamFailure(error), because: 'reset' });
      response.destroy();
    };
    incoming.once('error', cutOff);
    outgoing.once('error', cutOff);
    incoming.pipe(response);
  };

  const exchange = (
    connection: Connection,
    request: IncomingMessage,
    response: ServerResponse,
    outcome: Extract<OutgoingRequest, { outcome: 'forward' }>,
  ): void => {
    const outgoing = send(request, connection, outcome);
    const abandon = (): void => {
      outgoing.destroy();
    };
    response.once('close', abandon);
    outgoing.on('information', ({ statusCode, headers }) => {
      // 100 was answered already; of the others, 103 is the one that is in use [RFC 8297].
      if (statusCode === 103 && headers['link'] !== undefined && !response.headersSent)
        earlyHints(response, headers['link']);
    });
    outgoing.once('response', (incoming) => {
      answer(connection, incoming, outgoing, response);
    });
    const isAnswered = (): boolean => response.destroyed || response.writableEnded || response.headersSent;
    const fail = (failure: Pick<UpstreamFailed, 'because' | 'message'>): void => {
      request.unpipe(outgoing);
      response.off('close', abandon);
      onFailure(connection.session, failure);
      answerError(response, failure.because === 'timeout' ? 504 : 502, !request.complete);
    };
    outgoing.once('upgrade', (_, service) => {
      service.destroy();
      if (!isAnswered()) fail({ because: 'protocol', message: 'the service changed the protocol unasked' });
    });
    outgoing.on('error', (error) => {
      if (isAnswered()) return;
      // A connection that was kept may have been given up by the service in the same moment.
      if (outgoing.reusedSocket && !outcome.body && REPEATABLE.has(request.method ?? '')) {
        request.unpipe(outgoing);
        response.off('close', abandon);
        exchange(connection, request, response, outcome);
      } else fail(upstreamFailure(error));
    });
    if (outcome.body) request.pipe(outgoing);
    else outgoing.end();
  };

  /** Does something about a request now, or when those before it are answered; `false` when too many wait. */
  const takeTurn = ({ turns }: Connection, turn: () => void): boolean => {
    if (turns.length > MAX_WAITING) return false;
    if (turns.push(turn) === 1) turn();
    return true;
  };

  const nextTurn = ({ session: { socket }, turns }: Connection): void => {
    turns.shift();
    // Behind an answer that is the last of its connection nobody waits for others.
    if (socket.destroyed || socket.writableEnded) turns.length = 0;
    else if (turns[0] !== undefined) turns[0]();
    else if (draining) socket.end();
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.get(request.socket);
    if (connection === undefined) {
      request.socket.destroy();
      return;
    }
    const taken = takeTurn(connection, () => {
      const outcome = readRequest(request, connection);
      if (outcome.outcome === 'refuse') answerError(response, outcome.status, true);
      else exchange(connection, request, response, outcome);
    });
    if (!taken) {
      answerError(response, 503, true);
      return;
    }
    response.once('close', () => {
      nextTurn(connection);
    });
  };

  const upgrade = (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    // Newer runtimes give a stream in place of the socket where the request has a body.
    const connection = connections.get(request.socket);
    if (connection === undefined) {
      client.destroy();
      return;
    }
    const { socket } = connection.session;
    // Until it is joined to the service nobody else listens for its errors.
    socket.on('error', () => undefined);
    const taken = takeTurn(connection, () => {
      changeProtocol(connection, request, head);
    });
    if (!taken) socket.destroy();
  };

  const changeProtocol = (connection: Connection, request: IncomingMessage, head: Buffer): void => {
    const { socket } = connection.session;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    socket.setTimeout(0);
    response.once('finish', () => {
      response.detachSocket(socket);
      socket.destroySoon();
    });
    const outcome = readRequest(request, connection, 'websocket');
    // Older runtimes ask for no leave before they change the protocol.
    if (!asksForWebSocket(request) || outcome.outcome === 'refuse') {
      answerError(response, outcome.outcome === 'refuse' ? outcome.status : 501, true);
      return;
    }
    const outgoing = send(request, connection, outcome);
    const abandon = (): void => {
      outgoing.destroy();
    };
    socket.once('close', abandon);
    const fail = (failure: Pick<UpstreamFailed, 'because' | 'message'>): void => {
      if (response.headersSent || socket.destroyed) return;
      onFailure(connection.session, failure);
      answerError(response, failure.because === 'timeout' ? 504 : 502, true);
    };
    outgoing.once('upgrade', (incoming, service, serviceHead) => {
      socket.off('close', abandon);
      if (!isToWebSocket(incoming)) {
        service.destroy();
        fail({
          because: 'protocol',
          message: 'the service changed to another protocol than it was asked for',
        });
        return;
      }
      response.detachSocket(socket);
      service.setTimeout(0);
      socket.write(switchingProtocols(incoming));
      if (head.length > 0) service.write(head);
      if (serviceHead.length > 0) socket.write(serviceHead);
      join(socket, service, timeouts.idleMilliseconds, (ended, error) => {
        if (ended === 'upstream-error')
          onFailure(
            connection.session,
            upstreamFailure(error ?? new Error('the service ended the connection')),
          );
      });
    });
    outgoing.once('response', (incoming) => {
      answer(connection, incoming, outgoing, response);
    });
    outgoing.on('error', (error) => {
      fail(upstreamFailure(error));
    });
    outgoing.end();
  };

  server.on('request', serve);
  server.on('upgrade', upgrade);

  return {
    handle(session) {
      const { socket } = session;
      const endpoints = endpointsOf(socket);
      const header = proxyProtocol ? proxyHeaderOf(session) : undefined;
      if (endpoints === undefined || (proxyProtocol && header === undefined)) {
        socket.destroy();
        return;
      }
      const agent =
        header === undefined ? shared : new UpstreamAgent(upstream, timeouts.connectMilliseconds, header);
      if (agent !== shared)
        socket.once('close', () => {
          agent.destroy();
        });
      connections.set(socket, {
        session,
        agent,
        forwarded: { ...endpoints, session: sessionHeader(session) },
        turns: [],
      });
      socket.once('close', () => connections.delete(socket));
      server.emit('connection', socket);
    },
    drain() {
      draining = true;
      for (const { session, turns } of connections.values()) if (turns.length === 0) session.socket.end();
    },
    close() {
      server.close();
      server.closeAllConnections();
      shared.destroy();
    },
  };
}

function earlyHints(response: ServerResponse, link: string | string[]): void {
  try {
    response.writeEarlyHints({ link });
  } catch {
    // A hint that is malformed is no loss.
  }
}

function switchingProtocols(incoming: IncomingMessage): string {
  const fields = answerHeaders(incoming.rawHeaders);
  let text = `HTTP/1.1 101 ${incoming.statusMessage ?? ''}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  for (let at = 0; at + 1 < fields.length; at += 2)
    text += `${fields[at] ?? ''}: ${fields[at + 1] ?? ''}\r\n`;
  return `${text}\r\n`;
}
