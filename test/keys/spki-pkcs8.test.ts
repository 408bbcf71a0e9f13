import { describe, expect, it } from 'vitest';

import { concat, fromBase64, fromHex, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import { der, encodeEcPrivateKey, encodePem, explicit } from '../../src/encoding/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  inspectKey,
} from '../../src/keys/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import { signature } from '../../src/registry/index.ts';
import { generateKeyPair, sign, verify } from '../../src/sign/index.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { wycheproofKeyAgreement, wycheproofRsaOaep, wycheproofVerify } from '../support/vectors.ts';
import { provider } from './support.ts';

describe('Wycheproof', () => {
  it('SubjectPublicKeyInfo of ECDH keys: the valid load, the malformed do not', async () => {
    const cases = wycheproofKeyAgreement().filter(({ publicKeyForm }) => publicKeyForm === 'spki');
    await runCases('Wycheproof ECDH SubjectPublicKeyInfo', cases, async (item) => {
      const outcome: unknown = await importPublicKey(provider, item.publicKey, {
        algorithm: item.algorithm,
        format: 'der',
      }).catch((error: unknown) => error);
      if (item.verdict === 'valid') {
        if (isHybridgeError(outcome)) throw outcome;
        const key = await importPublicKey(provider, item.publicKey, { use: 'kem' });
        expectBytes(exportPublicKey(key, { format: 'der' }), item.publicKey, 'SubjectPublicKeyInfo');
      } else if (!isHybridgeError(outcome)) throw new Error('accepted');
    });
  });

  it('SubjectPublicKeyInfo of signature keys gives the raw key, and the other way round', async () => {
    const seen = new Set<string>();
    const cases = wycheproofVerify().filter(({ publicKey: { spki } }) => {
      const fresh = spki !== undefined && !seen.has(toHex(spki));
      if (spki !== undefined) seen.add(toHex(spki));
      return fresh;
    });
    await runCases('Wycheproof signature SubjectPublicKeyInfo', cases, async ({ algorithm, publicKey }) => {
      if (publicKey.spki === undefined) throw new Error('no SubjectPublicKeyInfo');
      const read = importPublicKey(provider, publicKey.spki, { algorithm, use: 'signature' });
      const { publicKey: size } = signature(algorithm).sizes;
      if (typeof size === 'number' && publicKey.bytes.length !== size) {
        await expect(read).rejects.toMatchObject({ code: 'invalid_length' });
        return;
      }
      const key = await read;
      expectBytes(key.bytes(), publicKey.bytes, 'raw public key');
      expectBytes(exportPublicKey(key, { format: 'der' }), publicKey.spki, 'SubjectPublicKeyInfo');
    });
  });

  it('PKCS #8 of RSA keys is read and written to the byte', async () => {
    const seen = new Set<string>();
    const cases = wycheproofRsaOaep().filter(({ privateKey }) => {
      const fresh = !seen.has(toHex(privateKey));
      seen.add(toHex(privateKey));
      return fresh;
    });
    await runCases('Wycheproof RSA PKCS #8', cases, async ({ algorithm, privateKey }) => {
      const key = await importPrivateKey(provider, privateKey, { algorithm });
      expectBytes(await exportPrivateKey(provider, key, { format: 'der' }), privateKey, 'PKCS #8');
    });
  });
});

const oid = (dotted: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(dotted), ...parameters);
const spki = (algorithm: Uint8Array, key: Uint8Array): Uint8Array =>
  der.sequence(algorithm, der.bitString(key));
const pkcs8 = (
  algorithm: Uint8Array,
  key: Uint8Array,
  version = 0,
  ...rest: readonly Uint8Array[]
): Uint8Array => der.sequence(der.integer(version), algorithm, der.octetString(key), ...rest);

