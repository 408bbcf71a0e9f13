import { connect } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';

import { HybridgeError } from '../../src/bytes/index.ts';
import { der } from '../../src/encoding/index.ts';
import {
  decodeClientHello,
  decodeServerHello,
  encodeClientHello,
  encodeServerHello,
  posture,
  postureFromHellos,
  recordPosture,
} from '../../src/tls/index.ts';
import { readSession } from '../../src/tls/session-object.ts';
import { report } from '../support/tally.ts';
import { newKeys } from './keys.ts';
import { type Keys, postureCases } from './posture-cases.ts';
import { meet, posturesOf } from './sessions.ts';
import { nodeKnowsMlDsa } from '../support/peers.ts';

let keys: Keys;
beforeAll(async () => {
  keys = await newKeys();
});

describe('posture', () => {
  it('is true on both sides', async () => {
    const cases = postureCases(keys).filter(({ recent }) => nodeKnowsMlDsa || !recent);
    for (const { id, meeting, expected } of cases) {
      const { client, server } = await posturesOf(meeting);
      const { server: byServer, client: byClient = { by: 'none' }, resumed = false, ...rest } = expected;
      expect(client, id).toMatchObject({ ...rest, resumed, authentication: { server: byServer } });
      expect(server, id).toMatchObject({ ...rest, resumed, authentication: { client: byClient } });
      // A resumed session has kept the certificate of the other side, not one's own.
      const own = resumed ? { by: 'psk' } : undefined;
      expect(client.authentication.client, id).toMatchObject(own ?? byClient);
      expect(server.authentication.server, id).toMatchObject(own ?? byServer);
      expect([client.cipher, client.helloRetry, server.helloRetry], id).toEqual([
        server.cipher,
        undefined,
        undefined,
      ]);
    }
    report(`posture: ${String(cases.length)} sessions, both sides`);
    expect(cases.length).toBeGreaterThan(15);
  });

  it('agrees with the one group that Node.js tells clients', async () => {
    const session = await meet({ server: keys.ec, client: { ca: keys.ec.cert } }, ({ client, server }) => ({
      told: client.getEphemeralKeyInfo(),
      groups: [posture(client).group, posture(server).group],
    }));
    const { told, groups } = session;
    const name = told !== null && 'name' in told ? told.name : undefined;
    expect(groups.map((group) => group?.toLowerCase())).toEqual(
      [name, name].map((one) => one?.toLowerCase()),
    );
  });

  it('says when a certificate was not accepted', async () => {
    const { client, server } = await posturesOf({
      server: { ...keys.ec, requestCert: true, rejectUnauthorized: false },
      client: { ...keys.rsa, rejectUnauthorized: false },
    });
    expect(client.reason).toContain('the certificate of the server was not accepted');
    expect(server.reason).toContain('the certificate of the client was not accepted');
  });

  it('knows nothing before the handshake has ended, nor after the end', async () => {
    const early = connect({ port: 9, host: '127.0.0.1' });
    early.on('error', () => undefined);
    expect(posture(early)).toMatchObject({ keyExchange: 'unknown', version: undefined, resumed: undefined });
    early.destroy();
    const late = await meet({ server: keys.ec, client: { ca: keys.ec.cert } }, ({ client }) => client);
    expect(posture(late)).toMatchObject({ keyExchange: 'unknown', version: undefined });
  });

  it('knows that nobody asked for the certificate of the client, and wipes the session that it has read', async () => {
    const client = { ...keys.rsa, ca: keys.ec.cert };
    await meet({ server: keys.ec, client }, ({ client: socket }) => {
      const session = socket.getSession();
      socket.getSession = () => session;
      expect(posture(socket).authentication.client.by).toBe('none');
      expect(session?.every((byte) => byte === 0)).toBe(true);
    });
  });

  it('says what was recorded', async () => {
    await meet({ server: keys.ec, client: { ca: keys.ec.cert } }, ({ server }) => {
      const known = { ...posture(server), helloRetry: false, reason: 'seen' };
      recordPosture(server, known);
      expect(posture(server)).toBe(known);
    });
  });
});

describe('readSession', () => {
  it('knows nothing of what is no session', () => {
    expect(readSession(new Uint8Array(0))).toBeUndefined();
    expect(readSession(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x01))).toBeUndefined();
    expect(readSession(new TextEncoder().encode('\0nodejs:tls:session:1\0'))).toBeUndefined();
    const fields = [
      der.integer(1),
      der.integer(0x0304),
      ...[2, 32, 48].map((length) => der.octetString(new Uint8Array(length))),
    ];
    expect(readSession(der.sequence(...fields))).toEqual({ group: undefined, peerCertificate: undefined });
    // A field that no version knows.
    const later = der.explicit(21, der.octetString(new Uint8Array(1)));
    expect(readSession(der.sequence(...fields, later))).toBeUndefined();
  });

  it('meets every truncation and every changed byte of a real one without harm', async () => {
    const session = await meet({ server: keys.ec, client: { ca: keys.ec.cert } }, ({ client }) =>
      Uint8Array.from(client.getSession() ?? []),
    );
    expect(readSession(session)?.group).toBeDefined();
    for (let length = 0; length < session.length; length++)
      expect(readSession(session.subarray(0, length))).toBeUndefined();
    for (let at = 0; at < session.length; at++)
      for (const bit of [1, 0x80]) {
        const changed = session.slice();
        changed[at] = (changed[at] ?? 0) ^ bit;
        readSession(changed);
      }
  });
});

