/** COSE_Sign: signatures of several signers over one payload [RFC 9052 §4.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { isCborArray } from '../encoding/index.ts';
import type { Judgement } from '../policy/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import { matchAlgorithm, requireNumber } from './algorithm.ts';
import {
  type AddedHeaders,
  type CoseHeaders,
  type Label,
  type ReadHeaders,
  readHeaders,
  unknownCritical,
  writeHeaders,
} from './header.ts';
import {
  type Body,
  type CoseSignOptions,
  type CoseVerifyOptions,
  type DetachedPayload,
  externalAadOf,
  type HeaderFailure,
  headersWith,
  payloadItem,
  type PolicyFailure,
  readBody,
  signedPayload,
  writeMessage,
} from './message.ts';
import { type Payload, payloadSize, type SizedSource } from './payload.ts';
import { judgeAll, judgeAny, requirePermission } from './policy.ts';
import { sigStructureStart } from './sig-structure.ts';
import { signAll, verifyAll } from './signatures.ts';

const TAG = 98;
const STRUCTURE = 'COSE_Sign';

/** Most signatures of a message that are looked at: each costs a verification for every key it may be of. */
const MAX_SIGNATURES = 32;

/** One of the signers of a message. */
export interface CoseSigner {
  readonly key: SigningIdentity;
  /** A hint at the key; protected. For an unprotected one use `headers`. */
  readonly kid?: Uint8Array | undefined;
  /** Further header parameters of this signature. */
  readonly headers?: AddedHeaders | undefined;
}

/** One signature of a COSE_Sign that was read. */
export interface CoseSignature {
  readonly headers: CoseHeaders;
  readonly signature: Uint8Array;
}

/** A COSE_Sign that was read; nothing in it is verified. */
export interface SignMessage {
  /** The headers of the body; those of the signers stand beside their signatures. */
  readonly headers: CoseHeaders;
  /** The payload; undefined when it is detached. */
  readonly payload: Uint8Array | undefined;
  /** One or more. */
  readonly signatures: readonly CoseSignature[];
  /** Whether the message began with tag 98. */
  readonly tagged: boolean;
}

/**
 * Which signatures a COSE_Sign needs.
 *
 * - `every-signature`: every key has a signature that holds, and every signature holds under one of the keys.
 * - `every-key`: every key has a signature that holds; signatures of others, who are not known here, do not matter.
 * - `any-key`: a signature holds under one of the keys. Whoever breaks the weakest of them can sign.
 */
export type SignatureRequirement = 'any-key' | 'every-key' | 'every-signature';

/** How a COSE_Sign is verified. */
export type SignVerifyOptions = CoseVerifyOptions & {
  /** `every-signature` unless told. */
  readonly require?: SignatureRequirement | undefined;
};

/** Why one signature does not count. */
export type SignerFailure =
  | Exclude<HeaderFailure, { readonly reason: 'algorithm-mismatch' }>
  /** None of the keys is of its algorithm. */
  | { readonly reason: 'key-missing' }
  /** It holds under none of the keys. */
  | { readonly reason: 'signature-invalid' };

/** What became of one signature. */
export type SignerVerdict = { readonly headers: CoseHeaders } & (
  | { readonly valid: true; readonly key: PublicKey<SignatureDescriptor> }
  | ({ readonly valid: false } & SignerFailure)
);

/** What became of a COSE_Sign, and of each of its signatures, in the order of the message. */
export type SignVerdict<Content extends Uint8Array | undefined = Uint8Array | undefined> =
  | {
      readonly valid: true;
      /** The bytes that the signatures cover; undefined when they came from a source. */
      readonly payload: Content;
      /** The headers of the body. */
      readonly headers: CoseHeaders;
      readonly signers: readonly SignerVerdict[];
      /** `allow` or `warn`, where a policy was given. */
      readonly judgement: Judgement | undefined;
    }
  | ({ readonly valid: false; readonly signers: readonly SignerVerdict[] } & SignFailure);

/** Why a COSE_Sign is not valid. */
export type SignFailure =
  /** `crit` of the body names parameters that neither this library nor the caller understands. */
  | { readonly reason: 'critical-unknown'; readonly labels: readonly Label[] }
  | PolicyFailure
  /** These keys have no signature that holds. */
  | { readonly reason: 'signature-missing'; readonly keys: readonly PublicKey<SignatureDescriptor>[] }
  /** Every key has its signature, and there is another one that does not hold. */
  | { readonly reason: 'signature-invalid' };

