/** The choice for one offer, step by step: version, server name, cipher, group, credential. */
import {
  type Judgement,
  judge,
  type PeerPolicy,
  type PolicyException,
  type PolicyTlsVersion,
  type Reason,
  select,
  type Selection,
} from '../policy/index.ts';
import {
  type AeadDescriptor,
  type KemDescriptor,
  KEMS,
  type SignatureDescriptor,
} from '../registry/index.ts';
import type { AlertName, ClientHello, Credential } from '../tls/index.ts';
import type { Capabilities } from './capabilities.ts';
import { ciphersOf, type CipherSuite, suitesAmong, suitesOf } from './cipher-suites.ts';
import { FALLBACK_SCSV, TLS_1_2, TLS_1_3 } from './code-points.ts';
import { groupOf, type HelloCapabilities, readHello, signaturesOf } from './from-hello.ts';
import { type Negotiation, selectFormat, selectLimits } from './negotiate.ts';

/** What the server can do, whatever the name that is asked for. */
export interface ServerSide {
  readonly groups: readonly KemDescriptor[];
  readonly capabilities: Capabilities;
}

/** A session that was agreed to, as far as it is the same for all hellos that offer the same. */
export interface Accepted {
  readonly outcome: 'accept';
  readonly version: PolicyTlsVersion;
  readonly group: KemDescriptor;
  readonly credential: Credential;
  readonly signature: SignatureDescriptor;
  readonly scheme: number;
  readonly cipher: AeadDescriptor;
  readonly ciphers: readonly AeadDescriptor[];
  readonly exceptions: readonly PolicyException[];
  readonly provisional: readonly PolicyException[];
  readonly warnings: readonly Reason[];
}

/** A refusal. */
export interface Refused {
  readonly outcome: 'refuse';
  readonly alert: AlertName;
  readonly reasons: readonly Reason[];
  /** What is wrong, in words for the operator: `it offers TLS 1.2 at best`. */
  readonly problem: string;
  /** Where it can be put right: in the client alone, in the client or by an exception, or here at the server. */
  readonly remedy: 'client' | 'exception' | 'server';
}

/** A negotiation but for what differs between hellos that offer the same. */
export type SharedNegotiation = Omit<Negotiation, 'at' | 'theirs'> & { readonly theirs: HelloCapabilities };

/** An outcome, and the negotiation where it came to one. */
export type Decided =
  | { readonly outcome: Accepted; readonly negotiation: SharedNegotiation }
  | { readonly outcome: Refused; readonly negotiation: SharedNegotiation | undefined };

/** What all steps know. */
interface Question {
  readonly hello: ClientHello;
  readonly version: PolicyTlsVersion;
  readonly peer: PeerPolicy;
  readonly at: Date;
}

/** A credential that may serve, and what it may sign with. */
interface Eligible {
  readonly credential: Credential;
  readonly signatures: readonly SignatureDescriptor[];
}

