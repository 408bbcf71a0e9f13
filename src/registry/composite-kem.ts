import { deepFreeze } from './freeze.ts';
import type { CompositeKemName } from './names.ts';
import type { CompositeKemDescriptor, SecurityCategory } from './types.ts';

type Row = Pick<CompositeKemDescriptor, 'postQuantum' | 'traditional' | 'label' | 'sizes'>;

const CATEGORIES = { 'ML-KEM-512': 1, 'ML-KEM-768': 3, 'ML-KEM-1024': 5 } as const satisfies Record<
  string,
  SecurityCategory
>;

function composite(name: CompositeKemName, arc: number, row: Row): CompositeKemDescriptor {
  const oid = `1.3.6.1.5.5.7.6.${String(arc)}`;
  return {
    name,
    kind: 'composite-kem',
    use: 'kem',
    nature: 'hybrid',
    category: CATEGORIES[row.postQuantum],
    stateful: false,
    status: 'draft-21',
    date: '2026-09-01',
    reference: 'draft-ietf-lamps-pq-composite-kem-21',
    ...row,
    key: { kind: 'raw', oid, akp: false },
    identifiers: { oid },
    aliases: [`id-${name}`],
  };
}

/**
 * Composite ML-KEM. Sizes of RSA rows assume the public exponent 65537, as the draft's table does; the private
 * key is the ML-KEM seed and the traditional private key, without the traditional public key.
 */
export const COMPOSITE_KEM: Readonly<Record<CompositeKemName, CompositeKemDescriptor>> = deepFreeze({
  'MLKEM768-RSA2048-SHA3-256': composite('MLKEM768-RSA2048-SHA3-256', 55, {
    postQuantum: 'ML-KEM-768',
    traditional: 'RSA2048-OAEP-SHA256',
    label: 'MLKEM768-RSAOAEP2048',
    sizes: { publicKey: 1454, privateKey: { max: 1258 }, ciphertext: 1344, sharedSecret: 32 },
  }),
  'MLKEM768-RSA3072-SHA3-256': composite('MLKEM768-RSA3072-SHA3-256', 56, {
    postQuantum: 'ML-KEM-768',
    traditional: 'RSA3072-OAEP-SHA256',
    label: 'MLKEM768-RSAOAEP3072',
    sizes: { publicKey: 1582, privateKey: { max: 1834 }, ciphertext: 1472, sharedSecret: 32 },
  }),
  'MLKEM768-RSA4096-SHA3-256': composite('MLKEM768-RSA4096-SHA3-256', 57, {
    postQuantum: 'ML-KEM-768',
    traditional: 'RSA4096-OAEP-SHA256',
    label: 'MLKEM768-RSAOAEP4096',
    sizes: { publicKey: 1710, privateKey: { max: 2415 }, ciphertext: 1600, sharedSecret: 32 },
  }),
  'MLKEM768-X25519-SHA3-256': composite('MLKEM768-X25519-SHA3-256', 58, {
    postQuantum: 'ML-KEM-768',
    traditional: 'X25519',
    label: '\\.//^\\',
    sizes: { publicKey: 1216, privateKey: 96, ciphertext: 1120, sharedSecret: 32 },
  }),
  'MLKEM768-ECDH-P256-SHA3-256': composite('MLKEM768-ECDH-P256-SHA3-256', 59, {
    postQuantum: 'ML-KEM-768',
    traditional: 'P-256',
    label: 'MLKEM768-P256',
    sizes: { publicKey: 1249, privateKey: 115, ciphertext: 1153, sharedSecret: 32 },
  }),
  'MLKEM768-ECDH-P384-SHA3-256': composite('MLKEM768-ECDH-P384-SHA3-256', 60, {
    postQuantum: 'ML-KEM-768',
    traditional: 'P-384',
    label: 'MLKEM768-P384',
    sizes: { publicKey: 1281, privateKey: 128, ciphertext: 1185, sharedSecret: 32 },
  }),
  'MLKEM768-ECDH-brainpoolP256r1-SHA3-256': composite('MLKEM768-ECDH-brainpoolP256r1-SHA3-256', 61, {
    postQuantum: 'ML-KEM-768',
    traditional: 'brainpoolP256r1',
    label: 'MLKEM768-BP256',
    sizes: { publicKey: 1249, privateKey: 116, ciphertext: 1153, sharedSecret: 32 },
  }),
  'MLKEM1024-RSA3072-SHA3-256': composite('MLKEM1024-RSA3072-SHA3-256', 62, {
    postQuantum: 'ML-KEM-1024',
    traditional: 'RSA3072-OAEP-SHA256',
    label: 'MLKEM1024-RSAOAEP3072',
    sizes: { publicKey: 1966, privateKey: { max: 1834 }, ciphertext: 1952, sharedSecret: 32 },
  }),
  'MLKEM1024-ECDH-P384-SHA3-256': composite('MLKEM1024-ECDH-P384-SHA3-256', 63, {
    postQuantum: 'ML-KEM-1024',
    traditional: 'P-384',
    label: 'MLKEM1024-P384',
    sizes: { publicKey: 1665, privateKey: 128, ciphertext: 1665, sharedSecret: 32 },
  }),
  'MLKEM1024-ECDH-brainpoolP384r1-SHA3-256': composite('MLKEM1024-ECDH-brainpoolP384r1-SHA3-256', 64, {
    postQuantum: 'ML-KEM-1024',
    traditional: 'brainpoolP384r1',
    label: 'MLKEM1024-BP384',
    sizes: { publicKey: 1665, privateKey: 132, ciphertext: 1665, sharedSecret: 32 },
  }),
  'MLKEM1024-X448-SHA3-256': composite('MLKEM1024-X448-SHA3-256', 65, {
    postQuantum: 'ML-KEM-1024',
    traditional: 'X448',
    label: 'MLKEM1024-X448',
    sizes: { publicKey: 1624, privateKey: 120, ciphertext: 1624, sharedSecret: 32 },
  }),
  'MLKEM1024-ECDH-P521-SHA3-256': composite('MLKEM1024-ECDH-P521-SHA3-256', 66, {
    postQuantum: 'ML-KEM-1024',
    traditional: 'P-521',
    label: 'MLKEM1024-P521',
    sizes: { publicKey: 1701, privateKey: 146, ciphertext: 1701, sharedSecret: 32 },
  }),
});
