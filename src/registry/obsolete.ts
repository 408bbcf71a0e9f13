/**
 * Names and identifiers that never became standards, or no longer are, with what to use instead. Each row says
 * where the identifier was seen in use; the living owner of a number that was taken over is in the other tables.
 */
import { deepFreeze } from './freeze.ts';
import {
  COMPOSITE_SIGNATURE_NAMES,
  type CompositeKemName,
  type HybridKemName,
  type SlhDsaName,
  type TlsHybridName,
} from './names.ts';
import type { ObsoleteDescriptor } from './types.ts';

type Row = Omit<ObsoleteDescriptor, 'kind' | 'status' | 'identifiers' | 'aliases'> &
  Partial<Pick<ObsoleteDescriptor, 'identifiers' | 'aliases'>>;

const OQS_KEM_LIST = 'oqs-provider ALGORITHMS.md, oqs-template/oqs-kem-info.md';
const OQS_SIG_LIST = 'oqs-provider ALGORITHMS.md, oqs-template/oqs-sig-info.md';
const HACKATHON_R3 = 'IETF Hackathon pqc-certificates, artifacts r3';

/** Names of the submissions as a whole, and the arcs in which their OIDs were handed out. */
const FAMILIES: readonly Row[] = [
  {
    name: 'Kyber',
    was: 'the NIST submission that became ML-KEM; keys, ciphertexts and secrets differ from FIPS 203',
    reference: 'FIPS 203 Appendix C',
    oidPrefix: '1.3.6.1.4.1.22554.5.6',
    aliases: ['CRYSTALS-Kyber'],
    replacement: 'ML-KEM-768',
  },
  {
    name: "Kyber in IBM's arc",
    was: 'Kyber of round 3 under the OIDs of its authors',
    reference: 'oqs-provider ALGORITHMS.md',
    oidPrefix: '1.3.6.1.4.1.2.267.8',
    replacement: 'ML-KEM-768',
  },
  {
    name: 'Dilithium',
    was: 'the NIST submission that became ML-DSA; keys and signatures differ from FIPS 204',
    reference: 'FIPS 204 Appendix D; OpenPOWER crystals-oids.h',
    oidPrefix: '1.3.6.1.4.1.2.267',
    aliases: ['CRYSTALS-Dilithium'],
    replacement: 'ML-DSA-65',
  },
  {
    name: 'SPHINCS+',
    was: 'the NIST submission that became SLH-DSA; signatures differ from FIPS 205',
    reference: 'FIPS 205 §1.3; oqs-provider ALGORITHMS.md',
    oidPrefix: '1.3.9999.6',
    aliases: ['SPHINCSPLUS'],
    replacement: 'SLH-DSA-SHA2-128s',
  },
  {
    name: 'Falcon',
    was: 'the NIST submission that is to become FN-DSA: no public draft of FIPS 206, no OID assigned',
    reference: 'oqs-provider ALGORITHMS.md',
    oidPrefix: '1.3.9999.3',
    aliases: ['FN-DSA', 'FN-DSA-512', 'FN-DSA-1024', 'Falcon-512', 'Falcon-1024', 'falcon512', 'falcon1024'],
    replacement: 'ML-DSA-44',
  },
];

