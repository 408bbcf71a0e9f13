/** The names of the registry. Types derive from these lists; the tables must have a row for each. */

/** Names of ML-KEM [FIPS 203]. */
export const ML_KEM_NAMES = ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const;
/** A parameter set of ML-KEM. */
export type MlKemName = (typeof ML_KEM_NAMES)[number];

/** Curves for Diffie-Hellman, as KEMs with the raw secret. */
export const KEY_AGREEMENT_NAMES = [
  'X25519',
  'X448',
  'P-256',
  'P-384',
  'P-521',
  'brainpoolP256r1',
  'brainpoolP384r1',
] as const;
/** A curve for Diffie-Hellman. */
export type KeyAgreementName = (typeof KEY_AGREEMENT_NAMES)[number];

/** RSA-OAEP of a random secret, by modulus. */
export const RSA_OAEP_NAMES = ['RSA2048-OAEP-SHA256', 'RSA3072-OAEP-SHA256', 'RSA4096-OAEP-SHA256'] as const;
/** RSA-OAEP with one size of modulus. */
export type RsaOaepName = (typeof RSA_OAEP_NAMES)[number];

/** DHKEMs, spelt as in RFC 9180 §7.1. */
export const DHKEM_NAMES = [
  'DHKEM(P-256, HKDF-SHA256)',
  'DHKEM(P-384, HKDF-SHA384)',
  'DHKEM(P-521, HKDF-SHA512)',
  'DHKEM(X25519, HKDF-SHA256)',
  'DHKEM(X448, HKDF-SHA512)',
] as const;
/** A DHKEM of RFC 9180. */
export type DhKemName = (typeof DHKEM_NAMES)[number];

/** Hybrid groups of TLS 1.3 [RFC 10024]. */
export const TLS_HYBRID_NAMES = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const;
/** A hybrid group of TLS 1.3. */
export type TlsHybridName = (typeof TLS_HYBRID_NAMES)[number];

/** Hybrid KEMs of draft-irtf-cfrg-concrete-hybrid-kems; MLKEM768-X25519 is X-Wing. */
export const HYBRID_KEM_NAMES = ['MLKEM768-X25519', 'MLKEM768-P256', 'MLKEM1024-P384'] as const;
/** A hybrid KEM of the CFRG. */
export type HybridKemName = (typeof HYBRID_KEM_NAMES)[number];

/** Composite KEMs of draft-ietf-lamps-pq-composite-kem. */
export const COMPOSITE_KEM_NAMES = [
  'MLKEM768-RSA2048-SHA3-256',
  'MLKEM768-RSA3072-SHA3-256',
  'MLKEM768-RSA4096-SHA3-256',
  'MLKEM768-X25519-SHA3-256',
  'MLKEM768-ECDH-P256-SHA3-256',
  'MLKEM768-ECDH-P384-SHA3-256',
  'MLKEM768-ECDH-brainpoolP256r1-SHA3-256',
  'MLKEM1024-RSA3072-SHA3-256',
  'MLKEM1024-ECDH-P384-SHA3-256',
  'MLKEM1024-ECDH-brainpoolP384r1-SHA3-256',
  'MLKEM1024-X448-SHA3-256',
  'MLKEM1024-ECDH-P521-SHA3-256',
] as const;
/** A composite KEM of LAMPS. */
export type CompositeKemName = (typeof COMPOSITE_KEM_NAMES)[number];

/** Names of ML-DSA [FIPS 204]. */
export const ML_DSA_NAMES = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;
/** A parameter set of ML-DSA. */
export type MlDsaName = (typeof ML_DSA_NAMES)[number];

/** Names of HashML-DSA with SHA-512 [FIPS 204 §5.4]. */
export const HASH_ML_DSA_NAMES = ['HashML-DSA-44', 'HashML-DSA-65', 'HashML-DSA-87'] as const;
/** A parameter set of HashML-DSA. */
export type HashMlDsaName = (typeof HASH_ML_DSA_NAMES)[number];

