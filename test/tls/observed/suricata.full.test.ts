import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  type CapturedSession,
  encodeClientHello,
  groupName,
  groupNature,
  helloFlights,
  isGrease,
  readSuricataEve,
  suricataRules,
} from '../../../src/tls/index.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { Tally } from '../../support/tally.ts';
import { captureOf } from './capture.ts';
import { CONVERSATIONS, Rig } from './sensor.ts';

/** Rules by their places, as an operator sees them. */
const RULE = {
  nothingOffered: 1,
  draftOffered: 2,
  nothingOfferedOverQuic: 3,
  oldVersion: 5,
  oldVersionThoughOffered: 6,
  classicalThoughOffered: 7,
} as const;

const SID_BASE = 1_500_000;
const RULES = suricataRules({ sidBase: SID_BASE });

interface EveEvent {
  readonly event_type: string;
  readonly src_ip: string;
  readonly src_port: number;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly alert?: { readonly signature_id: number };
  readonly metadata?: { readonly flowbits?: readonly string[] };
}

function events(eve: string): EveEvent[] {
  return eve
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EveEvent);
}

/** The rules that fired, by their places. */
function fired(log: readonly EveEvent[]): number[] {
  return log
    .flatMap(({ alert }) => (alert === undefined ? [] : [alert.signature_id - SID_BASE]))
    .sort((one, other) => one - other);
}

/** The group that Suricata noted in the flow by its end. */
function notedGroup(log: readonly EveEvent[]): string | undefined {
  const [bit, ...more] = log
    .filter(({ event_type }) => event_type === 'flow')
    .flatMap(({ metadata }) => metadata?.flowbits ?? [])
    .filter((name) => name.startsWith('hybridge.group.'));
  if (more.length > 0) throw new Error('more than one group was noted');
  return bit?.replace('hybridge.group.', '');
}

const FIRES: Readonly<Record<string, readonly number[]>> = {
  classical: [RULE.nothingOffered],
  'finite field': [RULE.nothingOffered],
  stripped: [RULE.classicalThoughOffered],
  retry: [RULE.classicalThoughOffered],
  'TLS 1.2 chosen': [RULE.oldVersionThoughOffered],
  'TLS 1.2 offered': [RULE.nothingOffered, RULE.oldVersion],
  'TLS 1.2 resumed': [RULE.oldVersionThoughOffered],
  'hello in pieces': [RULE.classicalThoughOffered],
};

const NOTED: Readonly<Record<string, string | undefined>> = {
  hybrid: 'X25519MLKEM768',
  'hybrid only': 'X25519MLKEM768',
  'long answer': 'SecP384r1MLKEM1024',
  'P-256 hybrid': 'SecP256r1MLKEM768',
  'post-quantum': 'MLKEM768',
  classical: 'x25519',
  'finite field': 'ffdhe2048',
  stripped: 'x25519',
  retry: 'secp256r1',
  resumed: 'X25519MLKEM768',
  'hello in pieces': 'x25519',
};

describeWithPeer(['peer-suricata', 'peer-openssl'], 'Suricata with our rules', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = new Rig();
    await rig.issue();
  });
  afterAll(() => {
    rig[Symbol.dispose]();
  });

  test.each(CONVERSATIONS)('$name', async (conversation) => {
    const log = events(await rig.observe(await rig.record(conversation), RULES));
    expect(fired(log)).toEqual(FIRES[conversation.name] ?? []);
    expect(notedGroup(log)).toBe(NOTED[conversation.name]);
    const [session, ...more] = log.flatMap((event) => readSuricataEve(event) ?? []);
    expect(more).toEqual([]);
    expect(session).toMatchObject({ serverName: 'pump.example', transport: 'tls' });
  });

  test('sees the hello of QUIC', async () => {
    for (const [groups, expected] of [
      ['X25519', [RULE.nothingOfferedOverQuic]],
      ['X25519MLKEM768:X25519', []],
    ] as const) {
      const log = events(await rig.observe(await rig.recordQuic(groups), RULES));
      expect([groups, fired(log)]).toEqual([groups, expected]);
      const sessions = log.flatMap((event) => readSuricataEve(event) ?? []);
      expect(sessions).toMatchObject([
        {
          transport: 'quic',
          serverName: 'pump.example',
          offeredGroups: groups.split(':').map((name) => (name === 'X25519' ? 'x25519' : name)),
          posture: { keyExchange: 'unknown', version: 'TLSv1.3' },
        },
      ]);
    }
  });

  test('names the draft groups of Kyber, which no peer offers any more', async () => {
    const hello = encodeClientHello({
      random: new Uint8Array(32).fill(7),
      cipherSuites: [0x1301],
      versions: [0x0304],
      groups: [0x6399, 0x001d],
      keyShares: [{ group: 0x001d, keyExchange: new Uint8Array(32).fill(9) }],
      serverName: 'pump.example',
    });
    const record = Buffer.concat([Buffer.from([22, 3, 1, hello.length >> 8, hello.length & 0xff]), hello]);
    const log = events(await rig.observe(captureOf([{ from: 'client', bytes: record }]), RULES));
    expect(fired(log)).toEqual([RULE.nothingOffered, RULE.draftOffered]);
  });

  // The same captures, read by our own decoder of hellos: what Suricata says has to follow from it.
  test('agrees with our reading of the recorded handshakes', async () => {
    const corpus = join(import.meta.dirname, '../../../vectors/tls-hello');
    const tally = new Tally('Suricata rules against our reading of hellos');
    for (const file of readdirSync(corpus).filter((name) => /\.pcap(?:ng)?$/.test(name))) {
      const capture = readFileSync(join(corpus, file));
      const log = events(await rig.observe(capture, RULES));
      for await (const session of helloFlights(capture)) {
        const id = `${file} ${String(session.index)}`;
        const own = log.filter((event) => isOf(event, session));
        const [hello] = session.clientHellos;
        if (hello === undefined || session.problems.length > 0) {
          tally.skip('no hello that both read');
          continue;
        }
        try {
          expect({ fired: fired(own), group: notedGroup(own) }).toEqual(expectation(session));
          tally.pass({ id, verdict: fired(own).join('+') || 'silent' });
        } catch (error) {
          tally.fail({ id }, error);
        }
      }
    }
    tally.finish();
  });
});

/** Suricata writes IPv6 addresses in full. */
function endOf(address: string, port: number): string {
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${String(port)}/`).host;
}

function isOf(event: EveEvent, { client, server }: CapturedSession): boolean {
  const ends = [endOf(event.src_ip, event.src_port), endOf(event.dest_ip, event.dest_port)];
  return (
    ends.includes(endOf(client.address, client.port)) && ends.includes(endOf(server.address, server.port))
  );
}

/** What the rules have to find, by the hellos as we read them. */
function expectation(session: CapturedSession): { fired: number[]; group: string | undefined } {
  const offered = (session.clientHellos[0]?.groups ?? []).filter((code) => !isGrease(code)).map(groupNature);
  const strong = offered.includes('hybrid') || offered.includes('post-quantum');
  const answer = session.serverHello;
  const group = answer?.version === 0x0304 ? answer.keyShare?.group : undefined;
  return {
    fired: [
      ...(strong ? [] : [RULE.nothingOffered]),
      ...(answer === undefined || answer.version === 0x0304
        ? []
        : [strong ? RULE.oldVersionThoughOffered : RULE.oldVersion]),
      ...(strong && group !== undefined && groupNature(group) === 'classical'
        ? [RULE.classicalThoughOffered]
        : []),
    ],
    group: group === undefined ? undefined : groupName(group),
  };
}
