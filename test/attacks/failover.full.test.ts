/** Terminators that are killed, and a store that is: what one has given or learnt, the others know. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { probe, serve, type Serving, writeCredential } from '../cli/serve-support.ts';
import { Sandbox } from '../cli/support.ts';
import { describeWithRedis, type RedisServer, startRedis } from '../store/redis-server.ts';
import { findPeer, runPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { portOf } from '../terminator/listener-hellos.ts';
import { authority, call, credential } from '../terminator/listener-support.ts';
import { listening, LOOPBACK } from '../terminator/proxy-support.ts';

const sandbox = new Sandbox();
afterAll(() => {
  sandbox.remove();
});

/** A store at an address that stays, whatever becomes of the server behind it. */
interface Place {
  readonly url: string;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Starts a server that finds what the one before had written. */
  start(): Promise<void>;
}

async function redisPlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  let server: RedisServer | undefined;
  const door = createServer((socket) => {
    socket.on('error', () => undefined);
    if (server === undefined) {
      socket.resetAndDestroy();
      return;
    }
    const behind = connect({ port: server.port, host: LOOPBACK });
    behind.on('error', () => undefined).once('close', () => socket.destroy());
    socket.once('close', () => behind.destroy());
    behind.pipe(socket).pipe(behind);
  });
  const { port } = await listening(door);
  const kill = async (): Promise<void> => {
    const running = server;
    server = undefined;
    await running?.stop();
  };
  const start = async (): Promise<void> => {
    const settings = (at: number): readonly string[] => [
      ...['--port', String(at), '--appendonly', 'yes', '--appendfsync', 'always'],
    ];
    server = await startRedis(settings, folder);
  };
  await start();
  onTestFinished(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url: `redis://${LOOPBACK}:${String(port)}`, kill, start };
}

/** What a terminator has logged, one event a line. */
function logged(front: Serving, type: string): Readonly<Record<string, unknown>>[] {
  return front
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line))
    .filter(
      (event): event is Record<string, unknown> =>
        typeof event === 'object' && event !== null && 'type' in event && event.type === type,
    );
}

