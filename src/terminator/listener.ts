import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import { HybridgeError } from '../bytes/index.ts';
import type { EventStream } from '../events/index.ts';
import {
  createDowngradeDetector,
  type DowngradeDetector,
  type Floors,
  recordExceptionUse,
} from '../negotiation/index.ts';
import { diffPolicies, type Policy } from '../policy/index.ts';
import type { Store } from '../store/index.ts';
import { createHelloMemory } from '../tls/index.ts';
import { Connection, type Counters, type Shared } from './connection.ts';
import { ExpiryWatch } from './expiry.ts';
import { Fingerprints } from './fingerprints.ts';
import { Guards } from './guards.ts';
import { Issuers } from './issuers.ts';
import { HalfOpen, readLimits } from './limits.ts';
import type { Listener, ListenerOptions, ListenerStats, OnSession, Replaceable } from './listener-types.ts';
import { makeRules, type RulesBase } from './rules.ts';
import { Throttle } from './throttle.ts';
import { TicketKeys } from './tickets.ts';

/** Refusals for limits are reported once in so many milliseconds. */
const LIMIT_REPORTS = 1000;
const EXCEPTION_USES = 60_000;
const DRAIN = 30_000;

/**
 * A TLS server whose sessions are what a policy decides: it reads each ClientHello itself, lets the policy choose version,
 * group, certificate and cipher from it, and has `node:tls` carry out that choice and no other. What the policy does
 * not agree to is refused with its alert before any key is made. What was negotiated is therefore known, not guessed.
 *
 * Clients that present certificates are traced to the anchors by {@link validatePath} under the same policy; floors and the
 * detector of downgrades are asked before a session is handed over.
 *
 * @param onSession - Handed each session that everybody has agreed to.
 * @throws HybridgeError `invalid_argument` without credentials, for limits and ticket options out of range; other codes
 * when the policy breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { once } from 'node:events';
 * import { connect } from 'node:tls';
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { exportPrivateKey } from 'hybridge/keys';
 * import { namedPolicy } from 'hybridge/policy';
 * import { createListener } from 'hybridge/terminator';
 * import { loadCredential } from 'hybridge/tls';
 *
 * const provider = defaultProvider();
 * const { privateKey: key } = await generateKeyPair('ECDSA-P256-SHA256');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=localhost',
 *   profile: 'tls-server',
 *   validity: { notBefore: new Date(Date.now() - 60_000), days: 90 },
 *   extensions: { subjectAltName: [{ kind: 'dns', name: 'localhost' }] },
 * });
 * const privateKey = await exportPrivateKey(provider, key, { format: 'pem' });
 * const credential = await loadCredential(provider, { certificate: certificate.toPem(), privateKey });
 *
 * const listener = createListener(
 *   { provider, policy: namedPolicy('hybrid-preferred'), credentials: [credential] },
 *   ({ socket, posture }) => socket.end(`${posture.keyExchange} ${posture.group ?? ''}`),
 * );
 * const { port } = await listener.listen({ port: 0, host: '127.0.0.1' });
 * const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: certificate.toPem() });
 * for await (const text of client.setEncoding('utf8')) console.log(text); // hybrid X25519MLKEM768
 * await listener.close();
 * ```
 */