const KYBER: readonly Row[] = [
  {
    name: 'Kyber512',
    was: 'Kyber of round 3, category 1; the OID was also used for ML-KEM-512 of the FIPS 203 draft',
    reference: OQS_KEM_LIST,
    identifiers: { oid: '1.3.6.1.4.1.22554.5.6.1', tlsGroup: { code: 0x023a, name: 'kyber512' } },
    aliases: ['Kyber-512', 'ML-KEM-512-ipd'],
    replacement: 'ML-KEM-512',
  },
  {
    name: 'Kyber768',
    was: 'Kyber of round 3, category 3; the OID was also used for ML-KEM-768 of the FIPS 203 draft',
    reference: OQS_KEM_LIST,
    identifiers: { oid: '1.3.6.1.4.1.22554.5.6.2', tlsGroup: { code: 0x023c, name: 'kyber768' } },
    aliases: ['Kyber-768', 'ML-KEM-768-ipd'],
    replacement: 'ML-KEM-768',
  },
  {
    name: 'Kyber1024',
    was: 'Kyber of round 3, category 5; the OID was also used for ML-KEM-1024 of the FIPS 203 draft',
    reference: OQS_KEM_LIST,
    identifiers: { oid: '1.3.6.1.4.1.22554.5.6.3', tlsGroup: { code: 0x023d, name: 'kyber1024' } },
    aliases: ['Kyber-1024', 'ML-KEM-1024-ipd'],
    replacement: 'ML-KEM-1024',
  },
  {
    name: 'X25519Kyber768Draft00',
    was: 'TLS group of the first wide deployments, X25519 share first',
    reference: 'draft-tls-westerbaan-xyber768d00; IANA TLS Supported Groups (obsolete)',
    identifiers: { oid: '1.3.9999.99.43', tlsGroup: { code: 0x6399, name: 'X25519Kyber768Draft00' } },
    aliases: ['x25519_kyber768', 'xyber768d00'],
    replacement: 'X25519MLKEM768',
  },
  {
    name: 'SecP256r1Kyber768Draft00',
    was: 'TLS group, P-256 share first',
    reference: 'draft-kwiatkowski-tls-ecdhe-kyber; IANA TLS Supported Groups (obsolete)',
    identifiers: { oid: '1.3.9999.99.44', tlsGroup: { code: 0x639a, name: 'SecP256r1Kyber768Draft00' } },
    aliases: ['p256_kyber768'],
    replacement: 'SecP256r1MLKEM768',
  },
  {
    name: 'X25519Kyber512Draft00',
    was: 'TLS group of early experiments',
    reference: 'oqs-provider ALGORITHMS.md, "Changing code points"; Wireshark',
    identifiers: { tlsGroup: { code: 0xfe30, name: 'X25519Kyber512Draft00' } },
    replacement: 'X25519MLKEM768',
  },
  {
    name: 'X25519Kyber768Draft00 before registration',
    was: 'TLS group of early experiments',
    reference: 'Wireshark',
    identifiers: { tlsGroup: { code: 0xfe31, name: 'X25519Kyber768Draft00' } },
    replacement: 'X25519MLKEM768',
  },
  {
    name: 'HPKE X25519Kyber768Draft00',
    was: 'HPKE KEM that concatenates the two secrets',
    reference: 'draft-westerbaan-cfrg-hpke-xyber768d00-03',
    identifiers: { hpke: 0x0030 },
    replacement: 'MLKEM768-X25519',
  },
];

type OqsHybrid = readonly [
  name: string,
  tlsGroup: number,
  oid: string | undefined,
  replacement: TlsHybridName,
];

/** TLS groups that oqs-provider, s2n and wolfSSL gave numbers of their own. */
const OQS_HYBRIDS: readonly OqsHybrid[] = [
  ['x25519_kyber512', 0x2f39, '1.3.6.1.4.1.22554.5.8.1', 'X25519MLKEM768'],
  ['p256_kyber512', 0x2f3a, '1.3.6.1.4.1.22554.5.7.1', 'SecP256r1MLKEM768'],
  ['p384_kyber768', 0x2f3c, '1.3.9999.99.61', 'SecP384r1MLKEM1024'],
  ['x448_kyber768', 0x2f90, '1.3.9999.99.42', 'X25519MLKEM768'],
  ['p521_kyber1024', 0x2f3d, '1.3.9999.99.62', 'SecP384r1MLKEM1024'],
  ['p256_mlkem512', 0x2f4b, undefined, 'SecP256r1MLKEM768'],
  ['x25519_mlkem512', 0x2fb6, undefined, 'X25519MLKEM768'],
  ['p384_mlkem768', 0x2f4c, undefined, 'SecP384r1MLKEM1024'],
  ['x448_mlkem768', 0x2fb7, undefined, 'X25519MLKEM768'],
  ['p521_mlkem1024', 0x2f4d, undefined, 'SecP384r1MLKEM1024'],
];

function oqsHybrid([name, code, oid, replacement]: OqsHybrid): Row {
  const tlsGroup = { code, name };
  return {
    name,
    was: 'experimental TLS group, never registered',
    reference: OQS_KEM_LIST,
    identifiers: oid === undefined ? { tlsGroup } : { oid, tlsGroup },
    replacement,
  };
}

type OqsSignature = readonly [
  name: string,
  was: string,
  oid: string,
  tlsSignature: number,
  replacement: ObsoleteDescriptor['replacement'],
  ...aliases: readonly string[],
];

const ROUND_3 = 'Dilithium of round 3';
const IPD = 'ML-DSA of the FIPS 204 draft, without the context';
const PAIR = 'oqs-provider pair of signatures, not a LAMPS composite';

