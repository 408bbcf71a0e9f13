import type { Posture } from './posture.ts';

/** One reason behind a verdict, as policies give it. */
export interface EventReason {
  /** The id of the policy's rule. */
  readonly rule: string;
  readonly text: string;
  readonly source: string;
}

interface EventBase<Type extends string> {
  readonly type: Type;
  /** When it happened, by the clock of whoever emitted it. */
  readonly at: Date;
}

interface PolicyEvent<Type extends string> extends EventBase<Type> {
  readonly policy: string;
  readonly policyVersion: number;
  /** What the algorithm was to be used for, in the words of the policy. */
  readonly use: string;
  readonly algorithm: string;
  readonly reasons: readonly EventReason[];
}

/** An operation was not done, because the policy does not allow the algorithm. */
export type PolicyRefused = PolicyEvent<'policy-refused'>;

/** An operation was done with an algorithm that the policy warns of. */
export type PolicyWarned = PolicyEvent<'policy-warned'>;

/** A dual signature was accepted by its classical half alone, as a transition allows until a date. */
export interface TransitionAccepted extends EventBase<'transition-accepted'> {
  /** The algorithm whose signature was accepted. */
  readonly accepted: string;
  /** The algorithm whose signature was missing or did not verify. */
  readonly waived: string;
  /** When the transition ends. */
  readonly until: Date;
}

/** A backend answered a known question wrongly; the primitive is not used. */
export interface SelfTestFailed extends EventBase<'self-test-failed'> {
  readonly provider: string;
  /** The backend's name, for instance `noble 0.7.1`. */
  readonly backend: string;
  readonly primitive: string;
}

/** What is known of the other end of a connection. */
export interface EventPeer {
  /** IP address and port, `192.0.2.7:51234` or `[2001:db8::7]:51234`. */
  readonly address: string;
  /** The server name that was asked for. */
  readonly serverName: string | undefined;
  /** Who it proved to be, from its certificate: `uri:urn:dev:ops:pump-17`, `dns:pump-17.example`, ... */
  readonly identity: string | undefined;
  /** Fingerprints of its ClientHello. */
  readonly ja3: string | undefined;
  readonly ja4: string | undefined;
}

interface ConnectionEvent<Type extends string> extends EventBase<Type> {
  /** Ties together the events of one connection. */
  readonly connection: string;
  readonly peer: EventPeer;
}

/** A session was established. */
export interface SessionEstablished extends ConnectionEvent<'session'> {
  readonly side: 'client' | 'server';
  readonly posture: Posture;
  readonly alpn: string | undefined;
  /** Ids of the policy's exceptions that the session rests on. */
  readonly exceptions: readonly string[];
  /** What the policy warns of. */
  readonly warnings: readonly EventReason[];
  readonly handshakeMilliseconds: number;
}

/** A connection was refused or failed before a session was established. */
export interface SessionRefused extends ConnectionEvent<'session-refused'> {
  /**
   * `policy`: what the peer offers is not allowed. `floor`: it is weaker than this peer has proven before.
   * `protocol`: its bytes are no TLS. `limit`: too slow, too large or too many. `authentication`: it is not who it
   * has to be. `handshake`: the handshake failed after the policy had agreed.
   */
  readonly because: 'authentication' | 'floor' | 'handshake' | 'limit' | 'policy' | 'protocol';
  /** The name of the alert that was sent, for instance `handshake_failure` [RFC 9846 §6]; `undefined`: none. */
  readonly alert: string | undefined;
  readonly reasons: readonly EventReason[];
  /** What to do about it, for the operator. */
  readonly hint: string;
}

/** A session rests on an exception of the policy. */
export interface ExceptionUsed extends ConnectionEvent<'exception-used'> {
  readonly exception: string;
  readonly owner: string;
  readonly reason: string;
  /** The last day of the exception, `YYYY-MM-DD`. */
  readonly until: string;
  readonly daysLeft: number;
}

