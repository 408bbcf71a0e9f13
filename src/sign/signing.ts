import { EMPTY, type ReadingOptions, requireNotAborted } from '../bytes/index.ts';
import {
  andThen,
  type Awaitable,
  HandleCache,
  type IncrementalSigner,
  isPromiseLike,
  PrivateKey,
  type Provider,
} from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { requireSignatureKey } from './algorithm-kind.ts';
import { Collected } from './collected.ts';
import { requireSigningOptions } from './context.ts';
import { importPrivateKey } from './handles.ts';
import type { SchemeSigningKey, SchemeSigningOptions } from './scheme.ts';
import { signatureFor } from './signature-for.ts';
import { requireSignatureSize, type Signer, type SignerOptions } from './signer.ts';
import { forEachPiece, isWhole, type MessageSource, requireBytes } from './source.ts';

/** How a message is signed. */
export interface SignOptions extends ReadingOptions {
  /**
   * Binds the signature to a purpose: it verifies under the same context only. At most 255 bytes; ECDSA, RSA and
   * EdDSA take none.
   */
  readonly context?: Uint8Array | undefined;
  /**
   * Makes the deterministic variant of ML-DSA or SLH-DSA. The default is hedged with fresh randomness, which resists
   * fault attacks better [FIPS 204 §3.4]. ECDSA, RSA-PSS and composites with them have no such variant.
   */
  readonly deterministic?: boolean | undefined;
}

/** A private key, or a {@link Signer} that stands for one that lives elsewhere. */
export type SigningIdentity<Algorithm extends SignatureDescriptor = SignatureDescriptor> =
  PrivateKey<Algorithm> | Signer<Algorithm>;

/** Everything that a handle or a signer may want to know. */
interface SigningRequest extends SchemeSigningOptions, SignerOptions {
  readonly deterministic: boolean;
}

/** What handles and signers have in common. */
interface Signing {
  sign(message: Uint8Array, request: SigningRequest): Awaitable<Uint8Array>;
  readonly start?: (request: SigningRequest) => Awaitable<IncrementalSigner>;
}

const handles = new HandleCache<PrivateKey<SignatureDescriptor>, Provider, SchemeSigningKey>();

/**
 * Signs a message with a key held here or elsewhere.
 *
 * Bytes go to the backend in one call. A message that comes in pieces is hashed as it comes, in bounded memory:
 * ML-DSA through µ, composites and the pre-hash variants through their hash, ECDSA and RSA directly. Pure SLH-DSA,
 * Ed25519 and Ed448 read a message twice; for them a stream is collected, up to 16 MiB.
 *
 * @returns The raw signature: DER for ECDSA, the concatenation of both halves for composites. Sizes are in the
 * algorithm's descriptor.
 * @throws {@link HybridgeError} `key_disposed`; `wrong_algorithm` for a key that does not sign; `invalid_argument` for
 * a context or message that is not one; `unsupported` when the provider lacks the algorithm; `message_too_large`;
 * `aborted`; `input_output` when the source fails, with its error as cause.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair, sign, verify } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey, publicKey } = await generateKeyPair(provider, 'MLDSA65-Ed25519-SHA512');
 * const message = new TextEncoder().encode('firmware 1.2.3');
 * const context = new TextEncoder().encode('pump');
 * const signature = await sign(provider, privateKey, message, { context });
 * console.log(await verify(provider, publicKey, message, signature, { context })); // true
 * ```
 */
export async function sign(
  provider: Provider,
  identity: SigningIdentity,
  message: MessageSource,
  options: SignOptions = {},
): Promise<Uint8Array> {
  const request = requestOf(provider, identity, options);
  const found = signingOf(provider, identity);
  const signing = isPromiseLike(found) ? await found : found;
  if (isWhole(message, signing)) return answerOf(identity, signing.sign(message, request));
  const signer = await begin(identity, signing, request);
  await forEachPiece(message, (piece) => signer.update(piece), options);
  return signer.finish();
}

/** Begins a signature over a message that comes in pieces, collecting them where the algorithm wants it whole. */
export async function startSigning(
  provider: Provider,
  identity: SigningIdentity,
  options: SignOptions,
): Promise<IncrementalSigner> {
  const request = requestOf(provider, identity, options);
  return begin(identity, await signingOf(provider, identity), request);
}

async function begin(
  identity: SigningIdentity,
  signing: Signing,
  request: SigningRequest,
): Promise<IncrementalSigner> {
  const started = await (signing.start?.(request) ?? collecting(identity.algorithm, signing, request));
  return {
    update: (piece) => started.update(piece),
    finish() {
      if (identity instanceof PrivateKey) identity.assertUsable();
      return answerOf(identity, started.finish());
    },
  };
}

function requestOf(
  provider: Provider,
  identity: SigningIdentity,
  { context = EMPTY, deterministic = false, signal }: SignOptions,
): SigningRequest {
  requireSignatureKey(identity);
  requireBytes(context, 'context');
  requireSigningOptions(identity.algorithm, context, deterministic);
  requireNotAborted(signal);
  return { context, deterministic, random: provider.random, signal };
}

function signingOf(provider: Provider, identity: SigningIdentity): Awaitable<Signing> {
  if (!(identity instanceof PrivateKey)) return identity;
  identity.assertUsable();
  return (
    handles.get(identity, provider) ??
    importPrivateKey(handles, provider, identity, (stored) =>
      signatureFor(provider, identity.algorithm).signingKey(stored),
    )
  );
}

// What a handle of ours gives is a signature; what someone else's signer gives may be anything.
function answerOf(identity: SigningIdentity, signature: Awaitable<Uint8Array>): Awaitable<Uint8Array> {
  if (identity instanceof PrivateKey) return signature;
  return andThen(signature, (bytes) => requireSignatureSize(identity.algorithm, bytes));
}

function collecting(
  algorithm: SignatureDescriptor,
  signing: Signing,
  request: SigningRequest,
): IncrementalSigner {
  const collected = new Collected(algorithm);
  return {
    update: (piece) => collected.update(piece),
    finish: () => signing.sign(collected.bytes(), request),
  };
}
