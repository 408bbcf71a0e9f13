/** Prints docs/standards.md: the registry as tables for people, and the documents behind everything that is no algorithm. */
import {
  AEADS,
  type AeadDescriptor,
  type AlgorithmDescriptor,
  HASHES,
  type HashDescriptor,
  KDFS,
  type KdfDescriptor,
  type KemDescriptor,
  KEMS,
  OBSOLETE,
  type RegistryEntry,
  type SignatureDescriptor,
  SIGNATURES,
  type Size,
} from '../src/registry/index.ts';

/** A column of a table; it is left out where no row has anything to put into it. */
interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly right?: boolean;
}

const code = (text: string): string => `\`${text}\``;
const hexadecimal = (number: number): string =>
  code(`0x${number.toString(16).toUpperCase().padStart(4, '0')}`);
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
const size = (bytes: Size): string => (typeof bytes === 'number' ? String(bytes) : `≤ ${bytes.max}`);

/** Markdown takes every bar for the end of a cell, within code as well. */
const escaped = (text: string): string => text.replaceAll('|', String.raw`\|`);

function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    line(used.map(({ title }) => title)),
    line(used.map(({ right }) => (right === true ? '--:' : '---'))),
    ...rows.map((row) => line(used.map(({ cell }) => cell(row)))),
  ].join('\n');
}

const name: Column<RegistryEntry> = { title: 'Name', cell: (row) => code(row.name) };

const identifiers: readonly Column<RegistryEntry>[] = [
  { title: 'OID', cell: ({ identifiers: { oid } }) => (oid === undefined ? '' : code(oid)) },
  {
    title: 'TLS group',
    cell: ({ identifiers: { tlsGroup } }) =>
      tlsGroup === undefined ? '' : `${hexadecimal(tlsGroup.code)} ${code(tlsGroup.name)}`,
  },
  {
    title: 'TLS signature scheme',
    cell: ({ identifiers: { tlsSignature } }) =>
      tlsSignature === undefined ? '' : `${hexadecimal(tlsSignature.code)} ${code(tlsSignature.name)}`,
  },
  { title: 'HPKE', cell: ({ identifiers: { hpke } }) => (hpke === undefined ? '' : hexadecimal(hpke)) },
  {
    title: 'COSE',
    cell: ({ identifiers: { cose } }) => (cose === undefined ? '' : String(cose)),
    right: true,
  },
  { title: 'JOSE', cell: ({ identifiers: { jose } }) => (jose === undefined ? '' : code(jose)) },
];

const standing: readonly Column<AlgorithmDescriptor>[] = [
  { title: 'Category', cell: ({ category }) => (category === 0 ? '' : String(category)), right: true },
  { title: 'Status', cell: ({ status }) => status },
  { title: 'Reference', cell: ({ reference, date }) => `${reference} (${date})` },
  { title: 'Also called', cell: ({ aliases }) => codes(aliases) },
];

const kemColumns: readonly Column<KemDescriptor>[] = [
  name,
  { title: 'Public key', cell: ({ sizes }) => size(sizes.publicKey), right: true },
  { title: 'Private key', cell: ({ sizes }) => size(sizes.privateKey), right: true },
  { title: 'Ciphertext', cell: ({ sizes }) => size(sizes.ciphertext), right: true },
  { title: 'Secret', cell: ({ sizes }) => size(sizes.sharedSecret), right: true },
  ...identifiers,
  ...standing,
];

const signatureColumns: readonly Column<SignatureDescriptor>[] = [
  name,
  { title: 'Public key', cell: ({ sizes }) => size(sizes.publicKey), right: true },
  {
    title: 'Private key',
    cell: ({ sizes, stateful }) => (stateful ? '' : size(sizes.privateKey)),
    right: true,
  },
  { title: 'Signature', cell: ({ sizes }) => size(sizes.signature), right: true },
  ...identifiers,
  ...standing,
];

const hashColumns: readonly Column<HashDescriptor>[] = [
  name,
  { title: 'Digest', cell: ({ digestSize }) => String(digestSize), right: true },
  { title: 'Block', cell: ({ blockSize }) => String(blockSize), right: true },
  ...identifiers,
  ...standing,
];

