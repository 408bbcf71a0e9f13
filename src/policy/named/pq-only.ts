import type { Policy } from '../types.ts';
import { ASYMMETRIC, POST_QUANTUM, PREHASH_IN_CERTIFICATES, STATEFUL, SYMMETRIC } from './common.ts';
import { POST_QUANTUM_FIRST } from './preferences.ts';

/** The end of the road: no classical algorithm, not even as half of a hybrid. */
export const PQ_ONLY: Policy = {
  name: 'pq-only',
  version: 1,
  date: '2026-11-21',
  description:
    'Post-quantum algorithms and nothing else: no classical ones and no hybrids. For closed systems that have finished their migration, and for finding out what would still break.',
  rules: [
    POST_QUANTUM,
    ...STATEFUL,
    PREHASH_IN_CERTIFICATES,
    {
      id: 'no-hybrid',
      uses: ASYMMETRIC,
      match: { nature: ['hybrid'] },
      verdict: 'refuse',
      reason:
        'A hybrid carries a classical half, with its keys and code, that a later migration must take out again.',
      source: 'house: decision 0006',
    },
    {
      id: 'no-classical',
      uses: ASYMMETRIC,
      match: { nature: ['classical'] },
      verdict: 'refuse',
      reason: 'A quantum computer breaks it.',
      source: 'house: decision 0006; NIST IR 8547, initial public draft (November 2024)',
    },
    ...SYMMETRIC,
  ],
  preference: POST_QUANTUM_FIRST,
};
