import type {
  AlgorithmDescriptor,
  AlgorithmName,
  HashName,
  KeyAlgorithmName,
  Nature,
  ObsoleteDescriptor,
  SecurityCategory,
  SignatureName,
} from '../registry/index.ts';

/** What a verdict can be. Time only moves it to the right: allow, warn, refuse. */
export const VERDICTS = ['allow', 'warn', 'refuse'] as const;

/** `allow`: use it. `warn`: use it and say so. `refuse`: do not use it. */
export type Verdict = (typeof VERDICTS)[number];

/** What algorithms are used for, in the words that rules are written in. */
export const USES = [
  'key-establishment',
  'session-authentication',
  'certificate-signature',
  'signature-create',
  'signature-verify',
  'firmware-signature',
  'hash',
  'kdf',
  'aead',
] as const;

/**
 * What an algorithm is to be used for.
 *
 * - `key-establishment`: agreeing on a secret with a session peer or a message recipient.
 * - `session-authentication`: a signature inside a handshake, which must hold at that moment only.
 * - `certificate-signature`: a signature on a certificate, a request, a CRL or an OCSP answer.
 * - `signature-create`, `signature-verify`: signatures on messages and documents.
 * - `firmware-signature`: signing and verifying firmware, which devices check for many years.
 * - `hash`, `kdf`, `aead`: digests, key derivation and authenticated encryption in their own right.
 */
export type Use = (typeof USES)[number];

/** A calendar day, `YYYY-MM-DD`. Days begin and end in UTC. */
export type IsoDate = `${number}-${number}-${number}`;

/** Two signatures by two keys on one object, both of which must verify; made by {@link dualSignature}. */
export interface DualSignature {
  /** The names of both algorithms, classical first. */
  readonly name: string;
  readonly kind: 'dual-signature';
  readonly use: 'signature';
  readonly nature: 'hybrid';
  /** The category of the post-quantum half. */
  readonly category: SecurityCategory;
  readonly stateful: boolean;
  readonly status: 'standard' | `draft-${string}`;
  readonly traditional: SignatureName;
  readonly postQuantum: SignatureName;
}

/** What a policy can be asked about: anything in the registry, and dual signatures. */
export type Subject = AlgorithmDescriptor | DualSignature | ObsoleteDescriptor;

/** The kinds that rules may name. */
export type SubjectKind = AlgorithmDescriptor['kind'] | DualSignature['kind'];

