import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isHybridgeError } from '../../../src/bytes/index.ts';
import {
  type ObservedSession,
  readSuricataEve,
  suricataRules,
  suricataSessions,
} from '../../../src/tls/index.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { Tally } from '../../support/tally.ts';
import { Rig } from './sensor.ts';

/** An event that Suricata 8.0.7 wrote of a recorded conversation, with our rules or without. */
interface Recorded {
  readonly conversation: string;
  readonly rules: boolean;
  readonly event: Readonly<Record<string, unknown>>;
}

const RECORDED: readonly Recorded[] = readFileSync(join(import.meta.dirname, 'suricata-8.0.7.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const NEUTRAL = 'outcome unknown';

/** What was negotiated is known from the options of the two sides; without rules the log hides some of it. */
const TRUTH: Readonly<
  Record<string, readonly [without: string, withRules: string, psk: boolean | undefined]>
> = {
  hybrid: [NEUTRAL, 'hybrid X25519MLKEM768', false],
  'hybrid only': ['hybrid X25519MLKEM768', 'hybrid X25519MLKEM768', false],
  'long answer': ['hybrid SecP384r1MLKEM1024', 'hybrid SecP384r1MLKEM1024', false],
  'P-256 hybrid': ['hybrid SecP256r1MLKEM768', 'hybrid SecP256r1MLKEM768', false],
  'post-quantum': ['post-quantum MLKEM768', 'post-quantum MLKEM768', false],
  classical: ['classical', 'classical x25519', false],
  'finite field': ['classical ffdhe2048', 'classical ffdhe2048', false],
  stripped: [NEUTRAL, 'classical x25519', false],
  // Suricata logs the answer of the server when it is a HelloRetryRequest, before the group is in sight.
  retry: [NEUTRAL, NEUTRAL, false],
  'TLS 1.2 chosen': ['classical', 'classical', false],
  'TLS 1.2 offered': ['classical', 'classical', false],
  resumed: [NEUTRAL, 'hybrid X25519MLKEM768', true],
  'pre-shared key alone': ['pre-shared key alone', 'pre-shared key alone', true],
  'TLS 1.2 resumed': ['classical', 'classical', true],
  'hello in pieces': [NEUTRAL, 'classical x25519', false],
  'QUIC hybrid and classical': [NEUTRAL, NEUTRAL, undefined],
  'QUIC classical': [NEUTRAL, NEUTRAL, undefined],
};

function summary({ posture: { keyExchange, group, reason } }: ObservedSession): string {
  if (keyExchange !== 'unknown') return `${keyExchange}${group === undefined ? '' : ` ${group}`}`;
  return [NEUTRAL, 'pre-shared key alone'].find((words) => reason.includes(words)) ?? reason;
}

const minimal = (tls: object): object => ({
  event_type: 'tls',
  timestamp: '2026-11-21T12:00:00.123456+0000',
  flow_id: 1,
  src_ip: '192.0.2.7',
  src_port: 40_000,
  dest_ip: '2001:db8::1',
  dest_port: 443,
  tls,
});

function read(tls: object): ObservedSession {
  const session = readSuricataEve(minimal(tls));
  if (session === undefined) throw new Error('no session');
  return session;
}

describe('readSuricataEve', () => {
  test('states what the logs of real conversations force, and no more', () => {
    const tally = new Tally('Suricata EVE');
    const seen = new Set<string>();
    for (const { conversation, rules, event } of RECORDED) {
      const session = readSuricataEve(event);
      const truth = TRUTH[conversation];
      if (session === undefined) {
        // Of the packets of QUIC that hold no hello.
        expect(Object.keys(event['quic'] as object)).toEqual(['version']);
        continue;
      }
      seen.add(conversation);
      const { by } = session.posture.authentication.server;
      expect([conversation, rules, summary(session), by]).toEqual([
        conversation,
        rules,
        truth?.[rules ? 1 : 0],
        truth?.[2] === undefined ? 'unknown' : truth[2] ? 'psk' : 'certificate',
      ]);
      expect(session).toMatchObject({
        sensor: 'suricata',
        source: { address: '192.0.2.7', port: 40_000 },
        destination: { address: '198.51.100.1', port: 443 },
        serverName: 'pump.example',
        ja3: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        ja4: expect.stringMatching(/^[tq]1[23]d/) as string,
      });
      expect(readSuricataEve(JSON.stringify(event))).toEqual(session);
      tally.pass({ id: conversation, verdict: session.posture.keyExchange });
    }
    expect([...seen].sort()).toEqual(Object.keys(TRUTH).sort());
    tally.finish();
  });

  test('names version, suite, groups and authentication', () => {
    const event = RECORDED.find(({ conversation }) => conversation === 'TLS 1.2 chosen')?.event ?? {};
    expect(readSuricataEve(event)).toMatchObject({
      transport: 'tls',
      offeredGroups: ['X25519MLKEM768', 'x25519', 'secp256r1'],
      posture: {
        version: 'TLSv1.2',
        cipher: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
        authentication: {
          server: { by: 'certificate', nature: 'classical' },
          client: { by: 'unknown', nature: 'unknown' },
        },
        resumed: false,
        helloRetry: false,
      },
    });
    const session = read({ version: 'TLS 1.3' });
    expect(session.time.toISOString()).toBe('2026-11-21T12:00:00.123Z');
    expect(session.destination.address).toBe('2001:db8::1');
    expect(session.posture).toMatchObject({
      keyExchange: 'unknown',
      resumed: undefined,
      helloRetry: undefined,
      reason: 'the log shows neither the group nor what was offered',
    });
  });

  test('bounds a certificate of TLS 1.3 by the schemes that the client takes', () => {
    const nature = (schemes: readonly number[]): string =>
      read({ version: 'TLS 1.3', client_handshake: { exts: [51], sig_algs: schemes } }).posture.authentication
        .server.nature;
    expect(nature([0x0403, 0x0804, 0x0201, 0x2a2a])).toBe('classical');
    expect(nature([0x0905])).toBe('post-quantum');
    expect(nature([0x0905, 0x0403])).toBe('unknown');
    expect(nature([0x0907, 0x0403])).toBe('unknown');
    expect(nature([])).toBe('unknown');
  });

  test('assumes nothing where a pre-shared key may stand alone, or no server answered', () => {
    const ja3 = { string: '771,4865,10-43-51,29-23,0' };
    expect(read({ version: 'TLS 1.3', ja3 }).posture.keyExchange).toBe('classical');
    expect(read({ version: 'TLS 1.3', ja3: { string: '771,4865,10-41-43-51,29,0' } }).posture).toMatchObject({
      keyExchange: 'unknown',
      reason: 'x25519 offered, outcome unknown: keys may come from a pre-shared key alone',
    });
    expect(read({ version: 'UNDETERMINED', ja3 }).posture).toMatchObject({
      keyExchange: 'unknown',
      version: undefined,
      reason: 'x25519, secp256r1 offered, outcome unknown: no answer of a server is in the log',
    });
    expect(
      read({ version: 'TLS 1.3', ja3: { string: '771,4865,10-51,29-25497,0' } }).posture.keyExchange,
    ).toBe('unknown');
    expect(read({ version: 'SSLv3' }).posture).toMatchObject({
      keyExchange: 'classical',
      version: undefined,
    });
    expect(read({ version: '0x0399' }).posture.keyExchange).toBe('unknown');
    expect(read({}).posture.reason).toBe('no answer of a server is in the log');
  });

  test('passes over other events and members that it does not know', () => {
    expect(readSuricataEve({ event_type: 'stats', stats: {} })).toBeUndefined();
    expect(readSuricataEve('{"event_type":"flow"}')).toBeUndefined();
    expect(read({ version: 'TLS 1.2', new_in_suricata_9: [{}] }).posture.keyExchange).toBe('classical');
  });

  test('refuses what is malformed, with its line', () => {
    const whole = minimal({ version: 'TLS 1.3' }) as Record<string, unknown>;
    const bad: readonly (readonly [object | string, string])[] = [
      ['', 'not well-formed JSON'],
      ['{"event_type":"tls"', 'not well-formed JSON'],
      ['[]', 'the event is no object'],
      ['{"event_type":"tls","event_type":"tls"}', 'appears twice'],
      [{}, 'there is no event_type'],
      [{ ...whole, tls: undefined }, 'there is no tls'],
      [{ ...whole, tls: [] }, 'tls is no object'],
      [{ ...whole, timestamp: 'yesterday' }, 'the timestamp is none'],
      [{ ...whole, timestamp: '2026-13-01T00:00:00+0000' }, 'the timestamp is none'],
      [{ ...whole, flow_id: undefined }, 'there is no flow_id'],
      [{ ...whole, flow_id: '1' }, 'flow_id is no number'],
      [{ ...whole, src_ip: '192.0.2.256' }, 'the address of the client is none'],
      [{ ...whole, dest_port: 70_000 }, 'the port of the server is none'],
      [{ ...whole, metadata: { flowbits: [1] } }, 'flowbits is no list of texts'],
      [minimal({ version: 13 }), 'version is no text'],
      [minimal({ version: 'TLS 1.3', ja3: { string: '771,4865' } }), 'the JA3 string is none'],
      [minimal({ version: 'TLS 1.3', ja3: { string: '771,4865,x,29,0' } }), 'the JA3 string is none'],
      [
        minimal({ version: 'TLS 1.3', server_handshake: { exts: [65_536] } }),
        'exts is no list of code points',
      ],
    ];
    for (const [event, problem] of bad)
      expect(() => readSuricataEve(event)).toThrow(
        expect.objectContaining({
          code: 'invalid_encoding',
          message: expect.stringContaining(problem) as string,
        }) as Error,
      );
  });

  test('meets anything with a session, nothing or an error of ours', () => {
    const member = fc.constantFrom(
      ...['event_type', 'timestamp', 'flow_id', 'src_ip', 'src_port', 'tls', 'quic', 'metadata', 'version'],
      ...['ja3', 'ja3s', 'string', 'client_handshake', 'exts', 'sni', 'flowbits', '__proto__', 'toString'],
    );
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('tls', 'quic', 'TLS 1.3', '192.0.2.7', '771,1,2,3,4', ',,,,', null, true),
        fc.integer(),
        fc.double(),
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(member, tie('value'), { maxKeys: 8 }),
      ),
    })).value;
    const attempt = (event: object | string): void => {
      try {
        readSuricataEve(event);
      } catch (error) {
        if (!isHybridgeError(error, 'invalid_encoding')) throw error;
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...RECORDED), member, value, ({ event }, name, changed) => {
        attempt({ ...event, [name]: changed });
        attempt({ ...event, tls: { ...(event['tls'] as object | undefined), [name]: changed } });
        attempt(JSON.stringify({ ...event, [name]: changed }).slice(0, -1));
      }),
      { numRuns: 400 },
    );
  });
});

