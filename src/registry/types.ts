/**
 * What the registry says of an algorithm. Names of algorithms are those of their standards; names of types
 * follow the fields of the descriptors, so that `descriptor.kind` narrows to everything its code needs.
 */
import type {
  AeadName,
  AlgorithmName,
  ClassicalSignatureName,
  CompositeKemName,
  CompositeSignatureName,
  DhKemName,
  EcdsaName,
  EddsaName,
  HashMlDsaName,
  HashName,
  HashSlhDsaName,
  HybridKemName,
  KdfName,
  KemName,
  KeyAgreementName,
  KeyAlgorithmName,
  MlDsaName,
  MlKemName,
  RsaOaepName,
  RsaSignatureName,
  SlhDsaName,
  StatefulHashName,
  TlsHybridName,
} from './names.ts';

/** Where a standard stands: published, a numbered revision of a draft, or no longer to be used. */
export type Status = 'standard' | `draft-${string}` | 'obsolete';

/** What an attacker with a quantum computer makes of it: broken, not known to be broken, or both halves present. */
export type Nature = 'classical' | 'post-quantum' | 'hybrid';

/**
 * NIST security strength category (of a hybrid: that of its post-quantum half); 0 where none is reached, as for
 * every algorithm that a quantum computer breaks.
 */
export type SecurityCategory = 0 | 1 | 2 | 3 | 4 | 5;

/** A size in bytes: exact, or the largest a variable-length encoding can take. */
export type Size = number | { readonly max: number };

/** How an algorithm is named in the protocols that number things. All are optional: absent means none assigned. */
export interface Identifiers {
  /** Dotted object identifier of the algorithm (signature or key, as X.509 uses it). */
  readonly oid?: string;
  /** COSE algorithm number. */
  readonly cose?: number;
  /** JOSE `alg` value. */
  readonly jose?: string;
  /** TLS NamedGroup code point and its registered name. */
  readonly tlsGroup?: { readonly code: number; readonly name: string };
  /** TLS SignatureScheme code point and its registered name. */
  readonly tlsSignature?: { readonly code: number; readonly name: string };
  /** HPKE KEM, KDF or AEAD identifier. */
  readonly hpke?: number;
}

/**
 * How the keys of an algorithm are written in SubjectPublicKeyInfo, PKCS#8, JWK and COSE_Key. Several algorithms
 * may share one form (a P-256 key serves ECDSA and ECDH), and then share the fingerprint as well.
 */
export type KeyForm =
  /**
   * The raw key under the algorithm's own OID, parameters absent. `akp`: also a JWK or COSE_Key of type `AKP`
   * [RFC 9964], whose `alg` is the JOSE name or COSE number, or the algorithm's name where only the Web Cryptography
   * draft has a JWK (ML-KEM, most of SLH-DSA).
   */
  | { readonly kind: 'raw'; readonly oid: string; readonly akp: boolean }
  /** RFC 8410 keys; `crv` is the JWK curve and `coseCurve` its COSE number. */
  | { readonly kind: 'okp'; readonly oid: string; readonly crv: string; readonly coseCurve: number }
  /** id-ecPublicKey with a named curve; `coordinateSize` in bytes. */
  | {
      readonly kind: 'ec';
      readonly curveOid: string;
      readonly curve: EcCurveName;
      readonly coseCurve: number;
      readonly coordinateSize: number;
    }
  /** rsaEncryption with a modulus of exactly so many bits. */
  | { readonly kind: 'rsa'; readonly modulusBits: 2048 | 3072 | 4096 }
  /** No interchange form of its own (TLS key shares, DHKEM over another form's keys). */
  | { readonly kind: 'none' };

/** Curves in short Weierstrass form. */
export type EcCurveName = 'P-256' | 'P-384' | 'P-521' | 'brainpoolP256r1' | 'brainpoolP384r1';

/** What every descriptor tells. */
export interface Descriptor<Name extends string = string, Kind extends string = string> {
  /** The one name of the algorithm, spelt as its standard spells it. */
  readonly name: Name;
  /** Discriminates the descriptors. */
  readonly kind: Kind;
  readonly nature: Nature;
  readonly category: SecurityCategory;
  /** Whether a signer must never repeat a state. */
  readonly stateful: boolean;
  readonly status: Status;
  /** Date of the reference, `YYYY-MM` or `YYYY-MM-DD`. */
  readonly date: string;
  /** The document that defines it. */
  readonly reference: string;
  readonly identifiers: Identifiers;
  /** Other spellings in use (`X-Wing`, `MLKEM768`, `mldsa65`), compared without regard to case. */
  readonly aliases: readonly string[];
}

