/** Floor 5: X.509 certificates, requests, revocation, path validation and lint, with any signature of the house. */
export {
  type AlgorithmIdentifier,
  signatureAlgorithmOf,
  signatureIdentifier,
} from './algorithm-identifier.ts';
export {
  Certificate,
  certificateKey,
  type CertificateSummary,
  type ParseOptions,
  parseCertificate,
  parseCertificates,
  type Validity,
} from './certificate.ts';
export {
  createCrl,
  Crl,
  type CrlOptions,
  type CrlParseOptions,
  parseCrl,
  parseCrls,
  type Revocation,
  verifyCrl,
} from './crl.ts';
export type { RevokedCertificate } from './crl-entries.ts';
export { hasAlternativeSignature, verifyAlternative } from './alternative.ts';
export { type DeltaCertificate, readDeltaCertificate } from './delta.ts';
export type { Deviation, DeviationRule } from './deviation.ts';
export { KEY_USAGES, REVOCATION_REASONS } from './extension.ts';
export type * from './extension.ts';
export type { GeneralName } from './general-name.ts';
export { generalNameFrom } from './general-name-from.ts';
export { type HardwareModule, hardwareModule, hardwareModuleName } from './hardware-module-name.ts';
export {
  issueCertificate,
  type IssueOptions,
  type Issuer,
  issueSelfSigned,
  type ProfileOptions,
  type RequestableExtension,
  type SelfSignedOptions,
  type SubjectOptions,
  type ValidityInput,
} from './issue.ts';
export type { IssuerAndSerialNumber } from './issuer-and-serial.ts';
export { keyIdentifier } from './key-identifier.ts';
export type { ExtensionText, InspectedAlgorithm, InspectedDeviation } from './inspected.ts';
export {
  type CrlInspection,
  formatCrlInspection,
  inspectCrl,
  type InspectedRevocation,
} from './inspect-crl.ts';
export {
  formatOcspInspection,
  inspectOcspResponse,
  type InspectedAnswer,
  type OcspInspection,
} from './inspect-ocsp.ts';
export { formatRequestInspection, inspectRequest, type RequestInspection } from './inspect-request.ts';
export {
  type CertificateInspection,
  formatInspection,
  inspectCertificate,
  type InspectedExtension,
  type InspectedPart,
  type InspectedTransition,
} from './inspect.ts';
export {
  type ChainBudget,
  type ChainLintOptions,
  LINT_RULES,
  lintCertificate,
  lintChain,
  type LintFinding,
  type LintInput,
  lintKey,
  type LintOptions,
  type LintRule,
  type LintSeverity,
} from './lint/index.ts';
export { formatName, type Name, type NameAttribute, nameFrom, sameName } from './name.ts';
export {
  type CertificateId,
  certificateId,
  type CertificateIdHash,
  type CertificateToCheck,
} from './ocsp-certificate-id.ts';
export {
  createOcspRequest,
  type OcspQuestion,
  type OcspRequest,
  type OcspRequestOptions,
  type OcspRequestSignature,
  parseOcspRequest,
  verifyOcspRequest,
} from './ocsp-request.ts';
export {
  createOcspResponse,
  type OcspAnswer,
  type OcspAnswers,
  type OcspCertificateStatus,
  type OcspFailure,
  ocspFailure,
  type OcspResponse,
  type OcspResponseOptions,
  type OcspSingleResponse,
  parseOcspResponse,
  type ResponderId,
} from './ocsp-response.ts';
export { type OcspCheck, verifyOcspResponse, verifyStaple } from './ocsp-verify.ts';
export { ACCESS_METHOD, ATTRIBUTE, EXTENSION, PURPOSE } from './oids.ts';
export {
  type CertificateInput,
  type InvalidPath,
  type NamedKey,
  type PathCheck,
  type PathFailure,
  type PathInput,
  type PathLimits,
  type PathOptions,
  type PathResult,
  type PathStep,
  PATH_USES,
  type PathUse,
  type PathWork,
  type PolicyInputs,
  type ReferenceName,
  type RevocationOptions,
  type TrustAnchor,
  validatePath,
  type ValidPath,
} from './path/index.ts';
export type { PolicyOptions } from './permission.ts';
export type { PossessionStatement } from './possession.ts';
export { type CertificateExtensions, type Profile, PROFILES } from './profile.ts';
export {
  isRelated,
  relatedCertificate,
  type RelatedRequest,
  type RelatedRequestCheck,
  type RelatedVerdict,
  type RequesterCertificate,
  verifyRelated,
} from './related.ts';
export { renewalRequest, type RenewalOptions } from './renewal.ts';
export {
  CertificateRequest,
  createRequest,
  parseRequest,
  type RequestAttribute,
  type RequestOptions,
  verifyRequest,
} from './request.ts';
export { type RevocationCheck, type RevocationSources, revocationStatus } from './revocation.ts';
export type { RevocationSource, RevocationStatus } from './revocation-status.ts';
export type { KeyHolder, Signed } from './signed.ts';
/** @internal What messages are made with (cms/). */
export {
  algorithmIdentifier,
  readAlgorithmIdentifier,
  signatureAlgorithmsOf,
  decodeAlgorithmIdentifier,
} from './algorithm-identifier.ts';
/** @internal */
export {
  encodeIssuerAndSerial,
  isNamed,
  issuerAndSerialKey,
  readIssuerAndSerial,
} from './issuer-and-serial.ts';
/** @internal */
export { encodeExtension, encodeExtensions, extensionsOf, readExtensions } from './extensions.ts';
/** @internal */
export { encodeGeneralName, encodeGeneralNames, readGeneralName, readGeneralNames } from './general-name.ts';
/** @internal */
export { decodeName, readName } from './name.ts';
/** @internal */
export {
  algorithmOfSignature,
  decodeSigned,
  readSigned,
  signatureKeyOf,
  signSigned,
  verifySigned,
} from './signed.ts';
/** @internal */
export { encodeGeneralizedTime, encodeTime, readGeneralizedTime, readTime } from './time.ts';
/** @internal What the bytes of certificates are predicted with (cost/). */
export { encodeTbs } from './issue.ts';
/** @internal */
export { keyAlgorithmIn } from './algorithm-identifier.ts';
/** @internal */
export { requirePermission } from './permission.ts';
/** @internal */
export { NO_EXPIRY, profileExtensions } from './profile.ts';
/** @internal Names of hosts, as TLS asks for them (tls/, negotiation/). */
export { chainsNamed, formatIp } from './path/index.ts';
