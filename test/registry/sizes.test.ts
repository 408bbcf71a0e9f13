/**
 * Sizes against the tables of the standards, typed in from there, and composites against the sum of their halves.
 * The numbers below are not computed from the registry.
 */
import { describe, expect, it } from 'vitest';

import {
  algorithm,
  COMPOSITE_KEM_NAMES,
  COMPOSITE_SIGNATURE_NAMES,
  DHKEM_NAMES,
  type EcCurveName,
  ECDSA_NAMES,
  HASH_ML_DSA_NAMES,
  HASH_SLH_DSA_NAMES,
  HYBRID_KEM_NAMES,
  hash,
  kdf,
  kem,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  RSA_OAEP_NAMES,
  signature,
  SLH_DSA_NAMES,
  type Size,
  STATEFUL_HASH_NAMES,
  TLS_HYBRID_NAMES,
} from '../../src/registry/index.ts';
import { runCases } from '../support/tally.ts';
import { type Fields, jsonObject, jsonObjects, readVectorFiles } from '../support/vectors-files.ts';

describe('FIPS 203', () => {
  // Table 3: encapsulation key, decapsulation key, ciphertext, shared secret key.
  const table3 = {
    'ML-KEM-512': [800, 1632, 768, 32],
    'ML-KEM-768': [1184, 2400, 1088, 32],
    'ML-KEM-1024': [1568, 3168, 1568, 32],
  } as const;
  // Table 2: k and category (§8).
  const table2 = { 'ML-KEM-512': [2, 1], 'ML-KEM-768': [3, 3], 'ML-KEM-1024': [4, 5] } as const;

  it.each(ML_KEM_NAMES)('%s', (name) => {
    const { sizes, expandedPrivateKey, rank, category } = kem(name);
    expect([sizes.publicKey, expandedPrivateKey, sizes.ciphertext, sizes.sharedSecret]).toEqual(table3[name]);
    expect(sizes.privateKey).toBe(64); // §7.1: d and z
    expect([rank, category]).toEqual(table2[name]);
  });
});

describe('FIPS 204', () => {
  // Table 2: private key, public key, signature; Table 1: category.
  const table = {
    'ML-DSA-44': [2560, 1312, 2420, 2],
    'ML-DSA-65': [4032, 1952, 3309, 3],
    'ML-DSA-87': [4896, 2592, 4627, 5],
  } as const;

  it.each(ML_DSA_NAMES)('%s', (name) => {
    const { sizes, expandedPrivateKey, category } = signature(name);
    expect([expandedPrivateKey, sizes.publicKey, sizes.signature, category]).toEqual(table[name]);
    expect(sizes.privateKey).toBe(32); // §5.1: ξ
  });

  it.each(HASH_ML_DSA_NAMES)('%s is as large as its base', (name) => {
    const row = signature(name);
    const base = signature(row.base);
    expect([row.sizes, row.expandedPrivateKey, row.category]).toEqual([
      base.sizes,
      base.expandedPrivateKey,
      base.category,
    ]);
    expect(name).toBe(`Hash${row.base}`);
  });
});

describe('FIPS 205', () => {
  // Table 2: category, public key, signature; §9.1: the private key is four times n, the public key twice.
  const table2: Readonly<Record<string, readonly [category: number, publicKey: number, signature: number]>> =
    {
      '128s': [1, 32, 7856],
      '128f': [1, 32, 17088],
      '192s': [3, 48, 16224],
      '192f': [3, 48, 35664],
      '256s': [5, 64, 29792],
      '256f': [5, 64, 49856],
    };

  it.each(SLH_DSA_NAMES)('%s', (name) => {
    const { sizes, category } = signature(name);
    expect([category, sizes.publicKey, sizes.signature]).toEqual(table2[name.slice(-4)]);
    expect(sizes.privateKey).toBe(Number(sizes.publicKey) * 2);
  });

  it.each(HASH_SLH_DSA_NAMES)('%s is as large as its base', (name) => {
    const row = signature(name);
    const base = signature(row.base);
    expect([row.sizes, row.category]).toEqual([base.sizes, base.category]);
    expect(name).toBe(`Hash${row.base}-${row.prehash.replace('-', '')}`);
  });
});

