/**
 * The shapes that test cases take, whatever family they come from. Names of algorithms are those of the registry.
 */
import type {
  AeadName,
  CompositeKemName,
  CompositeSignatureName,
  HashName,
  HybridKemName,
  KdfName,
  KeyAgreementName,
  MlDsaName,
  MlKemName,
  RsaOaepName,
  SignatureName,
  SlhDsaName,
} from '../../src/registry/index.ts';
import type { Origin } from './vectors-files.ts';

/** What an implementation must make of a case; `acceptable` leaves it free to refuse. */
export type Verdict = 'valid' | 'invalid' | 'acceptable';

/** What every case carries. */
export interface VectorCase {
  /** File and number: enough to find the case again. */
  readonly id: string;
  readonly origin: Origin;
  /** Why the case exists, in the words of its source. */
  readonly note: string;
  /** Labels of the source, such as Wycheproof's flags. */
  readonly flags: readonly string[];
}

/** A stored ML-KEM or ML-DSA private key: the seed (64 or 32 bytes) or the expanded form of FIPS 203/204. */
export interface StoredPrivateKey {
  readonly form: 'seed' | 'expanded';
  readonly bytes: Uint8Array;
}

/** ML-KEM.KeyGen_internal: `seed` is d || z. */
export interface KemKeyGenCase extends VectorCase {
  readonly algorithm: MlKemName;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The expanded decapsulation key. */
  readonly privateKey: Uint8Array;
}

/** ML-KEM.Encaps_internal; results are absent when the key must be refused. */
export interface KemEncapsulateCase extends VectorCase {
  readonly algorithm: MlKemName;
  readonly publicKey: Uint8Array;
  /** The 32 bytes m of FIPS 203. */
  readonly entropy: Uint8Array;
  readonly ciphertext: Uint8Array | undefined;
  readonly sharedSecret: Uint8Array | undefined;
  readonly verdict: Verdict;
}

/** ML-KEM.Decaps; `sharedSecret` may be that of implicit rejection, and is absent when the call must fail. */
export interface KemDecapsulateCase extends VectorCase {
  readonly algorithm: MlKemName;
  readonly privateKey: StoredPrivateKey;
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array | undefined;
  /** The key pair's encapsulation key, where the source gives it. */
  readonly publicKey: Uint8Array | undefined;
  readonly verdict: Verdict;
}

/** The input checks of FIPS 203 §7.2 (encapsulation key) and §7.3 (decapsulation key). */
export interface KemKeyCheckCase extends VectorCase {
  readonly algorithm: MlKemName;
  readonly half: 'public' | 'private';
  readonly key: Uint8Array;
  readonly verdict: Verdict;
}

/** ML-DSA (32-byte seed) or SLH-DSA (SK.seed || SK.prf || PK.seed) key generation. */
export interface SignatureKeyGenCase extends VectorCase {
  readonly algorithm: MlDsaName | SlhDsaName;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  /** The expanded private key. */
  readonly privateKey: Uint8Array;
}

/** What is signed: the interfaces of FIPS 204 and 205. */
export type SignedInput =
  | { readonly kind: 'message'; readonly message: Uint8Array; readonly context: Uint8Array }
  | {
      readonly kind: 'pre-hash';
      readonly message: Uint8Array;
      readonly context: Uint8Array;
      readonly hash: HashName;
    }
  /** ML-DSA's message representative of 64 bytes. */
  | { readonly kind: 'mu'; readonly mu: Uint8Array }
  /** The internal function's M', without domain separation. */
  | { readonly kind: 'internal'; readonly message: Uint8Array };

/** ML-DSA or SLH-DSA signing; no `signature` means that signing must be refused. */
export interface SignCase extends VectorCase {
  readonly algorithm: MlDsaName | SlhDsaName;
  readonly privateKey: StoredPrivateKey;
  readonly publicKey: Uint8Array | undefined;
  readonly input: SignedInput;
  /** ML-DSA's rnd or SLH-DSA's addrnd; absent for deterministic signing. */
  readonly randomness: Uint8Array | undefined;
  readonly signature: Uint8Array | undefined;
  readonly verdict: Verdict;
}

/** A public key as a source gives it; `point` is the uncompressed SEC 1 point, `pkcs1` an RSAPublicKey in DER. */
export interface StoredPublicKey {
  readonly form: 'raw' | 'point' | 'pkcs1';
  readonly bytes: Uint8Array;
  /** The same key as SubjectPublicKeyInfo, where the source gives it. */
  readonly spki: Uint8Array | undefined;
}