/** Decides about a hello, given the credentials with the name that it asks for. */
export function choose(
  hello: ClientHello,
  credentials: readonly Credential[],
  server: ServerSide,
  peer: PeerPolicy,
  at: Date,
): Decided {
  const version = versionOf(hello, peer);
  if (typeof version !== 'string') return refusing(version);
  const question: Question = { hello, version, peer, at };
  const flaw = missingExtension(question) ?? unknownName(question, credentials);
  if (flaw !== undefined) return refusing(flaw);
  const suites = suitesFor(question);
  if ('outcome' in suites) return refusing(suites);
  const permitted = credentials.filter((credential) => isChainPermitted(question, credential));
  if (permitted.length === 0) return refusing(unpermittedChains(question, credentials));
  const sendable = permitted.filter((credential) => isLeafListed(credential, hello));
  if (sendable.length === 0) return refusing(unlistedLeaves(permitted));

  const theirs = readHello(hello);
  const eligible = eligibleAmong(question, sendable, suites.offered);
  const kem = selectGroup(question, server.groups, theirs);
  const signature = selectSignature(question, eligible, theirs);
  const negotiation: SharedNegotiation = {
    ours: server.capabilities,
    theirs,
    policy: { name: peer.policy.name, version: peer.policy.version },
    signatureUse: 'session-authentication',
    kem,
    signature,
    format: selectFormat(version === 'TLSv1.3' ? ['tls-1.3'] : ['tls-1.2'], theirs.formats),
    limits: selectLimits(server.capabilities.limits, theirs.limits),
  };
  if (kem.outcome === 'none') return { outcome: without(question, kem, 'groups', theirs.kems), negotiation };
  if (signature.outcome === 'none')
    return { outcome: without(question, signature, 'signature algorithms', theirs.signatures), negotiation };
  const scheme = schemeOf(question, signature.chosen);
  const holder = holderOf(question, eligible, signature.chosen);
  const cipher = cipherFor(signature.chosen, suites);
  if (scheme === undefined || holder === undefined || cipher === undefined)
    return { outcome: without(question, signature, 'signature algorithms', theirs.signatures), negotiation };

  const { credential } = holder;
  const judgements: readonly Judgement[] = [
    kem.judgement,
    signature.judgement,
    ...chainJudgements(question, credential),
    judge(peer.policy, 'aead', cipher, at),
  ];
  const warnings = distinct([
    ...judgements.filter(({ verdict }) => verdict === 'warn').flatMap(({ reasons }) => reasons),
    ...(holder.isChainListed ? [] : [UNLISTED_CHAIN]),
  ]);
  const exceptions = reliedUpon(peer, version, warnings);
  return {
    outcome: Object.freeze({
      outcome: 'accept',
      version,
      group: kem.chosen,
      credential,
      signature: signature.chosen,
      scheme,
      cipher,
      ciphers: suites.ciphers,
      exceptions,
      provisional: exceptions.filter((exception) => peer.provisional.includes(exception)),
      warnings,
    }),
    negotiation,
  };
}

const refusing = (outcome: Refused): Decided => ({ outcome, negotiation: undefined });

const VERSIONS = 'RFC 9846; the versions before TLS 1.3 by exception only';

function versionOf({ versions, cipherSuites }: ClientHello, peer: PeerPolicy): PolicyTlsVersion | Refused {
  if (versions.includes(TLS_1_3)) return 'TLSv1.3';
  if (cipherSuites.includes(FALLBACK_SCSV))
    return {
      outcome: 'refuse',
      alert: 'inappropriate_fallback',
      reasons: [
        {
          rule: 'fallback',
          text: 'The client says that it has tried a better version before, and this server has that version.',
          source: 'RFC 7507 §3',
        },
      ],
      problem:
        'it fell back to an older version, which a broken or hostile network in between makes clients do',
      remedy: 'client',
    };
  if (versions.includes(TLS_1_2) && peer.tlsVersions.includes('TLSv1.2')) return 'TLSv1.2';
  const best = versions.includes(TLS_1_2) ? 'TLS 1.2' : 'a version older than TLS 1.2';
  return {
    outcome: 'refuse',
    alert: 'protocol_version',
    reasons: [
      {
        rule: 'protocol-version',
        text: `The client offers ${best} at best, and no exception permits it for this peer.`,
        source: VERSIONS,
      },
    ],
    problem: `it offers ${best} at best`,
    remedy: versions.includes(TLS_1_2) ? 'exception' : 'client',
  };
}

/** What a hello of TLS 1.3 must have for a handshake with certificates [RFC 9846]. */
function missingExtension({ hello, version }: Question): Refused | undefined {
  if (version !== 'TLSv1.3') return undefined;
  const missing =
    hello.signatureAlgorithms === undefined
      ? 'signature_algorithms'
      : hello.groups === undefined
        ? 'supported_groups'
        : hello.keyShares === undefined
          ? 'key_share'
          : undefined;
  if (missing === undefined) return undefined;
  return {
    outcome: 'refuse',
    alert: 'missing_extension',
    reasons: [
      {
        rule: 'missing-extension',
        text: `The hello has no ${missing}.`,
        source: 'RFC 9846, mandatory extensions',
      },
    ],
    problem: `its hello has no ${missing}, which TLS 1.3 demands`,
    remedy: 'client',
  };
}

