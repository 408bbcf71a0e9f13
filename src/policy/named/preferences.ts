import type { Preference } from '../types.ts';
import { SIGNATURE } from './common.ts';

/** Hybrids first, then pure post-quantum, then the classical algorithms that connections still need. */
export const HYBRID_FIRST: readonly Preference[] = [
  {
    uses: ['key-establishment'],
    order: [
      { name: ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] },
      { name: ['MLKEM768-X25519', 'MLKEM768-P256', 'MLKEM1024-P384'] },
      { nature: ['hybrid'] },
      { name: ['ML-KEM-768', 'ML-KEM-1024'] },
      { nature: ['post-quantum'] },
      { name: ['X25519', 'P-256', 'P-384'] },
    ],
    reason:
      'X25519MLKEM768 is the one post-quantum group that TLS recommends and the one whose share clients send first, so choosing it saves a round trip; category 3 is the margin of all defaults here.',
    source: 'RFC 10024 (August 2026); RFC 9954',
  },
  {
    uses: SIGNATURE,
    order: [
      {
        name: [
          'MLDSA65-Ed25519-SHA512',
          'MLDSA65-ECDSA-P256-SHA512',
          'MLDSA65-ECDSA-P384-SHA512',
          'MLDSA87-ECDSA-P384-SHA512',
        ],
      },
      { nature: ['hybrid'], category: { atLeast: 3 } },
      { name: ['ML-DSA-65', 'ML-DSA-87'] },
      { nature: ['post-quantum'], category: { atLeast: 3 } },
      { nature: ['hybrid'] },
      { name: ['ML-DSA-44'] },
      { nature: ['post-quantum'] },
      { name: ['Ed25519', 'ECDSA-P256-SHA256', 'ECDSA-P384-SHA384'] },
    ],
    reason:
      'A composite holds while either half does; category 3 before less; ML-DSA before the far larger and slower hash-based signatures.',
    source:
      'draft-ietf-lamps-pq-composite-sigs-19 (a draft, approved) for its short list; FIPS 204, FIPS 205',
  },
];

/** Without hybrids: category 3 and up before less, lattices before hashes. */
export const POST_QUANTUM_FIRST: readonly Preference[] = [
  {
    uses: ['key-establishment'],
    order: [{ name: ['ML-KEM-768', 'ML-KEM-1024'] }, { category: { atLeast: 3 } }, { name: ['ML-KEM-512'] }],
    reason:
      'ML-KEM-768 gives category 3 at the least cost; 1024 costs more than most data are worth, 512 gives less.',
    source: 'FIPS 203 §8 (August 2024), which recommends ML-KEM-768 as the default',
  },
  {
    uses: SIGNATURE,
    order: [
      { name: ['ML-DSA-65', 'ML-DSA-87'] },
      { nature: ['post-quantum'], category: { atLeast: 3 } },
      { category: { atLeast: 3 } },
      { name: ['ML-DSA-44'] },
    ],
    reason: 'Category 3 before less; ML-DSA before the far larger and slower hash-based signatures.',
    source: 'FIPS 204, FIPS 205 (August 2024)',
  },
];