const OQS_SIGNATURES: readonly OqsSignature[] = [
  ['Dilithium2', ROUND_3, '1.3.6.1.4.1.2.267.7.4.4', 0xfea0, 'ML-DSA-44', 'Dilithium-2'],
  ['Dilithium3', ROUND_3, '1.3.6.1.4.1.2.267.7.6.5', 0xfea3, 'ML-DSA-65', 'Dilithium-3'],
  ['Dilithium5', ROUND_3, '1.3.6.1.4.1.2.267.7.8.7', 0xfea5, 'ML-DSA-87', 'Dilithium-5'],
  ['ML-DSA-44-ipd', IPD, '1.3.6.1.4.1.2.267.12.4.4', 0xfed0, 'ML-DSA-44'],
  ['ML-DSA-65-ipd', IPD, '1.3.6.1.4.1.2.267.12.6.5', 0xfed3, 'ML-DSA-65'],
  ['ML-DSA-87-ipd', IPD, '1.3.6.1.4.1.2.267.12.8.7', 0xfed5, 'ML-DSA-87'],
  ['p256_dilithium2', PAIR, '1.3.9999.2.7.1', 0xfea1, 'MLDSA44-ECDSA-P256-SHA256'],
  ['rsa3072_dilithium2', PAIR, '1.3.9999.2.7.2', 0xfea2, 'MLDSA65-RSA3072-PSS-SHA512'],
  ['p384_dilithium3', PAIR, '1.3.9999.2.7.3', 0xfea4, 'MLDSA65-ECDSA-P384-SHA512'],
  ['p521_dilithium5', PAIR, '1.3.9999.2.7.4', 0xfea6, 'MLDSA87-ECDSA-P521-SHA512'],
  ['p256_mldsa44', PAIR, '1.3.9999.7.5', 0xff06, 'MLDSA44-ECDSA-P256-SHA256'],
  ['rsa3072_mldsa44', PAIR, '1.3.9999.7.6', 0xff07, 'MLDSA65-RSA3072-PSS-SHA512'],
  ['p384_mldsa65', PAIR, '1.3.9999.7.7', 0xff08, 'MLDSA65-ECDSA-P384-SHA512'],
  ['p521_mldsa87', PAIR, '1.3.9999.7.8', 0xff09, 'MLDSA87-ECDSA-P521-SHA512'],
];

function oqsSignature([name, was, oid, code, replacement, ...aliases]: OqsSignature): Row {
  return {
    name,
    was,
    reference: was === IPD ? `${OQS_SIG_LIST}; ${HACKATHON_R3}` : OQS_SIG_LIST,
    identifiers: { oid, tlsSignature: { code, name: name.toLowerCase() } },
    aliases,
    replacement,
  };
}

type OqsSphincs = readonly [name: string, oid: string, tlsSignature: number, replacement: SlhDsaName];

const OQS_SPHINCS: readonly OqsSphincs[] = [
  ['sphincssha2128fsimple', '1.3.9999.6.4.13', 0xfeb3, 'SLH-DSA-SHA2-128f'],
  ['sphincssha2128ssimple', '1.3.9999.6.4.16', 0xfeb6, 'SLH-DSA-SHA2-128s'],
  ['sphincssha2192fsimple', '1.3.9999.6.5.10', 0xfeb9, 'SLH-DSA-SHA2-192f'],
  ['sphincssha2192ssimple', '1.3.9999.6.5.12', 0xfebb, 'SLH-DSA-SHA2-192s'],
  ['sphincssha2256fsimple', '1.3.9999.6.6.10', 0xfebd, 'SLH-DSA-SHA2-256f'],
  ['sphincssha2256ssimple', '1.3.9999.6.6.12', 0xfec0, 'SLH-DSA-SHA2-256s'],
  ['sphincsshake128fsimple', '1.3.9999.6.7.13', 0xfec2, 'SLH-DSA-SHAKE-128f'],
  ['sphincsshake128ssimple', '1.3.9999.6.7.16', 0xfec5, 'SLH-DSA-SHAKE-128s'],
  ['sphincsshake192fsimple', '1.3.9999.6.8.10', 0xfec8, 'SLH-DSA-SHAKE-192f'],
  ['sphincsshake192ssimple', '1.3.9999.6.8.12', 0xfeca, 'SLH-DSA-SHAKE-192s'],
  ['sphincsshake256fsimple', '1.3.9999.6.9.10', 0xfecc, 'SLH-DSA-SHAKE-256f'],
  ['sphincsshake256ssimple', '1.3.9999.6.9.12', 0xfece, 'SLH-DSA-SHAKE-256s'],
];

function oqsSphincs([name, oid, code, replacement]: OqsSphincs): Row {
  const parameters = replacement.replace('SLH-DSA', 'SPHINCS+');
  return {
    name: `${parameters}-simple`,
    was: 'SPHINCS+ of round 3',
    reference: OQS_SIG_LIST,
    identifiers: { oid, tlsSignature: { code, name } },
    aliases: [name, parameters],
    replacement,
  };
}

