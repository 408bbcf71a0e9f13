/** What a terminator counts beside its events, and the metrics of several processes as those of one. */
import type {
  Histogram,
  HistogramPoint,
  Metric,
  MetricLabels,
  MetricsSnapshot,
  NumberPoint,
} from '../events/index.ts';
import type { ListenerStats } from './listener-types.ts';

/** What went through a terminator. */
export interface Traffic {
  /** Bytes from clients, decrypted. */
  readonly received: number;
  /** Bytes to clients, before encryption. */
  readonly sent: number;
}

function single(
  kind: 'counter' | 'gauge',
  name: string,
  unit: string,
  description: string,
  value: number,
): Metric {
  return { kind, name, unit, description, points: [{ labels: {}, value }] };
}

/** Numbers of a listener as metrics. */
export function terminatorMetrics(stats: ListenerStats, traffic: Traffic): readonly Metric[] {
  return [
    single('gauge', 'hybridge.connections.open', '{connection}', 'Connections open now.', stats.connections),
    single(
      'gauge',
      'hybridge.connections.half_open',
      '{connection}',
      'Connections open now that have no session yet.',
      stats.halfOpen,
    ),
    single(
      'counter',
      'hybridge.connections.accepted',
      '{connection}',
      'Connections accepted.',
      stats.accepted,
    ),
    single(
      'counter',
      'hybridge.connections.silent',
      '{connection}',
      'Connections that peers closed without a word.',
      stats.silent,
    ),
    single(
      'counter',
      'hybridge.contexts.made',
      '{context}',
      'Secure contexts made because none was at hand.',
      stats.contexts.made,
    ),
    {
      kind: 'counter',
      name: 'hybridge.bytes',
      unit: 'By',
      description: 'Bytes of closed connections, without TLS.',
      points: [
        { labels: { 'hybridge.direction': 'received' }, value: traffic.received },
        { labels: { 'hybridge.direction': 'sent' }, value: traffic.sent },
      ],
    },
  ];
}

/** The process itself, by the names that clients of Prometheus have agreed on. */
export function processMetrics(): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  return [
    single(
      'gauge',
      'process.resident_memory_bytes',
      'By',
      'Resident memory, in bytes.',
      process.memoryUsage.rss(),
    ),
    single('counter', 'process.cpu', 's', 'Processor time used.', (user + system) / 1e6),
  ];
}

const keyOf = (labels: MetricLabels): string => JSON.stringify(Object.entries(labels).sort());

function combine<Point extends { readonly labels: MetricLabels }>(
  points: readonly Point[],
  add: (a: Point, b: Point) => Point,
): readonly Point[] {
  const found = new Map<string, Point>();
  for (const point of points) {
    const key = keyOf(point.labels);
    const before = found.get(key);
    found.set(key, before === undefined ? point : add(before, point));
  }
  return [...found.values()];
}

function addHistograms(a: HistogramPoint, b: HistogramPoint): HistogramPoint {
  return {
    labels: a.labels,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    buckets: a.buckets.map((value, index) => value + (b.buckets[index] ?? 0)),
  };
}

const sum = (a: NumberPoint, b: NumberPoint): NumberPoint => ({ ...a, value: a.value + b.value });
const least = (a: NumberPoint, b: NumberPoint): NumberPoint => (b.value < a.value ? b : a);

/** Of things that are counted there are as many as all have; of moments and states the first or the worst one counts. */
const isSummed = ({ kind, unit }: Metric): boolean => kind === 'counter' || /^(?:\{.*\}|By)$/u.test(unit);

/**
 * The metrics of several processes that do the same work, as those of one: counts are added, and of states and moments
 * the least one counts. Without any snapshot there are no metrics.
 *
 * @example
 * ```ts
 * import { createSessionMetrics } from 'hybridge/events';
 * import { mergeMetrics } from 'hybridge/terminator';
 *
 * const [one, other] = [createSessionMetrics(), createSessionMetrics()];
 * for (const metrics of [one, other, other])
 *   metrics.record({ type: 'events-dropped', at: new Date(), count: 2 });
 * const { metrics } = mergeMetrics([one.snapshot(), other.snapshot()]);
 * const dropped = metrics.find(({ name }) => name === 'hybridge.events.dropped');
 * console.log(dropped?.points); // [ { labels: {}, value: 6 } ]
 * ```
 */
export function mergeMetrics(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const metrics = new Map<string, Metric>();
  for (const metric of snapshots.flatMap((snapshot) => snapshot.metrics)) {
    const before = metrics.get(metric.name);
    if (before === undefined) metrics.set(metric.name, metric);
    else if (metric.kind === 'histogram' && before.kind === 'histogram')
      metrics.set(metric.name, mergedHistogram(before, metric));
    else if (metric.kind !== 'histogram' && before.kind !== 'histogram')
      metrics.set(metric.name, {
        ...before,
        points: combine([...before.points, ...metric.points], isSummed(metric) ? sum : least),
      });
  }
  const times = (pick: (snapshot: MetricsSnapshot) => Date): number[] =>
    snapshots.map((snapshot) => pick(snapshot).getTime());
  return {
    since: new Date(Math.min(...times(({ since }) => since), Date.now())),
    at: new Date(Math.max(...times(({ at }) => at), 0)),
    metrics: [...metrics.values()],
  };
}

function mergedHistogram(before: Histogram, metric: Histogram): Histogram {
  return { ...before, points: combine([...before.points, ...metric.points], addHistograms) };
}
