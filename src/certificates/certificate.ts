/** Certificate [RFC 5280 §4.1]. */
import { equal, HybridgeError, toHex } from '../bytes/index.ts';
import { type DerReader, encodePem, explicit, implicit, readDer } from '../encoding/index.ts';
import { importPublicKey, type Wanted } from '../keys/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import { findByOid } from '../registry/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { structuresIn, type StructureKind } from './der-or-pem.ts';
import { type Deviation, type Deviations, deviationsOf } from './deviation.ts';
import type { Extensions } from './extension.ts';
import { NO_EXTENSIONS, readExtensions } from './extensions.ts';
import { keyAlgorithmOf, usagesOf } from './key-rules.ts';
import { formatName, isEmptyName, type Name, readName } from './name.ts';
import { readSigned, type Signed, type SignedParts } from './signed.ts';
import { readTime } from './time.ts';

/** From when until when a certificate is meant to be used; both ends are included [RFC 5280 §4.1.2.5]. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** How strictly certificates are read. */
export interface ParseOptions {
  /**
   * `true` unless given: a departure from the profile is an error. `false` reads such a certificate all the same and
   * lists its departures in `deviations`: for looking into what is defective, and for old devices that have
   * nothing better. What is no DER, or contradicts itself, is never read.
   */
  readonly strict?: boolean | undefined;
}

/**
 * A certificate, read and never changed. Made by {@link parseCertificate} and by what issues certificates.
 */
export class Certificate implements Signed {
  /** DER of the whole. */
  readonly bytes: Uint8Array;
  /** DER of the TBSCertificate: the bytes under the signature. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Contents of the INTEGER in two's complement, big-endian. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly validity: Validity;
  readonly subject: Name;
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** The AlgorithmIdentifier inside the SubjectPublicKeyInfo. */
  readonly keyAlgorithm: AlgorithmIdentifier;
  readonly extensions: Extensions;
  readonly signature: Uint8Array;
  /** Departures from the profile; empty for a certificate that was read strictly. */
  readonly deviations: readonly Deviation[];

  /** @internal Use {@link parseCertificate}. */
  constructor(
    encoding: Uint8Array,
    { tbs, fields, signatureAlgorithm, signature }: SignedParts,
    told: Deviations,
    deviations: readonly Deviation[],
  ) {
    this.bytes = encoding;
    this.tbs = tbs;
    this.signatureAlgorithm = signatureAlgorithm;
    this.signature = signature;
    this.deviations = deviations;
    this.version = readVersion(fields, told);
    this.serialNumber = fields.integerOctets('serialNumber');
    const inner = readAlgorithmIdentifier(fields, 'signature');
    this.issuer = readName(fields, 'issuer');
    this.validity = readValidity(fields);
    this.subject = readName(fields, 'subject');
    const { encoding: spki, reader: key } = fields.encodedSequence('subjectPublicKeyInfo');
    this.subjectPublicKeyInfo = spki;
    this.keyAlgorithm = readAlgorithmIdentifier(key, 'algorithm');
    key.bitString('subjectPublicKey');
    key.end();
    skipUniqueIdentifiers(fields, this.version, told);
    this.extensions = fields.has(explicit(3)) ? readVersion3(fields, this.version, told) : NO_EXTENSIONS;
    fields.end();
    this.#check(inner, told);
  }

  #check(inner: AlgorithmIdentifier, told: Deviations): void {
    const { signatureAlgorithm, keyAlgorithm, serialNumber, issuer } = this;
    if (!equal(inner.bytes, signatureAlgorithm.bytes))
      told(
        'signature-algorithms-differ',
        `certificate: signatureAlgorithm is ${signatureAlgorithm.oid}, the field inside is ${inner.oid}`,
        'RFC 5280 §4.1.1.2',
      );
    if (serialNumber.length > 20)
      told(
        'serial-number-length',
        `certificate: a serial number of ${serialNumber.length} octets`,
        'RFC 5280 §4.1.2.2',
      );
    if (isEmptyName(issuer)) told('empty-issuer', 'certificate: the issuer has no name', 'RFC 5280 §4.1.2.4');
    checkParameters(signatureAlgorithm, 'signature algorithm', told);
    checkParameters(keyAlgorithm, 'key', told);
    const allowed = usagesOf(keyAlgorithm);
    const wrong = this.extensions.keyUsage?.filter((usage) => allowed?.includes(usage) === false) ?? [];
    if (wrong.length > 0)
      told(
        'key-usage',
        `certificate: key usage ${wrong.join(', ')} on a key of ${keyAlgorithmOf(keyAlgorithm.oid)?.name ?? keyAlgorithm.oid}`,
        keyAlgorithmOf(keyAlgorithm.oid)?.use === 'kem' ? 'RFC 9935 §5' : 'RFC 9881 §5, RFC 9909 §6',
      );
  }

  /** PEM of the certificate. */
  toPem(): string {
    return encodePem('CERTIFICATE', this.bytes);
  }

  /** What `JSON.stringify` writes: which certificate it is, not what is in it. */
  toJSON(): CertificateSummary {
    const { notBefore, notAfter } = this.validity;
    return {
      subject: formatName(this.subject),
      issuer: formatName(this.issuer),
      serialNumber: toHex(this.serialNumber),
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
    };
  }
}

