import { peerAddress } from './address.ts';
import { attackTechniques } from './attack.ts';
import { describeEvent, eventSeverity, type EventSeverity } from './describe.ts';
import { tlsVersionNumber } from './ecs.ts';
import type { EventPeer, HybridgeEvent } from './event.ts';
import type { Histogram, Metric, MetricLabels, MetricsSnapshot } from './metrics.ts';
import { eventFieldName, eventFields, type PlainValue } from './plain.ts';

/** A value of OTLP in JSON: 64-bit integers are texts [OTLP 1, JSON Protobuf Encoding]. */
export type OtlpValue =
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } }
  | { readonly boolValue: boolean }
  | { readonly doubleValue: number | string }
  | { readonly intValue: string }
  | { readonly kvlistValue: { readonly values: readonly OtlpAttribute[] } }
  | { readonly stringValue: string };

/** An attribute of OTLP. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** Who reports, as attributes of OpenTelemetry: `service.name`, `service.instance.id`, `host.name`, ... */
export type OtlpResource = Readonly<Record<string, boolean | number | string>>;

interface OtlpResourceMessage {
  readonly attributes: readonly OtlpAttribute[];
}

interface OtlpScope {
  readonly name: 'hybridge';
}

/** A LogRecord of OTLP. */
export interface OtlpLogRecord {
  /** Nanoseconds since 1970. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: OtlpValue;
  readonly attributes: readonly OtlpAttribute[];
}

/** An ExportLogsServiceRequest of OTLP, for `POST /v1/logs`. */
export interface OtlpLogs {
  readonly resourceLogs: readonly {
    readonly resource: OtlpResourceMessage;
    readonly scopeLogs: readonly {
      readonly scope: OtlpScope;
      readonly logRecords: readonly OtlpLogRecord[];
    }[];
  }[];
}

interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
}

/** A NumberDataPoint of OTLP. */
export type OtlpNumberPoint = OtlpPoint & ({ readonly asDouble: number } | { readonly asInt: string });

