import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Writable } from 'node:stream';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventStream, type HybridgeEvent, toJsonLine, toPrometheus } from '../../src/events/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import {
  createTerminator,
  mergeMetrics,
  serveHealth,
  type Terminator,
  type TerminatorOptions,
  writeEvents,
} from '../../src/terminator/index.ts';
import { provider } from '../certificates/fixtures.ts';
import { authority, call, credential, policyWith } from './listener-support.ts';
import { LOOPBACK, listening, portOf } from './proxy-support.ts';

interface Started {
  readonly terminator: Terminator;
  readonly port: number;
  readonly events: HybridgeEvent[];
}

async function started(
  upstream: TerminatorOptions['upstream'],
  changes: Partial<TerminatorOptions> = {},
): Promise<Started> {
  const stream = createEventStream();
  const events: HybridgeEvent[] = [];
  stream.subscribe((event) => events.push(event));
  const terminator = createTerminator({
    provider,
    policy: policyWith(),
    credentials: [await credential()],
    upstream,
    events: stream,
    ...changes,
  });
  onTestFinished(() => terminator.close());
  const { port } = await terminator.listen({ port: 0, host: LOOPBACK });
  return { terminator, port, events };
}

const echo = (): Promise<{ readonly port: number }> =>
  listening(createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));

/** A service that answers with what it was told of the session, and holds requests for `/hold` until told. */
async function telling(): Promise<{
  readonly port: number;
  /** How many requests wait for their answer. */
  readonly holding: () => number;
  readonly release: () => void;
}> {
  const held: (() => void)[] = [];
  const { port } = await listening(
    createHttpServer((request, response) => {
      const answer = (): void => {
        response.end(String(request.headers['hybridge-session']));
      };
      if (request.url === '/hold') held.push(answer);
      else answer();
    }),
  );
  return {
    port,
    holding: () => held.length,
    release: () => {
      for (const answer of held.splice(0)) answer();
    },
  };
}

const clientOf = async (port: number): Promise<ReturnType<typeof connect>> => {
  const { root } = await authority();
  const client = connect({ port, host: LOOPBACK, servername: 'localhost', ca: root.toPem() });
  onTestFinished(() => void client.destroy());
  client.on('error', () => undefined);
  await once(client, 'secureConnect');
  return client;
};

