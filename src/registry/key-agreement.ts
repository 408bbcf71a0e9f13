import { deepFreeze } from './freeze.ts';
import { EC_FORMS, NO_FORM, OKP_FORMS, RSA_SIZES, type RsaBits } from './key-form.ts';
import type { DhKemName, KdfName, KeyAgreementName, RsaOaepName } from './names.ts';
import type {
  DhKemDescriptor,
  EcCurveName,
  KemSizes,
  KeyAgreementDescriptor,
  RsaOaepDescriptor,
} from './types.ts';

const CLASSICAL = {
  use: 'kem',
  nature: 'classical',
  category: 0,
  stateful: false,
  status: 'standard',
} as const;

const MONTGOMERY_SIZES = { X25519: 32, X448: 56 } as const;

function montgomery(name: 'X25519' | 'X448', tls: number): KeyAgreementDescriptor {
  const size = MONTGOMERY_SIZES[name];
  const key = OKP_FORMS[name];
  return {
    name,
    kind: 'key-agreement',
    ...CLASSICAL,
    date: '2016-01',
    reference: 'RFC 7748; keys RFC 8410',
    sizes: { publicKey: size, privateKey: size, ciphertext: size, sharedSecret: size },
    key,
    identifiers: { oid: key.oid, tlsGroup: { code: tls, name: name.toLowerCase() } },
    aliases: [`id-${name}`],
  };
}

interface CurveRow {
  readonly date: string;
  readonly reference: string;
  readonly tls: { readonly code: number; readonly name: string };
  readonly aliases: readonly string[];
}

function weierstrass(name: EcCurveName, row: CurveRow): KeyAgreementDescriptor {
  const key = EC_FORMS[name];
  const point = 1 + 2 * key.coordinateSize;
  return {
    name,
    kind: 'key-agreement',
    ...CLASSICAL,
    date: row.date,
    reference: row.reference,
    sizes: {
      publicKey: point,
      privateKey: key.coordinateSize,
      ciphertext: point,
      sharedSecret: key.coordinateSize,
    },
    key,
    identifiers: { oid: key.curveOid, tlsGroup: row.tls },
    aliases: row.aliases,
  };
}

const NIST = { date: '2023-02', reference: 'SP 800-186, SP 800-56A; keys RFC 5480; TLS RFC 9846' } as const;
const BRAINPOOL = { date: '2010-03', reference: 'RFC 5639; TLS RFC 8734' } as const;

/**
 * Diffie-Hellman, one row per curve. The ciphertext is the ephemeral public key (a u-coordinate or an uncompressed
 * point), the shared secret the raw coordinate. The OID of a Weierstrass row is that of its named curve.
 */
export const KEY_AGREEMENT: Readonly<Record<KeyAgreementName, KeyAgreementDescriptor>> = deepFreeze({
  X25519: montgomery('X25519', 0x001d),
  X448: montgomery('X448', 0x001e),
  'P-256': weierstrass('P-256', {
    ...NIST,
    tls: { code: 0x0017, name: 'secp256r1' },
    aliases: ['P256', 'secp256r1', 'prime256v1'],
  }),
  'P-384': weierstrass('P-384', {
    ...NIST,
    tls: { code: 0x0018, name: 'secp384r1' },
    aliases: ['P384', 'secp384r1'],
  }),
  'P-521': weierstrass('P-521', {
    ...NIST,
    tls: { code: 0x0019, name: 'secp521r1' },
    aliases: ['P521', 'secp521r1'],
  }),
  brainpoolP256r1: weierstrass('brainpoolP256r1', {
    ...BRAINPOOL,
    tls: { code: 0x001f, name: 'brainpoolP256r1tls13' },
    aliases: ['BP256'],
  }),
  brainpoolP384r1: weierstrass('brainpoolP384r1', {
    ...BRAINPOOL,
    tls: { code: 0x0020, name: 'brainpoolP384r1tls13' },
    aliases: ['BP384'],
  }),
});