/** A HistogramDataPoint of OTLP. */
export interface OtlpHistogramPoint extends OtlpPoint {
  readonly count: string;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE: values count from the start, not from the last export. */
const CUMULATIVE = 2;

/** A Metric of OTLP. */
export type OtlpMetric = {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
} & (
  | { readonly gauge: { readonly dataPoints: readonly OtlpNumberPoint[] } }
  | {
      readonly histogram: {
        readonly aggregationTemporality: typeof CUMULATIVE;
        readonly dataPoints: readonly OtlpHistogramPoint[];
      };
    }
  | {
      readonly sum: {
        readonly aggregationTemporality: typeof CUMULATIVE;
        readonly isMonotonic: true;
        readonly dataPoints: readonly OtlpNumberPoint[];
      };
    }
);

/** An ExportMetricsServiceRequest of OTLP, for `POST /v1/metrics`. */
export interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly resource: OtlpResourceMessage;
    readonly scopeMetrics: readonly { readonly scope: OtlpScope; readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

const SCOPE: OtlpScope = { name: 'hybridge' };

/** SeverityNumber of the data model of logs. */
const SEVERITIES: Readonly<Record<EventSeverity, number>> = { info: 9, warn: 13, error: 17 };

function nanoseconds(date: Date): string {
  return String(BigInt(date.getTime()) * 1_000_000n);
}

/** A lone surrogate is no Unicode text; for one, a collector may refuse the whole request. */
function unicode(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function numberValue(value: number): OtlpValue {
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function valueOf(value: PlainValue): OtlpValue {
  if (typeof value === 'string') return { stringValue: unicode(value) };
  if (typeof value === 'number') return numberValue(value);
  if (typeof value === 'boolean') return { boolValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(valueOf) } };
  return { kvlistValue: { values: attributes(value) } };
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function attributes(fields: Readonly<Record<string, PlainValue | undefined>>): OtlpAttribute[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  );
}

/** Objects inside an event become dotted names, which is how attributes are queried; lists stay lists. */
function flattened(prefix: string, fields: Readonly<Record<string, PlainValue>>): [string, PlainValue][] {
  return Object.entries(fields).flatMap(([name, value]): [string, PlainValue][] =>
    typeof value === 'object' && !isList(value)
      ? flattened(`${prefix}.${name}`, value)
      : [[`${prefix}.${name}`, value]],
  );
}

function peerAttributes({
  address,
  serverName,
  identity,
  ja3,
  ja4,
}: EventPeer): Record<string, PlainValue | undefined> {
  const { host, port } = peerAddress(address);
  return {
    'network.peer.address': host,
    'network.peer.port': port,
    'server.address': serverName,
    'tls.client.ja3': ja3,
    'hybridge.ja4': ja4,
    'hybridge.identity': identity,
  };
}

function tlsAttributes(event: HybridgeEvent): Record<string, PlainValue | undefined> {
  if (event.type === 'session-refused') return { 'error.type': event.because, 'tls.established': false };
  if (event.type === 'upstream-failed') return { 'error.type': event.because };
  if (event.type !== 'session') return {};
  const { group, cipher, version, resumed } = event.posture;
  return {
    'tls.curve': group,
    'tls.cipher': cipher,
    ...(version !== undefined && {
      'tls.protocol.name': 'tls',
      'tls.protocol.version': tlsVersionNumber(version),
    }),
    'tls.resumed': resumed,
    'tls.established': true,
    'tls.next_protocol': event.alpn,
  };
}

function logRecord(event: HybridgeEvent): OtlpLogRecord {
  const severity = eventSeverity(event);
  const techniques = attackTechniques(event).map(({ id }) => id);
  return {
    timeUnixNano: nanoseconds(event.at),
    observedTimeUnixNano: nanoseconds(event.at),
    severityNumber: SEVERITIES[severity],
    severityText: severity.toUpperCase(),
    eventName: `hybridge.${eventFieldName(event)}`,
    body: { stringValue: unicode(describeEvent(event)) },
    attributes: attributes({
      ...('peer' in event && peerAttributes(event.peer)),
      ...tlsAttributes(event),
      ...('connection' in event && { 'hybridge.connection': event.connection }),
      ...(techniques.length > 0 && { 'hybridge.attack.techniques': techniques }),
      ...Object.fromEntries(flattened(`hybridge.${eventFieldName(event)}`, eventFields(event))),
    }),
  };
}

/**
 * Events as logs of OpenTelemetry: the body of `POST /v1/logs` with `content-type: application/json`. Attributes have
 * the names of the semantic conventions where there is one (`tls.curve` is the group, `server.address` the name
 * that was asked for), else they are under `hybridge`.
 *
 * @example
 * ```ts
 * import { toOtlpLogs } from 'hybridge/events';
 *
 * const request = toOtlpLogs([{ type: 'store-recovered', at: new Date(), store: 'redis' }], { 'service.name': 'front' });
 * console.log(JSON.stringify(request));
 * ```
 */
export function toOtlpLogs(events: readonly HybridgeEvent[], resource: OtlpResource): OtlpLogs {
  return {
    resourceLogs: [
      {
        resource: { attributes: attributes(resource) },
        scopeLogs: [{ scope: SCOPE, logRecords: events.map(logRecord) }],
      },
    ],
  };
}

function pointOf(labels: MetricLabels, { since, at }: MetricsSnapshot): OtlpPoint {
  return {
    attributes: attributes(labels),
    startTimeUnixNano: nanoseconds(since),
    timeUnixNano: nanoseconds(at),
  };
}

function histogramPoints({ bounds, points }: Histogram, snapshot: MetricsSnapshot): OtlpHistogramPoint[] {
  return points.map(({ labels, count, sum, minimum, maximum, buckets }) => ({
    ...pointOf(labels, snapshot),
    count: String(count),
    sum,
    min: minimum,
    max: maximum,
    bucketCounts: buckets.map(String),
    explicitBounds: bounds,
  }));
}

function otlpMetric(metric: Metric, snapshot: MetricsSnapshot): OtlpMetric {
  const { name, description, unit } = metric;
  if (metric.kind === 'histogram')
    return {
      name,
      description,
      unit,
      histogram: {
        aggregationTemporality: CUMULATIVE,
        dataPoints: histogramPoints(metric, snapshot),
      },
    };
  const dataPoints = metric.points.map(({ labels, value }): OtlpNumberPoint => {
    const point = pointOf(labels, snapshot);
    return Number.isSafeInteger(value) ? { ...point, asInt: String(value) } : { ...point, asDouble: value };
  });
  return metric.kind === 'gauge'
    ? { name, description, unit, gauge: { dataPoints } }
    : {
        name,
        description,
        unit,
        sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints },
      };
}

/**
 * Metrics of OpenTelemetry: the body of `POST /v1/metrics` with `content-type: application/json`. Metrics without a
 * series are left out.
 *
 * @example
 * ```ts
 * import { createSessionMetrics, toOtlpMetrics } from 'hybridge/events';
 *
 * const metrics = createSessionMetrics();
 * metrics.record({ type: 'events-dropped', at: new Date(), count: 3 });
 * console.log(JSON.stringify(toOtlpMetrics(metrics.snapshot(), { 'service.name': 'front' })));
 * ```
 */
export function toOtlpMetrics(snapshot: MetricsSnapshot, resource: OtlpResource): OtlpMetrics {
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributes(resource) },
        scopeMetrics: [
          {
            scope: SCOPE,
            metrics: snapshot.metrics
              .filter(({ points }) => points.length > 0)
              .map((metric) => otlpMetric(metric, snapshot)),
          },
        ],
      },
    ],
  };
}
