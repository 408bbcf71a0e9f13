/** Judging one signature of a message [RFC 5652 §5.4, §5.6]. */
import { equal, HybridgeError, isHybridgeError } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  type Certificate,
  signatureAlgorithmOf,
  signatureAlgorithmsOf,
  signatureKeyOf,
} from '../certificates/index.ts';
import { readSpki } from '../keys/index.ts';
import type { Judgement } from '../policy/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { HashDescriptor, HashName, SignatureDescriptor } from '../registry/index.ts';
import { verify } from '../sign/index.ts';
import type { Attribute } from './attribute.ts';
import { CONTENT_TYPE } from './content-type.ts';
import { isStatedCertificate, readStatement, type ReadStatement } from './signed-attributes.ts';
import { fixedDigest, hashOf, isStrongEnough } from './signed-digest.ts';
import {
  type CertificateIdentifier,
  type CertificatePool,
  maySignMessages,
  type SignerInfo,
} from './signer-info.ts';

/** Why a signature does not count. */
export type SignerFault =
  /** The signature does not hold under the key of the certificate. */
  | 'signature'
  /** The content is not the one that was signed. */
  | 'message-digest'
  /** The content is said to be of another type than the one that was signed. */
  | 'content-type'
  /** A signed attribute is missing, malformed, or there twice. */
  | 'attributes'
  /** The algorithms are not the ones that the signer stated [RFC 6211]. */
  | 'algorithm-protection'
  /** The certificate is not the one that the signer stated [RFC 5035]. */
  | 'certificate-mismatch'
  /** The certificate's key usage has neither digitalSignature nor contentCommitment. */
  | 'key-usage'
  /** The signature algorithm is malformed, does not fit the key, or has no place in CMS. */
  | 'algorithm'
  /** The digest is not the one that the algorithm goes with, or weaker than the signature. */
  | 'digest'
  /** The message did not announce the digest, so the content was not hashed with it. */
  | 'digest-not-announced'
  /** Without signed attributes, the content could itself be the attributes of another message. */
  | 'ambiguous-content'
  /** The policy refuses the algorithm. */
  | 'policy'
  /** The certificate does not lead to an anchor; see `path`. */
  | 'untrusted';

/** Why a signature could not be judged. */
export type SignerGap =
  /** Neither the message nor the caller has the certificate that the signature names. */
  | 'certificate-not-found'
  /** An algorithm that is not known here, or that the provider does not have. */
  | 'unsupported'
  /** The content itself is signed, came in pieces, and was too long to be kept until the signer was known. */
  | 'content-not-kept';

/** What a signature says of itself; only as true as the signature. */
export interface SignerFacts {
  readonly identifier: CertificateIdentifier;
  /** Dotted object identifiers. */
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** `undefined` when the content itself was signed. */
  readonly signedAttributes: readonly Attribute[] | undefined;
  readonly unsignedAttributes: readonly Attribute[];
  /** The time that the signer claims. */
  readonly signingTime: Date | undefined;
}

/** What became of one signature. Trust in the certificate is another question. */
export type SignatureVerdict =
  | {
      readonly status: 'valid';
      readonly algorithm: SignatureDescriptor;
      readonly certificate: Certificate;
      /** What the policy says, where one was given. */
      readonly judgement: Judgement | undefined;
    }
  | { readonly status: 'invalid'; readonly reason: SignerFault; readonly text: string }
  | {
      readonly status: 'undecided';
      readonly reason: SignerGap;
      readonly text: string;
      /** The algorithm, where it is known and only the provider lacks it. */
      readonly algorithm: SignatureDescriptor | undefined;
    };

/** A key that may have made a signature. */
export interface Candidate {
  readonly certificate: Certificate;
  readonly algorithm: SignatureDescriptor;
  readonly publicKey: PublicKey<SignatureDescriptor>;
}

