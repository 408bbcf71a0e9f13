/** Floor 2: what happened, as typed events, and the forms in which other programs read them. */
export {
  ATTACK_TECHNIQUES,
  ATTACK_VERSION,
  attackTechniques,
  type AttackTechnique,
  type AttackTechniqueId,
} from './attack.ts';
export { describeEvent, eventSeverity, type EventSeverity } from './describe.ts';
export {
  ECS_VERSION,
  type EcsCategory,
  type EcsDocument,
  type EcsEndpoint,
  type EcsEvent,
  type EcsThreat,
  type EcsTls,
  type EcsType,
  toEcs,
  toEcsLine,
} from './ecs.ts';
export type * from './event.ts';
export { toJsonLine } from './json-lines.ts';
export {
  type Counter,
  createSessionMetrics,
  type Gauge,
  type Histogram,
  type HistogramPoint,
  type Metric,
  type MetricLabels,
  type MetricsSnapshot,
  type NumberPoint,
  type SessionMetrics,
  type SessionMetricsOptions,
} from './metrics.ts';
export {
  type OtlpAttribute,
  type OtlpHistogramPoint,
  type OtlpLogRecord,
  type OtlpLogs,
  type OtlpMetric,
  type OtlpMetrics,
  type OtlpNumberPoint,
  type OtlpResource,
  type OtlpValue,
  toOtlpLogs,
  toOtlpMetrics,
} from './open-telemetry.ts';
export type { PlainValue } from './plain.ts';
export type * from './posture.ts';
export { PROMETHEUS_CONTENT_TYPE, toPrometheus } from './prometheus.ts';
export {
  createEventStream,
  type EventListener,
  type EventStream,
  type EventStreamOptions,
} from './stream.ts';