/** Something looks like an attacker who makes peers fall back to weaker cryptography. One event per episode. */
export interface DowngradeSuspected extends ConnectionEvent<'downgrade-suspected'> {
  /**
   * `offer-shrunk`: the peer offered stronger algorithms before. `retry-pattern`: strong attempts fail and weaker ones
   * follow. `floor-violation`: the session is weaker than the peer's floor. `hello-retry-loop`: hellos repeat.
   */
  readonly kind: 'floor-violation' | 'hello-retry-loop' | 'offer-shrunk' | 'retry-pattern';
  /** Names the episode; its end is reported under the same name. */
  readonly episode: string;
  /** What was seen before, and what is seen now; names of algorithms and postures. */
  readonly before: string;
  readonly now: string;
  /** Whether the connection was refused for it. */
  readonly refused: boolean;
  readonly evidence: readonly string[];
}

/** A suspected downgrade has not been seen for a while. */
export interface DowngradeEnded extends EventBase<'downgrade-ended'> {
  readonly episode: string;
  /** Connections that belonged to the episode. */
  readonly connections: number;
  readonly since: Date;
}

/** The share of classical sessions in a cohort has risen more than chance explains. A report: nothing is blocked. */
export interface ClassicalShareRising extends EventBase<'classical-share-rising'> {
  readonly cohort: string;
  /** Shares, 0 to 1: what was usual, and what it is now. */
  readonly expected: number;
  readonly observed: number;
  readonly sessions: number;
  /** The value of the statistic and the threshold that it passed. */
  readonly statistic: number;
  readonly threshold: number;
}

/** A session was there, and the service behind the terminator was not. */
export interface UpstreamFailed extends ConnectionEvent<'upstream-failed'> {
  /** Host and port of the service. */
  readonly upstream: string;
  /**
   * `unreachable`: no connection could be made. `timeout`: it did not answer in time. `reset`: it ended the
   * connection before its answer was complete. `protocol`: its answer was none.
   */
  readonly because: 'protocol' | 'reset' | 'timeout' | 'unreachable';
  readonly message: string;
}

/** A policy or a set of credentials was replaced by another. */
export interface PolicyChanged extends EventBase<'policy-changed'> {
  readonly before: { readonly policy: string; readonly version: number };
  readonly after: { readonly policy: string; readonly version: number };
  /** Verdicts that became stricter, and those that became more lenient; exceptions that ended count for the first, new and changed ones for the second. */
  readonly stricter: number;
  readonly looser: number;
}

/** A certificate in use ends soon, or has ended. */
export interface CertificateExpiring extends EventBase<'certificate-expiring'> {
  readonly subject: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly algorithm: string;
  readonly notAfter: Date;
  readonly daysLeft: number;
}

/** The store of floors cannot be reached; what that means for sessions is as configured. */
export interface StoreLost extends EventBase<'store-lost'> {
  readonly store: string;
  /** `open`: sessions go on without floors. `closed`: sessions that need a floor are refused. */
  readonly failing: 'closed' | 'open';
  readonly message: string;
}

/** The store of floors answers again. */
export interface StoreRecovered extends EventBase<'store-recovered'> {
  readonly store: string;
}

/** A subscriber was too slow: events were dropped from its buffer, the oldest first. The stream itself says so. */
export interface EventsDropped extends EventBase<'events-dropped'> {
  readonly count: number;
}

/**
 * Everything that Hybridge reports while it works. Events are plain data - texts, numbers, truth values, dates, and
 * lists and objects of these: there is no field that key material or a message could be put into.
 */
export type HybridgeEvent =
  | CertificateExpiring
  | ClassicalShareRising
  | DowngradeEnded
  | DowngradeSuspected
  | EventsDropped
  | ExceptionUsed
  | PolicyChanged
  | PolicyRefused
  | PolicyWarned
  | SelfTestFailed
  | SessionEstablished
  | SessionRefused
  | StoreLost
  | StoreRecovered
  | TransitionAccepted
  | UpstreamFailed;

/** The names of the events. */
export type EventType = HybridgeEvent['type'];
