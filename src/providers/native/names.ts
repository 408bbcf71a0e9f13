/** What `node:crypto` calls the algorithms of the registry. */
import type { EcCurveName, HashName } from '../../registry/index.ts';

export const ML_KEM_TYPES = {
  'ML-KEM-512': 'ml-kem-512',
  'ML-KEM-768': 'ml-kem-768',
  'ML-KEM-1024': 'ml-kem-1024',
} as const;

export const ML_DSA_TYPES = {
  'ML-DSA-44': 'ml-dsa-44',
  'ML-DSA-65': 'ml-dsa-65',
  'ML-DSA-87': 'ml-dsa-87',
} as const;

export const SLH_DSA_TYPES = {
  'SLH-DSA-SHA2-128s': 'slh-dsa-sha2-128s',
  'SLH-DSA-SHA2-128f': 'slh-dsa-sha2-128f',
  'SLH-DSA-SHA2-192s': 'slh-dsa-sha2-192s',
  'SLH-DSA-SHA2-192f': 'slh-dsa-sha2-192f',
  'SLH-DSA-SHA2-256s': 'slh-dsa-sha2-256s',
  'SLH-DSA-SHA2-256f': 'slh-dsa-sha2-256f',
  'SLH-DSA-SHAKE-128s': 'slh-dsa-shake-128s',
  'SLH-DSA-SHAKE-128f': 'slh-dsa-shake-128f',
  'SLH-DSA-SHAKE-192s': 'slh-dsa-shake-192s',
  'SLH-DSA-SHAKE-192f': 'slh-dsa-shake-192f',
  'SLH-DSA-SHAKE-256s': 'slh-dsa-shake-256s',
  'SLH-DSA-SHAKE-256f': 'slh-dsa-shake-256f',
} as const;

export const CURVE_NAMES: Readonly<Record<EcCurveName, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
};

/** OpenSSL has no TurboSHAKE. */
export const DIGESTS: Readonly<Partial<Record<HashName, string>>> = {
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512/224': 'sha512-224',
  'SHA-512/256': 'sha512-256',
  'SHA3-224': 'sha3-224',
  'SHA3-256': 'sha3-256',
  'SHA3-384': 'sha3-384',
  'SHA3-512': 'sha3-512',
  SHAKE128: 'shake128',
  SHAKE256: 'shake256',
};