describe('postureFromHellos', () => {
  const random = new Uint8Array(32).fill(1);
  const share = (group: number): { readonly group: number; readonly keyExchange: Uint8Array } => ({
    group,
    keyExchange: new Uint8Array(8),
  });
  const offer = decodeClientHello(
    encodeClientHello({
      random,
      sessionId: new Uint8Array(32).fill(2),
      cipherSuites: [0x1302, 0xc02f],
      versions: [0x0304, 0x0303],
      groups: [0x11ec, 0x11ed, 0x001d, 0x1234],
      keyShares: [share(0x11ec)],
    }),
  );

  it('takes the group from the key share', () => {
    const answer = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShare: share(0x11ec),
    });
    expect(postureFromHellos(offer, decodeServerHello(answer))).toMatchObject({
      keyExchange: 'hybrid',
      group: 'X25519MLKEM768',
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      authentication: { server: { by: 'certificate', nature: 'unknown' }, client: { by: 'unknown' } },
      resumed: false,
      helloRetry: false,
    });
  });

  it('takes the group from a HelloRetryRequest, and sees one that came between', () => {
    const retry = encodeServerHello({
      kind: 'hello-retry-request',
      cipherSuite: 0x1302,
      version: 0x0304,
      selectedGroup: 0x11ed,
    });
    expect(postureFromHellos(offer, decodeServerHello(retry))).toMatchObject({
      keyExchange: 'hybrid',
      group: 'SecP384r1MLKEM1024',
      helloRetry: true,
      resumed: undefined,
      authentication: { server: { by: 'unknown' } },
    });
    const answer = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShare: share(0x001d),
    });
    expect(postureFromHellos(offer, decodeServerHello(answer))).toMatchObject({
      keyExchange: 'classical',
      group: 'x25519',
      helloRetry: true,
    });
  });

  it('does not guess', () => {
    const answerWith = (group: number | undefined, selectedPsk?: number): Uint8Array =>
      encodeServerHello({
        kind: 'server-hello',
        random,
        cipherSuite: 0x1302,
        version: 0x0304,
        ...(group !== undefined && { keyShare: share(group) }),
        ...(selectedPsk !== undefined && { selectedPsk }),
      });
    expect(postureFromHellos(offer, decodeServerHello(answerWith(0x1234)))).toMatchObject({
      keyExchange: 'unknown',
      group: '0x1234',
    });
    expect(postureFromHellos(offer, decodeServerHello(answerWith(undefined, 0)))).toMatchObject({
      keyExchange: 'unknown',
      group: undefined,
      resumed: undefined,
      authentication: { server: { by: 'psk' }, client: { by: 'psk' } },
    });
  });

  it('knows a certificate beside an external pre-shared key', () => {
    const answer = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShare: share(0x11ec),
      extensions: [{ type: 33, data: new Uint8Array(0) }],
      selectedPsk: 0,
    });
    expect(postureFromHellos(offer, decodeServerHello(answer))).toMatchObject({
      keyExchange: 'hybrid',
      authentication: { server: { by: 'certificate' } },
      resumed: false,
    });
  });

  it('has no group for TLS 1.2, and knows when it is resumed', () => {
    const legacy = (sessionId: Uint8Array): Uint8Array =>
      encodeServerHello({ kind: 'server-hello', random, sessionId, cipherSuite: 0xc02f });
    const fresh = postureFromHellos(offer, decodeServerHello(legacy(new Uint8Array(32))));
    expect(fresh).toMatchObject({
      keyExchange: 'classical',
      group: undefined,
      version: 'TLSv1.2',
      resumed: false,
    });
    expect(fresh.reason).toContain('ServerKeyExchange');
    expect(postureFromHellos(offer, decodeServerHello(legacy(offer.sessionId))).resumed).toBe(true);
  });

  it('refuses an answer to another hello', () => {
    const other = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1301,
      version: 0x0304,
      keyShare: share(0x0017),
    });
    expect(() => postureFromHellos(offer, decodeServerHello(other))).toThrow(HybridgeError);
  });

  it.each([
    ['a version', { versions: [0x0303] }, 'version TLSv1.3'],
    ['a cipher suite', { cipherSuites: [0x1301] }, 'cipher suite TLS_AES_256_GCM_SHA384'],
    ['a group', { groups: [0x001d], keyShares: [] }, 'group X25519MLKEM768'],
  ])('refuses %s that was not offered', (_, changes, what) => {
    const fields = { random, cipherSuites: [0x1302], versions: [0x0304], groups: [0x11ec] };
    const hello = decodeClientHello(encodeClientHello({ ...fields, ...changes }));
    const answer = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShare: share(0x11ec),
    });
    expect(() => postureFromHellos(hello, decodeServerHello(answer))).toThrow(what);
  });

  it('knows by its cookie a hello that was asked for', () => {
    const second = encodeClientHello({
      random,
      cipherSuites: [0x1302],
      versions: [0x0304],
      groups: [0x11ec],
      keyShares: [share(0x11ec)],
      extensions: [{ type: 44, data: Uint8Array.of(0, 1, 7) }],
    });
    const answer = encodeServerHello({
      kind: 'server-hello',
      random,
      cipherSuite: 0x1302,
      version: 0x0304,
      keyShare: share(0x11ec),
    });
    expect(postureFromHellos(decodeClientHello(second), decodeServerHello(answer)).helloRetry).toBe(true);
  });
});
