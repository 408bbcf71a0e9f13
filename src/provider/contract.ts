import type {
  AeadName,
  HashName,
  KeyAgreementName,
  MlDsaName,
  MlKemName,
  RsaOaepName,
  ClassicalSignatureName,
  SlhDsaName,
} from '../registry/index.ts';
import type { Awaitable } from './awaitable.ts';

/** Which implementation serves a primitive, and why it was chosen. */
export interface Backend {
  /** For instance `native (OpenSSL 3.5.8)` or `@noble/post-quantum 0.7.1`. */
  readonly name: string;
  /** The reason in words, with the measurement behind it where there is one (Node 26 on an AMD EPYC). */
  readonly because: string;
  /**
   * `caller`: everything random comes from the `RandomSource` passed in, so that fixed randomness gives fixed
   * results. `backend`: the backend draws from its own generator and ignores the source.
   */
  readonly entropy: 'backend' | 'caller';
}

/** Where randomness comes from. The default is the operating system's generator. */
export interface RandomSource {
  /** Fresh random bytes in a new array. */
  bytes(length: number): Uint8Array;
}

/** Where the time comes from. Policy and validity checks never read the system clock by themselves. */
export interface Clock {
  now(): Date;
}

/** A public key in its raw form and the private key in its stored form (the seed where there is one). */
export interface RawKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** What encapsulation yields. */
export interface Encapsulation {
  /** The shared secret. The receiver owns the array and may wipe it. */
  readonly sharedSecret: Uint8Array;
  /** What the other side needs to compute the same secret. */
  readonly ciphertext: Uint8Array;
}

/** Hashes of RSA-OAEP; SHA-1 is what many messages still have, and OAEP does not rest on its collisions. */
export type OaepHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** A public key made ready for a backend; holding it saves the import and the checks on every call. */
export interface EncapsulationKey {
  encapsulate(random: RandomSource): Awaitable<Encapsulation>;
  /**
   * Encrypts a message that fits [RFC 8017 §7.1.1], with this hash also in MGF1 and an empty label: RSA-OAEP only,
   * absent elsewhere. Randomness is the backend's.
   *
   * @throws HybridgeError `message_too_large`.
   */
  readonly encrypt?: (message: Uint8Array, hash: OaepHash) => Awaitable<Uint8Array>;
}

/** A private key made ready for a backend. */
export interface DecapsulationKey {
  /** The raw public key that belongs to it. */
  readonly publicKey: Uint8Array;
  /**
   * The shared secret for a ciphertext. ML-KEM answers a forged ciphertext of the right length with a secret
   * that nobody else knows (implicit rejection, FIPS 203 §6.3), not with an error.
   *
   * @throws HybridgeError `invalid_length` for a ciphertext of another size; `invalid_encoding` or
   * `decryption_failed` where a traditional half refuses (a point off the curve, an OAEP error).
   */
  decapsulate(ciphertext: Uint8Array): Awaitable<Uint8Array>;
  /**
   * Decrypts what {@link EncapsulationKey.encrypt} made with the same hash: RSA-OAEP only, absent elsewhere.
   *
   * @throws HybridgeError `invalid_length`; `decryption_failed`, whatever the reason [RFC 8017 §7.1.2].
   */
  readonly decrypt?: (ciphertext: Uint8Array, hash: OaepHash) => Awaitable<Uint8Array>;
  /** Wipes what this handle holds, as far as the backend can. */
  dispose(): void;
}

/**
 * A key encapsulation mechanism. Leaves are served by backends (ML-KEM, Diffie-Hellman as ephemeral-static KEM
 * with the raw secret, RSA-OAEP of a random 32-byte secret); hybrids are built from leaves and have this same
 * shape.
 */
