/** What a policy makes of a TLS configuration, before it is written for any program. */
import { HybridgeError } from '../bytes/index.ts';
import {
  judge,
  type PeerFacts,
  type Policy,
  policyExceptions,
  policyForPeer,
  type PolicyTlsVersion,
  type Reason,
  select,
  type Subject,
  type Use,
} from '../policy/index.ts';
import { AEADS, SIGNATURES } from '../registry/index.ts';
import type { CertificateChain, Credential } from './credentials.ts';
import { type EngineGroup, engineHere, NEWER_NODE, OPENSSL_3_5, type TlsEngine } from './engine.ts';
import { schemesOf, signatureSchemeName } from './schemes.ts';

/** Which end of a connection is configured. */
export type TlsSide = 'client' | 'server';

/** What a plan is made from. */
export interface TlsPlanInput<Chain extends CertificateChain = Credential> {
  readonly policy: Policy;
  /** The date that the policy is asked for. */
  readonly at: Date;
  readonly side: TlsSide;
  /** Certificates, with or without their keys; several are dual certificates, one of each kind of key. */
  readonly credentials?: readonly Chain[] | undefined;
  /** Whether clients are asked for certificates. */
  readonly clientCertificates?: boolean | undefined;
  /** Whether sessions rest on an external pre-shared key. */
  readonly externalPsk?: boolean | undefined;
  /** Every peer that is going to be met is of this kind, so that the policy's exceptions for it apply. */
  readonly peer?: PeerFacts | undefined;
  /** `here`, unless told, is this runtime; `openssl-3.5` stands for programs that use OpenSSL 3.5 or later. */
  readonly engine?: 'here' | 'openssl-3.5' | undefined;
}

/** A TLS configuration that allows what a policy allows, and nothing else. */
export interface TlsPlan<Chain extends CertificateChain = Credential> {
  readonly side: TlsSide;
  readonly policy: { readonly name: string; readonly version: number };
  readonly at: Date;
  /** The best first. */
  readonly versions: readonly PolicyTlsVersion[];
  /**
   * Groups in the policy's order, those of one nature together. A server takes one of a later list only when the client
   * supports none of those before, even if that costs a round trip; within a list it spends none.
   */
  readonly groups: readonly (readonly EngineGroup[])[];
  /** Groups that a client sends a share of at once. */
  readonly shares: readonly EngineGroup[];
  /** SignatureSchemes in the policy's order. */
  readonly schemes: readonly number[];
  /** Cipher suites of TLS 1.3 and TLS 1.2, as OpenSSL calls them. */
  readonly suites: { readonly tls13: readonly string[]; readonly tls12: readonly string[] };
  /** Those given that the policy allows. */
  readonly credentials: readonly Chain[];
  /** Whether lists of groups may use the syntax of OpenSSL 3.5. */
  readonly tuples: boolean;
  /** What the configuration cannot express, leaves out, or costs; for the operator. */
  readonly warnings: readonly Reason[];
}

interface Suite {
  readonly name: string;
  readonly version: PolicyTlsVersion;
  readonly aead: string;
  readonly sha256: boolean;
}

