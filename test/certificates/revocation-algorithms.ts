/** Classical algorithms that every peer knows. */
import type { ClassicalSignatureName } from '../../src/registry/index.ts';

export const CLASSICAL: readonly ClassicalSignatureName[] = [
  'RSA2048-PKCS15-SHA256',
  'RSA3072-PKCS15-SHA384',
  'RSA4096-PKCS15-SHA512',
  'ECDSA-P256-SHA256',
  'Ed25519',
];