function unknownName({ hello }: Question, credentials: readonly Credential[]): Refused | undefined {
  if (credentials.length > 0) return undefined;
  const { serverName } = hello;
  const [text, problem] =
    serverName === undefined
      ? ['There is no credential.', 'the server has no credential']
      : [
          'No certificate has the server name that was asked for.',
          `no certificate is for ${JSON.stringify(serverName.slice(0, 80))}, which it asks for`,
        ];
  return {
    outcome: 'refuse',
    alert: 'unrecognized_name',
    reasons: [{ rule: 'server-name', text, source: 'RFC 6066 §3; RFC 9525 §6.3' }],
    problem,
    remedy: 'server',
  };
}

/** The suites that both sides have and the policy permits, and the ciphers that it permits to anybody, best first. */
interface Suites {
  readonly offered: readonly CipherSuite[];
  readonly ciphers: readonly AeadDescriptor[];
}

function suitesFor({ hello, version, peer, at }: Question): Refused | Suites {
  const all = ciphersOf(version);
  const common = suitesOf(suitesAmong(hello.cipherSuites), version);
  const theirs = common.map(({ aead }) => aead);
  const selection = select(peer.policy, 'aead', all, theirs, at);
  if (selection.outcome === 'none') {
    const isRefused = theirs.length > 0;
    return {
      outcome: 'refuse',
      alert: isRefused ? 'insufficient_security' : 'handshake_failure',
      reasons: isRefused
        ? refusals(selection)
        : [
            {
              rule: 'cipher-suite',
              text: 'The client offers no cipher suite with authenticated encryption and ephemeral keys.',
              source: 'RFC 9325 §4.2; RFC 9846',
            },
          ],
      problem: isRefused
        ? `the policy permits none of its ciphers (${names(theirs)})`
        : `it offers no cipher suite of ${inWords(version)} with AES-GCM or ChaCha20-Poly1305${version === 'TLSv1.2' ? ' and ECDHE' : ''}`,
      remedy: isRefused ? 'exception' : 'client',
    };
  }
  const permitted = select(peer.policy, 'aead', all, all, at);
  const ciphers =
    permitted.outcome === 'none'
      ? []
      : [
          permitted.chosen,
          ...permitted.passedOver
            .filter(({ because }) => because === 'less-preferred')
            .flatMap(({ subject }) => all.filter((aead) => aead === subject)),
        ];
  return { offered: common.filter(({ aead }) => ciphers.includes(aead)), ciphers };
}

/** The cipher that the engine takes, which goes through ours in their order. */
const cipherFor = (
  signature: SignatureDescriptor,
  { offered, ciphers }: Suites,
): AeadDescriptor | undefined =>
  ciphers.find((cipher) => offered.some((suite) => suite.aead === cipher && goesWith(suite, signature)));

function chainJudgements({ peer, at }: Question, { chainSignatures }: Credential): readonly Judgement[] {
  return chainSignatures.map((algorithm) => judge(peer.policy, 'certificate-signature', algorithm, at));
}

const isChainPermitted = (question: Question, credential: Credential): boolean =>
  chainJudgements(question, credential).every(({ verdict }) => verdict !== 'refuse');

function unpermittedChains(question: Question, credentials: readonly Credential[]): Refused {
  const refused = credentials.flatMap((credential) =>
    credential.chainSignatures.filter(
      (algorithm) =>
        judge(question.peer.policy, 'certificate-signature', algorithm, question.at).verdict === 'refuse',
    ),
  );
  return {
    outcome: 'refuse',
    alert: 'handshake_failure',
    reasons: distinct(
      credentials
        .flatMap((credential) => chainJudgements(question, credential))
        .filter(({ verdict }) => verdict === 'refuse')
        .flatMap(({ reasons }) => reasons),
    ),
    problem: `the policy refuses the signatures in every certificate chain of this name (${names(refused)})`,
    remedy: 'server',
  };
}

