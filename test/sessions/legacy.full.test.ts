/** Devices that know less than the policy asks for: who is let in, by what, and what the others are told. */
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createEventStream, toJsonLine } from '../../src/events/index.ts';
import { dayOf } from '../../src/policy/dates.ts';
import { type IsoDate, namedPolicy, type Policy, type PolicyException } from '../../src/policy/index.ts';
import { writeEvents } from '../../src/terminator/index.ts';
import { temporaryFolder } from '../certificates/peers.ts';
import { DEVICE } from '../certificates/tls/chains.ts';
import type { Conversation } from '../certificates/tls/processes.ts';
import { describeWithPeer } from '../support/peers.ts';
import { exception, policyWith } from '../terminator/listener-support.ts';
import { nodeVersions } from '../runtimes/nodes.ts';
import { type Certified, certified } from './certificates.ts';
import { type Front, type Meeting, openFront, requireAgreement } from './front.ts';
import { LEGACY_CLIENTS, openssl, printsAlert } from './legacy-clients.ts';
import { buildNodeClient, type NodeClient, startNode } from './nodes.ts';

const folder = temporaryFolder();
let server: Certified;
beforeAll(async () => {
  server = await certified(folder, 'classical');
});

/** A listener under a policy, for one test. */
async function front(policy: Policy, clients?: 'requested'): Promise<Front> {
  return openFront({
    policy,
    credentials: [server.credential],
    ...(clients !== undefined && {
      clientAuthentication: { mode: clients, anchors: [server.hierarchy.root] },
    }),
  });
}

const ALERTS = {
  handshake_failure: 40,
  insufficient_security: 71,
  protocol_version: 70,
  inappropriate_fallback: 86,
  unrecognized_name: 112,
} as const;

/** Nothing was made for a refused hello: no context, no key share. */
function requireRefused(
  { listener }: Front,
  { session, refusal, flight, said }: Meeting<{ readonly answered: boolean }>,
  alert: keyof typeof ALERTS,
  hint: RegExp,
): void {
  expect([session, said.answered]).toEqual([undefined, false]);
  expect(refusal).toMatchObject({ because: 'policy', alert });
  expect(refusal?.hint).toMatch(hint);
  expect([flight.chosen, flight.helloRetry, flight.alerts]).toEqual([undefined, false, [ALERTS[alert]]]);
  expect(listener.stats.contexts).toMatchObject({ held: 0, made: 0 });
}

function requireException(
  { session, exceptions, flight, said }: Meeting<Conversation>,
  { id, owner, until }: PolicyException,
): void {
  expect([said.answered, said.output]).toEqual([true, expect.any(String)]);
  if (session === undefined) throw new Error('no session');
  requireAgreement(session.posture, flight);
  expect(session.posture).toMatchObject({ version: 'TLSv1.2', keyExchange: 'classical', helloRetry: false });
  expect(session.exceptions.map((one) => one.id)).toEqual([id]);
  expect(exceptions).toMatchObject([{ exception: id, owner, until }]);
}

/** Today, or so many days before. */
function today(before = 0): IsoDate {
  const date = dayOf(Date.now() - before * 86_400_000);
  if (date === undefined) throw new Error('no such day');
  return date;
}

const TLS_1_2 = ['-tls1_2'];
const calling =
  (options: readonly string[], more: Partial<Parameters<typeof openssl>[0]> = {}) =>
  (port: number): Promise<Conversation> =>
    openssl({ port, root: server.hierarchy.rootFile, options, ...more });

