/** Records of negotiations: what both sides bind into whatever follows [decision 0010]. */
import { equal, HybridgeError } from '../bytes/index.ts';
import {
  type CborMap,
  type CborValue,
  decodeCbor,
  encodeCbor,
  isCborArray,
  isCborMap,
} from '../encoding/index.ts';
import { judge, type Judgement, type Policy } from '../policy/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { findByName, type KemDescriptor, type SignatureDescriptor } from '../registry/index.ts';
import { type Capabilities, MESSAGE_FORMATS, type MessageFormat } from './capabilities.ts';
import { type Negotiation, SIGNATURE_USES, type SignatureUse } from './negotiate.ts';

const MEMBER = {
  version: 1,
  offers: 2,
  policy: 3,
  policyVersion: 4,
  at: 5,
  kem: 6,
  signature: 7,
  signatureUse: 8,
  format: 9,
  maxMessageSize: 10,
  maxChainSize: 11,
} as const;

const VERSION = 1;
const DIGEST = 32;
const MAX_RECORD = 4096;

/** What a record says. */
export interface NegotiationRecord {
  /** SHA-256 of the offer of whoever negotiated. */
  readonly initiator: Uint8Array;
  /** SHA-256 of the offer of the other side. */
  readonly responder: Uint8Array;
  readonly policy: { readonly name: string; readonly version: number };
  /** In full seconds. */
  readonly at: Date;
  /** `undefined`: none was chosen. */
  readonly kem: KemDescriptor | undefined;
  readonly signature: SignatureDescriptor | undefined;
  readonly signatureUse: SignatureUse;
  readonly format: MessageFormat | undefined;
  readonly maxMessageSize: number | undefined;
  readonly maxChainSize: number | undefined;
}

/** A record as bytes. */
export interface EncodedRecord {
  /** Deterministic CBOR: the same for the same negotiation. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, to be bound into what follows: the `info` of HPKE, the `ukm` of CMS, a TLS exporter's context. */
  readonly digest: Uint8Array;
}

/**
 * The record of a negotiation. It names both offers by their digests, so a side that is shown a record made from
 * another offer than its own notices that somebody took something out on the way.
 *
 * @throws HybridgeError `unsupported` where the provider has no SHA-256; `invalid_argument` for dates before 1970.
 *
 * @example
 * ```ts
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { hpkeSuite } from 'hybridge/hpke';
 * import { capabilities, checkNegotiationRecord, negotiate, negotiationRecord } from 'hybridge/negotiation';
 * import { namedPolicy } from 'hybridge/policy';
 *
 * const provider = defaultProvider();
 * const { privateKey, publicKey } = await generateKeyPair('MLKEM768-X25519');
 * const suite = hpkeSuite(provider, { kem: 'MLKEM768-X25519', kdf: 'HKDF-SHA256', aead: 'AES-256-GCM' });
 * const mine = capabilities({ kems: ['MLKEM768-X25519', 'X25519'], formats: ['hpke'] });
 * const theirs = capabilities({ kems: ['MLKEM768-X25519'], formats: ['hpke'] });
 *
 * // Who sends: the record travels beside the message.
 * const policy = namedPolicy('hybrid-preferred');
 * const record = negotiationRecord(provider, negotiate(mine, theirs, policy, new Date()));
 * const { enc, ciphertext } = await suite.seal(publicKey, new Uint8Array(3), { info: record.digest });
 *
 * // Who receives: was it our offer, and is the choice one of ours?
 * const check = checkNegotiationRecord(provider, record.bytes, { initiator: mine, responder: theirs, policy, at: new Date() });
 * if (check.holds) console.log((await suite.open(privateKey, enc, ciphertext, { info: check.digest })).length); // 3
 * ```
 */
