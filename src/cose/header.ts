/** Header parameters [RFC 9052 §3, RFC 9360 §2]. */
import { EMPTY, HybridgeError } from '../bytes/index.ts';
import {
  type CborMap,
  CborTag,
  type CborValue,
  decodeCbor,
  encodeCbor,
  isCborArray,
  isCborMap,
} from '../encoding/index.ts';

/** The label of a header parameter. */
export type Label = number | string;

/** A certificate by its digest [RFC 9360 §2]. */
export interface CertificateHash {
  /** The hash as COSE numbers it: -16 for SHA-256, -44 for SHA-512. */
  readonly algorithm: number | string;
  readonly hash: Uint8Array;
}

/** The header parameters of one bucket. Certificates are carried as they are: validate them before you trust them. */
export interface HeaderParameters {
  /** The algorithm as the sender numbered it. */
  readonly alg?: number | string | undefined;
  /** Labels that a reader must understand or refuse the message. */
  readonly crit?: readonly Label[] | undefined;
  /** A media type, or a number of the CoAP Content-Formats registry. */
  readonly contentType?: number | string | undefined;
  /** A hint at the key. */
  readonly kid?: Uint8Array | undefined;
  /** Certificates in any order, DER. */
  readonly x5bag?: readonly Uint8Array[] | undefined;
  /** Certificates from the signer's upwards, DER. */
  readonly x5chain?: readonly Uint8Array[] | undefined;
  readonly x5t?: CertificateHash | undefined;
  /** Where the certificates can be had. Nothing is fetched. */
  readonly x5u?: string | undefined;
  /** All other parameters by label. */
  readonly other?: ReadonlyMap<Label, CborValue> | undefined;
}

/** Both buckets of a layer: what the signature covers, and what anybody on the way may have written. */
export interface CoseHeaders {
  readonly protected: HeaderParameters;
  readonly unprotected: HeaderParameters;
}

/** Header parameters that a signer adds; `alg` follows from the key, and `crit` is protected. */
export interface AddedHeaders {
  readonly protected?: Omit<HeaderParameters, 'alg'> | undefined;
  readonly unprotected?: Omit<HeaderParameters, 'alg' | 'crit'> | undefined;
}

const ALG = 1;
const CRIT = 2;
const CONTENT_TYPE = 3;
const KID = 4;
const X5BAG = 32;
const X5CHAIN = 33;
const X5T = 34;
const X5U = 35;

const NAMED: ReadonlySet<Label> = new Set([ALG, CRIT, CONTENT_TYPE, KID, X5BAG, X5CHAIN, X5T, X5U]);

/** RFC 9052 §3.1: its own parameters need not be named in `crit`, and the counter signature of RFC 8152 neither. */
const UNDERSTOOD: ReadonlySet<Label> = new Set([1, 2, 3, 4, 5, 6, 7]);

/** The tag of a URI [RFC 8949 §3.4.5.3]. */
const URI = 32;

/** The headers of a layer, and the protected ones as they stand in the signed structure. */
export interface ReadHeaders {
  readonly headers: CoseHeaders;
  /** The bytes received; none for an empty map, however it was written [RFC 9052 §4.4]. */
  readonly protectedBytes: Uint8Array;
}

/**
 * Reads both buckets of a layer.
 *
 * @param what - Names the layer in messages.
 * @throws HybridgeError `invalid_encoding`, also for a label in both buckets and for a `crit` that breaks its rules.
 */
export function readHeaders(
  protectedItem: CborValue | undefined,
  unprotectedItem: CborValue | undefined,
  what: string,
): ReadHeaders {
  if (!(protectedItem instanceof Uint8Array))
    throw malformed(what, 'the protected headers are not a byte string');
  if (!isCborMap(unprotectedItem)) throw malformed(what, 'the unprotected headers are not a map');
  const map = protectedItem.length === 0 ? NOTHING : decodeCbor(protectedItem, `${what}.protected`);
  if (!isCborMap(map)) throw malformed(`${what}.protected`, 'not a map');
  return {
    headers: bucketsOf(map, unprotectedItem, what),
    protectedBytes: map.size === 0 ? EMPTY : protectedItem,
  };
}

function bucketsOf(map: CborMap, unprotected: CborMap, what: string): CoseHeaders {
  for (const label of unprotected.keys())
    if (map.has(label)) throw malformed(what, 'a label is both protected and unprotected');
  const headers = {
    protected: readBucket(map, `${what}.protected`),
    unprotected: readBucket(unprotected, `${what}.unprotected`),
  };
  if (headers.unprotected.crit !== undefined)
    throw malformed(`${what}.unprotected`, 'crit must be protected');
  // RFC 9052 §3.1: a label in crit whose parameter is not in the protected bucket is a fatal error.
  for (const label of headers.protected.crit ?? [])
    if (!map.has(label)) throw malformed(`${what}.protected`, 'crit names a parameter that is not there');
  return headers;
}

const NOTHING: CborMap = new Map();