describe('RFC 9180', () => {
  // Table 2: Nsecret, Nenc, Npk, Nsk.
  const table2 = {
    'DHKEM(P-256, HKDF-SHA256)': [32, 65, 65, 32],
    'DHKEM(P-384, HKDF-SHA384)': [48, 97, 97, 48],
    'DHKEM(P-521, HKDF-SHA512)': [64, 133, 133, 66],
    'DHKEM(X25519, HKDF-SHA256)': [32, 32, 32, 32],
    'DHKEM(X448, HKDF-SHA512)': [64, 56, 56, 56],
  } as const;

  it.each(DHKEM_NAMES)('%s', (name) => {
    const row = kem(name);
    const { sharedSecret, ciphertext, publicKey, privateKey } = row.sizes;
    expect([sharedSecret, ciphertext, publicKey, privateKey]).toEqual(table2[name]);
    expect(name).toBe(`DHKEM(${row.agreement}, ${row.kdf})`);
    const curve = kem(row.agreement).sizes;
    expect([ciphertext, publicKey, privateKey]).toEqual([
      curve.ciphertext,
      curve.publicKey,
      curve.privateKey,
    ]);
    expect(sharedSecret).toBe(kdf(row.kdf).size);
  });
});

const exact = (size: Size): number => (typeof size === 'number' ? size : size.max);

describe('TLS hybrid groups', () => {
  // RFC 10024: client share, server share, secret; each the sum of its halves.
  const table = {
    X25519MLKEM768: [1216, 1120, 64],
    SecP256r1MLKEM768: [1249, 1153, 64],
    SecP384r1MLKEM1024: [1665, 1665, 80],
  } as const;

  it.each(TLS_HYBRID_NAMES)('%s', (name) => {
    const row = kem(name);
    const halves = [kem(row.postQuantum).sizes, kem(row.traditional).sizes];
    const sum = (field: 'publicKey' | 'privateKey' | 'ciphertext' | 'sharedSecret'): number =>
      halves.reduce((total, sizes) => total + exact(sizes[field]), 0);
    expect([row.sizes.publicKey, row.sizes.ciphertext, row.sizes.sharedSecret]).toEqual(table[name]);
    expect(row.sizes).toEqual({
      publicKey: sum('publicKey'),
      privateKey: sum('privateKey'),
      ciphertext: sum('ciphertext'),
      sharedSecret: sum('sharedSecret'),
    });
  });
});

describe('CFRG hybrid KEMs', () => {
  it.each(HYBRID_KEM_NAMES)('%s', (name) => {
    const row = kem(name);
    const halves = [kem(row.postQuantum).sizes, kem(row.traditional).sizes];
    expect(row.sizes).toEqual({
      publicKey: halves.reduce((total, { publicKey }) => total + exact(publicKey), 0),
      privateKey: 32,
      ciphertext: halves.reduce((total, { ciphertext }) => total + ciphertext, 0),
      sharedSecret: 32,
    });
  });
});

/** Content octets of a DER value with its tag and length. */
const der = (content: number): number =>
  1 + (content < 128 ? 1 : content < 256 ? 2 : content < 65536 ? 3 : 4) + content;

/** A positive INTEGER as long as it can be with so many magnitude bits. */
const integer = (bits: number): number => der(Math.floor(bits / 8) + 1);

/** RSAPublicKey: n, e [RFC 8017 §A.1.1]. */
const rsaPublicKey = (modulus: number, exponent: number): number => der(integer(modulus) + integer(exponent));

/** RSAPrivateKey: version, n, e, d, p, q, dP, dQ, qInv [RFC 8017 §A.1.2], at its longest. */
const rsaPrivateKey = (modulus: number, exponent: number): number =>
  der(der(1) + integer(modulus) + integer(exponent) + integer(modulus) + 5 * integer(modulus / 2));

/** ECPrivateKey: 1, privateKey, namedCurve; without the public key [RFC 5915 §3]. */
const ecPrivateKey = (scalar: number, curveOid: number): number =>
  der(der(1) + der(scalar) + der(der(curveOid)));

/** Ecdsa-Sig-Value: r, s, at its longest [RFC 3279 §2.2.3]. */
const ecdsaSignature = (orderBits: number): number => der(2 * integer(orderBits));

/** Scalar and coordinate bytes, bits of the order, octets of the curve OID's contents. */
const curves: Readonly<Record<EcCurveName, readonly [bytes: number, orderBits: number, oid: number]>> = {
  'P-256': [32, 256, 8],
  'P-384': [48, 384, 5],
  'P-521': [66, 521, 5],
  brainpoolP256r1: [32, 256, 9],
  brainpoolP384r1: [48, 384, 9],
};

const USUAL_EXPONENT = 17; // bits of 65537
const LARGEST_EXPONENT = 256; // FIPS 186-5 §A.1.1

