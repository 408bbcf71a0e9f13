/** Capability documents: an offer that its issuer has signed, for one audience and a limited time [decision 0010]. */
import { HybridgeError, toHex, utf8 } from '../bytes/index.ts';
import { Certificate } from '../certificates/index.ts';
import {
  type AddedHeaders,
  type CborMap,
  type CborValue,
  type HeaderFailure,
  sign1,
  type Sign1Verdict,
  verify1,
} from '../cose/index.ts';
import { decodeCbor, encodeCbor, isCborMap } from '../encoding/index.ts';
import { importPublicKey } from '../keys/index.ts';
import type { Judgement, Policy } from '../policy/index.ts';
import { type Provider, type PublicKey, requireHash } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import type { Store } from '../store/index.ts';
import type { Capabilities } from './capabilities.ts';
import { offerMap, readOffer } from './offer.ts';

/** The media type in the protected header of a capability document. */
export const CAPABILITY_DOCUMENT_TYPE = 'application/vnd.hybridge.capabilities+cwt';

/** Claims of a CBOR Web Token [RFC 8392 §4], and two of the house in the range for private use. */
const CLAIM = {
  issuer: 1,
  subject: 2,
  audience: 3,
  expires: 4,
  issuedAt: 6,
  nonce: 7,
  offer: -70_001,
  sequence: -70_002,
} as const;

const MAX_DOCUMENT = 65_536;
const MAX_NAME = 256;
const NONCE = 16;
const DAY = 86_400_000;

/** What every document says beside the offer. */
export interface CapabilityStatement {
  /** Who signed it. */
  readonly issuer: string;
  /** Whose capabilities they are; often the issuer's own. */
  readonly subject: string;
  /** Who may rely on it. */
  readonly audience: string;
  /** In full seconds. */
  readonly issuedAt: Date;
  /** From this moment on nobody relies on it. In full seconds. */
  readonly expires: Date;
  /** Goes up with every document of an issuer about a subject for an audience. */
  readonly sequence: number;
  /** 16 random bytes that tell two documents apart. */
  readonly nonce: Uint8Array;
}

/** What a document is made from. */
export interface IssueCapabilityOptions {
  readonly key: SigningIdentity;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly capabilities: Pick<Capabilities, 'formats' | 'kems' | 'limits' | 'signatures'>;
  /** When it is issued. */
  readonly at: Date;
  /** Days until it expires; 30 unless told. */
  readonly days?: number | undefined;
  /** The milliseconds of `at` unless told: enough for whoever issues less than one in a millisecond. */
  readonly sequence?: number | undefined;
  /** Certificates of the issuer, its own first; in the protected header. */
  readonly certificates?: readonly Certificate[] | undefined;
}

/**
 * Signs an offer as a capability document: a CBOR Web Token [RFC 8392] in a COSE_Sign1, in deterministic encoding.
 *
 * @throws {@link HybridgeError} `invalid_argument` for names that are empty or longer than 256 bytes, and for dates and
 * counts that are none; what `sign1` of `hybridge/cose` throws.
 *
 * @example
 * ```ts
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { capabilities, issueCapabilityDocument, openCapabilityDocument } from 'hybridge/negotiation';
 * import { createMemoryStore } from 'hybridge/store';
 *
 * const provider = defaultProvider();
 * const { privateKey, publicKey } = await generateKeyPair('ML-DSA-65');
 * const document = await issueCapabilityDocument(provider, {
 *   key: privateKey,
 *   issuer: 'gateway.ward-7.example', subject: 'gateway.ward-7.example', audience: 'cloud.example',
 *   capabilities: capabilities({ kems: ['MLKEM768-X25519'], signatures: ['ML-DSA-65'], formats: ['hpke'] }),
 *   at: new Date(),
 * });
 * const verdict = await openCapabilityDocument(provider, document, {
 *   key: publicKey, issuer: 'gateway.ward-7.example', audience: 'cloud.example',
 *   at: new Date(), replay: createMemoryStore(),
 * });
 * if (verdict.valid) console.log(verdict.capabilities.kems.map(({ name }) => name)); // [ 'MLKEM768-X25519' ]
 * ```
 */
export async function issueCapabilityDocument(
  provider: Provider,
  options: IssueCapabilityOptions,
): Promise<Uint8Array> {
  const { at, days = 30, certificates } = options;
  const issuedAt = at.getTime();
  const { sequence = issuedAt } = options;
  if (!(issuedAt >= 0) || !(days > 0) || !Number.isFinite(days))
    throw argument('the date or the days until it expires are none');
  if (!Number.isSafeInteger(sequence) || sequence < 0) throw argument('the sequence number is no count');
  const claims = new Map<CborValue, CborValue>([
    [CLAIM.issuer, name('issuer', options.issuer)],
    [CLAIM.subject, name('subject', options.subject)],
    [CLAIM.audience, name('audience', options.audience)],
    [CLAIM.expires, Math.floor((issuedAt + days * DAY) / 1000)],
    [CLAIM.issuedAt, Math.floor(issuedAt / 1000)],
    [CLAIM.nonce, provider.random.bytes(NONCE)],
    [CLAIM.offer, offerMap(options.capabilities)],
    [CLAIM.sequence, sequence],
  ]);
  const headers: AddedHeaders | undefined =
    certificates === undefined
      ? undefined
      : { protected: { x5chain: certificates.map(({ bytes }) => bytes) } };
  return sign1(provider, options.key, encodeCbor(claims), {
    contentType: CAPABILITY_DOCUMENT_TYPE,
    ...(headers === undefined ? {} : { headers }),
  });
}

