import type { Histogram, Metric, MetricLabels, MetricsSnapshot } from './metrics.ts';

/** The media type of what {@link toPrometheus} writes. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function metricName({ name, unit, kind }: Metric): string {
  const base = name.replaceAll('.', '_');
  return `${base}${unit === 's' ? '_seconds' : ''}${kind === 'counter' ? '_total' : ''}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function series(name: string, labels: MetricLabels, value: number, more: MetricLabels = {}): string {
  const pairs = Object.entries({ ...labels, ...more }).map(
    ([label, text]) => `${label.replaceAll('.', '_')}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

function distribution(name: string, { bounds, points }: Histogram): string {
  return points
    .map(({ labels, buckets, count, sum }) => {
      let below = 0;
      const cumulative = bounds.map((bound, index) => {
        below += buckets[index] ?? 0;
        return series(`${name}_bucket`, labels, below, { le: String(bound) });
      });
      return [
        ...cumulative,
        series(`${name}_bucket`, labels, count, { le: '+Inf' }),
        series(`${name}_sum`, labels, sum),
        series(`${name}_count`, labels, count),
      ].join('');
    })
    .join('');
}

/**
 * Metrics in the text format of Prometheus, version 0.0.4. Metrics without a series are left out.
 *
 * @example
 * ```ts
 * import { createSessionMetrics, PROMETHEUS_CONTENT_TYPE, toPrometheus } from 'hybridge/events';
 * import { createServer } from 'node:http';
 *
 * const metrics = createSessionMetrics();
 * createServer((_, response) => {
 *   response.setHeader('content-type', PROMETHEUS_CONTENT_TYPE).end(toPrometheus(metrics.snapshot()));
 * });
 * ```
 */
export function toPrometheus(snapshot: MetricsSnapshot): string {
  return snapshot.metrics
    .filter(({ points }) => points.length > 0)
    .map((metric) => {
      const name = metricName(metric);
      const values =
        metric.kind === 'histogram'
          ? distribution(name, metric)
          : metric.points.map(({ labels, value }) => series(name, labels, value)).join('');
      return `# HELP ${name} ${escaped(metric.description)}\n# TYPE ${name} ${metric.kind}\n${values}`;
    })
    .join('');
}