/** Public key, private key and signature (or ciphertext) of a traditional half, encoded as the composites do. */
function traditionalSizes(name: Parameters<typeof algorithm>[0]): readonly [number, Size, Size] {
  const row = algorithm(name);
  if (row.use !== 'kem' && row.use !== 'signature') throw new Error(`${name} has no keys`);
  const output: Size = row.use === 'kem' ? row.sizes.ciphertext : row.sizes.signature;
  switch (row.key.kind) {
    case 'rsa':
      return [
        rsaPublicKey(row.key.modulusBits, USUAL_EXPONENT),
        { max: rsaPrivateKey(row.key.modulusBits, USUAL_EXPONENT) },
        row.key.modulusBits / 8,
      ];
    case 'ec': {
      const [bytes, , oid] = curves[row.key.curve];
      return [1 + 2 * bytes, ecPrivateKey(bytes, oid), output];
    }
    default:
      return [exact(row.sizes.publicKey), row.sizes.privateKey, output];
  }
}

const plus = (fixed: number, size: Size): Size =>
  typeof size === 'number' ? fixed + size : { max: fixed + size.max };

describe('composites are the sum of their halves', () => {
  it.each(COMPOSITE_KEM_NAMES)('%s', (name) => {
    const row = kem(name);
    const [publicKey, privateKey, ciphertext] = traditionalSizes(row.traditional);
    const mlKem = kem(row.postQuantum).sizes;
    expect(row.sizes).toEqual({
      publicKey: exact(mlKem.publicKey) + publicKey,
      privateKey: plus(64, privateKey),
      ciphertext: plus(mlKem.ciphertext, ciphertext),
      sharedSecret: 32,
    });
  });

  it.each(COMPOSITE_SIGNATURE_NAMES)('%s', (name) => {
    const row = signature(name);
    const [publicKey, privateKey, traditional] = traditionalSizes(row.traditional);
    const mlDsa = signature(row.postQuantum).sizes;
    expect(row.sizes).toEqual({
      publicKey: exact(mlDsa.publicKey) + publicKey,
      privateKey: plus(32, privateKey),
      signature: plus(exact(mlDsa.signature), traditional),
    });
  });
});

describe('classical algorithms', () => {
  it.each(RSA_OAEP_NAMES)('%s takes any exponent FIPS 186-5 allows', (name) => {
    const { modulusBits, sizes } = kem(name);
    expect(sizes).toEqual({
      publicKey: { max: rsaPublicKey(modulusBits, LARGEST_EXPONENT) },
      privateKey: { max: rsaPrivateKey(modulusBits, LARGEST_EXPONENT) },
      ciphertext: modulusBits / 8,
      sharedSecret: 32,
    });
  });

  it('ECDSA signatures have the length of two full integers at most', () => {
    for (const name of ECDSA_NAMES) {
      const { curve, sizes } = signature(name);
      expect(sizes.signature, name).toEqual({ max: ecdsaSignature(curves[curve][1]) });
    }
  });
});

describe('stateful hash-based signatures', () => {
  // RFC 8554 §5.4, §6.2: w = 1 has p = 265 chains, the tallest tree is 25 high, at most 8 levels.
  const lmots = 4 + 32 + 265 * 32;
  const lms = 4 + lmots + 4 + 25 * 32;
  const lmsPublicKey = 4 + 4 + 16 + 32;
  // RFC 8391 §5.3, §5.4: n = 64 has 131 chains; XMSS height 20, XMSS^MT height 60 in 12 layers.
  const table = {
    'HSS/LMS': [4 + lmsPublicKey, 4 + 8 * lms + 7 * lmsPublicKey],
    XMSS: [4 + 2 * 64, 4 + 64 + (131 + 20) * 64],
    'XMSS^MT': [4 + 2 * 64, Math.ceil(60 / 8) + 64 + (12 * 131 + 60) * 64],
  } as const;

  it.each(STATEFUL_HASH_NAMES)('%s', (name) => {
    const { publicKey, privateKey, signature: made } = signature(name).sizes;
    const [largestKey, largestSignature] = table[name];
    expect([publicKey, privateKey, made]).toEqual([{ max: largestKey }, 0, { max: largestSignature }]);
  });
});

