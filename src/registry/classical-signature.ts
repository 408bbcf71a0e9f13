import { deepFreeze } from './freeze.ts';
import { EC_FORMS, OKP_FORMS, RSA_SIZES, type RsaBits } from './key-form.ts';
import type { EcdsaName, EddsaName, RsaSignatureName } from './names.ts';
import type {
  EcCurveName,
  EcdsaDescriptor,
  EddsaDescriptor,
  Identifiers,
  RsaSignatureDescriptor,
} from './types.ts';

const CLASSICAL = {
  use: 'signature',
  nature: 'classical',
  category: 0,
  stateful: false,
  status: 'standard',
} as const;

function eddsa(name: EddsaName, size: number, signature: number, cose: number, tls: number): EddsaDescriptor {
  const key = OKP_FORMS[name];
  return {
    name,
    kind: 'eddsa',
    ...CLASSICAL,
    date: '2017-01',
    reference: 'RFC 8032; keys RFC 8410; JOSE and COSE RFC 9864; TLS RFC 9846',
    sizes: { publicKey: size, privateKey: size, signature },
    key,
    identifiers: { oid: key.oid, cose, jose: name, tlsSignature: { code: tls, name: name.toLowerCase() } },
    aliases: [`id-${name}`],
  };
}

/** EdDSA, pure. */
export const EDDSA: Readonly<Record<EddsaName, EddsaDescriptor>> = deepFreeze({
  Ed25519: eddsa('Ed25519', 32, 64, -19, 0x0807),
  Ed448: eddsa('Ed448', 57, 114, -53, 0x0808),
});

/** ecdsa-with-SHA2 of RFC 5758 §3.2; the curve stands in the key, so curves share these. */
const ECDSA_OIDS = {
  'SHA-256': '1.2.840.10045.4.3.2',
  'SHA-384': '1.2.840.10045.4.3.3',
  'SHA-512': '1.2.840.10045.4.3.4',
} as const;

/** Longest Ecdsa-Sig-Value: both integers with a leading zero byte, where the order of the curve allows one. */
const ECDSA_SIZES: Readonly<Record<EcCurveName, number>> = {
  'P-256': 72,
  'P-384': 104,
  'P-521': 139,
  brainpoolP256r1: 72,
  brainpoolP384r1: 104,
};

interface EcdsaRow {
  readonly curve: EcCurveName;
  readonly hash: keyof typeof ECDSA_OIDS;
  readonly ids?: Omit<Identifiers, 'oid'>;
  readonly aliases?: readonly string[];
}

function ecdsa(name: EcdsaName, { curve, hash, ids, aliases = [] }: EcdsaRow): EcdsaDescriptor {
  const key = EC_FORMS[curve];
  return {
    name,
    kind: 'ecdsa',
    ...CLASSICAL,
    date: '2023-02-03',
    reference: `FIPS 186-5; signature form RFC 3279 §2.2.3${ids === undefined ? '; RFC 5758 §3.2' : '; COSE RFC 9864'}`,
    curve,
    hash,
    sizes: {
      publicKey: 1 + 2 * key.coordinateSize,
      privateKey: key.coordinateSize,
      signature: { max: ECDSA_SIZES[curve] },
    },
    key,
    identifiers: { oid: ECDSA_OIDS[hash], ...ids },
    aliases,
  };
}

/**
 * ECDSA by curve and hash. COSE numbers are the fully specified ones of RFC 9864; JOSE's ES256, ES384 and ES512 have
 * always named their curve. Certificates and CMS name curve and hash apart, so that they meet in every pair (P-384
 * with SHA-256 is what `openssl x509` makes); pairs other than a curve with its own hash have no other identifier.
 */
