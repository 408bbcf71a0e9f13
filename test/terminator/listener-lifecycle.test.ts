import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createDowngradeDetector } from '../../src/negotiation/index.ts';
import { createEventStream, type HybridgeEvent } from '../../src/events/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { TicketKeys } from '../../src/terminator/tickets.ts';
import { networkOf, plainAddress } from '../../src/terminator/limits.ts';
import {
  authority,
  call,
  closed,
  credential,
  exception,
  listening,
  NOW,
  policyWith,
} from './listener-support.ts';

/** A session that stays open. */
async function lasting(port: number): Promise<TLSSocket> {
  const { root } = await authority();
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: root.toPem() });
  socket.on('error', () => undefined).resume();
  await once(socket, 'session');
  // Before Node 26, what is written while the ticket is being told of stays where it is.
  await new Promise(setImmediate);
  return socket;
}

describe('what a listener goes by can be replaced', () => {
  it('while sessions live', async () => {
    const { port, listener, event } = await listening({}, ({ socket }) => {
      socket.on('data', (chunk) => socket.end(chunk));
    });
    const socket = await lasting(port);
    await listener.reload({ policy: policyWith([exception()], 'ward-8') });
    expect(await event('policy-changed')).toMatchObject({
      before: { policy: 'ward-7' },
      after: { policy: 'ward-8' },
      stricter: 0,
      looser: 1,
    });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.write('still here');
    await closed(socket);
    expect(text).toBe('still here');
    const old = connect({
      ...{ port, host: '127.0.0.1', servername: 'localhost', maxVersion: 'TLSv1.2' },
      ca: (await authority()).root.toPem(),
    });
    old.on('error', () => undefined);
    await once(old, 'secureConnect');
    old.destroy();
  });

  it('certificates among it', async () => {
    const { port, listener, sessions } = await listening();
    await call(port);
    await listener.reload({ credentials: [await credential({ algorithm: 'ML-DSA-65' })] });
    expect((await call(port)).text).toBe('ok');
    expect(sessions.map(({ posture }) => posture.authentication.server.scheme)).toEqual([
      'ecdsa_secp256r1_sha256',
      'mldsa65',
    ]);
  });

  it('or not at all, where something is wrong with it', async () => {
    const { port, listener } = await listening();
    await expect(listener.reload({ credentials: [] })).rejects.toMatchObject({ code: 'invalid_argument' });
    const broken = { ...namedPolicy('pq-only'), date: 'yesterday' as '2026-01-01' };
    await expect(listener.reload({ policy: broken })).rejects.toThrow(/date/);
    expect((await call(port)).text).toBe('ok');
  });

  it('says how many verdicts become stricter or more lenient', async () => {
    const { listener, events } = await listening({ policy: namedPolicy('hybrid-preferred') });
    await listener.reload({ policy: namedPolicy('pq-only') });
    await listener.reload({ policy: namedPolicy('hybrid-preferred') });
    const changes = events.flatMap((event) => (event.type === 'policy-changed' ? [event] : []));
    expect(changes[0]?.stricter).toBeGreaterThan(0);
    expect(changes[1]).toMatchObject({ stricter: changes[0]?.looser, looser: changes[0]?.stricter });
  });

  it('counts exceptions that end, or come', async () => {
    const { listener, events } = await listening({ policy: policyWith([exception()]) });
    await listener.reload({ policy: policyWith([]) });
    await listener.reload({ policy: policyWith([exception(), exception({ id: 'another' })]) });
    const changes = events.flatMap((event) => (event.type === 'policy-changed' ? [event] : []));
    expect(changes).toMatchObject([
      { stricter: 1, looser: 0 },
      { stricter: 0, looser: 2 },
    ]);
  });
});

it('tells of certificates that end soon: at once, and once a day while connections come', async () => {
  let at = NOW;
  const { port, events } = await listening({
    credentials: [await credential({ days: 20 })],
    clock: { now: () => at },
  });
  const expiring = (): HybridgeEvent[] => events.filter(({ type }) => type === 'certificate-expiring');
  expect(expiring()).toMatchObject([{ subject: 'CN=server', daysLeft: 18, algorithm: 'ECDSA-P256-SHA256' }]);
  await call(port);
  expect(expiring()).toHaveLength(1);
  at = new Date(NOW.getTime() + 86_400_000);
  await call(port);
  await call(port);
  expect(expiring()).toHaveLength(2);
});