describe('published vectors', () => {
  const fits = (size: Size, actual: number, what: string): void => {
    if (typeof size === 'number' ? actual !== size : actual > size.max)
      throw new Error(`${what}: ${String(actual)} bytes, registry says ${JSON.stringify(size)}`);
  };
  const named = <Name extends string>(all: readonly Name[], text: string): Name | undefined =>
    all.find((name) => text === `id-${name}`);
  interface VectorCase {
    readonly id: string;
    readonly fields: Fields;
  }
  const cases = (path: string): readonly VectorCase[] =>
    readVectorFiles(path).flatMap((file) =>
      jsonObject(file)
        .objects('tests')
        .map((fields) => ({ id: fields.text('tcId'), fields })),
    );
  const signatureFile = readVectorFiles('composite/composite-mldsa-testvectors.json');
  const hpkeFiles = ['hpke/rfc9180-test-vectors.json', 'hpke/hpke-pq-test-vectors.json'];

  it.runIf(signatureFile.length > 0)('composite signatures', async () => {
    const items = cases('composite/composite-mldsa-testvectors.json').filter(({ id }) =>
      id.startsWith('id-MLDSA'),
    );
    const result = await runCases('registry sizes, composite signatures', items, ({ id, fields }) => {
      const name = named(COMPOSITE_SIGNATURE_NAMES, id);
      if (name === undefined) throw new Error('not in the registry');
      const { sizes } = signature(name);
      fits(sizes.publicKey, fields.base64('pk').length, 'public key');
      fits(sizes.privateKey, fields.base64('sk').length, 'private key');
      fits(sizes.signature, fields.base64('s').length, 'signature');
    });
    expect(result.passed).toBeGreaterThanOrEqual(COMPOSITE_SIGNATURE_NAMES.length);
  });

  it.runIf(signatureFile.length > 0)('composite KEMs', async () => {
    const items = cases('composite/composite-mlkem-testvectors.json').filter(({ id }) =>
      id.startsWith('id-MLKEM'),
    );
    const result = await runCases('registry sizes, composite KEMs', items, ({ id, fields }) => {
      const name = named(COMPOSITE_KEM_NAMES, id);
      if (name === undefined) throw new Error('not in the registry');
      const { sizes } = kem(name);
      fits(sizes.publicKey, fields.base64('ek').length, 'public key');
      fits(sizes.privateKey, fields.base64('dk').length, 'private key');
      fits(sizes.ciphertext, fields.base64('c').length, 'ciphertext');
      fits(sizes.sharedSecret, fields.base64('k').length, 'shared secret');
    });
    expect(result.passed).toBeGreaterThanOrEqual(COMPOSITE_KEM_NAMES.length);
  });

  const hpke = hpkeFiles.flatMap((path) => readVectorFiles(path)).flatMap(jsonObjects);
  it.runIf(hpke.length > 0)('HPKE', async () => {
    const kems = [...DHKEM_NAMES, ...ML_KEM_NAMES, ...HYBRID_KEM_NAMES].map((name) => kem(name));
    const kdfs = (['HKDF-SHA256', 'HKDF-SHA384', 'HKDF-SHA512'] as const).map((name) => kdf(name));
    const oneStage = (
      ['KDF-SHAKE128', 'KDF-SHAKE256', 'KDF-TurboSHAKE128', 'KDF-TurboSHAKE256'] as const
    ).map((name) => kdf(name));
    const seen = new Set<string>();
    await runCases(
      'registry sizes, HPKE',
      hpke.map((fields) => ({ id: fields.where, fields })),
      ({ fields }) => {
        const row = kems.find(({ identifiers }) => identifiers.hpke === fields.number('kem_id'));
        if (row === undefined) throw new Error(`no KEM ${String(fields.number('kem_id'))}`);
        const derivation = [...kdfs, ...oneStage].find(
          ({ identifiers }) => identifiers.hpke === fields.number('kdf_id'),
        );
        if (derivation === undefined) throw new Error(`no KDF ${String(fields.number('kdf_id'))}`);
        fits(row.sizes.publicKey, fields.hex('pkRm').length, 'public key');
        fits(row.sizes.privateKey, fields.hex('skRm').length, 'private key');
        fits(row.sizes.ciphertext, fields.hex('enc').length, 'enc');
        fits(row.sizes.sharedSecret, fields.hex('shared_secret').length, 'shared secret');
        fits(derivation.size, fields.hex('exporter_secret').length, 'Nh');
        seen.add(row.name);
        seen.add(derivation.name);
      },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(['MLKEM768-X25519', 'ML-KEM-1024', 'KDF-TurboSHAKE256']),
    );
  });
});

describe('hashes', () => {
  // FIPS 180-4 Figure 1, FIPS 202 Table 3; RFC 9861 for TurboSHAKE.
  const table = [
    ['SHA-1', 20, 64],
    ['SHA-224', 28, 64],
    ['SHA-256', 32, 64],
    ['SHA-384', 48, 128],
    ['SHA-512', 64, 128],
    ['SHA-512/224', 28, 128],
    ['SHA-512/256', 32, 128],
    ['SHA3-224', 28, 144],
    ['SHA3-256', 32, 136],
    ['SHA3-384', 48, 104],
    ['SHA3-512', 64, 72],
    ['SHAKE128', 32, 168],
    ['SHAKE256', 64, 136],
    ['TurboSHAKE128', 32, 168],
    ['TurboSHAKE256', 64, 136],
  ] as const;

  it.each(table)('%s', (name, digest, block) => {
    expect([hash(name).digestSize, hash(name).blockSize]).toEqual([digest, block]);
  });
});