export const ECDSA: Readonly<Record<EcdsaName, EcdsaDescriptor>> = deepFreeze({
  'ECDSA-P256-SHA256': ecdsa('ECDSA-P256-SHA256', {
    curve: 'P-256',
    hash: 'SHA-256',
    ids: { cose: -9, jose: 'ES256', tlsSignature: { code: 0x0403, name: 'ecdsa_secp256r1_sha256' } },
    aliases: ['ESP256', 'ecdsa-p256'],
  }),
  'ECDSA-P384-SHA384': ecdsa('ECDSA-P384-SHA384', {
    curve: 'P-384',
    hash: 'SHA-384',
    ids: { cose: -51, jose: 'ES384', tlsSignature: { code: 0x0503, name: 'ecdsa_secp384r1_sha384' } },
    aliases: ['ESP384', 'ecdsa-p384'],
  }),
  'ECDSA-P521-SHA512': ecdsa('ECDSA-P521-SHA512', {
    curve: 'P-521',
    hash: 'SHA-512',
    ids: { cose: -52, jose: 'ES512', tlsSignature: { code: 0x0603, name: 'ecdsa_secp521r1_sha512' } },
    aliases: ['ESP512', 'ecdsa-p521'],
  }),
  'ECDSA-brainpoolP256r1-SHA256': ecdsa('ECDSA-brainpoolP256r1-SHA256', {
    curve: 'brainpoolP256r1',
    hash: 'SHA-256',
    ids: { cose: -265, tlsSignature: { code: 0x081a, name: 'ecdsa_brainpoolP256r1tls13_sha256' } },
    aliases: ['ESB256'],
  }),
  'ECDSA-brainpoolP384r1-SHA384': ecdsa('ECDSA-brainpoolP384r1-SHA384', {
    curve: 'brainpoolP384r1',
    hash: 'SHA-384',
    ids: { cose: -267, tlsSignature: { code: 0x081b, name: 'ecdsa_brainpoolP384r1tls13_sha384' } },
    aliases: ['ESB384'],
  }),
  'ECDSA-P256-SHA384': ecdsa('ECDSA-P256-SHA384', { curve: 'P-256', hash: 'SHA-384' }),
  'ECDSA-P256-SHA512': ecdsa('ECDSA-P256-SHA512', { curve: 'P-256', hash: 'SHA-512' }),
  'ECDSA-P384-SHA256': ecdsa('ECDSA-P384-SHA256', { curve: 'P-384', hash: 'SHA-256' }),
  'ECDSA-P384-SHA512': ecdsa('ECDSA-P384-SHA512', { curve: 'P-384', hash: 'SHA-512' }),
  'ECDSA-P521-SHA256': ecdsa('ECDSA-P521-SHA256', { curve: 'P-521', hash: 'SHA-256' }),
  'ECDSA-P521-SHA384': ecdsa('ECDSA-P521-SHA384', { curve: 'P-521', hash: 'SHA-384' }),
});

type RsaHash = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** OIDs RFC 8017 §A.2, COSE RFC 8230 and RFC 8812, JOSE RFC 7518, TLS RFC 9846; no size of modulus in any. */
const RSA_IDENTIFIERS: Readonly<Record<'pkcs1' | 'pss', Readonly<Record<RsaHash, Identifiers>>>> = {
  pkcs1: {
    'SHA-256': {
      oid: '1.2.840.113549.1.1.11',
      cose: -257,
      jose: 'RS256',
      tlsSignature: { code: 0x0401, name: 'rsa_pkcs1_sha256' },
    },
    'SHA-384': {
      oid: '1.2.840.113549.1.1.12',
      cose: -258,
      jose: 'RS384',
      tlsSignature: { code: 0x0501, name: 'rsa_pkcs1_sha384' },
    },
    'SHA-512': {
      oid: '1.2.840.113549.1.1.13',
      cose: -259,
      jose: 'RS512',
      tlsSignature: { code: 0x0601, name: 'rsa_pkcs1_sha512' },
    },
  },
  pss: {
    'SHA-256': {
      oid: '1.2.840.113549.1.1.10',
      cose: -37,
      jose: 'PS256',
      tlsSignature: { code: 0x0804, name: 'rsa_pss_rsae_sha256' },
    },
    'SHA-384': {
      oid: '1.2.840.113549.1.1.10',
      cose: -38,
      jose: 'PS384',
      tlsSignature: { code: 0x0805, name: 'rsa_pss_rsae_sha384' },
    },
    'SHA-512': {
      oid: '1.2.840.113549.1.1.10',
      cose: -39,
      jose: 'PS512',
      tlsSignature: { code: 0x0806, name: 'rsa_pss_rsae_sha512' },
    },
  },
};

