import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { hardwareModuleName } from '../../src/certificates/index.ts';
import { createFloors } from '../../src/negotiation/index.ts';
import type { Policy } from '../../src/policy/index.ts';
import { createMemoryStore } from '../../src/store/index.ts';
import type { ClientAuthentication } from '../../src/terminator/listener-types.ts';
import { type Credential, loadCredential } from '../../src/tls/index.ts';
import { provider } from '../certificates/fixtures.ts';
import {
  answerOf,
  authority,
  call,
  credential,
  exception,
  listening,
  NOW,
  plain,
  policyWith,
} from './listener-support.ts';

const PUMP = { kind: 'uri', uri: 'urn:dev:ops:pump-17' } as const;

async function anchored(mode: ClientAuthentication['mode'] = 'required'): Promise<ClientAuthentication> {
  return { mode, anchors: [(await authority()).root] };
}

function presenting({ certificatePem, privateKeyPem }: Credential): { cert: string; key: string } {
  return { cert: certificatePem, key: privateKeyPem };
}

describe('clients with certificates', () => {
  it.each(['ECDSA-P256-SHA256', 'ML-DSA-65'] as const)('are known by their names: %s', async (algorithm) => {
    const names = [
      PUMP,
      { kind: 'dns', name: 'Pump-17.example' } as const,
      hardwareModuleName({ type: '1.3.6.1.4.1.99999.7', serialNumber: new TextEncoder().encode('0815') }),
      { kind: 'ip', address: Uint8Array.of(192, 0, 2, 7) } as const,
    ];
    const device = await credential({ algorithm, profile: 'tls-client', names });
    const { port, sessions, event } = await listening({ clientAuthentication: await anchored() });
    expect(await call(port, presenting(device))).toMatchObject({ text: 'ok' });
    const [session] = sessions;
    expect(session?.identities).toEqual([
      'uri:urn:dev:ops:pump-17',
      'dns:pump-17.example',
      'hardware:1.3.6.1.4.1.99999.7/30383135',
      'ip:192.0.2.7',
    ]);
    expect(session?.certificate?.bytes).toEqual(device.certificates[0]?.bytes);
    expect(session?.posture.authentication.client).toEqual({
      by: 'certificate',
      nature: algorithm === 'ML-DSA-65' ? 'post-quantum' : 'classical',
      scheme: algorithm === 'ML-DSA-65' ? 'mldsa65' : 'ecdsa_secp256r1_sha256',
      key: algorithm,
    });
    expect((await event('session')).peer.identity).toBe('uri:urn:dev:ops:pump-17');
  });

  it('without alternative names are known by their subject', async () => {
    const device = await credential({ profile: 'tls-client', names: [] });
    const { port, sessions } = await listening({ clientAuthentication: await anchored() });
    await call(port, presenting(device));
    expect(sessions[0]?.identities).toEqual(['subject:CN=device']);
  });

  it('are refused without one where it is required, by the alert for it', async () => {
    const { port, event, sessions } = await listening({ clientAuthentication: await anchored() });
    const { error } = await call(port);
    expect(error?.code).toBe('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED');
    expect(await event('session-refused')).toMatchObject({ because: 'authentication' });
    expect(sessions).toEqual([]);
  });

  it('are not sent the root of the server, though it is theirs as well', async () => {
    const { intermediate: root } = await authority('ML-DSA-65');
    const whole = await credential({ by: await authority('ML-DSA-65') });
    const [leaf] = whole.certificates;
    if (leaf === undefined) throw new Error('no leaf');
    const alone = await loadCredential(provider, {
      certificate: leaf.toPem(),
      privateKey: whole.privateKeyPem,
    });
    const received = async (clientAuthentication: ClientAuthentication | undefined): Promise<number> => {
      const { port } = await listening({ credentials: [alone], clientAuthentication });
      const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false });
      expect((await answerOf(socket)).text).toBe('ok');
      return socket.bytesRead;
    };
    const without = await received(undefined);
    expect(await received({ mode: 'requested', anchors: [root] })).toBeLessThan(
      without + leaf.bytes.length / 2,
    );
  });

  it('may do without where it is only requested', async () => {
    const { port, sessions } = await listening({ clientAuthentication: await anchored('requested') });
    expect((await call(port)).text).toBe('ok');
    expect(sessions[0]).toMatchObject({ identities: [], certificate: undefined });
  });

  it.each([
    [
      'of another root',
      'no-issuer',
      async () => credential({ profile: 'tls-client', by: await authority('ECDSA-P256-SHA256', 'theirs') }),
    ],
    [
      'that has ended',
      'expired',
      () => credential({ profile: 'tls-client', notBefore: new Date(NOW.getTime() - 80_000_000), days: 0.5 }),
    ],
    ['for servers', 'extended-key-usage', () => credential()],
  ] as const)('are refused with one %s', async (_, rule, device) => {
    for (const mode of ['required', 'requested'] as const) {
      const { port, event, sessions } = await listening({ clientAuthentication: await anchored(mode) });
      expect((await call(port, presenting(await device()))).text).toBe('');
      const refused = await event('session-refused');
      expect(refused).toMatchObject({ because: 'authentication', alert: undefined, reasons: [{ rule }] });
      expect(sessions).toEqual([]);
    }
  });

  it('may leave out the intermediate where the listener has it', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const { root, intermediate } = await authority();
    const leaf = { cert: device.certificates[0]?.toPem(), key: device.privateKeyPem };
    const { port, event } = await listening({ clientAuthentication: { mode: 'required', anchors: [root] } });
    expect((await call(port, leaf)).text).toBe('');
    expect(await event('session-refused')).toMatchObject({ reasons: [{ rule: 'no-issuer' }] });
    const other = await listening({
      clientAuthentication: { mode: 'required', anchors: [root], intermediates: [intermediate] },
    });
    expect((await call(other.port, leaf)).text).toBe('ok');
  });
});