const aeadColumns: readonly Column<AeadDescriptor>[] = [
  name,
  { title: 'Key', cell: ({ keySize }) => String(keySize), right: true },
  { title: 'Nonce', cell: ({ nonceSize }) => String(nonceSize), right: true },
  { title: 'Tag', cell: ({ tagSize }) => String(tagSize), right: true },
  ...identifiers,
  ...standing,
];

const kdfColumns: readonly Column<KdfDescriptor>[] = [
  name,
  { title: 'Hash', cell: ({ hash }) => code(hash) },
  { title: 'Nh', cell: ({ size: bytes }) => String(bytes), right: true },
  ...identifiers,
  ...standing,
];

const obsoleteColumns: readonly Column<(typeof OBSOLETE)[number]>[] = [
  name,
  { title: 'Use instead', cell: ({ replacement }) => code(replacement) },
  { title: 'What it was', cell: ({ was }) => was },
  ...identifiers,
  { title: 'OIDs under', cell: ({ oidPrefix }) => (oidPrefix === undefined ? '' : code(oidPrefix)) },
  { title: 'Also called', cell: ({ aliases }) => codes(aliases) },
  { title: 'Seen in', cell: ({ reference }) => reference },
];

const kemFamilies: Readonly<Record<KemDescriptor['kind'], readonly [title: string, text: string]>> = {
  'ml-kem': ['ML-KEM', 'The private key is the seed d ‖ z.'],
  'tls-hybrid': [
    'TLS hybrid groups',
    'Sizes are those of the key shares. ML-KEM comes first in X25519MLKEM768, the curve in the other two.',
  ],
  'hybrid-kem': [
    'CFRG hybrid KEMs',
    'One 32-byte seed is the private key of both halves. MLKEM768-X25519 is X-Wing.',
  ],
  'composite-kem': [
    'Composite ML-KEM',
    'Sizes with RSA assume the public exponent 65537. To decapsulate takes the traditional public key as well.',
  ],
  'key-agreement': [
    'Key agreement',
    'The ciphertext is the ephemeral public key. The OID of a Weierstrass curve is that of the curve.',
  ],
  'rsa-oaep': ['RSA-OAEP', 'SHA-256, MGF1 with SHA-256, empty label, a random secret.'],
  dhkem: ['DHKEM', 'Keys are those of the curve.'],
};

const signatureFamilies: Readonly<
  Record<SignatureDescriptor['kind'], readonly [title: string, text: string]>
> = {
  'ml-dsa': ['ML-DSA', 'The private key is the 32-byte seed.'],
  'hash-ml-dsa': ['HashML-DSA', 'With SHA-512. Not for certificates, JOSE, COSE or TLS.'],
  'slh-dsa': ['SLH-DSA', 's is small and slow, f is fast and large.'],
  'hash-slh-dsa': ['HashSLH-DSA', 'The hash is part of the name.'],
  'composite-signature': [
    'Composite ML-DSA',
    'Both halves must verify. Sizes with RSA assume the public exponent 65537.',
  ],
  eddsa: ['EdDSA', 'Pure.'],
  ecdsa: ['ECDSA', 'The signature is a DER Ecdsa-Sig-Value. The OID leaves the curve to the key.'],
  rsa: [
    'RSA signatures',
    'PSS with MGF1 of the same hash and a salt as long as the hash. No identifier tells the modulus.',
  ],
  'stateful-hash': [
    'Stateful hash-based signatures',
    'Verified, never made. Sizes are those of the largest parameter set, the category that of the smallest.',
  ],
};

function families<Row extends { readonly kind: Kind }, Kind extends string>(
  rows: readonly Row[],
  texts: Readonly<Record<Kind, readonly [title: string, text: string]>>,
  columns: readonly Column<Row>[],
): readonly string[] {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const [title, text] = texts[kind];
    return [
      `### ${title}`,
      text,
      table(
        rows.filter((row) => row.kind === kind),
        columns,
      ),
    ];
  });
}

interface Specification {
  readonly area: string;
  readonly documents: string;
  readonly what: string;
}