export function createListener(options: ListenerOptions, onSession: OnSession): Listener {
  const { alpn, events, floors, detector, cohorts, cohortOf, clock = { now: () => new Date() } } = options;
  const limits = readLimits(options.limits);
  const tickets = new TicketKeys(options.tickets);
  const base: RulesBase = {
    provider: options.provider,
    groups: options.groups,
    tickets,
    issuers: new Issuers(options.store, tickets.lifetimeSeconds),
    contexts: limits.contexts,
  };
  const counters: Counters = {
    accepted: 0,
    sessions: 0,
    resumed: 0,
    silent: 0,
    refused: { authentication: 0, floor: 0, handshake: 0, limit: 0, policy: 0, protocol: 0 },
  };
  const expiry = new ExpiryWatch(events);
  const open = new Set<Connection>();
  const halfOpen = new HalfOpen<Connection>(limits);
  const onEmpty = new Set<() => void>();
  let ending = false;
  const { policy, credentials, clientAuthentication } = options;
  const shared: Shared = {
    rules: makeRules({ policy, credentials, clientAuthentication }, base, clock.now()),
    limits,
    halfOpen,
    open,
    tickets,
    hellos: createHelloMemory(),
    fingerprints: new Fingerprints(),
    alpn,
    clock,
    events,
    guards: new Guards({ floors, detector: detector ?? alarmOf(floors, events), cohorts, cohortOf }),
    throttle: new Throttle(LIMIT_REPORTS),
    counters,
    onSession,
    onExceptions: exceptionUses(options.store),
    onClosed: () => {
      if (open.size === 0) for (const done of onEmpty) done();
    },
  };
  expiry.lookNow(credentials, clock.now());

  const accept = (socket: Socket): void => {
    counters.accepted++;
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || ending) {
      // Gone before it was looked at, or too late.
      socket.destroy();
      return;
    }
    if (open.size >= limits.connections) {
      counters.refused.limit++;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    expiry.look(shared.rules.given.credentials, clock.now());
    new Connection(socket, remoteAddress, shared);
  };

  const server = createServer({ noDelay: true }, accept);
  // What can fail after listening has begun is a single accept, for want of file descriptors; the next one may succeed.
  server.on('error', () => undefined);

  const stopListening = (): void => {
    ending = true;
    if (server.listening) server.close();
  };

  /** Until nothing is open, for so long at most, or until the signal. */
  const emptied = (timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      if (open.size === 0 || signal?.aborted === true) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        onEmpty.delete(done);
        resolve();
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(done, timeoutMs);
      signal?.addEventListener('abort', done);
      onEmpty.add(done);
    });

  const cut = async (): Promise<number> => {
    const left = [...open];
    for (const connection of left) connection.destroy();
    await emptied(undefined, undefined);
    return left.length;
  };

  const emitChange = (before: Policy, after: Policy, at: Date): void => {
    const { verdicts, exceptions } =
      before === after ? { verdicts: [], exceptions: [] } : diffPolicies(before, after);
    const gone = exceptions.filter(({ change }) => change === 'removed').length;
    events?.emit({
      type: 'policy-changed',
      at,
      before: { policy: before.name, version: before.version },
      after: { policy: after.name, version: after.version },
      stricter: verdicts.filter(({ stricter }) => stricter).length + gone,
      looser: verdicts.filter(({ looser }) => looser).length + exceptions.length - gone,
    });
  };

  return {
    server,
    accept,
    listen: (where) => listen(server, where),
    reload: (changes) =>
      new Promise((resolve) => {
        const before = shared.rules.given;
        const given: Replaceable = { ...before, ...changes };
        const at = clock.now();
        shared.rules = makeRules(given, base, at);
        if (changes.policy !== undefined || changes.credentials !== undefined)
          emitChange(before.policy, given.policy, at);
        if (changes.credentials !== undefined) expiry.lookNow(given.credentials, at);
        resolve();
      }),
    async drain({ timeoutMs = DRAIN, signal } = {}) {
      stopListening();
      const before = open.size;
      await emptied(timeoutMs, signal);
      const destroyed = await cut();
      return { ended: before - destroyed, destroyed };
    },
    async close() {
      stopListening();
      await cut();
    },
    get stats(): ListenerStats {
      return {
        connections: open.size,
        halfOpen: halfOpen.size,
        accepted: counters.accepted,
        sessions: counters.sessions,
        resumed: counters.resumed,
        silent: counters.silent,
        refused: { ...counters.refused },
        contexts: shared.rules.contexts.stats,
      };
    },
  };
}

/** Floors find violations and do not tell of them: that is the detector's part, once for each episode. */
function alarmOf(floors: Floors | undefined, events: EventStream | undefined): DowngradeDetector | undefined {
  return floors === undefined || events === undefined ? undefined : createDowngradeDetector({ events });
}

/** Remembers when exceptions were last used, each at most once a minute. */
function exceptionUses(store: Store | undefined): Shared['onExceptions'] {
  const last = new Map<string, number>();
  return (policy, exceptions, at) => {
    if (store === undefined) return;
    for (const exception of exceptions) {
      const key = `${policy.name}/${exception.id}`;
      if (Math.abs(at.getTime() - (last.get(key) ?? -Infinity)) < EXCEPTION_USES) continue;
      last.set(key, at.getTime());
      // It is a note for operators; a session does not wait for it, nor fail with the store.
      recordExceptionUse(store, policy, exception, at).catch(() => last.delete(key));
    }
  };
}

function listen(server: Server, where: ListenOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void => {
      reject(new HybridgeError('input_output', `listener: ${cause.message}`, { fault: 'caller', cause }));
    };
    server.once('error', failed);
    server.listen(where, () => {
      server.off('error', failed);
      const address = server.address();
      if (address !== null && typeof address !== 'string') resolve(address);
      else
        reject(
          new HybridgeError(
            'unsupported',
            'listener: peers are told apart by IP addresses, which a pipe has not',
            {
              fault: 'caller',
            },
          ),
        );
    });
  });
}