/**
 * Signs a payload as COSE_Sign, once for every signer, in deterministic encoding. A source is read once.
 *
 * @param signers - One or more; a classical and a post-quantum one make a message that readers of today and of
 * tomorrow can verify.
 * @returns The message.
 * @throws {@link HybridgeError} `invalid_argument` without a signer and with more than 32; and what {@link sign1}
 * throws. A classical and a post-quantum signer are judged by the policy as one dual signature.
 *
 * @example
 * ```ts
 * import { signCose, verifyCose } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const ecdsa = await generateKeyPair(provider, 'ECDSA-P256-SHA256');
 * const mlDsa = await generateKeyPair(provider, 'ML-DSA-65');
 * const message = await signCose(
 *   provider,
 *   [{ key: ecdsa.privateKey }, { key: mlDsa.privateKey }],
 *   new TextEncoder().encode('firmware 1.2.3'),
 * );
 * const verdict = await verifyCose(provider, [ecdsa.publicKey, mlDsa.publicKey], message);
 * console.log(verdict.valid); // true
 *
 * // A device that knows one of the two signers and says so:
 * const older = await verifyCose(provider, [ecdsa.publicKey], message, { require: 'every-key' });
 * console.log(older.valid, older.signers.map((signer) => signer.valid)); // true [ true, false ]
 * ```
 */
export async function signCose(
  provider: Provider,
  signers: readonly CoseSigner[],
  payload: Payload,
  options: CoseSignOptions = {},
): Promise<Uint8Array> {
  if (signers.length === 0 || signers.length > MAX_SIGNATURES)
    throw new HybridgeError(
      'invalid_argument',
      `${STRUCTURE}: ${signers.length} signers, expected 1 to ${MAX_SIGNATURES}`,
      { fault: 'caller' },
    );
  requirePermission(
    options,
    signers.map(({ key }) => key.algorithm),
  );
  const { contentType, drafts, polymorphic = false } = options;
  const body = writeHeaders(headersWith({ contentType }, options.headers));
  const externalAad = externalAadOf(options);
  const size = payloadSize(payload);
  const layers = signers.map(({ key, kid, headers }) => {
    const alg = requireNumber(key.algorithm, drafts, polymorphic);
    const layer = writeHeaders(headersWith({ alg, kid }, headers));
    return {
      ...layer,
      key,
      start: sigStructureStart(body.protectedBytes, layer.protectedBytes, externalAad, size),
    };
  });
  const made = await signAll(provider, layers, payload, options);
  const signatures = layers.map(({ protectedBytes, unprotected }, index) => {
    const signature = made[index];
    if (signature === undefined) throw new HybridgeError('internal', `${STRUCTURE}: a signature is missing`);
    return [protectedBytes, unprotected, signature];
  });
  return writeMessage(
    [body.protectedBytes, body.unprotected, payloadItem(payload, options), signatures],
    TAG,
    options,
  );
}

/**
 * Judges a COSE_Sign, with tag 98 or without a tag. Unless told otherwise all must agree: every key has a signature
 * that holds, and there is no signature that does not hold under one of the keys.
 *
 * @param publicKeys - Those of the signers that the verifier expects, one or more; their order is free.
 * @throws {@link HybridgeError} `invalid_encoding` for what is not a COSE_Sign; `invalid_argument` without a key, and
 * for a detached payload that is missing or out of place; `message_too_large` above 16 MiB or 32 signatures; and what
 * `verify` of `hybridge/sign` throws. A signature that does not hold is a verdict.
 */
export async function verifyCose(
  provider: Provider,
  publicKeys: readonly PublicKey<SignatureDescriptor>[],
  message: Uint8Array,
  options: DetachedPayload<SizedSource> & SignVerifyOptions,
): Promise<SignVerdict<undefined>>;
export async function verifyCose(
  provider: Provider,
  publicKeys: readonly PublicKey<SignatureDescriptor>[],
  message: Uint8Array,
  options?: Partial<DetachedPayload<Uint8Array>> & SignVerifyOptions,
): Promise<SignVerdict<Uint8Array>>;
export async function verifyCose(
  provider: Provider,
  publicKeys: readonly PublicKey<SignatureDescriptor>[],
  message: Uint8Array,
  options: Partial<DetachedPayload> & SignVerifyOptions = {},
): Promise<SignVerdict> {
  if (publicKeys.length === 0)
    throw new HybridgeError('invalid_argument', `${STRUCTURE}: no key to verify with`, { fault: 'caller' });
  const { body, layers } = readSign(message);
  const payload = signedPayload(body, options.detachedPayload, STRUCTURE);
  const labels = unknownCritical(body.headers.protected, options.understood);
  if (labels.length > 0) return { valid: false, reason: 'critical-unknown', labels, signers: [] };
  const externalAad = externalAadOf(options);
  const size = payloadSize(payload);
  const candidates = layers.map((layer) => ({ layer, ...candidatesOf(layer, publicKeys, options) }));
  const jobs = candidates.flatMap(({ layer, keys }) => {
    const start = sigStructureStart(body.protectedBytes, layer.protectedBytes, externalAad, size);
    return keys.map((key) => ({ key, start, signature: layer.signature, layer }));
  });
  const holds = await verifyAll(provider, jobs, payload, options);
  const found = jobs.filter((_, index) => holds[index] === true);
  const signers = candidates.map(({ layer, otherwise }): SignerVerdict => {
    const job = found.find((candidate) => candidate.layer === layer);
    return job === undefined
      ? { headers: layer.headers, valid: false, ...otherwise }
      : { headers: layer.headers, valid: true, key: job.key };
  });
  const missing = publicKeys.filter((key) => !found.some((job) => job.key === key));
  const { require: required = 'every-signature' } = options;
  if (required === 'any-key' ? found.length === 0 : missing.length > 0)
    return { valid: false, reason: 'signature-missing', keys: missing, signers };
  if (required === 'every-signature' && !signers.every(({ valid }) => valid))
    return { valid: false, reason: 'signature-invalid', signers };
  const algorithms = found.map(({ key }) => key.algorithm);
  const judgement = required === 'any-key' ? judgeAny(options, algorithms) : judgeAll(options, algorithms);
  if (judgement?.verdict === 'refuse') return { valid: false, reason: 'policy-refused', judgement, signers };
  return {
    valid: true,
    payload: payload instanceof Uint8Array ? payload : undefined,
    headers: body.headers,
    signers,
    judgement,
  };
}

