/** What must hold of the tables as such: complete, frozen, unambiguous, and of one mind with themselves. */
import { describe, expect, it } from 'vitest';

import {
  AEAD_NAMES,
  AEADS,
  algorithm,
  ALGORITHMS,
  type AlgorithmDescriptor,
  COMPOSITE_KEM_NAMES,
  COMPOSITE_SIGNATURE_NAMES,
  DHKEM_NAMES,
  ECDSA_NAMES,
  EDDSA_NAMES,
  findByOid,
  HASH_ML_DSA_NAMES,
  HASH_NAMES,
  HASH_SLH_DSA_NAMES,
  HASHES,
  HYBRID_KEM_NAMES,
  hash,
  KDF_NAMES,
  KDFS,
  kem,
  KEMS,
  KEY_AGREEMENT_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  OBSOLETE,
  RSA_OAEP_NAMES,
  RSA_SIGNATURE_NAMES,
  signature,
  SIGNATURES,
  SLH_DSA_NAMES,
  STATEFUL_HASH_NAMES,
  TLS_HYBRID_NAMES,
} from '../../src/registry/index.ts';

function groupBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): ReadonlyMap<Key, readonly Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

const names = (rows: readonly { readonly name: string }[]): readonly string[] => rows.map(({ name }) => name);

describe('rows', () => {
  it('are one per name, under their own name', () => {
    expect(names(KEMS).toSorted()).toEqual(
      [
        ...ML_KEM_NAMES,
        ...TLS_HYBRID_NAMES,
        ...HYBRID_KEM_NAMES,
        ...COMPOSITE_KEM_NAMES,
        ...KEY_AGREEMENT_NAMES,
        ...RSA_OAEP_NAMES,
        ...DHKEM_NAMES,
      ].toSorted(),
    );
    expect(names(SIGNATURES).toSorted()).toEqual(
      [
        ...ML_DSA_NAMES,
        ...HASH_ML_DSA_NAMES,
        ...SLH_DSA_NAMES,
        ...HASH_SLH_DSA_NAMES,
        ...COMPOSITE_SIGNATURE_NAMES,
        ...EDDSA_NAMES,
        ...ECDSA_NAMES,
        ...RSA_SIGNATURE_NAMES,
        ...STATEFUL_HASH_NAMES,
      ].toSorted(),
    );
    expect(names(HASHES)).toEqual(HASH_NAMES);
    expect(names(AEADS)).toEqual(AEAD_NAMES);
    expect(names(KDFS)).toEqual(KDF_NAMES);
    for (const row of ALGORITHMS) expect(algorithm(row.name)).toBe(row);
  });

  it('cover the families in full', () => {
    const kinds = groupBy(ALGORITHMS, ({ kind }) => kind);
    expect(Object.fromEntries([...kinds].map(([kind, rows]) => [kind, rows.length]))).toEqual({
      'ml-kem': 3,
      'tls-hybrid': 3,
      'hybrid-kem': 3,
      'composite-kem': 12,
      'key-agreement': 7,
      'rsa-oaep': 3,
      dhkem: 5,
      'ml-dsa': 3,
      'hash-ml-dsa': 3,
      'slh-dsa': 12,
      'hash-slh-dsa': 12,
      'composite-signature': 18,
      eddsa: 2,
      ecdsa: 11,
      rsa: 18,
      'stateful-hash': 3,
      hash: 11,
      xof: 4,
      aead: 3,
      hkdf: 3,
      'xof-kdf': 4,
    });
  });

  it('refuse names that are not theirs', () => {
    for (const name of ['ML-DSA-65', 'toString', '__proto__', ''])
      expect(() => kem(name as 'ML-KEM-768')).toThrow(
        expect.objectContaining({ code: 'unknown_algorithm' }) as Error,
      );
  });

  it('are frozen to the bottom, as are the lists', () => {
    let objects = 0;
    const check = (value: unknown, where: string): void => {
      if (typeof value !== 'object' || value === null) return;
      objects++;
      expect(Object.isFrozen(value), where).toBe(true);
      for (const [key, child] of Object.entries(value)) check(child, `${where}.${key}`);
    };
    for (const list of [ALGORITHMS, KEMS, SIGNATURES, HASHES, AEADS, KDFS, OBSOLETE]) check(list, 'list');
    expect(objects).toBeGreaterThan(1000);
  });

  it('are data and nothing else', () => {
    for (const row of [...ALGORITHMS, ...OBSOLETE]) expect(JSON.parse(JSON.stringify(row))).toEqual(row);
  });
});

