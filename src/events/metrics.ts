import { HybridgeError } from '../bytes/index.ts';
import type { HybridgeEvent } from './event.ts';

/** Names and values that tell apart the series of a metric, named as OpenTelemetry names attributes. */
export type MetricLabels = Readonly<Record<string, string>>;

interface MetricBase<Kind extends string, Point> {
  readonly kind: Kind;
  /** Dotted, for instance `hybridge.sessions`. */
  readonly name: string;
  readonly description: string;
  /** In the notation of UCUM: `s` for seconds, `{session}` for things that are counted. */
  readonly unit: string;
  readonly points: readonly Point[];
}

/** One value of a counter or gauge. */
export interface NumberPoint {
  readonly labels: MetricLabels;
  readonly value: number;
}

/** One distribution. */
export interface HistogramPoint {
  readonly labels: MetricLabels;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** How many values fell into each bucket; the last holds what is above all bounds. */
  readonly buckets: readonly number[];
}

/** Something that is counted since the metrics were made. */
export type Counter = MetricBase<'counter', NumberPoint>;

/** Something that is as it is at the moment. */
export type Gauge = MetricBase<'gauge', NumberPoint>;

/** How values are distributed. */
export interface Histogram extends MetricBase<'histogram', HistogramPoint> {
  /** Upper bounds of the buckets, inclusive, ascending. */
  readonly bounds: readonly number[];
}

/** A metric with its series. */
export type Metric = Counter | Gauge | Histogram;

/** The metrics at one moment. */
export interface MetricsSnapshot {
  /** The time of the first event; before any, of the snapshot. */
  readonly since: Date;
  readonly at: Date;
  readonly metrics: readonly Metric[];
}

/** How metrics are kept. */
export interface SessionMetricsOptions {
  /** Series a metric may have before further ones are counted together as `other`; 200 unless told, at least 1. */
  readonly maximumSeries?: number;
}

/** Aggregates events into metrics. */
export interface SessionMetrics {
  /** Counts an event. Never throws. */
  record(event: HybridgeEvent): void;
  /** What was counted so far, at the time of the latest event unless told. */
  snapshot(at?: Date): MetricsSnapshot;
}

/** Seconds; those of OpenTelemetry's durations, with two below for handshakes on one machine. */
const HANDSHAKE_BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** What a series over the limit is called. */
const OTHER = 'other';

const NOTHING = 'none';

/** Series by their labels, bounded: values of labels come from peers and operators. */
class Series<Value> {
  readonly #byKey = new Map<string, { readonly labels: MetricLabels; readonly value: Value }>();
  /** The one asked for last, which is mostly asked for again. */
  #latest: { readonly names: readonly string[]; readonly value: Value } | undefined;
  readonly #maximum: number;
  readonly #create: () => Value;

  constructor(maximum: number, create: () => Value) {
    this.#maximum = maximum;
    this.#create = create;
  }

  at(labels: MetricLabels): Value {
    const names = Object.values(labels);
    const latest = this.#latest;
    if (latest?.names.length === names.length && latest.names.every((name, index) => name === names[index]))
      return latest.value;
    const value = this.#find(labels, JSON.stringify(names));
    this.#latest = { names, value };
    return value;
  }

  #find(labels: MetricLabels, key: string): Value {
    const found = this.#byKey.get(key);
    if (found !== undefined) return found.value;
    if (this.#byKey.size >= this.#maximum && !Object.values(labels).every((value) => value === OTHER))
      return this.at(Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER])));
    const value = this.#create();
    this.#byKey.set(key, { labels, value });
    return value;
  }

  points<Point>(describe: (value: Value) => Point): readonly (Point & { readonly labels: MetricLabels })[] {
    return [...this.#byKey.values()].map(({ labels, value }) => ({ labels, ...describe(value) }));
  }
}

interface Cell {
  value: number;
}

class NumberMetric<Kind extends 'counter' | 'gauge'> {
  readonly #about: Omit<MetricBase<Kind, NumberPoint>, 'points'>;
  readonly #series: Series<Cell>;

  constructor(about: Omit<MetricBase<Kind, NumberPoint>, 'points'>, maximumSeries: number) {
    this.#about = about;
    this.#series = new Series(maximumSeries, () => ({ value: 0 }));
  }