/** Sizes of a key encapsulation mechanism, in bytes. */
export interface KemSizes {
  readonly publicKey: Size;
  /** The stored private key: the seed where there is one. */
  readonly privateKey: Size;
  readonly ciphertext: number;
  readonly sharedSecret: number;
}

/** Sizes of a signature algorithm, in bytes. */
export interface SignatureSizes {
  readonly publicKey: Size;
  /** The stored private key: the seed where there is one. */
  readonly privateKey: Size;
  readonly signature: Size;
}

interface KemBase<Name extends string, Kind extends string> extends Descriptor<Name, Kind> {
  readonly use: 'kem';
  readonly sizes: KemSizes;
  readonly key: KeyForm;
}

interface SignatureBase<Name extends string, Kind extends string> extends Descriptor<Name, Kind> {
  readonly use: 'signature';
  readonly sizes: SignatureSizes;
  readonly key: KeyForm;
}

/** ML-KEM [FIPS 203]. */
export interface MlKemDescriptor extends KemBase<MlKemName, 'ml-kem'> {
  /** Module rank k. */
  readonly rank: 2 | 3 | 4;
  /** Bytes of the expanded decapsulation key, dk of FIPS 203. */
  readonly expandedPrivateKey: number;
}

/** Diffie-Hellman over one curve, as a KEM: the ciphertext is the ephemeral public key, the secret is raw. */
export type KeyAgreementDescriptor = KemBase<KeyAgreementName, 'key-agreement'>;

/** RSA-OAEP of a random 32-byte secret: SHA-256, MGF1-SHA-256, empty label. */
export interface RsaOaepDescriptor extends KemBase<RsaOaepName, 'rsa-oaep'> {
  readonly modulusBits: 2048 | 3072 | 4096;
}

/** DHKEM [RFC 9180 §4.1]. */
export interface DhKemDescriptor extends KemBase<DhKemName, 'dhkem'> {
  readonly agreement: KeyAgreementName;
  readonly kdf: KdfName;
}

/** A TLS 1.3 hybrid group: shares and secrets are concatenated in `order` [RFC 9954, RFC 10024]. */
export interface TlsHybridDescriptor extends KemBase<TlsHybridName, 'tls-hybrid'> {
  readonly order: readonly [MlKemName, KeyAgreementName] | readonly [KeyAgreementName, MlKemName];
  readonly postQuantum: MlKemName;
  readonly traditional: KeyAgreementName;
}

/** A hybrid KEM of draft-irtf-cfrg-concrete-hybrid-kems: 32-byte seed, SHAKE256 expansion, SHA3-256 combiner. */
export interface HybridKemDescriptor extends KemBase<HybridKemName, 'hybrid-kem'> {
  readonly postQuantum: MlKemName;
  readonly traditional: KeyAgreementName;
  /** Bytes of the expanded seed that the traditional key is made from. */
  readonly traditionalSeed: number;
  /** Domain separation label, ASCII. */
  readonly label: string;
}

/** A LAMPS composite KEM: SHA3-256(mlkemSS ‖ tradSS ‖ tradCT ‖ tradPK ‖ label). */
export interface CompositeKemDescriptor extends KemBase<CompositeKemName, 'composite-kem'> {
  readonly postQuantum: MlKemName;
  readonly traditional: KeyAgreementName | RsaOaepName;
  /** Domain separation label, ASCII. */
  readonly label: string;
}

/** Any key encapsulation mechanism of the registry. */
export type KemDescriptor =
  | CompositeKemDescriptor
  | DhKemDescriptor
  | HybridKemDescriptor
  | KeyAgreementDescriptor
  | MlKemDescriptor
  | RsaOaepDescriptor
  | TlsHybridDescriptor;

/** ML-DSA [FIPS 204]. */
export interface MlDsaDescriptor extends SignatureBase<MlDsaName, 'ml-dsa'> {
  /** Bytes of the expanded private key, sk of FIPS 204. */
  readonly expandedPrivateKey: number;
}

/** HashML-DSA with SHA-512 [FIPS 204 §5.4]. Its keys are not ML-DSA keys: the OID in the key differs. */
export interface HashMlDsaDescriptor extends SignatureBase<HashMlDsaName, 'hash-ml-dsa'> {
  readonly base: MlDsaName;
  readonly prehash: HashName;
  readonly expandedPrivateKey: number;
}

/** SLH-DSA [FIPS 205]. */
export type SlhDsaDescriptor = SignatureBase<SlhDsaName, 'slh-dsa'>;

