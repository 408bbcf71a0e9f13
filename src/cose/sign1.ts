/** COSE_Sign1: one signature [RFC 9052 §4.2]. */
import { HybridgeError } from '../bytes/index.ts';
import type { Judgement } from '../policy/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import type { SigningIdentity } from '../sign/index.ts';
import { matchAlgorithm, requireNumber } from './algorithm.ts';
import { type CoseHeaders, unknownCritical, writeHeaders } from './header.ts';
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
import { judgeAll, requirePermission } from './policy.ts';
import { sigStructureStart } from './sig-structure.ts';
import { signAll, verifyAll } from './signatures.ts';

const TAG = 18;
const STRUCTURE = 'COSE_Sign1';

/** How a COSE_Sign1 is made. */
export type Sign1Options = CoseSignOptions & {
  /** A hint at the key; protected. For an unprotected one use `headers`. */
  readonly kid?: Uint8Array | undefined;
};

/** A COSE_Sign1 that was read; nothing in it is verified. */
export interface Sign1Message {
  readonly headers: CoseHeaders;
  /** The payload; undefined when it is detached. */
  readonly payload: Uint8Array | undefined;
  readonly signature: Uint8Array;
  /** Whether the message began with tag 18. */
  readonly tagged: boolean;
}

/**
 * What became of a COSE_Sign1. Of the headers in a positive verdict the protected ones are what the signer wrote;
 * the unprotected ones are anybody's.
 */
export type Sign1Verdict<Content extends Uint8Array | undefined = Uint8Array | undefined> =
  | {
      readonly valid: true;
      /** The bytes that the signature covers; undefined when they came from a source. */
      readonly payload: Content;
      readonly headers: CoseHeaders;
      /** `allow` or `warn`, where a policy was given. */
      readonly judgement: Judgement | undefined;
    }
  | ({ readonly valid: false } & (HeaderFailure | PolicyFailure | { readonly reason: 'signature-invalid' }));

/**
 * Signs a payload as COSE_Sign1, in deterministic encoding.
 *
 * @param payload - Bytes, or a source with its size: that is read once, in bounded memory, and left out of the message.
 * @returns The message.
 * @throws {@link HybridgeError} `unsupported` for an algorithm without a COSE number; `policy_refused`;
 * `invalid_argument` for headers that are none; `invalid_length` when a source gives another number of bytes than
 * announced; and what `sign` of `hybridge/sign` throws.
 *
 * @example
 * ```ts
 * import { sign1, verify1 } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const message = await sign1(provider, privateKey, new TextEncoder().encode('21.5 °C'), {
 *   kid: new TextEncoder().encode('sensor-7'),
 *   contentType: 'text/plain; charset=utf-8',
 * });
 * const verdict = await verify1(provider, publicKey, message);
 * if (verdict.valid) console.log(new TextDecoder().decode(verdict.payload), verdict.headers.protected.contentType);
 *
 * // A payload that stays where it is, in pieces:
 * const image = { size: 3000, source: [new Uint8Array(1000), new Uint8Array(2000)] };
 * const detached = await sign1(provider, privateKey, image);
 * console.log((await verify1(provider, publicKey, detached, { detachedPayload: image })).valid); // true
 * ```
 */
export async function sign1(
  provider: Provider,
  key: SigningIdentity,
  payload: Payload,
  options: Sign1Options = {},
): Promise<Uint8Array> {
  const { contentType, drafts, kid, polymorphic = false } = options;
  requirePermission(options, [key.algorithm]);
  const alg = requireNumber(key.algorithm, drafts, polymorphic);
  const { protectedBytes, unprotected } = writeHeaders(
    headersWith({ alg, contentType, kid }, options.headers),
  );
  const start = sigStructureStart(protectedBytes, undefined, externalAadOf(options), payloadSize(payload));
  const [signature] = await signAll(provider, [{ key, start }], payload, options);
  if (signature === undefined) throw new HybridgeError('internal', `${STRUCTURE}: no signature was made`);
  return writeMessage([protectedBytes, unprotected, payloadItem(payload, options), signature], TAG, options);
}

/**
 * Judges a COSE_Sign1, with tag 18 or without a tag.
 *
 * The algorithm is that of the key, whatever the message says; a message that says something else is not valid.
 *
 * @throws {@link HybridgeError} `invalid_encoding` for what is not a COSE_Sign1; `invalid_argument` for a detached
 * payload that is missing or out of place; `message_too_large` above 16 MiB; and what `verify` of `hybridge/sign` throws. A
 * signature that does not hold is a verdict.
 */
export async function verify1(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  message: Uint8Array,
  options: CoseVerifyOptions & DetachedPayload<SizedSource>,
): Promise<Sign1Verdict<undefined>>;
export async function verify1(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  message: Uint8Array,
  options?: CoseVerifyOptions & Partial<DetachedPayload<Uint8Array>>,
): Promise<Sign1Verdict<Uint8Array>>;
export async function verify1(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  message: Uint8Array,
  options: CoseVerifyOptions & Partial<DetachedPayload> = {},
): Promise<Sign1Verdict> {
  const { body, signature } = readSign1(message);
  const payload = signedPayload(body, options.detachedPayload, STRUCTURE);
  const labels = unknownCritical(body.headers.protected, options.understood);
  if (labels.length > 0) return { valid: false, reason: 'critical-unknown', labels };
  const match = matchAlgorithm(body.headers, publicKey.algorithm, options);
  if (match !== 'match') return { valid: false, reason: match };
  const judgement = judgeAll(options, [publicKey.algorithm]);
  if (judgement?.verdict === 'refuse') return { valid: false, reason: 'policy-refused', judgement };
  const start = sigStructureStart(
    body.protectedBytes,
    undefined,
    externalAadOf(options),
    payloadSize(payload),
  );
  const [holds] = await verifyAll(provider, [{ key: publicKey, start, signature }], payload, options);
  return holds === true
    ? {
        valid: true,
        payload: payload instanceof Uint8Array ? payload : undefined,
        headers: body.headers,
        judgement,
      }
    : { valid: false, reason: 'signature-invalid' };
}

/**
 * Reads a COSE_Sign1 without verifying it: to find the key by `kid` or `x5t`, or to show what is there. The byte
 * strings are views of the input.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, `message_too_large`.
 *
 * @example
 * ```ts
 * import { decodeSign1, sign1 } from 'hybridge/cose';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'Ed25519');
 * const kid = new TextEncoder().encode('sensor-7');
 * const { headers } = decodeSign1(await sign1(provider, privateKey, new Uint8Array(8), { kid }));
 * console.log(headers.protected.alg, headers.protected.kid?.length); // -19 8
 * ```
 */
export function decodeSign1(message: Uint8Array): Sign1Message {
  const { body, signature } = readSign1(message);
  return { headers: body.headers, payload: body.payload, signature, tagged: body.tagged };
}

function readSign1(message: Uint8Array): { readonly body: Body; readonly signature: Uint8Array } {
  const body = readBody(message, TAG, STRUCTURE);
  if (!(body.rest instanceof Uint8Array))
    throw new HybridgeError('invalid_encoding', `${STRUCTURE}: the signature is not a byte string`);
  return { body, signature: body.rest };
}
