import type { HpkeKemName } from '../../src/hpke/index.ts';
import { AEAD_NAMES, DHKEM_NAMES, KDF_NAMES } from '../../src/registry/index.ts';
import { hpkePeerSuite, type PeerCase } from './peers.ts';

const GO_KEMS: readonly HpkeKemName[] = [
  'MLKEM768-X25519',
  'MLKEM768-P256',
  'MLKEM1024-P384',
  'ML-KEM-768',
  'ML-KEM-1024',
  ...DHKEM_NAMES.filter((name) => !name.includes('X448')),
];
const BC_KEMS: readonly HpkeKemName[] = [
  'MLKEM768-X25519',
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  ...DHKEM_NAMES,
];

const go: readonly PeerCase[] = GO_KEMS.flatMap((kem) =>
  KDF_NAMES.filter((name) => !name.includes('Turbo')).flatMap((kdf) =>
    AEAD_NAMES.map((aead) => ({ peer: 'go-peer', kem, kdf, aead }) as const),
  ),
);
const bc: readonly PeerCase[] = BC_KEMS.map(
  (kem) => ({ peer: 'bc-peer', kem, kdf: 'HKDF-SHA256', aead: 'AES-128-GCM' }) as const,
);

hpkePeerSuite([...go, ...bc]);