describe('names', () => {
  it('and aliases belong to one row each, whatever the case', () => {
    const owners = new Map<string, string>();
    for (const { name, aliases } of [...ALGORITHMS, ...OBSOLETE])
      for (const spelling of [name, ...aliases].map((text) => text.toLowerCase())) {
        expect(owners.get(spelling), `${spelling} of ${name}`).toBeUndefined();
        owners.set(spelling, name);
      }
  });

  it('of TLS and JOSE never mean a different row than the same word as a name', () => {
    const owners = new Map<string, string>();
    for (const { name, aliases } of [...ALGORITHMS, ...OBSOLETE])
      for (const spelling of [name, ...aliases]) owners.set(spelling.toLowerCase(), name);
    for (const { name, identifiers } of ALGORITHMS)
      for (const word of [identifiers.jose, identifiers.tlsGroup?.name, identifiers.tlsSignature?.name]) {
        const owner = word === undefined ? undefined : owners.get(word.toLowerCase());
        if (owner !== undefined) expect(owner, word).toBe(name);
      }
  });
});

/** The identifiers that several rows may carry: they leave the modulus, or the curve, to the key or to parameters. */
const sharedBy = (row: AlgorithmDescriptor): string | undefined => {
  switch (row.kind) {
    case 'rsa':
      return row.padding === 'pss' ? 'rsa pss' : `rsa ${row.hash}`;
    case 'rsa-oaep':
      return 'rsa oaep';
    case 'ecdsa':
      return `ecdsa ${row.hash}`;
    default:
      return undefined;
  }
};

describe('identifiers', () => {
  const spaces = {
    oid: (row: AlgorithmDescriptor) => row.identifiers.oid,
    cose: (row: AlgorithmDescriptor) => row.identifiers.cose,
    jose: (row: AlgorithmDescriptor) => row.identifiers.jose,
    tlsGroup: (row: AlgorithmDescriptor) => row.identifiers.tlsGroup?.code,
    tlsGroupName: (row: AlgorithmDescriptor) => row.identifiers.tlsGroup?.name.toLowerCase(),
    tlsSignature: (row: AlgorithmDescriptor) => row.identifiers.tlsSignature?.code,
    tlsSignatureName: (row: AlgorithmDescriptor) => row.identifiers.tlsSignature?.name.toLowerCase(),
    hpke: (row: AlgorithmDescriptor) =>
      row.identifiers.hpke === undefined ? undefined : `${row.use} ${String(row.identifiers.hpke)}`,
  };

  for (const [space, read] of Object.entries(spaces))
    it(`of ${space} belong to one row, or to rows that are documented to share them`, () => {
      let seen = 0;
      const rows = groupBy<AlgorithmDescriptor, string | number | undefined>(ALGORITHMS, read);
      for (const [identifier, owners] of rows) {
        if (identifier === undefined) continue;
        seen += owners.length;
        const groups = new Set(owners.map((row) => sharedBy(row) ?? row.name));
        expect([...groups], `${space} ${String(identifier)}`).toHaveLength(1);
      }
      expect(seen).toBeGreaterThan(0);
    });

  it('are well formed', () => {
    for (const { name, identifiers } of [...ALGORITHMS, ...OBSOLETE]) {
      const { oid, cose, tlsGroup, tlsSignature, hpke } = identifiers;
      if (oid !== undefined) expect(oid, name).toMatch(/^[0-2](?:\.(?:0|[1-9]\d*))+$/);
      if (cose !== undefined) expect(Number.isSafeInteger(cose), name).toBe(true);
      for (const code of [tlsGroup?.code, tlsSignature?.code, hpke])
        if (code !== undefined) expect(code === (code & 0xffff), name).toBe(true);
    }
  });

  it('of obsolete rows belong to one obsolete row, and collide with a living one only where it says so', () => {
    const owners = new Map<string, string>();
    for (const { name, identifiers, oidPrefix } of OBSOLETE)
      for (const [space, value] of Object.entries({ ...identifiers, oidPrefix })) {
        if (value === undefined) continue;
        const key = `${space} ${typeof value === 'object' ? String(value.code) : String(value)}`;
        expect(owners.get(key), `${key} of ${name}`).toBeUndefined();
        owners.set(key, name);
      }
    const living = new Set(
      ALGORITHMS.flatMap(({ identifiers }) => [
        `cose ${String(identifiers.cose)}`,
        `oid ${String(identifiers.oid)}`,
        `tlsGroup ${String(identifiers.tlsGroup?.code)}`,
        `tlsSignature ${String(identifiers.tlsSignature?.code)}`,
      ]),
    );
    const collisions = [...owners.keys()].filter((key) => living.has(key));
    expect(collisions).toEqual(['cose -51', 'cose -52', 'cose -53']);
  });
});