/** Names of SLH-DSA [FIPS 205]. */
export const SLH_DSA_NAMES = [
  'SLH-DSA-SHA2-128s',
  'SLH-DSA-SHA2-128f',
  'SLH-DSA-SHA2-192s',
  'SLH-DSA-SHA2-192f',
  'SLH-DSA-SHA2-256s',
  'SLH-DSA-SHA2-256f',
  'SLH-DSA-SHAKE-128s',
  'SLH-DSA-SHAKE-128f',
  'SLH-DSA-SHAKE-192s',
  'SLH-DSA-SHAKE-192f',
  'SLH-DSA-SHAKE-256s',
  'SLH-DSA-SHAKE-256f',
] as const;
/** A parameter set of SLH-DSA. */
export type SlhDsaName = (typeof SLH_DSA_NAMES)[number];

/** Names of HashSLH-DSA with the hash that its OID fixes [FIPS 205 §10.2.2]. */
export const HASH_SLH_DSA_NAMES = [
  'HashSLH-DSA-SHA2-128s-SHA256',
  'HashSLH-DSA-SHA2-128f-SHA256',
  'HashSLH-DSA-SHA2-192s-SHA512',
  'HashSLH-DSA-SHA2-192f-SHA512',
  'HashSLH-DSA-SHA2-256s-SHA512',
  'HashSLH-DSA-SHA2-256f-SHA512',
  'HashSLH-DSA-SHAKE-128s-SHAKE128',
  'HashSLH-DSA-SHAKE-128f-SHAKE128',
  'HashSLH-DSA-SHAKE-192s-SHAKE256',
  'HashSLH-DSA-SHAKE-192f-SHAKE256',
  'HashSLH-DSA-SHAKE-256s-SHAKE256',
  'HashSLH-DSA-SHAKE-256f-SHAKE256',
] as const;
/** A parameter set of HashSLH-DSA. */
export type HashSlhDsaName = (typeof HASH_SLH_DSA_NAMES)[number];

/** Names of pure EdDSA [RFC 8032]. */
export const EDDSA_NAMES = ['Ed25519', 'Ed448'] as const;
/** Ed25519 or Ed448. */
export type EddsaName = (typeof EDDSA_NAMES)[number];

/** ECDSA by curve and hash: every curve with its own hash first, then with others. */
export const ECDSA_NAMES = [
  'ECDSA-P256-SHA256',
  'ECDSA-P384-SHA384',
  'ECDSA-P521-SHA512',
  'ECDSA-brainpoolP256r1-SHA256',
  'ECDSA-brainpoolP384r1-SHA384',
  'ECDSA-P256-SHA384',
  'ECDSA-P256-SHA512',
  'ECDSA-P384-SHA256',
  'ECDSA-P384-SHA512',
  'ECDSA-P521-SHA256',
  'ECDSA-P521-SHA384',
] as const;
/** ECDSA with one curve and hash. */
export type EcdsaName = (typeof ECDSA_NAMES)[number];

/** RSA signatures by modulus, padding and hash. */
export const RSA_SIGNATURE_NAMES = [
  'RSA2048-PKCS15-SHA256',
  'RSA2048-PKCS15-SHA384',
  'RSA2048-PKCS15-SHA512',
  'RSA3072-PKCS15-SHA256',
  'RSA3072-PKCS15-SHA384',
  'RSA3072-PKCS15-SHA512',
  'RSA4096-PKCS15-SHA256',
  'RSA4096-PKCS15-SHA384',
  'RSA4096-PKCS15-SHA512',
  'RSA2048-PSS-SHA256',
  'RSA2048-PSS-SHA384',
  'RSA2048-PSS-SHA512',
  'RSA3072-PSS-SHA256',
  'RSA3072-PSS-SHA384',
  'RSA3072-PSS-SHA512',
  'RSA4096-PSS-SHA256',
  'RSA4096-PSS-SHA384',
  'RSA4096-PSS-SHA512',
] as const;
/** RSA signatures with one modulus, padding and hash. */
export type RsaSignatureName = (typeof RSA_SIGNATURE_NAMES)[number];