/**
 * Whether OpenSSL sends a leaf: where a client has a list for certificates, the signature on the leaf must be in it.
 * There a scheme of ECDSA stands for every curve, as in TLS 1.2.
 */
function isLeafListed(
  { chainSignatures: [onLeaf] }: Credential,
  { certificateSignatureAlgorithms }: ClientHello,
): boolean {
  if (certificateSignatureAlgorithms === undefined || onLeaf === undefined) return true;
  return certificateSignatureAlgorithms.some((code) => signaturesOf(code, 'TLSv1.2').includes(onLeaf));
}

function unlistedLeaves(credentials: readonly Credential[]): Refused {
  const signatures = names(credentials.flatMap(({ chainSignatures: [onLeaf] }) => onLeaf ?? []));
  return {
    outcome: 'refuse',
    alert: 'handshake_failure',
    reasons: [
      {
        rule: 'certificate-chain',
        text: `The certificates for this name are signed with ${signatures}, which the client does not take on certificates.`,
        source: 'RFC 9846, signature_algorithms_cert',
      },
    ],
    problem: `it takes no certificate signed with ${signatures}, as it says in signature_algorithms_cert`,
    remedy: 'server',
  };
}

/** Groups of TLS 1.2 [RFC 8422 §5.1.1]: curves, but for those whose number is for TLS 1.3 alone [RFC 8734]. */
const isForTls12 = ({ kind, identifiers }: KemDescriptor): boolean =>
  kind === 'key-agreement' && identifiers.tlsGroup?.name.endsWith('tls13') === false;

function selectGroup(
  { hello, version, peer, at }: Question,
  groups: readonly KemDescriptor[],
  theirs: HelloCapabilities,
): Selection<KemDescriptor> {
  const ours = version === 'TLSv1.3' ? groups : groups.filter(isForTls12);
  // A client of TLS 1.2 that does not say leaves the curve to the server [RFC 8422 §4].
  const offered = version === 'TLSv1.2' && hello.groups === undefined ? ours : theirs.kems;
  return select(peer.policy, 'key-establishment', ours, offered, at);
}

function eligibleAmong(
  question: Question,
  credentials: readonly Credential[],
  suites: readonly CipherSuite[],
): readonly Eligible[] {
  return credentials.flatMap((credential) => {
    const signatures = credential.signatures.filter(
      (algorithm) =>
        signs(algorithm, question.version) &&
        suites.some((suite) => goesWith(suite, algorithm)) &&
        hasCurve(algorithm, question),
    );
    return signatures.length === 0 ? [] : [{ credential, signatures }];
  });
}

/** Whether a version has a scheme for an algorithm at all. */
function signs(algorithm: SignatureDescriptor, version: PolicyTlsVersion): boolean {
  if (version === 'TLSv1.2')
    return algorithm.kind === 'ecdsa' || algorithm.kind === 'eddsa' || algorithm.kind === 'rsa';
  const code = algorithm.identifiers.tlsSignature?.code;
  return code !== undefined && signaturesOf(code, version).includes(algorithm);
}

/** In TLS 1.2 the suite names the kind of key; EdDSA goes with ECDSA [RFC 8422 §5.10]. */
const goesWith = ({ signatures }: CipherSuite, { kind }: SignatureDescriptor): boolean =>
  signatures === 'any' || signatures === (kind === 'rsa' ? 'rsa' : 'ecdsa');

/** In TLS 1.2 supported_groups also says on which curves a client takes keys in certificates [RFC 8422 §5.1.1]. */
function hasCurve({ key }: SignatureDescriptor, { hello, version }: Question): boolean {
  if (version !== 'TLSv1.2' || key.kind !== 'ec' || hello.groups === undefined) return true;
  const { curveOid } = key;
  const curve = KEMS.find(
    (group) => isForTls12(group) && group.key.kind === 'ec' && group.key.curveOid === curveOid,
  );
  return curve === undefined || hello.groups.some((code) => groupOf(code) === curve);
}