function readBucket(map: CborMap, what: string): HeaderParameters {
  const named = <Value>(
    label: number,
    name: string,
    read: (value: CborValue) => Value | undefined,
  ): Value | undefined => {
    const item = map.get(label);
    if (item === undefined) return undefined;
    const value = read(item);
    if (value === undefined) throw malformed(what, `${name} (${label}) is not of its type`);
    return value;
  };
  const alg = named(ALG, 'alg', labelOf);
  const crit = named(CRIT, 'crit', labelsOf);
  const contentType = named(CONTENT_TYPE, 'content type', contentTypeOf);
  const kid = named(KID, 'kid', bytesOf);
  const x5bag = named(X5BAG, 'x5bag', certificatesOf);
  const x5chain = named(X5CHAIN, 'x5chain', certificatesOf);
  const x5t = named(X5T, 'x5t', certificateHashOf);
  const x5u = named(X5U, 'x5u', uriOf);
  const other = new Map<Label, CborValue>();
  for (const [key, value] of map) {
    const label = labelOf(key);
    if (label === undefined) throw malformed(what, 'a label is neither an integer nor a text');
    if (!NAMED.has(label)) other.set(label, value);
  }
  return {
    ...(alg === undefined ? {} : { alg }),
    ...(crit === undefined ? {} : { crit }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(kid === undefined ? {} : { kid }),
    ...(x5bag === undefined ? {} : { x5bag }),
    ...(x5chain === undefined ? {} : { x5chain }),
    ...(x5t === undefined ? {} : { x5t }),
    ...(x5u === undefined ? {} : { x5u }),
    ...(other.size === 0 ? {} : { other }),
  };
}

function labelOf(value: CborValue): Label | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' ? value : undefined;
}

function labelsOf(value: CborValue): readonly Label[] | undefined {
  if (!isCborArray(value) || value.length === 0) return undefined;
  const labels = value.flatMap((item) => labelOf(item) ?? []);
  return labels.length === value.length && new Set(labels).size === labels.length ? labels : undefined;
}

function contentTypeOf(value: CborValue): number | string | undefined {
  const label = labelOf(value);
  return typeof label === 'number' && label < 0 ? undefined : label;
}

function bytesOf(value: CborValue): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

// COSE_X509 [RFC 9360 §2]: one certificate stands alone, two and more in an array.
function certificatesOf(value: CborValue): readonly Uint8Array[] | undefined {
  if (value instanceof Uint8Array) return [value];
  if (!isCborArray(value) || value.length < 2) return undefined;
  const certificates = value.flatMap((item) => bytesOf(item) ?? []);
  return certificates.length === value.length ? certificates : undefined;
}

function certificateHashOf(value: CborValue): CertificateHash | undefined {
  if (!isCborArray(value) || value.length !== 2) return undefined;
  const [name = null, hash] = value;
  const algorithm = labelOf(name);
  return algorithm !== undefined && hash instanceof Uint8Array ? { algorithm, hash } : undefined;
}

function uriOf(value: CborValue): string | undefined {
  return value instanceof CborTag && value.tag === URI && typeof value.value === 'string'
    ? value.value
    : undefined;
}

function bucketMap(parameters: HeaderParameters): CborMap {
  const { alg, crit, contentType, kid, x5bag, x5chain, x5t, x5u, other } = parameters;
  for (const label of other?.keys() ?? [])
    if (NAMED.has(label)) throw misuse(`label ${label} has a name of its own`);
  const fields: readonly (readonly [Label, CborValue | undefined])[] = [
    [ALG, alg],
    [CRIT, crit],
    [CONTENT_TYPE, contentType],
    [KID, kid],
    [X5BAG, certificateItem(x5bag, 'x5bag')],
    [X5CHAIN, certificateItem(x5chain, 'x5chain')],
    [X5T, x5t === undefined ? undefined : [x5t.algorithm, x5t.hash]],
    [X5U, x5u === undefined ? undefined : new CborTag(URI, x5u)],
    ...(other ?? []),
  ];
  return new Map(fields.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const])));
}

function certificateItem(
  certificates: readonly Uint8Array[] | undefined,
  name: string,
): CborValue | undefined {
  if (certificates === undefined) return undefined;
  const [only] = certificates;
  if (only === undefined) throw misuse(`${name} without a certificate`);
  return certificates.length === 1 ? only : certificates;
}

/** The headers of a layer as they are written. */
export interface WrittenHeaders {
  /** The contents of the byte string in the message, and what is signed: no bytes for an empty map. */
  readonly protectedBytes: Uint8Array;
  readonly unprotected: CborMap;
}

/**
 * Writes both buckets of a layer.
 *
 * @throws HybridgeError `invalid_argument` for headers that {@link readHeaders} would refuse.
 */
export function writeHeaders(headers: CoseHeaders): WrittenHeaders {
  const map = bucketMap(headers.protected);
  const unprotected = bucketMap(headers.unprotected);
  try {
    bucketsOf(map, unprotected, 'headers');
  } catch (cause) {
    throw misuse(cause instanceof Error ? cause.message : 'not writable', cause);
  }
  return { protectedBytes: map.size === 0 ? EMPTY : encodeCbor(map), unprotected };
}

/**
 * The labels in `crit` that nobody understands: not those of RFC 9052, and not the ones the caller answers for.
 */
export function unknownCritical(
  headers: HeaderParameters,
  understood: readonly Label[] | undefined,
): readonly Label[] {
  return (headers.crit ?? []).filter(
    (label) => !UNDERSTOOD.has(label) && understood?.includes(label) !== true,
  );
}

function malformed(what: string, why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `${what}: ${why}`);
}

function misuse(why: string, cause?: unknown): HybridgeError {
  return new HybridgeError('invalid_argument', `headers: ${why}`, {
    fault: 'caller',
    ...(cause === undefined ? {} : { cause }),
  });
}
