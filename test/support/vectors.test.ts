import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  distinct,
  Fields,
  hexBytes,
  base64Bytes,
  jsonObject,
  requireSize,
  stanzas,
  type VectorFile,
  VectorFormatError,
  vectorRoots,
} from './vectors-files.ts';
import * as vectors from './vectors.ts';

const folder = fileURLToPath(new URL('../../vectors', import.meta.url));

interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
  readonly cases: number;
}

const manifest = new Fields(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')), 'manifest');
const listed: readonly ManifestFile[] = [
  ...manifest.objects('families').flatMap((family) => family.objects('files')),
  ...manifest.objects('generated'),
  ...manifest.objects('recorded'),
  ...manifest.objects('tables'),
].map((file) => ({ path: file.text('path'), sha256: file.text('sha256'), cases: file.number('cases') }));

/** How many cases the manifest counts in these files. */
function counted(pattern: RegExp): number {
  const files = listed.filter((file) => pattern.test(file.path));
  expect(files.length, String(pattern)).toBeGreaterThan(0);
  return files.reduce((sum, file) => sum + file.cases, 0);
}

const file = (text: string): VectorFile => ({
  origin: 'committed',
  path: 'made/up.txt',
  bytes: new TextEncoder().encode(text),
});

describe('the committed folder', () => {
  test('holds exactly the files of its manifest, with the contents it names', () => {
    const own = /^(README\.md|manifest\.json|import\.ts|importer\/.*|licences\/.*)$/;
    const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile() && !own.test(path))
      .sort();
    expect(found).toEqual(listed.map((item) => item.path).sort());
    for (const item of listed) {
      const stored = readFileSync(join(folder, item.path));
      const bytes = item.path.endsWith('.gz') ? gunzipSync(stored) : stored;
      expect(createHash('sha256').update(bytes).digest('hex'), item.path).toBe(item.sha256);
    }
  });

  test('stays small', () => {
    const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) =>
      statSync(join(folder, path)).isFile() ? statSync(join(folder, path)).size : 0,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(16e6);
  });

  test('names no machine and no registry', () => {
    const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.(md|json|ts|java)$/.test(path),
    );
    for (const path of texts)
      expect(readFileSync(join(folder, path), 'utf8'), path).not.toMatch(
        /(^|[^\w.])\/(work|tmp|root|var\/tmp|home)\/|https?:\/\/(?!www\.(apache|openssl)\.org)/,
      );
  });
});

