/** Floor 7: what peers can do, and what a policy makes of it: sessions and messages. */
export {
  type Capabilities,
  type CapabilityLimits,
  type CapabilitySource,
  MESSAGE_FORMATS,
  type MessageFormat,
} from './capabilities.ts';
export {
  CAPABILITY_DOCUMENT_TYPE,
  type CapabilityFailure,
  type CapabilityFault,
  type CapabilityStatement,
  type CapabilityVerdict,
  issueCapabilityDocument,
  type IssueCapabilityOptions,
  openCapabilityDocument,
  type OpenCapabilityOptions,
} from './document.ts';
export { lastExceptionUse, recordExceptionUse } from './exception-use.ts';
export { capabilitiesFromCertificate } from './from-certificate.ts';
export { capabilitiesFromCms } from './from-cms.ts';
export { capabilitiesFromHello } from './from-hello.ts';
export {
  type FormatPassedOver,
  type FormatSelection,
  type LimitSelection,
  negotiate,
  type NegotiateOptions,
  type Negotiation,
  SIGNATURE_USES,
  type SignatureUse,
} from './negotiate.ts';
export { capabilities, type CapabilityOptions } from './offer.ts';
export {
  checkNegotiationRecord,
  type EncodedRecord,
  type NegotiationRecord,
  negotiationRecord,
  type RecordExpectations,
  type RecordFailure,
  type RecordVerdict,
} from './record.ts';
export { confirmSession, decideSession, type SessionConfirmation, type SessionDecision } from './session.ts';
export type { SessionOffer } from './session-plan.ts';
export {
  createFloors,
  type Floor,
  type Floors,
  type FloorsOptions,
  type FloorVerdict,
  identityOfPeer,
} from './floors.ts';
export { describeStrength, type HelloOffer, postureStrength, STRONGEST } from './strength.ts';
export {
  type CohortMonitor,
  type CohortMonitorOptions,
  type CohortSession,
  type CohortState,
  createCohortMonitor,
} from './cohort.ts';
export {
  createDowngradeDetector,
  type DowngradeDetector,
  type DowngradeDetectorOptions,
  type SeenHello,
  type SeenOutcome,
} from './downgrade.ts';
