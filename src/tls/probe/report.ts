/** What a probe found out, as plain data: the same as its JSON. */
import type { InspectedAlgorithm } from '../../certificates/index.ts';
import type { PostureNature, TlsVersion } from '../../events/index.ts';
import type { Nature } from '../../registry/index.ts';

/** Kinds of signature keys that servers have; each is a kind of descriptor in the registry. */
export type SignatureFamily = 'ecdsa' | 'eddsa' | 'ml-dsa' | 'rsa' | 'slh-dsa';

/**
 * How a server answered a ClientHello.
 *
 * - `accepted`: a ServerHello that selects what was offered.
 * - `retry`: a HelloRetryRequest.
 * - `refused`: an alert, or an end of the connection without one.
 * - `silent`: nothing within the time allowed.
 * - `invalid`: something that is not TLS, or that no server may answer.
 * - `untested`: not asked, because something needed for it is missing here.
 */
export type ProbeVerdict = 'accepted' | 'invalid' | 'refused' | 'retry' | 'silent' | 'untested';

/** One answer. */
export interface ProbeAnswer {
  readonly verdict: ProbeVerdict;
  /** The alert, by its registered name; absent when the connection ended without one. */
  readonly alert?: string;
  /** The registered name of the group that a ServerHello or HelloRetryRequest selects. */
  readonly group?: string;
  readonly version?: TlsVersion;
  /** What happened, for a person. */
  readonly reason: string;
}

/** What a server does with one group. */
export interface GroupReport {
  readonly group: string;
  readonly code: number;
  readonly nature: Nature;
  /** Its answer to a hello that offers this group alone, with a key share. */
  readonly keyShare: ProbeAnswer;
  /** Its answer to a hello that offers this group alone, without a key share; absent when that was not asked. */
  readonly helloRetry?: ProbeAnswer;
}

/** In whose order groups are selected, as far as hellos without any key share show it. */
export interface PreferenceReport {
  /** Whose order decides; `unknown` when there was nothing to choose from. */
  readonly order: 'client' | 'server' | 'unknown';
  /** The server's order, first choice first; of a short probe the first choice alone. */
  readonly groups: readonly string[];
  /** What a client gets that offers all groups and key shares of X25519MLKEM768 and x25519. */
  readonly bothShares: ProbeAnswer;
  /** What a client gets that offers all groups and key shares of classical ones alone. */
  readonly classicalShares: ProbeAnswer;
}

/** What a server does with one protocol version. */
export interface VersionReport {
  readonly version: TlsVersion;
  readonly answer: ProbeAnswer;
  /**
   * Of TLS 1.2 and before: whether the ServerHello carries the mark by which a client of TLS 1.3 sees a downgrade
   * [RFC 9846]. Absent where the version is refused, and of TLS 1.3.
   */
  readonly downgradeMark?: boolean;
}

/** What a server does with signature schemes: those of a family, or a single one. */
export interface SignatureReport {
  readonly family: SignatureFamily;
  /** Registered names of the schemes that were offered for the handshake. */
  readonly schemes: readonly string[];
  readonly nature: Nature;
  readonly answer: ProbeAnswer;
}

/** The forms of a ClientHello that some servers and middleboxes cannot take. */
export type HelloForm = 'grease' | 'large' | 'two-records' | 'two-segments' | 'unknown-extensions';

/** How a server takes a form of hello. */
export interface HelloFormReport {
  readonly form: HelloForm;
  /** Of the ClientHello with its records. */
  readonly bytes: number;
  /** Absent when the server does not answer the plain form either, so that nothing can be said. */
  readonly tolerated?: boolean;
  readonly answer: ProbeAnswer;
}

/** What a server does about HelloRetryRequest. */
export interface RetryReport {
  /** Its answer to a hello that offers groups and no key share at all. */
  readonly emptyShares: ProbeAnswer;
  /** Its answer to the second hello, with the key share that it asked for; absent when it asked for none. */
  readonly secondHello?: ProbeAnswer;
  /** Its answer to a second hello that again lacks the key share: the only right one is an alert. */
  readonly secondHelloUnchanged?: ProbeAnswer;
  /** Its answer to two key shares of one group, which it may refuse; absent when it takes no group. */
  readonly sameGroupTwice?: ProbeAnswer;
}

/** Bytes that one side sent without hearing the other in between, with their records. */
export interface Flight {
  readonly from: 'client' | 'server';
  readonly bytes: number;
}