describe('hybrids and composites', () => {
  it('have the category of their post-quantum half, and their halves are what they say', () => {
    let pairs = 0;
    for (const row of [...KEMS, ...SIGNATURES]) {
      if (!('postQuantum' in row)) continue;
      pairs++;
      const [postQuantum, traditional] = [algorithm(row.postQuantum), algorithm(row.traditional)];
      expect(row.nature, row.name).toBe('hybrid');
      expect(row.category, row.name).toBe(postQuantum.category);
      expect(postQuantum.nature, row.name).toBe('post-quantum');
      expect(traditional.nature, row.name).toBe('classical');
      expect(traditional.category, row.name).toBe(0);
    }
    expect(pairs).toBe(3 + 3 + 12 + 18);
  });

  it('of TLS list both halves in their order', () => {
    for (const name of TLS_HYBRID_NAMES) {
      const { order, postQuantum, traditional } = kem(name);
      expect(new Set<string>(order)).toEqual(new Set([postQuantum, traditional]));
    }
    expect(kem('X25519MLKEM768').order[0]).toBe('ML-KEM-768');
    expect(kem('SecP256r1MLKEM768').order[0]).toBe('P-256');
    expect(kem('SecP384r1MLKEM1024').order[0]).toBe('P-384');
  });

  it('carry distinct labels, except where two documents share one construction', () => {
    const labels = groupBy(
      [...KEMS, ...SIGNATURES].filter((row) => 'label' in row),
      ({ label }) => label,
    );
    const shared = [...labels].filter(([, rows]) => rows.length > 1).map(([, rows]) => names(rows));
    expect(shared).toEqual([
      ['MLKEM768-X25519', 'MLKEM768-X25519-SHA3-256'],
      ['MLKEM768-P256', 'MLKEM768-ECDH-P256-SHA3-256'],
      ['MLKEM1024-P384', 'MLKEM1024-ECDH-P384-SHA3-256'],
    ]);
    expect(Buffer.from(kem('MLKEM768-X25519').label).toString('hex')).toBe('5c2e2f2f5e5c');
  });

  it('prehash with the length the hash has', () => {
    for (const name of COMPOSITE_SIGNATURE_NAMES) {
      const { prehash, prehashLength } = signature(name);
      expect(prehashLength, name).toBe(hash(prehash).digestSize);
    }
  });
});

describe('keys', () => {
  it('of one form lead from its OID to every algorithm of that form', () => {
    for (const row of [...KEMS, ...SIGNATURES]) {
      if (row.key.kind === 'raw' || row.key.kind === 'okp') expect(findByOid(row.key.oid)).toContain(row);
      if (row.key.kind === 'ec') expect(findByOid(row.key.curveOid)).toContain(row);
      if (row.key.kind === 'rsa') expect(findByOid('1.2.840.113549.1.1.1')).toContain(row);
    }
  });

  it('of the raw form belong to one algorithm, whose OID is theirs', () => {
    for (const row of [...KEMS, ...SIGNATURES])
      if (row.key.kind === 'raw') {
        expect(row.identifiers.oid, row.name).toBe(row.key.oid);
        expect(findByOid(row.key.oid), row.name).toEqual([row]);
      }
  });
});

describe('obsolete rows', () => {
  it('name a living replacement and say where they were seen', () => {
    for (const row of OBSOLETE) {
      expect(ALGORITHMS, row.name).toContain(algorithm(row.replacement));
      expect(row.was, row.name).not.toBe('');
      expect(row.reference, row.name).not.toBe('');
    }
  });

  it('can be met: by name alone or by an identifier', () => {
    for (const { name, aliases, identifiers, oidPrefix } of OBSOLETE)
      expect(
        aliases.length + Object.keys(identifiers).length + (oidPrefix === undefined ? 0 : 1),
        name,
      ).toBeGreaterThan(0);
  });
});