describe('exceptions for identities', () => {
  const policy = policyWith([exception({ peers: { identity: ['uri:urn:dev:ops:pump-*'] } })]);

  it('hold once the identity is proven', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const { port, sessions, event } = await listening({ policy, clientAuthentication: await anchored() });
    expect(await call(port, { ...presenting(device), ecdhCurve: 'X25519' })).toMatchObject({ text: 'ok' });
    expect(await call(port, { ...presenting(device), maxVersion: 'TLSv1.2' })).toMatchObject({
      text: 'ok',
      version: 'TLSv1.2',
    });
    expect(sessions.map(({ exceptions }) => exceptions.map(({ id }) => id))).toEqual([
      ['old-pumps'],
      ['old-pumps'],
    ]);
    expect(await event('exception-used')).toMatchObject({ peer: { identity: 'uri:urn:dev:ops:pump-17' } });
  });

  it('are withdrawn from everybody else', async () => {
    const names = [{ kind: 'uri', uri: 'urn:dev:ops:monitor-3' } as const];
    const device = await credential({ profile: 'tls-client', names });
    const { port, sessions, event } = await listening({
      policy,
      clientAuthentication: await anchored('requested'),
    });
    expect(await call(port, { ...presenting(device), ecdhCurve: 'X25519' })).toMatchObject({ text: '' });
    expect(await event('session-refused')).toMatchObject({ because: 'policy', alert: undefined });
    expect(await call(port, { ecdhCurve: 'X25519' })).toMatchObject({ text: '' });
    expect(await call(port, { maxVersion: 'TLSv1.2' })).toMatchObject({ text: '' });
    expect(sessions).toEqual([]);
    expect(await call(port, presenting(device))).toMatchObject({ text: 'ok' });
  });

  it('are no way in where nobody is asked for a certificate', async () => {
    const { port } = await listening({ policy });
    expect((await call(port, { ecdhCurve: 'X25519' })).error?.code).toBe(
      'ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY',
    );
  });
});

it('are known no longer than their certificates are valid', async () => {
  const device = await credential({ profile: 'tls-client', names: [PUMP] });
  const [leaf] = device.certificates;
  if (leaf === undefined) throw new Error('no leaf');
  const end = leaf.validity.notAfter.getTime();
  let at = new Date(end - 60_000);
  const { port, event } = await listening({
    credentials: [await credential({ days: 300 })],
    clientAuthentication: await anchored(),
    clock: { now: () => at },
  });
  expect((await call(port, presenting(device))).text).toBe('ok');
  at = new Date(end + 60_000);
  expect((await call(port, presenting(device))).text).toBe('');
  const { because, hint } = await event('session-refused');
  expect(because).toBe('authentication');
  expect(hint).toContain('uri:urn:dev:ops:pump-17');
});

it('are judged anew where another policy holds for them', async () => {
  const device = await credential({
    algorithm: 'ECDSA-P384-SHA384',
    profile: 'tls-client',
    names: [PUMP],
  });
  const here = exception({
    peers: { network: ['127.0.0.2/32'] },
    uses: ['session-authentication'],
    match: { name: ['ECDSA-P384-SHA384'] },
  });
  const base = policyWith([here]);
  const policy: Policy = {
    ...base,
    rules: [
      ...base.rules,
      {
        id: 'no-p384',
        uses: ['session-authentication'],
        match: { name: ['ECDSA-P384-SHA384'] },
        verdict: 'refuse',
        reason: 'Devices with such keys are to be replaced.',
        source: 'house: tests',
      },
    ],
  };
  const { port, sessions } = await listening({ policy, clientAuthentication: await anchored() });
  const from = async (localAddress: string): Promise<string> => {
    const { root } = await authority();
    const socket = await plain(port, localAddress);
    const tls = connect({ socket, servername: 'localhost', ca: root.toPem(), ...presenting(device) });
    return (await answerOf(tls)).text;
  };
  expect(await from('127.0.0.2')).toBe('ok');
  expect(await from('127.0.0.3')).toBe('');
  expect(await from('127.0.0.2')).toBe('ok');
  expect(sessions).toHaveLength(2);
});

