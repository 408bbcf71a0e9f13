import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/store/index.ts';
import { lastExceptionUse } from '../../src/negotiation/index.ts';
import { posture } from '../../src/tls/index.ts';
import {
  answerOf,
  authority,
  call,
  credential,
  exception,
  listening,
  policyWith,
} from './listener-support.ts';

describe('what the policy decides is what is negotiated', () => {
  it('takes the hybrid group and knows it', async () => {
    const { port, sessions, event, listener } = await listening();
    const answer = await call(port);
    expect(answer).toMatchObject({
      text: 'ok',
      error: undefined,
      group: 'X25519MLKEM768',
      version: 'TLSv1.3',
    });
    const [session] = sessions;
    expect(session?.posture).toMatchObject({
      keyExchange: 'hybrid',
      group: 'X25519MLKEM768',
      version: 'TLSv1.3',
      resumed: false,
      helloRetry: false,
      authentication: {
        server: {
          by: 'certificate',
          nature: 'classical',
          scheme: 'ecdsa_secp256r1_sha256',
          key: 'ECDSA-P256-SHA256',
        },
        client: { by: 'none' },
      },
    });
    if (session !== undefined) expect(posture(session.socket)).toBe(session.posture);
    expect(await event('session')).toMatchObject({ side: 'server', posture: session?.posture });
    expect(listener.stats).toMatchObject({ accepted: 1, sessions: 1, halfOpen: 0 });
  });

  it.each([
    ['X25519MLKEM768', 'X25519MLKEM768', false],
    ['SecP256r1MLKEM768:X25519MLKEM768', 'X25519MLKEM768', true],
    ['SecP384r1MLKEM1024', 'SecP384r1MLKEM1024', false],
    ['X25519:SecP256r1MLKEM768', 'SecP256r1MLKEM768', true],
    ['MLKEM1024', 'MLKEM1024', false],
  ])('of %s it is %s', async (ecdhCurve, group, helloRetry) => {
    const { port, sessions } = await listening();
    expect(await call(port, { ecdhCurve })).toMatchObject({ text: 'ok', group });
    expect(sessions[0]?.posture).toMatchObject({ group, helloRetry });
  });

  it('signs with the certificate that the policy prefers and the client takes', async () => {
    const credentials = [await credential(), await credential({ algorithm: 'ML-DSA-65' })];
    const { port, sessions } = await listening({ credentials });
    const { text } = await call(port);
    expect(text).toBe('ok');
    const old = await call(port, { sigalgs: 'ecdsa_secp256r1_sha256' });
    expect(old.text).toBe('ok');
    expect(sessions.map((session) => session.posture.authentication.server.scheme)).toEqual([
      'mldsa65',
      'ecdsa_secp256r1_sha256',
    ]);
  });

  it('takes the certificate of the name that is asked for, and refuses a name that nobody has', async () => {
    const credentials = [
      await credential(),
      await credential({ names: [{ kind: 'dns', name: '*.ward.example' }] }),
    ];
    const { port, event } = await listening({ credentials });
    const { root } = await authority();
    const socket = connect({ port, host: '127.0.0.1', servername: 'pump.ward.example', ca: root.toPem() });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().subjectaltname).toBe('DNS:*.ward.example');
    expect((await answerOf(socket)).text).toBe('ok');
    const { error } = await call(port, {
      servername: 'elsewhere.example',
      checkServerIdentity: () => undefined,
    });
    expect(error?.code).toBe('ERR_SSL_TLSV1_UNRECOGNIZED_NAME');
    expect(await event('session-refused')).toMatchObject({
      because: 'policy',
      alert: 'unrecognized_name',
      peer: { serverName: 'elsewhere.example' },
    });
  });

  it('agrees on an application protocol, or refuses', async () => {
    const { port, sessions, event } = await listening({ alpn: ['h2', 'http/1.1'] });
    expect(await call(port, { ALPNProtocols: ['http/1.1', 'h2'] })).toMatchObject({ text: 'ok', alpn: 'h2' });
    expect(await call(port)).toMatchObject({ text: 'ok', alpn: false });
    expect((await call(port, { ALPNProtocols: ['mqtt'] })).error?.code).toBe(
      'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    );
    expect(sessions.map(({ alpn }) => alpn)).toEqual(['h2', undefined]);
    expect(await event('session-refused')).toMatchObject({ alert: 'no_application_protocol' });
  });
});

describe('what the policy does not agree to is refused before a key is made', () => {
  it('classical groups', async () => {
    const { port, event, sessions } = await listening();
    const { error } = await call(port, { ecdhCurve: 'X25519:prime256v1' });
    expect(error?.code).toBe('ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY');
    const refused = await event('session-refused');
    expect(refused).toMatchObject({ because: 'policy', alert: 'insufficient_security' });
    expect(refused.reasons.map(({ rule }) => rule)).toContain('hybrid-groups-only');
    expect(refused.hint).not.toBe('');
    expect(sessions).toEqual([]);
  });

  it('TLS 1.2', async () => {
    const { port, event } = await listening();
    const { error } = await call(port, { maxVersion: 'TLSv1.2' });
    expect(error?.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await event('session-refused')).toMatchObject({ alert: 'protocol_version' });
  });

  it('TLS 1.2 and classical groups pass where an exception says so, and it is told', async () => {
    const policy = policyWith([exception()]);
    const store = createMemoryStore();
    const { port, event, sessions } = await listening({ policy, store });
    expect(await call(port, { maxVersion: 'TLSv1.2' })).toMatchObject({ text: 'ok', version: 'TLSv1.2' });
    expect(await call(port, { ecdhCurve: 'X25519' })).toMatchObject({ text: 'ok', version: 'TLSv1.3' });
    expect(await call(port)).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
    expect(sessions.map(({ exceptions }) => exceptions.map(({ id }) => id))).toEqual([
      ['old-pumps'],
      ['old-pumps'],
      [],
    ]);
    expect(sessions[0]?.posture).toMatchObject({ keyExchange: 'classical', version: 'TLSv1.2' });
    expect(await event('exception-used')).toMatchObject({
      exception: 'old-pumps',
      owner: 'Biomedical engineering',
      until: '2099-12-31',
    });
    const [used] = policy.exceptions ?? [];
    if (used !== undefined) expect(await lastExceptionUse(store, policy, used)).toBeInstanceOf(Date);
  });

  it('an exception for other networks, or of yesterday, changes nothing', async () => {
    const policy = policyWith([
      exception({ id: 'elsewhere', peers: { network: ['192.0.2.0/24'] } }),
      exception({ id: 'gone', until: '2020-01-01' }),
    ]);
    const { port } = await listening({ policy });
    expect((await call(port, { maxVersion: 'TLSv1.2' })).error?.code).toBe(
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    );
  });
});