describe('every loader gives every committed case of its files', () => {
  const acvp: readonly (readonly [string, () => number, RegExp])[] = [
    ['ML-KEM key generation', () => vectors.acvpKemKeyGen('committed').length, /^acvp\/ml-kem-keygen/],
    [
      'ML-KEM encapsulation and decapsulation',
      () =>
        vectors.acvpKemEncapsulate('committed').length +
        vectors.acvpKemDecapsulate('committed').length +
        vectors.acvpKemKeyCheck('committed').length,
      /^acvp\/ml-kem-encapdecap/,
    ],
    ['ML-DSA key generation', () => vectors.acvpMlDsaKeyGen('committed').length, /^acvp\/ml-dsa-keygen/],
    ['ML-DSA signing', () => vectors.acvpMlDsaSign('committed').length, /^acvp\/ml-dsa-siggen/],
    ['ML-DSA verification', () => vectors.acvpMlDsaVerify('committed').length, /^acvp\/ml-dsa-sigver/],
    ['SLH-DSA key generation', () => vectors.acvpSlhDsaKeyGen('committed').length, /^acvp\/slh-dsa-keygen/],
    ['SLH-DSA signing', () => vectors.acvpSlhDsaSign('committed').length, /^acvp\/slh-dsa-siggen/],
    ['SLH-DSA verification', () => vectors.acvpSlhDsaVerify('committed').length, /^acvp\/slh-dsa-sigver/],
    [
      'OpenSSL ML-KEM',
      () =>
        vectors.opensslKemEncapsulate('committed').length + vectors.opensslKemDecapsulate('committed').length,
      /^openssl\/evppkey/,
    ],
    [
      'NIST known answers',
      () =>
        vectors.nistKemKnownAnswers('committed').keyGen.length +
        vectors.nistMlDsaKnownAnswers('committed').sign.length +
        vectors.nistEcdsaVerify('committed').length,
      /^nist-kat\//,
    ],
    [
      'HPKE',
      () =>
        vectors.hpkeRfc9180('committed').length +
        vectors.hpkeAccumulated('committed').length +
        vectors.hpkePq('committed').length,
      /^hpke\//,
    ],
    ['composite signatures', () => vectors.compositeSignatures('committed').length, /^composite\/.*mldsa/],
    ['composite KEMs', () => vectors.compositeKems('committed').length, /^composite\/.*mlkem/],
    ['encrypted keys', () => vectors.encryptedKeys('committed').length, /^encrypted-keys\//],
    ['accumulated ML-KEM', () => vectors.kemAccumulated('committed').length, /^accumulated\/ml-kem/],
    ['accumulated ML-DSA', () => vectors.mlDsaAccumulated('committed').length, /^accumulated\/ml-dsa/],
    ['HashML-DSA', () => vectors.hashMlDsaSign('committed').length, /^hash-ml-dsa\//],
    ['age', () => vectors.ageFiles('committed').length, /^age\//],
  ];

  test.each(acvp)('%s', (_, count, pattern) => {
    expect(count()).toBe(counted(pattern));
  });

  test('Wycheproof, but for repeated cases, AES-192-GCM, and what signing cases with µ add', () => {
    const count =
      vectors.wycheproofKemKeyGen('committed').length +
      vectors.wycheproofKemEncapsulate('committed').length +
      vectors.wycheproofKemDecapsulate('committed').length +
      vectors.wycheproofMlDsaSign('committed').filter((item) => !item.id.endsWith('(mu)')).length +
      vectors.wycheproofVerify('committed').length +
      vectors.wycheproofKeyAgreement('committed').length +
      vectors.wycheproofJwkAgreement('committed').length +
      vectors.wycheproofAead('committed').length +
      vectors.wycheproofHkdf('committed').length +
      vectors.wycheproofMac('committed').length +
      vectors.wycheproofPbkdf2('committed').length +
      vectors.wycheproofPbes2('committed').length +
      vectors.wycheproofCbc('committed').length +
      vectors.wycheproofRsaOaep('committed').length;
    const all = counted(/^wycheproof\//);
    expect(count).toBeLessThanOrEqual(all);
    expect(count).toBeGreaterThan(all * 0.97);
  });

  test('key files: every ML-KEM and ML-DSA set in six private forms', () => {
    expect(vectors.keyCodecs('committed').map((item) => item.algorithm)).toEqual([
      'ML-KEM-512',
      'ML-KEM-768',
      'ML-KEM-1024',
      'ML-DSA-44',
      'ML-DSA-65',
      'ML-DSA-87',
    ]);
    for (const item of vectors.keyCodecs('committed'))
      for (const form of vectors.KEY_FORMS)
        expect(item.privateKeyPems[form]).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });
});

describe('the committed data covers', () => {
  const verdicts = (cases: readonly { readonly verdict: string }[]): readonly string[] =>
    [...new Set(cases.map((item) => item.verdict))].sort();

  test('every parameter set of FIPS 203, 204 and 205', () => {
    const sets = (cases: readonly { readonly algorithm: string }[]): number =>
      new Set(cases.map((item) => item.algorithm)).size;
    expect(sets(vectors.acvpKemKeyGen('committed'))).toBe(3);
    expect(sets(vectors.acvpMlDsaKeyGen('committed'))).toBe(3);
    expect(sets(vectors.acvpSlhDsaKeyGen('committed'))).toBe(12);
    expect(sets(vectors.acvpSlhDsaSign('committed'))).toBe(12);
    expect(sets(vectors.acvpSlhDsaVerify('committed'))).toBe(12);
    expect(sets(vectors.compositeSignatures('committed'))).toBe(18);
    expect(sets(vectors.compositeKems('committed'))).toBe(12);
  });

  test('every way to sign', () => {
    const kinds = (cases: readonly vectors.SignCase[]): readonly string[] =>
      [
        ...new Set(
          cases.map((item) => `${item.input.kind} ${item.randomness === undefined ? '' : 'hedged'}`),
        ),
      ].sort();
    expect(kinds(vectors.acvpMlDsaSign('committed'))).toEqual([
      'message ',
      'message hedged',
      'mu ',
      'mu hedged',
    ]);
    expect(kinds(vectors.acvpSlhDsaSign('committed'))).toEqual(['message ', 'pre-hash hedged']);
  });

  test('both verdicts', () => {
    expect(verdicts(vectors.acvpMlDsaVerify('committed'))).toEqual(['invalid', 'valid']);
    expect(verdicts(vectors.acvpSlhDsaVerify('committed'))).toEqual(['invalid', 'valid']);
    expect(verdicts(vectors.wycheproofKemEncapsulate('committed'))).toEqual(['invalid', 'valid']);
    expect(verdicts(vectors.wycheproofKeyAgreement('committed'))).toEqual(['acceptable', 'invalid', 'valid']);
    expect(verdicts(vectors.opensslKemDecapsulate('committed'))).toEqual(['invalid', 'valid']);
    expect(verdicts(vectors.encryptedKeys('committed'))).toEqual(['acceptable', 'invalid', 'valid']);
  });
});

describe.runIf(vectorRoots('shared').length > 0)('the corpora beside the repository', () => {
  test('load', () => {
    for (const cases of [
      vectors.acvpKemKeyCheck('shared'),
      vectors.acvpMlDsaVerify('shared'),
      vectors.acvpSlhDsaSign('shared'),
      vectors.wycheproofVerify('shared'),
      vectors.opensslKemDecapsulate('shared'),
      vectors.nistKemKnownAnswers('shared').decapsulate,
      vectors.nistMlDsaKnownAnswers('shared').sign,
      vectors.cctvKemKnownAnswers('shared').decapsulate,
      vectors.cctvKemStrcmp('shared'),
      vectors.cctvKemModulus('shared'),
      vectors.mlDsaAccumulated('shared'),
      vectors.cctvMlDsaBenchmark('shared'),
      vectors.hybridKem('shared'),
      vectors.hybridKemWithComponents('shared'),
      vectors.xWing('shared'),
      vectors.xWingKeyFiles('shared'),
      vectors.hpkeRfc9180('shared'),
      vectors.hpkeAccumulated('shared'),
      vectors.hpkePq('shared'),
      vectors.compositeSignatures('shared'),
      vectors.compositeKems('shared'),
      vectors.compositeCombiners('shared'),
      vectors.keyCodecs('shared'),
      vectors.slhDsaVec('shared'),
    ])
      expect(cases.length).toBeGreaterThan(0);
  });

  test('give each case once when the committed data holds it too', () => {
    const committed = vectors.wycheproofAead('committed').length;
    const shared = vectors.wycheproofAead('shared').length;
    expect(vectors.wycheproofAead().length).toBe(Math.max(committed, shared));
  });
});

describe.runIf(vectorRoots('shared').length > 0)("CCTV's ML-KEM keys", () => {
  test('were derived as in the draft of FIPS 203, which is why their seeds are no key generation cases', () => {
    const seeds = vectors.cctvKemSeeds('shared');
    expect(seeds.length).toBeGreaterThan(0);
    for (const { id, d, publicKey } of seeds) {
      const rho = createHash('sha3-512').update(d).digest().subarray(0, 32);
      expect(Buffer.compare(rho, publicKey.subarray(-32)), id).toBe(0);
    }
  });
});

describe('HPKE messages', () => {
  test('know their place in the context', () => {
    const [first] = vectors.hpkeRfc9180('committed');
    expect(first?.encryptions.map((item) => item.sequence)).toEqual([0, 1, 2, 4, 10, 32, 255, 256]);
  });
});

describe('damaged data fails loudly', () => {
  const fields = new Fields({ text: 'zz', number: 1, list: [1], nothing: null }, 'here');

  test.each<[string, () => unknown, RegExp]>([
    ['a missing field', () => fields.hex('absent'), /here: field "absent" is missing/],
    ['null where a value must be', () => fields.text('nothing'), /field "nothing" is not a string/],
    ['a number for a string', () => fields.text('number'), /field "number" is not a string/],
    ['a string for a number', () => fields.number('text'), /field "text" is not a number/],
    ['a string for a boolean', () => fields.boolean('text'), /field "text" is not a boolean/],
    ['a string for an object', () => fields.object('text'), /here.text: not an object/],
    ['a number for a list', () => fields.objects('number'), /here.number: not an array/],
    ['a list of numbers for strings', () => fields.texts('list'), /not an array of strings/],
    ['a verdict that is none', () => fields.oneOf('text', ['valid']), /field "text" is not valid/],
    ['no hexadecimal', () => fields.hex('text'), /here.text: not hexadecimal/],
    ['half a byte', () => hexBytes('abc', 'x'), /not hexadecimal/],
    ['no base64', () => base64Bytes('a-==', 'x'), /not base64/],
    ['a wrong size', () => requireSize(new Uint8Array(3), 4, 'x'), /3 bytes, expected 4/],
    ['a line without a value', () => stanzas(file('name\n')), /line 1: no "name = value"/],
    ['a stanza without the field', () => stanzas(file('a = 1\n'))[0]?.hex('b'), /field "b" is missing/],
    ['an array for an object', () => jsonObject(file('[]')), /not an object/],
  ])('%s', (_, read, message) => {
    expect(read).toThrow(VectorFormatError);
    expect(read).toThrow(message);
  });
});

describe('stanzas', () => {
  test('end at empty lines, and keep comments and repeated fields', () => {
    const [first, second, ...more] = stanzas(file('# why\na = 1\na = 2\n\n\nb = 3 = 4\n'));
    expect(first?.comment).toBe('why');
    expect(first?.all('a')).toEqual(['1', '2']);
    expect(second?.text('b')).toBe('3 = 4');
    expect(more).toEqual([]);
  });

  test('end where the first field comes again', () => {
    expect(stanzas(file('count = 0\na = \ncount = 1\na = 2'), 'count').map((item) => item.text('a'))).toEqual(
      ['', '2'],
    );
  });
});

test('distinct cases differ in more than name and note', () => {
  const one = { id: 'a', origin: 'committed' as const, note: 'x', data: new Uint8Array([1, 2]), length: 3 };
  expect(distinct([one, { ...one, id: 'b', note: 'y' }])).toEqual([one]);
  expect(distinct([one, { ...one, data: new Uint8Array([1, 3]) }])).toHaveLength(2);
  expect(distinct([one, { ...one, length: 4 }])).toHaveLength(2);
});

describe('SHAKE128 streams', () => {
  test('give the same bytes in pieces as at once', () => {
    const at = (...lengths: readonly number[]): string => {
      const stream = new vectors.ShakeStream();
      return Buffer.concat(lengths.map((length) => stream.read(length))).toString('hex');
    };
    const expected = createHash('shake128', { outputLength: 200_000 }).digest('hex');
    expect(at(1, 65_535, 1, 134_463)).toBe(expected);
  });

  test('draw the inputs of accumulated HPKE answers', () => {
    const inputs = vectors.accumulatedInputs();
    // SHAKE128("") starts 7f9c2ba4...: 0x7f bytes come first.
    expect(inputs.next().value).toHaveLength(0x7f);
  });
});
