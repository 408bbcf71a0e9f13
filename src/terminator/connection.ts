/** One connection, from the accepted socket to the session or the refusal. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { TLSSocket } from 'node:tls';
import type { EventPeer, EventReason, EventStream, Posture, SessionRefused } from '../events/index.ts';
import { confirmSession, decideSession, type FloorVerdict } from '../negotiation/index.ts';
import { type PeerFacts, type Policy, policyForPeer, type PolicyException } from '../policy/index.ts';
import type { Clock } from '../provider/index.ts';
import {
  type AlertName,
  type ClientHello,
  createHelloReader,
  encodeAlert,
  type HelloMemory,
  type HelloReader,
  recordPosture,
} from '../tls/index.ts';
import { clientSchemes, type ClientVerdict, type KnownClient } from './client-authentication.ts';
import { clientStanding, together } from './client-standing.ts';
import { establishedPosture } from './established-posture.ts';
import type { Fingerprints } from './fingerprints.ts';
import type { Guarded, Guards } from './guards.ts';
import { type HalfOpen, type Limits, networkOf, plainAddress } from './limits.ts';
import type { AcceptedOffer, OnSession } from './listener-types.ts';
import {
  belowFloor,
  broken,
  HANDSHAKE_CUT_OFF,
  handshakeFailure,
  HELLO_CUT_OFF,
  NO_CERTIFICATE,
  noProtocol,
  type Refusal,
  tooMuch,
  unproven,
  unreadable,
} from './refusal.ts';
import type { Rules } from './rules.ts';
import type { Throttle } from './throttle.ts';
import type { TicketKeys } from './tickets.ts';

/** What the connections of one listener share. */
export interface Shared {
  /** Those in force now. */
  rules: Rules;
  readonly limits: Limits;
  readonly halfOpen: HalfOpen<Connection>;
  /** Everything open. */
  readonly open: Set<Connection>;
  readonly tickets: TicketKeys;
  readonly hellos: HelloMemory;
  readonly fingerprints: Fingerprints;
  readonly alpn: readonly string[] | undefined;
  readonly clock: Clock;
  readonly events: EventStream | undefined;
  readonly guards: Guards;
  readonly throttle: Throttle;
  readonly counters: Counters;
  readonly onSession: OnSession;
  /** Told when a session rests on exceptions of a policy. */
  readonly onExceptions: (policy: Policy, exceptions: readonly PolicyException[], at: Date) => void;
  /** Told when a connection is gone. */
  readonly onClosed: () => void;
}

/** Numbers that only go up. */
export interface Counters {
  accepted: number;
  sessions: number;
  resumed: number;
  silent: number;
  readonly refused: Record<SessionRefused['because'], number>;
}

/** What has been decided for a connection whose handshake goes on. */
interface Agreed {
  readonly decision: AcceptedOffer;
  readonly rules: Rules;
  readonly peer: EventPeer;
  readonly facts: PeerFacts;
  readonly clientSchemes: readonly number[];
  readonly alpn: string | undefined;
}

/** By which exceptions, and under which warnings, a session is permitted. */
interface Permission {
  readonly warnings: readonly EventReason[];
  readonly exceptions: readonly PolicyException[];
}

/** A session as it is about to be handed over. */
interface Established extends Permission {
  readonly tls: TLSSocket;
  readonly agreed: Agreed;
  readonly client: KnownClient | undefined;
  readonly identities: readonly string[];
  readonly guarded: Guarded;
  readonly posture: Posture;
  readonly at: Date;
}

/** How long a peer may take to read the alert that it was refused with, in milliseconds. */
const LINGER = 1000;
const DAY = 86_400_000;

const ANONYMOUS: ClientVerdict = { outcome: 'anonymous' };
const NO_SCHEMES: readonly number[] = [];
const NO_IDENTITIES: readonly string[] = [];

const ignore = (): void => undefined;

/**
 * A connection. It goes from `hello` to `handshake` to `session`, or from any of them to `over`; each step removes what
 * the one before left behind.
 */
export class Connection {
  readonly #id: string = randomUUID();
  readonly #shared: Shared;
  readonly #socket: Socket;
  readonly #address: string;
  readonly #network: string;
  #stage: 'handshake' | 'hello' | 'over' | 'session' = 'hello';
  #reader: HelloReader | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tls: TLSSocket | undefined;
  #agreed: Agreed | undefined;
  /** What is known of the peer, from the hello on. */
  #peer: EventPeer | undefined;
  #facts: PeerFacts | undefined;
  /** When the hello was complete. */
  #began = 0;

