/** What the rules look at, worked out once per certificate. */
import type { Policy } from '../../policy/index.ts';
import { type Certificate, isSelfIssued } from '../certificate.ts';
import type { Extensions } from '../extension.ts';
import { type Layout, layoutOf } from '../layout.ts';
import { type KeyFacts, keyFacts, type SignatureFacts, signatureFacts } from '../named-algorithm.ts';

/** A policy, and the date it is asked for. */
export interface DatedPolicy {
  readonly policy: Policy;
  readonly at: Date;
}

/** All that rules know of one certificate. */
export interface CertificateFacts {
  readonly certificate: Certificate;
  readonly extensions: Extensions;
  readonly layout: Layout;
  /** Whether it says that it is a CA. */
  readonly ca: boolean;
  readonly selfIssued: boolean;
  readonly key: KeyFacts;
  readonly signature: SignatureFacts;
  /** The alternative key of X.509 (2019). */
  readonly alternativeKey: KeyFacts | undefined;
  /** The alternative signature of X.509 (2019). */
  readonly alternativeSignature: SignatureFacts | undefined;
  readonly policy: DatedPolicy | undefined;
}

/** Works out what the rules look at. */
export function factsOf(certificate: Certificate, policy: DatedPolicy | undefined): CertificateFacts {
  const { extensions, signatureAlgorithm, signature, subjectPublicKeyInfo } = certificate;
  const { subjectAltPublicKeyInfo, altSignatureAlgorithm, altSignatureValue } = extensions;
  return {
    certificate,
    extensions,
    layout: layoutOf(certificate),
    ca: extensions.basicConstraints?.ca === true,
    selfIssued: isSelfIssued(certificate),
    key: keyFacts('subjectPublicKeyInfo', subjectPublicKeyInfo),
    signature: signatureFacts('signatureAlgorithm', signatureAlgorithm, signature),
    alternativeKey:
      subjectAltPublicKeyInfo === undefined
        ? undefined
        : keyFacts('extensions.subjectAltPublicKeyInfo', subjectAltPublicKeyInfo),
    alternativeSignature:
      altSignatureAlgorithm === undefined
        ? undefined
        : signatureFacts('extensions.altSignatureAlgorithm', altSignatureAlgorithm, altSignatureValue),
    policy,
  };
}

/** The extension of a name or an OID, as findings say where. */
export function inExtension(name: string): string {
  return `extensions.${name}`;
}