/** Entrust's arc 2.16.840.1.114027.80, home of every composite until IANA assigned OIDs in October 2025. */
const ENTRUST = '2.16.840.1.114027.80';

const COMPOSITE_ARCS: readonly Row[] = [
  {
    name: 'Composite ML-DSA before draft-06',
    was: 'composite signatures that wrap keys and signatures in ASN.1; a number changed its meaning between drafts',
    reference: 'draft-ietf-lamps-pq-composite-sigs-04; oqs-provider ALGORITHMS.md',
    oidPrefix: `${ENTRUST}.8.1`,
    replacement: 'MLDSA65-ECDSA-P256-SHA512',
  },
  {
    name: 'Composite ML-DSA before IANA',
    was: 'composite signatures of the last drafts before October 2025, with other domain separators or labels',
    reference: 'draft-ietf-lamps-pq-composite-sigs-07, -09',
    oidPrefix: `${ENTRUST}.9.1`,
    replacement: 'MLDSA65-ECDSA-P256-SHA512',
  },
  {
    name: 'Composite ML-KEM before IANA',
    was: 'composite KEMs with other combiners, and the first explicit composite keys',
    reference: 'draft-ietf-lamps-pq-composite-kem-07',
    oidPrefix: `${ENTRUST}.5`,
    replacement: 'MLKEM768-ECDH-P256-SHA3-256',
  },
];

/** The eighteen names kept their order in both drafts, twenty numbers apart. */
const COMPOSITE_SIGNATURE_DRAFTS: readonly (readonly [draft: string, firstArc: number])[] = [
  ['draft-07', 0],
  ['draft-09', 20],
];

const COMPOSITE_SIGNATURES: readonly Row[] = COMPOSITE_SIGNATURE_DRAFTS.flatMap(([draft, firstArc]) =>
  COMPOSITE_SIGNATURE_NAMES.map((name, index) => ({
    name: `${name} of ${draft}`,
    was: 'the composite of this name under another OID and, in some drafts, another label',
    reference: `draft-ietf-lamps-pq-composite-sigs-${draft.slice('draft-'.length)}`,
    identifiers: { oid: `${ENTRUST}.9.1.${String(firstArc + index)}` },
    replacement: name,
  })),
);

const COMPOSITE_KEMS: readonly Row[] = (
  [
    ['MLKEM768-RSA2048-HMAC-SHA256', 50, 'MLKEM768-RSA2048-SHA3-256'],
    ['MLKEM768-RSA3072-HMAC-SHA256', 51, 'MLKEM768-RSA3072-SHA3-256'],
    ['MLKEM768-RSA4096-HMAC-SHA256', 52, 'MLKEM768-RSA4096-SHA3-256'],
    ['MLKEM768-X25519-SHA3-256 of draft-07', 53, 'MLKEM768-X25519-SHA3-256'],
    ['MLKEM768-ECDH-P256-HMAC-SHA256', 54, 'MLKEM768-ECDH-P256-SHA3-256'],
    ['MLKEM768-ECDH-P384-HMAC-SHA256', 55, 'MLKEM768-ECDH-P384-SHA3-256'],
    ['MLKEM768-ECDH-brainpoolP256r1-HMAC-SHA256', 56, 'MLKEM768-ECDH-brainpoolP256r1-SHA3-256'],
    ['MLKEM1024-ECDH-P384-HMAC-SHA512', 57, 'MLKEM1024-ECDH-P384-SHA3-256'],
    ['MLKEM1024-ECDH-brainpoolP384r1-HMAC-SHA512', 58, 'MLKEM1024-ECDH-brainpoolP384r1-SHA3-256'],
    ['MLKEM1024-X448-SHA3-256 of draft-07', 59, 'MLKEM1024-X448-SHA3-256'],
    ['MLKEM1024-ECDH-P521-HMAC-SHA512', 60, 'MLKEM1024-ECDH-P521-SHA3-256'],
    ['MLKEM1024-RSA3072-HMAC-SHA512', 61, 'MLKEM1024-RSA3072-SHA3-256'],
  ] as const satisfies readonly (readonly [string, number, CompositeKemName])[]
).map(([name, arc, replacement]) => ({
  name,
  was: 'composite KEM with the domain separator, and in most rows the HMAC combiner, of draft-07',
  reference: 'draft-ietf-lamps-pq-composite-kem-07',
  identifiers: { oid: `${ENTRUST}.5.2.${String(arc)}` },
  replacement,
}));

