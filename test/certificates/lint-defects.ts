/** The planted-defect corpus: every rule, and what makes it fire. */
import { concat, EMPTY, utf8 } from '../../src/bytes/index.ts';
import {
  encodeExtension,
  type Extension,
  EXTENSION,
  type LintOptions,
  nameFrom,
  PURPOSE,
  signatureIdentifier,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { algorithm, signature } from '../../src/registry/index.ts';
import {
  ca,
  CA_EXTENSIONS,
  type Change,
  kemLeaf,
  kemSpki,
  leaf,
  LEAF_EXTENSIONS,
  name,
  rawSpki,
  rsaSpki,
  signatureKey,
  spkiOf,
  validity,
} from './lint-builder.ts';

/** A certificate with defects. */
export interface Defect {
  /** The rules that must fire; no others may. */
  readonly rules: readonly string[];
  /** What was planted. */
  readonly title: string;
  readonly make: () => Promise<Uint8Array>;
  /** Where the first finding must be. */
  readonly where?: string;
  /** The section that the first finding must name. */
  readonly section?: string;
  readonly options?: LintOptions;
}

const oidOf = (id: Parameters<typeof algorithm>[0]): string => algorithm(id).identifiers.oid ?? '';
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0x5a);
const critical = (extension: Extension | undefined, value: boolean): Extension => {
  if (extension === undefined) throw new Error('no such extension');
  return { ...extension, critical: value };
};
const other = (oid: string, value: Uint8Array, isCritical = false): Extension => ({
  oid,
  critical: isCritical,
  value,
});
const sanOf = (...names: Parameters<typeof encodeExtension<'subjectAltName'>>[1]): Change => ({
  with: { subjectAltName: encodeExtension('subjectAltName', names) },
});
const usage = (...usages: Parameters<typeof encodeExtension<'keyUsage'>>[1]): Extension =>
  encodeExtension('keyUsage', usages);
const purposes = (...oids: readonly string[]): Extension => encodeExtension('extendedKeyUsage', oids);
const generalized = (text: string): Uint8Array => der.element(0x18, utf8(text));
const utc = (text: string): Uint8Array => der.element(0x17, utf8(text));

/** A `leaf` with an RSA key of 2048 bits under the signature of the base. */
const rsaLeaf = (change: Change = {}): Promise<Uint8Array> => leaf({ spki: rsaSpki(2048), ...change });

async function ecSpki(): Promise<Uint8Array> {
  return spkiOf((await signatureKey('ECDSA-P256-SHA256')).publicKey);
}

/** A certificate of another signature algorithm: the key of the base, signed by nobody. */
function signedBy(id: Parameters<typeof signature>[0], length?: number): Promise<Uint8Array> {
  const descriptor = signature(id);
  const { signature: size } = descriptor.sizes;
  return leaf({
    algorithm: signatureIdentifier(descriptor),
    signature: bytes(length ?? (typeof size === 'number' ? size : size.max)),
  });
}

const withNull = (oid: string): Uint8Array => der.sequence(der.oid(oid), der.nil());

/** Catalyst extensions with an ML-DSA-65 key and signature of the right sizes. */
function catalyst(without: readonly string[] = []): Record<string, Extension> {
  const all = {
    subjectAltPublicKeyInfo: other(
      EXTENSION.subjectAltPublicKeyInfo,
      rawSpki(oidOf('ML-DSA-65'), bytes(1952)),
    ),
    altSignatureAlgorithm: other(
      EXTENSION.altSignatureAlgorithm,
      signatureIdentifier(signature('ML-DSA-65')),
    ),
    altSignatureValue: other(EXTENSION.altSignatureValue, der.bitString(bytes(3309))),
  };
  return Object.fromEntries(Object.entries(all).filter(([one]) => !without.includes(one)));
}

async function classicalWith(extra: Record<string, Extension>): Promise<Uint8Array> {
  return leaf({
    spki: await ecSpki(),
    signer: await signatureKey('ECDSA-P256-SHA256'),
    with: extra,
  });
}

const relatedCertificate = (oid: string, length: number): Extension =>
  other(
    EXTENSION.relatedCertificate,
    der.sequence(der.sequence(der.oid(oid)), der.octetString(bytes(length))),
  );

const SHA_256 = '2.16.840.1.101.3.4.2.1';
const SHA_1 = '1.3.14.3.2.26';

