import type { Policy } from '../types.ts';
import {
  ASYMMETRIC,
  COMPOSITE_KEM_UNSETTLED,
  HYBRID,
  POST_QUANTUM,
  PREHASH_IN_CERTIFICATES,
  SIGNATURE,
  STATEFUL,
  SYMMETRIC,
} from './common.ts';
import { HYBRID_FIRST } from './preferences.ts';

/** The default: everything sound is permitted, hybrids come first, and what quantum computers break is warned of. */
export const HYBRID_PREFERRED: Policy = {
  name: 'hybrid-preferred',
  version: 1,
  date: '2026-11-21',
  description:
    'The default. Hybrids come first, pure post-quantum algorithms next; classical algorithms work with a warning until the end of 2035, so that no device is cut off by an upgrade.',
  rules: [
    HYBRID,
    COMPOSITE_KEM_UNSETTLED,
    POST_QUANTUM,
    ...STATEFUL,
    PREHASH_IN_CERTIFICATES,
    {
      id: 'classical',
      uses: ASYMMETRIC,
      match: { nature: ['classical'] },
      verdict: 'allow',
      until: '2035-12-31',
      reason:
        'Most deployed devices know nothing else, and 2035 is where the published roadmaps end their patience.',
      source:
        'NIST IR 8547, initial public draft (November 2024); UK NCSC migration timelines (March 2025); EU roadmap v1.1 (June 2025)',
    },
    {
      id: 'classical-key-establishment',
      uses: ['key-establishment'],
      match: { nature: ['classical'] },
      verdict: 'warn',
      reason: 'What is recorded today can be decrypted once a quantum computer exists.',
      source: 'NIST IR 8547, initial public draft (November 2024)',
    },
    {
      id: 'classical-signature',
      uses: SIGNATURE,
      match: { nature: ['classical'] },
      verdict: 'warn',
      reason:
        'A quantum computer will forge it; plan the replacement before the key or the device outlives it.',
      source: 'NIST IR 8547, initial public draft (November 2024)',
    },
    {
      id: 'rsa-2048',
      uses: ['key-establishment', 'session-authentication', 'certificate-signature', 'signature-create'],
      match: { modulusBits: { atMost: 2048 } },
      verdict: 'refuse',
      from: '2031-01-01',
      reason:
        '2048-bit RSA has 112 bits of strength, which nothing new should rely on after 2030; signatures that exist can still be verified.',
      source: 'NIST IR 8547, initial public draft (November 2024), which deprecates 112 bits after 2030',
    },
    ...SYMMETRIC,
  ],
  preference: HYBRID_FIRST,
};
