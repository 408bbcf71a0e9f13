/** Floor 6: TLS: hellos on the wire, options for the engine, and the posture of a session. */
export { alertCode, alertName, type AlertName, isAlertName } from './alert-name.ts';
export { type Alert, type AlertLevel, alertOf, decodeAlert, encodeAlert } from './alert.ts';
export {
  type CapturedEndpoint,
  type CapturedSession,
  helloFlights,
  type HelloFlightsOptions,
} from './capture/hello-flights.ts';
export type { HelloExchange, Side } from './capture/session.ts';
export { cipherSuiteName } from './cipher-suites.ts';
export {
  type ClientHello,
  type ClientHelloFields,
  decodeClientHello,
  encodeClientHello,
  type OfferedPsk,
} from './client-hello.ts';
export { isGrease, versionName } from './code-points.ts';
export {
  type CertificateChain,
  type Credential,
  credentialsFor,
  type CredentialInput,
  loadCredential,
  readCertificateChain,
} from './credentials.ts';
export { type EngineGroup, engineGroups, engineHasScheme, TLS_GROUPS } from './engine.ts';
export { extensionName, type HelloExtension, type KeyShareEntry } from './extension.ts';
export {
  createFlightReader,
  type FlightItem,
  type FlightReader,
  type FlightReaderOptions,
} from './flight-reader.ts';
export { createHelloMemory, type HelloMemory } from './hello-memory.ts';
export {
  createHelloReader,
  type HelloProgress,
  type HelloReader,
  type HelloReaderOptions,
} from './hello-reader.ts';
export {
  type ClientPsk,
  type ClientTlsInput,
  type ClientTlsOptions,
  type CommonTlsOptions,
  type ServerTlsInput,
  type ServerTlsOptions,
  tlsOptions,
} from './options.ts';
export { type TlsPlan, tlsPlan, type TlsPlanInput, type TlsSide } from './plan.ts';
/** @internal */
export { recordPosture } from './posture.ts';
export { posture, postureFromHellos } from './posture.ts';
export { type Ja3, ja3 } from './ja3.ts';
export { ja4, type Ja4Transport } from './ja4.ts';
export {
  type LogChunks,
  type LogOptions,
  type ObservedEndpoint,
  type ObservedSession,
  readSuricataEve,
  readZeekSslLog,
  suricataRules,
  type SuricataRulesOptions,
  suricataSessions,
  zeekSessions,
} from './observed/index.ts';
export {
  type CertificateFiles,
  renderConfiguration,
  RENDERED_PROGRAMS,
  type RenderedProgram,
} from './render/index.ts';
export {
  groupDescriptor,
  groupName,
  groupNature,
  schemeChoices,
  type SchemeChoice,
  schemesOf,
  signatureSchemeName,
} from './schemes.ts';
export {
  decodeServerHello,
  encodeServerHello,
  type ServerHello,
  type ServerHelloFields,
  type ServerHelloKind,
} from './server-hello.ts';
export type { ServerKeyExchange } from './server-key-exchange.ts';
export * from './probe/index.ts';