describeWithPeer(['go-peer', 'peer-openssl'], 'a client of TLS 1.2', () => {
  it('is refused without an exception, and the log says what to do', async () => {
    const place = await front(policyWith());
    const meeting = await place.meet(calling(TLS_1_2));
    requireRefused(
      place,
      meeting,
      'protocol_version',
      /update the device, or add an exception to policy ward-7/,
    );
    expect(printsAlert(meeting.said, ALERTS.protocol_version), meeting.said.output).toBe(true);
    const events = createEventStream();
    const out = new PassThrough({ encoding: 'utf8' });
    const log = writeEvents(events, out, toJsonLine);
    if (meeting.refusal !== undefined) events.emit(meeting.refusal);
    events.close();
    await log.done;
    expect(JSON.parse(String(out.read()))).toMatchObject({
      type: 'session-refused',
      alert: 'protocol_version',
      hint: 'it offers TLS 1.2 at best; update the device, or add an exception to policy ward-7 for network 127.0.0.1',
    });
    await place.close();
  });

  it.each([
    ['its network', { network: ['127.0.0.0/8'] }, { network: ['192.0.2.0/24'] }],
    ['the name that it asks for', { serverName: ['pump.example'] }, { serverName: ['other.example'] }],
  ] as const)('is let in by %s', async (_, its, another) => {
    const call = calling(TLS_1_2, { serverName: 'pump.example' });
    const granted = exception({ peers: its });
    const place = await front(policyWith([granted]));
    requireException(await place.meet(call), granted);
    await place.close();
    const elsewhere = await front(policyWith([exception({ peers: another })]));
    requireRefused(elsewhere, await elsewhere.meet(call), 'protocol_version', /add an exception/);
    await elsewhere.close();
  });

  it('is let in by the fingerprint of its hello, and another client is not', async () => {
    const place = await front(policyWith());
    const { refusal } = await place.meet(calling(TLS_1_2));
    const granted = exception({ peers: { ja4: [refusal?.peer.ja4 ?? ''] } });
    await place.listener.reload({ policy: policyWith([granted]) });
    const other = await place.meet(calling([...TLS_1_2, '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256']));
    requireRefused(place, other, 'protocol_version', /add an exception/);
    requireException(await place.meet(calling(TLS_1_2)), granted);
    await place.close();
  });

  it('is let in by the identity that it proves, and not without', async () => {
    const granted = exception({ peers: { identity: [`uri:${DEVICE}`] } });
    const place = await front(policyWith([granted]), 'requested');
    const known = await place.meet(calling(TLS_1_2, { credential: server.hierarchy.client }));
    requireException(known, granted);
    expect(known.session?.identities).toEqual([`uri:${DEVICE}`]);
    const { session, said, refusal } = await place.meet(calling(TLS_1_2));
    expect([session, said.answered]).toEqual([undefined, false]);
    expect(refusal).toMatchObject({ because: 'policy', alert: undefined });
    expect(refusal?.hint).toMatch(
      /rests on the exception old-pumps, which is not for a client without a cert/,
    );
    await place.close();
  });

  it('is refused when its exception ended yesterday', async () => {
    const until = today(1);
    const place = await front(policyWith([exception({ until })]));
    const meeting = await place.meet(calling(TLS_1_2));
    const history = new RegExp(`the exception old-pumps ended on ${until} \\(Biomedical engineering\\)`);
    requireRefused(place, meeting, 'protocol_version', history);
    expect(printsAlert(meeting.said, ALERTS.protocol_version)).toBe(true);
    await place.listener.reload({ policy: policyWith([exception({ until: today() })]) });
    expect((await place.meet(calling(TLS_1_2))).said.answered).toBe(true);
    await place.close();
  });

  // The group is in a message that the tap does not read; the client names it.
  it('has the group that it can have', async () => {
    const { credential, hierarchy } = await certified(folder, 'rsa');
    const place = await openFront({ policy: policyWith([exception()]), credentials: [credential] });
    for (const [offered, group, printed] of [
      ['X25519', 'x25519', /Temp Key: X25519/],
      ['P-256', 'secp256r1', /Temp Key: ECDH, prime256v1/],
      ['P-384', 'secp384r1', /Temp Key: ECDH, secp384r1/],
      ['P-521', 'secp521r1', /Temp Key: ECDH, secp521r1/],
    ] as const) {
      const options = [...TLS_1_2, '-groups', offered];
      const { session, said, flight } = await place.meet(calling(options, { root: hierarchy.rootFile }));
      if (session === undefined) throw new Error(said.output);
      requireAgreement(session.posture, flight);
      expect([session.posture.group, said.output]).toEqual([group, expect.stringMatching(printed)]);
    }
    await place.close();
  });

  it.each([
    ['with TLS 1.1', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], 'protocol_version', /older than TLS 1\.2/],
    [
      'that fell back to it',
      [...TLS_1_2, '-fallback_scsv'],
      'inappropriate_fallback',
      /fell back to an older version/,
    ],
    [
      'with CBC alone',
      [...TLS_1_2, '-cipher', 'ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA'],
      'handshake_failure',
      /no cipher suite of TLS 1\.2 with AES-GCM/,
    ],
    [
      'with RSA key transport alone',
      [...TLS_1_2, '-cipher', 'AES128-GCM-SHA256'],
      'handshake_failure',
      /no cipher suite/,
    ],
    [
      'with suites for RSA keys alone',
      [...TLS_1_2, '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'],
      'handshake_failure',
      /no signature algorithms that the server has/,
    ],
  ] as const)('is refused in spite of its exception: %s', async (_, options, alert, hint) => {
    const place = await front(policyWith([exception()]));
    const meeting = await place.meet(calling(options));
    requireRefused(place, meeting, alert, hint);
    expect(printsAlert(meeting.said, ALERTS[alert]), meeting.said.output).toBe(true);
    await place.close();
  });
});