function rsaOaep(name: RsaOaepName, modulusBits: RsaBits): RsaOaepDescriptor {
  return {
    name,
    kind: 'rsa-oaep',
    ...CLASSICAL,
    date: '2016-11',
    reference: 'RFC 8017 §7.1',
    modulusBits,
    sizes: {
      publicKey: { max: RSA_SIZES[modulusBits].publicKey },
      privateKey: { max: RSA_SIZES[modulusBits].privateKey },
      ciphertext: modulusBits / 8,
      sharedSecret: 32,
    },
    key: { kind: 'rsa', modulusBits },
    identifiers: { oid: '1.2.840.113549.1.1.7', cose: -41, jose: 'RSA-OAEP-256' },
    aliases: [`RSAOAEP${String(modulusBits)}`],
  };
}

/** RSA-OAEP with SHA-256, as the composite KEMs use it. The identifiers say nothing of the modulus size. */
export const RSA_OAEP: Readonly<Record<RsaOaepName, RsaOaepDescriptor>> = deepFreeze({
  'RSA2048-OAEP-SHA256': rsaOaep('RSA2048-OAEP-SHA256', 2048),
  'RSA3072-OAEP-SHA256': rsaOaep('RSA3072-OAEP-SHA256', 3072),
  'RSA4096-OAEP-SHA256': rsaOaep('RSA4096-OAEP-SHA256', 4096),
});

interface DhKemRow {
  readonly agreement: KeyAgreementName;
  readonly kdf: KdfName;
  readonly hpke: number;
  readonly sizes: KemSizes;
  readonly alias: string;
}

function dhKem(name: DhKemName, row: DhKemRow): DhKemDescriptor {
  return {
    name,
    kind: 'dhkem',
    ...CLASSICAL,
    date: '2022-02',
    reference: 'RFC 9180 §4.1, §7.1',
    agreement: row.agreement,
    kdf: row.kdf,
    sizes: row.sizes,
    key: NO_FORM,
    identifiers: { hpke: row.hpke },
    aliases: [row.alias],
  };
}

/** DHKEM: sizes Npk, Nsk, Nenc and Nsecret of RFC 9180 Table 2. */
export const DHKEM: Readonly<Record<DhKemName, DhKemDescriptor>> = deepFreeze({
  'DHKEM(P-256, HKDF-SHA256)': dhKem('DHKEM(P-256, HKDF-SHA256)', {
    agreement: 'P-256',
    kdf: 'HKDF-SHA256',
    hpke: 0x0010,
    sizes: { publicKey: 65, privateKey: 32, ciphertext: 65, sharedSecret: 32 },
    alias: 'DHKEM-P256-HKDF-SHA256',
  }),
  'DHKEM(P-384, HKDF-SHA384)': dhKem('DHKEM(P-384, HKDF-SHA384)', {
    agreement: 'P-384',
    kdf: 'HKDF-SHA384',
    hpke: 0x0011,
    sizes: { publicKey: 97, privateKey: 48, ciphertext: 97, sharedSecret: 48 },
    alias: 'DHKEM-P384-HKDF-SHA384',
  }),
  'DHKEM(P-521, HKDF-SHA512)': dhKem('DHKEM(P-521, HKDF-SHA512)', {
    agreement: 'P-521',
    kdf: 'HKDF-SHA512',
    hpke: 0x0012,
    sizes: { publicKey: 133, privateKey: 66, ciphertext: 133, sharedSecret: 64 },
    alias: 'DHKEM-P521-HKDF-SHA512',
  }),
  'DHKEM(X25519, HKDF-SHA256)': dhKem('DHKEM(X25519, HKDF-SHA256)', {
    agreement: 'X25519',
    kdf: 'HKDF-SHA256',
    hpke: 0x0020,
    sizes: { publicKey: 32, privateKey: 32, ciphertext: 32, sharedSecret: 32 },
    alias: 'DHKEM-X25519-HKDF-SHA256',
  }),
  'DHKEM(X448, HKDF-SHA512)': dhKem('DHKEM(X448, HKDF-SHA512)', {
    agreement: 'X448',
    kdf: 'HKDF-SHA512',
    hpke: 0x0021,
    sizes: { publicKey: 56, privateKey: 56, ciphertext: 56, sharedSecret: 64 },
    alias: 'DHKEM-X448-HKDF-SHA512',
  }),
});