function argument(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `capability document: ${why}`, { fault: 'caller' });
}

function name(what: string, text: string): string {
  if (!isName(text)) throw argument(`the ${what} is empty, too long or not one line of text`);
  return text;
}

function isName(text: CborValue | undefined): text is string {
  return (
    typeof text === 'string' &&
    text !== '' &&
    utf8(text).length <= MAX_NAME &&
    !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text)
  );
}

/** How a document is judged. */
export interface OpenCapabilityOptions {
  /** The issuer's key, or its certificate, which the caller has validated; here its dates and key usage count. */
  readonly key: Certificate | PublicKey<SignatureDescriptor>;
  /** Who must have signed it: the key says nothing of names. */
  readonly issuer: string;
  /** Whose capabilities are wanted; the issuer's own unless told. */
  readonly subject?: string | undefined;
  /** Who we are. */
  readonly audience: string;
  readonly at: Date;
  /**
   * Where the highest sequence number of each issuer, subject and audience is kept. `'unchecked'` takes a document
   * however often and in whatever order they come: then an old one, from before a key was known to be weak, does as
   * well as the latest.
   */
  readonly replay: Store | 'unchecked';
  /** How far clocks may differ, in milliseconds; a minute unless told. */
  readonly clockSkew?: number | undefined;
  /** The longest time between issue and expiry that is accepted, in days; 90 unless told. */
  readonly maxDays?: number | undefined;
  /** Refuses signatures that it refuses for `signature-verify`. */
  readonly policy?: Policy | undefined;
}

/** What can be wrong with a document. */
export type CapabilityFault =
  /** The signature does not hold. */
  | 'signature-invalid'
  /** It is a COSE_Sign1 of something else. */
  | 'content-type'
  /** The certificate is not valid at this time, or not for signing. */
  | 'certificate'
  /** Another issuer, another subject, or for another audience. */
  | 'audience'
  | 'issuer'
  | 'subject'
  /** Issued after now. */
  | 'not-yet'
  | 'expired'
  /** Meant to last longer than is accepted. */
  | 'lifetime'
  /** This document or a later one has been seen. */
  | 'replayed';

/** Why a document is not relied on. */
export type CapabilityFailure =
  | HeaderFailure
  | { readonly reason: 'policy-refused'; readonly judgement: Judgement }
  | { readonly reason: CapabilityFault };

/** What became of a document. */
export type CapabilityVerdict =
  | ({ readonly valid: true; readonly capabilities: Capabilities } & CapabilityStatement)
  | ({ readonly valid: false } & CapabilityFailure);

/**
 * Judges a capability document. The store is asked last, and only a document that is good in every other respect is
 * remembered there.
 *
 * @throws {@link HybridgeError} `invalid_argument` for a date, a skew or a time that is none; `invalid_encoding` for
 * what is no such document, algorithms given twice among it; `message_too_large` above 64 KiB; `wrong_algorithm` for a certificate whose key does not sign; what `verify1` of
 * `hybridge/cose` throws, and what the store rejects with: then nothing is known, and nothing should be relied on.
 *
 * @example
 * ```ts no-run
 * import { defaultProvider } from 'hybridge';
 * import type { Certificate } from 'hybridge/certificates';
 * import { openCapabilityDocument } from 'hybridge/negotiation';
 * import { createSqliteStore } from 'hybridge/stores/sqlite';
 *
 * declare const document: Uint8Array;
 * declare const certificate: Certificate;
 * const verdict = await openCapabilityDocument(defaultProvider(), document, {
 *   key: certificate, issuer: 'gateway.ward-7.example', audience: 'cloud.example',
 *   at: new Date(), replay: createSqliteStore({ path: 'state.db' }),
 * });
 * console.log(verdict.valid ? verdict.capabilities.formats : verdict.reason);
 * ```
 */