describe('suricataSessions', () => {
  const log = RECORDED.map(({ event }) => `${JSON.stringify(event)}\r\n`).join('');
  const expected = RECORDED.flatMap(({ event }) => readSuricataEve(event) ?? []);

  async function all(
    chunks: Iterable<string | Uint8Array>,
    options?: Parameters<typeof suricataSessions>[1],
  ): Promise<ObservedSession[]> {
    const sessions: ObservedSession[] = [];
    for await (const session of suricataSessions(chunks, options)) sessions.push(session);
    return sessions;
  }

  test('reads a log however it is cut', async () => {
    const bytes = new TextEncoder().encode(log);
    for (const size of [1, 7, 1000, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(await all(chunks)).toEqual(expected);
    }
    expect(await all([log.trimEnd()])).toEqual(expected);
    expect(await all([])).toEqual([]);
  });

  test('ends at a malformed line, or tells of it and reads on', async () => {
    const broken = `${log}{"event_type":"tls"}\n\n${log}{"event`;
    const line = RECORDED.length + 1;
    await expect(all([broken])).rejects.toMatchObject({ code: 'invalid_encoding', details: { line } });
    const told: Error[] = [];
    expect(await all([broken], { onMalformed: (error) => told.push(error) })).toEqual([
      ...expected,
      ...expected,
    ]);
    expect(told).toMatchObject([{ details: { line } }, { details: { line: 2 * RECORDED.length + 3 } }]);
  });

  test('holds one line at a time, of bounded length', async () => {
    const told: Error[] = [];
    let pulled = 0;
    function* endless(): Generator<string> {
      for (let index = 0; index < 20_000; index++) {
        pulled++;
        yield 'x'.repeat(1000);
      }
      yield `\n${log}`;
    }
    const sessions = await all(endless(), {
      maxLineLength: 10_000,
      onMalformed: (error) => told.push(error),
    });
    expect(sessions).toEqual(expected);
    expect(pulled).toBe(20_000);
    expect(told).toMatchObject([{ code: 'message_too_large', details: { line: 1, maximum: 10_000 } }]);
    await expect(all(endless(), { maxLineLength: 10_000 })).rejects.toMatchObject({
      code: 'message_too_large',
    });
    await expect(all([log], { maxLineLength: 0 })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('suricataRules', () => {
  const rules = suricataRules().trimEnd().split('\n');

  test('are numbered from where they are told', () => {
    const ids = (text: string): number[] => [...text.matchAll(/ sid:(\d+);/g)].map(([, id]) => Number(id));
    expect(ids(suricataRules())).toEqual(rules.map((_, index) => 1_689_000 + index));
    expect(ids(suricataRules({ sidBase: 1 }))).toEqual(rules.map((_, index) => index + 1));
    for (const sidBase of [0, -1, 1.5, 2 ** 32, Number.NaN])
      expect(() => suricataRules({ sidBase })).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });

  test('are plain lines', () => {
    for (const rule of rules)
      expect(rule).toMatch(/^alert (?:tls|quic) any any -> any any \([ -~]+ rev:1;\)$/);
    expect(rules.filter((rule) => !rule.includes('noalert;'))).toHaveLength(7);
  });

  describeWithPeer('peer-suricata', 'Suricata', () => {
    test('takes them without a complaint', async () => {
      using rig = new Rig();
      expect(await rig.run(suricataRules(), ['-T', '-l', rig.folder])).toBe('');
      await expect(
        rig.run('alert tls any any -> any any (sid:x;)\n', ['-T', '-l', rig.folder]),
      ).rejects.toThrow();
    });
  });
});