/** HashSLH-DSA [FIPS 205 §10.2.2]. */
export interface HashSlhDsaDescriptor extends SignatureBase<HashSlhDsaName, 'hash-slh-dsa'> {
  readonly base: SlhDsaName;
  readonly prehash: HashName;
}

/** Ed25519 and Ed448, pure [RFC 8032]. */
export type EddsaDescriptor = SignatureBase<EddsaName, 'eddsa'>;

/** ECDSA; the signature is a DER Ecdsa-Sig-Value [RFC 3279 §2.2.3]. */
export interface EcdsaDescriptor extends SignatureBase<EcdsaName, 'ecdsa'> {
  readonly curve: EcCurveName;
  readonly hash: HashName;
}

/** RSASSA-PKCS1-v1_5 and RSASSA-PSS (MGF1 with the same hash, salt as long as the hash) [RFC 8017]. */
export interface RsaSignatureDescriptor extends SignatureBase<RsaSignatureName, 'rsa'> {
  readonly modulusBits: 2048 | 3072 | 4096;
  readonly padding: 'pkcs1' | 'pss';
  readonly hash: HashName;
  /** Bytes of PSS salt; 0 for PKCS#1. */
  readonly saltLength: number;
}

/** A LAMPS composite signature: ML-DSA and a traditional signature over one prefixed hash; both must verify. */
export interface CompositeSignatureDescriptor extends SignatureBase<
  CompositeSignatureName,
  'composite-signature'
> {
  readonly postQuantum: MlDsaName;
  readonly traditional: ClassicalSignatureName;
  readonly prehash: HashName;
  /** Bytes of the prehash; only SHAKE256 needs to be told (64). */
  readonly prehashLength: number;
  /** Domain separation label, ASCII; also the context of the ML-DSA half. */
  readonly label: string;
}

/** Stateful hash-based signatures: verified, never made here [SP 800-208]. */
export type StatefulHashDescriptor = SignatureBase<StatefulHashName, 'stateful-hash'>;

/** Any signature algorithm of the registry. */
export type SignatureDescriptor =
  | CompositeSignatureDescriptor
  | EcdsaDescriptor
  | EddsaDescriptor
  | HashMlDsaDescriptor
  | HashSlhDsaDescriptor
  | MlDsaDescriptor
  | RsaSignatureDescriptor
  | SlhDsaDescriptor
  | StatefulHashDescriptor;

/** A hash or extendable-output function; sizes in bytes. */
export interface HashDescriptor extends Descriptor<HashName, 'hash' | 'xof'> {
  readonly use: 'hash';
  /** Digest size; for an XOF the size used when it stands in for a hash (32 for SHAKE128, 64 for SHAKE256). */
  readonly digestSize: number;
  readonly blockSize: number;
}

/** Authenticated encryption; sizes in bytes. */
export interface AeadDescriptor extends Descriptor<AeadName, 'aead'> {
  readonly use: 'aead';
  readonly keySize: number;
  readonly nonceSize: number;
  readonly tagSize: number;
}

/** A key derivation function: two-stage HKDF or the one-stage XOFs of draft-ietf-hpke-pq. */
export interface KdfDescriptor extends Descriptor<KdfName, 'hkdf' | 'xof-kdf'> {
  readonly use: 'kdf';
  readonly hash: HashName;
  /** Nh of RFC 9180. */
  readonly size: number;
}

/** Every descriptor that stands for something usable. */
export type AlgorithmDescriptor =
  AeadDescriptor | HashDescriptor | KdfDescriptor | KemDescriptor | SignatureDescriptor;

/** A name or identifier that users still meet and that is refused, with what to use instead. */
export interface ObsoleteDescriptor {
  readonly name: string;
  readonly kind: 'obsolete';
  readonly status: 'obsolete';
  /** What it was, in one line. */
  readonly was: string;
  readonly reference: string;
  readonly identifiers: Identifiers;
  /** Every OID that begins so belongs to this row. */
  readonly oidPrefix?: string;
  readonly aliases: readonly string[];
  readonly replacement: AlgorithmName;
}

/** Anything that a name or identifier can lead to. */
export type RegistryEntry = AlgorithmDescriptor | ObsoleteDescriptor;

/** Descriptors of algorithms that have keys. */
export type KeyDescriptor = KemDescriptor | SignatureDescriptor;

/** The kind of descriptor that a key algorithm's name stands for. */
export type KeyDescriptorOf<Name extends KeyAlgorithmName> = Name extends KemName
  ? KemDescriptor
  : SignatureDescriptor;
