/** The probe of TLS servers. */
export { formatProbe } from './format.ts';
export { probe, type ProbeOptions } from './probe.ts';
export type {
  Finding,
  FindingId,
  FindingSeverity,
  Flight,
  FlightReport,
  GroupReport,
  HandshakeReport,
  HelloForm,
  HelloFormReport,
  PreferenceReport,
  ProbeAnswer,
  ProbeProgress,
  ProbeReport,
  ProbeSummary,
  ProbeVerdict,
  RetryReport,
  ShownCertificate,
  SignatureFamily,
  SignatureReport,
  VersionReport,
} from './report.ts';