describe('terminator', () => {
  it('passes bytes both ways, and counts them', async () => {
    const { port: upstreamPort } = await echo();
    const { port, terminator, events } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'tcp' });
    const client = await clientOf(port);
    let text = '';
    client.setEncoding('utf8').on('data', (more: string) => (text += more));
    client.end('dose');
    await once(client, 'close');
    expect(text).toBe('dose');
    await expect.poll(() => terminator.stats.connections).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['session']);
    const metrics = toPrometheus(terminator.metrics());
    expect(metrics).toContain('hybridge_bytes_total{hybridge_direction="received"} 4\n');
    expect(metrics).toContain('hybridge_bytes_total{hybridge_direction="sent"} 4\n');
    expect(metrics).toMatch(/hybridge_sessions_total\{.*tls_curve="X25519MLKEM768".*\} 1\n/);
    expect(metrics).toMatch(/process_cpu_seconds_total [\d.]+\n/);
  });

  it('tells an HTTP service what was negotiated, by name and by address', async () => {
    const { port: upstreamPort } = await telling();
    const { port } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'http' });
    const client = await clientOf(port);
    let text = '';
    client.setEncoding('utf8').on('data', (more: string) => (text += more));
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(client, 'end');
    expect(text).toContain(
      'key-exchange=hybrid, group="X25519MLKEM768", version="TLSv1.3", cipher="TLS_AES_',
    );
    expect(text).toContain(
      'server-authentication=classical, server-scheme="ecdsa_secp256r1_sha256", client-authentication=none',
    );
  });

  it('reports a service that is not there', async () => {
    const server = createTcpServer();
    const { port: free } = await listening(server);
    server.close();
    const { port, events } = await started({ host: LOOPBACK, port: free, mode: 'tcp' });
    expect((await call(port)).text).toBe('');
    expect(events.at(-1)).toMatchObject({
      type: 'upstream-failed',
      because: 'unreachable',
      upstream: `${LOOPBACK}:${String(free)}`,
      peer: { serverName: 'localhost' },
    });
  });

  it('drains: the request at hand is answered, no other is taken', async () => {
    const { port: upstreamPort, holding, release } = await telling();
    const { port, terminator } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'http' });
    const busy = await clientOf(port);
    let text = '';
    busy.setEncoding('utf8').on('data', (more: string) => (text += more));
    const ended = once(busy, 'end');
    busy.write('GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const idle = await clientOf(port);
    const idleEnded = once(idle, 'close');
    idle.resume();
    await expect.poll(holding).toBe(1);
    const drained = terminator.drain({ timeoutMs: 5000 });
    expect(await terminator.readiness()).toMatchObject({ ready: false, checks: { listening: 'draining' } });
    await idleEnded;
    expect((await call(port)).error).toMatchObject({ code: 'ECONNREFUSED' });
    release();
    await ended;
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*Connection: close\r\n/);
    expect(await drained).toMatchObject({ destroyed: 0 });
  });

  it('cuts what does not end in time', async () => {
    const { port: upstreamPort } = await echo();
    const { port, terminator } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'tcp' });
    const client = await clientOf(port);
    client.resume();
    const gone = once(client, 'close');
    expect(await terminator.drain({ timeoutMs: 50 })).toEqual({ ended: 0, destroyed: 1 });
    await gone;
  });

  it('is ready while its certificates are valid and its store answers', async () => {
    const { port: upstreamPort } = await echo();
    const upstream = { host: LOOPBACK, port: upstreamPort, mode: 'tcp' } as const;
    const store = createMemoryStore();
    const closedOnLoss = await started(upstream, { store, floors: { enforce: 'refuse', onLost: 'closed' } });
    const openOnLoss = await started(upstream, { store, floors: { enforce: 'refuse', onLost: 'open' } });
    const OK = { listening: 'ok', credentials: 'ok', store: 'ok' };
    expect(await closedOnLoss.terminator.readiness()).toEqual({ ready: true, checks: OK });
    await store.close();
    expect(await closedOnLoss.terminator.readiness()).toEqual({
      ready: false,
      checks: { ...OK, store: 'store: it is closed' },
    });
    expect(await openOnLoss.terminator.readiness()).toMatchObject({ ready: true });
    const year = 366 * 86_400_000;
    const late = await started(upstream, { clock: { now: () => new Date(Date.now() + year) } });
    expect(await late.terminator.readiness()).toMatchObject({
      ready: false,
      checks: { credentials: 'no certificate is valid' },
    });
  });

  it('follows a new policy, and keeps the old one when the new one makes no sense', async () => {
    const { port: upstreamPort } = await echo();
    const { port, terminator } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'tcp' });
    const before = await clientOf(port);
    await expect(terminator.reload({ credentials: [] })).rejects.toMatchObject({ name: 'HybridgeError' });
    await terminator.reload({
      policy: {
        ...policyWith([], 'nothing'),
        rules: [
          {
            id: 'nothing',
            uses: ['key-establishment'],
            match: { nature: ['hybrid', 'post-quantum', 'classical'] },
            verdict: 'refuse',
            reason: 'A test.',
            source: 'house: tests',
          },
        ],
      },
    });
    expect((await call(port)).error?.message).toContain('alert');
    // A session that exists goes on.
    before.write('still here');
    const chunk: unknown = await new Promise((resolve) => before.once('data', resolve));
    expect(String(chunk)).toBe('still here');
  });

  it('refuses options that make no sense', async () => {
    const upstream = { host: LOOPBACK, port: 1, mode: 'http' } as const;
    const options = { provider, policy: policyWith(), credentials: [await credential()], upstream };
    for (const wrong of [
      { ...options, upstream: { ...upstream, port: 0 } },
      { ...options, upstream: { ...upstream, host: '' } },
      { ...options, alpn: ['h2'] },
      { ...options, floors: { enforce: 'refuse', onLost: 'open' } as const },
      { ...options, timeouts: { idleMilliseconds: 0 } },
      { ...options, http: { headerMilliseconds: 1.5 } },
      { ...options, credentials: [] },
    ])
      expect(() => createTerminator(wrong)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});

describe('health endpoint', () => {
  it('answers probes', async () => {
    const { port: upstreamPort } = await echo();
    const { terminator } = await started({ host: LOOPBACK, port: upstreamPort, mode: 'tcp' });
    const health = await serveHealth(terminator);
    onTestFinished(() => health.close());
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://${LOOPBACK}:${String(health.address.port)}${path}`, { method });
    expect(await (await ask('/healthz')).text()).toBe('ok\n');
    expect(await (await ask('/readyz?verbose')).json()).toEqual({
      ready: true,
      checks: { listening: 'ok', credentials: 'ok' },
    });
    expect(await (await ask('/metrics')).text()).toContain('# TYPE hybridge_connections_open gauge\n');
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/healthz', 'POST')).status).toBe(405);
    await terminator.close();
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('refuses an address that is taken', async () => {
    const server = createTcpServer();
    await listening(server);
    await expect(
      serveHealth(
        { readiness: () => Promise.resolve({ ready: true, checks: {} }), metrics: () => mergeMetrics([]) },
        { port: portOf(server) },
      ),
    ).rejects.toMatchObject({ code: 'input_output' });
  });
});

describe('log', () => {
  const lost = (at: number): HybridgeEvent => ({
    type: 'store-recovered',
    at: new Date(at),
    store: 'redis',
  });

  it('waits for a slow stream, and says what it had to drop', async () => {
    const lines: string[] = [];
    let resume: () => void = () => undefined;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _, done) => {
        lines.push(chunk.toString());
        resume = done;
      },
    });
    const events = createEventStream({ capacity: 4 });
    const log = writeEvents(events, slow, toJsonLine);
    for (let at = 0; at < 100; at++) events.emit(lost(at));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines).toHaveLength(1);
    events.close();
    const done = log.done.then(() => true);
    while (!(await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 2))]))) resume();
    expect(lines).toHaveLength(6);
    expect(lines[1]).toContain('"events-dropped","count":95');
    expect(log.dropped).toBe(95);
  });

  it('ends quietly when its stream fails', async () => {
    const broken = new Writable({
      write: (_chunk, _encoding, done) => {
        done(new Error('disk full'));
      },
    });
    const events = createEventStream();
    const log = writeEvents(events, broken, toJsonLine);
    events.emit(lost(1));
    await log.done;
    events.emit(lost(2));
  });
});

