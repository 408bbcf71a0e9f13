import { type Awaitable, type IncrementalSigner, type PublicKey, requireSize } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';

/** What a {@link Signer} is asked for; every field is set. */
export interface SignerOptions {
  /** At most 255 bytes; empty for algorithms without a context. */
  readonly context: Uint8Array;
  /** Whether the deterministic variant is wanted; a signer that cannot make it throws. */
  readonly deterministic: boolean;
  /** For signers that take their time: a service, a person with a token. */
  readonly signal: AbortSignal | undefined;
}

/**
 * A private key wherever it lives: in this process, in a key management service, in a hardware module. Whatever
 * signs takes one.
 *
 * Implement `sign`; and `start` for messages longer than the 16 MiB that are otherwise collected in memory. For a
 * service that signs µ of ML-DSA there is {@link externalMuSigner}.
 */
export interface Signer<Algorithm extends SignatureDescriptor = SignatureDescriptor> {
  readonly algorithm: Algorithm;
  readonly publicKey: PublicKey<Algorithm>;
  /** The raw signature, as {@link sign} returns it: DER for ECDSA, the concatenation for composites. */
  sign(message: Uint8Array, options: SignerOptions): Awaitable<Uint8Array>;
  /** Begins a signature over a message that comes in pieces. */
  readonly start?: (options: SignerOptions) => Awaitable<IncrementalSigner>;
}

/**
 * Refuses what cannot be a signature of the signer's algorithm.
 *
 * @throws HybridgeError `invalid_length`.
 */
export function requireSignatureSize({ name, sizes }: SignatureDescriptor, bytes: Uint8Array): Uint8Array {
  requireSize(bytes, sizes.signature, `what the signer for ${name} gave`);
  return bytes;
}
