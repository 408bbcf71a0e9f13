import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  createSessionMetrics,
  type HybridgeEvent,
  type Metric,
  type MetricsSnapshot,
  toPrometheus,
} from '../../src/events/index.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { at, HOSTILE, SAMPLES } from './samples.ts';

function recorded(events: readonly HybridgeEvent[], maximumSeries?: number): MetricsSnapshot {
  const metrics = createSessionMetrics(maximumSeries === undefined ? {} : { maximumSeries });
  for (const event of events) metrics.record(event);
  return metrics.snapshot();
}

function metric({ metrics }: MetricsSnapshot, name: string): Metric {
  const found = metrics.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

const alarm = (cohort: string): HybridgeEvent => ({
  type: 'classical-share-rising',
  at,
  cohort,
  expected: 0,
  observed: 1,
  sessions: 1,
  statistic: 1,
  threshold: 1,
});

describe('createSessionMetrics', () => {
  test('counts sessions by what they negotiated', () => {
    const [first] = SAMPLES;
    if (first === undefined) throw new Error('no samples');
    const snapshot = recorded([first, first, ...SAMPLES]);
    expect(metric(snapshot, 'hybridge.sessions').points).toEqual([
      {
        labels: {
          'hybridge.key_exchange': 'hybrid',
          'tls.curve': 'X25519MLKEM768',
          'tls.protocol.version': 'TLSv1.3',
          'tls.resumed': 'false',
          'hybridge.side': 'server',
        },
        value: 3,
      },
      {
        labels: {
          'hybridge.key_exchange': 'unknown',
          'tls.curve': 'none',
          'tls.protocol.version': 'none',
          'tls.resumed': 'unknown',
          'hybridge.side': 'client',
        },
        value: 1,
      },
    ]);
    expect(metric(snapshot, 'hybridge.events.dropped').points).toEqual([{ labels: {}, value: 3 }]);
    expect(metric(snapshot, 'hybridge.store.available').points).toEqual([
      { labels: { 'hybridge.store': 'redis' }, value: 1 },
    ]);
    expect(metric(snapshot, 'hybridge.exception.expiry').points).toEqual([
      { labels: { 'hybridge.exception': 'bootrom-2-1' }, value: Date.parse('2030-01-01T00:00:00Z') / 1000 },
    ]);
    expect(snapshot.metrics.every(({ points }) => points.length > 0)).toBe(true);
  });

  test('puts durations into their buckets, bounds included', () => {
    const session = SAMPLES[0];
    if (session?.type !== 'session') throw new Error('no session');
    const durations = [1, 1.001, 10_000, 10_000.1, 0];
    const handshakes = metric(
      recorded(durations.map((handshakeMilliseconds) => ({ ...session, handshakeMilliseconds }))),
      'hybridge.handshake.duration',
    );
    if (handshakes.kind !== 'histogram') throw new Error('no histogram');
    const [point] = handshakes.points;
    expect(point).toMatchObject({ count: 5, minimum: 0, maximum: 10.0001 });
    expect(point?.buckets).toEqual([2, 1, ...Array.from({ length: 13 }, () => 0), 1, 1]);
    expect(point?.sum).toBeCloseTo(20.002_101);
  });

  test('tells when it began, and when it was asked', () => {
    const metrics = createSessionMetrics();
    const [early, late, asked] = [new Date(1e12), new Date(2e12), new Date(3e12)];
    expect(metrics.snapshot(asked)).toMatchObject({ since: asked, at: asked });
    metrics.record({ type: 'events-dropped', at: early, count: 1 });
    metrics.record({ type: 'events-dropped', at: late, count: 1 });
    metrics.record({ type: 'events-dropped', at: early, count: 1 });
    expect(metrics.snapshot()).toMatchObject({ since: early, at: late });
    expect(metrics.snapshot(asked)).toMatchObject({ since: early, at: asked });
  });

  test('gives snapshots that later events do not change', () => {
    const metrics = createSessionMetrics();
    for (const event of SAMPLES) metrics.record(event);
    const snapshot = metrics.snapshot();
    const before = structuredClone(snapshot);
    for (const event of SAMPLES) metrics.record(event);
    expect(snapshot).toEqual(before);
  });

  test('keeps a bounded number of series and loses no count', () => {
    const snapshot = recorded(
      Array.from({ length: 50_000 }, (_, index) => alarm(`cohort ${index}`)),
      10,
    );
    const { points } = metric(snapshot, 'hybridge.classical_share.alarms');
    expect(points).toHaveLength(11);
    expect(points.at(-1)).toEqual({ labels: { 'hybridge.cohort': 'other' }, value: 49_990 });
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 3 })),
        fc.integer({ min: 1, max: 5 }),
        (cohorts, maximum) => {
          const result = metric(recorded(cohorts.map(alarm), maximum), 'hybridge.classical_share.alarms');
          if (result.kind !== 'counter') throw new Error('no counter');
          expect(result.points.length).toBeLessThanOrEqual(maximum + 1);
          expect(result.points.reduce((sum, { value }) => sum + value, 0)).toBe(cohorts.length);
        },
      ),
    );
  });

  test('wants at least one series', () => {
    for (const maximumSeries of [0, -1, 1.5, Number.NaN])
      expect(() => createSessionMetrics({ maximumSeries })).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });
});

describe('toPrometheus', () => {
  test('writes the text format', () => {
    const session = SAMPLES[0];
    if (session === undefined) throw new Error('no samples');
    const text = toPrometheus(recorded([session, alarm('a"b\\c\nd')]));
    expect(text.split('\n').slice(0, 6)).toEqual([
      '# HELP hybridge_sessions_total Sessions established.',
      '# TYPE hybridge_sessions_total counter',
      'hybridge_sessions_total{hybridge_key_exchange="hybrid",tls_curve="X25519MLKEM768",tls_protocol_version="TLSv1.3",tls_resumed="false",hybridge_side="server"} 1',
      '# HELP hybridge_handshake_duration_seconds From the first byte of a connection to its established session.',
      '# TYPE hybridge_handshake_duration_seconds histogram',
      'hybridge_handshake_duration_seconds_bucket{hybridge_key_exchange="hybrid",le="0.001"} 0',
    ]);
    expect(text).toContain('_bucket{hybridge_key_exchange="hybrid",le="+Inf"} 1\n');
    expect(text).toContain('_sum{hybridge_key_exchange="hybrid"} 0.00325\n');
    expect(text).toContain('_count{hybridge_key_exchange="hybrid"} 1\n');
    expect(text).toContain('{hybridge_cohort="a\\"b\\\\c\\nd"} 1\n');
    expect(toPrometheus(recorded([]))).toBe('');
  });

  describeWithPeer('promtool', 'promtool', () => {
    test('finds nothing to complain of', async () => {
      const text = toPrometheus(
        recorded([...SAMPLES, alarm(HOSTILE.replace('\ud800', '')), alarm('a"b\\c\nd')]),
      );
      expect(text.match(/^# TYPE /gm)?.length).toBeGreaterThan(15);
      await askPeer('promtool', ['check', 'metrics'], { input: new TextEncoder().encode(text) });
      // It does complain of what is wrong.
      await expect(
        askPeer('promtool', ['check', 'metrics'], {
          input: new TextEncoder().encode(text.replaceAll('_total', '')),
        }),
      ).rejects.toThrow('counter metrics should have "_total" suffix');
    });
  });
});
