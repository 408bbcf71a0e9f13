/** Object identifiers of certificate fields, by the names of their documents. */

/** Extensions [RFC 5280 §4.2, X.509 (2019) §9.8, RFC 9763, RFC 6960 §4.2.2.2.1, RFC 7633]. */
export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  subjectAltPublicKeyInfo: '2.5.29.72',
  altSignatureAlgorithm: '2.5.29.73',
  altSignatureValue: '2.5.29.74',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  relatedCertificate: '1.3.6.1.5.5.7.1.36',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  /** draft-bonnell-lamps-chameleon-certs-07, expired April 2026. */
  deltaCertificateDescriptor: '2.16.840.1.114027.80.6.1',
} as const;

/** anyPolicy [RFC 5280 §4.2.1.4]. */
export const ANY_POLICY = '2.5.29.32.0';

/** Extended key purposes [RFC 5280 §4.2.1.12, RFC 3161 §2.3]. */
export const PURPOSE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const;

/** Access methods [RFC 5280 §4.2.2]. */
export const ACCESS_METHOD = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  timeStamping: '1.3.6.1.5.5.7.48.3',
  caRepository: '1.3.6.1.5.5.7.48.5',
} as const;

/** Attributes of requests [RFC 2985 §5.4, RFC 9763 §3.1, RFC 9883 §2]. */
export const ATTRIBUTE = {
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
  relatedCertRequest: '1.2.840.113549.1.9.16.2.60',
  statementOfPossession: '1.3.6.1.4.1.22112.2.1',
} as const;

/** OCSP [RFC 6960 §4.2.1 and §4.4.1]. */
export const OCSP = {
  basicResponse: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
} as const;