  add(labels: MetricLabels, count = 1): void {
    this.#series.at(labels).value += count;
  }

  set(labels: MetricLabels, value: number): void {
    this.#series.at(labels).value = value;
  }

  read(): MetricBase<Kind, NumberPoint> {
    return { ...this.#about, points: this.#series.points(({ value }) => ({ value })) };
  }
}

class Distribution {
  readonly #bounds: readonly number[];
  readonly #buckets: number[];
  #count = 0;
  #sum = 0;
  #minimum = Infinity;
  #maximum = -Infinity;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#buckets = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = index < 0 ? this.#bounds.length : index;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#sum += value;
    this.#minimum = Math.min(this.#minimum, value);
    this.#maximum = Math.max(this.#maximum, value);
  }

  read(): Omit<HistogramPoint, 'labels'> {
    return {
      count: this.#count,
      sum: this.#sum,
      minimum: this.#minimum,
      maximum: this.#maximum,
      buckets: [...this.#buckets],
    };
  }
}

/** The last moment of a day, `YYYY-MM-DD`, in seconds since 1970; `undefined` for what is no day. */
function endOfDay(day: string): number | undefined {
  const start = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(start) ? undefined : start / 1000 + 86_400;
}

/**
 * Makes an aggregation of events into metrics, which {@link toPrometheus} and {@link toOtlpMetrics} write out. Pure
 * and bounded: it holds no clock and no timer, and as many series as it is told to, whatever peers send.
 *
 * Dates (`hybridge.certificate.expiry`, `hybridge.exception.expiry`) are in seconds since 1970, so that the days
 * left are right whenever they are asked for: `(hybridge_certificate_expiry_seconds - time()) / 86400`.
 *
 * @throws HybridgeError `invalid_argument` for a maximum below 1.
 *
 * @example
 * ```ts
 * import { createEventStream, createSessionMetrics, toPrometheus } from 'hybridge/events';
 *
 * const events = createEventStream();
 * const metrics = createSessionMetrics();
 * events.subscribe((event) => metrics.record(event));
 * events.emit({ type: 'store-lost', at: new Date(), store: 'redis', failing: 'open', message: 'ECONNREFUSED' });
 * console.log(toPrometheus(metrics.snapshot())); // hybridge_store_available{hybridge_store="redis"} 0
 * ```
 */
export function createSessionMetrics(options: SessionMetricsOptions = {}): SessionMetrics {
  const { maximumSeries = 200 } = options;
  if (!Number.isSafeInteger(maximumSeries) || maximumSeries < 1)
    throw new HybridgeError('invalid_argument', `metrics: at most ${String(maximumSeries)} series`, {
      fault: 'caller',
    });

  const counter = (name: string, unit: string, description: string): NumberMetric<'counter'> =>
    new NumberMetric({ kind: 'counter', name, unit, description }, maximumSeries);
  const gauge = (name: string, unit: string, description: string): NumberMetric<'gauge'> =>
    new NumberMetric({ kind: 'gauge', name, unit, description }, maximumSeries);

  const sessions = counter('hybridge.sessions', '{session}', 'Sessions established.');
  const refusals = counter('hybridge.sessions.refused', '{connection}', 'Connections refused or failed.');
  const upstreams = counter('hybridge.upstream.failures', '{request}', 'Failures of the service behind.');
  const exceptions = counter('hybridge.exceptions.used', '{session}', 'Sessions that rest on an exception.');
  const exceptionEnd = gauge('hybridge.exception.expiry', 's', 'When an exception in use ends, since 1970.');
  const downgrades = counter('hybridge.downgrades.suspected', '{episode}', 'Suspected downgrades.');
  const downgradesEnded = counter(
    'hybridge.downgrades.ended',
    '{episode}',
    'Suspected downgrades seen no more.',
  );
  const rising = counter('hybridge.classical_share.alarms', '{alarm}', 'Alarms of a rising classical share.');
  const verdicts = counter('hybridge.policy.verdicts', '{operation}', 'Operations refused or warned of.');
  const policyChanges = counter('hybridge.policy.changes', '{change}', 'Policies replaced.');
  const transitions = counter(
    'hybridge.transitions.accepted',
    '{signature}',
    'Signatures accepted by one half.',
  );
  const certificateEnd = gauge(
    'hybridge.certificate.expiry',
    's',
    'When a certificate in use ends, since 1970.',
  );
  const storeAvailable = gauge('hybridge.store.available', '1', 'Whether the store of floors answers.');
  const storeLosses = counter('hybridge.store.losses', '{loss}', 'How often the store of floors was lost.');
  const selfTests = counter('hybridge.self_tests.failed', '{test}', 'Self-tests failed.');
  const dropped = counter('hybridge.events.dropped', '{event}', 'Events dropped for a slow subscriber.');
  const handshakes = new Series(maximumSeries, () => new Distribution(HANDSHAKE_BOUNDS));

  let since: Date | undefined;
  let latest: Date | undefined;

  const count = (event: HybridgeEvent): void => {
    switch (event.type) {
      case 'session': {
        const { keyExchange, group, version, resumed } = event.posture;
        const nature = { 'hybridge.key_exchange': keyExchange };
        sessions.add({
          ...nature,
          'tls.curve': group ?? NOTHING,
          'tls.protocol.version': version ?? NOTHING,
          'tls.resumed': String(resumed ?? 'unknown'),
          'hybridge.side': event.side,
        });
        handshakes.at(nature).observe(event.handshakeMilliseconds / 1000);
        return;
      }
      case 'session-refused':
        refusals.add({ 'hybridge.because': event.because, 'tls.alert': event.alert ?? NOTHING });
        return;
      case 'upstream-failed':
        upstreams.add({ 'hybridge.because': event.because, 'hybridge.upstream': event.upstream });
        return;
      case 'exception-used': {
        const labels = { 'hybridge.exception': event.exception };
        exceptions.add(labels);
        const end = endOfDay(event.until);
        if (end !== undefined) exceptionEnd.set(labels, end);
        return;
      }
      case 'downgrade-suspected':
        downgrades.add({ 'hybridge.downgrade': event.kind, 'hybridge.refused': String(event.refused) });
        return;
      case 'downgrade-ended':
        downgradesEnded.add({});
        return;
      case 'classical-share-rising':
        rising.add({ 'hybridge.cohort': event.cohort });
        return;
      case 'policy-refused':
        verdicts.add({ 'hybridge.verdict': 'refuse', 'hybridge.use': event.use });
        return;
      case 'policy-warned':
        verdicts.add({ 'hybridge.verdict': 'warn', 'hybridge.use': event.use });
        return;
      case 'policy-changed':
        policyChanges.add({});
        return;
      case 'transition-accepted':
        transitions.add({ 'hybridge.accepted': event.accepted });
        return;
      case 'certificate-expiring':
        certificateEnd.set(
          {
            'hybridge.certificate.subject': event.subject,
            'hybridge.certificate.algorithm': event.algorithm,
            'hybridge.certificate.fingerprint': event.fingerprint,
          },
          event.notAfter.getTime() / 1000,
        );
        return;
      case 'store-lost':
        storeLosses.add({ 'hybridge.store': event.store });
        storeAvailable.set({ 'hybridge.store': event.store }, 0);
        return;
      case 'store-recovered':
        storeAvailable.set({ 'hybridge.store': event.store }, 1);
        return;
      case 'self-test-failed':
        selfTests.add({ 'hybridge.primitive': event.primitive, 'hybridge.backend': event.backend });
        return;
      case 'events-dropped':
        dropped.add({}, event.count);
        return;
    }
  };

  return {
    record(event) {
      since ??= event.at;
      if (latest === undefined || event.at > latest) latest = event.at;
      count(event);
    },
    snapshot(at = latest ?? new Date(0)) {
      return {
        since: since ?? at,
        at,
        metrics: [
          sessions.read(),
          {
            kind: 'histogram',
            name: 'hybridge.handshake.duration',
            unit: 's',
            description: 'From the first byte of a connection to its established session.',
            bounds: HANDSHAKE_BOUNDS,
            points: handshakes.points((distribution) => distribution.read()),
          },
          refusals.read(),
          upstreams.read(),
          exceptions.read(),
          exceptionEnd.read(),
          downgrades.read(),
          downgradesEnded.read(),
          rising.read(),
          verdicts.read(),
          policyChanges.read(),
          transitions.read(),
          certificateEnd.read(),
          storeAvailable.read(),
          storeLosses.read(),
          selfTests.read(),
          dropped.read(),
        ],
      };
    },
  };
}
