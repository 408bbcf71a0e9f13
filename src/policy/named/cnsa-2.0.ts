import type { Policy } from '../types.ts';
import { SIGNATURE } from './common.ts';

const SUITE = 'CNSSP-15 and CNSA 2.0 FAQ v2.1 (December 2024), restated 2 October 2026';

/** The Commercial National Security Algorithm Suite 2.0 for US national security systems. */
export const CNSA_2_0: Policy = {
  name: 'cnsa-2.0',
  version: 1,
  date: '2026-11-21',
  description:
    'The algorithms of CNSA 2.0, with those of CNSA 1.0 until the end of 2030. The dates are the earliest that hold for every class of equipment; some classes (browsers, servers, cloud, operating systems) run until 2033, and whoever needs that writes it into a policy of their own.',
  rules: [
    {
      id: 'ml-kem-1024',
      uses: ['key-establishment'],
      match: { name: ['ML-KEM-1024'] },
      verdict: 'allow',
      reason: 'The key establishment of the suite.',
      source: SUITE,
    },
    {
      id: 'hybrid-with-p-384',
      uses: ['key-establishment'],
      match: { name: ['SecP384r1MLKEM1024'] },
      verdict: 'allow',
      reason:
        'Hybrids are optional in the suite; where one is used its classical half is of the class of P-384, never X25519.',
      source: SUITE,
    },
    {
      id: 'sha3-combiner',
      uses: ['key-establishment'],
      match: { kind: ['hybrid-kem', 'composite-kem'] },
      verdict: 'refuse',
      reason:
        'These hybrids derive their secret with SHA3-256, which the suite keeps to functions inside hardware.',
      source: `${SUITE}, table of algorithms`,
    },
    {
      id: 'ml-dsa-87',
      uses: SIGNATURE,
      match: { name: ['ML-DSA-87'] },
      verdict: 'allow',
      reason: 'The signature of the suite, for every purpose.',
      source: SUITE,
    },
    {
      id: 'dual-with-ml-dsa-87',
      uses: ['signature-create', 'signature-verify', 'firmware-signature'],
      match: { kind: ['dual-signature'], postQuantum: ['ML-DSA-87'] },
      verdict: 'allow',
      reason:
        'The ML-DSA-87 signature stands by itself and must verify; the classical one beside it only serves devices that know no other.',
      source: 'house: decision 0006',
    },
    {
      id: 'no-hash-ml-dsa',
      uses: SIGNATURE,
      match: { kind: ['hash-ml-dsa'] },
      verdict: 'refuse',
      reason: 'The suite takes ML-DSA in its pure form only.',
      source: 'CNSA 2.0 FAQ v2.1 (December 2024), as reported on the NIST pqc-forum, 14 January 2025',
    },
    {
      id: 'stateful-firmware',
      uses: ['firmware-signature'],
      match: { stateful: true },
      verdict: 'allow',
      reason: 'LMS and XMSS are the suite for signing firmware and software.',
      source: `${SUITE}; NIST SP 800-208`,
    },
    {
      id: 'cnsa-1-key-establishment',
      uses: ['key-establishment'],
      match: { name: ['P-384', 'DHKEM(P-384, HKDF-SHA384)'] },
      verdict: 'allow',
      until: '2030-12-31',
      reason: 'CNSA 1.0 stays in service until equipment without CNSA 2.0 is phased out.',
      source: SUITE,
    },
    {
      id: 'cnsa-1-ecdsa',
      uses: SIGNATURE,
      match: { name: ['ECDSA-P384-SHA384'] },
      verdict: 'allow',
      until: '2030-12-31',
      reason: 'CNSA 1.0 stays in service until equipment without CNSA 2.0 is phased out.',
      source: SUITE,
    },
    {
      id: 'cnsa-1-rsa',
      uses: SIGNATURE,
      match: { kind: ['rsa'], modulusBits: { atLeast: 3072 }, hash: ['SHA-384'] },
      verdict: 'allow',
      until: '2030-12-31',
      reason: 'CNSA 1.0 stays in service until equipment without CNSA 2.0 is phased out.',
      source: SUITE,
    },
    {
      id: 'cnsa-1-firmware',
      uses: ['firmware-signature'],
      match: { nature: ['classical'] },
      verdict: 'warn',
      reason:
        'Software and firmware signing has been asked to prefer CNSA 2.0 since 2025, before everything else.',
      source: SUITE,
    },
    {
      id: 'new-acquisitions',
      uses: [
        'key-establishment',
        'session-authentication',
        'certificate-signature',
        'signature-create',
        'signature-verify',
      ],
      match: { nature: ['classical'] },
      verdict: 'warn',
      from: '2027-01-01',
      reason:
        'From here on new acquisitions must support CNSA 2.0; what still needs CNSA 1.0 is being phased out.',
      source: SUITE,
    },
    {
      id: 'sha-384-512',
      uses: ['hash'],
      match: { name: ['SHA-384', 'SHA-512'] },
      verdict: 'allow',
      reason: 'The hashes of the suite; SHA-3 is kept to functions inside hardware.',
      source: `${SUITE}, table of algorithms`,
    },
    {
      id: 'hkdf-384-512',
      uses: ['kdf'],
      match: { name: ['HKDF-SHA384', 'HKDF-SHA512'] },
      verdict: 'allow',
      reason: 'Key derivation with the hashes of the suite.',
      source: `house: decision 0006, from the hashes of ${SUITE}`,
    },
    {
      id: 'aes-256',
      uses: ['aead'],
      match: { name: ['AES-256-GCM'] },
      verdict: 'allow',
      reason: 'The cipher of the suite, with keys of 256 bits.',
      source: SUITE,
    },
  ],
  preference: [
    {
      uses: ['key-establishment'],
      order: [{ name: ['ML-KEM-1024', 'SecP384r1MLKEM1024', 'P-384', 'DHKEM(P-384, HKDF-SHA384)'] }],
      reason: 'The suite asks for ML-KEM-1024; a hybrid is an option for interoperability.',
      source: SUITE,
    },
    {
      uses: SIGNATURE,
      order: [
        { name: ['ML-DSA-87'] },
        { stateful: true },
        { name: ['ECDSA-P384-SHA384'] },
        { kind: ['rsa'] },
      ],
      reason: 'ML-DSA-87 serves every purpose of the suite and keeps no state.',
      source: SUITE,
    },
  ],
};