/** Certificates with one defect each, or with several that cannot be had apart. */
export const DEFECTS: readonly Defect[] = [
  // How it is written.
  {
    rules: ['unreadable'],
    title: 'a length in long form where the short one does',
    make: async () => {
      const whole = await leaf();
      return concat(whole.subarray(0, 1), Uint8Array.of(0x83, 0), whole.subarray(2));
    },
  },
  { rules: ['unreadable'], title: 'cut off', make: async () => (await leaf()).subarray(0, 900) },
  {
    rules: ['unreadable'],
    title: 'a negative version',
    make: () => leaf({ version: der.explicit(0, der.element(2, Uint8Array.of(0xff))) }),
  },
  {
    rules: ['extension-duplicate'],
    title: 'key usage twice',
    where: 'extensions.keyUsage',
    make: () => leaf({ with: { again: usage('digitalSignature') } }),
  },
  {
    rules: ['extensions-empty'],
    title: 'an empty list of extensions',
    make: () => leaf({ extensions: der.explicit(3, der.sequence()) }),
  },
  {
    rules: ['trailing-bytes'],
    title: 'a newline behind it',
    make: async () => concat(await leaf(), utf8('\n')),
  },
  {
    // One per extension that is not critical.
    rules: ['default-encoded', 'default-encoded', 'default-encoded', 'default-encoded'],
    title: 'critical FALSE is written',
    where: 'extensions',
    make: () =>
      leaf({
        extensions: der.explicit(
          3,
          der.sequence(
            ...Object.values(LEAF_EXTENSIONS).map(({ oid, critical: isCritical, value }) =>
              der.sequence(der.oid(oid), der.boolean(isCritical), der.octetString(value)),
            ),
          ),
        ),
      }),
  },
  {
    rules: ['default-encoded', 'version'],
    title: 'version 1 is written, with extensions',
    where: 'version',
    make: () => leaf({ version: der.explicit(0, der.integer(0)) }),
  },
  {
    rules: ['extension-empty'],
    title: 'subjectAltName without names',
    where: 'extensions.subjectAltName',
    make: () => leaf({ with: { subjectAltName: other(EXTENSION.subjectAltName, der.sequence()) } }),
  },
  {
    rules: ['extension-empty'],
    title: 'no usage',
    where: 'extensions.keyUsage',
    make: () =>
      leaf({
        with: { keyUsage: other(EXTENSION.keyUsage, der.namedBits([]), true), extendedKeyUsage: null },
      }),
  },
  {
    rules: ['extension-value'],
    title: 'a subject key identifier that is no OCTET STRING',
    where: 'extensions.subjectKeyIdentifier',
    make: () => leaf({ with: { subjectKeyIdentifier: other(EXTENSION.subjectKeyIdentifier, bytes(20)) } }),
  },
  {
    rules: ['extension-value'],
    title: 'an IP address of 5 bytes',
    where: 'extensions.subjectAltName',
    make: () =>
      leaf({
        with: { subjectAltName: other(EXTENSION.subjectAltName, der.sequence(der.element(0x87, bytes(5)))) },
      }),
  },
  {
    rules: ['version'],
    title: 'extensions in version 2',
    where: 'version',
    make: () => leaf({ version: der.explicit(0, der.integer(1)) }),
  },
  {
    rules: ['version-old', 'authority-key-identifier-missing'],
    title: 'version 1',
    make: () => leaf({ version: EMPTY, extensions: EMPTY }),
  },
  {
    rules: ['unique-identifier', 'unique-identifier'],
    title: 'unique identifiers of both',
    where: 'issuerUniqueID',
    make: () => leaf({ unique: concat(der.element(0x81, bytes(5)), der.element(0x82, bytes(5))) }),
  },
  {
    rules: ['time-form'],
    title: 'GeneralizedTime in 2026',
    where: 'validity.notBefore',
    make: () => leaf({ validity: der.sequence(generalized('20261101000000Z'), utc('270430000000Z')) }),
  },

  // Algorithms.
  {
    rules: ['signature-algorithms-differ'],
    title: 'ML-DSA-65 inside, ML-DSA-44 outside',
    make: () => leaf({ inner: signatureIdentifier(signature('ML-DSA-65')) }),
  },
  {
    rules: ['signature-parameters'],
    title: 'NULL beside ML-DSA',
    section: 'RFC 9881 §2',
    make: () => leaf({ algorithm: withNull(oidOf('ML-DSA-44')) }),
  },
  {
    rules: ['signature-parameters', 'signature-breakable'],
    title: 'NULL beside ECDSA',
    section: 'RFC 5758 §3.2',
    make: async () =>
      leaf({ algorithm: withNull('1.2.840.10045.4.3.2'), signer: await signatureKey('ECDSA-P256-SHA256') }),
  },
  {
    rules: ['signature-parameters', 'draft-algorithm'],
    title: 'NULL beside a composite',
    make: async () =>
      leaf({
        algorithm: withNull(oidOf('MLDSA44-Ed25519-SHA512')),
        signer: await signatureKey('MLDSA44-Ed25519-SHA512'),
      }),
  },
  {
    rules: ['signature-parameters', 'signature-breakable'],
    title: 'RSA with an OCTET STRING',
    section: 'RFC 4055 §5',
    make: () =>
      leaf({
        algorithm: der.sequence(der.oid('1.2.840.113549.1.1.11'), der.octetString(EMPTY)),
        signature: bytes(256),
      }),
  },
  {
    rules: ['key-parameters'],
    title: 'NULL beside an ML-DSA key',
    section: 'RFC 9881 §2',
    make: () => leaf({ spki: rawSpki(oidOf('ML-DSA-44'), bytes(1312), der.nil()) }),
  },
  {
    rules: ['key-parameters'],
    title: 'an OCTET STRING beside an ML-KEM key',
    section: 'RFC 9935 §3',
    make: () => kemLeaf({ spki: rawSpki(oidOf('ML-KEM-512'), bytes(800), der.octetString(bytes(2))) }),
  },
  {
    rules: ['parameters-missing'],
    title: 'an RSA key without NULL',
    section: 'RFC 3279 §2.3.1',
    make: () => leaf({ spki: rsaSpki(2048, EMPTY) }),
  },
  {
    rules: ['parameters-missing'],
    title: 'an EC key without curve',
    section: 'RFC 5480 §2.1.1',
    make: () => leaf({ spki: rawSpki('1.2.840.10045.2.1', bytes(65)) }),
  },
  {
    rules: ['parameters-missing'],
    title: 'an RSA signature without NULL',
    make: () => rsaLeaf({ algorithm: der.sequence(der.oid('1.2.840.113549.1.1.11')), signature: bytes(256) }),
  },
  { rules: ['hash-ml-dsa'], title: 'HashML-DSA', make: () => signedBy('HashML-DSA-44') },
  {
    rules: ['hash-ml-dsa'],
    title: 'a HashML-DSA key',
    where: 'subjectPublicKeyInfo',
    make: () => leaf({ spki: rawSpki(oidOf('HashML-DSA-44'), bytes(1312)) }),
  },
  {
    rules: ['hash-slh-dsa', 'signature-weaker'],
    title: 'HashSLH-DSA',
    make: () => signedBy('HashSLH-DSA-SHA2-128s-SHA256'),
  },
  {
    rules: ['obsolete-algorithm'],
    title: 'Dilithium of round 3',
    make: () => leaf({ algorithm: der.sequence(der.oid('1.3.6.1.4.1.2.267.7.4.4')), signature: bytes(2420) }),
  },
  {
    rules: ['obsolete-algorithm'],
    title: 'the dead arc of composite signatures',
    where: 'subjectPublicKeyInfo',
    make: () => leaf({ spki: rawSpki('2.16.840.1.114027.80.8.1.21', bytes(1344)) }),
  },
  {
    rules: ['draft-algorithm'],
    title: 'a composite signature',
    make: async () => leaf({ signer: await signatureKey('MLDSA44-Ed25519-SHA512') }),
  },
  {
    rules: ['unknown-algorithm'],
    title: 'a signature algorithm that nobody knows',
    make: () => leaf({ algorithm: der.sequence(der.oid('1.3.6.1.4.1.99999.1')), signature: bytes(64) }),
  },
  {
    rules: ['unknown-algorithm'],
    title: 'a key of an unknown curve',
    where: 'subjectPublicKeyInfo',
    make: () => leaf({ spki: rawSpki('1.2.840.10045.2.1', bytes(57), der.oid('1.3.132.0.33')) }),
  },
  {
    rules: ['unknown-algorithm'],
    title: 'an RSA key of 2560 bits',
    where: 'subjectPublicKeyInfo',
    make: () => leaf({ spki: rsaSpki(2560) }),
  },
  {
    rules: ['unknown-algorithm'],
    title: 'ML-KEM in place of a signature algorithm',
    make: () => leaf({ algorithm: der.sequence(der.oid(oidOf('ML-KEM-512'))), signature: bytes(768) }),
  },
  {
    rules: ['weak-signature'],
    title: 'RSA with SHA-1',
    make: () => rsaLeaf({ algorithm: withNull('1.2.840.113549.1.1.5'), signature: bytes(256) }),
  },
  {
    rules: ['weak-signature'],
    title: 'RSASSA-PSS with its default of SHA-1',
    make: () =>
      rsaLeaf({
        algorithm: der.sequence(der.oid('1.2.840.113549.1.1.10'), der.sequence()),
        signature: bytes(256),
      }),
  },
  {
    rules: ['weak-key'],
    title: 'a DSA key',
    make: () => leaf({ spki: rawSpki('1.2.840.10040.4.1', der.unsignedInteger(bytes(256)), der.sequence()) }),
  },
  {
    rules: ['public-key-value'],
    title: 'a curve whose OID is incomplete',
    make: () => leaf({ spki: rawSpki('1.2.840.10045.2.1', bytes(65), der.element(6, Uint8Array.of(0x80))) }),
  },
  {
    rules: ['public-key-value'],
    title: 'explicit curve parameters',
    make: () => leaf({ spki: rawSpki('1.2.840.10045.2.1', bytes(65), der.sequence(der.integer(1))) }),
  },
  { rules: ['weak-key'], title: 'RSA of 1024 bits', make: () => leaf({ spki: rsaSpki(1024) }) },
  {
    rules: ['weak-key'],
    title: 'signed by RSA of 1024 bits',
    where: 'signatureAlgorithm',
    make: () => rsaLeaf({ algorithm: withNull('1.2.840.113549.1.1.11'), signature: bytes(128) }),
  },
  {
    rules: ['public-key-size'],
    title: 'an ML-DSA-44 key that is one byte short',
    make: () => leaf({ spki: rawSpki(oidOf('ML-DSA-44'), bytes(1311)) }),
  },
  {
    rules: ['public-key-size', 'signature-weaker'],
    title: 'an ML-KEM-768 key of the size of ML-KEM-512',
    make: () => kemLeaf({ spki: rawSpki(oidOf('ML-KEM-768'), bytes(800)) }),
  },
  {
    rules: ['draft-algorithm', 'public-key-size'],
    title: 'a composite key without its second half',
    make: () => leaf({ spki: rawSpki(oidOf('MLDSA44-ECDSA-P256-SHA256'), bytes(1312)) }),
  },
  {
    rules: ['public-key-value'],
    title: 'a compressed point',
    make: () =>
      leaf({
        spki: rawSpki(
          '1.2.840.10045.2.1',
          concat(Uint8Array.of(2), bytes(32)),
          der.oid('1.2.840.10045.3.1.7'),
        ),
      }),
  },
  {
    rules: ['public-key-value'],
    title: 'an RSA key that is no RSAPublicKey',
    make: () => leaf({ spki: rawSpki('1.2.840.113549.1.1.1', bytes(256), der.nil()) }),
  },
  {
    rules: ['signature-size'],
    title: 'an ML-DSA-44 signature with a byte too many',
    make: () => signedBy('ML-DSA-44', 2421),
  },
  {
    rules: ['draft-algorithm', 'signature-size'],
    title: 'a composite signature without its second half',
    make: () => signedBy('MLDSA44-ECDSA-P256-SHA256', 2420),
  },
  {
    rules: ['signature-value'],
    title: 'an ECDSA signature as r ‖ s',
    make: async () =>
      leaf({
        spki: await ecSpki(),
        algorithm: der.sequence(der.oid('1.2.840.10045.4.3.2')),
        signature: bytes(64),
      }),
  },
  {
    rules: ['signature-breakable'],
    title: 'an ML-DSA key signed by ECDSA',
    make: async () => leaf({ signer: await signatureKey('ECDSA-P256-SHA256') }),
  },
  {
    rules: ['signature-weaker'],
    title: 'an ML-DSA-65 key signed by ML-DSA-44',
    make: async () => leaf({ spki: spkiOf((await signatureKey('ML-DSA-65')).publicKey) }),
  },
  {
    rules: ['self-signed-without-signature-key'],
    title: 'an ML-KEM certificate signed by itself',
    make: () =>
      kemLeaf({
        issuer: name('CN=pump.example'),
        with: { authorityKeyIdentifier: null, subjectKeyIdentifier: null },
      }),
  },
  {
    rules: ['ca-without-signature-key', 'draft-algorithm', 'key-usage', 'signature-weaker'],
    title: 'a composite-KEM CA',
    make: async () =>
      ca({
        spki: await kemSpki('MLKEM768-X25519-SHA3-256'),
        subject: name('CN=Another CA'),
        with: {
          authorityKeyIdentifier: encodeExtension('authorityKeyIdentifier', { keyIdentifier: bytes(20) }),
        },
      }),
  },

  // Fields.
  { rules: ['serial-zero'], title: 'serial number 0', make: () => leaf({ serialNumber: der.integer(0) }) },
  {
    rules: ['serial-negative'],
    title: 'a serial number without its sign octet',
    make: () => leaf({ serialNumber: der.element(2, bytes(20).fill(0x91)) }),
  },
  {
    rules: ['serial-length'],
    title: 'a serial number of 21 octets',
    make: () => leaf({ serialNumber: der.element(2, bytes(21)) }),
  },
  { rules: ['serial-entropy'], title: 'serial number 7', make: () => leaf({ serialNumber: der.integer(7) }) },
  {
    rules: ['validity-inverted'],
    title: 'the dates exchanged',
    make: () => leaf({ validity: validity('2027-04-30T00:00:00Z', '2026-11-01T00:00:00Z') }),
  },
  {
    rules: ['validity-long-tls'],
    title: 'a TLS server for two years',
    make: () => leaf({ validity: validity('2026-11-01T00:00:00Z', '2028-11-01T00:00:00Z') }),
  },
  {
    rules: ['validity-unbounded'],
    title: 'no end',
    make: () =>
      leaf({
        validity: der.sequence(utc('261101000000Z'), generalized('99991231235959Z')),
        with: { extendedKeyUsage: null },
      }),
  },
  {
    rules: ['classical-beyond-2035'],
    title: 'an RSA CA until 2046',
    make: () =>
      ca({ spki: rsaSpki(4096), validity: validity('2026-11-01T00:00:00Z', '2046-11-01T00:00:00Z') }),
  },
  { rules: ['issuer-empty'], title: 'no issuer', make: () => leaf({ issuer: der.sequence() }) },
  {
    rules: ['subject-empty'],
    title: 'no subject, and subjectAltName not critical',
    where: 'extensions.subjectAltName',
    make: () => leaf({ subject: der.sequence() }),
  },
  {
    rules: ['subject-empty'],
    title: 'neither subject nor subjectAltName',
    make: () => leaf({ subject: der.sequence(), with: { subjectAltName: null } }),
  },
  {
    rules: ['subject-empty'],
    title: 'a CA without subject',
    section: 'RFC 5280 §4.1.2.6',
    make: () =>
      ca({
        subject: der.sequence(),
        with: {
          authorityKeyIdentifier: encodeExtension('authorityKeyIdentifier', { keyIdentifier: bytes(20) }),
        },
      }),
  },
  {
    rules: ['name-attribute'],
    title: 'an organisation of 65 characters',
    where: 'subject',
    make: () => leaf({ subject: name(`CN=pump.example,O=${'ü'.repeat(65)}`) }),
  },

  // Alternative names.
  {
    rules: ['san-missing'],
    title: 'a TLS server without subjectAltName',
    make: () => leaf({ with: { subjectAltName: null } }),
  },
  {
    rules: ['common-name-not-in-san'],
    title: 'another host in the common name',
    make: () => leaf({ subject: name('CN=monitor.example') }),
  },
  {
    rules: ['san-critical'],
    title: 'subjectAltName critical beside a subject',
    make: () => leaf({ with: { subjectAltName: critical(LEAF_EXTENSIONS['subjectAltName'], true) } }),
  },
  {
    rules: ['san-duplicate'],
    title: 'one name in two spellings',
    make: () => leaf(sanOf({ kind: 'dns', name: 'pump.example' }, { kind: 'dns', name: 'PUMP.example' })),
  },
  ...[
    'pump_7.example',
    'pump.example.',
    'pump..example',
    '.example',
    `${'a'.repeat(64)}.example`,
    `${'abcdefg.'.repeat(40)}example`,
    '-pump.example',
    'pump .example',
    '192.0.2.7',
    '2001:db8::7',
    '*.pump_7.example',
  ].map((host) => ({
    rules: ['dns-name'],
    title: `the DNS name ${host.slice(0, 20)}`,
    make: () => leaf(sanOf({ kind: 'dns', name: host }, { kind: 'dns', name: 'pump.example' })),
  })),
  ...['pump*.example', 'a.*.example', '*.*.example', '*.example', '*'].map((host) => ({
    rules: ['dns-wildcard'],
    title: `the wildcard ${host}`,
    make: () => leaf(sanOf({ kind: 'dns', name: host }, { kind: 'dns', name: 'pump.example' })),
  })),
  {
    rules: ['ip-address'],
    title: 'an IP address with its mask',
    make: () => leaf(sanOf({ kind: 'ip', address: bytes(8) }, { kind: 'dns', name: 'pump.example' })),
  },
  {
    rules: ['ip-address'],
    title: 'an IP range without its mask',
    where: 'extensions.nameConstraints',
    make: () =>
      ca({
        with: {
          nameConstraints: encodeExtension('nameConstraints', {
            permitted: [{ kind: 'ip', address: bytes(4) }],
            excluded: [],
          }),
        },
      }),
  },
  {
    rules: ['uri'],
    title: 'a URI without a scheme',
    make: () => leaf(sanOf({ kind: 'uri', uri: '//pump.example/x' }, { kind: 'dns', name: 'pump.example' })),
  },
  {
    rules: ['email-address'],
    title: 'an e-mail address without host',
    make: () => leaf(sanOf({ kind: 'email', address: 'nurse@' }, { kind: 'dns', name: 'pump.example' })),
  },

  // Extensions.
  {
    rules: ['extension-unknown-critical'],
    title: 'an unknown critical extension',
    where: 'extensions.1.3.6.1.4.1.99999.2',
    make: () => leaf({ with: { unknown: other('1.3.6.1.4.1.99999.2', der.nil(), true) } }),
  },
  {
    rules: ['extension-of-crl'],
    title: 'a CRL number',
    make: () => leaf({ with: { crlNumber: encodeExtension('crlNumber', Uint8Array.of(7)) } }),
  },
  {
    rules: ['extension-of-ca'],
    title: 'name constraints on a leaf',
    make: () =>
      leaf({
        with: {
          nameConstraints: encodeExtension('nameConstraints', {
            permitted: [{ kind: 'dns', name: 'example' }],
            excluded: [],
          }),
        },
      }),
  },
  {
    rules: ['criticality'],
    title: 'a critical authority key identifier',
    section: 'RFC 5280 §4.2.1.1',
    make: () =>
      leaf({ with: { authorityKeyIdentifier: critical(LEAF_EXTENSIONS['authorityKeyIdentifier'], true) } }),
  },
  {
    rules: ['criticality'],
    title: 'name constraints that are not critical',
    section: 'RFC 5280 §4.2.1.10',
    make: () =>
      ca({
        with: {
          nameConstraints: encodeExtension(
            'nameConstraints',
            { permitted: [{ kind: 'dns', name: 'example' }], excluded: [] },
            false,
          ),
        },
      }),
  },
  {
    rules: ['criticality-unusual'],
    title: 'key usage that is not critical',
    make: () => leaf({ with: { keyUsage: critical(LEAF_EXTENSIONS['keyUsage'], false) } }),
  },
  {
    rules: ['basic-constraints-not-critical'],
    title: 'basic constraints of a CA that are not critical',
    make: () => ca({ with: { basicConstraints: critical(CA_EXTENSIONS['basicConstraints'], false) } }),
  },
  {
    rules: ['path-length-without-ca'],
    title: 'a path length on a leaf',
    make: () =>
      leaf({ with: { basicConstraints: encodeExtension('basicConstraints', { ca: false, pathLength: 0 }) } }),
  },
  {
    rules: ['key-cert-sign-without-ca'],
    title: 'keyCertSign on a leaf',
    make: () => leaf({ with: { keyUsage: usage('digitalSignature', 'keyCertSign') } }),
  },
  {
    rules: ['ca-without-key-usage'],
    title: 'a CA without key usage',
    make: () => ca({ with: { keyUsage: null } }),
  },
  {
    rules: ['ca-without-key-cert-sign'],
    title: 'a CA that must not sign certificates',
    make: () => ca({ with: { keyUsage: usage('digitalSignature', 'cRLSign') } }),
  },
  {
    rules: ['ca-without-crl-sign'],
    title: 'a CA that must not sign CRLs',
    make: () => ca({ with: { keyUsage: usage('keyCertSign') } }),
  },
  {
    rules: ['key-usage'],
    title: 'keyEncipherment on an ML-DSA key',
    section: 'RFC 9881 §5',
    make: () => leaf({ with: { keyUsage: usage('digitalSignature', 'keyEncipherment') } }),
  },
  {
    rules: ['key-usage'],
    title: 'keyAgreement on an SLH-DSA key',
    section: 'RFC 9909 §6',
    make: () =>
      leaf({
        spki: rawSpki(oidOf('SLH-DSA-SHA2-128s'), bytes(32)),
        with: { keyUsage: usage('digitalSignature', 'keyAgreement') },
      }),
  },
  {
    rules: ['key-usage'],
    title: 'digitalSignature on an ML-KEM key',
    section: 'RFC 9935 §5',
    make: () => kemLeaf({ with: { keyUsage: usage('digitalSignature', 'keyEncipherment') } }),
  },
  {
    rules: ['draft-algorithm', 'key-usage'],
    title: 'dataEncipherment on a composite key',
    make: async () =>
      leaf({
        spki: spkiOf((await signatureKey('MLDSA44-Ed25519-SHA512')).publicKey),
        with: { keyUsage: usage('digitalSignature', 'dataEncipherment') },
      }),
  },
  {
    rules: ['key-usage'],
    title: 'keyEncipherment on an EC key',
    section: 'RFC 8813 §3',
    make: async () =>
      leaf({ spki: await ecSpki(), with: { keyUsage: usage('digitalSignature', 'keyEncipherment') } }),
  },
  {
    rules: ['key-usage'],
    title: 'keyAgreement on an RSA key',
    section: 'RFC 3279 §2.3.1',
    make: () => rsaLeaf({ with: { keyUsage: usage('digitalSignature', 'keyAgreement') } }),
  },
  {
    rules: ['key-usage-undefined'],
    title: 'encipherOnly without keyAgreement',
    make: async () =>
      leaf({ spki: await ecSpki(), with: { keyUsage: usage('digitalSignature', 'encipherOnly') } }),
  },
  {
    rules: ['purpose-without-usage'],
    title: 'code signing without digitalSignature',
    make: () =>
      leaf({
        with: { keyUsage: usage('contentCommitment'), extendedKeyUsage: purposes(PURPOSE.codeSigning) },
      }),
  },
  {
    rules: ['purpose-without-usage'],
    title: 'a TLS server with an ML-KEM key',
    make: () => kemLeaf({ with: { extendedKeyUsage: purposes(PURPOSE.serverAuth) } }),
  },
  {
    rules: ['purpose-any'],
    title: 'any purpose',
    make: () => leaf({ with: { extendedKeyUsage: purposes(PURPOSE.serverAuth, PURPOSE.any) } }),
  },
  {
    rules: ['time-stamping'],
    title: 'time stamping that is not critical',
    make: () => leaf({ with: { extendedKeyUsage: purposes(PURPOSE.timeStamping) } }),
  },
  {
    rules: ['time-stamping'],
    title: 'time stamping beside another purpose',
    make: () =>
      leaf({
        with: { extendedKeyUsage: critical(purposes(PURPOSE.timeStamping, PURPOSE.clientAuth), true) },
      }),
  },
  {
    rules: ['entries-duplicate', 'entries-duplicate'],
    title: 'a purpose and a policy twice',
    make: () =>
      leaf({
        with: {
          extendedKeyUsage: purposes(PURPOSE.serverAuth, PURPOSE.serverAuth),
          certificatePolicies: encodeExtension('certificatePolicies', [
            { policy: '1.3.6.1.4.1.99999.3', qualifiers: [] },
            { policy: '1.3.6.1.4.1.99999.3', qualifiers: [] },
          ]),
        },
      }),
  },
  {
    rules: ['subject-key-identifier-missing'],
    title: 'a CA without subject key identifier',
    make: () => ca({ with: { subjectKeyIdentifier: null } }),
  },
  {
    rules: ['authority-key-identifier-missing'],
    title: 'no authority key identifier',
    make: () => leaf({ with: { authorityKeyIdentifier: null } }),
  },

  // Transition.
  {
    rules: ['catalyst-incomplete'],
    title: 'an alternative signature without its algorithm',
    where: 'extensions.altSignatureValue',
    make: () => classicalWith(catalyst(['altSignatureAlgorithm'])),
  },
  {
    rules: ['catalyst-incomplete'],
    title: 'an alternative algorithm without signature',
    where: 'extensions.altSignatureAlgorithm',
    make: () => classicalWith(catalyst(['altSignatureValue'])),
  },
  {
    rules: ['catalyst-unsigned-key'],
    title: 'an alternative key alone',
    make: () => classicalWith(catalyst(['altSignatureAlgorithm', 'altSignatureValue'])),
  },
  {
    rules: ['catalyst-critical'],
    title: 'a critical alternative key',
    make: () => {
      const all = catalyst();
      return classicalWith({
        ...all,
        subjectAltPublicKeyInfo: critical(all['subjectAltPublicKeyInfo'], true),
      });
    },
  },
  {
    rules: ['catalyst-classical', 'catalyst-classical'],
    title: 'an alternative that is classical too',
    make: async () =>
      classicalWith({
        subjectAltPublicKeyInfo: other(
          EXTENSION.subjectAltPublicKeyInfo,
          spkiOf((await signatureKey('Ed25519')).publicKey),
        ),
        altSignatureAlgorithm: other(
          EXTENSION.altSignatureAlgorithm,
          signatureIdentifier(signature('Ed25519')),
        ),
        altSignatureValue: other(EXTENSION.altSignatureValue, der.bitString(bytes(64))),
      }),
  },
  {
    rules: ['public-key-size', 'signature-size'],
    title: 'an alternative key and signature of the wrong sizes',
    where: 'extensions.subjectAltPublicKeyInfo',
    make: () =>
      classicalWith({
        ...catalyst(),
        subjectAltPublicKeyInfo: other(
          EXTENSION.subjectAltPublicKeyInfo,
          rawSpki(oidOf('ML-DSA-65'), bytes(1951)),
        ),
        altSignatureValue: other(EXTENSION.altSignatureValue, der.bitString(bytes(3308))),
      }),
  },
  {
    rules: ['delta-certificate'],
    title: 'a delta certificate descriptor',
    make: () =>
      leaf({ with: { delta: other(EXTENSION.deltaCertificateDescriptor, der.sequence(der.nil())) } }),
  },
  {
    rules: ['related-certificate-hash'],
    title: 'a related certificate by SHA-1',
    make: () => leaf({ with: { related: relatedCertificate(SHA_1, 20) } }),
  },
  {
    rules: ['related-certificate-hash'],
    title: 'a related certificate by half a SHA-256',
    make: () => leaf({ with: { related: relatedCertificate(SHA_256, 16) } }),
  },

  // Policy.
  {
    rules: ['policy-refuses', 'policy-refuses'],
    title: 'ML-DSA-44 where CNSA 2.0 wants ML-DSA-87',
    options: { policy: namedPolicy('cnsa-2.0'), at: new Date('2027-01-01') },
    where: 'signatureAlgorithm',
    make: () => leaf(),
  },
  {
    rules: ['policy-warns', 'policy-warns'],
    title: 'ECDSA in 2027 under a policy that prefers hybrids',
    options: { policy: namedPolicy('hybrid-preferred'), at: new Date('2027-01-01') },
    make: () => classicalWith({}),
  },
];

