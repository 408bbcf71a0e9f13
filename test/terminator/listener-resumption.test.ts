import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/index.ts';
import type { ListenerOptions } from '../../src/terminator/listener-types.ts';
import {
  authority,
  call,
  credential,
  exception,
  type Listening,
  listening,
  NOW,
  policyWith,
} from './listener-support.ts';

const secret = new Uint8Array(32).fill(7);
const PUMP = { kind: 'uri', uri: 'urn:dev:ops:pump-17' } as const;

/** Two listeners that could be two processes. */
function pair(
  one: Partial<ListenerOptions>,
  other: Partial<ListenerOptions> = one,
): Promise<[Listening, Listening]> {
  return Promise.all([listening(one), listening(other)]);
}

describe('sessions are resumed', () => {
  it.each([
    ['TLSv1.3', {}],
    ['TLSv1.2', { maxVersion: 'TLSv1.2' }],
  ] as const)('by the same listener: %s', async (version, options) => {
    const { port, sessions, listener } = await listening({ policy: policyWith([exception()]) });
    const first = await call(port, options);
    expect(first).toMatchObject({ text: 'ok', reused: false, version });
    const second = await call(port, { ...options, session: first.ticket });
    expect(second).toMatchObject({ text: 'ok', reused: true, version });
    expect(sessions[1]?.posture).toMatchObject({
      resumed: true,
      version,
      keyExchange: version === 'TLSv1.3' ? 'hybrid' : 'classical',
      group: version === 'TLSv1.3' ? 'X25519MLKEM768' : undefined,
      authentication: { server: { by: 'psk', key: 'ECDSA-P256-SHA256' } },
    });
    expect(listener.stats.resumed).toBe(1);
  });

  it('over contexts: with another group than the first time', async () => {
    const { port, sessions } = await listening();
    const { ticket } = await call(port);
    const second = await call(port, { session: ticket, ecdhCurve: 'SecP384r1MLKEM1024' });
    expect(second).toMatchObject({ reused: true, group: 'SecP384r1MLKEM1024' });
    expect(sessions[1]?.posture).toMatchObject({ resumed: true, group: 'SecP384r1MLKEM1024' });
  });

  it('by another listener with the same secret, and by no other', async () => {
    const credentials = [await credential()];
    const [one, other] = await pair({ credentials, tickets: { secret } });
    const { ticket } = await call(one.port);
    expect(await call(other.port, { session: ticket })).toMatchObject({ text: 'ok', reused: true });
    const stranger = await listening({ credentials });
    expect(await call(stranger.port, { session: ticket })).toMatchObject({ text: 'ok', reused: false });
  });

  it('through one change of keys, and not through two', async () => {
    let at = new Date(Math.floor(NOW.getTime() / 3_600_000) * 3_600_000);
    const tickets = { secret, lifetimeSeconds: 3600 };
    const { port } = await listening({ tickets, clock: { now: () => at } });
    const { ticket } = await call(port);
    at = new Date(at.getTime() + 3_600_000);
    const next = await call(port, { session: ticket });
    expect(next.reused).toBe(true);
    at = new Date(at.getTime() + 3_600_000);
    expect((await call(port, { session: ticket })).reused).toBe(false);
    expect((await call(port, { session: next.ticket })).reused).toBe(false);
  });

  it('where the clock of the one who made them is ahead', async () => {
    const credentials = [await credential()];
    const tickets = { secret, lifetimeSeconds: 3600 };
    const ahead = { now: () => new Date(NOW.getTime() + 3_600_000) };
    const behind = { now: () => NOW };
    const [one, other] = await pair(
      { credentials, tickets, clock: ahead },
      { credentials, tickets, clock: behind },
    );
    const { ticket } = await call(one.port);
    expect(await call(other.port, { session: ticket })).toMatchObject({ text: 'ok', reused: true });
  });

  it('not where clients are authenticated in another mode, or by other roots', async () => {
    const credentials = [await credential()];
    const { root } = await authority();
    const { root: foreign } = await authority('ECDSA-P256-SHA256', 'foreign');
    const requested = { mode: 'requested', anchors: [root] } as const;
    const { port, listener } = await listening({ credentials, clientAuthentication: requested });
    const { ticket } = await call(port);
    expect((await call(port, { session: ticket })).reused).toBe(true);
    await listener.reload({ clientAuthentication: { ...requested, anchors: [foreign] } });
    expect(await call(port, { session: ticket })).toMatchObject({ text: 'ok', reused: false });
    await listener.reload({ clientAuthentication: { ...requested, mode: 'required' } });
    expect(await call(port, { session: ticket })).toMatchObject({ text: '', reused: false });
  });

  it('not under another policy, another certificate or another authentication of clients', async () => {
    const credentials = [await credential()];
    const { root } = await authority();
    const { port, listener } = await listening({ credentials, tickets: { secret } });
    const { ticket } = await call(port);
    expect((await call(port, { session: ticket })).reused).toBe(true);
    await listener.reload({ policy: { ...policyWith(), version: 99 } });
    expect(await call(port, { session: ticket })).toMatchObject({ text: 'ok', reused: false });
    await listener.reload({ policy: policyWith() });
    expect((await call(port, { session: ticket })).reused).toBe(true);
    await listener.reload({ clientAuthentication: { mode: 'requested', anchors: [root] } });
    expect(await call(port, { session: ticket })).toMatchObject({ text: 'ok', reused: false });
    await listener.reload({ clientAuthentication: undefined, credentials: [await credential({ days: 60 })] });
    expect(await call(port, { session: ticket })).toMatchObject({ text: 'ok', reused: false });
  });
});