const ED25519 = oid('1.3.101.112');
const SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const POINT = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const P256_CURVE = '1.2.840.10045.3.1.7';
const P256 = oid('1.2.840.10045.2.1', der.oid(P256_CURVE));
const SCALAR = fromHex('aff907c99f9ad3aae6c4cdf21122bce2bd68b5283e6907154ad911840fa208cf');
const P256_POINT = fromHex(
  '0465eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c',
);
const ML_DSA_44 = oid('2.16.840.1.101.3.4.3.17');
const implicitBits = (bytes: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(0x81, bytes.length + 1, 0), bytes);

describe('SubjectPublicKeyInfo', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['parameters NULL', spki(oid('1.3.101.112', der.nil()), POINT), 'invalid_encoding', /must be absent/],
    [
      'parameters NULL for ML-DSA',
      spki(oid('2.16.840.1.101.3.4.3.17', der.nil()), new Uint8Array(1312)),
      'invalid_encoding',
      /must be absent/,
    ],
    ['a short key', spki(ED25519, POINT.subarray(1)), 'invalid_length', /31 bytes, expected 32/],
    ['a long key', spki(ML_DSA_44, new Uint8Array(1313)), 'invalid_length', /1313 bytes, expected 1312/],
    [
      'an unknown algorithm',
      spki(oid('1.2.3.4'), POINT),
      'unknown_algorithm',
      /unknown algorithm 1\.2\.3\.4/,
    ],
    [
      'the OID of a hash',
      spki(oid('2.16.840.1.101.3.4.2.1'), POINT),
      'unknown_algorithm',
      /does not name a kind of key/,
    ],
    [
      'an OID of ECDSA signatures',
      spki(oid('1.2.840.10045.4.3.2'), P256_POINT),
      'unknown_algorithm',
      /does not name a kind of key/,
    ],
    [
      'a compressed point',
      spki(P256, concat(Uint8Array.of(2), P256_POINT.subarray(1, 33))),
      'unsupported',
      /compressed/,
    ],
    [
      'a hybrid point',
      spki(P256, concat(Uint8Array.of(6), P256_POINT.subarray(1))),
      'invalid_encoding',
      /uncompressed point/,
    ],
    ['the point at infinity', spki(P256, Uint8Array.of(0)), 'invalid_encoding', /uncompressed point/],
    ['a point off the curve', spki(P256, P256_POINT.with(64, 0)), 'invalid_key', /./],
    [
      'no curve',
      spki(oid('1.2.840.10045.2.1'), P256_POINT),
      'invalid_encoding',
      /OBJECT IDENTIFIER is missing/,
    ],
    [
      'an inherited curve',
      spki(oid('1.2.840.10045.2.1', der.nil()), P256_POINT),
      'unsupported',
      /named curves/,
    ],
    [
      'explicit parameters',
      spki(oid('1.2.840.10045.2.1', der.sequence(der.integer(1))), P256_POINT),
      'unsupported',
      /named curves/,
    ],
    [
      'another curve',
      spki(oid('1.2.840.10045.2.1', der.oid('1.3.132.0.10')), P256_POINT),
      'unsupported',
      /1\.3\.132\.0\.10/,
    ],
    [
      'RSA without NULL',
      spki(oid('1.2.840.113549.1.1.1'), der.sequence(der.integer(15), der.integer(3))),
      'invalid_encoding',
      /NULL is missing/,
    ],
    [
      'an RSA key of four bits',
      spki(oid('1.2.840.113549.1.1.1', der.nil()), der.sequence(der.integer(15), der.integer(3))),
      'unsupported',
      /4 bits/,
    ],
    [
      'an even modulus',
      spki(oid('1.2.840.113549.1.1.1', der.nil()), der.sequence(der.integer(14), der.integer(3))),
      'invalid_key',
      /even/,
    ],
    [
      'an exponent of 1',
      spki(oid('1.2.840.113549.1.1.1', der.nil()), der.sequence(der.integer(15), der.integer(1))),
      'invalid_key',
      /exponent/,
    ],
    [
      'a negative modulus',
      spki(oid('1.2.840.113549.1.1.1', der.nil()), der.sequence(fromHex('0201ff'), der.integer(3))),
      'invalid_encoding',
      /negative/,
    ],
    [
      'a trailing field',
      der.sequence(ED25519, der.bitString(POINT), der.nil()),
      'invalid_encoding',
      /left over/,
    ],
    ['a trailing byte', concat(spki(ED25519, POINT), Uint8Array.of(0)), 'invalid_encoding', /left over/],
    ['a SEQUENCE of other things', der.sequence(der.nil()), 'invalid_encoding', /holds no key/],
  ])('%s is refused', async (_, bytes, code, message) => {
    await expect(importKey(provider, bytes)).rejects.toMatchObject({ code });
    await expect(importKey(provider, bytes)).rejects.toThrow(message);
  });

  it('names abandoned algorithms and what to use instead', async () => {
    const arc = '2.16.840.1.114027.80.8.1.1';
    await expect(importKey(provider, spki(oid(arc), POINT))).rejects.toMatchObject({
      code: 'unknown_algorithm',
      message: expect.stringContaining('Composite ML-DSA before draft-06') as string,
      hint: expect.stringMatching(/^use MLDSA/) as string,
    });
  });

  it('a key of one algorithm is not taken for another', async () => {
    const bytes = spki(ED25519, POINT);
    await expect(importPublicKey(provider, bytes, { algorithm: 'Ed448' })).rejects.toMatchObject({
      code: 'wrong_algorithm',
      message: 'SubjectPublicKeyInfo: a key for Ed25519, expected Ed448',
    });
    await expect(importPublicKey(provider, bytes, { use: 'kem' })).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
  });

  it('a P-256 key signs or agrees, with one fingerprint', async () => {
    const bytes = spki(P256, P256_POINT);
    const signing = await importPublicKey(provider, bytes);
    const agreement = await importPublicKey(provider, bytes, { algorithm: 'P-256' });
    const dhkem = await importPublicKey(provider, bytes, { algorithm: 'DHKEM(P-256, HKDF-SHA256)' });
    expect([signing, agreement, dhkem].map(({ algorithm }) => algorithm.name)).toEqual([
      'ECDSA-P256-SHA256',
      'P-256',
      'DHKEM(P-256, HKDF-SHA256)',
    ]);
    expect(new Set([signing, agreement, dhkem].map((key) => fingerprint(provider, key))).size).toBe(1);
  });

  it.each([
    ['ECDSA-P256-SHA384', 'ECDSA-P256-SHA256'],
    ['ECDSA-P256-SHA512', 'ECDSA-P256-SHA256'],
    ['ECDSA-P384-SHA256', 'ECDSA-P384-SHA384'],
    ['ECDSA-P384-SHA512', 'ECDSA-P384-SHA384'],
    ['ECDSA-P521-SHA256', 'ECDSA-P521-SHA512'],
    ['ECDSA-P521-SHA384', 'ECDSA-P521-SHA512'],
  ] as const)('a key of %s is taken for %s unless told', async (algorithm, own) => {
    const { privateKey } = await generateKeyPair(provider, algorithm);
    for (const format of ['pem', 'jwk', 'cose'] as const) {
      const written = await exportPrivateKey(provider, privateKey, { format });
      expect((await importPrivateKey(provider, written)).algorithm.name).toBe(own);
      const same = await importPrivateKey(provider, written, { algorithm });
      const message = Uint8Array.of(1, 2, 3);
      const signed = await sign(provider, same, message);
      expect(await verify(provider, privateKey.publicKey, message, signed)).toBe(true);
    }
  });

  it('TLS key shares have no form but raw', async () => {
    const { publicKey, privateKey } = await generateKemKeyPair(provider, 'X25519MLKEM768');
    expect(() => fingerprint(provider, publicKey)).toThrow(
      /X25519MLKEM768 keys have no SubjectPublicKeyInfo; only raw/,
    );
    await expect(exportPrivateKey(provider, privateKey, { format: 'pem' })).rejects.toThrow(
      /no PKCS #8 form/,
    );
    const raw = exportPublicKey(publicKey, { format: 'raw' });
    const back = await importPublicKey(provider, raw, { format: 'raw', algorithm: 'X25519MLKEM768' });
    expect(back.bytes()).toEqual(publicKey.bytes());
  });
});