/** A range of numbers, both ends included; at least one end is given. */
export interface Range {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/**
 * Which algorithms a rule is about: those for which every field given holds. A list holds when it contains the
 * algorithm's value; an algorithm without the field (an Ed25519 key has no modulus) never matches it. An empty
 * match is about everything.
 */
export interface Match {
  readonly nature?: readonly Nature[] | undefined;
  readonly kind?: readonly SubjectKind[] | undefined;
  readonly name?: readonly AlgorithmName[] | undefined;
  /** NIST security category, 0 to 5. */
  readonly category?: Range | undefined;
  /** Where the defining document stands. */
  readonly status?: readonly ('draft' | 'standard')[] | undefined;
  readonly stateful?: boolean | undefined;
  /** Size of an RSA modulus in bits; not the RSA half of a composite, which `traditional` names. */
  readonly modulusBits?: Range | undefined;
  /** The hash of ECDSA and RSA signatures, of HKDF and of the XOF-based KDFs. */
  readonly hash?: readonly HashName[] | undefined;
  /** The post-quantum half of a hybrid. */
  readonly postQuantum?: readonly KeyAlgorithmName[] | undefined;
  /** The classical half of a hybrid. */
  readonly traditional?: readonly KeyAlgorithmName[] | undefined;
}

interface RuleBase {
  /** Unique in the policy; lower-case words joined by hyphens. */
  readonly id: string;
  readonly uses: readonly Use[];
  readonly match: Match;
  /** Why, in words for the person whose connection was refused. */
  readonly reason: string;
  /** The document behind it, or `house` and the argument's place. A draft is called a draft. */
  readonly source: string;
}

/** A permission. It may end, and cannot begin later: then time would turn a refusal into a permission. */
export interface AllowRule extends RuleBase {
  readonly verdict: 'allow';
  /** The last day of the permission; none means that it does not end. */
  readonly until?: IsoDate | undefined;
}

/** A restriction of what other rules permit. It may begin later, and never ends. */
export interface RestrictingRule extends RuleBase {
  readonly verdict: 'refuse' | 'warn';
  /** The first day of the restriction; none means that it always held. */
  readonly from?: IsoDate | undefined;
}

/**
 * One rule. An algorithm is permitted while at least one matching `allow` rule holds and no matching `refuse`
 * rule does; a matching `warn` rule turns the permission into a warning. The order of rules means nothing.
 */
export type Rule = AllowRule | RestrictingRule;

/** Which of several permitted algorithms comes first, for some uses. */
export interface Preference {
  readonly uses: readonly Use[];
  /** Best first; within one entry the order of its `name` list, where it has one. */
  readonly order: readonly Match[];
  readonly reason: string;
  readonly source: string;
}

/** Protocol versions of TLS that policies speak of, as `node:tls` spells them. */
export type PolicyTlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * Which peers an exception is for: those for which every field given holds. A list holds when one of its entries
 * does. At least one field is given.
 */
export interface PeerMatch {
  /** Networks that the connection comes from: `192.0.2.0/24`, `2001:db8::/32`, or single addresses. */
  readonly network?: readonly string[] | undefined;
  /** Server names that were asked for; `*.old.example` for any one label. Anybody can ask for any. */
  readonly serverName?: readonly string[] | undefined;
  /** JA4 fingerprints of the ClientHello: of software, not of a device, and anybody can imitate one. */
  readonly ja4?: readonly string[] | undefined;
  /**
   * Identities from the client certificate: `uri:urn:dev:ops:pump-*`, `dns:pump-17.example`; a `*` stands for any
   * characters. It is known only after the handshake, so the exception holds provisionally until then.
   */
  readonly identity?: readonly string[] | undefined;
}

/**
 * Permits some peers, for a time, what the policy refuses everybody else. The verdict is then a warning that names the
 * exception; what the policy allows anyway is not touched by it, and what the house refuses (obsolete algorithms,
 * wrong uses) stays refused.
 */
export interface PolicyException {
  /** Unique in the policy, among rules and exceptions; lower-case words joined by hyphens. */
  readonly id: string;
  readonly peers: PeerMatch;
  readonly uses: readonly Use[];
  /** The algorithms that are permitted. */
  readonly match: Match;
  /** Versions of TLS permitted beside TLS 1.3, which is the only one without an exception. */
  readonly tlsVersions?: readonly PolicyTlsVersion[] | undefined;
  /** Who answers for it: a person or a team that can be reached. */
  readonly owner: string;
  readonly reason: string;
  /** The last day. There is no exception without an end. */
  readonly until: IsoDate;
}

/** What is known of a peer when exceptions are looked for. */
export interface PeerFacts {
  /** Its IP address, without port. */
  readonly address?: string | undefined;
  readonly serverName?: string | undefined;
  readonly ja4?: string | undefined;
  /** All identities its certificate proves, once it is known: `uri:...`, `dns:...`. Absent: not known yet. */
  readonly identities?: readonly string[] | undefined;
}

/** A policy as it stands for one peer. */
export interface PeerPolicy {
  /** The policy itself where no exception applies, else one with the exceptions' permissions in it. */
  readonly policy: Policy;
  /** The exceptions that apply. */
  readonly exceptions: readonly PolicyException[];
  /** Those among them that depend on an identity that is not known yet: look again when it is. */
  readonly provisional: readonly PolicyException[];
  /** Versions of TLS that this peer may use, the best first. */
  readonly tlsVersions: readonly PolicyTlsVersion[];
}

/** A dated set of rules; plain data, the same in TypeScript and in a JSON file. */
export interface Policy {
  readonly name: string;
  /** Goes up whenever a rule changes. */
  readonly version: number;
  /** When this version was written. */
  readonly date: IsoDate;
  readonly description: string;
  readonly rules: readonly Rule[];
  readonly preference: readonly Preference[];
  /** Permissions for single peers; none unless given. */
  readonly exceptions?: readonly PolicyException[] | undefined;
}

/** One reason behind a verdict or a choice. */
export interface Reason {
  /** The rule's id, or one of the names that rules cannot have (`no-rule`, `obsolete`, `wrong-use`, ...). */
  readonly rule: string;
  readonly text: string;
  readonly source: string;
}

/** What a policy says of one algorithm for one use during one span of time. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Never empty. */
  readonly reasons: readonly Reason[];
  /** The first day on which this holds; `undefined` when it always has. */
  readonly since: IsoDate | undefined;
  /** The last day on which this holds; `undefined` when nothing is going to change. */
  readonly until: IsoDate | undefined;
}
