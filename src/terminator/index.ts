/** Floor 8: a TLS front whose sessions are what a policy decides. */
export {
  runWorker,
  type Supervisor,
  type SupervisorOptions,
  superviseWorkers,
  type WorkerChange,
  type WorkerTask,
} from './cluster.ts';
export { parseSettings, type TerminatorSettings } from './settings.ts';
export { type EventLog, writeEvents } from './log.ts';
export { type HealthAddress, type HealthEndpoint, type HealthSource, serveHealth } from './health.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { createListener } from './listener.ts';
export type {
  AcceptedOffer,
  ClientAuthentication,
  DrainOptions,
  DrainResult,
  Listener,
  ListenerOptions,
  ListenerStats,
  OnSession,
  Replaceable,
  Session,
} from './listener-types.ts';
export type { TicketOptions } from './tickets.ts';
export { mergeMetrics } from './metrics.ts';
export type { HttpLimits } from './proxy-http.ts';
export { encodeProxyHeader, PP2_TYPE_POSTURE, type ProxyHeader, type ProxyTls } from './proxy-protocol.ts';
export type { ProxyTimeouts, UpstreamAddress } from './proxy-tcp.ts';
export type { Endpoint } from './endpoint.ts';
export {
  createTerminator,
  type Readiness,
  type Terminator,
  type TerminatorOptions,
  type Upstream,
} from './terminator.ts';
