import type { Rule, Use } from '../types.ts';

/** Every use that a quantum computer decides about. */
export const ASYMMETRIC: readonly Use[] = [
  'key-establishment',
  'session-authentication',
  'certificate-signature',
  'signature-create',
  'signature-verify',
  'firmware-signature',
];

/** Every use of a signature. */
export const SIGNATURE: readonly Use[] = [
  'session-authentication',
  'certificate-signature',
  'signature-create',
  'signature-verify',
  'firmware-signature',
];

/** What all policies that trust hybrids say of them. */
export const HYBRID: Rule = {
  id: 'hybrid',
  uses: ASYMMETRIC,
  match: { nature: ['hybrid'] },
  verdict: 'allow',
  reason: 'A hybrid stays secure while either of its halves does.',
  source: 'NIST SP 800-227 (September 2025), key combiner of equation (14); RFC 9954',
};

/** Composite ML-KEM, the one hybrid family whose text may still move. */
export const COMPOSITE_KEM_UNSETTLED: Rule = {
  id: 'composite-kem-unsettled',
  uses: ['key-establishment'],
  match: { kind: ['composite-kem'] },
  verdict: 'warn',
  reason:
    'The document behind composite ML-KEM is a draft that the IESG sent back; what is sealed with it today may need this very version to be opened.',
  source: 'draft-ietf-lamps-pq-composite-kem-21 (a draft, September 2026)',
};

/** What all policies that trust post-quantum algorithms alone say of them. */
export const POST_QUANTUM: Rule = {
  id: 'post-quantum',
  uses: ASYMMETRIC,
  match: { nature: ['post-quantum'], stateful: false },
  verdict: 'allow',
  reason: 'No quantum attack is known on the standardised lattice and hash-based algorithms.',
  source: 'FIPS 203, FIPS 204, FIPS 205 (August 2024)',
};

/** Hash-based signatures with state: verified everywhere but in handshakes, made nowhere. */
export const STATEFUL: readonly Rule[] = [
  {
    id: 'stateful-verification',
    uses: ['certificate-signature', 'signature-verify', 'firmware-signature'],
    match: { stateful: true },
    verdict: 'allow',
    reason:
      'LMS and XMSS signatures rest on hash functions alone; verifying them needs no state and is safe anywhere.',
    source: 'NIST SP 800-208 (October 2020); RFC 9802 for certificates',
  },
  {
    id: 'stateful-signing',
    uses: ['signature-create', 'session-authentication'],
    match: { stateful: true },
    verdict: 'refuse',
    reason:
      'A state used twice gives the key away, so signing belongs in hardware that counts, and not where signatures are made by the thousand.',
    source: 'NIST SP 800-208 (October 2020); RFC 10033 on state and backup management',
  },
];

/** Pre-hash ML-DSA where its own standard for certificates forbids it. */
export const PREHASH_IN_CERTIFICATES: Rule = {
  id: 'no-prehash-in-certificates',
  uses: ['certificate-signature', 'session-authentication'],
  match: { kind: ['hash-ml-dsa'] },
  verdict: 'refuse',
  reason: 'Certificates and CRLs carry pure ML-DSA only, and TLS has no code point for the pre-hash form.',
  source: 'RFC 9881 §8.3 (October 2025)',
};

/** Hashes, KDFs and AEADs: quantum computers cost them a margin, not their security. */
export const SYMMETRIC: readonly Rule[] = [
  {
    id: 'hash',
    uses: ['hash'],
    match: { nature: ['post-quantum'] },
    verdict: 'allow',
    reason:
      'Quantum search speeds up the search for collisions and preimages too little to matter at these sizes.',
    source: 'FIPS 180-4, FIPS 202, RFC 9861',
  },
  {
    id: 'hash-224',
    uses: ['hash'],
    match: { name: ['SHA-224', 'SHA-512/224', 'SHA3-224'] },
    verdict: 'warn',
    reason: 'A digest of 224 bits resists collisions with 112 bits of strength, which is being retired.',
    source: 'NIST SP 800-131A Rev. 3, initial public draft (October 2024)',
  },
  {
    id: 'hash-224-retired',
    uses: ['hash'],
    match: { name: ['SHA-224', 'SHA-512/224', 'SHA3-224'] },
    verdict: 'refuse',
    from: '2031-01-01',
    reason: 'The draft retires hashes of 224 bits after 31 December 2030.',
    source: 'NIST SP 800-131A Rev. 3, initial public draft (October 2024)',
  },
  {
    id: 'kdf',
    uses: ['kdf'],
    match: {},
    verdict: 'allow',
    reason: 'Every key derivation function of the registry keeps at least 128 bits of strength.',
    source: 'RFC 5869; draft-ietf-hpke-pq-05 (a draft) for the one-stage functions',
  },
  {
    id: 'aead',
    uses: ['aead'],
    match: {},
    verdict: 'allow',
    reason: 'Searching a 128-bit key is the yardstick of security category 1, for quantum computers as well.',
    source: 'NIST SP 800-38D; RFC 8439; NIST post-quantum call for proposals (2016) §4.A.5',
  },
];