/** Verification of one signature. */
export interface VerifyCase extends VectorCase {
  readonly algorithm: SignatureName;
  /** How an ECDSA signature is written; `raw` for every other algorithm. */
  readonly encoding: 'raw' | 'der' | 'p1363';
  readonly publicKey: StoredPublicKey;
  readonly input: SignedInput;
  readonly signature: Uint8Array;
  readonly verdict: Verdict;
}

/** Diffie-Hellman with X25519, X448 or a NIST or Brainpool curve. */
export interface KeyAgreementCase extends VectorCase {
  readonly algorithm: KeyAgreementName;
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
  /** `point` is SEC 1 (also compressed), `raw` the bytes of RFC 7748. */
  readonly publicKeyForm: 'raw' | 'point' | 'spki';
  readonly sharedSecret: Uint8Array;
  readonly verdict: Verdict;
}

/** Authenticated encryption; `ciphertext` ends with the tag. */
export interface AeadCase extends VectorCase {
  readonly algorithm: AeadName;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly additionalData: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly verdict: Verdict;
}

/** AES-GCM with a key of any size; the tag is apart, as where messages come in pieces. */
export interface GcmCase extends VectorCase {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly additionalData: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
  readonly verdict: Verdict;
}

/** AES key wrap [RFC 3394]. */
export interface KeyWrapCase extends VectorCase {
  readonly wrappingKey: Uint8Array;
  readonly key: Uint8Array;
  readonly wrapped: Uint8Array;
  readonly verdict: Verdict;
}

/** HKDF extract and expand; `length` is the output wanted. */
export interface HkdfCase extends VectorCase {
  readonly algorithm: KdfName;
  readonly hash: HashName;
  readonly inputKey: Uint8Array;
  readonly salt: Uint8Array;
  readonly info: Uint8Array;
  readonly length: number;
  readonly output: Uint8Array;
  readonly verdict: Verdict;
}

/** HMAC; `tag` may be a truncation. */
export interface MacCase extends VectorCase {
  readonly hash: HashName;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly tag: Uint8Array;
  readonly verdict: Verdict;
}

/** PBKDF2 with HMAC. */
export interface Pbkdf2Case extends VectorCase {
  readonly hash: HashName;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly output: Uint8Array;
  readonly verdict: Verdict;
}

/** PBES2: PBKDF2 with HMAC, then AES-CBC with padding. */
export interface Pbes2Case extends VectorCase {
  readonly hash: HashName;
  /** Bytes of the AES key. */
  readonly keySize: number;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly iv: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly verdict: Verdict;
}

/** AES-CBC with PKCS #7 padding. */
export interface CbcCase extends VectorCase {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly verdict: Verdict;
}

/** RSAES-OAEP decryption with SHA-256 and MGF1-SHA-256. */
export interface RsaOaepCase extends VectorCase {
  readonly algorithm: RsaOaepName;
  /** PKCS #8 in DER. */
  readonly privateKey: Uint8Array;
  readonly label: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly verdict: Verdict;
}

/** X25519 with keys written as JSON web keys. */
export interface JwkAgreementCase extends VectorCase {
  readonly algorithm: KeyAgreementName;
  readonly privateJwk: string;
  readonly publicJwk: string;
  readonly sharedSecret: Uint8Array;
  readonly verdict: Verdict;
}

/** A hybrid KEM of the CFRG document (X-Wing among them): everything follows from seed and entropy. */
export interface HybridKemCase extends VectorCase {
  readonly algorithm: HybridKemName;
  readonly seed: Uint8Array;
  readonly entropy: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
  /** What the seed expands to, where the source gives it: d || z, and the classical private key. */
  readonly components: { readonly postQuantum: Uint8Array; readonly classical: Uint8Array } | undefined;
}

