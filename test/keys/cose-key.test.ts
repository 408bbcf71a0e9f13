import { describe, expect, it } from 'vitest';

import { fromBase64Url, fromHex, toHex } from '../../src/bytes/index.ts';
import { type CborValue, decodeCbor, encodeCbor } from '../../src/encoding/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  importKey,
  importPrivateKey,
  importPublicKey,
} from '../../src/keys/index.ts';
import { runCases } from '../support/tally.ts';
import { fileLabel, jsonObject, readMatchingFiles } from '../support/vectors-files.ts';
import { provider } from './support.ts';

// RFC 9052 §C.7.2: a private P-256 key.
const X = fromHex('65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d');
const Y = fromHex('1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c');
const D = fromHex('aff907c99f9ad3aae6c4cdf21122bce2bd68b5283e6907154ad911840fa208cf');
// RFC 8037 Appendix A.
const ED_X = fromBase64Url('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
const ED_D = fromBase64Url('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A');

const map = (...entries: readonly (readonly [CborValue, CborValue])[]): Uint8Array =>
  encodeCbor(new Map(entries));
const p256 = (...more: readonly (readonly [CborValue, CborValue])[]): Uint8Array =>
  map([1, 2], [-1, 1], [-2, X], [-3, Y], ...more);

describe('published keys', () => {
  it('RFC 9052 §C.7.2: P-256', async () => {
    const key = await importPrivateKey(provider, p256([-4, D], [2, new TextEncoder().encode('meriadoc')]));
    expect(key.algorithm.name).toBe('ECDSA-P256-SHA256');
    expect(toHex(key.publicKey.bytes())).toBe(`04${toHex(X)}${toHex(Y)}`);
    expect(decodeCbor(await exportPrivateKey(provider, key, { format: 'cose' }), 'COSE_Key')).toEqual(
      new Map<CborValue, CborValue>([
        [1, 2],
        [3, -9],
        [-1, 1],
        [-2, X],
        [-3, Y],
        [-4, D],
      ]),
    );
  });

  const akp = readMatchingFiles('cose-jose/rfc9964', /\.cose\.json$/);
  it.skipIf(akp.length === 0)('RFC 9964: AKP keys', async () => {
    await runCases(
      'RFC 9964 COSE_Key',
      akp.map((file) => ({ file, id: fileLabel(file) })),
      async ({ file }) => {
        const fields = jsonObject(file);
        const bytes = fields.hex('key');
        const key = await importPrivateKey(provider, bytes, { use: 'signature' });
        expect(toHex(key.secretBytes())).toBe(fields.text('priv'));
        const jwk = await exportPrivateKey(provider, key, { format: 'jwk' });
        expect(jwk['alg']).toBe(key.algorithm.name);
        // Ours is the same map without the kid.
        const published = decodeCbor(bytes, 'COSE_Key');
        if (!(published instanceof Map)) throw new Error('not a map');
        const expected = new Map(published as ReadonlyMap<CborValue, CborValue>);
        expected.delete(2);
        expect(await exportPrivateKey(provider, key, { format: 'cose' })).toEqual(encodeCbor(expected));
      },
    );
  });

  it('Ed25519 and X25519', async () => {
    const key = await importPrivateKey(provider, map([1, 1], [-1, 6], [-2, ED_X], [-4, ED_D]));
    expect(key.algorithm.name).toBe('Ed25519');
    expect(toHex(exportPublicKey(key.publicKey, { format: 'cose' }))).toBe(
      `a4010103322006215820${toHex(ED_X)}`,
    );
    const { privateKey } = await generateKemKeyPair(provider, 'X25519');
    const back = await importPrivateKey(
      provider,
      await exportPrivateKey(provider, privateKey, { format: 'cose' }),
    );
    expect(back.algorithm.name).toBe('X25519');
  });

  it('brainpool, by the numbers of ISO/IEC 18013-5', async () => {
    const { publicKey } = await generateKemKeyPair(provider, 'brainpoolP384r1');
    const back = await importPublicKey(provider, exportPublicKey(publicKey, { format: 'cose' }), {
      use: 'kem',
    });
    expect(back.algorithm.name).toBe('brainpoolP384r1');
  });
});

describe('algorithms and operations', () => {
  it.each<[string, Uint8Array, string]>([
    ['ES256', p256([3, -7]), 'ECDSA-P256-SHA256'],
    ['ESP256', p256([3, -9]), 'ECDSA-P256-SHA256'],
    ['ECDH-ES + HKDF-256', p256([3, -25]), 'P-256'],
    ['verify', p256([4, [2]]), 'ECDSA-P256-SHA256'],
    ['derive bits', p256([4, [8]]), 'P-256'],
    ['EdDSA', map([1, 1], [-1, 6], [-2, ED_X], [3, -8]), 'Ed25519'],
  ])('%s', async (_, bytes, name) => {
    expect((await importPublicKey(provider, bytes)).algorithm.name).toBe(name);
  });
});

describe('refusals', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['not a map', encodeCbor([1, 2]), 'invalid_encoding', /not a map/],
    ['no kty', map([3, -7]), 'invalid_encoding', /kty \(1\) is missing/],
    ['kty as a text', map([1, 'EC2']), 'invalid_encoding', /kty \(1\) is not an integer/],
    ['kty as a float', fromHex('a101f93e00'), 'invalid_encoding', /not an integer/],
    ['a symmetric key', map([1, 4], [-1, D]), 'unsupported', /kty 4/],
    ['another curve', map([1, 2], [-1, 8], [-2, X], [-3, Y]), 'unsupported', /crv 8/],
    ['a compressed point', map([1, 2], [-1, 1], [-2, X], [-3, true]), 'unsupported', /compressed/],
    [
      'a coordinate as a text',
      map([1, 2], [-1, 1], [-2, 'x'], [-3, Y]),
      'invalid_encoding',
      /x \(-2\) is not a byte string/,
    ],
    [
      'a coordinate that is missing',
      map([1, 2], [-1, 1], [-2, X]),
      'invalid_encoding',
      /y \(-3\) is missing/,
    ],
    ['a short coordinate', map([1, 2], [-1, 1], [-2, X.subarray(1)], [-3, Y]), 'invalid_length', /31 bytes/],
    ['a point off the curve', map([1, 2], [-1, 1], [-2, X], [-3, X]), 'invalid_key', /./],
    ["another's private key", p256([-4, ED_D]), 'invalid_key', /public key beside/],
    ['an algorithm of another curve', p256([3, -51]), 'wrong_algorithm', /contradict/],
    ["a hash other than the curve's own", p256([3, -35]), 'wrong_algorithm', /contradict/],
    ['an algorithm as a text', p256([3, 'ES256']), 'invalid_encoding', /alg \(3\)/],
    ['signing and deriving', p256([4, [1, 8]]), 'wrong_algorithm', /contradict/],
    ['no operations', p256([4, []]), 'invalid_encoding', /key_ops/],
    ['AKP without alg', map([1, 7], [-1, D]), 'invalid_encoding', /alg \(3\) is missing/],
    ['AKP of an unassigned number', map([1, 7], [3, -60], [-1, D]), 'unsupported', /alg -60/],
    ['a short AKP key', map([1, 7], [3, -48], [-1, D]), 'invalid_length', /32 bytes, expected 1312/],
    ['a label twice', fromHex('a201020102'), 'invalid_encoding', /Duplicate/],
    ['trailing bytes', Uint8Array.of(...p256(), 0), 'invalid_encoding', /Extra data/],
  ])('%s', async (_, bytes, code, message) => {
    const read = importKey(provider, bytes, { format: 'cose' });
    await expect(read).rejects.toMatchObject({ code });
    await expect(importKey(provider, bytes, { format: 'cose' })).rejects.toThrow(message);
  });

  it('ML-KEM has no COSE_Key', async () => {
    const { publicKey } = await generateKemKeyPair(provider, 'ML-KEM-768');
    expect(() => exportPublicKey(publicKey, { format: 'cose' })).toThrow(
      /no standard gives its keys a COSE_Key/,
    );
  });
});