  /** Begins to read; the socket is the connection's from now on. */
  constructor(socket: Socket, remoteAddress: string, shared: Shared) {
    const { limits, open, halfOpen } = shared;
    this.#shared = shared;
    this.#socket = socket;
    this.#address = plainAddress(remoteAddress);
    this.#network = networkOf(this.#address);
    this.#reader = createHelloReader({ maxBytes: limits.helloBytes, memory: shared.hellos });
    // A reset is followed by `close`, which says all that matters here.
    socket.on('error', ignore);
    socket.once('close', () => this.#closed());
    socket.on('data', this.#read);
    this.#timer = setTimeout(() => this.#isLate('helloMilliseconds'), limits.helloMilliseconds);
    open.add(this);
    halfOpen.enter(this, this.#network)?.makeRoom();
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#stage = 'over';
    (this.#tls ?? this.#socket).destroy();
  }

  /** Gives up its place, being the oldest of too many. */
  makeRoom(): void {
    this.#refuse(
      tooMuch(
        'halfOpen',
        `Too many connections without a session; this one, from ${this.#network}, was the oldest.`,
      ),
    );
    this.#shared.halfOpen.leave(this, this.#network);
  }

  #isLate(limit: 'handshakeMilliseconds' | 'helloMilliseconds'): void {
    const what = limit === 'helloMilliseconds' ? 'complete ClientHello' : 'session';
    this.#refuse(tooMuch(limit, `No ${what} within ${this.#shared.limits[limit]} ms.`));
  }

  // The hello.

  readonly #read = (chunk: Uint8Array): void => {
    try {
      // A plain view: of the pieces that a hello is read into, those of a Buffer would cost twice as much.
      const progress = this.#reader?.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      if (progress?.state !== 'complete') return;
      this.#stopReading();
      this.#answer(progress.hello, progress.received);
    } catch (error) {
      this.#refuse(unreadable(error));
    }
  };

  #stopReading(): void {
    this.#reader = undefined;
    this.#socket.off('data', this.#read);
    clearTimeout(this.#timer);
  }

  #answer(hello: ClientHello, received: Uint8Array): void {
    const { rules, clock, fingerprints, guards, alpn: offered } = this.#shared;
    const { serverName } = hello;
    this.#began = performance.now();
    const at = clock.now();
    const { ja3, ja4 } = fingerprints.of(hello);
    const peer: EventPeer = {
      address: this.#addressAndPort(),
      serverName,
      identity: undefined,
      ja3,
      ja4,
    };
    const facts: PeerFacts = {
      address: this.#address,
      serverName,
      ja4,
      // Where nobody is asked for a certificate there is nothing to wait for.
      ...(rules.verifier === undefined && { identities: NO_IDENTITIES }),
    };
    this.#peer = peer;
    this.#facts = facts;
    const decision = decideSession(hello, rules.offer, facts, rules.policy, at);
    guards.hello(this.#guarded(peer, facts), hello, at);
    if (decision.outcome === 'refuse') {
      const { alert, reasons, hint } = decision;
      this.#refuse({ because: 'policy', alert, reasons, hint });
      return;
    }
    const alpn = offered?.find((protocol) => hello.alpn?.includes(protocol));
    if (offered !== undefined && hello.alpn !== undefined && alpn === undefined) {
      this.#refuse(noProtocol(offered, hello.alpn));
      return;
    }
    const schemes =
      rules.verifier === undefined
        ? NO_SCHEMES
        : clientSchemes(policyForPeer(rules.policy, facts, at).policy, decision.version, at);
    this.#handshake({ decision, rules, peer, facts, alpn, clientSchemes: schemes }, hello, received, at);
  }

  // The handshake.

  #handshake(agreed: Agreed, hello: ClientHello, received: Uint8Array, at: Date): void {
    const { tickets, limits } = this.#shared;
    const { decision, rules, alpn } = agreed;
    const secureContext = rules.contexts.get(decision, agreed.clientSchemes, tickets.epochOf(hello, at));
    const socket = this.#socket;
    // In flowing mode bytes put back would flow to nobody.
    socket.pause();
    socket.unshift(received);
    this.#stage = 'handshake';
    this.#agreed = agreed;
    this.#timer = setTimeout(() => this.#isLate('handshakeMilliseconds'), limits.handshakeMilliseconds);
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      requestCert: rules.verifier !== undefined,
      // OpenSSL refuses a client without certificate, with the alert for it. Whether a certificate will do is decided here.
      rejectUnauthorized: rules.verifier?.required === true,
      ...(alpn !== undefined && { ALPNProtocols: [alpn] }),
    });
    this.#tls = tls;
    tls.on('error', this.#failed);
    // What goes wrong after the handshake is told by this event alone, unless a tls.Server owns the socket.
    tls.on('_tlsError', this.#failed);
    tls.once('secure', () => this.#attempt(() => this.#secured(tls)));
  }

  readonly #failed = (error: Error): void => {
    if (this.#stage === 'session') this.#tls?.destroy(error);
    else if (this.#stage === 'handshake') this.#refuse(handshakeFailure(error));
  };

  #secured(tls: TLSSocket): void {
    const agreed = this.#agreed;
    if (agreed === undefined) return;
    const { facts, rules } = agreed;
    const at = this.#shared.clock.now();
    const verdict =
      rules.verifier?.verdict(
        tls,
        tls.isSessionReused(),
        (claimed) => policyForPeer(rules.policy, { ...facts, identities: claimed }, at).policy,
        at,
      ) ?? ANONYMOUS;
    if (verdict instanceof Promise) this.#later(verdict, (known) => this.#identified(tls, agreed, known, at));
    else this.#identified(tls, agreed, verdict, at);
  }

  #identified(tls: TLSSocket, agreed: Agreed, verdict: ClientVerdict, at: Date): void {
    if (this.#stage !== 'handshake') return;
    const { decision, rules } = agreed;
    if (verdict.outcome === 'refused') {
      this.#refuse(unproven(verdict));
      return;
    }
    if (verdict.outcome === 'anonymous' && rules.verifier?.required === true) {
      this.#refuse(NO_CERTIFICATE);
      return;
    }
    const client = verdict.outcome === 'known' ? verdict.client : undefined;
    const identities = client?.identities ?? NO_IDENTITIES;
    const peer: EventPeer = { ...agreed.peer, identity: identities[0] };
    const facts: PeerFacts = { ...agreed.facts, identities };
    this.#peer = peer;
    this.#facts = facts;
    const permission = permissionOf(decision, client, facts, rules.policy, at);
    if ('because' in permission) {
      this.#refuse(permission);
      return;
    }
    const posture = establishedPosture(tls, decision, client);
    const guarded = this.#guarded(peer, facts);
    const established = { ...permission, tls, agreed, client, identities, guarded, posture, at };
    const floor = this.#shared.guards.floor(guarded, posture, at);
    if (floor instanceof Promise) this.#later(floor, (verdict) => this.#weighed(established, verdict));
    else this.#weighed(established, floor);
  }

  #weighed(established: Established, floor: FloorVerdict | undefined): void {
    if (this.#stage !== 'handshake') return;
    const refusal = belowFloor(floor);
    if (refusal === undefined) this.#establish(established, floor);
    else this.#refuse(refusal, floor);
  }

  // The ends.

  #establish(
    { tls, agreed, client, guarded, posture, warnings, exceptions, identities, at }: Established,
    floor: FloorVerdict | undefined,
  ): void {
    const { counters, halfOpen, events, guards, onExceptions, onSession } = this.#shared;
    const { connection, peer } = guarded;
    const { alpn, decision, rules } = agreed;
    this.#stage = 'session';
    clearTimeout(this.#timer);
    this.#agreed = undefined;
    this.#peer = undefined;
    this.#facts = undefined;
    halfOpen.leave(this, this.#network);
    counters.sessions++;
    if (posture.resumed === true) counters.resumed++;
    recordPosture(tls, posture);
    events?.emit({
      type: 'session',
      at,
      connection,
      peer,
      side: 'server',
      posture,
      alpn,
      exceptions: exceptions.map(({ id }) => id),
      warnings,
      handshakeMilliseconds: performance.now() - this.#began,
    });
    if (exceptions.length > 0) {
      for (const { id, owner, reason, until } of exceptions) {
        const daysLeft = daysUntil(until, at);
        events?.emit({
          type: 'exception-used',
          at,
          connection,
          peer,
          exception: id,
          owner,
          reason,
          until,
          daysLeft,
        });
      }
      onExceptions(rules.policy, exceptions, at);
    }
    guards.established(guarded, posture, floor, at);
    const certificate = client?.certificate;
    try {
      onSession({
        connection,
        socket: tls,
        posture,
        peer,
        identities,
        certificate,
        alpn,
        exceptions,
        decision,
      });
    } catch (error) {
      tls.destroy(error instanceof Error ? error : new Error('the session was not taken', { cause: error }));
    }
  }

  #refuse({ because, alert, reasons, hint }: Refusal, floor?: FloorVerdict): void {
    if (this.#stage === 'over' || this.#stage === 'session') return;
    const { clock, counters, events, guards, throttle } = this.#shared;
    const sent = this.#stage === 'hello' ? alert : undefined;
    const at = clock.now();
    const connection = this.#id;
    const peer = this.#peer ?? stranger(this.#addressAndPort());
    const guarded = this.#guarded(peer, this.#facts ?? { address: this.#address });
    this.#end(sent);
    counters.refused[because]++;
    guards.refused(guarded, because, floor, at);
    const unsaid = because === 'limit' ? throttle.report(at) : 0;
    if (unsaid === undefined) return;
    const more = unsaid === 0 ? '' : ` (${unsaid} more were refused for limits since the last such event)`;
    events?.emit({
      type: 'session-refused',
      at,
      connection,
      peer,
      because,
      alert: sent,
      reasons,
      hint: `${hint}${more}`,
    });
  }

  /** Makes an end, with a last alert if there is one. */
  #end(alert: AlertName | undefined): void {
    this.#stage = 'over';
    clearTimeout(this.#timer);
    if (this.#reader !== undefined) this.#stopReading();
    this.#agreed = undefined;
    if (alert === undefined) {
      (this.#tls ?? this.#socket).destroy();
      return;
    }
    const socket = this.#socket;
    socket.end(encodeAlert(alert));
    // Nobody reads what still comes, but left unread it would have the alert thrown away with the connection.
    socket.resume();
    this.#timer = setTimeout(() => socket.destroy(), LINGER);
  }

  #closed(): void {
    const { counters, halfOpen, open, onClosed } = this.#shared;
    if (this.#stage === 'handshake') this.#refuse(HANDSHAKE_CUT_OFF);
    else if (this.#stage === 'hello' && this.#reader?.bytesRead !== 0) this.#refuse(HELLO_CUT_OFF);
    else if (this.#stage === 'hello') {
      // Somebody looked whether the port is open, a health check for instance.
      counters.silent++;
      this.#end(undefined);
    }
    clearTimeout(this.#timer);
    halfOpen.leave(this, this.#network);
    open.delete(this);
    onClosed();
  }

  /** Goes on when a promise is fulfilled. Whatever goes wrong is the end of this connection alone. */
  #later<Value>(promise: Promise<Value>, then: (value: Value) => void): void {
    promise.then(then).catch(this.#broke);
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#broke(error);
    }
  }

  /** Ends what went wrong on our side, which for a session that is being handed over is too late to refuse. */
  readonly #broke = (error: unknown): void => {
    if (this.#stage === 'session') this.destroy();
    else this.#refuse(broken(error));
  };

  #guarded(peer: EventPeer, facts: PeerFacts): Guarded {
    return { connection: this.#id, peer, facts, helloRetry: this.#agreed?.decision.helloRetry };
  }

  #addressAndPort(): string {
    const host = this.#address.includes(':') ? `[${this.#address}]` : this.#address;
    return `${host}:${this.#socket.remotePort ?? 0}`;
  }
}

/** By what the policy permits a session now that the client is known, or why it does not after all. */
function permissionOf(
  decision: AcceptedOffer,
  client: KnownClient | undefined,
  facts: PeerFacts,
  policy: Policy,
  at: Date,
): Permission | Refusal {
  let permission: Permission = decision;
  if (decision.provisional.length > 0) {
    const confirmation = confirmSession(decision, facts, policy, at);
    if (confirmation.outcome === 'refuse') {
      const { reasons, hint } = confirmation;
      return { because: 'policy', reasons, hint };
    }
    permission = confirmation;
  }
  const { warnings, exceptions } = permission;
  if (client === undefined) return { warnings, exceptions };
  const standing = clientStanding(client, policyForPeer(policy, facts, at), at);
  return {
    warnings: together(warnings, standing.warnings, ({ rule, text }) => `${rule} ${text}`),
    exceptions: together(exceptions, standing.exceptions, ({ id }) => id),
  };
}

/** Days on which an exception still holds, today among them. */
function daysUntil(last: string, at: Date): number {
  return Math.max(0, Math.ceil((Date.parse(last) + DAY - at.getTime()) / DAY));
}

/** A peer of whom only the address is known. */
function stranger(address: string): EventPeer {
  return { address, serverName: undefined, identity: undefined, ja3: undefined, ja4: undefined };
}