it('keeps the contexts that are in use, and no more than it may', async () => {
  const { port, listener } = await listening({ limits: { contexts: 2 } });
  const [often, once, other] = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'];
  for (const ecdhCurve of [often, once, often, other, often])
    expect((await call(port, { ecdhCurve })).group).toBe(ecdhCurve);
  expect(listener.stats.contexts).toEqual({ held: 2, found: 2, made: 3 });
});

describe('resumed sessions of clients with certificates', () => {
  it('know who the client is', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const options = { cert: device.certificatePem, key: device.privateKeyPem };
    const { root } = await authority();
    const { port, sessions, listener } = await listening({
      clientAuthentication: { mode: 'required', anchors: [root] },
    });
    const first = await call(port, options);
    expect(await call(port, { ...options, session: first.ticket })).toMatchObject({
      text: 'ok',
      reused: true,
    });
    // What had been found out about the client is forgotten with the old rules, and found out again.
    await listener.reload({ clientAuthentication: { mode: 'required', anchors: [root] } });
    expect(await call(port, { ...options, session: first.ticket })).toMatchObject({
      text: 'ok',
      reused: true,
    });
    expect(sessions.map(({ identities }) => identities)).toEqual([
      ['uri:urn:dev:ops:pump-17'],
      ['uri:urn:dev:ops:pump-17'],
      ['uri:urn:dev:ops:pump-17'],
    ]);
    expect(sessions[2]?.posture.authentication.client).toMatchObject({ by: 'psk', key: 'ECDSA-P256-SHA256' });
  });

  it('are known to another process that shares the store', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const options = { cert: device.certificatePem, key: device.privateKeyPem };
    const { root } = await authority();
    const [one, other] = await pair({
      credentials: [await credential()],
      clientAuthentication: { mode: 'required', anchors: [root] },
      tickets: { secret },
      store: createMemoryStore(),
    });
    const { ticket } = await call(one.port, options);
    expect(await call(other.port, { ...options, session: ticket })).toMatchObject({
      text: 'ok',
      reused: true,
    });
    expect(other.sessions[0]?.identities).toEqual(['uri:urn:dev:ops:pump-17']);
  });

  it('are not a way around the check of a certificate that was refused', async () => {
    const device = await credential({
      profile: 'tls-client',
      by: await authority('ECDSA-P256-SHA256', 'theirs'),
    });
    const options = { cert: device.certificatePem, key: device.privateKeyPem };
    const { root } = await authority();
    const { port, sessions, events } = await listening({
      clientAuthentication: { mode: 'required', anchors: [root] },
    });
    const first = await call(port, options);
    const second = await call(port, { ...options, session: first.ticket });
    expect([first.text, second.text]).toEqual(['', '']);
    expect(sessions).toEqual([]);
    expect(events.filter(({ type }) => type === 'session-refused')).toHaveLength(2);
  });
});
