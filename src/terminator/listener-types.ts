import type { AddressInfo, ListenOptions, Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Certificate, RevocationOptions } from '../certificates/index.ts';
import type { EventPeer, EventStream, Posture, SessionRefused } from '../events/index.ts';
import type { CohortMonitor, DowngradeDetector, Floors, SessionDecision } from '../negotiation/index.ts';
import type { PeerFacts, Policy, PolicyException } from '../policy/index.ts';
import type { Clock, Provider } from '../provider/index.ts';
import type { KemDescriptor } from '../registry/index.ts';
import type { Store } from '../store/index.ts';
import type { Credential } from '../tls/index.ts';
import type { Limits } from './limits.ts';
import type { TicketOptions } from './tickets.ts';

/** What the policy agreed to for a session. */
export type AcceptedOffer = Extract<SessionDecision, { readonly outcome: 'accept' }>;

/** A TLS session that the policy has agreed to, in every respect. Nothing has been read from it yet. */
export interface Session {
  /** Names the connection in events. */
  readonly connection: string;
  /** The session itself: plain bytes in, plain bytes out. Whoever is handed a session ends it. */
  readonly socket: TLSSocket;
  /** What was negotiated; the same as `posture(socket)`. */
  readonly posture: Posture;
  readonly peer: EventPeer;
  /**
   * Who the client proved to be, from the subjectAltName of its certificate: `uri:urn:dev:ops:pump-17`,
   * `dns:pump-17.example`, `email:...`, `ip:192.0.2.7`, `hardware:1.3.6.1.4.1.99999.7/30383135` (type and serial number
   * of a hardware module name [RFC 4108 §5], the number in hexadecimal). Empty without a certificate.
   */
  readonly identities: readonly string[];
  /** The client's certificate, which has a valid path to an anchor. */
  readonly certificate: Certificate | undefined;
  /** The application protocol agreed on [RFC 7301]. */
  readonly alpn: string | undefined;
  /** Exceptions of the policy that the session rests on. */
  readonly exceptions: readonly PolicyException[];
  /** What was decided from the hello, and why everything else was passed over. */
  readonly decision: AcceptedOffer;
}

/** How clients prove who they are. */
export interface ClientAuthentication {
  /**
   * `required`: no session without a certificate. `requested`: a client may do without, and then has no identity; a
   * certificate that it does present must be valid all the same.
   */
  readonly mode: 'required' | 'requested';
  /** Roots of the clients' certificates. */
  readonly anchors: readonly Certificate[];
  /** Intermediate certificates that clients may leave out. */
  readonly intermediates?: readonly Certificate[] | undefined;
  readonly revocation?: RevocationOptions | undefined;
}

/** What can be replaced while sessions live. */
export interface Replaceable {
  readonly policy: Policy;
  /** Certificates and keys of the server, for one or for many names. */
  readonly credentials: readonly Credential[];
  /** Clients are not asked for certificates unless given. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
}

/** How a listener is made. */
export interface ListenerOptions extends Replaceable {
  /** Who checks the signatures of client certificates. */
  readonly provider: Provider;
  /** Groups on offer; all that TLS 1.3 and OpenSSL 3.5 have unless given. */
  readonly groups?: readonly KemDescriptor[] | undefined;
  /** Application protocols, the preferred first [RFC 7301]; a client that offers others only is refused. */
  readonly alpn?: readonly string[] | undefined;
  /**
   * Shared by several listeners, so that a session made by one can be resumed by another although the client's
   * intermediate certificates are not part of a ticket.
   */
  readonly store?: Store | undefined;
  /** The best posture that each peer has proven. */
  readonly floors?: Floors | undefined;
  /** Told of every hello and what came of it; where there are floors and events, there is one without being given. */
  readonly detector?: DowngradeDetector | undefined;
  readonly cohorts?: CohortMonitor | undefined;
  /** Which cohort a peer belongs to, if any; that of its server name unless told. */
  readonly cohortOf?: ((peer: PeerFacts) => string | undefined) | undefined;
  readonly events?: EventStream | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly tickets?: TicketOptions | undefined;
  /** Where the time comes from that policies and certificates are judged by; the system's clock unless told. */
  readonly clock?: Clock | undefined;
}

/** Numbers since the listener was made, and what is open now. */
export interface ListenerStats {
  /** Sockets open now, in whatever state. */
  readonly connections: number;
  /** Those among them without a session yet: in the hello, in the handshake, or about to be closed. */
  readonly halfOpen: number;
  /** Sockets accepted. */
  readonly accepted: number;
  /** Sessions handed over. */
  readonly sessions: number;
  /** Those among them that resumed an earlier one. */
  readonly resumed: number;
  /** Connections closed by the peer before it had sent anything. */
  readonly silent: number;
  readonly refused: Readonly<Record<SessionRefused['because'], number>>;
  /** Secure contexts held, and how often one was found or had to be made. */
  readonly contexts: { readonly held: number; readonly found: number; readonly made: number };
}

/** How a listener is brought to its end. */
export interface DrainOptions {
  /** How long sessions may take to end by themselves, in milliseconds; 30,000 unless told. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting at once. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the sessions that were open when draining began. */
export interface DrainResult {
  /** Connections that ended by themselves. */
  readonly ended: number;
  /** Connections that were cut. */
  readonly destroyed: number;
}

/** Accepts connections and makes sessions of them. */
export interface Listener {
  /** Accepts connections for this listener; its address, its handles and its `close` are those of `node:net`. */
  readonly server: Server;
  /** Takes over a connection that something else accepted; nothing must have been read from it. */
  accept(socket: Socket): void;
  /** Begins to listen. @throws HybridgeError `input_output` when the address cannot be had. */
  listen(options: ListenOptions): Promise<AddressInfo>;
  /**
   * Replaces policy, credentials or client authentication, all at once: connections whose hello is complete later
   * follow the new ones, sessions that exist go on. What is not given stays.
   *
   * @throws HybridgeError when something given makes no sense; then nothing has changed.
   */
  reload(changes: Partial<Replaceable>): Promise<void>;
  /** Stops listening, waits for sessions to end, and cuts those that do not. */
  drain(options?: DrainOptions): Promise<DrainResult>;
  /** Stops listening and cuts everything. */
  close(): Promise<void>;
  readonly stats: ListenerStats;
}

/** Told of each session, once. What it throws ends the session. */
export type OnSession = (session: Session) => void;