export interface Kem {
  readonly backend: Backend;
  /** A fresh key pair. The private key is the stored form: ML-KEM seed d‖z, raw scalar, RSAPrivateKey DER. */
  generateKeyPair(random: RandomSource): Awaitable<RawKeyPair>;
  /**
   * Checks a raw public key (FIPS 203 §7.2, point on curve, RSAPublicKey DER) and makes it ready.
   *
   * @throws HybridgeError `invalid_length`, `invalid_key` or `invalid_encoding`.
   */
  encapsulationKey(publicKey: Uint8Array): Awaitable<EncapsulationKey>;
  /**
   * Makes a stored private key ready. ML-KEM takes the 64-byte seed or the expanded dk, told apart by length,
   * the latter after the hash check of FIPS 203 §7.3.
   *
   * @throws HybridgeError `invalid_length`, `invalid_key` or `invalid_encoding`.
   */
  decapsulationKey(privateKey: Uint8Array): Awaitable<DecapsulationKey>;
}

/** How a signature is made. */
export interface SigningOptions {
  /** Domain separation context, at most 255 bytes; empty for algorithms without one. */
  readonly context: Uint8Array;
  /** For the randomness of hedged and of randomised signatures. */
  readonly random: RandomSource;
}

/** A message that comes in pieces. Nothing may be used after `finish`. */
export interface IncrementalSigner {
  update(chunk: Uint8Array): void;
  finish(): Awaitable<Uint8Array>;
}

/** A signed message that comes in pieces. */
export interface IncrementalVerifier {
  update(chunk: Uint8Array): void;
  finish(signature: Uint8Array): Awaitable<boolean>;
}

/** A private signing key made ready for a backend. */
export interface SigningKey {
  readonly publicKey: Uint8Array;
  /** Signs a whole message; hedged where the algorithm allows both [FIPS 204 §3.4, FIPS 205 §9.2]. */
  sign(message: Uint8Array, options: SigningOptions): Awaitable<Uint8Array>;
  /** Signs a message in pieces: hash-then-sign algorithms (ECDSA, RSA), where the backend can; absent elsewhere. */
  readonly start?: (options: SigningOptions) => IncrementalSigner;
  /** Wipes what this handle holds, as far as the backend can. */
  dispose(): void;
}

/** A public signature key made ready for a backend. */
export interface VerifyingKey {
  /** `false` for a signature that does not hold, also for one of the wrong size or shape; never throws for it. */
  verify(message: Uint8Array, signature: Uint8Array, context: Uint8Array): Awaitable<boolean>;
  /** Verifies a message in pieces: hash-then-sign algorithms, where the backend can; absent elsewhere. */
  readonly start?: (context: Uint8Array) => IncrementalVerifier;
}

/** A signature algorithm. Leaves are served by backends; composites are built from leaves with this shape. */
export interface Signature {
  readonly backend: Backend;
  /** A fresh key pair; the private key in its stored form. */
  generateKeyPair(random: RandomSource): Awaitable<RawKeyPair>;
  /** Makes a stored private key ready: ML-DSA seed or expanded sk (by length), SLH-DSA sk, scalar, seed, RSAPrivateKey DER. */
  signingKey(privateKey: Uint8Array): Awaitable<SigningKey>;
  /** Checks a raw public key and makes it ready. */
  verifyingKey(publicKey: Uint8Array): Awaitable<VerifyingKey>;
}

/** A private key ready for the internal signing function. */
export interface InternalSigningKey {
  readonly publicKey: Uint8Array;
  /**
   * ML-DSA.Sign_internal from µ on (`input` is the 64-byte µ) [FIPS 204 Algorithm 7], or
   * slh_sign_internal (`input` is the encoded message M') [FIPS 205 Algorithm 19].
   *
   * @param rnd - 32 bytes for ML-DSA, n bytes for SLH-DSA; `undefined` for the deterministic variant.
   */
  signInternal(input: Uint8Array, rnd: Uint8Array | undefined): Awaitable<Uint8Array>;
  dispose(): void;
}

/** A public key ready for the internal verification function. */
export interface InternalVerifyingKey {
  verifyInternal(input: Uint8Array, signature: Uint8Array): Awaitable<boolean>;
}

