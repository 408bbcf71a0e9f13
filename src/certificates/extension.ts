/** Extension [RFC 5280 §4.1.2.9] and what the value of each known one says. */
import type { AlgorithmIdentifier } from './algorithm-identifier.ts';
import type { GeneralName } from './general-name.ts';
import type { NameAttribute } from './name.ts';

/** One extension as it stands in a certificate, a request, a CRL or an OCSP message. */
export interface Extension {
  /** Dotted object identifier. */
  readonly oid: string;
  /** Whether one who does not understand it must refuse the whole. */
  readonly critical: boolean;
  /** DER of the value: the contents of the OCTET STRING. */
  readonly value: Uint8Array;
}

/** What keys may be used for [RFC 5280 §4.2.1.3], in the order of their bits. */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
/** One bit of the key usage extension. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** [RFC 5280 §4.2.1.9] */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many intermediate certificates may follow; `undefined` for any number. */
  readonly pathLength?: number | undefined;
}

/** [RFC 5280 §4.2.1.1] */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Uint8Array | undefined;
  readonly issuer?: readonly GeneralName[] | undefined;
  /** INTEGER contents of the issuer's serial number. */
  readonly serialNumber?: Uint8Array | undefined;
}

/** [RFC 5280 §4.2.1.10] */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** [RFC 5280 §4.2.1.4] */
export interface PolicyInformation {
  /** Object identifier of the policy. */
  readonly policy: string;
  readonly qualifiers: readonly PolicyQualifier[];
}

/** A policy qualifier; `value` is DER. */
export interface PolicyQualifier {
  readonly type: string;
  readonly value: Uint8Array;
}

/** [RFC 5280 §4.2.1.5] */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

/** [RFC 5280 §4.2.1.11] Numbers of certificates after which the constraint holds. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number | undefined;
  readonly inhibitPolicyMapping?: number | undefined;
}

/** Why a certificate was revoked [RFC 5280 §5.3.1]. */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
/** One reason for revocation. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

/** The bits of ReasonFlags [RFC 5280 §4.2.1.13]; bit 0 is unused. */
export const REASON_FLAGS: readonly (RevocationReason | 'unused')[] = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

/** Where a CRL is to be found [RFC 5280 §4.2.1.13]. */
export interface DistributionPointName {
  readonly fullName?: readonly GeneralName[] | undefined;
  readonly relativeToIssuer?: readonly NameAttribute[] | undefined;
}

/** [RFC 5280 §4.2.1.13] */
export interface DistributionPoint {
  readonly name?: DistributionPointName | undefined;
  /** The reasons that the CRL covers; `undefined` for all. */
  readonly reasons?: readonly RevocationReason[] | undefined;
  readonly crlIssuer?: readonly GeneralName[] | undefined;
}

/** [RFC 5280 §4.2.2.1] */
export interface AccessDescription {
  /** Object identifier of the method. */
  readonly method: string;
  readonly location: GeneralName;
}

/** [RFC 5280 §5.2.5] */
export interface IssuingDistributionPoint {
  readonly name?: DistributionPointName | undefined;
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
  readonly onlySomeReasons?: readonly RevocationReason[] | undefined;
  readonly indirect: boolean;
  readonly onlyAttributeCertificates: boolean;
}

/** [RFC 9763 §4.1] The digest of a certificate of the same subject under another algorithm. */
export interface RelatedCertificate {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly hashValue: Uint8Array;
}

/** The known extensions, and what the value of each says. */
export interface KnownExtensions {
  readonly subjectKeyIdentifier: Uint8Array;
  readonly keyUsage: readonly KeyUsage[];
  readonly subjectAltName: readonly GeneralName[];
  readonly issuerAltName: readonly GeneralName[];
  readonly basicConstraints: BasicConstraints;
  readonly crlNumber: Uint8Array;
  readonly reasonCode: RevocationReason;
  readonly invalidityDate: Date;
  readonly deltaCrlIndicator: Uint8Array;
  readonly issuingDistributionPoint: IssuingDistributionPoint;
  readonly certificateIssuer: readonly GeneralName[];
  readonly nameConstraints: NameConstraints;
  readonly crlDistributionPoints: readonly DistributionPoint[];
  readonly certificatePolicies: readonly PolicyInformation[];
  readonly policyMappings: readonly PolicyMapping[];
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier;
  readonly policyConstraints: PolicyConstraints;
  /** Object identifiers of purposes. */
  readonly extendedKeyUsage: readonly string[];
  readonly freshestCrl: readonly DistributionPoint[];
  readonly inhibitAnyPolicy: number;
  /** DER of a SubjectPublicKeyInfo [X.509 (2019) §9.8.2]. */
  readonly subjectAltPublicKeyInfo: Uint8Array;
  readonly altSignatureAlgorithm: AlgorithmIdentifier;
  readonly altSignatureValue: Uint8Array;
  readonly authorityInfoAccess: readonly AccessDescription[];
  readonly subjectInfoAccess: readonly AccessDescription[];
  /** TLS extension numbers that the server must honour [RFC 7633]; 5 is stapling. */
  readonly tlsFeature: readonly number[];
  readonly relatedCertificate: RelatedCertificate;
  /** Present and true: the certificate of an OCSP responder is not itself checked [RFC 6960 §4.2.2.2.1]. */
  readonly ocspNoCheck: true;
}

/** What known extensions say; a field is absent where the extension is. */
export type ExtensionValues = {
  readonly [Name in keyof KnownExtensions]?: KnownExtensions[Name] | undefined;
};

/** The name of a known extension. */
export type ExtensionName = keyof KnownExtensions;

/** The extensions of a structure: all of them, and what the known ones say. */
export interface Extensions extends ExtensionValues {
  /** In their order. */
  readonly all: readonly Extension[];
}

/** Extensions to write: known ones by name, others as they are. */
export interface ExtensionInput extends ExtensionValues {
  /** Extensions that have no name here, and such as are to be written with a criticality of the caller's choice. */
  readonly other?: readonly Extension[] | undefined;
}