/** Hybrid KEMs of the CFRG drafts before October 2025; the label enters the secret, so nothing interoperates. */
const HYBRID_LABELS: readonly Row[] = (
  [
    ['QSF-P256-MLKEM768-SHAKE256-SHA3256', '|-()-|', 'MLKEM768-P256'],
    ['QSF-P384-MLKEM1024-SHAKE256-SHA3256', ' | /-\\', 'MLKEM1024-P384'],
  ] as const satisfies readonly (readonly [string, string, HybridKemName])[]
).map(([name, label, replacement]) => ({
  name,
  was: `hybrid KEM with the label "${label}"`,
  reference: 'draft-irtf-cfrg-hybrid-kems before October 2025',
  aliases: [label.trim()],
  replacement,
}));

const JOSE_COSE: readonly Row[] = [
  {
    name: 'COSE ES256',
    was: 'ECDSA with SHA-256 on whatever curve the key names',
    reference: 'RFC 9053 §2.1; deprecated by RFC 9864',
    identifiers: { cose: -7 },
    replacement: 'ECDSA-P256-SHA256',
  },
  {
    name: 'COSE ES384',
    was: 'ECDSA with SHA-384 on whatever curve the key names',
    reference: 'RFC 9053 §2.1; deprecated by RFC 9864',
    identifiers: { cose: -35 },
    replacement: 'ECDSA-P384-SHA384',
  },
  {
    name: 'COSE ES512',
    was: 'ECDSA with SHA-512 on whatever curve the key names',
    reference: 'RFC 9053 §2.1; deprecated by RFC 9864',
    identifiers: { cose: -36 },
    replacement: 'ECDSA-P521-SHA512',
  },
  {
    name: 'EdDSA',
    was: 'Ed25519 or Ed448, as the key says',
    reference: 'RFC 8037 §3.1, RFC 9053 §2.2; deprecated by RFC 9864',
    identifiers: { cose: -8, jose: 'EdDSA' },
    replacement: 'Ed25519',
  },
  {
    name: 'COSE SLH-DSA-SHA2-128s request',
    was: 'number asked for, assigned to ESP384 instead',
    reference: 'draft-ietf-cose-sphincs-plus-04 to -10; RFC 9864 §2.1',
    identifiers: { cose: -51 },
    replacement: 'SLH-DSA-SHA2-128s',
  },
  {
    name: 'COSE SLH-DSA-SHAKE-128s request',
    was: 'number asked for, assigned to ESP512 instead',
    reference: 'draft-ietf-cose-sphincs-plus-04 to -10; RFC 9864 §2.1',
    identifiers: { cose: -52 },
    replacement: 'SLH-DSA-SHAKE-128s',
  },
  {
    name: 'COSE SLH-DSA-SHA2-128f request',
    was: 'number asked for, assigned to Ed448 instead',
    reference: 'draft-ietf-cose-sphincs-plus-04 to -06; RFC 9864 §2.2',
    identifiers: { cose: -53 },
    replacement: 'SLH-DSA-SHA2-128f',
  },
  {
    name: 'CRYDI2',
    was: 'JOSE name of Dilithium2',
    reference: 'draft-ietf-cose-dilithium-00',
    identifiers: { jose: 'CRYDI2' },
    replacement: 'ML-DSA-44',
  },
  {
    name: 'CRYDI3',
    was: 'JOSE name of Dilithium3',
    reference: 'draft-ietf-cose-dilithium-00',
    identifiers: { jose: 'CRYDI3' },
    replacement: 'ML-DSA-65',
  },
  {
    name: 'CRYDI5',
    was: 'JOSE name of Dilithium5',
    reference: 'draft-ietf-cose-dilithium-00',
    identifiers: { jose: 'CRYDI5' },
    replacement: 'ML-DSA-87',
  },
];

/** Every obsolete name and identifier that is known here, with its replacement. */
export const OBSOLETE: readonly ObsoleteDescriptor[] = deepFreeze(
  [
    ...FAMILIES,
    ...KYBER,
    ...OQS_HYBRIDS.map(oqsHybrid),
    ...OQS_SIGNATURES.map(oqsSignature),
    ...OQS_SPHINCS.map(oqsSphincs),
    ...COMPOSITE_ARCS,
    ...COMPOSITE_SIGNATURES,
    ...COMPOSITE_KEMS,
    ...HYBRID_LABELS,
    ...JOSE_COSE,
  ].map((row): ObsoleteDescriptor => ({
    kind: 'obsolete',
    status: 'obsolete',
    identifiers: {},
    aliases: [],
    ...row,
  })),
);