describeWithPeer(['go-peer', 'peer-openssl'], 'a client of TLS 1.3', () => {
  it.each([
    [
      'with classical groups alone',
      ['-groups', 'X25519:P-256'],
      'insufficient_security',
      /X25519.*permits none/,
    ],
    ['with groups that nobody has here', ['-groups', 'ffdhe2048'], 'handshake_failure', /no groups that the/],
    ['with signatures that nobody has here', ['-sigalgs', 'ed448'], 'handshake_failure', /no signature algo/],
    [
      'with an unknown name',
      ['-servername', 'nobody.example'],
      'unrecognized_name',
      /no certificate is for "nobody\.example"/,
    ],
  ] as const)('is refused under hybrid-required: %s', async (_, options, alert, hint) => {
    const place = await front(namedPolicy('hybrid-required'));
    const meeting = await place.meet(calling(['-tls1_3', ...options]));
    requireRefused(place, meeting, alert, hint);
    expect(printsAlert(meeting.said, ALERTS[alert]), meeting.said.output).toBe(true);
    await place.close();
  });
});

for (const { name, peers, call, protocolVersion } of LEGACY_CLIENTS)
  describeWithPeer(['go-peer', ...peers], `${name} with TLS 1.2`, () => {
    it('is refused with protocol_version, and let in by an exception', async () => {
      const wanted = (port: number): Promise<Conversation> =>
        call({ folder, port, root: server.hierarchy.rootFile });
      const place = await front(policyWith());
      const meeting = await place.meet(wanted);
      requireRefused(place, meeting, 'protocol_version', /it offers TLS 1\.2 at best/);
      expect(meeting.said.output).toMatch(protocolVersion);
      await place.listener.reload({ policy: policyWith([exception()]) });
      requireException(await place.meet(wanted), exception());
      await place.close();
    });
  });

describeWithPeer('go-peer', 'Node.js 20', () => {
  let node: NodeClient;
  const version = nodeVersions.find((one) => one.startsWith('20.')) ?? '';
  beforeAll(async () => {
    node = await startNode(await buildNodeClient(folder), version);
  });
  afterAll(() => node.stop());
  const root = (): string => server.hierarchy.rootFile;

  it('is refused where hybrid groups are required, before any key is made', async () => {
    const place = await front(namedPolicy('hybrid-required'));
    const meeting = await place.meet((port) => node.call({ port, root: root() }));
    requireRefused(
      place,
      meeting,
      'insufficient_security',
      /permits none that the server has; update the device/,
    );
    expect(meeting.said.error).toMatch(/^ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: .*alert number 71/s);
    await place.close();
  });

  it('has a session by an exception, and where classical groups are permitted', async () => {
    const place = await front(policyWith([exception({ tlsVersions: ['TLSv1.3'] })]));
    for (const expected of [['old-pumps'], []]) {
      const { session, flight, said } = await place.meet((port) => node.call({ port, root: root() }));
      expect([said.answered, said.error]).toEqual([true, '']);
      if (session === undefined) throw new Error('no session');
      requireAgreement(session.posture, flight);
      expect(session.posture).toMatchObject({
        keyExchange: 'classical',
        group: 'x25519',
        version: 'TLSv1.3',
      });
      expect(said.posture).toMatchObject({ keyExchange: 'classical', group: 'x25519', version: 'TLSv1.3' });
      expect(session.exceptions.map(({ id }) => id)).toEqual(expected);
      await place.listener.reload({ policy: namedPolicy('legacy-until(2099-12-31)') });
    }
    await place.close();
  });

  it('with TLS 1.2 is refused with protocol_version, and let in by an exception', async () => {
    const call = (port: number): ReturnType<NodeClient['call']> =>
      node.call({ port, root: root(), maxVersion: 'TLSv1.2' });
    const place = await front(policyWith());
    const meeting = await place.meet(call);
    requireRefused(place, meeting, 'protocol_version', /it offers TLS 1\.2 at best/);
    expect(meeting.said.error).toMatch(/^ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: /);
    await place.listener.reload({ policy: policyWith([exception()]) });
    const { session, said } = await place.meet(call);
    expect(said).toMatchObject({
      answered: true,
      posture: { version: 'TLSv1.2', group: session?.posture.group },
    });
    expect(session?.posture).toMatchObject({ version: 'TLSv1.2', keyExchange: 'classical' });
    await place.close();
  });
});