it('do not wait for a store that does not answer', async () => {
  const device = await credential({ profile: 'tls-client', names: [PUMP] });
  const store = createMemoryStore();
  store.get = () => new Promise(() => undefined);
  const { port } = await listening({ clientAuthentication: await anchored(), store });
  expect((await call(port, presenting(device))).text).toBe('ok');
});

describe('floors', () => {
  it('refuse a session weaker than what the device has proven', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const other = await credential({
      profile: 'tls-client',
      names: [{ kind: 'uri', uri: 'urn:dev:ops:pump-18' }],
    });
    const floors = createFloors({ store: createMemoryStore(), enforce: 'refuse', onLost: 'closed' });
    const { port, event } = await listening({
      policy: policyWith([exception()]),
      clientAuthentication: await anchored(),
      floors,
    });
    expect((await call(port, presenting(device))).text).toBe('ok');
    expect((await call(port, { ...presenting(device), ecdhCurve: 'X25519' })).text).toBe('');
    expect(await event('session-refused')).toMatchObject({
      because: 'floor',
      alert: undefined,
      peer: { identity: 'uri:urn:dev:ops:pump-17' },
    });
    expect((await call(port, { ...presenting(other), ecdhCurve: 'X25519' })).text).toBe('ok');
    expect((await call(port, presenting(device))).text).toBe('ok');
    expect(await event('downgrade-suspected')).toMatchObject({
      kind: 'floor-violation',
      refused: true,
      peer: { identity: 'uri:urn:dev:ops:pump-17' },
    });
    await floors.reset('uri:urn:dev:ops:pump-17');
    expect((await call(port, { ...presenting(device), ecdhCurve: 'X25519' })).text).toBe('ok');
  });

  it('only report it where that is what they are told to do', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const floors = createFloors({ store: createMemoryStore(), enforce: 'alarm', onLost: 'open' });
    const { port, event, listener } = await listening({
      policy: policyWith([exception()]),
      clientAuthentication: await anchored(),
      floors,
    });
    expect((await call(port, presenting(device))).text).toBe('ok');
    expect((await call(port, { ...presenting(device), ecdhCurve: 'X25519' })).text).toBe('ok');
    expect(await event('downgrade-suspected')).toMatchObject({ kind: 'floor-violation', refused: false });
    expect(listener.stats.refused.floor).toBe(0);
  });

  it('hand nothing over when the client leaves while they are asked', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const store = createMemoryStore();
    const floors = createFloors({ store, enforce: 'refuse', onLost: 'closed' });
    const answers: (() => void)[] = [];
    store.get = () => new Promise((resolve) => answers.push(() => resolve(undefined)));
    const { port, listener, sessions } = await listening({
      clientAuthentication: await anchored(),
      floors,
    });
    const ca = (await authority()).root.toPem();
    const leaving = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ...presenting(device) });
    leaving.on('error', () => undefined);
    await expect.poll(() => answers.length).toBeGreaterThan(0);
    leaving.destroy();
    await expect.poll(() => listener.stats).toMatchObject({ connections: 0, refused: { handshake: 1 } });
    for (const answer of answers) answer();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sessions).toEqual([]);
    expect(listener.stats).toMatchObject({ connections: 0, halfOpen: 0, sessions: 0 });
  });

  it('that fail end the connection, without an alert in plaintext within what is encrypted', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const floors = createFloors({ store: createMemoryStore(), enforce: 'refuse', onLost: 'closed' });
    const { port, event } = await listening({
      clientAuthentication: await anchored(),
      floors: { ...floors, check: () => Promise.reject(new Error('no')) },
    });
    expect((await call(port, presenting(device))).text).toBe('');
    expect(await event('session-refused')).toMatchObject({
      because: 'handshake',
      alert: undefined,
      reasons: [{ rule: 'internal-error' }],
    });
  });

  it('fail closed, and say so, when their store is lost', async () => {
    const device = await credential({ profile: 'tls-client', names: [PUMP] });
    const store = createMemoryStore();
    const floors = createFloors({ store, enforce: 'refuse', onLost: 'closed' });
    const { port, event } = await listening({ clientAuthentication: await anchored(), floors });
    const lost = new HybridgeError('input_output', 'the store is gone');
    store.get = () => Promise.reject(lost);
    expect((await call(port, presenting(device))).text).toBe('');
    expect(await event('session-refused')).toMatchObject({
      because: 'floor',
      reasons: [{ rule: 'floor-store-lost' }],
    });
  });
});