/** A device that proves who it is. */
async function device(
  name: string,
  algorithm: 'ECDSA-P256-SHA256' | 'ML-DSA-65',
): Promise<ConnectionOptions & { readonly cert: string; readonly key: string }> {
  const { certificatePem, privateKeyPem } = await credential({
    algorithm,
    profile: 'tls-client',
    names: [{ kind: 'uri', uri: `urn:dev:ops:${name}` }],
  });
  return { cert: certificatePem, key: privateKeyPem };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describeWithRedis('terminators that share Redis', () => {
  let common: readonly string[];
  beforeAll(async () => {
    const { root } = await authority();
    writeFileSync(sandbox.path('devices.pem'), root.toPem());
    writeFileSync(sandbox.path('tickets'), randomBytes(48), { mode: 0o600 });
    const service = createServer((socket) => {
      socket.on('error', () => undefined).end('ok');
    });
    await new Promise<void>((resolve) => {
      service.listen(0, LOOPBACK, resolve);
    });
    afterAll(() => {
      service.close();
    });
    common = [
      ...(await writeCredential(sandbox, 'front')),
      ...['--upstream', `${LOOPBACK}:${String(portOf(service))}`, '--log', 'json', '--floors', 'refuse'],
      ...['--client-ca', sandbox.path('devices.pem'), '--ticket-secret-file', sandbox.path('tickets')],
      ...['--health', `${LOOPBACK}:0`],
    ];
  });

  it('resume the sessions of one that was killed, and hold the floors that it has raised', async () => {
    const place = await redisPlace();
    const args = [...common, '--store', place.url, '--on-store-lost', 'closed'];
    const [one, other] = await Promise.all([serve(sandbox, args), serve(sandbox, args)]);
    const pumps = await Promise.all(
      [1, 2, 3, 4].map((number) =>
        device(`pump-${String(number)}`, number % 2 ? 'ML-DSA-65' : 'ECDSA-P256-SHA256'),
      ),
    );
    const first = await Promise.all(pumps.map((pump) => call(one.listen.port, pump)));
    for (const answer of first) expect(answer).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
    const openssl = findPeer('peer-openssl');
    const session = sandbox.path('session.pem');
    const [pump] = pumps;
    if (pump === undefined) throw new Error('no device');
    writeFileSync(sandbox.path('pump.pem'), pump.cert);
    writeFileSync(sandbox.path('pump.key'), pump.key, { mode: 0o600 });
    const s_client = async (port: number, ...more: readonly string[]): Promise<string> => {
      const { stdout } = await runPeer('peer-openssl', [
        ...['s_client', '-connect', `${LOOPBACK}:${String(port)}`, '-servername', 'localhost'],
        ...['-CAfile', sandbox.path('devices.pem'), '-cert', sandbox.path('pump.pem')],
        ...['-key', sandbox.path('pump.key'), '-ign_eof', ...more],
      ]);
      return Buffer.from(stdout).toString('latin1');
    };
    if (openssl !== undefined) {
      const said = await s_client(one.listen.port, '-sess_out', session);
      expect(said).toMatch(/New, TLSv1\.3/);
      // Nobody is invited to send what could be replayed.
      expect(said).toMatch(/Max Early Data: 0/);
    }
    // A raise is written behind the session's back.
    await pause(200);
    one.signal('SIGKILL');
    expect(await one.ended).toMatchObject({ signal: 'SIGKILL' });
    expect((await call(one.listen.port)).error).toMatchObject({ code: 'ECONNREFUSED' });

    for (const [at, { ticket }] of first.entries())
      expect(await call(other.listen.port, { ...pumps[at], session: ticket })).toMatchObject({
        text: 'ok',
        reused: true,
        group: 'X25519MLKEM768',
      });
    if (openssl !== undefined)
      expect(await s_client(other.listen.port, '-sess_in', session)).toMatch(/Reused, TLSv1\.3/);
    const sessions = logged(other, 'session');
    expect(sessions).toHaveLength(openssl === undefined ? 4 : 5);
    // Who they are is known, although this process has never seen their certificates.
    expect(
      new Set(sessions.map(({ peer }) => JSON.stringify(peer).match(/urn:dev:ops:[^"]+/)?.[0])).size,
    ).toBe(4);

    // What the other has never seen itself, full or resumed, is below what the one has proven.
    for (const [at, { ticket }] of first.entries()) {
      expect((await call(other.listen.port, { ...pumps[at], ecdhCurve: 'X25519' })).text).toBe('');
      expect(
        (await call(other.listen.port, { ...pumps[at], ecdhCurve: 'X25519', session: ticket })).text,
      ).toBe('');
    }
    await expect
      .poll(() => logged(other, 'session-refused').filter(({ because }) => because === 'floor'))
      .toHaveLength(8);
    expect(logged(other, 'session')).toHaveLength(sessions.length);
    expect(logged(other, 'downgrade-suspected')).toHaveLength(4);
    report(
      `failover: 4 node sessions${openssl === undefined ? '' : ' and one of OpenSSL'} resumed on the other terminator, 8 below their floors refused`,
    );
  });

  it.each(['closed', 'open'] as const)(
    'fail %s while it is lost, say so once, and recover',
    async (direction) => {
      const place = await redisPlace();
      const front = await serve(sandbox, [...common, '--store', place.url, '--on-store-lost', direction]);
      const { port } = front.listen;
      const strongest = await device('pump-1', 'ML-DSA-65');
      const known = await device('pump-2', 'ECDSA-P256-SHA256');
      for (const one of [strongest, known]) expect(await call(port, one)).toMatchObject({ text: 'ok' });
      await pause(200);
      await place.kill();

      const strangers = await Promise.all(
        Array.from({ length: 12 }, (_, at) => device(`monitor-${String(at)}`, 'ECDSA-P256-SHA256')),
      );
      const expected = direction === 'open' ? 'ok' : '';
      for (const stranger of strangers) {
        const started = performance.now();
        expect((await call(port, stranger)).text).toBe(expected);
        expect(performance.now() - started).toBeLessThan(3000);
      }
      // Nothing can be above the best; and what is known to be below its floor stays so.
      expect((await call(port, strongest)).text).toBe('ok');
      expect((await call(port, { ...known, ecdhCurve: 'X25519' })).text).toBe('');
      const lost = logged(front, 'store-lost');
      expect(lost).toMatchObject([{ failing: direction }]);
      expect(JSON.parse(await probe(front.health?.port, '/readyz'))).toMatchObject({
        ready: direction === 'open',
      });

      await place.start();
      // Whether it is there again is seen when it is asked again.
      const recovered = async (): Promise<readonly unknown[]> => {
        await call(port, strangers[0]);
        return logged(front, 'store-recovered');
      };
      await expect.poll(recovered, { timeout: 10_000, interval: 100 }).toHaveLength(1);
      expect((await call(port, strangers[0])).text).toBe('ok');
      expect(logged(front, 'store-lost')).toHaveLength(1);
      // Floors were written before the store was lost, and are there again.
      for (const one of [strongest, known]) {
        expect((await call(port, { ...one, ecdhCurve: 'X25519' })).text).toBe('');
        expect((await call(port, one)).text).toBe('ok');
      }
      report(
        `failover: Redis killed, ${String(strangers.length)} devices met a terminator that fails ${direction}`,
      );
    },
  );
});

describe('a terminator alone', () => {
  it('that is killed and begins again keeps its floors in its file', async () => {
    const { root } = await authority();
    writeFileSync(sandbox.path('devices.pem'), root.toPem());
    const service = await listening(createServer((socket) => socket.on('error', () => undefined).end('ok')));
    const args = [
      ...(await writeCredential(sandbox, 'alone')),
      ...['--upstream', `${LOOPBACK}:${String(service.port)}`, '--log', 'json'],
      ...['--client-ca', sandbox.path('devices.pem'), '--store', sandbox.path('floors.db')],
    ];
    const pump = await device('pump-1', 'ECDSA-P256-SHA256');
    for (let life = 0; life < 3; life++) {
      const front = await serve(sandbox, args);
      if (life > 0) expect((await call(front.listen.port, { ...pump, ecdhCurve: 'X25519' })).text).toBe('');
      expect((await call(front.listen.port, pump)).text).toBe('ok');
      await pause(200);
      front.signal('SIGKILL');
      await front.ended;
    }
  });
});
