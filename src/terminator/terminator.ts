/** A TLS front for a service: sessions as the policy decides, their bytes or requests to the service behind. */
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { HybridgeError } from '../bytes/index.ts';
import {
  createEventStream,
  createSessionMetrics,
  type MetricsSnapshot,
  type UpstreamFailed,
} from '../events/index.ts';
import {
  createCohortMonitor,
  createDowngradeDetector,
  createFloors,
  type FloorsOptions,
} from '../negotiation/index.ts';
import { createListener } from './listener.ts';
import type {
  DrainOptions,
  DrainResult,
  ListenerOptions,
  ListenerStats,
  Replaceable,
  Session,
} from './listener-types.ts';
import { processMetrics, terminatorMetrics } from './metrics.ts';
import { createHttpProxy, DEFAULT_HTTP_LIMITS, type HttpLimits, type HttpProxy } from './proxy-http.ts';
import { DEFAULT_PROXY_TIMEOUTS, type ProxyTimeouts, relay, type UpstreamAddress } from './proxy-tcp.ts';
import { proxyHeaderOf } from './told.ts';

/** The service behind a terminator. */
export interface Upstream extends UpstreamAddress {
  /**
   * `tcp`: bytes go through as they come. `http`: requests of HTTP/1.1 go through, each with what is known of the session
   * in its header; HTTP/2 is not offered to clients.
   */
  readonly mode: 'http' | 'tcp';
  /** Whether each connection to the service begins with the header of the PROXY protocol, version 2; it has to expect it. */
  readonly proxyProtocol?: boolean | undefined;
}

/** How a terminator is made. It looks out for downgrades by itself, with the detector and the monitor of cohorts given or its own. */
export interface TerminatorOptions extends Omit<ListenerOptions, 'floors'> {
  readonly upstream: Upstream;
  /** Floors of peers, kept in `store`; there are none unless given. */
  readonly floors?: Pick<FloorsOptions, 'enforce' | 'maxAge' | 'onLost'> | undefined;
  /** How long the service and silent connections are waited for. */
  readonly timeouts?: Partial<ProxyTimeouts> | undefined;
  /** What a request may cost, in mode `http`. */
  readonly http?: Partial<HttpLimits> | undefined;
}

/** Whether a terminator can do its work, and why not. */
export interface Readiness {
  readonly ready: boolean;
  /** What was looked at: `ok`, or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** A TLS front for a service. */
export interface Terminator {
  /** Begins to listen. @throws {@link HybridgeError} `input_output` when the address cannot be had. */
  listen(options: ListenOptions): Promise<AddressInfo>;
  /** Takes over a connection that something else accepted; nothing must have been read from it. */
  accept(socket: Socket): void;
  /**
   * Replaces policy, credentials or client authentication, all at once: handshakes that begin later follow the new
   * ones, sessions that exist go on. What is not given stays.
   *
   * @throws {@link HybridgeError} when something given makes no sense; then nothing has changed.
   */
  reload(changes: Partial<Replaceable>): Promise<void>;
  /**
   * Stops listening and lets sessions end: each answer in flight is then the last of its connection, and in mode `tcp`
   * both sides may say all. What has not ended in time is cut.
   */
  drain(options?: DrainOptions): Promise<DrainResult>;
  /** Stops listening and cuts everything. */
  close(): Promise<void>;
  readonly stats: ListenerStats;
  /** Whether it listens, is not draining, has a valid certificate, and reaches its store if it cannot do without. */
  readiness(): Promise<Readiness>;
  /** What was counted so far; {@link toPrometheus} of `hybridge/events` writes it out. */
  metrics(): MetricsSnapshot;
}

/** A store that does not answer within so many milliseconds is not ready. */
const STORE_PATIENCE = 1000;
const OK = 'ok';

/**
 * Makes a terminator: it accepts TLS connections, gives each the session that the policy decides or refuses it, and passes
 * its bytes or requests on to a service, which is told what was negotiated.
 *
 * The service gets the header of the PROXY protocol, if it wants it, and in mode `http` these header fields in every
 * request; what clients send under these names never reaches it:
 *
 * - `Hybridge-Session`, a dictionary [RFC 9651]: `key-exchange=hybrid, group="X25519MLKEM768", version="TLSv1.3", ...`
 * - `Forwarded` [RFC 7239] and `X-Forwarded-For`, `-Host`, `-Port`, `-Proto`.
 *
 * @throws {@link HybridgeError} `invalid_argument` for options that make no sense.
 *
 * @example
 * ```ts no-run
 * import { readFile } from 'node:fs/promises';
 * import { defaultProvider } from 'hybridge';
 * import { createEventStream, toJsonLine } from 'hybridge/events';
 * import { namedPolicy } from 'hybridge/policy';
 * import { createTerminator } from 'hybridge/terminator';
 * import { loadCredential } from 'hybridge/tls';
 *
 * const provider = defaultProvider();
 * const events = createEventStream();
 * events.subscribe((event) => process.stderr.write(toJsonLine(event)));
 * const terminator = createTerminator({
 *   provider,
 *   policy: namedPolicy('hybrid-preferred'),
 *   credentials: [
 *     await loadCredential(provider, {
 *       certificate: await readFile('pump.pem', 'utf8'),
 *       privateKey: await readFile('pump.key', 'utf8'),
 *     }),
 *   ],
 *   upstream: { host: '127.0.0.1', port: 8080, mode: 'http' },
 *   events,
 * });
 * await terminator.listen({ port: 8443 });
 * process.once('SIGTERM', () => void terminator.drain());
 * ```
 */
export function createTerminator(options: TerminatorOptions): Terminator {
  const { upstream, store, clock = { now: () => new Date() } } = options;
  const timeouts: ProxyTimeouts = { ...DEFAULT_PROXY_TIMEOUTS, ...options.timeouts };
  requireMilliseconds(timeouts);
  const limits: HttpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.http };
  requireMilliseconds(limits);
  requireUpstream(upstream, options.alpn);
  if (options.floors !== undefined && store === undefined)
    throw new HybridgeError('invalid_argument', 'terminator: floors need a store', { fault: 'caller' });

