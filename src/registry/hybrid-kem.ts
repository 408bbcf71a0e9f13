import { deepFreeze } from './freeze.ts';
import { NO_FORM } from './key-form.ts';
import type { HybridKemName, TlsHybridName } from './names.ts';
import type { HybridKemDescriptor, TlsHybridDescriptor } from './types.ts';

const TLS = {
  kind: 'tls-hybrid',
  use: 'kem',
  nature: 'hybrid',
  stateful: false,
  status: 'standard',
  date: '2026-08-10',
  reference: 'RFC 10024; framework RFC 9954',
  key: NO_FORM,
} as const;

/**
 * TLS 1.3 hybrid groups: client share, server share and secret of RFC 10024. Only X25519MLKEM768 puts ML-KEM
 * first; the name is no guide to the order.
 */
export const TLS_HYBRID: Readonly<Record<TlsHybridName, TlsHybridDescriptor>> = deepFreeze({
  X25519MLKEM768: {
    name: 'X25519MLKEM768',
    ...TLS,
    category: 3,
    order: ['ML-KEM-768', 'X25519'],
    postQuantum: 'ML-KEM-768',
    traditional: 'X25519',
    sizes: { publicKey: 1216, privateKey: 96, ciphertext: 1120, sharedSecret: 64 },
    identifiers: { tlsGroup: { code: 0x11ec, name: 'X25519MLKEM768' } },
    aliases: [],
  },
  SecP256r1MLKEM768: {
    name: 'SecP256r1MLKEM768',
    ...TLS,
    category: 3,
    order: ['P-256', 'ML-KEM-768'],
    postQuantum: 'ML-KEM-768',
    traditional: 'P-256',
    sizes: { publicKey: 1249, privateKey: 96, ciphertext: 1153, sharedSecret: 64 },
    identifiers: { tlsGroup: { code: 0x11eb, name: 'SecP256r1MLKEM768' } },
    aliases: [],
  },
  SecP384r1MLKEM1024: {
    name: 'SecP384r1MLKEM1024',
    ...TLS,
    category: 5,
    order: ['P-384', 'ML-KEM-1024'],
    postQuantum: 'ML-KEM-1024',
    traditional: 'P-384',
    sizes: { publicKey: 1665, privateKey: 112, ciphertext: 1665, sharedSecret: 80 },
    identifiers: { tlsGroup: { code: 0x11ed, name: 'SecP384r1MLKEM1024' } },
    aliases: [],
  },
});

const CONCRETE = {
  kind: 'hybrid-kem',
  use: 'kem',
  nature: 'hybrid',
  stateful: false,
  status: 'draft-04',
  date: '2026-07-06',
} as const;

/** Hybrid KEMs with one 32-byte seed for both halves [draft-irtf-cfrg-concrete-hybrid-kems-04]. */
export const HYBRID_KEM: Readonly<Record<HybridKemName, HybridKemDescriptor>> = deepFreeze({
  'MLKEM768-X25519': {
    name: 'MLKEM768-X25519',
    ...CONCRETE,
    category: 3,
    reference:
      'draft-irtf-cfrg-concrete-hybrid-kems-04; X-Wing draft-connolly-cfrg-xwing-kem-11; HPKE draft-ietf-hpke-pq-05',
    postQuantum: 'ML-KEM-768',
    traditional: 'X25519',
    traditionalSeed: 32,
    label: '\\.//^\\',
    sizes: { publicKey: 1216, privateKey: 32, ciphertext: 1120, sharedSecret: 32 },
    key: { kind: 'raw', oid: '1.3.6.1.4.1.62253.25722', akp: false },
    identifiers: { oid: '1.3.6.1.4.1.62253.25722', hpke: 0x647a },
    aliases: ['X-Wing', 'XWing', 'id-XWing', 'MLKEM768X25519'],
  },
  'MLKEM768-P256': {
    name: 'MLKEM768-P256',
    ...CONCRETE,
    category: 3,
    reference: 'draft-irtf-cfrg-concrete-hybrid-kems-04; HPKE draft-ietf-hpke-pq-05',
    postQuantum: 'ML-KEM-768',
    traditional: 'P-256',
    traditionalSeed: 128,
    label: 'MLKEM768-P256',
    sizes: { publicKey: 1249, privateKey: 32, ciphertext: 1153, sharedSecret: 32 },
    key: NO_FORM,
    identifiers: { hpke: 0x0050 },
    aliases: ['MLKEM768P256'],
  },
  'MLKEM1024-P384': {
    name: 'MLKEM1024-P384',
    ...CONCRETE,
    category: 5,
    reference: 'draft-irtf-cfrg-concrete-hybrid-kems-04; HPKE draft-ietf-hpke-pq-05',
    postQuantum: 'ML-KEM-1024',
    traditional: 'P-384',
    traditionalSeed: 48,
    label: 'MLKEM1024-P384',
    sizes: { publicKey: 1665, privateKey: 32, ciphertext: 1665, sharedSecret: 32 },
    key: NO_FORM,
    identifiers: { hpke: 0x0051 },
    aliases: ['MLKEM1024P384'],
  },
});