/** One message of an HPKE context. */
export interface HpkeEncryption {
  /** Which message of the context it is, from 0. */
  readonly sequence: number;
  readonly additionalData: Uint8Array;
  readonly nonce: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** One exported secret of an HPKE context. */
export interface HpkeExport {
  readonly context: Uint8Array;
  readonly length: number;
  readonly value: Uint8Array;
}

/** Setup of an HPKE context, its messages and exports. Numbers are those of the IANA HPKE registries. */
export interface HpkeCase extends VectorCase {
  readonly mode: 'base' | 'psk' | 'auth' | 'auth-psk';
  readonly kemId: number;
  readonly kdfId: number;
  readonly aeadId: number;
  readonly info: Uint8Array;
  /** Input keying material of the recipient's key pair. */
  readonly recipientSeed: Uint8Array;
  readonly recipientPrivateKey: Uint8Array;
  readonly recipientPublicKey: Uint8Array;
  /** Input keying material of the ephemeral key pair, or the KEM's encapsulation randomness. */
  readonly encapsulationSeed: Uint8Array;
  readonly encapsulatedKey: Uint8Array;
  readonly psk: { readonly secret: Uint8Array; readonly id: Uint8Array } | undefined;
  readonly sender: { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array } | undefined;
  readonly sharedSecret: Uint8Array | undefined;
  readonly schedule:
    | { readonly key: Uint8Array; readonly baseNonce: Uint8Array; readonly exporterSecret: Uint8Array }
    | undefined;
  readonly encryptions: readonly HpkeEncryption[];
  readonly exports: readonly HpkeExport[];
  /** SHAKE128 of a thousand ciphertexts or exports, see {@link accumulatedInputs}. */
  readonly accumulated:
    { readonly encryptions: Uint8Array | undefined; readonly exports: Uint8Array } | undefined;
}

/** A composite or ML-DSA key with what it signed, and a self-signed certificate. */
export interface CompositeSignatureCase extends VectorCase {
  readonly algorithm: CompositeSignatureName | MlDsaName;
  readonly publicKey: Uint8Array;
  /** The raw private key of the composite document: seeds and classical key, one after the other. */
  readonly privateKey: Uint8Array;
  readonly pkcs8: Uint8Array;
  readonly certificate: Uint8Array;
  readonly message: Uint8Array;
  /** Signatures over `message`; at least one, with the empty context. */
  readonly signatures: readonly { readonly context: Uint8Array; readonly signature: Uint8Array }[];
}

/** A composite or ML-KEM key with one encapsulation. */
export interface CompositeKemCase extends VectorCase {
  readonly algorithm: CompositeKemName | MlKemName;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  readonly pkcs8: Uint8Array;
  /** A certificate of the key, where the source gives it. */
  readonly certificate: Uint8Array | undefined;
  readonly ciphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** The composite KEM's combiner alone. */
export interface CombinerCase extends VectorCase {
  /** The name of the combination in its source; some have left the document since. */
  readonly name: string;
  readonly hash: 'SHA3-256' | 'HMAC-SHA256' | 'HMAC-SHA512';
  readonly mlkemSecret: Uint8Array;
  readonly tradSecret: Uint8Array;
  readonly tradCiphertext: Uint8Array;
  readonly tradPublicKey: Uint8Array;
  readonly label: Uint8Array;
  readonly sharedSecret: Uint8Array;
}

/** How a private key file stores ML-KEM and ML-DSA keys; the bare and oqs forms are in no standard. */
export type PrivateKeyForm =
  'seed-only' | 'seed-priv' | 'priv-only' | 'bare-seed' | 'bare-priv' | 'oqskeypair';

/** One key in every PEM form that OpenSSL reads, with what proves that a form was read correctly. */
export interface KeyCodecCase extends VectorCase {
  readonly algorithm: MlKemName | MlDsaName;
  readonly publicKeyPem: string;
  readonly privateKeyPems: Readonly<Record<PrivateKeyForm, string>>;
  readonly proof:
    | { readonly kind: 'signature'; readonly signature: Uint8Array }
    | { readonly kind: 'kem'; readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array };
}

/** A PKCS #8 key under a password, and the same key in the clear. */
export interface EncryptedKeyCase extends VectorCase {
  readonly password: string;
  /** EncryptedPrivateKeyInfo in PEM. */
  readonly encryptedPem: string;
  /** PKCS #8 in DER; absent when reading must be refused. */
  readonly pkcs8: Uint8Array | undefined;
  readonly verdict: Verdict;
}

/** A file that `age` sealed to a post-quantum recipient. */
export interface AgeCase extends VectorCase {
  /** `AGE-SECRET-KEY-PQ-1...` */
  readonly identity: string;
  /** `age1pq1...` */
  readonly recipient: string;
  readonly file: Uint8Array;
  /** Bytes of the plaintext. */
  readonly size: number;
  /** The plaintext itself. */
  readonly plaintext: Uint8Array;
}

export type {
  AeadName,
  CompositeKemName,
  CompositeSignatureName,
  HashName,
  HybridKemName,
  KeyAgreementName,
  MlDsaName,
  MlKemName,
  SignatureName,
  SlhDsaName,
};
