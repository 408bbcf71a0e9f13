import { deepFreeze } from './freeze.ts';
import { row as rowOf } from './row.ts';
import { HASH_NAMES, type HashName } from './names.ts';
import type { HashDescriptor, Identifiers, Nature, SecurityCategory, Status } from './types.ts';

interface Row {
  readonly digest: number;
  readonly block: number;
  readonly category: SecurityCategory;
  readonly ids: Identifiers;
  readonly aliases: readonly string[];
}

interface Family {
  readonly kind: 'hash' | 'xof';
  readonly nature: Nature;
  readonly status: Status;
  readonly date: string;
  readonly reference: string;
}

const SHA1: Family = {
  kind: 'hash',
  nature: 'classical',
  status: 'obsolete',
  date: '2015-08',
  reference: 'FIPS 180-4; withdrawal SP 800-131A',
};
const SHA2: Family = {
  kind: 'hash',
  nature: 'post-quantum',
  status: 'standard',
  date: '2015-08',
  reference: 'FIPS 180-4; COSE RFC 9054',
};
const SHA3: Family = {
  kind: 'hash',
  nature: 'post-quantum',
  status: 'standard',
  date: '2015-08',
  reference: 'FIPS 202',
};
const SHAKE: Family = { ...SHA3, kind: 'xof', reference: 'FIPS 202; COSE RFC 9054' };
const TURBO: Family = { ...SHA3, kind: 'xof', date: '2025-10', reference: 'RFC 9861' };

/** nistAlgorithms hashAlgs. */
const hashAlgs = (arc: number): string => `2.16.840.1.101.3.4.2.${String(arc)}`;

function hashRow(name: HashName, family: Family, row: Row): HashDescriptor {
  return {
    name,
    use: 'hash',
    ...family,
    category: row.category,
    stateful: false,
    digestSize: row.digest,
    blockSize: row.block,
    identifiers: row.ids,
    aliases: row.aliases,
  };
}

/** Hashes and extendable-output functions; the category is that of a collision. */
export const HASH: Readonly<Record<HashName, HashDescriptor>> = deepFreeze({
  'SHA-1': hashRow('SHA-1', SHA1, {
    digest: 20,
    block: 64,
    category: 0,
    ids: { oid: '1.3.14.3.2.26', cose: -14 },
    aliases: ['SHA1'],
  }),
  'SHA-224': hashRow('SHA-224', SHA2, {
    digest: 28,
    block: 64,
    category: 0,
    ids: { oid: hashAlgs(4) },
    aliases: ['SHA224', 'SHA2-224'],
  }),
  'SHA-256': hashRow('SHA-256', SHA2, {
    digest: 32,
    block: 64,
    category: 2,
    ids: { oid: hashAlgs(1), cose: -16 },
    aliases: ['SHA256', 'SHA2-256'],
  }),
  'SHA-384': hashRow('SHA-384', SHA2, {
    digest: 48,
    block: 128,
    category: 4,
    ids: { oid: hashAlgs(2), cose: -43 },
    aliases: ['SHA384', 'SHA2-384'],
  }),
  'SHA-512': hashRow('SHA-512', SHA2, {
    digest: 64,
    block: 128,
    category: 5,
    ids: { oid: hashAlgs(3), cose: -44 },
    aliases: ['SHA512', 'SHA2-512'],
  }),
  'SHA-512/224': hashRow('SHA-512/224', SHA2, {
    digest: 28,
    block: 128,
    category: 0,
    ids: { oid: hashAlgs(5) },
    aliases: ['SHA512-224', 'SHA2-512/224'],
  }),
  'SHA-512/256': hashRow('SHA-512/256', SHA2, {
    digest: 32,
    block: 128,
    category: 2,
    ids: { oid: hashAlgs(6), cose: -17 },
    aliases: ['SHA512-256', 'SHA2-512/256'],
  }),
  'SHA3-224': hashRow('SHA3-224', SHA3, {
    digest: 28,
    block: 144,
    category: 0,
    ids: { oid: hashAlgs(7) },
    aliases: [],
  }),
  'SHA3-256': hashRow('SHA3-256', SHA3, {
    digest: 32,
    block: 136,
    category: 2,
    ids: { oid: hashAlgs(8) },
    aliases: [],
  }),
  'SHA3-384': hashRow('SHA3-384', SHA3, {
    digest: 48,
    block: 104,
    category: 4,
    ids: { oid: hashAlgs(9) },
    aliases: [],
  }),
  'SHA3-512': hashRow('SHA3-512', SHA3, {
    digest: 64,
    block: 72,
    category: 5,
    ids: { oid: hashAlgs(10) },
    aliases: [],
  }),
  SHAKE128: hashRow('SHAKE128', SHAKE, {
    digest: 32,
    block: 168,
    category: 2,
    ids: { oid: hashAlgs(11), cose: -18 },
    aliases: ['SHAKE-128'],
  }),
  SHAKE256: hashRow('SHAKE256', SHAKE, {
    digest: 64,
    block: 136,
    category: 5,
    ids: { oid: hashAlgs(12), cose: -45 },
    aliases: ['SHAKE-256'],
  }),
  TurboSHAKE128: hashRow('TurboSHAKE128', TURBO, {
    digest: 32,
    block: 168,
    category: 2,
    ids: { cose: -261 },
    aliases: ['TurboSHAKE-128'],
  }),
  TurboSHAKE256: hashRow('TurboSHAKE256', TURBO, {
    digest: 64,
    block: 136,
    category: 5,
    ids: { cose: -262 },
    aliases: ['TurboSHAKE-256'],
  }),
});

/** Every hash and extendable-output function. */
export const HASHES: readonly HashDescriptor[] = Object.freeze(HASH_NAMES.map((name) => HASH[name]));

/**
 * The descriptor of a hash or extendable-output function.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 */
export function hash(name: HashName): HashDescriptor {
  return rowOf(HASH, name);
}
