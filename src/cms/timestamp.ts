/** Structures of the Time-Stamp Protocol [RFC 3161]. */
import {
  type ByteSource,
  EMPTY,
  fromUtf8,
  HybridgeError,
  piecesOf,
  type ReadingOptions,
} from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type GeneralName,
  readAlgorithmIdentifier,
  readGeneralName,
} from '../certificates/index.ts';
import {
  BIT_STRING,
  BOOLEAN,
  der,
  type DerReader,
  explicit,
  GENERALIZED_TIME,
  implicit,
  INTEGER,
  readDer,
  SEQUENCE,
  UTF8_STRING,
} from '../encoding/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { hash, type HashName } from '../registry/index.ts';

/** The digest that a time-stamp is for. */
export interface MessageImprint {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly hashedMessage: Uint8Array;
}

/** What a time-stamp authority states [RFC 3161 §2.4.2]. */
export interface TimestampInfo {
  /** Object identifier of the authority's policy. */
  readonly policy: string;
  readonly messageImprint: MessageImprint;
  /** INTEGER contents. */
  readonly serialNumber: Uint8Array;
  readonly time: Date;
  /** How far the time may be off, in microseconds; `undefined` when the policy says it. */
  readonly accuracy: number | undefined;
  /** Whether tokens of this authority can always be ordered by their times. */
  readonly ordering: boolean;
  /** INTEGER contents. */
  readonly nonce: Uint8Array | undefined;
  readonly authority: GeneralName | undefined;
}

/** A request for a time-stamp. */
export interface TimestampRequest {
  /** DER, the body of an `application/timestamp-query`. */
  readonly bytes: Uint8Array;
  /** INTEGER contents; the answer must repeat it. */
  readonly nonce: Uint8Array;
}

/** What is asked of a time-stamp authority. */
export interface TimestampRequestOptions extends ReadingOptions {
  /** SHA-512 unless told. */
  readonly digest?: HashName | undefined;
  /** Object identifier of the policy that the authority is to follow. */
  readonly policy?: string | undefined;
  /** Whether the token is to carry the authority's certificate; `true` unless told. */
  readonly certificate?: boolean | undefined;
}

/** Bytes of a nonce: nobody can have asked for an answer with it before. */
const NONCE_SIZE = 16;

/**
 * A request for a time-stamp over some bytes, with a fresh nonce.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks the hash; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { createTimestampRequest } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const request = await createTimestampRequest(createNobleProvider(), new Uint8Array(100));
 * console.log(request.bytes.length); // send it as application/timestamp-query
 * ```
 */
export async function createTimestampRequest(
  provider: Provider,
  content: ByteSource,
  options: TimestampRequestOptions = {},
): Promise<TimestampRequest> {
  const { digest = 'SHA-512', policy, certificate = true } = options;
  const { oid } = hash(digest).identifiers;
  if (oid === undefined)
    throw new HybridgeError('unsupported', `${digest} has no object identifier`, { fault: 'caller' });
  const hashedMessage = await digestOf(provider, digest, content, options);
  // A first byte between 1 and 127: positive, and as long as it is.
  const nonce = provider.random.bytes(NONCE_SIZE);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  const bytes = der.sequence(
    der.integer(1),
    der.sequence(algorithmIdentifier(oid), der.octetString(hashedMessage)),
    policy === undefined ? EMPTY : der.oid(policy),
    der.element(INTEGER, nonce),
    certificate ? der.boolean(true) : EMPTY,
  );
  return { bytes, nonce };
}

/** The digest of a source. */
export async function digestOf(
  provider: Provider,
  name: HashName,
  content: ByteSource,
  { signal, onProgress }: ReadingOptions,
): Promise<Uint8Array> {
  const hasher = requireHash(provider, name).start();
  for await (const piece of piecesOf(content, { signal, onProgress })) hasher.update(piece);
  return hasher.digest();
}

/** An authority's answer. */
export type TimestampResponse =
  | { readonly granted: true; readonly token: Uint8Array }
  | {
      readonly granted: false;
      /** PKIStatus: 2 rejection, 3 waiting, 4 and 5 about revocation. */
      readonly status: number;
      /** What the authority says, in its own words. */
      readonly text: readonly string[];
      /** Numbers of the PKIFailureInfo bits [RFC 3161 §2.4.2]: 0 badAlg, 2 badRequest, 5 badDataFormat, ... */
      readonly failures: readonly number[];
    };

/**
 * Reads a TimeStampResp, the body of an `application/timestamp-reply`.
 *
 * @throws {@link HybridgeError} `invalid_encoding`.
 *
 * @example
 * ```ts
 * import { decodeTimestampResponse } from 'hybridge/cms';
 *
 * const refused = Uint8Array.of(0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02); // of an authority: rejection
 * const response = decodeTimestampResponse(refused);
 * console.log(response.granted ? response.token.length : response.status); // 2
 * ```
 */
