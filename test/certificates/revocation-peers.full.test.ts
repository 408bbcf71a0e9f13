/** Revocation with other implementations: every algorithm that each of them knows. */
import { ML_DSA_NAMES, SLH_DSA_NAMES } from '../../src/registry/index.ts';
import { describeRevocation } from './revocation-interop.ts';
import { CLASSICAL } from './revocation-algorithms.ts';

describeRevocation('OpenSSL', [
  ...CLASSICAL,
  'ECDSA-P384-SHA384',
  'ECDSA-P521-SHA512',
  'RSA2048-PSS-SHA256',
  'ECDSA-brainpoolP256r1-SHA256',
  'Ed448',
  ...ML_DSA_NAMES,
  // The small ones sign for seconds; one stands for them.
  ...SLH_DSA_NAMES.filter((name) => name.endsWith('f')),
  'SLH-DSA-SHA2-128s',
]);
describeRevocation('Python cryptography', [
  ...CLASSICAL,
  'ECDSA-P384-SHA384',
  'ECDSA-P521-SHA512',
  'Ed448',
  ...ML_DSA_NAMES,
]);
describeRevocation('Go', [...CLASSICAL, 'ECDSA-P384-SHA384', 'ECDSA-P521-SHA512', ...ML_DSA_NAMES]);