/** A signature with the keys that may have made it, or with the reason why there is none. */
export interface ResolvedSigner {
  readonly info: SignerInfo;
  readonly statement: ReadStatement | undefined;
  readonly outcome:
    | { readonly status: 'resolved'; readonly candidates: readonly Candidate[] }
    | Exclude<SignatureVerdict, { readonly status: 'valid' }>;
}

/** What a signature is over. */
export interface SignedContent {
  /** `undefined` for a countersignature, whose content is a signature. */
  readonly contentType: string | undefined;
  /** The digest of the content, `undefined` when it was not hashed so. */
  readonly digest: (name: HashName) => Uint8Array | undefined;
  /** Whether a signature over the content itself holds, `undefined` when the content is gone. */
  readonly direct: (
    info: SignerInfo,
    publicKey: PublicKey<SignatureDescriptor>,
  ) => Promise<boolean | undefined>;
  /** Whether the content could be taken for signed attributes. */
  readonly isAmbiguous: boolean;
}

const invalid = (reason: SignerFault, text: string): SignatureVerdict & { readonly status: 'invalid' } => ({
  status: 'invalid',
  reason,
  text,
});

const undecided = (
  reason: SignerGap,
  text: string,
  algorithm?: SignatureDescriptor,
): SignatureVerdict & { readonly status: 'undecided' } => ({ status: 'undecided', reason, text, algorithm });

/** Finds the keys that may have made a signature. */
export async function resolveSigner(
  provider: Provider,
  info: SignerInfo,
  pool: CertificatePool,
): Promise<ResolvedSigner> {
  let statement: ReadStatement | undefined;
  try {
    statement = info.signedAttributes === undefined ? undefined : readStatement(info.signedAttributes.list);
  } catch (error) {
    if (!isHybridgeError(error, 'invalid_encoding')) throw error;
    return { info, statement, outcome: invalid('attributes', error.message) };
  }
  return { info, statement, outcome: await resolve(provider, info, statement, pool) };
}

async function resolve(
  provider: Provider,
  info: SignerInfo,
  statement: ReadStatement | undefined,
  pool: CertificatePool,
): Promise<ResolvedSigner['outcome']> {
  const named = pool.named(info.identifier);
  if (named.length === 0)
    return undecided(
      'certificate-not-found',
      'neither the message nor the caller has the certificate of this signer',
    );
  const stated = statement?.certificate;
  const fitting =
    stated === undefined
      ? named
      : named.filter((one) => isStatedCertificate(provider, stated, one) !== false);
  if (fitting.length === 0)
    return invalid(
      'certificate-mismatch',
      'the certificate is not the one that the signer stated [RFC 5035 §2]',
    );
  const candidates: Candidate[] = [];
  // The caller's come first. Nobody honest has many certificates for one issuer and number, or one key identifier.
  let why: ResolvedSigner['outcome'] | undefined;
  for (const certificate of fitting.slice(0, MAX_CANDIDATES)) {
    const outcome = await candidateFor(provider, info, certificate);
    if (outcome.status === 'resolved') candidates.push(outcome.candidate);
    else why ??= outcome;
  }
  return candidates.length > 0 || why === undefined ? { status: 'resolved', candidates } : why;
}

async function candidateFor(
  provider: Provider,
  info: SignerInfo,
  certificate: Certificate,
): Promise<
  | { readonly status: 'resolved'; readonly candidate: Candidate }
  | Exclude<SignatureVerdict, { readonly status: 'valid' }>
