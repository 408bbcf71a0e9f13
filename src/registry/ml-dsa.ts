import { deepFreeze } from './freeze.ts';
import type { HashMlDsaName, MlDsaName } from './names.ts';
import type { HashMlDsaDescriptor, MlDsaDescriptor, SecurityCategory } from './types.ts';

interface Row {
  readonly category: SecurityCategory;
  readonly pk: number;
  readonly sk: number;
  readonly signature: number;
}

/** FIPS 204 Tables 1 and 2. */
const PARAMETERS: Readonly<Record<'44' | '65' | '87', Row>> = {
  '44': { category: 2, pk: 1312, sk: 2560, signature: 2420 },
  '65': { category: 3, pk: 1952, sk: 4032, signature: 3309 },
  '87': { category: 5, pk: 2592, sk: 4896, signature: 4627 },
};

const COMMON = {
  use: 'signature',
  nature: 'post-quantum',
  stateful: false,
  status: 'standard',
  date: '2024-08-13',
} as const;

interface MlDsaIdentifiers {
  readonly oid: string;
  readonly cose: number;
  readonly tls: number;
}

function mlDsa(name: MlDsaName, set: '44' | '65' | '87', ids: MlDsaIdentifiers): MlDsaDescriptor {
  const row = PARAMETERS[set];
  return {
    name,
    kind: 'ml-dsa',
    ...COMMON,
    category: row.category,
    reference: 'FIPS 204; keys RFC 9881; JOSE and COSE RFC 9964; TLS draft-ietf-tls-mldsa-06',
    sizes: { publicKey: row.pk, privateKey: 32, signature: row.signature },
    expandedPrivateKey: row.sk,
    key: { kind: 'raw', oid: ids.oid, akp: true },
    identifiers: {
      oid: ids.oid,
      cose: ids.cose,
      jose: name,
      tlsSignature: { code: ids.tls, name: `mldsa${set}` },
    },
    aliases: [`MLDSA${set}`, `id-ml-dsa-${set}`],
  };
}

/** ML-DSA; the stored private key is the 32-byte seed. */
export const ML_DSA: Readonly<Record<MlDsaName, MlDsaDescriptor>> = deepFreeze({
  'ML-DSA-44': mlDsa('ML-DSA-44', '44', { oid: '2.16.840.1.101.3.4.3.17', cose: -48, tls: 0x0904 }),
  'ML-DSA-65': mlDsa('ML-DSA-65', '65', { oid: '2.16.840.1.101.3.4.3.18', cose: -49, tls: 0x0905 }),
  'ML-DSA-87': mlDsa('ML-DSA-87', '87', { oid: '2.16.840.1.101.3.4.3.19', cose: -50, tls: 0x0906 }),
});

function hashMlDsa(
  name: HashMlDsaName,
  base: MlDsaName,
  set: '44' | '65' | '87',
  oid: string,
): HashMlDsaDescriptor {
  const row = PARAMETERS[set];
  return {
    name,
    kind: 'hash-ml-dsa',
    ...COMMON,
    category: row.category,
    reference: 'FIPS 204 §5.4; not for certificates, RFC 9881 §8.3',
    base,
    prehash: 'SHA-512',
    sizes: { publicKey: row.pk, privateKey: 32, signature: row.signature },
    expandedPrivateKey: row.sk,
    key: { kind: 'raw', oid, akp: false },
    identifiers: { oid },
    aliases: [`HashML-DSA-${set}-SHA512`, `id-hash-ml-dsa-${set}-with-sha512`, `ML-DSA-${set}-WITH-SHA512`],
  };
}

/** HashML-DSA with SHA-512, the only prehash that has OIDs. */
export const HASH_ML_DSA: Readonly<Record<HashMlDsaName, HashMlDsaDescriptor>> = deepFreeze({
  'HashML-DSA-44': hashMlDsa('HashML-DSA-44', 'ML-DSA-44', '44', '2.16.840.1.101.3.4.3.32'),
  'HashML-DSA-65': hashMlDsa('HashML-DSA-65', 'ML-DSA-65', '65', '2.16.840.1.101.3.4.3.33'),
  'HashML-DSA-87': hashMlDsa('HashML-DSA-87', 'ML-DSA-87', '87', '2.16.840.1.101.3.4.3.34'),
});