/** A certificate in a few words, as JSON has it. */
export interface CertificateSummary {
  /** Names in their text form [RFC 4514]. */
  readonly subject: string;
  readonly issuer: string;
  /** INTEGER contents in hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

function readVersion(fields: DerReader, told: Deviations): 1 | 2 | 3 {
  if (!fields.has(explicit(0))) return 1;
  const tagged = fields.explicit(0, 'version');
  const version = tagged.smallInteger('value') + 1;
  tagged.end();
  if (version === 1)
    told('default-encoded', 'certificate: version v1 is the default, and written', 'X.690 §11.5');
  if (version === 1 || version === 2 || version === 3) return version;
  throw new HybridgeError('invalid_encoding', `certificate: version ${version}`, { details: { version } });
}

function readValidity(fields: DerReader): Validity {
  const reader = fields.sequence('validity');
  const notBefore = readTime(reader, 'notBefore');
  const notAfter = readTime(reader, 'notAfter');
  reader.end();
  return { notBefore, notAfter };
}

// RFC 5280 §4.1.2.8: CAs do not write them, applications accept them.
function skipUniqueIdentifiers(fields: DerReader, version: number, told: Deviations): void {
  for (const [number, name] of [
    [1, 'issuerUniqueID'],
    [2, 'subjectUniqueID'],
  ] as const) {
    if (!fields.has(implicit(number))) continue;
    fields.primitive(name, implicit(number));
    if (version === 1) told('version', `certificate: ${name} in version 1`, 'RFC 5280 §4.1.2.8');
  }
}

function readVersion3(fields: DerReader, version: number, told: Deviations): Extensions {
  if (version !== 3) told('version', `certificate: extensions in version ${version}`, 'RFC 5280 §4.1.2.9');
  const tagged = fields.explicit(3, 'extensions');
  const extensions = readExtensions(tagged, told);
  tagged.end();
  return extensions;
}

function checkParameters({ oid, parameters }: AlgorithmIdentifier, what: string, told: Deviations): void {
  if (parameters === undefined) return;
  const [entry] = findByOid(oid);
  if (entry === undefined || entry.kind === 'obsolete' || (entry.use !== 'signature' && entry.use !== 'kem'))
    return;
  // An EC key names its curve and an RSA algorithm has NULL or PSS parameters; the others have none.
  if (entry.key.kind === 'rsa' || (entry.key.kind === 'ec' && entry.identifiers.oid !== oid)) return;
  told(
    'algorithm-parameters',
    `certificate: the ${what} ${entry.name} has parameters, which must be absent`,
    entry.reference,
  );
}

/**
 * Reads a certificate from DER, or from a PEM text with exactly one.
 *
 * @throws {@link HybridgeError} `invalid_encoding` with the field and the offset; `message_too_large`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatName, parseCertificate } from 'hybridge/certificates';
 *
 * const certificate = parseCertificate(readFileSync('device.pem', 'utf8'));
 * console.log(formatName(certificate.subject), certificate.validity.notAfter);
 * ```
 */
export function parseCertificate(input: Uint8Array | string, options: ParseOptions = {}): Certificate {
  const [certificate, second] = parseCertificates(input, options);
  if (certificate === undefined || second !== undefined)
    throw new HybridgeError('invalid_argument', 'more than one certificate where one is expected', {
      fault: 'caller',
      hint: 'parseCertificates reads them all',
    });
  return certificate;
}

/**
 * Reads all certificates of a PEM text in their order, or the one of a DER. PEM blocks with other labels, such as a
 * private key beside its chain, are left alone.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, also where there is no certificate at all.
 */
export function parseCertificates(
  input: Uint8Array | string,
  options: ParseOptions = {},
): readonly Certificate[] {
  return structuresIn(input, CERTIFICATE).map((bytes) => readCertificate(bytes, options));
}

const CERTIFICATE: StructureKind = {
  what: 'certificate',
  // RFC 7468 §5.1 and the two names from before it.
  labels: ['CERTIFICATE', 'X509 CERTIFICATE', 'X.509 CERTIFICATE'],
  // The largest real ones (SLH-DSA, composite with an alternative signature) have some 60,000.
  maxBytes: 1024 * 1024,
};

function readCertificate(bytes: Uint8Array, { strict = true }: ParseOptions): Certificate {
  const { told, deviations } = deviationsOf(strict);
  const outer = readDer(bytes, 'Certificate');
  const signed = readSigned(outer, 'certificate');
  if (!outer.atEnd)
    told('trailing-bytes', `certificate: ${bytes.length - outer.offset} bytes after its end`, 'X.690 §10');
  return new Certificate(signed.encoding, signed, told, deviations);
}

/**
 * The public key of a certificate.
 *
 * @param wanted - What the key is to serve, where it may serve several algorithms (EC, RSA).
 * @throws {@link HybridgeError} `invalid_key`, `invalid_encoding`, `unknown_algorithm`, `unsupported`,
 * `wrong_algorithm`.
 */
export async function certificateKey(
  provider: Provider,
  certificate: Certificate,
  wanted: Wanted = {},
): Promise<PublicKey> {
  return importPublicKey(provider, certificate.subjectPublicKeyInfo, { format: 'der', ...wanted });
}

/** Whether issuer and subject are the same name; the key may be another (RFC 5280 §6.1: self-issued). */
export function isSelfIssued({ issuer, subject }: Certificate): boolean {
  return issuer.key === subject.key;
}
