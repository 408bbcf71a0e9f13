import { describe, expect, test } from 'vitest';

import { createSessionMetrics, toOtlpLogs, toOtlpMetrics } from '../../src/events/index.ts';
import { findPeer, runPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { HOSTILE, SAMPLES } from './samples.ts';

const resource = { 'service.name': 'front', 'service.instance.id': 'front-1', 'host.cpus': 2, test: true };

function recorded(): ReturnType<typeof toOtlpMetrics> {
  const metrics = createSessionMetrics();
  for (const event of SAMPLES) metrics.record(event);
  return toOtlpMetrics(metrics.snapshot(), resource);
}

/** Reads a request strictly through the protobuf definitions, over the binary form, and writes it again. */
const READER = `
import json, sys
from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
kinds = {'logs': ExportLogsServiceRequest, 'metrics': ExportMetricsServiceRequest}
request = json_format.Parse(sys.stdin.read(), kinds[sys.argv[1]]())
again = kinds[sys.argv[1]].FromString(request.SerializeToString())
print(json.dumps(json_format.MessageToDict(again, use_integers_for_enums=True)))
`;

/** A Python that has the protobuf definitions of OpenTelemetry. */
async function readerPython(): Promise<string | undefined> {
  for (const name of ['peer-python3', 'python3']) {
    if (findPeer(name) === undefined) continue;
    const { code } = await runPeer(name, [
      '-c',
      'import opentelemetry.proto.collector.logs.v1.logs_service_pb2',
    ]);
    if (code === 0) return name;
  }
  return undefined;
}

const python = await readerPython();
if (python === undefined) report('OTLP: NOT RUN, no Python with opentelemetry-proto is installed');

async function read(kind: 'logs' | 'metrics', request: object): Promise<unknown> {
  const { code, stdout, stderr } = await runPeer(python ?? '', ['-c', READER, kind], {
    input: new TextEncoder().encode(JSON.stringify(request)),
  });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(new TextDecoder().decode(stdout));
}

describe.skipIf(python === undefined)('the protobuf definitions of OpenTelemetry', () => {
  // In protobuf a list without elements is one that is not there.
  const withoutEmptyLists = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withoutEmptyLists);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, field]: [string, unknown]) =>
        Array.isArray(field) && field.length === 0 ? [] : [[name, withoutEmptyLists(field)]],
      ),
    );
  };

  test('read logs as they were meant', async () => {
    const request = toOtlpLogs(SAMPLES, resource);
    expect(await read('logs', request)).toEqual(withoutEmptyLists(request));
    report(`OTLP logs: ${String(SAMPLES.length)} records read by google.protobuf and written again`);
  });

  test('read metrics as they were meant', async () => {
    const request = recorded();
    expect(await read('metrics', request)).toEqual(withoutEmptyLists(request));
    const { metrics = [] } = request.resourceMetrics[0]?.scopeMetrics[0] ?? {};
    expect(metrics.length).toBeGreaterThan(15);
    report(`OTLP metrics: ${String(metrics.length)} metrics read by google.protobuf and written again`);
  });

  test('refuse what is not in them', async () => {
    await expect(read('logs', { resourceLogs: [{ resource: { atributes: [] } }] })).rejects.toThrow(
      'atributes',
    );
  });
});

describe('toOtlpLogs', () => {
  test('uses the names of the semantic conventions', () => {
    const record = toOtlpLogs(SAMPLES, resource).resourceLogs[0]?.scopeLogs[0]?.logRecords[0];
    expect(record).toMatchObject({
      timeUnixNano: '1795262400123000000',
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'hybridge.session',
    });
    const values = new Map(
      record?.attributes.map(({ key, value }) => [key, Object.values(value)[0] as unknown]),
    );
    expect(Object.fromEntries(values)).toMatchObject({
      'network.peer.address': '192.0.2.7',
      'network.peer.port': '51234',
      'server.address': 'pump.example',
      'tls.curve': 'X25519MLKEM768',
      'tls.protocol.name': 'tls',
      'tls.protocol.version': '1.3',
      'tls.established': true,
      'tls.resumed': false,
      'tls.next_protocol': 'h2',
      'hybridge.session.posture.key_exchange': 'hybrid',
      'hybridge.session.posture.authentication.server.scheme': 'mldsa65',
      'hybridge.session.handshake_milliseconds': 3.25,
    });
  });

  test('names no attribute twice and none that is not known', () => {
    const records = toOtlpLogs(SAMPLES, resource).resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
    expect(records).toHaveLength(SAMPLES.length);
    for (const { attributes } of records) {
      expect(new Set(attributes.map(({ key }) => key)).size).toBe(attributes.length);
      for (const { value } of attributes) expect(Object.values(value)).not.toContain(undefined);
    }
    expect(JSON.stringify(records)).toContain(
      JSON.stringify(HOSTILE.replace('\ud800', '\ufffd')).slice(1, -1),
    );
  });
});

describe('toOtlpMetrics', () => {
  test('has cumulative sums, gauges and histograms', () => {
    const { metrics = [] } = recorded().resourceMetrics[0]?.scopeMetrics[0] ?? {};
    const named = (name: string): unknown => metrics.find((metric) => metric.name === name);
    expect(named('hybridge.sessions')).toMatchObject({
      unit: '{session}',
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: '1' }, { asInt: '1' }] },
    });
    expect(named('hybridge.certificate.expiry')).toMatchObject({
      unit: 's',
      gauge: { dataPoints: [{ asDouble: expect.closeTo(1_795_003_200.123) as number }] },
    });
    expect(named('hybridge.handshake.duration')).toMatchObject({
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          { count: '1', sum: 0.003_25 },
          { count: '1', sum: 12 },
        ],
      },
    });
  });
});
