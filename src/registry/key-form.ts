/** Key forms that several algorithms share: one P-256 key serves ECDH and ECDSA and has one fingerprint. */
import type { EcCurveName, KeyForm } from './types.ts';

/** Where no interchange form of its own exists. */
export const NO_FORM: KeyForm = { kind: 'none' };

/** Curve OIDs: RFC 5480 §2.1.1.1, RFC 5639 §4.1. COSE curves: RFC 9053 §7.1, ISO/IEC 18013-5. */
export const EC_FORMS: Readonly<Record<EcCurveName, KeyForm & { readonly kind: 'ec' }>> = {
  'P-256': {
    kind: 'ec',
    curveOid: '1.2.840.10045.3.1.7',
    curve: 'P-256',
    coseCurve: 1,
    coordinateSize: 32,
  },
  'P-384': { kind: 'ec', curveOid: '1.3.132.0.34', curve: 'P-384', coseCurve: 2, coordinateSize: 48 },
  'P-521': { kind: 'ec', curveOid: '1.3.132.0.35', curve: 'P-521', coseCurve: 3, coordinateSize: 66 },
  brainpoolP256r1: {
    kind: 'ec',
    curveOid: '1.3.36.3.3.2.8.1.1.7',
    curve: 'brainpoolP256r1',
    coseCurve: 256,
    coordinateSize: 32,
  },
  brainpoolP384r1: {
    kind: 'ec',
    curveOid: '1.3.36.3.3.2.8.1.1.11',
    curve: 'brainpoolP384r1',
    coseCurve: 258,
    coordinateSize: 48,
  },
};

/** RFC 8410 §3 OIDs, RFC 8037 §2 curve names, RFC 9053 §7.1 COSE curves. */
export const OKP_FORMS: Readonly<
  Record<'X25519' | 'X448' | 'Ed25519' | 'Ed448', KeyForm & { readonly kind: 'okp' }>
> = {
  X25519: { kind: 'okp', oid: '1.3.101.110', crv: 'X25519', coseCurve: 4 },
  X448: { kind: 'okp', oid: '1.3.101.111', crv: 'X448', coseCurve: 5 },
  Ed25519: { kind: 'okp', oid: '1.3.101.112', crv: 'Ed25519', coseCurve: 6 },
  Ed448: { kind: 'okp', oid: '1.3.101.113', crv: 'Ed448', coseCurve: 7 },
};

/** Modulus sizes of the registry. */
export type RsaBits = 2048 | 3072 | 4096;

/**
 * Largest DER encodings of RSA keys, in bytes. The public exponent may take 256 bits [FIPS 186-5 §A.1.1]; with
 * the usual 65537 every size is 30 bytes less. `RSAPublicKey` and two-prime `RSAPrivateKey` [RFC 8017 §A.1].
 */
export const RSA_SIZES: Readonly<
  Record<RsaBits, { readonly publicKey: number; readonly privateKey: number }>
> = {
  2048: { publicKey: 300, privateKey: 1224 },
  3072: { publicKey: 428, privateKey: 1800 },
  4096: { publicKey: 556, privateKey: 2381 },
};