describe('id-RSASSA-PSS', () => {
  const modulus = fromBase64(
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc/BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ/2W+5JsGY4Hc5n9yBXArwl93lqt7/RN5w6Cf0h4QyQ5v+65YGjQR0/FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt+bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ+G/xBniIqbw0Ls1jF44+csFCur+kEgU8awapJzKnqDKgw==',
  );
  const key = der.sequence(der.unsignedInteger(modulus), der.integer(65537));
  const hash = (dotted: string): Uint8Array => oid(dotted, der.nil());
  const SHA256 = '2.16.840.1.101.3.4.2.1';
  const SHA384 = '2.16.840.1.101.3.4.2.2';
  const params = (digest: string, mgf: string, salt: number): Uint8Array =>
    der.sequence(
      der.explicit(0, hash(digest)),
      der.explicit(1, oid('1.2.840.113549.1.1.8', hash(mgf))),
      der.explicit(2, der.integer(salt)),
    );
  const pss = (...parameters: readonly Uint8Array[]): Uint8Array =>
    spki(oid('1.2.840.113549.1.1.10', ...parameters), key);

  it('is read, keeps its restriction, and has the fingerprint of the plain key', async () => {
    const plain = await importPublicKey(provider, spki(oid('1.2.840.113549.1.1.1', der.nil()), key));
    expect(plain.algorithm.name).toBe('RSA2048-PKCS15-SHA256');
    const open = await importKey(provider, pss());
    expect(open.key.algorithm.name).toBe('RSA2048-PSS-SHA256');
    expect(open.encoding.note).toMatch(/id-RSASSA-PSS/);
    const narrow = await importKey(provider, pss(params(SHA384, SHA384, 48)));
    expect(narrow.key.algorithm.name).toBe('RSA2048-PSS-SHA384');
    for (const read of [open, narrow])
      if (read.kind === 'public') expect(fingerprint(provider, read.key)).toBe(fingerprint(provider, plain));
    await expect(
      importPublicKey(provider, pss(params(SHA384, SHA384, 48)), { algorithm: 'RSA2048-PSS-SHA256' }),
    ).rejects.toMatchObject({ code: 'wrong_algorithm' });
    await expect(
      importPublicKey(provider, pss(), { algorithm: 'RSA2048-PKCS15-SHA256' }),
    ).rejects.toMatchObject({
      code: 'wrong_algorithm',
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['another salt', params(SHA256, SHA256, 20), /salt 20/],
    ['another hash in MGF1', params(SHA256, SHA384, 32), /MGF1 with SHA-384/],
    ['the defaults, which are SHA-1', der.sequence(), /SHA-1/],
    [
      'another trailer',
      der.sequence(
        der.explicit(0, hash(SHA256)),
        der.explicit(1, oid('1.2.840.113549.1.1.8', hash(SHA256))),
        der.explicit(2, der.integer(32)),
        der.explicit(3, der.integer(2)),
      ),
      /no algorithm here/,
    ],
  ])('%s is unsupported', async (_, parameters, message) => {
    await expect(importKey(provider, pss(parameters))).rejects.toMatchObject({ code: 'unsupported' });
    await expect(importKey(provider, pss(parameters))).rejects.toThrow(message);
  });
});

describe('OneAsymmetricKey', () => {
  const curvePrivateKey = der.octetString(SEED);
  const attributes = der.element(explicit(0), oid('1.2.3', der.element(0x31, der.nil())));

  it('is read in version 1, in version 2 with the public key, and with attributes', async () => {
    const plain = await importKey(provider, pkcs8(ED25519, curvePrivateKey));
    expect(plain.encoding).toEqual({
      format: 'der',
      structure: 'OneAsymmetricKey',
      encrypted: false,
      standard: true,
    });
    const full = await importKey(
      provider,
      pkcs8(ED25519, curvePrivateKey, 1, attributes, implicitBits(POINT)),
    );
    expect(full.encoding.note).toBe('attributes were left out');
    expect(full.kind === 'private' && toHex(full.key.publicKey.bytes())).toBe(toHex(POINT));
    expect(inspectKey(pkcs8(ED25519, curvePrivateKey, 1, implicitBits(POINT)))).toMatchObject({
      hasPublicKey: true,
    });
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['version 2', pkcs8(ED25519, curvePrivateKey, 2), 'invalid_encoding', /version 2, expected 0 or 1/],
    [
      'a public key in version 1',
      pkcs8(ED25519, curvePrivateKey, 0, implicitBits(POINT)),
      'invalid_encoding',
      /version 0 with a public key/,
    ],
    [
      "another's public key",
      pkcs8(ED25519, curvePrivateKey, 1, implicitBits(SEED)),
      'invalid_key',
      /another's/,
    ],
    [
      'fields out of order',
      pkcs8(ED25519, curvePrivateKey, 1, implicitBits(POINT), attributes),
      'invalid_encoding',
      /left over/,
    ],
    [
      'malformed attributes',
      pkcs8(ED25519, curvePrivateKey, 0, der.element(explicit(0), fromHex('3005'))),
      'invalid_encoding',
      /attributes/,
    ],
    ['a bare Ed25519 seed', pkcs8(ED25519, SEED), 'invalid_encoding', /CurvePrivateKey\.key/],
    ['a short Ed25519 seed', pkcs8(ED25519, der.octetString(SEED.subarray(1))), 'invalid_length', /31 bytes/],
    [
      'an ML-DSA seed in an OCTET STRING',
      pkcs8(ML_DSA_44, der.octetString(SEED)),
      'invalid_length',
      /expandedKey: 32 bytes, expected 2560/,
    ],
    [
      'an ML-DSA seed with trailing bytes',
      pkcs8(ML_DSA_44, concat(der.implicitOctetString(0, SEED), Uint8Array.of(0))),
      'invalid_encoding',
      /left over/,
    ],
    [
      'an ML-DSA seed of 31 bytes',
      pkcs8(ML_DSA_44, der.implicitOctetString(0, SEED.subarray(1))),
      'invalid_length',
      /seed: 31 bytes, expected 32/,
    ],
    ['an ML-DSA key that is a NULL', pkcs8(ML_DSA_44, der.nil()), 'invalid_encoding', /neither a seed/],
    [
      'ML-DSA forms in the wrong order',
      pkcs8(ML_DSA_44, der.sequence(der.octetString(new Uint8Array(2560)), der.octetString(SEED))),
      'invalid_length',
      /both\.seed/,
    ],
    ['a stateful private key', pkcs8(oid('1.2.840.113549.1.9.16.3.17'), SEED), 'unsupported', /state/],
    [
      'an EC scalar without its leading zeros',
      pkcs8(P256, encodeEcPrivateKey({ scalar: SCALAR.subarray(1) })),
      'invalid_length',
      /31 bytes, expected 32/,
    ],
    [
      'an EC scalar of zero',
      pkcs8(P256, encodeEcPrivateKey({ scalar: new Uint8Array(32) })),
      'invalid_key',
      /./,
    ],
    [
      'an EC scalar above the order',
      pkcs8(P256, encodeEcPrivateKey({ scalar: new Uint8Array(32).fill(255) })),
      'invalid_key',
      /./,
    ],
    [
      'a curve inside that differs from the one outside',
      pkcs8(P256, encodeEcPrivateKey({ scalar: SCALAR, curveOid: '1.3.132.0.34' })),
      'invalid_key',
      /curve 1\.3\.132\.0\.34/,
    ],
    [
      "another's EC public key",
      pkcs8(P256, encodeEcPrivateKey({ scalar: SCALAR.with(0, 1), publicKey: P256_POINT })),
      'invalid_key',
      /another's/,
    ],
    [
      'a compressed EC public key',
      pkcs8(P256, encodeEcPrivateKey({ scalar: SCALAR, publicKey: concat(Uint8Array.of(2), SEED) })),
      'unsupported',
      /compressed/,
    ],
  ])('%s is refused', async (_, bytes, code, message) => {
    await expect(importKey(provider, bytes)).rejects.toMatchObject({ code });
    await expect(importKey(provider, bytes)).rejects.toThrow(message);
  });

  it('public keys inside and beside the private key must be one', async () => {
    const { publicKey } = await importPrivateKey(
      provider,
      pkcs8(P256, encodeEcPrivateKey({ scalar: SCALAR.with(0, 1) })),
    );
    const other = publicKey.bytes();
    const bytes = pkcs8(
      P256,
      encodeEcPrivateKey({ scalar: SCALAR, publicKey: P256_POINT }),
      1,
      implicitBits(other),
    );
    await expect(importPrivateKey(provider, bytes)).rejects.toThrow(/inside and beside/);
  });
});

describe('older private key files', () => {
  it('EC PRIVATE KEY [RFC 5915 §4] and RSA PRIVATE KEY [RFC 8017 §A.1.2]', async () => {
    const ec = encodePem(
      'EC PRIVATE KEY',
      encodeEcPrivateKey({ scalar: SCALAR, curveOid: P256_CURVE, publicKey: P256_POINT }),
    );
    const parameters = encodePem('EC PARAMETERS', der.oid(P256_CURVE));
    const read = await importKey(provider, parameters + ec);
    expect(read.encoding).toMatchObject({ format: 'pem', structure: 'ECPrivateKey', standard: true });
    expect(read.key.algorithm.name).toBe('ECDSA-P256-SHA256');
    await expect(
      importKey(provider, encodePem('EC PRIVATE KEY', encodeEcPrivateKey({ scalar: SCALAR }))),
    ).rejects.toThrow(/curve is not named/);

    const { privateKey, publicKey } = await generateKeyPair(provider, 'RSA2048-PSS-SHA256');
    const rsa = await exportPrivateKey(provider, privateKey, { format: 'raw' });
    for (const file of [rsa, encodePem('RSA PRIVATE KEY', rsa)]) {
      const key = await importKey(provider, file, { algorithm: 'RSA2048-PSS-SHA256' });
      expect(key.encoding.structure).toBe('RSAPrivateKey');
    }
    const raw = exportPublicKey(publicKey, { format: 'raw' });
    const open = await importPublicKey(provider, encodePem('RSA PUBLIC KEY', raw), { use: 'signature' });
    expect(fingerprint(provider, open)).toBe(fingerprint(provider, publicKey));
    const signed = await sign(provider, privateKey, SEED);
    const key = await importPublicKey(provider, raw, { algorithm: 'RSA2048-PSS-SHA256' });
    expect(await verify(provider, key, SEED, signed)).toBe(true);
  });
});

describe('RSA consistency', () => {
  it('every number of a private key is checked', async () => {
    const { privateKey } = await generateKeyPair(provider, 'RSA2048-PKCS15-SHA256');
    const jwk = await exportPrivateKey(provider, privateKey, { format: 'jwk' });
    expect((await importPrivateKey(provider, jwk)).algorithm.name).toBe('RSA2048-PKCS15-SHA256');
    for (const member of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']) {
      const value = jwk[member] ?? '';
      const changed = value.startsWith('x') ? `y${value.slice(1)}` : `x${value.slice(1)}`;
      await expect(importPrivateKey(provider, { ...jwk, [member]: changed })).rejects.toMatchObject({
        code: expect.stringMatching(/^(invalid_key|unsupported)$/) as string,
      });
      const without = Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== member));
      if (member !== 'd') await expect(importPrivateKey(provider, without)).rejects.toThrow();
    }
    // The factors swapped, and all that follows: the same modulus, but the coefficient is of the other order.
    await expect(
      importPrivateKey(provider, { ...jwk, p: jwk['q'], q: jwk['p'], dp: jwk['dq'], dq: jwk['dp'] }),
    ).rejects.toThrow(/coefficient/);
  });
});
