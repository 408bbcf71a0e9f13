import type { Policy } from '../types.ts';
import {
  COMPOSITE_KEM_UNSETTLED,
  HYBRID,
  PREHASH_IN_CERTIFICATES,
  SIGNATURE,
  STATEFUL,
  SYMMETRIC,
} from './common.ts';
import { HYBRID_FIRST } from './preferences.ts';

/** Neither half is trusted alone, except where the ecosystem has no hybrid to offer: handshakes and certificates. */
export const HYBRID_REQUIRED: Policy = {
  name: 'hybrid-required',
  version: 1,
  date: '2026-11-21',
  description:
    'Secrets are agreed and things are signed by hybrids only (hash-based signatures may stand alone). In handshakes and certificates, where no composite has a TLS code point yet, other signatures are tolerated with a warning, classical ones until the end of 2030.',
  rules: [
    HYBRID,
    COMPOSITE_KEM_UNSETTLED,
    {
      id: 'hash-based-alone',
      uses: SIGNATURE,
      match: { kind: ['slh-dsa', 'hash-slh-dsa'] },
      verdict: 'allow',
      reason:
        'Hash-based signatures rest on the hash function alone, which a classical half would rest on as well.',
      source: 'house: decision 0006, the assumptions behind FIPS 205 §1 (August 2024)',
    },
    ...STATEFUL,
    PREHASH_IN_CERTIFICATES,
    {
      id: 'lattice-alone',
      uses: ['key-establishment', 'signature-create', 'signature-verify', 'firmware-signature'],
      match: { kind: ['ml-kem', 'ml-dsa', 'hash-ml-dsa'] },
      verdict: 'refuse',
      reason: 'Lattice cryptography is young; under this policy it does not stand alone.',
      source: 'house: decision 0006; ANSSI asks for hybrids in its migration guidance',
    },
    {
      id: 'classical-alone',
      uses: ['key-establishment', 'signature-create', 'signature-verify', 'firmware-signature'],
      match: { nature: ['classical'] },
      verdict: 'refuse',
      reason: 'A quantum computer breaks it, and nothing else would hold.',
      source: 'house: decision 0006; NIST IR 8547, initial public draft (November 2024)',
    },
    {
      id: 'lattice-in-sessions',
      uses: ['session-authentication', 'certificate-signature'],
      match: { kind: ['ml-dsa'] },
      verdict: 'allow',
      reason: 'TLS has code points for ML-DSA and none for composites.',
      source: 'draft-ietf-tls-mldsa-06 (a draft, approved); no TLS code point for composites is assigned',
    },
    {
      id: 'classical-in-sessions',
      uses: ['session-authentication', 'certificate-signature'],
      match: { nature: ['classical'] },
      verdict: 'allow',
      until: '2030-12-31',
      reason:
        'A handshake signature must hold at that moment only, no composite can be negotiated in TLS, and public certificate authorities issue nothing else.',
      source:
        'house: decision 0006; the end follows EU roadmap v1.1 (June 2025) for high-risk systems and ANSSI for purchases',
    },
    {
      id: 'not-hybrid-in-sessions',
      uses: ['session-authentication', 'certificate-signature'],
      match: { nature: ['classical', 'post-quantum'], kind: ['ecdsa', 'eddsa', 'ml-dsa', 'rsa'] },
      verdict: 'warn',
      reason: 'Tolerated for want of a hybrid; replace it when composites reach TLS.',
      source: 'house: decision 0006',
    },
    ...SYMMETRIC,
  ],
  preference: HYBRID_FIRST,
};
