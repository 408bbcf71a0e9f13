import { EMPTY, type ReadingOptions, requireNotAborted } from '../bytes/index.ts';
import {
  andThen,
  type Awaitable,
  HandleCache,
  type IncrementalVerifier,
  isPromiseLike,
  type Provider,
  type PublicKey,
  type VerifyingKey,
} from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { requireSignatureKey } from './algorithm-kind.ts';
import { Collected } from './collected.ts';
import { MAX_CONTEXT, requireContextUse } from './context.ts';
import { signatureFor } from './signature-for.ts';
import { forEachPiece, isWhole, type MessageSource, requireBytes } from './source.ts';

/** How a signature is verified. */
export interface VerifyOptions extends ReadingOptions {
  /** The context that the signature was made with; empty unless given. */
  readonly context?: Uint8Array | undefined;
}

const handles = new HandleCache<PublicKey<SignatureDescriptor>, Provider, VerifyingKey>();

/**
 * Whether a signature holds for a message under a public key.
 *
 * `false` covers every signature that does not: of another message, key or context, of the wrong size or shape. A
 * context of more than 255 bytes makes it `false` as well, since nothing can be signed under one [FIPS 204 Algorithm
 * 3]. Of a composite both halves are always evaluated and both must hold.
 *
 * Streams are read as for {@link sign}.
 *
 * @throws {@link HybridgeError} `invalid_argument` for a context with an algorithm that takes none, or something that
 * is not a message; `invalid_key` or `invalid_encoding` for a malformed key; `wrong_algorithm`; `unsupported`;
 * `message_too_large`; `aborted`; `input_output`.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair, sign, verify } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const pieces = [new Uint8Array(1024), new Uint8Array(512)];
 * const signature = await sign(provider, privateKey, pieces);
 * console.log(await verify(provider, publicKey, new Uint8Array(1536), signature)); // true
 * ```
 */
export async function verify(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  message: MessageSource,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Promise<boolean> {
  requireBytes(signature, 'signature');
  const context = contextOf(publicKey, options);
  const found = verifyingKeyOf(provider, publicKey);
  const key = isPromiseLike(found) ? await found : found;
  if (isWhole(message, key)) return context.length <= MAX_CONTEXT && key.verify(message, signature, context);
  const verifier = begin(publicKey, key, context);
  await forEachPiece(message, (piece) => verifier.update(piece), options);
  return verifier.finish(signature);
}

/** Begins to verify a message that comes in pieces, collecting them where the algorithm wants it whole. */
export async function startVerifying(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
  options: VerifyOptions,
): Promise<IncrementalVerifier> {
  const context = contextOf(publicKey, options);
  return begin(publicKey, await verifyingKeyOf(provider, publicKey), context);
}

function begin(
  { algorithm }: PublicKey<SignatureDescriptor>,
  key: VerifyingKey,
  context: Uint8Array,
): IncrementalVerifier {
  if (context.length > MAX_CONTEXT) return { update: () => undefined, finish: () => false };
  return key.start?.(context) ?? collecting(algorithm, key, context);
}

function contextOf(
  publicKey: PublicKey<SignatureDescriptor>,
  { context = EMPTY, signal }: VerifyOptions,
): Uint8Array {
  requireSignatureKey(publicKey);
  requireBytes(context, 'context');
  requireContextUse(publicKey.algorithm, context);
  requireNotAborted(signal);
  return context;
}

function verifyingKeyOf(
  provider: Provider,
  publicKey: PublicKey<SignatureDescriptor>,
): Awaitable<VerifyingKey> {
  return (
    handles.get(publicKey, provider) ??
    andThen(signatureFor(provider, publicKey.algorithm).verifyingKey(publicKey.bytes()), (handle) => {
      handles.set(publicKey, provider, handle);
      return handle;
    })
  );
}

function collecting(
  algorithm: SignatureDescriptor,
  key: VerifyingKey,
  context: Uint8Array,
): IncrementalVerifier {
  const collected = new Collected(algorithm);
  return {
    update: (piece) => collected.update(piece),
    finish: (signature) => key.verify(collected.bytes(), signature, context),
  };
}
