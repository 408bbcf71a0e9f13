/** Revocation lists and OCSP with Bouncy Castle, all composites among the algorithms. */
import { COMPOSITE_SIGNATURE_NAMES, ML_DSA_NAMES } from '../../src/registry/index.ts';
import { CLASSICAL } from './revocation-algorithms.ts';
import { describeBouncyCastleOcsp, describeRevocation } from './revocation-interop.ts';

const KNOWN = [...CLASSICAL, ...ML_DSA_NAMES, 'SLH-DSA-SHA2-128f', ...COMPOSITE_SIGNATURE_NAMES] as const;

// Its lists under P-384 and P-521 have SHA-256, which is no ECDSA here.
describeRevocation('Bouncy Castle', KNOWN);
describeBouncyCastleOcsp([...KNOWN, 'ECDSA-P384-SHA384', 'ECDSA-P521-SHA512']);
