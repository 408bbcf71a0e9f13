/** Lookups and the search behind `hybridge explain`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ALGORITHMS,
  find,
  findByCose,
  findByHpkeKem,
  findByJose,
  findByName,
  findByOid,
  findByTlsGroup,
  findByTlsSignature,
  OBSOLETE,
  type RegistryEntry,
  unknownAlgorithm,
} from '../../src/registry/index.ts';

const ENTRIES: readonly RegistryEntry[] = [...ALGORITHMS, ...OBSOLETE];

const names = (query: string): readonly string[] => find(query).matches.map(({ entry }) => entry.name);

describe('find', () => {
  it.each([
    ['ML-KEM-768', ['ML-KEM-768']],
    ['ml-kem-768', ['ML-KEM-768']],
    ['  X-Wing ', ['MLKEM768-X25519']],
    ['mldsa65', ['ML-DSA-65']],
    ['id-MLDSA65-ECDSA-P256-SHA512', ['MLDSA65-ECDSA-P256-SHA512']],
    ['prime256v1', ['P-256']],
    ['secp256r1', ['P-256']],
    ['ES256', ['ECDSA-P256-SHA256']],
    ['ESP256', ['ECDSA-P256-SHA256']],
    ['ML-DSA-65-ES256', ['MLDSA65-ECDSA-P256-SHA512']],
    ['PS256', ['RSA2048-PSS-SHA256', 'RSA3072-PSS-SHA256', 'RSA4096-PSS-SHA256']],
    ['2.16.840.1.101.3.4.4.2', ['ML-KEM-768']],
    ['urn:oid:2.16.840.1.101.3.4.3.18', ['ML-DSA-65']],
    ['1.3.6.1.5.5.7.6.45', ['MLDSA65-ECDSA-P256-SHA512']],
    ['1.3.6.1.4.1.62253.25722', ['MLKEM768-X25519']],
    ['1.2.840.10045.3.1.7', ['P-256', 'ECDSA-P256-SHA256', 'ECDSA-P256-SHA384', 'ECDSA-P256-SHA512']],
    ['0x11ec', ['X25519MLKEM768']],
    ['0X11EC', ['X25519MLKEM768']],
    ['4588', ['X25519MLKEM768']],
    ['0x0905', ['ML-DSA-65']],
    ['0x647a', ['MLKEM768-X25519']],
    ['-48', ['ML-DSA-44']],
    ['\u221248', ['ML-DSA-44']],
    ['-51', ['ECDSA-P384-SHA384', 'COSE SLH-DSA-SHA2-128s request']],
    ['1', ['AES-128-GCM', 'HKDF-SHA256']],
    ['0x6399', ['X25519Kyber768Draft00']],
    ['25498', ['SecP256r1Kyber768Draft00']],
    ['0x2f39', ['x25519_kyber512']],
    ['0x0030', ['HPKE X25519Kyber768Draft00']],
    ['kyber768', ['Kyber768']],
    ['CRYSTALS-Dilithium', ['Dilithium']],
    ['1.3.6.1.4.1.2.267.7.6.5', ['Dilithium3']],
    ['2.16.840.1.114027.80.9.1.8', ['MLDSA65-ECDSA-P256-SHA512 of draft-07']],
    ['-7', ['COSE ES256']],
  ])('%s', (query, expected) => {
    expect(names(query)).toEqual(expected);
    expect(find(query).suggestions).toEqual([]);
  });

  it('says where it found what', () => {
    const [match] = find('MLKEM768').matches;
    expect(match?.by).toEqual(['alias', 'tls-group']);
    expect(find('1').matches.map(({ by }) => by)).toEqual([['cose', 'hpke-aead'], ['hpke-kdf']]);
    expect(find('0x0041').matches.map(({ by }) => by)).toEqual([['hpke-kem']]);
    expect(find('ed25519').matches.map(({ by }) => by)).toEqual([['name', 'jose', 'tls-signature']]);
  });

  it('goes from an unlisted OID to the abandoned arc it is under, the nearest one', () => {
    expect(names('2.16.840.1.114027.80.8.1.63')).toEqual(['Composite ML-DSA before draft-06']);
    expect(names('1.3.6.1.4.1.2.267.11.4.4')).toEqual(['Dilithium']);
    expect(names('1.3.6.1.4.1.2.267.8.4.4')).toEqual(["Kyber in IBM's arc"]);
    expect(names('1.3.6.1.4.1.2.2670')).toEqual([]);
  });

  it.each([
    ['MLKEM-786', 'ML-KEM-768'],
    ['ml kem 768', 'ML-KEM-768'],
    ['dilitium3', 'Dilithium3'],
    ['p-265', 'P-256'],
    ['x25519_mlkem768', 'X25519MLKEM768'],
    ['MLDSA65-ECDSA-P256', 'MLDSA65-ECDSA-P256-SHA512'],
    ['SHA_256', 'SHA-256'],
    ['ecdsa', 'ECDSA-P256-SHA256'],
  ])('suggests for %s first %s', (query, expected) => {
    expect(find(query).matches).toEqual([]);
    expect(find(query).suggestions[0]).toBe(expected);
  });

  it('suggests nothing where nothing is near', () => {
    for (const query of [
      '',
      '   ',
      '???',
      'rot13 twice',
      '\u{1f512}',
      '9'.repeat(9),
      'ML-KEM-768'.repeat(20),
    ])
      expect(find(query)).toEqual({ matches: [], suggestions: [] });
  });

  it('finds every row by everything it carries', () => {
    let identifiers = 0;
    for (const entry of ENTRIES) {
      const { oid, cose, jose, tlsGroup, tlsSignature, hpke } = entry.identifiers;
      const queries = [
        entry.name,
        ...entry.aliases,
        oid,
        cose?.toString(),
        jose,
        tlsGroup?.name,
        tlsGroup?.code.toString(),
        tlsGroup && `0x${tlsGroup.code.toString(16)}`,
        tlsSignature?.name,
        tlsSignature && `0x${tlsSignature.code.toString(16).padStart(4, '0')}`,
        hpke?.toString(),
      ];
      for (const query of queries) {
        if (query === undefined) continue;
        identifiers++;
        expect(
          find(query).matches.some((match) => match.entry === entry),
          `${query} of ${entry.name}`,
        ).toBe(true);
      }
    }
    expect(identifiers).toBeGreaterThan(1000);
  });
});

describe('find, whatever it is given', () => {
  const spelt = fc.constantFrom(...ENTRIES.flatMap(({ name, aliases }) => [name, ...aliases]));
  const queries = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.integer().map(String),
    fc.integer().map((number) => `0x${(number >>> 0).toString(16)}`),
    fc.array(fc.nat(), { maxLength: 12 }).map((arcs) => arcs.join('.')),
    fc.tuple(spelt, fc.string({ maxLength: 3 })).map(([name, tail]) => name + tail),
    fc.string({ minLength: 1000, maxLength: 2000 }),
  );

  it('never throws, and gives either matches with reasons or suggestions that are names', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { matches, suggestions } = find(query);
        expect(matches.every(({ by }) => by.length > 0)).toBe(true);
        expect(matches.length === 0 || suggestions.length === 0).toBe(true);
        expect(suggestions.length).toBeLessThanOrEqual(5);
        for (const name of suggestions) expect(findByName(name)?.name).toBe(name);
      }),
      { numRuns: 500 },
    );
  });

  it('ignores case and surrounding space in names', () => {
    fc.assert(
      fc.property(spelt, fc.infiniteStream(fc.boolean()), (name, upper) => {
        const mixed = name.replaceAll(/[a-z]/gi, (letter) =>
          upper.next().value === true ? letter.toUpperCase() : letter.toLowerCase(),
        );
        expect(find(` ${mixed}\n`).matches).toEqual(find(name).matches);
      }),
    );
  });

  it('suggests a name that lost one letter', () => {
    fc.assert(
      fc.property(spelt, fc.nat(), (name, position) => {
        const at = position % name.length;
        const { matches, suggestions } = find(name.slice(0, at) + name.slice(at + 1));
        fc.pre(name.replaceAll(/[^a-z0-9]/gi, '').length > 4 && matches.length === 0);
        expect(suggestions.length).toBeGreaterThan(0);
      }),
    );
  });

  it('takes no numbers apart that only look like one', () => {
    for (const query of ['0x', '0xg1', '--48', '4588n', '1e3', '+48', '48.0', '0x1_1ec', '99999999999'])
      expect(find(query).matches).toEqual([]);
  });
});

describe('lookups', () => {
  it('give what is registered, and nothing else', () => {
    expect(findByName('X-WING')?.name).toBe('MLKEM768-X25519');
    expect(findByName('nothing')).toBeUndefined();
    expect(findByName('constructor')).toBeUndefined();
    expect(findByOid('2.16.840.1.101.3.4.3.17').map(({ name }) => name)).toEqual(['ML-DSA-44']);
    expect(findByOid('2.16.840.1.101.3.4.3')).toEqual([]);
    expect(findByOid('1.2.840.10045.4.3.2').map(({ name }) => name)).toEqual([
      'ECDSA-P256-SHA256',
      'ECDSA-brainpoolP256r1-SHA256',
      'ECDSA-P384-SHA256',
      'ECDSA-P521-SHA256',
    ]);
    expect(findByOid('1.2.840.113549.1.1.1')).toHaveLength(21);
    expect(findByOid('1.2.840.10045.2.1')).toHaveLength(16);
    expect(findByCose(-48).map(({ name }) => name)).toEqual(['ML-DSA-44']);
    expect(findByCose(-999_999)).toEqual([]);
    expect(findByJose('RS256')).toHaveLength(3);
    expect(findByJose('rs256')).toEqual([]);
    expect(findByTlsGroup(0x0201)?.name).toBe('ML-KEM-768');
    expect(findByTlsGroup(0x0a0a)).toBeUndefined();
    expect(findByTlsSignature(0x0804)).toHaveLength(3);
    expect(findByHpkeKem(0x0041)?.name).toBe('ML-KEM-768');
    expect(findByHpkeKem(0x0001)).toBeUndefined();
  });

  it('put the living owner of a number before dead claims to it', () => {
    for (const number of [-51, -52, -53])
      expect(findByCose(number).map(({ status }) => status)).toEqual(['standard', 'obsolete']);
  });
});

describe('unknownAlgorithm', () => {
  it('names the replacement of what is obsolete', () => {
    const error = unknownAlgorithm('Kyber768');
    expect(error.code).toBe('unknown_algorithm');
    expect(error.hint).toBe('use ML-KEM-768 instead');
    expect(error.details['replacement']).toBe('ML-KEM-768');
  });

  it('names what is near, and hints at nothing where nothing is', () => {
    expect(unknownAlgorithm('ML-KEM-786').hint).toBe('did you mean ML-KEM-768?');
    expect(unknownAlgorithm('').hint).toBeUndefined();
  });

  it('does not repeat endless input', () => {
    expect(unknownAlgorithm('z'.repeat(10_000)).message.length).toBeLessThan(120);
  });
});