/** What a handshake costs until the client may send. */
export interface FlightReport {
  /**
   * `default`: key shares of X25519MLKEM768 and x25519, as OpenSSL 3.5, Go and browsers send. `best`: a key share of
   * the best group that the server accepts.
   */
  readonly client: 'best' | 'default';
  readonly group: string;
  readonly helloRetry: boolean;
  readonly flights: readonly Flight[];
  /** Whether the flight with the certificate fits ten segments, all that TCP sends at first [RFC 6928]. */
  readonly fitsInitialWindow: boolean;
  /** Of the handshake, without that of TCP; a flight beyond the initial window costs more. */
  readonly roundTrips: number;
}

/** A certificate that the server showed. */
export interface ShownCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, in UTC. */
  readonly notAfter: string;
  readonly bytes: number;
  readonly key: Pick<InspectedAlgorithm, 'name' | 'nature'>;
  readonly signature: Pick<InspectedAlgorithm, 'name' | 'nature'>;
}

/** A handshake completed, or the reason why it was not. */
export interface HandshakeReport {
  /** The kind of key that the server was asked for; `any`: what it shows by itself. */
  readonly family: SignatureFamily | 'any';
  /** `impossible`: this runtime lacks something that the handshake needs. */
  readonly outcome: 'completed' | 'impossible' | 'refused';
  readonly reason: string;
  readonly version?: TlsVersion;
  readonly cipher?: string;
  readonly group?: string;
  /** The signature scheme of the handshake, where the key leaves no choice. */
  readonly scheme?: string;
  /** Leaf first; absent where none was seen. */
  readonly certificates?: readonly ShownCertificate[];
  /** `null`: the server selected none of h2 and http/1.1. */
  readonly alpn?: string | null;
  /** Session tickets received before any data was sent. */
  readonly tickets?: number;
  readonly flights?: readonly Flight[];
}

/** How far a probe has come. What is planned grows with what is found. */
export interface ProbeProgress {
  readonly done: number;
  readonly planned: number;
  /** What was done last. */
  readonly what: string;
}

/** How much a finding matters to who runs the server. */
export type FindingSeverity = 'bad' | 'good' | 'note' | 'warning';

/** Everything that a probe may find. */
export type FindingId =
  | 'certificates-unseen'
  | 'classical-authentication'
  | 'classical-only'
  | 'classical-preferred'
  | 'classical-share-retried'
  | 'classical-share-taken'
  | 'connections-lost'
  | 'default-client-refused'
  | 'downgrade-mark-missing'
  | 'hello-form-not-tolerated'
  | 'hello-retry-missing'
  | 'hello-retry-repeated'
  | 'hello-retry-unfinished'
  | 'hybrid-available'
  | 'hybrid-needs-round-trip'
  | 'invalid-answer'
  | 'large-server-flight'
  | 'legacy-version'
  | 'nothing-accepted'
  | 'obsolete-group'
  | 'post-quantum-authentication'
  | 'tls-1.2-accepted'
  | 'tls-1.3-missing';

/** One conclusion. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: FindingSeverity;
  readonly text: string;
}

/** What a server does, in short. */
export interface ProbeSummary {
  /** The best key exchange that it can do: hybrid before post-quantum alone before classical. */
  readonly keyExchange: PostureNature;
  /** The best authentication that it can do. */
  readonly authentication: PostureNature;
  /** The group that a client of today gets by default; absent when it is refused. */
  readonly defaultGroup?: string;
  readonly versions: readonly TlsVersion[];
  readonly text: string;
}

/** The result of a probe. New fields may be added; those that are there keep name and meaning. */
export interface ProbeReport {
  readonly schema: 1;
  readonly target: {
    readonly host: string;
    readonly port: number;
    /** The address that all connections went to. */
    readonly address: string;
    /** Sent as server_name; absent for a bare address. */
    readonly serverName?: string;
  };
  /** Whether every group and every signature scheme was tried. */
  readonly complete: boolean;
  readonly summary: ProbeSummary;
  readonly findings: readonly Finding[];
  readonly groups: readonly GroupReport[];
  /** Names of withdrawn groups that the server still asks for; absent when that was not asked. */
  readonly obsoleteGroups?: readonly string[];
  readonly preference: PreferenceReport;
  readonly versions: readonly VersionReport[];
  readonly signatures: readonly SignatureReport[];
  readonly hellos: readonly HelloFormReport[];
  readonly retry: RetryReport;
  readonly flights: readonly FlightReport[];
  readonly handshakes: readonly HandshakeReport[];
  /** What a TLS 1.2 handshake shows in clear; absent where TLS 1.2 is refused. */
  readonly clearCertificates?: readonly ShownCertificate[];
  /** How many connections were made. */
  readonly connections: number;
}
