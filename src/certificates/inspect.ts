/** A certificate as an engineer wants to read it: plain data, and text. */
import { toHex } from '../bytes/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import { extensionName } from './extensions.ts';
import {
  algorithmLines,
  block,
  describeDeviations,
  describeExtensions,
  describeKey,
  describeSignature,
  deviationLines,
  extensionLines,
  type ExtensionText,
  grouped,
  type InspectedAlgorithm,
  type InspectedDeviation,
  nameOrEmpty,
} from './inspected.ts';
import { layoutOf } from './layout.ts';
import { formatName } from './name.ts';
import { keyFacts, signatureFacts } from './named-algorithm.ts';
import { EXTENSION } from './oids.ts';
import { hexPairs, printable } from './text.ts';

/** What one part of a certificate costs. */
export interface InspectedPart {
  readonly part: string;
  readonly bytes: number;
}

/** One extension. */
export interface InspectedExtension extends ExtensionText {
  /** Of its whole encoding. */
  readonly bytes: number;
}

/** A form of transition from classical to post-quantum certificates. */
export interface InspectedTransition {
  readonly form: 'alternative-signature' | 'delta-certificate' | 'related-certificate';
  readonly text: string;
  /** Alternative key and signature [X.509 (2019) §9.8]. */
  readonly key?: InspectedAlgorithm;
  readonly signature?: InspectedAlgorithm;
}

/** A certificate described; plain data, the same as JSON. */
export interface CertificateInspection {
  readonly version: 1 | 2 | 3;
  /** Contents of the INTEGER in hexadecimal, in pairs. */
  readonly serialNumber: string;
  /** As in RFC 4514. */
  readonly issuer: string;
  readonly subject: string;
  /** Whether issuer and subject have the same name. */
  readonly selfIssued: boolean;
  readonly ca: boolean;
  readonly validity: {
    /** ISO 8601, in UTC. */
    readonly notBefore: string;
    readonly notAfter: string;
    /** Rounded. */
    readonly days: number;
  };
  readonly key: InspectedAlgorithm;
  readonly signature: InspectedAlgorithm;
  readonly transition: readonly InspectedTransition[];
  readonly extensions: readonly InspectedExtension[];
  readonly sizes: {
    readonly total: number;
    /** They add up to the total. */
    readonly parts: readonly InspectedPart[];
  };
  /** SHA-256 in hexadecimal. */
  readonly fingerprints: {
    /** Of the certificate. */
    readonly certificate: string;
    /** Of the SubjectPublicKeyInfo: as `fingerprint` of `hybridge/keys` has it. */
    readonly publicKey: string;
  };
  /** Departures from the profile, where it was read with `strict: false`. */
  readonly deviations: readonly InspectedDeviation[];
}

/**
 * Describes a certificate: who, until when, with which algorithms and how these stand, what is post-quantum and what
 * is not, and what each part costs in bytes. Nothing is verified.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider has no SHA-256.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatInspection, inspectCertificate, parseCertificate } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const certificate = parseCertificate(readFileSync('device.pem'), { strict: false });
 * const inspection = inspectCertificate(createNobleProvider(), certificate);
 * console.log(inspection.key.name, inspection.key.nature, inspection.sizes.total);
 * console.log(formatInspection(inspection));
 * ```
 */
export function inspectCertificate(provider: Provider, certificate: Certificate): CertificateInspection {
  const { validity, extensions, subjectPublicKeyInfo, signatureAlgorithm, signature, deviations } =
    certificate;
  const sha256 = requireHash(provider, 'SHA-256');
  return {
    version: certificate.version,
    serialNumber: hexPairs(certificate.serialNumber),
    issuer: printable(formatName(certificate.issuer)),
    subject: printable(formatName(certificate.subject)),
    selfIssued: isSelfIssued(certificate),
    ca: extensions.basicConstraints?.ca === true,
    validity: {
      notBefore: validity.notBefore.toISOString(),
      notAfter: validity.notAfter.toISOString(),
      days: Math.round((validity.notAfter.getTime() - validity.notBefore.getTime()) / 86_400_000),
    },
    key: describeKey(keyFacts('subjectPublicKeyInfo', subjectPublicKeyInfo)),
    signature: describeSignature(signatureFacts('signatureAlgorithm', signatureAlgorithm, signature)),
    transition: transitionForms(certificate),
    extensions: inspectExtensions(certificate),
    sizes: { total: certificate.bytes.length, parts: partsOf(certificate) },
    fingerprints: {
      certificate: toHex(sha256.digest(certificate.bytes)),
      publicKey: toHex(sha256.digest(subjectPublicKeyInfo)),
    },
    deviations: describeDeviations(deviations),
  };
}

