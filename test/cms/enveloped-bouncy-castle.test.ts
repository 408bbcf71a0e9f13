import { test } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { type Exchange, exchangeWithBouncyCastle } from './enveloped-bouncy-castle.ts';

const EXCHANGES: readonly Exchange[] = [
  { name: 'ML-KEM-512', scheme: 'kem-sha256' },
  { name: 'ML-KEM-768', scheme: 'kem-sha512', options: { hash: 'SHA-512' } },
  { name: 'ML-KEM-1024', scheme: 'kem-sha256', options: { hash: 'SHA-384' } },
  { name: 'MLKEM768-X25519-SHA3-256', scheme: 'kem-sha256' },
  { name: 'MLKEM768-ECDH-P256-SHA3-256', scheme: 'kem-sha256' },
  { name: 'MLKEM1024-ECDH-P384-SHA3-256', scheme: 'kem-sha512', options: { hash: 'SHA-512' } },
  { name: 'MLKEM768-RSA2048-SHA3-256', scheme: 'kem-sha256' },
  { name: 'P-256', scheme: '1.3.132.1.11.1' },
  { name: 'P-521', scheme: '1.3.132.1.11.3' },
  { name: 'X25519', scheme: '1.2.840.113549.1.9.16.3.19' },
  { name: 'X448', scheme: '1.2.840.113549.1.9.16.3.21' },
  { name: 'RSA2048-OAEP-SHA256', scheme: 'oaep-sha1', options: { hash: 'SHA-384' } },
  { name: 'RSA3072-OAEP-SHA256', scheme: 'oaep-sha256' },
  { name: 'password', scheme: 'password' },
];

describeWithPeer(['bc-peer', 'peer-java'], 'encrypted messages with Bouncy Castle', () => {
  test('theirs open here, ours open there', () => exchangeWithBouncyCastle(EXCHANGES), 240_000);
});
