import { describe, expect, it } from 'vitest';

import { fromBase64Url, fromHex, isHybridgeError, toBase64Url } from '../../src/bytes/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  type Jwk,
  jwkThumbprint,
} from '../../src/keys/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import { generateKeyPair, sign, verify } from '../../src/sign/index.ts';
import { report, runCases } from '../support/tally.ts';
import { fileLabel, jsonObject, readMatchingFiles, readVectorFiles } from '../support/vectors-files.ts';
import { wycheproofJwkAgreement } from '../support/vectors.ts';
import { provider } from './support.ts';

// RFC 8037 Appendix A.
const ED25519 = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
};
// RFC 7515 Appendix A.3.
const P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
};

describe('published keys', () => {
  it('RFC 8037 §A.2, §A.3: Ed25519 and its thumbprint', async () => {
    const key = await importPrivateKey(provider, ED25519);
    expect(key.algorithm.name).toBe('Ed25519');
    expect(jwkThumbprint(provider, key.publicKey)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
    expect(await exportPrivateKey(provider, key, { format: 'jwk' })).toEqual({ ...ED25519, alg: 'Ed25519' });
  });

  it('RFC 7515 §A.3: P-256, for ECDSA unless told', async () => {
    const key = await importPrivateKey(provider, JSON.stringify(P256));
    expect(key.algorithm.name).toBe('ECDSA-P256-SHA256');
    const agreement = await importPrivateKey(provider, P256, { use: 'kem' });
    expect(agreement.algorithm.name).toBe('P-256');
    expect(fingerprint(provider, key.publicKey)).toBe(fingerprint(provider, agreement.publicKey));
    const written = await exportPrivateKey(provider, agreement, { format: 'jwk' });
    expect(written).toEqual({ ...P256, use: 'enc' });
    expect((await importPrivateKey(provider, written)).algorithm.name).toBe('P-256');
  });

  it('RFC 7638 §3.1: the thumbprint of an RSA key', async () => {
    const jwk = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    };
    const key = await importPublicKey(provider, jwk);
    expect(key.algorithm.name).toBe('RSA2048-PKCS15-SHA256');
    expect(jwkThumbprint(provider, key)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  const akp = readMatchingFiles('cose-jose/rfc9964', /\.jose\.json$/);
  it.skipIf(akp.length === 0)('RFC 9964: AKP keys, their thumbprints and their JWS', async () => {
    await runCases(
      'RFC 9964 JWK',
      akp.map((file) => ({ file, id: fileLabel(file) })),
      async ({ file }) => {
        const fields = jsonObject(file);
        const jwk = fields.object('jwk');
        const text = fields.json('jwk');
        const key = await importPrivateKey(provider, text, { use: 'signature' });
        expect(toBase64Url(key.secretBytes())).toBe(jwk.text('priv'));
        expect(toBase64Url(key.publicKey.bytes())).toBe(jwk.text('pub'));
        expect(jwkThumbprint(provider, key.publicKey)).toBe(jwk.text('kid'));
        const { kid, ...members } = JSON.parse(text) as Record<string, string>;
        expect(kid).toBe(jwk.text('kid'));
        expect(await exportPrivateKey(provider, key, { format: 'jwk' })).toEqual(members);
        const [header, payload, signature] = fields.text('jws').split('.');
        const signed = new TextEncoder().encode(`${String(header)}.${String(payload)}`);
        expect(await verify(provider, key.publicKey, signed, fromBase64Url(String(signature)))).toBe(true);
        expect(await verify(provider, key.publicKey, signed, await sign(provider, key, signed))).toBe(true);
      },
    );
  });

  it('Wycheproof: X25519 keys written as JWK', async () => {
    const keys = wycheproofJwkAgreement();
    await runCases('Wycheproof X25519 JWK keys', keys, async (item) => {
      const ours = await importPrivateKey(provider, item.privateJwk, { use: 'kem' });
      const theirs = await importPublicKey(provider, item.publicJwk, { use: 'kem' }).catch(
        (error: unknown) => error,
      );
      if (item.verdict === 'valid' && isHybridgeError(theirs)) throw theirs;
      expect(ours.algorithm.name).toBe('X25519');
    });
  });
});

/** Wycheproof's key sets are sets for JOSE verifiers; what applies here is each asymmetric key of a set. */
const WYCHEPROOF: Readonly<Record<string, string>> = {
  jws_mixedSymmetryKeyset: 'good',
  rs256: 'good',
  jws_rsa_roca_key: 'bad',
  keysize_too_small: 'bad',
  exponentOne: 'bad',
  wrong_algorithm: 'bad',
  invalid_algorithm: 'bad',
  invalid_use: 'bad',
  invalid_point: 'bad',
  wrong_curve: 'bad',
  wrong_kty: 'bad',
};

it('Wycheproof: json_web_key', async () => {
  const files = readVectorFiles('wycheproof/json_web_key_test.json');
  const cases = files.flatMap((file) =>
    jsonObject(file)
      .objects('testGroups')
      .flatMap((group, index) =>
        (['public', 'private'] as const).flatMap((half) =>
          group.has(half)
            ? group
                .object(half)
                .objects('keys')
                .map((fields, number) => ({
                  id: `${fileLabel(file)} group ${String(index)} ${group.text('comment')} ${half} ${String(number)}`,
                  jwk: group.object(half).json('keys'),
                  number,
                  kty: fields.text('kty'),
                  // One group of RSA keys for encryption carries the name of the good one.
                  verdict:
                    fields.text('kty') === 'oct' || fields.text('alg') === 'RSA1_5'
                      ? 'bad'
                      : (WYCHEPROOF[group.text('comment')] ?? 'bad'),
                }))
            : [],
        ),
      ),
  );
  if (cases.length === 0) {
    report('Wycheproof json_web_key: skipped, the corpora are not there');
    return;
  }
  await runCases('Wycheproof json_web_key', cases, async ({ jwk, number, verdict }) => {
    const members = (JSON.parse(jwk) as Jwk[])[number];
    if (members === undefined) throw new Error('no key');
    const outcome: unknown = await importKey(provider, members).catch((error: unknown) => error);
    if (verdict === 'good' ? isHybridgeError(outcome) : !isHybridgeError(outcome))
      throw new Error(verdict === 'good' ? String(outcome) : 'accepted');
  });
});

describe('refusals', () => {
  const short = toBase64Url(fromHex('00'.repeat(31)));
  it.each<[string, unknown, string, RegExp]>([
    ['a set of keys', { keys: [ED25519] }, 'unsupported', /a set of keys/],
    ['no kty', { crv: 'Ed25519' }, 'invalid_encoding', /kty is missing/],
    ['kty of another type', { kty: 7 }, 'invalid_encoding', /kty is not a text/],
    ['a symmetric key', { kty: 'oct', k: 'AA' }, 'unsupported', /kty "oct"/],
    ['kty of a prototype', { kty: 'constructor' }, 'unsupported', /kty "constructor"/],
    ['another curve', { ...P256, crv: 'P-224' }, 'unsupported', /crv "P-224"/],
    ['a brainpool curve', { ...P256, crv: 'brainpoolP256r1' }, 'unsupported', /crv "brainpoolP256r1"/],
    ['AKP without alg', { kty: 'AKP', pub: 'AA' }, 'invalid_encoding', /alg is missing/],
    ['ML-KEM', { kty: 'AKP', alg: 'ML-KEM-768', pub: 'AA' }, 'unsupported', /alg "ML-KEM-768"/],
    ['an algorithm of a past draft', { kty: 'AKP', alg: 'CRYDI2', pub: 'AA' }, 'unsupported', /alg "CRYDI2"/],
    ['padding', { ...ED25519, x: `${ED25519.x}=` }, 'invalid_encoding', /x is not base64url/],
    ['base64', { ...ED25519, x: ED25519.x.replace('_', '/') }, 'invalid_encoding', /x is not base64url/],
    ['unused bits', { ...ED25519, x: ED25519.x.replace(/o$/, 'p') }, 'invalid_encoding', /not base64url/],
    ['a short public key', { ...ED25519, x: short }, 'invalid_length', /31 bytes, expected 32/],
    ['a short private key', { ...ED25519, d: short }, 'invalid_length', /31 bytes, expected 32/],
    ['a short coordinate', { ...P256, y: short }, 'invalid_length', /31 bytes, expected 32/],
    ['a private key that is a number', { ...ED25519, d: 5 }, 'invalid_encoding', /d is not a text/],
    ['null for a private key', { ...ED25519, d: null }, 'invalid_encoding', /d is not a text/],
    ["another's private key", { ...ED25519, d: P256.d }, 'invalid_key', /public key beside/],
    ['an algorithm of another curve', { ...P256, alg: 'ES384' }, 'wrong_algorithm', /contradict/],
    ['an algorithm of another kind', { ...ED25519, alg: 'ES256' }, 'wrong_algorithm', /contradict/],
    ['encryption with Ed25519', { ...ED25519, use: 'enc' }, 'wrong_algorithm', /contradict/],
    ['signing and deriving', { ...P256, key_ops: ['sign', 'deriveBits'] }, 'wrong_algorithm', /contradict/],
    ['operations twice', { ...P256, key_ops: ['sign', 'sign'] }, 'invalid_encoding', /key_ops/],
    ['operations of another type', { ...P256, key_ops: 'sign' }, 'invalid_encoding', /key_ops/],
    [
      'an RSA key of no primes',
      { kty: 'RSA', n: toBase64Url(new Uint8Array(256).fill(255)), e: 'AQAB', d: 'AQ' },
      'unsupported',
      /without its primes/,
    ],
    [
      'an RSA modulus with leading zeros',
      { kty: 'RSA', n: toBase64Url(new Uint8Array(257)), e: 'AQAB' },
      'invalid_encoding',
      /leading zeros/,
    ],
  ])('%s', async (_, jwk, code, message) => {
    const read = importKey(provider, jwk as Jwk);
    await expect(read).rejects.toMatchObject({ code });
    await expect(importKey(provider, JSON.stringify(jwk))).rejects.toThrow(message);
  });

  it('a member that appears twice', async () => {
    const text = JSON.stringify(ED25519).replace('{', '{"x":"AA",');
    await expect(importKey(provider, text)).rejects.toThrow(/member "x" appears twice/);
  });

  it('inherited members', async () => {
    const jwk = Object.create(ED25519) as Jwk;
    await expect(importKey(provider, jwk)).rejects.toThrow(/kty is missing/);
  });

  it('text after the object, and an array', async () => {
    await expect(importKey(provider, `${JSON.stringify(ED25519)}{}`)).rejects.toThrow(/not well-formed JSON/);
    await expect(importKey(provider, '[]', { format: 'jwk' })).rejects.toThrow(/not an object/);
  });
});

describe('what has no JWK', () => {
  it('ML-KEM, SLH-DSA without a JOSE name, brainpool and TLS key shares are refused', async () => {
    const kems = ['ML-KEM-768', 'MLKEM768-X25519', 'X25519MLKEM768', 'brainpoolP256r1'] as const;
    for (const name of kems) {
      const { publicKey, privateKey } = await generateKemKeyPair(provider, name);
      expect(() => exportPublicKey(publicKey, { format: 'jwk' })).toThrow(
        expect.objectContaining({ code: 'unsupported' }) as Error,
      );
      await expect(exportPrivateKey(provider, privateKey, { format: 'jwk' })).rejects.toMatchObject({
        code: 'unsupported',
      });
    }
    const { publicKey } = await generateKeyPair(provider, 'SLH-DSA-SHA2-128f');
    expect(() => exportPublicKey(publicKey, { format: 'jwk' })).toThrow(/no standard gives its keys a JWK/);
  });
});

describe('general algorithm names', () => {
  it.each([
    [{ ...ED25519, alg: 'EdDSA' }, 'Ed25519'],
    [{ ...P256, alg: 'ECDH-ES' }, 'P-256'],
    [{ ...P256, alg: 'ECDH-ES+A256KW', use: 'enc' }, 'P-256'],
    [{ ...P256, alg: 'ES256', use: 'sig', key_ops: ['sign'] }, 'ECDSA-P256-SHA256'],
    [{ ...P256, key_ops: ['deriveBits'] }, 'P-256'],
  ])('%j', async (jwk, name) => {
    expect((await importPrivateKey(provider, jwk)).algorithm.name).toBe(name);
  });
});