> {
  let algorithm: SignatureDescriptor | undefined;
  try {
    algorithm = algorithmOf(info, certificate.subjectPublicKeyInfo);
    if (algorithm.kind === 'hash-ml-dsa' || algorithm.kind === 'hash-slh-dsa')
      return invalid(
        'algorithm',
        `${algorithm.name}: the pre-hash variants have no place in CMS [RFC 9882 §1, RFC 9814 §1]`,
      );
    if (!maySignMessages(certificate))
      return invalid('key-usage', "the certificate's key usage is not for signing messages");
    const publicKey = await signatureKeyOf(provider, certificate, algorithm);
    return { status: 'resolved', candidate: { certificate, algorithm, publicKey } };
  } catch (error) {
    if (isHybridgeError(error, 'unknown_algorithm', 'unsupported'))
      return undecided('unsupported', error.message, algorithm);
    if (isHybridgeError(error, 'wrong_algorithm', 'invalid_encoding', 'invalid_key', 'invalid_length'))
      return invalid('algorithm', error.message);
    throw error;
  }
}

/** Certificates tried for one signature. */
const MAX_CANDIDATES = 4;

/** rsaEncryption [RFC 3370 §3.2]: PKCS #1 v1.5 with the hash that the digestAlgorithm names. */
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

function algorithmOf(
  { signatureAlgorithm, digestAlgorithm }: SignerInfo,
  spki: Uint8Array,
): SignatureDescriptor {
  const { algorithms } = readSpki(spki);
  if (signatureAlgorithm.oid === RSA_ENCRYPTION) {
    const digest = hashOf(digestAlgorithm);
    for (const descriptor of algorithms)
      if (descriptor.kind === 'rsa' && descriptor.padding === 'pkcs1' && descriptor.hash === digest?.name)
        return descriptor;
    if (algorithms.some(({ kind }) => kind === 'rsa'))
      throw new HybridgeError('unsupported', `RSA with the digest ${digest?.name ?? digestAlgorithm.oid}`);
  } else if (signatureAlgorithmsOf(signatureAlgorithm).some(({ kind }) => kind === 'ecdsa')) {
    // Brainpool curves have one hash each in the registry; others sign with any.
    const isNamed = algorithms.some(({ identifiers }) => identifiers.oid === signatureAlgorithm.oid);
    const curve = algorithms.find((descriptor) => descriptor.kind === 'ecdsa');
    if (!isNamed && curve !== undefined)
      throw new HybridgeError(
        'unsupported',
        `ECDSA over ${curve.curve} with another hash than ${curve.hash}`,
      );
  }
  return signatureAlgorithmOf(signatureAlgorithm, spki);
}

/** Judges a signature whose possible keys are known. */
export async function judgeSigner(
  provider: Provider,
  { info, statement, outcome }: ResolvedSigner,
  content: SignedContent,
): Promise<SignatureVerdict> {
  if (outcome.status !== 'resolved') return outcome;
  let verdict: SignatureVerdict = undecided('certificate-not-found', 'no key to verify with');
  for (const candidate of outcome.candidates) {
    verdict =
      info.signedAttributes === undefined || statement === undefined
        ? await judgeDirect(info, candidate, content)
        : await judgeAttributes(provider, info, info.signedAttributes.bytes, statement, candidate, content);
    if (verdict.status === 'valid') return verdict;
  }
  return verdict;
}

const valid = ({ algorithm, certificate }: Candidate): SignatureVerdict => ({
  status: 'valid',
  algorithm,
  certificate,
  judgement: undefined,
});

const DOES_NOT_HOLD = invalid('signature', 'the signature does not hold');

async function judgeDirect(
  info: SignerInfo,
  candidate: Candidate,
  content: SignedContent,
): Promise<SignatureVerdict> {
  if (content.contentType !== undefined && content.contentType !== CONTENT_TYPE.data)
    return invalid('attributes', 'content of another type than data needs signed attributes [RFC 5652 §5.3]');
  // RFC 9882 §3.2, RFC 9814 §3: ML-DSA and SLH-DSA then ignore the digestAlgorithm.
  const fixed = fixedDigest(candidate.algorithm);
  if (fixed !== undefined && hashOf(info.digestAlgorithm)?.name !== fixed)
    return invalid('digest', `${candidate.algorithm.name} goes with ${fixed}`);
  if (content.isAmbiguous)
    return invalid(
      'ambiguous-content',
      'the content is itself a set of signed attributes: its signature may be that of another message',
    );
  const holds = await content.direct(info, candidate.publicKey);
  if (holds === undefined)
    return undecided(
      'content-not-kept',
      'the content itself is signed and was too long to be kept; give it detached, or as bytes',
    );
  return holds ? valid(candidate) : DOES_NOT_HOLD;
}

