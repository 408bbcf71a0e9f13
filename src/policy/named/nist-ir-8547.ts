import type { Policy } from '../types.ts';
import { ASYMMETRIC, PREHASH_IN_CERTIFICATES, SIGNATURE, STATEFUL } from './common.ts';
import { POST_QUANTUM_FIRST } from './preferences.ts';

const IR_8547 = 'NIST IR 8547, initial public draft (November 2024)';
const SP_800_131A = 'NIST SP 800-131A Rev. 3, initial public draft (October 2024)';

/** The transition that NIST has proposed for US federal systems. The document is a draft. */
export const NIST_IR_8547: Policy = {
  name: 'nist-ir-8547',
  version: 1,
  date: '2026-11-21',
  description:
    'The dates that NIST IR 8547 proposes for algorithms that NIST approves. The document is an initial public draft of November 2024 and no final version had appeared by October 2026; its dates may change.',
  rules: [
    {
      id: 'ml-kem',
      uses: ['key-establishment'],
      match: { kind: ['ml-kem'] },
      verdict: 'allow',
      reason: 'A post-quantum standard, the target of the transition.',
      source: `${IR_8547}; FIPS 203`,
    },
    {
      id: 'ml-dsa-slh-dsa',
      uses: SIGNATURE,
      match: { kind: ['ml-dsa', 'hash-ml-dsa', 'slh-dsa', 'hash-slh-dsa'] },
      verdict: 'allow',
      reason: 'A post-quantum standard, the target of the transition.',
      source: `${IR_8547}; FIPS 204, FIPS 205`,
    },
    ...STATEFUL,
    PREHASH_IN_CERTIFICATES,
    {
      id: 'hybrid',
      uses: ASYMMETRIC,
      match: { nature: ['hybrid'] },
      verdict: 'allow',
      reason:
        'A key combiner counts when one of its secrets comes from an approved scheme, and so does the approved signature inside a composite or dual one.',
      source: `NIST SP 800-227 (September 2025), equation (14); ${IR_8547}`,
    },
    {
      id: 'quantum-vulnerable-key-establishment',
      uses: ['key-establishment'],
      match: {
        name: [
          'P-256',
          'P-384',
          'P-521',
          'DHKEM(P-256, HKDF-SHA256)',
          'DHKEM(P-384, HKDF-SHA384)',
          'DHKEM(P-521, HKDF-SHA512)',
          'RSA2048-OAEP-SHA256',
          'RSA3072-OAEP-SHA256',
          'RSA4096-OAEP-SHA256',
        ],
      },
      verdict: 'allow',
      until: '2035-12-31',
      reason: 'Elliptic-curve and RSA key establishment is disallowed after 2035.',
      source: IR_8547,
    },
    {
      id: 'curve25519-alone',
      uses: ['key-establishment'],
      match: { name: ['X25519', 'X448', 'DHKEM(X25519, HKDF-SHA256)', 'DHKEM(X448, HKDF-SHA512)'] },
      verdict: 'refuse',
      reason: 'Not among the approved key-establishment schemes; fine as the second half of a hybrid.',
      source: 'NIST SP 800-56A Rev. 3 (April 2018)',
    },
    {
      id: 'quantum-vulnerable-signature',
      uses: SIGNATURE,
      match: {
        name: ['ECDSA-P256-SHA256', 'ECDSA-P384-SHA384', 'ECDSA-P521-SHA512', 'Ed25519', 'Ed448'],
      },
      verdict: 'allow',
      until: '2035-12-31',
      reason: 'Elliptic-curve signatures are disallowed after 2035.',
      source: IR_8547,
    },
    {
      id: 'quantum-vulnerable-rsa',
      uses: SIGNATURE,
      match: { kind: ['rsa'] },
      verdict: 'allow',
      until: '2035-12-31',
      reason: 'RSA signatures are disallowed after 2035.',
      source: IR_8547,
    },
    {
      id: 'deprecated-112-bit',
      uses: ASYMMETRIC,
      match: { modulusBits: { atMost: 2048 } },
      verdict: 'warn',
      from: '2031-01-01',
      reason: 'Public-key algorithms with 112 bits of strength are deprecated after 2030.',
      source: IR_8547,
    },
    {
      id: 'approved-hash',
      uses: ['hash'],
      match: {
        name: [
          'SHA-256',
          'SHA-384',
          'SHA-512',
          'SHA-512/256',
          'SHA3-256',
          'SHA3-384',
          'SHA3-512',
          'SHAKE128',
          'SHAKE256',
        ],
      },
      verdict: 'allow',
      reason: 'An approved hash function of 128 bits of strength or more.',
      source: 'FIPS 180-4, FIPS 202',
    },
    {
      id: 'hash-224',
      uses: ['hash'],
      match: { name: ['SHA-224', 'SHA-512/224', 'SHA3-224'] },
      verdict: 'allow',
      until: '2030-12-31',
      reason: 'Hashes of 224 bits are retired after 31 December 2030.',
      source: SP_800_131A,
    },
    {
      id: 'approved-kdf',
      uses: ['kdf'],
      match: { kind: ['hkdf'] },
      verdict: 'allow',
      reason: 'The two-step key derivation with an approved hash.',
      source: 'NIST SP 800-56C Rev. 2 (August 2020)',
    },
    {
      id: 'approved-aead',
      uses: ['aead'],
      match: { name: ['AES-128-GCM', 'AES-256-GCM'] },
      verdict: 'allow',
      reason: 'The approved mode of the approved cipher.',
      source: 'NIST SP 800-38D (November 2007)',
    },
  ],
  preference: POST_QUANTUM_FIRST,
};
