import { hpkePeerSuite } from './peers.ts';

const HKDF = { kdf: 'HKDF-SHA256', aead: 'AES-128-GCM' } as const;

hpkePeerSuite([
  { peer: 'go-peer', kem: 'MLKEM768-X25519', ...HKDF },
  { peer: 'go-peer', kem: 'MLKEM768-P256', ...HKDF },
  { peer: 'go-peer', kem: 'MLKEM1024-P384', kdf: 'KDF-SHAKE256', aead: 'AES-256-GCM' },
  { peer: 'go-peer', kem: 'ML-KEM-768', kdf: 'HKDF-SHA384', aead: 'ChaCha20-Poly1305' },
  { peer: 'go-peer', kem: 'DHKEM(X25519, HKDF-SHA256)', ...HKDF },
  { peer: 'bc-peer', kem: 'MLKEM768-X25519', ...HKDF },
]);