/** The keys that a signature may be of, and why it does not count if it holds under none of them. */
interface Candidates {
  readonly keys: readonly PublicKey<SignatureDescriptor>[];
  readonly otherwise: SignerFailure;
}

function candidatesOf(
  { headers }: ReadHeaders,
  publicKeys: readonly PublicKey<SignatureDescriptor>[],
  options: CoseVerifyOptions,
): Candidates {
  const labels = unknownCritical(headers.protected, options.understood);
  if (labels.length > 0) return { keys: [], otherwise: { reason: 'critical-unknown', labels } };
  const matches = publicKeys.map((key) => ({ key, match: matchAlgorithm(headers, key.algorithm, options) }));
  const keys = matches.flatMap(({ key, match }) => (match === 'match' ? [key] : []));
  if (keys.length > 0) return { keys, otherwise: { reason: 'signature-invalid' } };
  for (const reason of ['algorithm-missing', 'algorithm-deprecated'] as const)
    if (matches.some(({ match }) => match === reason)) return { keys, otherwise: { reason } };
  return { keys, otherwise: { reason: 'key-missing' } };
}

/**
 * Reads a COSE_Sign without verifying it. The byte strings are views of the input.
 *
 * @throws {@link HybridgeError} `invalid_encoding`; `message_too_large` above 16 MiB or 32 signatures.
 *
 * @example
 * ```ts
 * import { decodeSign, signCose } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'Ed25519');
 * const { signatures } = decodeSign(await signCose(provider, [{ key: privateKey }], new Uint8Array(8)));
 * console.log(signatures.map(({ headers }) => headers.protected.alg)); // [ -19 ]
 * ```
 */
export function decodeSign(message: Uint8Array): SignMessage {
  const { body, layers } = readSign(message);
  return {
    headers: body.headers,
    payload: body.payload,
    signatures: layers.map(({ headers, signature }) => ({ headers, signature })),
    tagged: body.tagged,
  };
}

interface SignatureLayer extends ReadHeaders {
  readonly signature: Uint8Array;
}

function readSign(message: Uint8Array): {
  readonly body: Body;
  readonly layers: readonly SignatureLayer[];
} {
  const body = readBody(message, TAG, STRUCTURE);
  const { rest } = body;
  if (!isCborArray(rest) || rest.length === 0)
    throw new HybridgeError('invalid_encoding', `${STRUCTURE}: no array of signatures`);
  if (rest.length > MAX_SIGNATURES)
    throw new HybridgeError(
      'message_too_large',
      `${STRUCTURE}: ${rest.length} signatures, at most ${MAX_SIGNATURES}`,
      { details: { actual: rest.length, maximum: MAX_SIGNATURES } },
    );
  const layers = rest.map((item, index): SignatureLayer => {
    const what = `${STRUCTURE}.signatures[${index}]`;
    if (!isCborArray(item) || item.length !== 3)
      throw new HybridgeError('invalid_encoding', `${what}: not an array of three`);
    const [protectedItem, unprotectedItem, signature] = item;
    if (!(signature instanceof Uint8Array))
      throw new HybridgeError('invalid_encoding', `${what}: the signature is not a byte string`);
    return { ...readHeaders(protectedItem, unprotectedItem, what), signature };
  });
  return { body, layers };
}