function transitionForms({ extensions }: Certificate): readonly InspectedTransition[] {
  const { subjectAltPublicKeyInfo, altSignatureAlgorithm, altSignatureValue, relatedCertificate } =
    extensions;
  const forms: InspectedTransition[] = [];
  if (
    subjectAltPublicKeyInfo !== undefined ||
    altSignatureAlgorithm !== undefined ||
    altSignatureValue !== undefined
  )
    forms.push({
      form: 'alternative-signature',
      text: 'alternative key and signature [X.509 (2019) §9.8], which older verifiers pass over',
      ...(subjectAltPublicKeyInfo === undefined
        ? {}
        : { key: describeKey(keyFacts('extensions', subjectAltPublicKeyInfo)) }),
      ...(altSignatureAlgorithm === undefined
        ? {}
        : {
            signature: describeSignature(
              signatureFacts('extensions', altSignatureAlgorithm, altSignatureValue),
            ),
          }),
    });
  if (relatedCertificate !== undefined)
    forms.push({
      form: 'related-certificate',
      text: 'bound to another certificate of the same subject [RFC 9763]',
    });
  if (extensions.all.some(({ oid }) => oid === EXTENSION.deltaCertificateDescriptor))
    forms.push({
      form: 'delta-certificate',
      text: 'holds what differs in a second certificate: draft-bonnell-lamps-chameleon-certs-07, expired April 2026',
    });
  return forms;
}

function inspectExtensions(certificate: Certificate): readonly InspectedExtension[] {
  const written = layoutOf(certificate).extensions;
  return describeExtensions(certificate.extensions).map((extension, index) => ({
    ...extension,
    bytes: written[index]?.length ?? 0,
  }));
}

/** What each part costs. Tags and lengths of what holds other parts are the overhead, so that all of it adds up. */
function partsOf(certificate: Certificate): readonly InspectedPart[] {
  const layout = layoutOf(certificate);
  const { signatureAlgorithm, keyAlgorithm, issuer, subject, signature, extensions } = certificate;
  const parts: InspectedPart[] = [
    { part: 'public key', bytes: layout.publicKey.length },
    { part: 'signature', bytes: signature.length },
    {
      part: 'algorithm identifiers',
      bytes: layout.signature.bytes.length + signatureAlgorithm.bytes.length + keyAlgorithm.bytes.length,
    },
    { part: 'issuer', bytes: issuer.bytes.length },
    { part: 'subject', bytes: subject.bytes.length },
    { part: 'serial number', bytes: layout.serialNumber.length },
    { part: 'validity', bytes: layout.notBefore.length + layout.notAfter.length },
    { part: 'version', bytes: layout.version.length },
    {
      part: 'unique identifiers',
      bytes: layout.uniqueIdentifiers.reduce((sum, { length }) => sum + length, 0),
    },
    ...extensions.all.map(({ oid }, index) => ({
      part: `extension ${extensionName(oid) ?? oid}`,
      bytes: layout.extensions[index]?.length ?? 0,
    })),
  ];
  const counted = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...parts.filter(({ bytes }) => bytes > 0),
    { part: 'DER overhead', bytes: certificate.bytes.length - counted },
  ];
}

function transitionLines({ form, text, key, signature }: InspectedTransition): readonly string[] {
  return [
    `${form}: ${text}`,
    ...(key === undefined
      ? []
      : algorithmLines(key).map((line, index) => (index === 0 ? `key ${line}` : line))),
    ...(signature === undefined
      ? []
      : algorithmLines(signature).map((line, index) => (index === 0 ? `signature ${line}` : line))),
  ];
}

function describeDays({ days, notAfter }: CertificateInspection['validity']): string {
  return notAfter.startsWith('9999-12-31') ? 'no end' : `${grouped(days)} days`;
}

function costLines({ total, parts }: CertificateInspection['sizes']): readonly string[] {
  const width = Math.max(...parts.map(({ part }) => part.length), 'total'.length);
  const line = (part: string, bytes: number): string =>
    `${part.padEnd(width)}  ${grouped(bytes).padStart(7)}  ${((100 * bytes) / total).toFixed(1).padStart(5)} %`;
  const byCost = parts.toSorted((a, b) => b.bytes - a.bytes);
  return [...byCost.map(({ part, bytes }) => line(part, bytes)), line('total', total)];
}

/**
 * An inspection as text of several lines, without a newline at its end.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatInspection, inspectCertificate, parseCertificate } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const certificate = parseCertificate(readFileSync('device.pem'));
 * console.log(formatInspection(inspectCertificate(createNobleProvider(), certificate)));
 * ```
 */
export function formatInspection(inspection: CertificateInspection): string {
  const { subject, issuer, validity, ca, selfIssued, sizes, deviations } = inspection;
  const kind = [ca ? 'CA' : undefined, selfIssued ? 'self-issued' : undefined].filter(
    (one) => one !== undefined,
  );
  return [
    ...block('Certificate', [
      [`version ${inspection.version}, ${grouped(sizes.total)} bytes`, ...kind].join(', '),
    ]),
    ...block('Subject', [nameOrEmpty(subject)]),
    ...block('Issuer', [nameOrEmpty(issuer)]),
    ...block('Serial number', [inspection.serialNumber]),
    ...block('Valid', [`${validity.notBefore} to ${validity.notAfter}, ${describeDays(validity)}`]),
    ...block('Public key', algorithmLines(inspection.key)),
    ...block('Signature', algorithmLines(inspection.signature)),
    ...inspection.transition.flatMap((one) => block('Transition', transitionLines(one))),
    ...extensionLines(inspection.extensions),
    ...block('Bytes', costLines(sizes)),
    ...block('SHA-256', [
      `certificate ${inspection.fingerprints.certificate}`,
      `public key  ${inspection.fingerprints.publicKey}`,
    ]),
    ...deviationLines(deviations),
  ].join('\n');
}