export function negotiationRecord(provider: Provider, negotiation: Negotiation): EncodedRecord {
  const { ours, theirs, policy, at, kem, signature, signatureUse, format, limits } = negotiation;
  const seconds = Math.floor(at.getTime() / 1000);
  if (!(seconds >= 0))
    throw new HybridgeError('invalid_argument', 'negotiation record: not a date since 1970', {
      fault: 'caller',
    });
  const record = new Map<CborValue, CborValue>([
    [MEMBER.version, VERSION],
    [MEMBER.offers, [sha256(provider, ours.offer), sha256(provider, theirs.offer)]],
    [MEMBER.policy, policy.name],
    [MEMBER.policyVersion, policy.version],
    [MEMBER.at, seconds],
    [MEMBER.kem, kem.outcome === 'chosen' ? kem.chosen.name : null],
    [MEMBER.signature, signature.outcome === 'chosen' ? signature.chosen.name : null],
    [MEMBER.signatureUse, signatureUse],
    [MEMBER.format, format.outcome === 'chosen' ? format.chosen : null],
    [MEMBER.maxMessageSize, limits.maxMessageSize ?? null],
    [MEMBER.maxChainSize, limits.maxChainSize ?? null],
  ]);
  const bytes = encodeCbor(record);
  return { bytes, digest: sha256(provider, bytes) };
}

const sha256 = (provider: Provider, bytes: Uint8Array): Uint8Array =>
  requireHash(provider, 'SHA-256').digest(bytes);

/** What a received record is compared with. */
export interface RecordExpectations {
  /** The offer of whoever negotiated, as it came to us. */
  readonly initiator: Capabilities;
  /** The offer of the other side: our own, where we receive. */
  readonly responder: Capabilities;
  /** What the choices must be permitted by: ours, which need not be theirs. */
  readonly policy: Policy;
  readonly at: Date;
}

/** Why a record is not one of this negotiation. */
export type RecordFailure =
  /** It was made from another offer than the initiator's. */
  | { readonly reason: 'initiator-offer' }
  /** It was made from another offer than the responder's: somebody changed it on the way. */
  | { readonly reason: 'responder-offer' }
  /** A choice is not in both offers. */
  | { readonly reason: 'not-offered'; readonly choice: string }
  | { readonly reason: 'policy-refused'; readonly choice: string; readonly judgement: Judgement };

/** What became of a received record. */
export type RecordVerdict =
  | { readonly holds: true; readonly record: NegotiationRecord; readonly digest: Uint8Array }
  | ({ readonly holds: false; readonly record: NegotiationRecord } & RecordFailure);

/**
 * Compares a record that came with a message with the offers that we know of and with our policy. Nothing protects a
 * record by itself: bind its digest, and a message that was sealed under another one does not open.
 *
 * @throws HybridgeError `invalid_encoding` for what is no record; `message_too_large` above 4 KiB; what `judge` throws.
 *
 * @example
 * ```ts no-run
 * import { defaultProvider } from 'hybridge';
 * import { type Capabilities, checkNegotiationRecord } from 'hybridge/negotiation';
 * import { namedPolicy } from 'hybridge/policy';
 *
 * declare const bytes: Uint8Array;
 * declare const initiator: Capabilities;
 * declare const responder: Capabilities;
 * const policy = namedPolicy('hybrid-required');
 * const check = checkNegotiationRecord(defaultProvider(), bytes, { initiator, responder, policy, at: new Date() });
 * console.log(check.holds ? check.record.kem?.name : check.reason);
 * ```
 */
export function checkNegotiationRecord(
  provider: Provider,
  bytes: Uint8Array,
  expected: RecordExpectations,
): RecordVerdict {
  const record = readRecord(bytes);
  const { initiator, responder } = expected;
  const failure: RecordFailure | undefined = !equal(record.initiator, sha256(provider, initiator.offer))
    ? { reason: 'initiator-offer' }
    : !equal(record.responder, sha256(provider, responder.offer))
      ? { reason: 'responder-offer' }
      : choiceFailure(record, expected);
  if (failure !== undefined) return { holds: false, record, ...failure };
  return { holds: true, record, digest: sha256(provider, bytes) };
}