describe('the end', () => {
  it('waits for sessions', async () => {
    const { port, listener } = await listening({}, ({ socket }) => socket.resume());
    const socket = await lasting(port);
    const drained = listener.drain({ timeoutMs: 5000 });
    await expect(call(port)).resolves.toMatchObject({ error: { code: 'ECONNREFUSED' } });
    socket.end();
    expect(await drained).toEqual({ ended: 1, destroyed: 0 });
  });

  it('does not wait for ever, nor longer than it is told', async () => {
    for (const how of [{ timeoutMs: 30 }, { signal: AbortSignal.timeout(30) }]) {
      const { port, listener } = await listening({}, ({ socket }) => socket.resume());
      const socket = await lasting(port);
      expect(await listener.drain(how)).toEqual({ ended: 0, destroyed: 1 });
      await closed(socket);
    }
  });

  it('is at once where it is told so', async () => {
    const { port, listener } = await listening({}, ({ socket }) => socket.resume());
    const sockets = [await lasting(port), await lasting(port)];
    await listener.close();
    expect(listener.stats.connections).toBe(0);
    await Promise.all(sockets.map(closed));
    await listener.close();
    expect(await listener.drain()).toEqual({ ended: 0, destroyed: 0 });
  });

  it('says why it cannot begin', async () => {
    const { port } = await listening();
    const { listener } = await listening();
    await listener.close();
    await expect(listener.listen({ port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'input_output',
    });
  });
});

it('tells the detector of downgrades what it sees', async () => {
  const stream = createEventStream();
  const told: string[] = [];
  const detector = createDowngradeDetector({ events: stream });
  const { port } = await listening({
    alpn: ['h2'],
    detector: {
      ...detector,
      hello: (seen, at) => {
        told.push(`hello ${String(seen.offer.groups?.includes(0x11ec))}`);
        detector.hello(seen, at);
      },
      outcome: (seen, at) => {
        told.push(`${seen.result} ${String(seen.helloRetry)}`);
        detector.outcome(seen, at);
      },
    },
  });
  await call(port, { ecdhCurve: 'SecP256r1MLKEM768:X25519MLKEM768' });
  await call(port, { ecdhCurve: 'X25519' });
  await call(port, { ALPNProtocols: ['x'] });
  expect(told).toEqual([
    'hello true',
    'established true',
    'hello false',
    'refused undefined',
    'hello true',
    'failed undefined',
  ]);
});

describe('ticket keys', () => {
  const secret = new Uint8Array(32).fill(1);
  const at = new Date('2026-12-01T12:00:00Z');

  it('are the same wherever the secret is the same, and differ with the epoch', () => {
    const [one, other] = [new TicketKeys({ secret }), new TicketKeys({ secret })];
    const epoch = one.current(at);
    expect(one.keys(epoch)).toHaveLength(48);
    expect(one.keys(epoch)).toEqual(other.keys(epoch));
    expect(one.keys(epoch)).not.toEqual(one.keys(epoch + 1));
    expect(one.keys(epoch)).not.toEqual(new TicketKeys().keys(epoch));
    expect(new Set([...one.keys(epoch)]).size).toBeGreaterThan(20);
  });

  it('do not keep the secret of the caller alive', () => {
    const mine = Uint8Array.from(secret);
    const keys = new TicketKeys({ secret: mine });
    mine.fill(0);
    expect(keys.keys(5)).toEqual(new TicketKeys({ secret }).keys(5));
  });

  it.each([0, 1.5, 604_801, Number.NaN])('last within reason: not %d seconds', (lifetimeSeconds) => {
    expect(() => new TicketKeys({ lifetimeSeconds })).toThrow(/lifetime/);
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'],
    ['::1', '::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::5:6', '2001:db8::5:6', '2001:db8:0:0'],
    ['2001:db8:0:7::', '2001:db8:0:7::', '2001:db8:0:7'],
    ['::2:3:4:5:6:7', '::2:3:4:5:6:7', '0:0:2:3'],
  ])('%s is %s, of %s', (given, plain, network) => {
    expect(plainAddress(given)).toBe(plain);
    expect(networkOf(plain)).toBe(network);
  });
});