export function decodeTimestampResponse(bytes: Uint8Array): TimestampResponse {
  const outer = readDer(bytes, 'TimeStampResp');
  const fields = outer.sequence('fields');
  outer.end();
  const info = fields.sequence('status');
  const status = info.smallInteger('status');
  const text: string[] = [];
  if (info.has(SEQUENCE)) {
    const strings = info.sequence('statusString');
    while (!strings.atEnd) text.push(fromUtf8(strings.primitive('text', UTF8_STRING)));
  }
  const failures = info.has(BIT_STRING) ? info.namedBits('failInfo') : [];
  info.end();
  const token = fields.atEnd ? undefined : fields.any('timeStampToken');
  fields.end();
  // RFC 3161 §2.4.2: 0 granted and 1 grantedWithMods come with a token, the others without.
  if ((token !== undefined) !== (status === 0 || status === 1))
    throw new HybridgeError(
      'invalid_encoding',
      `TimeStampResp: status ${status} ${token === undefined ? 'without' : 'with'} a token`,
      { details: { status } },
    );
  return token === undefined ? { granted: false, status, text, failures } : { granted: true, token };
}

/**
 * Reads a TSTInfo.
 *
 * @throws HybridgeError `invalid_encoding`; `unsupported` for a critical extension, of which none is known.
 */
export function decodeTimestampInfo(bytes: Uint8Array): TimestampInfo {
  const outer = readDer(bytes, 'TSTInfo');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.smallInteger('version');
  if (version !== 1)
    throw new HybridgeError('unsupported', `TSTInfo: version ${version}`, { details: { version } });
  const info = {
    policy: fields.oid('policy'),
    messageImprint: readImprint(fields),
    serialNumber: fields.integerOctets('serialNumber'),
    time: readGenTime(fields),
    accuracy: fields.has(SEQUENCE) ? readAccuracy(fields) : undefined,
    ordering: fields.has(BOOLEAN) ? fields.boolean('ordering') : false,
    nonce: fields.has(INTEGER) ? fields.integerOctets('nonce') : undefined,
    authority: fields.has(explicit(0)) ? readAuthority(fields) : undefined,
  };
  if (fields.has(explicit(1))) refuseCritical(fields);
  fields.end();
  return info;
}

function readImprint(parent: DerReader): MessageImprint {
  const fields = parent.sequence('messageImprint');
  const hashAlgorithm = readAlgorithmIdentifier(fields, 'hashAlgorithm');
  const hashedMessage = fields.octetString('hashedMessage');
  fields.end();
  return { hashAlgorithm, hashedMessage };
}

// RFC 3161 §2.4.2: fractions of a second are allowed here, without trailing zeros.
function readGenTime(parent: DerReader): Date {
  const contents = parent.primitive('genTime', GENERALIZED_TIME);
  const text = contents.length > 40 ? '' : fromUtf8(contents);
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/u.exec(text) ?? [];
  const iso = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const time = new Date(iso);
  // A day that does not exist would have been carried over.
  if (year === undefined || Number.isNaN(time.getTime()) || time.toISOString() !== iso)
    throw new HybridgeError('invalid_encoding', 'TSTInfo: genTime is no time [RFC 3161 §2.4.2]');
  return time;
}

function readAccuracy(parent: DerReader): number {
  const fields = parent.sequence('accuracy');
  const seconds = fields.has(INTEGER) ? fields.smallInteger('seconds') : 0;
  const millis = fields.has(implicit(0)) ? fields.smallInteger('millis', implicit(0)) : 0;
  const micros = fields.has(implicit(1)) ? fields.smallInteger('micros', implicit(1)) : 0;
  fields.end();
  if (millis > 999 || micros > 999)
    throw new HybridgeError('invalid_encoding', 'TSTInfo: accuracy out of range [RFC 3161 §2.4.2]');
  return seconds * 1_000_000 + millis * 1000 + micros;
}

function readAuthority(parent: DerReader): GeneralName {
  const tagged = parent.explicit(0, 'tsa');
  const name = readGeneralName(tagged, 'name');
  tagged.end();
  return name;
}

function refuseCritical(parent: DerReader): void {
  const list = parent.sequence('extensions', explicit(1));
  do {
    const fields = list.sequence('extension');
    const oid = fields.oid('extnID');
    const isCritical = fields.has(BOOLEAN) && fields.boolean('critical');
    fields.octetString('extnValue');
    fields.end();
    if (isCritical)
      throw new HybridgeError('unsupported', `TSTInfo: the critical extension ${oid} is not known`, {
        details: { oid },
      });
  } while (!list.atEnd);
}