/**
 * The internal functions of ML-DSA (external µ) and SLH-DSA. Streaming, pre-hash and deterministic signatures are
 * built on them; `node:crypto` offers none of these, hence a table of their own.
 */
export interface InternalSignature {
  readonly backend: Backend;
  internalSigningKey(privateKey: Uint8Array): Awaitable<InternalSigningKey>;
  internalVerifyingKey(publicKey: Uint8Array): Awaitable<InternalVerifyingKey>;
}

/**
 * The step from a stored seed to the expanded private key: dk of FIPS 203 from d‖z, sk of FIPS 204 from ξ. Key files
 * hold one form, the other or both [RFC 9881 §6, RFC 9935 §6]. `node:crypto` never shows the expanded form, hence a
 * table of its own.
 */
export interface SeedExpansion {
  readonly backend: Backend;
  /**
   * The expanded private key in a new array, which the caller owns and should wipe.
   *
   * @throws HybridgeError `invalid_length`.
   */
  expand(seed: Uint8Array): Awaitable<Uint8Array>;
}

/** A hash in progress. */
export interface Hasher {
  update(chunk: Uint8Array): void;
  digest(): Uint8Array;
}

/** A hash function or XOF. Hashing is synchronous everywhere. */
export interface Hash {
  readonly backend: Backend;
  /**
   * The digest in one go. `length` (bytes) is for XOFs; fixed-size hashes take none but their own.
   *
   * @throws HybridgeError `invalid_argument` for a length that the hash does not have.
   */
  digest(data: Uint8Array, length?: number): Uint8Array;
  start(length?: number): Hasher;
}

