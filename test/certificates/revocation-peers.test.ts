/** Revocation with other implementations: a few algorithms; the full run has them all. */
import { describeBouncyCastleOcsp, describeRevocation } from './revocation-interop.ts';

describeRevocation('OpenSSL', [
  'ML-DSA-65',
  'SLH-DSA-SHA2-128f',
  'RSA2048-PKCS15-SHA256',
  'ECDSA-P256-SHA256',
]);
describeRevocation('Python cryptography', ['ML-DSA-65', 'ECDSA-P256-SHA256']);
describeRevocation('Go', ['ML-DSA-65']);
describeRevocation('Bouncy Castle', ['MLDSA65-Ed25519-SHA512']);
describeBouncyCastleOcsp([
  'MLDSA65-Ed25519-SHA512',
  'MLDSA87-ECDSA-P384-SHA512',
  'ML-DSA-44',
  'ECDSA-P256-SHA256',
]);