function choiceFailure(
  { kem, signature, signatureUse, format }: NegotiationRecord,
  { initiator, responder, policy, at }: RecordExpectations,
): RecordFailure | undefined {
  if (kem !== undefined && !(initiator.kems.includes(kem) && responder.kems.includes(kem)))
    return { reason: 'not-offered', choice: kem.name };
  if (
    signature !== undefined &&
    !(initiator.signatures.includes(signature) && responder.signatures.includes(signature))
  )
    return { reason: 'not-offered', choice: signature.name };
  if (format !== undefined && !(initiator.formats.includes(format) && responder.formats.includes(format)))
    return { reason: 'not-offered', choice: format };
  const judged = [
    kem && { choice: kem.name, judgement: judge(policy, 'key-establishment', kem, at) },
    signature && { choice: signature.name, judgement: judge(policy, signatureUse, signature, at) },
  ];
  const refused = judged.find((one) => one?.judgement.verdict === 'refuse');
  return refused && { reason: 'policy-refused', ...refused };
}

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `negotiation record: ${why}`);
}

function readRecord(bytes: Uint8Array): NegotiationRecord {
  const map = decodeCbor(bytes, 'negotiation record', { maxBytes: MAX_RECORD });
  if (!isCborMap(map) || map.size !== Object.keys(MEMBER).length)
    throw malformed('not a map of its eleven members');
  // Two encodings of one record would have two digests.
  if (!equal(encodeCbor(map), bytes)) throw malformed('not in deterministic encoding');
  if (map.get(MEMBER.version) !== VERSION) throw malformed('another version');
  const offers = map.get(MEMBER.offers);
  const [initiator, responder, ...more] = isCborArray(offers) ? offers : [];
  if (!isDigest(initiator) || !isDigest(responder) || more.length > 0)
    throw malformed('the offers are not two digests');
  const name = map.get(MEMBER.policy);
  if (typeof name !== 'string' || name === '' || name.length > 64) throw malformed('the policy has no name');
  const kem = algorithmIn(map, 'kem');
  const signature = algorithmIn(map, 'signature');
  return {
    initiator,
    responder,
    policy: { name, version: countIn(map, 'policyVersion') ?? missing('policyVersion') },
    at: new Date((countIn(map, 'at') ?? missing('at')) * 1000),
    kem: kem?.use === 'kem' ? kem : undefined,
    signature: signature?.use === 'signature' ? signature : undefined,
    signatureUse: wordIn(map, 'signatureUse', SIGNATURE_USES) ?? missing('signatureUse'),
    format: wordIn(map, 'format', MESSAGE_FORMATS),
    maxMessageSize: countIn(map, 'maxMessageSize'),
    maxChainSize: countIn(map, 'maxChainSize'),
  };
}

const isDigest = (value: CborValue | undefined): value is Uint8Array =>
  value instanceof Uint8Array && value.length === DIGEST;

function missing(member: keyof typeof MEMBER): never {
  throw malformed(`${member} is missing`);
}

/** The last second of a `Date`; every count of a record is smaller. */
const MAX_COUNT = 8_640_000_000_000;

function countIn(
  map: CborMap,
  member: 'at' | 'maxChainSize' | 'maxMessageSize' | 'policyVersion',
): number | undefined {
  const value = map.get(MEMBER[member]);
  if (value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > MAX_COUNT)
    throw malformed(`${member} is no count`);
  return value;
}

function algorithmIn(
  map: CborMap,
  member: 'kem' | 'signature',
): KemDescriptor | SignatureDescriptor | undefined {
  const name = map.get(MEMBER[member]);
  if (name === null) return undefined;
  const entry = typeof name === 'string' ? findByName(name) : undefined;
  if (entry === undefined || entry.kind === 'obsolete' || entry.name !== name || entry.use !== member)
    throw malformed(`${member} is no name of such an algorithm`);
  return entry;
}

function wordIn<Word extends string>(
  map: CborMap,
  member: 'format' | 'signatureUse',
  words: readonly Word[],
): Word | undefined {
  const value = map.get(MEMBER[member]);
  if (value === null) return undefined;
  return words.find((word) => word === value) ?? missing(member);
}