/** HMAC, HKDF, PBKDF2 [RFC 2104, RFC 5869, RFC 8018] with any fixed-size hash that the provider has. */
export interface KeyDerivation {
  readonly backend: Backend;
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array;
  hkdfExtract(hash: HashName, salt: Uint8Array, inputKey: Uint8Array): Uint8Array;
  hkdfExpand(hash: HashName, pseudoRandomKey: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  pbkdf2(
    hash: HashName,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Awaitable<Uint8Array>;
  /** scrypt [RFC 7914]; `cost` is N, `blockSize` r, `parallelization` p. */
  scrypt(
    password: Uint8Array,
    salt: Uint8Array,
    parameters: { readonly cost: number; readonly blockSize: number; readonly parallelization: number },
    length: number,
  ): Awaitable<Uint8Array>;
}

/** A key ready for authenticated encryption. */
export interface AeadKey {
  /** Ciphertext followed by the tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, additionalData: Uint8Array): Uint8Array;
  /** The plaintext, or `undefined` when the tag does not fit. */
  open(nonce: Uint8Array, sealed: Uint8Array, additionalData: Uint8Array): Uint8Array | undefined;
}

/** Authenticated encryption. Synchronous everywhere: messages are cut to pieces that make a thread hop a loss. */
export interface Aead {
  readonly backend: Backend;
  key(bytes: Uint8Array): AeadKey;
}

/** A message that is encrypted piece by piece; `finish` gives what is left of it. Nothing may be used after `finish`. */
export interface CbcEncryption {
  /** The ciphertext so far, in a new array; it may lag behind by less than a block. */
  update(chunk: Uint8Array): Uint8Array;
  /** The last block, with its padding. */
  finish(): Uint8Array;
}

/** A ciphertext that is decrypted piece by piece. Nothing may be used after `finish`. */
export interface CbcDecryption {
  /** The plaintext so far, in a new array; it may lag behind by up to a block. */
  update(chunk: Uint8Array): Uint8Array;
  /** The rest of the plaintext; `undefined` when the padding is wrong or the last block is not whole. */
  finish(): Uint8Array | undefined;
}

/** As {@link CbcEncryption}, with a tag at the end. */
export interface GcmEncryption {
  update(chunk: Uint8Array): Uint8Array;
  /** The rest of the ciphertext, and the tag of 16 bytes over it and the additional data. */
  finish(additionalData: Uint8Array): { readonly rest: Uint8Array; readonly tag: Uint8Array };
}

/** As {@link CbcDecryption}; **nothing that came out is known to be genuine before `finish` says so**. */
export interface GcmDecryption {
  update(chunk: Uint8Array): Uint8Array;
  /**
   * The rest of the plaintext; `undefined` when the tag does not fit.
   *
   * @throws HybridgeError `invalid_length` for a tag of another size than announced.
   */
  finish(tag: Uint8Array, additionalData: Uint8Array): Uint8Array | undefined;
}

/**
 * AES in the modes that key files and messages need; the key size chooses the AES. Whole messages are sealed with an
 * {@link Aead}; here GCM takes a message in pieces, and its additional data at the end, where CMS has them
 * [RFC 5083 §2.1].
 */
export interface BlockCipher {
  readonly backend: Backend;
  /** CBC with PKCS#7 padding [RFC 8018 §B.2.5]. */
  encryptCbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** `undefined` when the padding is wrong. */
  decryptCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  /** CBC with PKCS#7 padding, in pieces. */
  cbcEncryption(key: Uint8Array, iv: Uint8Array): CbcEncryption;
  cbcDecryption(key: Uint8Array, iv: Uint8Array): CbcDecryption;
  /**
   * GCM with a nonce of 12 bytes, in pieces [SP 800-38D]. `update` throws `message_too_large` beyond 2^36 - 32 bytes.
   */
  gcmEncryption(key: Uint8Array, nonce: Uint8Array): GcmEncryption;
  /** @param tagSize - 12 to 16 bytes. */
  gcmDecryption(key: Uint8Array, nonce: Uint8Array, tagSize: number): GcmDecryption;
  /**
   * Wraps a key of two or more blocks of 8 bytes [RFC 3394].
   *
   * @throws HybridgeError `invalid_length` for a key that cannot be wrapped.
   */
  wrapKey(wrappingKey: Uint8Array, key: Uint8Array): Uint8Array;
  /** `undefined` when the wrapped key is not genuine or has no possible size. */
  unwrapKey(wrappingKey: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined;
  /**
   * Triple DES with three keys in CBC mode with padding, for reading old files only; absent where the backend has
   * none. The key has 24 bytes, the initialization vector 8. `undefined` when the padding is wrong.
   */
  readonly decryptTripleDesCbc?: (
    key: Uint8Array,
    iv: Uint8Array,
    ciphertext: Uint8Array,
  ) => Uint8Array | undefined;
}

/** Names of KEMs that backends serve; the others are built from these. */
export type KemLeafName = KeyAgreementName | MlKemName | RsaOaepName;

/** Names of signature algorithms that backends serve; the others are built from these. */
export type SignatureLeafName = ClassicalSignatureName | MlDsaName | SlhDsaName;

/** Names of signature algorithms with an internal function. */
export type InternalSignatureName = MlDsaName | SlhDsaName;

/** Names of algorithms whose private key is a seed that expands. */
export type SeedExpansionName = MlDsaName | MlKemName;

/**
 * A provider is a plain value: tables of primitives. An absent entry means that the primitive is not offered.
 * To override one primitive and keep the rest, spread: `{ ...provider, kem: { ...provider.kem, 'ML-KEM-768': mine } }`.
 */
export interface Provider {
  readonly name: string;
  readonly kem: Readonly<Partial<Record<KemLeafName, Kem>>>;
  readonly signature: Readonly<Partial<Record<SignatureLeafName, Signature>>>;
  readonly internalSignature: Readonly<Partial<Record<InternalSignatureName, InternalSignature>>>;
  readonly seedExpansion: Readonly<Partial<Record<SeedExpansionName, SeedExpansion>>>;
  readonly hash: Readonly<Partial<Record<HashName, Hash>>>;
  readonly aead: Readonly<Partial<Record<AeadName, Aead>>>;
  readonly keyDerivation: KeyDerivation | undefined;
  readonly blockCipher: BlockCipher | undefined;
  readonly random: RandomSource;
  readonly clock: Clock;
}