/** Chains that the client cannot verify, as far as it says, are for clients that nothing else can serve. */
function selectSignature(
  { hello, peer, at }: Question,
  eligible: readonly Eligible[],
  theirs: HelloCapabilities,
): Selection<SignatureDescriptor> {
  const among = (some: readonly Eligible[]): Selection<SignatureDescriptor> => {
    const ours = some.flatMap(({ signatures }) => signatures);
    return select(peer.policy, 'session-authentication', ours, theirs.signatures, at);
  };
  const selection = among(eligible.filter(({ credential }) => isChainListed(credential, hello)));
  return selection.outcome === 'chosen' ? selection : among(eligible);
}

/** The code point by which the client knows an algorithm. */
function schemeOf({ hello, version }: Question, algorithm: SignatureDescriptor): number | undefined {
  return hello.signatureAlgorithms?.find((code) => signaturesOf(code, version).includes(algorithm));
}

const UNLISTED_CHAIN: Reason = Object.freeze({
  rule: 'certificate-chain',
  text: 'The chain has signatures that the client does not list; there is no other chain, and it may know better.',
  source: 'RFC 9846',
});

/** The credential that signs with an algorithm, one whose chain the client can verify before others. */
function holderOf(
  { hello }: Question,
  eligible: readonly Eligible[],
  algorithm: SignatureDescriptor,
): { readonly credential: Credential; readonly isChainListed: boolean } | undefined {
  const holders = eligible
    .filter(({ signatures }) => signatures.includes(algorithm))
    .map(({ credential }) => ({ credential, isChainListed: isChainListed(credential, hello) }));
  return holders.find((holder) => holder.isChainListed) ?? holders[0];
}

function isChainListed({ chainSchemes }: Credential, hello: ClientHello): boolean {
  const { certificateSignatureAlgorithms, signatureAlgorithms = [] } = hello;
  const listed = certificateSignatureAlgorithms ?? signatureAlgorithms;
  return chainSchemes.every((scheme) => listed.includes(scheme));
}

/** The refusal where a selection came to nothing. */
function without(
  { peer }: Question,
  selection: Selection,
  what: string,
  offered: readonly { readonly name: string }[],
): Refused {
  const reasons = refusals(selection);
  if (reasons.length > 0)
    return {
      outcome: 'refuse',
      alert: 'insufficient_security',
      reasons,
      problem: `of the ${what} that it offers (${names(offered)}) policy ${peer.policy.name} permits none that the server has`,
      remedy: 'exception',
    };
  const list = offered.length === 0 ? 'none that is known' : names(offered);
  return {
    outcome: 'refuse',
    alert: 'handshake_failure',
    reasons: [
      { rule: 'not-offered', text: `The client offers no ${what} that the server has.`, source: 'RFC 9846' },
    ],
    problem: `it offers no ${what} that the server has (offered: ${list})`,
    remedy: 'client',
  };
}

/** Why the policy refuses what both sides have. */
const refusals = ({ passedOver }: Selection): readonly Reason[] =>
  distinct(passedOver.filter(({ because }) => because === 'refused').flatMap(({ reasons }) => reasons));

/** Reasons without repetition: one rule often speaks of several algorithms. */
export function distinct(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter(
    ({ rule, text }, index) =>
      reasons.findIndex((other) => other.rule === rule && other.text === text) === index,
  );
}

/** The exceptions without which the session would be refused. */
export function reliedUpon(
  { exceptions }: PeerPolicy,
  version: PolicyTlsVersion,
  warnings: readonly Reason[],
): readonly PolicyException[] {
  const named = new Set(warnings.map(({ rule }) => rule));
  return exceptions.filter(
    ({ id, tlsVersions }) =>
      named.has(id) || (version !== 'TLSv1.3' && tlsVersions?.includes(version) === true),
  );
}

const MAX_NAMES = 8;

function names(list: readonly { readonly name: string }[]): string {
  const all = [...new Set(list.map(({ name }) => name))];
  return all.length > MAX_NAMES ? `${all.slice(0, MAX_NAMES).join(', ')} and more` : all.join(', ');
}

const inWords = (version: PolicyTlsVersion): string => version.replace('TLSv', 'TLS ');
