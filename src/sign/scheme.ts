import type {
  Awaitable,
  IncrementalSigner,
  Signature,
  SigningKey,
  SigningOptions,
} from '../provider/index.ts';

/** How a construction signs: as a backend does, or in the deterministic variant. */
export interface SchemeSigningOptions extends SigningOptions {
  /**
   * Makes the deterministic variant of ML-DSA and SLH-DSA [FIPS 204 §3.4, FIPS 205 §9.2]. Algorithms that know no
   * randomness ignore it; those that cannot do without are refused before they get here.
   */
  readonly deterministic?: boolean;
}

/** A signing key that can make the deterministic variant as well. */
export interface SchemeSigningKey extends SigningKey {
  sign(message: Uint8Array, options: SchemeSigningOptions): Awaitable<Uint8Array>;
  readonly start?: (options: SchemeSigningOptions) => IncrementalSigner;
}

/** Any signature algorithm of the registry made ready for one provider, whether a backend serves it or Hybridge builds it. */
export interface SignatureScheme extends Signature {
  signingKey(privateKey: Uint8Array): Awaitable<SchemeSigningKey>;
}
