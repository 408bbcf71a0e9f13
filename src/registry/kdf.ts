import { deepFreeze } from './freeze.ts';
import { KDF_NAMES, type HashName, type KdfName } from './names.ts';
import { row as rowOf } from './row.ts';
import type { KdfDescriptor, SecurityCategory } from './types.ts';

const COMMON = { use: 'kdf', nature: 'post-quantum', stateful: false } as const;

interface Row {
  readonly hash: HashName;
  readonly size: number;
  readonly category: SecurityCategory;
  readonly hpke: number;
}

function hkdf(name: KdfName, oid: string, row: Row): KdfDescriptor {
  const { hpke, ...rest } = row;
  return {
    name,
    kind: 'hkdf',
    ...COMMON,
    status: 'standard',
    date: '2010-05',
    reference: 'RFC 5869; OID RFC 8619; HPKE RFC 9180 §7.2',
    ...rest,
    identifiers: { oid, hpke },
    aliases: [`HKDF-${row.hash}`, `id-alg-hkdf-with-${row.hash.replace('-', '')}`],
  };
}

function oneStage(name: KdfName, row: Row): KdfDescriptor {
  const { hpke, ...rest } = row;
  return {
    name,
    kind: 'xof-kdf',
    ...COMMON,
    status: 'draft-05',
    date: '2026-06',
    reference: 'draft-ietf-hpke-pq-05',
    ...rest,
    identifiers: { hpke },
    aliases: [`HPKE-${row.hash}`],
  };
}

/** Key derivation: two-stage HKDF, and the one-stage functions of draft-ietf-hpke-pq. */
export const KDF: Readonly<Record<KdfName, KdfDescriptor>> = deepFreeze({
  'HKDF-SHA256': hkdf('HKDF-SHA256', '1.2.840.113549.1.9.16.3.28', {
    hash: 'SHA-256',
    size: 32,
    category: 2,
    hpke: 0x0001,
  }),
  'HKDF-SHA384': hkdf('HKDF-SHA384', '1.2.840.113549.1.9.16.3.29', {
    hash: 'SHA-384',
    size: 48,
    category: 4,
    hpke: 0x0002,
  }),
  'HKDF-SHA512': hkdf('HKDF-SHA512', '1.2.840.113549.1.9.16.3.30', {
    hash: 'SHA-512',
    size: 64,
    category: 5,
    hpke: 0x0003,
  }),
  'KDF-SHAKE128': oneStage('KDF-SHAKE128', { hash: 'SHAKE128', size: 32, category: 2, hpke: 0x0010 }),
  'KDF-SHAKE256': oneStage('KDF-SHAKE256', { hash: 'SHAKE256', size: 64, category: 5, hpke: 0x0011 }),
  'KDF-TurboSHAKE128': oneStage('KDF-TurboSHAKE128', {
    hash: 'TurboSHAKE128',
    size: 32,
    category: 2,
    hpke: 0x0012,
  }),
  'KDF-TurboSHAKE256': oneStage('KDF-TurboSHAKE256', {
    hash: 'TurboSHAKE256',
    size: 64,
    category: 5,
    hpke: 0x0013,
  }),
});

/** Every key derivation function. */
export const KDFS: readonly KdfDescriptor[] = Object.freeze(KDF_NAMES.map((name) => KDF[name]));

/**
 * The descriptor of a key derivation function.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 */
export function kdf(name: KdfName): KdfDescriptor {
  return rowOf(KDF, name);
}