/** Composite ML-DSA of draft-ietf-lamps-pq-composite-sigs. */
export const COMPOSITE_SIGNATURE_NAMES = [
  'MLDSA44-RSA2048-PSS-SHA256',
  'MLDSA44-RSA2048-PKCS15-SHA256',
  'MLDSA44-Ed25519-SHA512',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA65-RSA3072-PSS-SHA512',
  'MLDSA65-RSA3072-PKCS15-SHA512',
  'MLDSA65-RSA4096-PSS-SHA512',
  'MLDSA65-RSA4096-PKCS15-SHA512',
  'MLDSA65-ECDSA-P256-SHA512',
  'MLDSA65-ECDSA-P384-SHA512',
  'MLDSA65-ECDSA-brainpoolP256r1-SHA512',
  'MLDSA65-Ed25519-SHA512',
  'MLDSA87-ECDSA-P384-SHA512',
  'MLDSA87-ECDSA-brainpoolP384r1-SHA512',
  'MLDSA87-Ed448-SHAKE256',
  'MLDSA87-RSA3072-PSS-SHA512',
  'MLDSA87-RSA4096-PSS-SHA512',
  'MLDSA87-ECDSA-P521-SHA512',
] as const;
/** A composite ML-DSA of LAMPS. */
export type CompositeSignatureName = (typeof COMPOSITE_SIGNATURE_NAMES)[number];

/** Stateful hash-based signatures [SP 800-208]. */
export const STATEFUL_HASH_NAMES = ['HSS/LMS', 'XMSS', 'XMSS^MT'] as const;
/** A stateful hash-based signature algorithm. */
export type StatefulHashName = (typeof STATEFUL_HASH_NAMES)[number];

/** Hash functions and XOFs. */
export const HASH_NAMES = [
  'SHA-1',
  'SHA-224',
  'SHA-256',
  'SHA-384',
  'SHA-512',
  'SHA-512/224',
  'SHA-512/256',
  'SHA3-224',
  'SHA3-256',
  'SHA3-384',
  'SHA3-512',
  'SHAKE128',
  'SHAKE256',
  'TurboSHAKE128',
  'TurboSHAKE256',
] as const;
/** A hash function or XOF. */
export type HashName = (typeof HASH_NAMES)[number];

/** Authenticated encryption. */
export const AEAD_NAMES = ['AES-128-GCM', 'AES-256-GCM', 'ChaCha20-Poly1305'] as const;
/** An algorithm for authenticated encryption. */
export type AeadName = (typeof AEAD_NAMES)[number];

/** Key derivation: HKDF [RFC 5869] and the one-stage XOFs of draft-ietf-hpke-pq. */
export const KDF_NAMES = [
  'HKDF-SHA256',
  'HKDF-SHA384',
  'HKDF-SHA512',
  'KDF-SHAKE128',
  'KDF-SHAKE256',
  'KDF-TurboSHAKE128',
  'KDF-TurboSHAKE256',
] as const;
/** A key derivation function. */
export type KdfName = (typeof KDF_NAMES)[number];

/** Signature algorithms that a quantum computer breaks. */
export type ClassicalSignatureName = EcdsaName | EddsaName | RsaSignatureName;

/** Every key encapsulation mechanism. */
export type KemName =
  CompositeKemName | DhKemName | HybridKemName | KeyAgreementName | MlKemName | RsaOaepName | TlsHybridName;

/** Every signature algorithm, stateful ones (verification only) included. */
export type SignatureName =
  | ClassicalSignatureName
  | CompositeSignatureName
  | HashMlDsaName
  | HashSlhDsaName
  | MlDsaName
  | SlhDsaName
  | StatefulHashName;

/** Algorithms that keys belong to. */
export type KeyAlgorithmName = KemName | SignatureName;

/** Every name of the registry that stands for something usable. */
export type AlgorithmName = AeadName | HashName | KdfName | KeyAlgorithmName;
