import { deepFreeze } from './freeze.ts';
import type { MlKemName } from './names.ts';
import type { MlKemDescriptor, SecurityCategory } from './types.ts';

interface Row {
  readonly rank: 2 | 3 | 4;
  readonly category: SecurityCategory;
  readonly ek: number;
  readonly dk: number;
  readonly ct: number;
  readonly oid: string;
  readonly tls: number;
  readonly hpke: number;
}

function mlKem(name: MlKemName, digits: '512' | '768' | '1024', row: Row): MlKemDescriptor {
  return {
    name,
    kind: 'ml-kem',
    use: 'kem',
    nature: 'post-quantum',
    category: row.category,
    stateful: false,
    status: 'standard',
    date: '2024-08-13',
    reference: 'FIPS 203; keys RFC 9935; TLS draft-ietf-tls-mlkem-11; HPKE draft-ietf-hpke-pq-05',
    rank: row.rank,
    sizes: { publicKey: row.ek, privateKey: 64, ciphertext: row.ct, sharedSecret: 32 },
    expandedPrivateKey: row.dk,
    key: { kind: 'raw', oid: row.oid, akp: true },
    identifiers: { oid: row.oid, tlsGroup: { code: row.tls, name: `MLKEM${digits}` }, hpke: row.hpke },
    aliases: [`MLKEM${digits}`, `id-alg-ml-kem-${digits}`],
  };
}

/** ML-KEM: parameter sets of FIPS 203 Table 2, sizes of Table 3; the stored private key is the seed d ‖ z. */
export const ML_KEM: Readonly<Record<MlKemName, MlKemDescriptor>> = deepFreeze({
  'ML-KEM-512': mlKem('ML-KEM-512', '512', {
    rank: 2,
    category: 1,
    ek: 800,
    dk: 1632,
    ct: 768,
    oid: '2.16.840.1.101.3.4.4.1',
    tls: 0x0200,
    hpke: 0x0040,
  }),
  'ML-KEM-768': mlKem('ML-KEM-768', '768', {
    rank: 3,
    category: 3,
    ek: 1184,
    dk: 2400,
    ct: 1088,
    oid: '2.16.840.1.101.3.4.4.2',
    tls: 0x0201,
    hpke: 0x0041,
  }),
  'ML-KEM-1024': mlKem('ML-KEM-1024', '1024', {
    rank: 4,
    category: 5,
    ek: 1568,
    dk: 3168,
    ct: 1568,
    oid: '2.16.840.1.101.3.4.4.3',
    tls: 0x0202,
    hpke: 0x0042,
  }),
});