export async function openCapabilityDocument(
  provider: Provider,
  document: Uint8Array,
  options: OpenCapabilityOptions,
): Promise<CapabilityVerdict> {
  const { at, policy, clockSkew = MINUTE, maxDays = MAX_DAYS } = options;
  if (Number.isNaN(at.getTime())) throw argument('the date to judge at is none');
  if (!(clockSkew >= 0) || !(maxDays > 0)) throw argument('the clock skew or the longest time is none');
  if (document.length > MAX_DOCUMENT)
    throw new HybridgeError(
      'message_too_large',
      `capability document: ${String(document.length)} bytes, at most ${String(MAX_DOCUMENT)}`,
      { details: { actual: document.length, maximum: MAX_DOCUMENT } },
    );
  const key = await keyOf(provider, options);
  if (key === undefined) return { valid: false, reason: 'certificate' };
  const signed: Sign1Verdict<Uint8Array> = await verify1(
    provider,
    key,
    document,
    policy === undefined ? {} : { policy, at },
  );
  if (!signed.valid) return signed;
  if (signed.headers.protected.contentType !== CAPABILITY_DOCUMENT_TYPE)
    return { valid: false, reason: 'content-type' };
  const { statement, capabilities } = readClaims(signed.payload);
  const reason = faultOf(statement, options) ?? (await replayOf(provider, statement, options));
  return reason === undefined ? { valid: true, capabilities, ...statement } : { valid: false, reason };
}

async function keyOf(
  provider: Provider,
  { key, at }: OpenCapabilityOptions,
): Promise<PublicKey<SignatureDescriptor> | undefined> {
  if (!(key instanceof Certificate)) return key;
  const { validity, extensions } = key;
  if (at < validity.notBefore || at > validity.notAfter) return undefined;
  if (extensions.keyUsage?.includes('digitalSignature') === false) return undefined;
  return importPublicKey(provider, key.subjectPublicKeyInfo, { format: 'der', use: 'signature' });
}

interface Claims {
  readonly statement: CapabilityStatement;
  readonly capabilities: Capabilities;
}

function readClaims(payload: Uint8Array): Claims {
  const claims = decodeCbor(payload, 'capability document');
  if (!isCborMap(claims) || claims.size !== Object.keys(CLAIM).length)
    throw malformed('not a map of its eight claims');
  const offer = claims.get(CLAIM.offer);
  if (!isCborMap(offer)) throw malformed('the offer is not a map');
  const nonce = claims.get(CLAIM.nonce);
  if (!(nonce instanceof Uint8Array) || nonce.length !== NONCE)
    throw malformed('the nonce is not of 16 bytes');
  return {
    statement: {
      issuer: textOf(claims, 'issuer'),
      subject: textOf(claims, 'subject'),
      audience: textOf(claims, 'audience'),
      issuedAt: new Date(countOf(claims, 'issuedAt', MAX_SECONDS) * 1000),
      expires: new Date(countOf(claims, 'expires', MAX_SECONDS) * 1000),
      sequence: countOf(claims, 'sequence', Number.MAX_SAFE_INTEGER),
      nonce,
    },
    capabilities: readOffer(offer, 'capability-document'),
  };
}

/** The last second of a `Date`. */
const MAX_SECONDS = 8_640_000_000_000;

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `capability document: ${why}`);
}

function textOf(claims: CborMap, what: 'audience' | 'issuer' | 'subject'): string {
  const text = claims.get(CLAIM[what]);
  if (!isName(text)) throw malformed(`the ${what} is no name`);
  return text;
}

function countOf(claims: CborMap, what: 'expires' | 'issuedAt' | 'sequence', most: number): number {
  const count = claims.get(CLAIM[what]);
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0 || count > most)
    throw malformed(`${what} is no count`);
  return count;
}

const MINUTE = 60_000;
const MAX_DAYS = 90;

function faultOf(
  { issuer, subject, audience, issuedAt, expires }: CapabilityStatement,
  options: OpenCapabilityOptions,
): CapabilityFault | undefined {
  const { at, clockSkew = MINUTE, maxDays = MAX_DAYS } = options;
  if (issuer !== options.issuer) return 'issuer';
  if (subject !== (options.subject ?? options.issuer)) return 'subject';
  if (audience !== options.audience) return 'audience';
  if (issuedAt.getTime() > at.getTime() + clockSkew) return 'not-yet';
  if (expires.getTime() <= at.getTime() - clockSkew) return 'expired';
  const lifetime = expires.getTime() - issuedAt.getTime();
  return lifetime > maxDays * DAY || lifetime <= 0 ? 'lifetime' : undefined;
}

/**
 * Raises the highest sequence number seen. A list of nonces would let an older document through that was held back on
 * its way; a number lets nothing through that is older than what is known. It is kept for as long as any document
 * issued before this one could still be valid.
 */
async function replayOf(
  provider: Provider,
  { issuer, subject, audience, issuedAt, sequence }: CapabilityStatement,
  { replay, clockSkew = MINUTE, maxDays = MAX_DAYS }: OpenCapabilityOptions,
): Promise<CapabilityFault | undefined> {
  if (replay === 'unchecked') return undefined;
  const names = requireHash(provider, 'SHA-256').digest(encodeCbor([issuer, subject, audience]));
  const expiresAt = new Date(issuedAt.getTime() + maxDays * DAY + 2 * clockSkew);
  const { raised } = await replay.raise(`capability-sequence/${toHex(names)}`, sequence, { expiresAt });
  return raised ? undefined : 'replayed';
}