/** Authenticated encryption only, and in TLS 1.2 with an ephemeral key exchange [RFC 9325 §4.2]. */
const SUITES: readonly Suite[] = [
  { name: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3', aead: 'AES-256-GCM', sha256: false },
  { name: 'TLS_CHACHA20_POLY1305_SHA256', version: 'TLSv1.3', aead: 'ChaCha20-Poly1305', sha256: true },
  { name: 'TLS_AES_128_GCM_SHA256', version: 'TLSv1.3', aead: 'AES-128-GCM', sha256: true },
  { name: 'ECDHE-ECDSA-AES256-GCM-SHA384', version: 'TLSv1.2', aead: 'AES-256-GCM', sha256: false },
  { name: 'ECDHE-RSA-AES256-GCM-SHA384', version: 'TLSv1.2', aead: 'AES-256-GCM', sha256: false },
  { name: 'ECDHE-ECDSA-CHACHA20-POLY1305', version: 'TLSv1.2', aead: 'ChaCha20-Poly1305', sha256: true },
  { name: 'ECDHE-RSA-CHACHA20-POLY1305', version: 'TLSv1.2', aead: 'ChaCha20-Poly1305', sha256: true },
  { name: 'ECDHE-ECDSA-AES128-GCM-SHA256', version: 'TLSv1.2', aead: 'AES-128-GCM', sha256: true },
  { name: 'ECDHE-RSA-AES128-GCM-SHA256', version: 'TLSv1.2', aead: 'AES-128-GCM', sha256: true },
];

const HOUSE = 'house: how OpenSSL and node:tls behave, as the tests show';

function warning(rule: string, text: string, source: string = HOUSE): Reason {
  return { rule, text, source };
}

/** Of these algorithms the ones that the policy does not refuse, best first, as `select` orders them. */
function ranked<Algorithm extends Subject>(
  policy: Policy,
  use: Use,
  algorithms: readonly Algorithm[],
  at: Date,
): { readonly allowed: readonly Algorithm[]; readonly refusals: readonly Reason[] } {
  const selection = select(policy, use, algorithms, algorithms, at);
  const refusals = selection.passedOver.flatMap(({ because, reasons }) =>
    because === 'refused' ? reasons : [],
  );
  if (selection.outcome === 'none') return { allowed: [], refusals };
  const order = [selection.chosen.name, ...selection.passedOver.map(({ subject }) => subject.name)];
  const refused = new Set(
    selection.passedOver.filter(({ because }) => because === 'refused').map(({ subject }) => subject.name),
  );
  const allowed = order.flatMap((name) => {
    const algorithm = algorithms.find((one) => one.name === name);
    return algorithm === undefined || refused.has(name) ? [] : [algorithm];
  });
  return { allowed, refusals };
}

function refused(policy: Policy, what: string, reasons: readonly Reason[]): HybridgeError {
  const texts = [...new Set(reasons.map(({ text }) => text))];
  return new HybridgeError('policy_refused', `${policy.name}: ${what}`, {
    fault: 'caller',
    ...(texts.length > 0 && { hint: texts.slice(0, 3).join(' ') }),
    details: { policy: policy.name, reasons: texts },
  });
}

/** What is worked out step by step; the steps add warnings. */
interface Draft {
  readonly policy: Policy;
  readonly at: Date;
  readonly engine: TlsEngine;
  readonly warnings: Reason[];
}

function groupsOf({ policy, at, engine, warnings }: Draft): readonly EngineGroup[] {
  const algorithms = OPENSSL_3_5.groups.map(({ algorithm }) => algorithm);
  const { allowed, refusals } = ranked(policy, 'key-establishment', algorithms, at);
  const known = allowed.flatMap((algorithm) =>
    OPENSSL_3_5.groups.filter((group) => group.algorithm === algorithm),
  );
  if (known.length === 0) throw refused(policy, 'no TLS group is allowed for key-establishment', refusals);
  const groups = known.filter(({ code }) => engine.groups.some((group) => group.code === code));
  const names = known.map(({ name }) => name);
  if (groups.length === 0)
    throw new HybridgeError(
      'unsupported',
      `${policy.name} asks for ${names.join(', ')}; ${engine.name} has none of them`,
      {
        hint: NEWER_NODE,
        details: { policy: policy.name, groups: names },
      },
    );
  const strong = known.filter(({ algorithm }) => algorithm.nature !== 'classical');
  if (strong.length > 0 && groups.every(({ algorithm }) => algorithm.nature === 'classical'))
    warnings.push(
      warning(
        'no-post-quantum-groups',
        `${engine.name} has no post-quantum groups: every session is going to be classical, which ${policy.name} allows. ${NEWER_NODE}.`,
      ),
    );
  return groups;
}

/** Runs of one nature, in the policy's order. */
function tuplesOf(groups: readonly EngineGroup[]): readonly (readonly EngineGroup[])[] {
  const tuples: EngineGroup[][] = [];
  for (const group of groups) {
    const last = tuples.at(-1);
    if (last?.[0]?.algorithm.nature === group.algorithm.nature) last.push(group);
    else tuples.push([group]);
  }
  return tuples;
}

function schemesFor(
  { policy, at, engine, warnings }: Draft,
  versions: readonly PolicyTlsVersion[],
): readonly number[] {
  const codesOf = (algorithm: (typeof SIGNATURES)[number]): readonly number[] =>
    versions.flatMap((version) => schemesOf([algorithm], version)).filter(engine.hasScheme);
  const candidates = SIGNATURES.filter((algorithm) => codesOf(algorithm).length > 0);
  const { allowed, refusals } = ranked(policy, 'session-authentication', candidates, at);
  const schemes = [...new Set(allowed.flatMap(codesOf))];
  if (schemes.length === 0)
    throw refused(policy, 'no signature of TLS is allowed for session-authentication', refusals);
  const loose = schemes.filter((code) =>
    candidates.some((algorithm) => codesOf(algorithm).includes(code) && !allowed.includes(algorithm)),
  );
  if (loose.length > 0)
    warnings.push(
      warning(
        'scheme-says-no-size',
        `${loose.map(signatureSchemeName).join(', ')}: the scheme names neither the modulus nor (in TLS 1.2) the curve, some of which ${policy.name} refuses; what peers present must be judged by their certificates.`,
      ),
    );
  // OpenSSL takes one list for handshakes and for certificates. PKCS #1 signs no handshake of TLS 1.3, so there it only
  // speaks of certificates; anything else would let handshakes be signed with what is allowed on certificates alone.
  const inCertificates = ranked(policy, 'certificate-signature', SIGNATURES, at).allowed.flatMap(
    (algorithm) => {
      const code = algorithm.identifiers.tlsSignature?.code;
      return code === undefined || !OPENSSL_3_5.hasScheme(code) || !engine.hasScheme(code)
        ? []
        : [{ algorithm, code }];
    },
  );
  const extra = inCertificates.filter(({ code }) => !schemes.includes(code));
  const harmless = extra.filter(
    ({ algorithm }) =>
      algorithm.kind === 'rsa' && algorithm.padding === 'pkcs1' && !versions.includes('TLSv1.2'),
  );
  const left = new Set(
    extra.filter((one) => !harmless.includes(one)).map(({ code }) => signatureSchemeName(code)),
  );
  if (left.size > 0)
    warnings.push(
      warning(
        'certificate-schemes-left-out',
        `${[...left].join(', ')}: ${policy.name} allows them on certificates and not in handshakes; OpenSSL has one list for both, so they are not offered.`,
      ),
    );
  return [...new Set([...schemes, ...harmless.map(({ code }) => code)])];
}

function suitesFor(
  { policy, at }: Draft,
  versions: readonly PolicyTlsVersion[],
  externalPsk: boolean,
): TlsPlan['suites'] {
  const { allowed, refusals } = ranked(policy, 'aead', AEADS, at);
  const suites = allowed
    .flatMap(({ name }) => SUITES.filter(({ aead }) => aead === name))
    .filter(({ version }) => versions.includes(version));
  if (!suites.some(({ version }) => version === 'TLSv1.3'))
    throw refused(policy, 'no cipher of TLS 1.3 is allowed', refusals);
  const tls13 = suites.filter(({ version, sha256 }) => version === 'TLSv1.3' && (sha256 || !externalPsk));
  if (tls13.length === 0)
    throw new HybridgeError(
      'unsupported',
      `${policy.name} allows only cipher suites with SHA-384, and node:tls binds external pre-shared keys to SHA-256`,
      { hint: 'OpenSSL would drop the key in silence and ask for a certificate' },
    );
  return {
    tls13: tls13.map(({ name }) => name),
    tls12: suites.filter(({ version }) => version === 'TLSv1.2').map(({ name }) => name),
  };
}

/** Keys of which OpenSSL keeps one certificate at a time: a second one silently takes the place of the first. */
function slotOf({ signatures: [first] }: CertificateChain): string {
  return first?.kind === 'rsa' || first?.kind === 'ecdsa' ? first.kind : (first?.name ?? '');
}

function credentialsOf<Chain extends CertificateChain>(
  draft: Draft,
  given: readonly Chain[],
  schemes: readonly number[],
): readonly Chain[] {
  const { policy, at, warnings } = draft;
  const usable = given.filter((credential) => {
    const subject = credential.names[0] ?? credential.signatures[0]?.name ?? '';
    const reasons: Reason[] = [];
    const signing = credential.signatures.map((algorithm) => ({
      algorithm,
      judgement: judge(policy, 'session-authentication', algorithm, at),
    }));
    const able = signing.some(
      ({ algorithm, judgement }) =>
        judgement.verdict !== 'refuse' &&
        [...schemesOf([algorithm], 'TLSv1.3'), ...schemesOf([algorithm], 'TLSv1.2')].some((code) =>
          schemes.includes(code),
        ),
    );
    if (!able) reasons.push(...signing.flatMap(({ judgement }) => judgement.reasons));
    for (const algorithm of credential.chainSignatures) {
      const { verdict, reasons: why } = judge(policy, 'certificate-signature', algorithm, at);
      if (verdict === 'refuse') reasons.push(...why);
    }
    const ok = able && reasons.length === 0;
    if (!ok)
      warnings.push(
        warning(
          'credential-left-out',
          `The certificate for ${subject} (${credential.signatures[0]?.name ?? 'unknown key'}) is not used: ${[...new Set(reasons.map(({ text }) => text))].join(' ')}`,
          `policy ${policy.name}`,
        ),
      );
    return ok;
  });
  if (given.length > 0 && usable.length === 0)
    throw refused(policy, 'none of the certificates may be used', warnings);
  const slots = usable.map(slotOf);
  const twice = slots.find((slot, index) => slots.indexOf(slot) !== index);
  if (twice !== undefined)
    throw new HybridgeError('invalid_argument', `two certificates with keys of one kind (${twice})`, {
      fault: 'caller',
      hint: 'OpenSSL keeps one of each kind and drops the other; choose by server name, as createListener does',
    });
  return usable;
}

/** Bytes of a session above which node:tls emits no `session` event, and what is in one beside two certificates. */
const SESSION_LIMIT = 10_240;
const SESSION_OVERHEAD = 600;

function warnOfLostResumption(
  { warnings }: Draft,
  credentials: readonly CertificateChain[],
  mutual: boolean,
): void {
  if (!mutual) return;
  const largest = Math.max(0, ...credentials.map(({ certificates: [leaf] }) => leaf?.bytes.length ?? 0));
  // The client keeps the server's certificate, and the ticket with its own certificate in it.
  if (2 * largest + SESSION_OVERHEAD <= SESSION_LIMIT) return;
  warnings.push(
    warning(
      'resumption-lost',
      `With certificates of ${largest} bytes on both sides a session exceeds the ${SESSION_LIMIT} bytes above which node:tls drops the event session without an error, and https.Agent resumes nothing: every handshake is a full one. Take socket.getSession() once the server has sent something, which has no limit, or ML-DSA-44 on one side.`,
    ),
  );
}

/**
 * Works out what a policy makes of a TLS configuration: versions, groups, signature schemes, cipher suites and the
 * certificates that may be used, with warnings about what cannot be expressed. `tlsOptions` and
 * `renderConfiguration` write it down.
 *
 * @throws {@link HybridgeError} `policy_refused` when nothing of a kind is left; `unsupported` when the policy asks for
 * what the engine does not have, never falling back to what the policy refuses; `invalid_argument` for two credentials
 * with keys of one kind.
 *
 * @example
 * ```ts
 * import { namedPolicy } from 'hybridge/policy';
 * import { tlsPlan } from 'hybridge/tls';
 *
 * const plan = tlsPlan({ policy: namedPolicy('hybrid-required'), at: new Date('2027-01-01'), side: 'client', engine: 'openssl-3.5' });
 * console.log(plan.versions, plan.groups.flat().map(({ name }) => name));
 * // [ 'TLSv1.3' ] [ 'X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024' ]
 * ```
 */
export function tlsPlan<Chain extends CertificateChain = Credential>(
  input: TlsPlanInput<Chain>,
): TlsPlan<Chain> {
  const {
    policy: whole,
    at,
    side,
    credentials: given = [],
    clientCertificates = false,
    externalPsk = false,
  } = input;
  const engine = input.engine === 'openssl-3.5' ? OPENSSL_3_5 : engineHere();
  // An exception for an identity holds provisionally until the certificate is seen; nobody here would look again.
  const identities = input.peer?.identities ?? [];
  const peer = policyForPeer(whole, { ...input.peer, identities }, at);
  const draft: Draft = { policy: peer.policy, at, engine, warnings: [] };
  const groups = groupsOf(draft);
  const tuples = tuplesOf(groups);
  const classical = groups.find(({ algorithm }) => algorithm.nature === 'classical');
  // TLS 1.2 has no group but classical ones, and no room for an external key here.
  const versions = peer.tlsVersions.filter(
    (version) => version === 'TLSv1.3' || (classical !== undefined && !externalPsk),
  );
  const schemes = schemesFor(draft, versions);
  const suites = suitesFor(draft, versions, externalPsk);
  const credentials = credentialsOf(draft, given, schemes);
  warnOfExceptions(draft, whole, peer.exceptions);
  warnOfLostResumption(draft, credentials, side === 'client' || clientCertificates);
  const [first] = groups;
  return {
    side,
    policy: { name: whole.name, version: whole.version },
    at,
    versions,
    groups: tuples,
    shares: [first, classical]
      .filter((group, index, all) => group !== undefined && all.indexOf(group) === index)
      .flatMap((group) => (group === undefined ? [] : [group])),
    schemes,
    suites,
    credentials,
    tuples: engine.tuples,
    warnings: draft.warnings,
  };
}

// A configuration is the same for every peer; only a listener that reads the hello first can tell them apart.
function warnOfExceptions({ warnings, at }: Draft, policy: Policy, applied: Policy['exceptions'] = []): void {
  for (const { exception, expired } of policyExceptions(policy, at)) {
    if (expired || applied.some(({ id }) => id === exception.id)) continue;
    warnings.push(
      warning(
        'exception-not-expressed',
        `${exception.id} (${exception.owner}, until ${exception.until}) is for some peers only, which a configuration cannot tell apart: they are refused. createListener and createTerminator honour it.`,
        `policy exception ${exception.id}`,
      ),
    );
  }
}