  const events = options.events ?? createEventStream();
  const counted = createSessionMetrics();
  const stopCounting = events.subscribe((event) => {
    counted.record(event);
  });
  const traffic = { received: 0, sent: 0 };
  const address = `${upstream.host}:${upstream.port}`;

  const failed = (
    { connection, peer }: Pick<Session, 'connection' | 'peer'>,
    failure: Pick<UpstreamFailed, 'because' | 'message'>,
  ): void => {
    events.emit({
      type: 'upstream-failed',
      at: clock.now(),
      connection,
      peer,
      upstream: address,
      ...failure,
    });
  };

  const proxyProtocol = upstream.proxyProtocol === true;
  const http: HttpProxy | undefined =
    upstream.mode === 'http'
      ? createHttpProxy({ upstream, timeouts, limits, proxyProtocol, onFailure: failed })
      : undefined;

  const pass = (session: Session): void => {
    const header = proxyProtocol ? proxyHeaderOf(session) : undefined;
    if (proxyProtocol && header === undefined) {
      session.socket.destroy();
      return;
    }
    void relay(session.socket, { upstream, header, timeouts }).then(({ failure }) => {
      if (failure !== undefined) failed(session, failure);
    });
  };

  const listener = createListener(
    {
      ...options,
      events,
      clock,
      detector: options.detector ?? createDowngradeDetector({ events }),
      cohorts: options.cohorts ?? createCohortMonitor({ events }),
      alpn: http === undefined ? options.alpn : ['http/1.1'],
      floors:
        options.floors === undefined || store === undefined
          ? undefined
          : createFloors({ ...options.floors, store, events }),
    },
    (session) => {
      const { socket } = session;
      socket.once('close', () => {
        traffic.received += socket.bytesRead;
        traffic.sent += socket.bytesWritten;
      });
      if (http === undefined) pass(session);
      else http.handle(session);
    },
  );

  let { credentials } = options;
  let draining = false;

  const checkCredentials = (at: Date): string => {
    const valid = credentials.some(({ certificates }) =>
      certificates.every(({ validity }) => validity.notBefore <= at && at <= validity.notAfter),
    );
    return valid ? OK : 'no certificate is valid';
  };

  const checkStore = async (): Promise<string | undefined> => {
    if (store === undefined) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => {
        resolve('it does not answer');
      }, STORE_PATIENCE);
    });
    const answer = store.get('ready').then(
      () => OK,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  const end = (): void => {
    http?.close();
    stopCounting();
  };

  return {
    listen: (where) => listener.listen(where),
    accept: (socket) => {
      listener.accept(socket);
    },
    async reload(changes) {
      await listener.reload(changes);
      if (changes.credentials !== undefined) ({ credentials } = changes);
    },
    async drain(how) {
      draining = true;
      const drained = listener.drain(how);
      http?.drain();
      const result = await drained;
      end();
      return result;
    },
    async close() {
      draining = true;
      await listener.close();
      end();
    },
    get stats() {
      return listener.stats;
    },
    async readiness() {
      const reached = await checkStore();
      const checks = {
        listening: draining ? 'draining' : listener.server.listening ? OK : 'not listening',
        credentials: checkCredentials(clock.now()),
        ...(reached !== undefined && { store: reached }),
      };
      // Without floors, and where floors fail open, sessions go on without the store.
      const needed = options.floors?.onLost === 'closed' ? checks : { ...checks, store: OK };
      return { ready: Object.values(needed).every((check) => check === OK), checks };
    },
    metrics() {
      const at = clock.now();
      const { since, metrics } = counted.snapshot(at);
      return {
        since,
        at,
        metrics: [...metrics, ...terminatorMetrics(listener.stats, traffic), ...processMetrics()],
      };
    },
  };
}

/** A day: timers cannot wait longer than 24 days, and nobody should. */
const MAX_MILLISECONDS = 86_400_000;

function requireMilliseconds(values: ProxyTimeouts | HttpLimits): void {
  for (const [name, value] of Object.entries(values))
    if (!Number.isSafeInteger(value) || Number(value) < 1 || Number(value) > MAX_MILLISECONDS)
      throw new HybridgeError('invalid_argument', `terminator: ${name} is ${String(value)}`, {
        fault: 'caller',
      });
}

function requireUpstream({ host, port, mode }: Upstream, alpn: readonly string[] | undefined): void {
  if (host === '' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new HybridgeError('invalid_argument', `terminator: no service can be at ${host}:${String(port)}`, {
      fault: 'caller',
    });
  if (mode === 'http' && alpn !== undefined && alpn.some((protocol) => protocol !== 'http/1.1'))
    throw new HybridgeError('invalid_argument', 'terminator: HTTP to clients is HTTP/1.1', {
      fault: 'caller',
      hint: 'leave alpn out, or pass bytes through with mode tcp',
    });
}