async function judgeAttributes(
  provider: Provider,
  info: SignerInfo,
  signed: Uint8Array,
  statement: ReadStatement,
  candidate: Candidate,
  content: SignedContent,
): Promise<SignatureVerdict> {
  const digest = hashOf(info.digestAlgorithm);
  if (digest === undefined)
    return undecided(
      'unsupported',
      `the digest ${info.digestAlgorithm.oid} is not known`,
      candidate.algorithm,
    );
  return (
    judgeDigest(digest, candidate.algorithm) ??
    judgeStatement(info, statement, digest, content) ??
    ((await verify(provider, candidate.publicKey, signed, info.signature)) ? valid(candidate) : DOES_NOT_HOLD)
  );
}

function judgeDigest(digest: HashDescriptor, algorithm: SignatureDescriptor): SignatureVerdict | undefined {
  const fixed = fixedDigest(algorithm);
  if (fixed !== undefined && fixed !== digest.name)
    return invalid('digest', `${algorithm.name} goes with ${fixed}, not with ${digest.name}`);
  if (!isStrongEnough(digest, algorithm))
    return invalid('digest', `${digest.name} is weaker than ${algorithm.name}`);
  return undefined;
}

function judgeStatement(
  { digestAlgorithm, signatureAlgorithm }: SignerInfo,
  statement: ReadStatement,
  digest: HashDescriptor,
  content: SignedContent,
): SignatureVerdict | undefined {
  if (content.contentType === undefined) {
    if (statement.contentType !== undefined)
      return invalid('attributes', 'a countersignature with a content type [RFC 5652 §11.4]');
  } else if (statement.contentType === undefined)
    return invalid('attributes', 'the attribute contentType is missing [RFC 5652 §5.3]');
  else if (statement.contentType !== content.contentType)
    return invalid('content-type', `signed as ${statement.contentType}, sent as ${content.contentType}`);
  if (statement.messageDigest === undefined)
    return invalid('attributes', 'the attribute messageDigest is missing [RFC 5652 §5.3]');
  if (
    statement.algorithms !== undefined &&
    !(
      sameAlgorithm(statement.algorithms.digest, digestAlgorithm) &&
      sameAlgorithm(statement.algorithms.signature, signatureAlgorithm)
    )
  )
    return invalid(
      'algorithm-protection',
      'the algorithms are not the ones that the signer stated [RFC 6211 §3]',
    );
  const computed = content.digest(digest.name);
  if (computed === undefined)
    return invalid(
      'digest-not-announced',
      `the message does not announce ${digest.name} in its digestAlgorithms`,
    );
  if (!equal(computed, statement.messageDigest))
    return invalid('message-digest', 'the content is not the one that was signed');
  return undefined;
}

// The bytes cannot be compared whole: one of the two is implicitly tagged.
function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  if (a.oid !== b.oid) return false;
  if (a.parameters === undefined || b.parameters === undefined) return a.parameters === b.parameters;
  return equal(a.parameters, b.parameters);
}

/** What a signature says of itself. */
export function factsOf({ info, statement }: ResolvedSigner): SignerFacts {
  return {
    identifier: info.identifier,
    digestAlgorithm: info.digestAlgorithm.oid,
    signatureAlgorithm: info.signatureAlgorithm.oid,
    signature: info.signature,
    signedAttributes: info.signedAttributes?.list,
    unsignedAttributes: info.unsignedAttributes,
    signingTime: statement?.signingTime,
  };
}