const SALT_LENGTHS: Readonly<Record<RsaHash, number>> = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 };

function rsa(
  name: RsaSignatureName,
  modulusBits: RsaBits,
  padding: 'pkcs1' | 'pss',
  hash: RsaHash,
): RsaSignatureDescriptor {
  return {
    name,
    kind: 'rsa',
    ...CLASSICAL,
    date: '2016-11',
    reference: padding === 'pss' ? 'RFC 8017 §8.1' : 'RFC 8017 §8.2',
    modulusBits,
    padding,
    hash,
    saltLength: padding === 'pss' ? SALT_LENGTHS[hash] : 0,
    sizes: {
      publicKey: { max: RSA_SIZES[modulusBits].publicKey },
      privateKey: { max: RSA_SIZES[modulusBits].privateKey },
      signature: modulusBits / 8,
    },
    key: { kind: 'rsa', modulusBits },
    identifiers: RSA_IDENTIFIERS[padding][hash],
    aliases: [],
  };
}

/** RSASSA-PKCS1-v1_5 and RSASSA-PSS under rsaEncryption keys. */
export const RSA_SIGNATURE: Readonly<Record<RsaSignatureName, RsaSignatureDescriptor>> = deepFreeze({
  'RSA2048-PKCS15-SHA256': rsa('RSA2048-PKCS15-SHA256', 2048, 'pkcs1', 'SHA-256'),
  'RSA2048-PKCS15-SHA384': rsa('RSA2048-PKCS15-SHA384', 2048, 'pkcs1', 'SHA-384'),
  'RSA2048-PKCS15-SHA512': rsa('RSA2048-PKCS15-SHA512', 2048, 'pkcs1', 'SHA-512'),
  'RSA2048-PSS-SHA256': rsa('RSA2048-PSS-SHA256', 2048, 'pss', 'SHA-256'),
  'RSA2048-PSS-SHA384': rsa('RSA2048-PSS-SHA384', 2048, 'pss', 'SHA-384'),
  'RSA2048-PSS-SHA512': rsa('RSA2048-PSS-SHA512', 2048, 'pss', 'SHA-512'),
  'RSA3072-PKCS15-SHA256': rsa('RSA3072-PKCS15-SHA256', 3072, 'pkcs1', 'SHA-256'),
  'RSA3072-PKCS15-SHA384': rsa('RSA3072-PKCS15-SHA384', 3072, 'pkcs1', 'SHA-384'),
  'RSA3072-PKCS15-SHA512': rsa('RSA3072-PKCS15-SHA512', 3072, 'pkcs1', 'SHA-512'),
  'RSA3072-PSS-SHA256': rsa('RSA3072-PSS-SHA256', 3072, 'pss', 'SHA-256'),
  'RSA3072-PSS-SHA384': rsa('RSA3072-PSS-SHA384', 3072, 'pss', 'SHA-384'),
  'RSA3072-PSS-SHA512': rsa('RSA3072-PSS-SHA512', 3072, 'pss', 'SHA-512'),
  'RSA4096-PKCS15-SHA256': rsa('RSA4096-PKCS15-SHA256', 4096, 'pkcs1', 'SHA-256'),
  'RSA4096-PKCS15-SHA384': rsa('RSA4096-PKCS15-SHA384', 4096, 'pkcs1', 'SHA-384'),
  'RSA4096-PKCS15-SHA512': rsa('RSA4096-PKCS15-SHA512', 4096, 'pkcs1', 'SHA-512'),
  'RSA4096-PSS-SHA256': rsa('RSA4096-PSS-SHA256', 4096, 'pss', 'SHA-256'),
  'RSA4096-PSS-SHA384': rsa('RSA4096-PSS-SHA384', 4096, 'pss', 'SHA-384'),
  'RSA4096-PSS-SHA512': rsa('RSA4096-PSS-SHA512', 4096, 'pss', 'SHA-512'),
});
