/** What COSE_Sign1 and COSE_Sign have in common: the outer array, and how it is asked to be made and judged. */
import { EMPTY, HybridgeError, type ReadingOptions } from '../bytes/index.ts';
import { CborTag, type CborValue, decodeCbor, encodeCbor, isCborArray } from '../encoding/index.ts';
import type { Judgement } from '../policy/index.ts';
import type { AlgorithmOptions, DraftNumbers } from './algorithm.ts';
import {
  type AddedHeaders,
  type CoseHeaders,
  type HeaderParameters,
  type Label,
  type ReadHeaders,
  readHeaders,
} from './header.ts';
import type { Payload } from './payload.ts';
import type { PolicyOptions } from './policy.ts';

/** How a message is signed. */
export type CoseSignOptions = PolicyOptions &
  ReadingOptions & {
    /** Leaves the payload out of the message; whoever verifies has it already. A sized source is always left out. */
    readonly detached?: boolean | undefined;
    /** A media type, or a number of the CoAP Content-Formats registry; protected. */
    readonly contentType?: number | string | undefined;
    /** Bytes that are signed but not sent; empty unless given [RFC 9052 §4.3]. */
    readonly externalAad?: Uint8Array | undefined;
    /**
     * Makes the deterministic variant of ML-DSA or SLH-DSA; hedged with fresh randomness unless told. ECDSA, RSA-PSS
     * and composites with them have no such variant.
     */
    readonly deterministic?: boolean | undefined;
    /** Further header parameters. */
    readonly headers?: AddedHeaders | undefined;
    /** Whether the message begins with its CBOR tag; `true` unless told. */
    readonly tagged?: boolean | undefined;
    /**
     * Writes ES256, ES384, ES512 or EdDSA instead of ESP256 and so on, for readers from before RFC 9864, which
     * deprecates these numbers because they leave the curve to the key.
     */
    readonly polymorphic?: boolean | undefined;
    /** Numbers for algorithms that have none. */
    readonly drafts?: DraftNumbers | undefined;
  };

/** How a message is verified, whatever its payload is. */
export type CoseVerifyOptions = AlgorithmOptions &
  PolicyOptions &
  ReadingOptions & {
    /** What was signed beside the message; empty unless given. */
    readonly externalAad?: Uint8Array | undefined;
    /** Labels in `crit` that the caller processes. A message with others is refused. */
    readonly understood?: readonly Label[] | undefined;
  };

/** The payload of a message that does not carry it. */
export interface DetachedPayload<Detached extends Payload = Payload> {
  readonly detachedPayload: Detached;
}

/** Why a layer is not even compared with a key. */
export type HeaderFailure =
  /** There is no `alg`. */
  | { readonly reason: 'algorithm-missing' }
  /** `alg` is not the algorithm of the key. */
  | { readonly reason: 'algorithm-mismatch' }
  /** `alg` leaves the curve open, and the caller wants fully specified algorithms. */
  | { readonly reason: 'algorithm-deprecated' }
  /** `crit` names parameters that neither this library nor the caller understands. */
  | { readonly reason: 'critical-unknown'; readonly labels: readonly Label[] };

/** The policy does not allow what the verdict would rest on. */
export interface PolicyFailure {
  readonly reason: 'policy-refused';
  readonly judgement: Judgement;
}

/** The outer array of a message. */
export interface Body extends ReadHeaders {
  /** The payload; undefined when it is detached. */
  readonly payload: Uint8Array | undefined;
  /** The fourth element: a signature, or the array of them. */
  readonly rest: CborValue | undefined;
  /** Whether the message began with its tag. */
  readonly tagged: boolean;
}

/** Largest message, in bytes; larger payloads travel detached. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads the outer array of a message, with its tag or without any.
 *
 * @throws HybridgeError `invalid_encoding`, `message_too_large`.
 */
export function readBody(bytes: Uint8Array, tag: number, what: string): Body {
  const item = decodeCbor(bytes, what, { maxBytes: MAX_BYTES });
  const tagged = item instanceof CborTag;
  if (tagged && item.tag !== tag)
    throw new HybridgeError('invalid_encoding', `${what}: tag ${item.tag}, expected ${tag}`);
  const array = tagged ? item.value : item;
  if (!isCborArray(array) || array.length !== 4)
    throw new HybridgeError('invalid_encoding', `${what}: not an array of four`);
  const [protectedItem, unprotectedItem, payload, rest] = array;
  if (payload !== null && !(payload instanceof Uint8Array))
    throw new HybridgeError('invalid_encoding', `${what}: the payload is neither a byte string nor nil`);
  return {
    ...readHeaders(protectedItem, unprotectedItem, what),
    payload: payload ?? undefined,
    rest,
    tagged,
  };
}

/** Writes a message. */
export function writeMessage(
  elements: readonly CborValue[],
  tag: number,
  { tagged = true }: CoseSignOptions,
): Uint8Array {
  return encodeCbor(tagged ? new CborTag(tag, elements) : elements);
}

/** What is written in the place of the payload. */
export function payloadItem(payload: Payload, { detached = false }: CoseSignOptions): Uint8Array | null {
  return detached || !(payload instanceof Uint8Array) ? null : payload;
}

/**
 * The payload that the signatures are about: the one in the message, or the one beside it, and never both.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function signedPayload(body: Body, detached: Payload | undefined, what: string): Payload {
  const payload = body.payload ?? detached;
  if (payload === undefined)
    throw new HybridgeError('invalid_argument', `${what}: the payload is detached and was not given`, {
      fault: 'caller',
      hint: 'pass it as detachedPayload',
    });
  if (body.payload !== undefined && detached !== undefined)
    throw new HybridgeError('invalid_argument', `${what}: a detached payload for a message that has one`, {
      fault: 'caller',
    });
  return payload;
}

/** @throws HybridgeError `invalid_argument` for something that is no Uint8Array. */
export function externalAadOf({ externalAad = EMPTY }: CoseSignOptions | CoseVerifyOptions): Uint8Array {
  if (externalAad instanceof Uint8Array) return externalAad;
  throw new HybridgeError('invalid_argument', 'externalAad: not a Uint8Array', { fault: 'caller' });
}

/**
 * Both buckets of a layer: what the options name, and what the signer adds.
 *
 * @throws HybridgeError `invalid_argument` for a parameter that is given twice.
 */
export function headersWith(named: HeaderParameters, added: AddedHeaders = {}): CoseHeaders {
  const { protected: own = {}, unprotected = {} } = added;
  const given: HeaderParameters = Object.fromEntries(
    Object.entries(named).filter(([, value]) => value !== undefined),
  );
  for (const name of Object.keys(given))
    if (Object.hasOwn(own, name) || Object.hasOwn(unprotected, name))
      throw new HybridgeError('invalid_argument', `headers: ${name} is given twice`, { fault: 'caller' });
  return { protected: { ...own, ...given }, unprotected };
}