/** Protocols and formats; the code cites sections where it follows them. */
const SPECIFICATIONS: readonly Specification[] = [
  {
    area: 'Certificates',
    documents: 'RFC 5280, 9618, 9525; X.509 (2019) §9.8; IEEE 802.1AR',
    what: 'Certificates, paths, policies, names; alternative signatures; device identities',
  },
  {
    area: 'Requests and revocation',
    documents: 'RFC 2986, 9763, 9883, 6960',
    what: 'PKCS #10, related certificates, proof by another key, OCSP; CRLs are those of RFC 5280',
  },
  {
    area: 'CMS',
    documents: 'RFC 5652, 5083, 8551, 3161',
    what: 'Signed, encrypted and authenticated messages, SMIMECapabilities, time-stamps',
  },
  { area: 'PKCS #12', documents: 'RFC 7292, 9579', what: 'Keys with certificates; PBMAC1' },
  {
    area: 'COSE',
    documents: 'RFC 9052, 9864, 9964, 8392',
    what: 'Sign1, Sign, keys; ML-DSA; claims of capability documents',
  },
  {
    area: 'HPKE',
    documents: 'RFC 9180',
    what: 'Base and PSK modes; the drafts of its KEMs are listed above',
  },
  {
    area: 'TLS',
    documents: 'RFC 9846, 5246, 8422, 8701, 7301, 6066, 9849',
    what: 'TLS 1.3 and 1.2: hellos and records read and written, GREASE, ALPN, server names, the presence of ECH; handshakes are carried out by OpenSSL',
  },
  {
    area: 'Fingerprints of clients',
    documents: 'JA3 (Salesforce, 2017); JA4 (FoxIO, 2023)',
    what: 'TLS over TCP and, of JA4, QUIC',
  },
  {
    area: 'Captures',
    documents: 'draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng',
    what: 'Files of packets; drafts, long in use',
  },
  {
    area: 'What a service is told',
    documents: 'PROXY protocol, version 2 (HAProxy); RFC 7239, 9651, 9112, 9110',
    what: 'Headers of connections and requests; HTTP/1.1',
  },
  {
    area: 'Logs and metrics',
    documents:
      'Elastic Common Schema 9.4; OpenTelemetry protocol 1 in JSON; Prometheus text format; MITRE ATT&CK 19',
    what: 'Events and counters for other programs',
  },
  {
    area: 'Sensors',
    documents: 'Suricata 8 (EVE, rules); Zeek (ssl.log)',
    what: 'Read into postures; rules written',
  },
];

const document = [
  '# The status of standards',
  'What Hybridge knows of each algorithm, printed from its registry: the same rows that `hybridge explain` shows and that `hybridge/registry` exports. All sizes are in bytes; "≤" marks the longest of a variable-length encoding.',
  '## How to read it',
  table(
    [
      {
        status: 'standard',
        meaning: 'Published: FIPS, SP 800 or RFC. The date is that of the reference.',
      },
      {
        status: 'draft-NN',
        meaning:
          'An Internet-Draft, implemented as its revision NN says. Its identifiers are assigned or reserved; its text may still change, and with it keys, signatures or secrets.',
      },
      {
        status: 'obsolete',
        meaning: 'Not to be used any more. Kept to recognise old data and to name what replaces it.',
      },
    ],
    [
      { title: 'Status', cell: ({ status }) => code(status) },
      { title: 'Meaning', cell: ({ meaning }) => meaning },
    ],
  ),
  'A status speaks of the construction. An algorithm that is a standard may still be named by a draft in one protocol; the reference then lists that draft behind the standard.',
  'The category is the NIST security strength category, of a hybrid that of its post-quantum half. No category: none is reached, as with everything that a quantum computer breaks.',
  '## Key encapsulation',
  ...families(KEMS, kemFamilies, kemColumns),
  '## Signatures',
  ...families(SIGNATURES, signatureFamilies, signatureColumns),
  '## Hashes and extendable-output functions',
  'The category is that of a collision. The digest of an extendable-output function is the one it has in place of a hash.',
  table(HASHES, hashColumns),
  '## Authenticated encryption',
  table(AEADS, aeadColumns),
  '## Key derivation',
  table(KDFS, kdfColumns),
  '## Obsolete names and identifiers',
  'Hybridge recognises these to say what to use instead, and makes none of them. A replacement is the nearest algorithm, not another name of the same: keys, ciphertexts and signatures do not carry over.',
  table(OBSOLETE, obsoleteColumns),
  '## Protocols and formats',
  'What is read and written around the algorithms. The code cites the sections that it follows.',
  table(SPECIFICATIONS, [
    { title: 'Area', cell: ({ area }) => area },
    { title: 'Documents', cell: ({ documents }) => documents },
    { title: 'What', cell: ({ what }) => what },
  ]),
];

console.log(document.join('\n\n'));