describe('metrics of several processes', () => {
  it('adds what is counted, and takes the worst of what is a state', () => {
    const at = new Date(0);
    const one = (value: number): ReturnType<typeof mergeMetrics> => ({
      since: new Date(value),
      at: new Date(value),
      metrics: [
        { kind: 'counter', name: 'c', unit: '{x}', description: '', points: [{ labels: { a: '1' }, value }] },
        { kind: 'gauge', name: 'g', unit: '{x}', description: '', points: [{ labels: {}, value }] },
        { kind: 'gauge', name: 's', unit: '1', description: '', points: [{ labels: {}, value }] },
        {
          kind: 'histogram',
          name: 'h',
          unit: 's',
          description: '',
          bounds: [1],
          points: [
            { labels: {}, count: 2, sum: value, minimum: value, maximum: value, buckets: [value, 2 - value] },
          ],
        },
      ],
    });
    const { since, metrics } = mergeMetrics([one(1), one(0)]);
    expect(since).toEqual(at);
    expect(metrics.map(({ points }) => points)).toEqual([
      [{ labels: { a: '1' }, value: 1 }],
      [{ labels: {}, value: 1 }],
      [{ labels: {}, value: 0 }],
      [{ labels: {}, count: 4, sum: 1, minimum: 0, maximum: 1, buckets: [1, 3] }],
    ]);
  });
});
