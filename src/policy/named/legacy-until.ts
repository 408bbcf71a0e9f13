import type { IsoDate, Policy } from '../types.ts';
import {
  ASYMMETRIC,
  COMPOSITE_KEM_UNSETTLED,
  HYBRID,
  POST_QUANTUM,
  PREHASH_IN_CERTIFICATES,
  STATEFUL,
  SYMMETRIC,
} from './common.ts';
import { HYBRID_FIRST } from './preferences.ts';

/** Everything, classical algorithms with a warning and up to the day given: for a migration with an end. */
export function legacyUntilPolicy(until: IsoDate): Policy {
  return {
    name: `legacy-until(${until})`,
    version: 1,
    date: '2026-11-21',
    description: `For a fleet in migration: hybrids and post-quantum algorithms are permitted and come first, classical ones, 2048-bit RSA included, work with a warning until ${until} and are refused afterwards.`,
    rules: [
      HYBRID,
      COMPOSITE_KEM_UNSETTLED,
      POST_QUANTUM,
      ...STATEFUL,
      PREHASH_IN_CERTIFICATES,
      {
        id: 'legacy',
        uses: ASYMMETRIC,
        match: { nature: ['classical'] },
        verdict: 'allow',
        until,
        reason: 'Devices that know nothing else have until this day to be replaced or updated.',
        source: 'house: decision 0006; the day is the choice of whoever named the policy',
      },
      {
        id: 'legacy-is-vulnerable',
        uses: ASYMMETRIC,
        match: { nature: ['classical'] },
        verdict: 'warn',
        reason: 'A quantum computer breaks it, and what is recorded today can be decrypted then.',
        source: 'NIST IR 8547, initial public draft (November 2024)',
      },
      ...SYMMETRIC,
    ],
    preference: HYBRID_FIRST,
  };
}