/** Certificates without fault, as the defects are planted in. */
export const CLEAN: readonly (readonly [title: string, make: () => Promise<Uint8Array>])[] = [
  ['a TLS server with ML-DSA-44', () => leaf()],
  ['a CA with ML-DSA-44', () => ca()],
  ['an ML-KEM certificate', () => kemLeaf()],
  ['ECDSA under ECDSA', () => classicalWith({})],
  [
    'ECDSA with SHA-256 by a curve longer than P-256',
    async () =>
      leaf({
        spki: await ecSpki(),
        algorithm: der.sequence(der.oid('1.2.840.10045.4.3.2')),
        signature: der.sequence(der.unsignedInteger(bytes(48)), der.unsignedInteger(bytes(48))),
      }),
  ],
  ['ECDSA with an alternative signature', () => classicalWith(catalyst())],
  [
    'an ML-DSA-44 key under RSA with an alternative signature',
    async () => leaf({ signer: await signatureKey('ECDSA-P256-SHA256'), with: catalyst() }),
  ],
  [
    'no subject, and subjectAltName critical',
    () =>
      leaf({
        subject: der.sequence(),
        with: { subjectAltName: critical(LEAF_EXTENSIONS['subjectAltName'], true) },
      }),
  ],
  ['a related certificate by SHA-256', () => leaf({ with: { related: relatedCertificate(SHA_256, 32) } })],
  [
    'a wildcard and an IP address',
    () =>
      leaf({
        subject: name('CN=192.0.2.7'),
        ...sanOf(
          { kind: 'dns', name: '*.ward.example' },
          { kind: 'ip', address: Uint8Array.of(192, 0, 2, 7) },
          { kind: 'directory', name: nameFrom('CN=pump') },
          { kind: 'email', address: 'nurse@hospital.example' },
          { kind: 'uri', uri: 'urn:uuid:0' },
          { kind: 'other', type: '1.2.3.4', value: der.nil() },
          { kind: 'registered-id', oid: '1.2.3.4' },
        ),
      }),
  ],
  [
    'a non-critical extension that nobody knows',
    () => leaf({ with: { unknown: other('1.3.6.1.4.1.99999.2', der.nil()) } }),
  ],
];
