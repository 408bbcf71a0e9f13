import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isHybridgeError } from '../../../src/bytes/index.ts';
import { type ObservedSession, readZeekSslLog, zeekSessions } from '../../../src/tls/index.ts';

// The columns of SSL::Info as Zeek 8 writes them (scripts/base/protocols/ssl/main.zeek and files.zeek), with those
// of ssl-log-ext and of the packages for JA3 and JA4 at the end.
const COLUMNS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher curve server_name resumed last_alert next_protocol ' +
  'established ssl_history cert_chain_fps client_cert_chain_fps sni_matches_cert client_curves ja3 ja4';
const HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tssl',
  '#open\t2026-11-21-12-00-00',
  `#fields\t${COLUMNS.replaceAll(' ', '\t')}`,
  '#types\ttime\tstring\taddr\tport',
].join('\n');

const SUITE = 'TLS_AES_256_GCM_SHA384';
const SUITE_12 = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';

/** Values by the order of the columns from `version` on; what is not given is unset. */
function row(...values: readonly string[]): string {
  const start = ['1795262400.123456', 'CHhAvVGS1DHFjwGM9', '192.0.2.7', '40000', '2001:db8::1', '443'];
  const all = [...start, ...values];
  return [...all, ...Array.from({ length: COLUMNS.split(' ').length - all.length }, () => '-')].join('\t');
}

function one(...values: readonly string[]): ObservedSession {
  const [session, ...more] = readZeekSslLog(`${HEADER}\n${row(...values)}\n#close\t2026-11-21-13-00-00\n`);
  if (session === undefined || more.length > 0) throw new Error('not one session');
  return session;
}

const CSI = 'CsiI';

describe('readZeekSslLog', () => {
  test('reads what Zeek knows', () => {
    const session = one(
      ...['TLSv13', SUITE, 'X25519MLKEM768', 'pump.example', 'F', '-', 'h2', 'T', CSI, '-', '-', '-'],
      ...['2570,4588,29', '773906b0efdefa24a7f2b8eb6985bf37', 't13d1516h2_8daaf6152771_b186095e22b6'],
    );
    expect(session).toEqual({
      sensor: 'zeek',
      time: new Date('2026-11-21T12:00:00.123Z'),
      flow: 'CHhAvVGS1DHFjwGM9',
      transport: 'tls',
      source: { address: '192.0.2.7', port: 40_000 },
      destination: { address: '2001:db8::1', port: 443 },
      serverName: 'pump.example',
      alpn: 'h2',
      ja3: '773906b0efdefa24a7f2b8eb6985bf37',
      ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
      established: true,
      offeredGroups: ['X25519MLKEM768', 'x25519'],
      posture: {
        keyExchange: 'hybrid',
        group: 'X25519MLKEM768',
        version: 'TLSv1.3',
        cipher: SUITE,
        authentication: {
          server: { by: 'certificate', nature: 'unknown', scheme: undefined, key: undefined },
          client: { by: 'unknown', nature: 'unknown', scheme: undefined, key: undefined },
        },
        resumed: false,
        helloRetry: false,
        reason: 'the log names the group',
      },
    });
  });

  test('knows the names that Zeek gives to groups', () => {
    const nature = (curve: string): string => one('TLSv13', SUITE, curve).posture.keyExchange;
    for (const curve of ['MLKEM512', 'MLKEM768', 'MLKEM1024'])
      expect([curve, nature(curve)]).toEqual([curve, 'post-quantum']);
    for (const curve of ['SecP256r1MLKEM768', 'X25519MLKEM768', 'SecP384r1MLKEM1024', 'unknown-4588'])
      expect([curve, nature(curve)]).toEqual([curve, 'hybrid']);
    for (const curve of [
      'sect163k1',
      'secp256r1',
      'secp521r1',
      'x25519',
      'x448',
      'brainpoolP384r1',
      'ffdhe2048',
    ])
      expect([curve, nature(curve)]).toEqual([curve, 'classical']);
    for (const curve of ['brainpoolP512r1tls13', 'GC256A', 'curveSM2', 'arbitrary_explicit_prime_curves'])
      expect([curve, nature(curve)]).toEqual([curve, 'classical']);
    for (const curve of [
      ...['curveSM2MLKEM768', 'CECPQ2', 'X25519Kyber768Draft00', 'SecP256r1Kyber768Draft00'],
      ...['grease_0x0A0A', 'unknown-9999', 'unknown-99999', 'secp256r1 '],
    ])
      expect([curve, nature(curve)]).toEqual([curve, 'unknown']);
    expect(one('TLSv13', SUITE, 'unknown-4588').posture.group).toBe('X25519MLKEM768');
    expect(one('TLSv13', SUITE, 'CECPQ2').posture.group).toBe('CECPQ2');
  });

  test('says what follows from the version where the group is unset', () => {
    for (const version of ['SSLv3', 'TLSv10', 'TLSv11', 'TLSv12', 'DTLSv12'])
      expect([version, one(version, SUITE_12).posture.keyExchange]).toEqual([version, 'classical']);
    expect(one('TLSv12', SUITE_12, '-', '-', 'T').posture.authentication.server).toMatchObject({
      by: 'psk',
      nature: 'classical',
    });
    expect(
      one('TLSv12', SUITE_12, 'secp256r1', '-', 'F', '-', '-', 'T').posture.authentication.server,
    ).toMatchObject({
      by: 'certificate',
      nature: 'classical',
    });
    for (const suite of ['TLS_DH_anon_WITH_AES_128_CBC_SHA', 'TLS_PSK_WITH_AES_128_GCM_SHA256'])
      expect(one('TLSv12', suite, '-', '-', 'F', '-', '-', 'T').posture.authentication.server.by).toBe(
        'unknown',
      );
    expect(one('TLSv12', 'TLS_PSK_WITH_AES_128_GCM_SHA256').posture.keyExchange).toBe('unknown');
    for (const version of ['TLSv13', 'DTLSv13', 'TLSv13-draft28', 'unknown-1'])
      expect([version, one(version, SUITE).posture.keyExchange]).toEqual([version, 'unknown']);
    expect(one('TLSv13', SUITE, '-', '-', 'T').posture).toMatchObject({
      keyExchange: 'unknown',
      authentication: { server: { by: 'psk' } },
    });
    // What a client of ssl-log-ext offered does not tell what was chosen, since Zeek would have seen a key share.
    expect(one('TLSv13', SUITE, ...Array.from({ length: 10 }, () => '-'), '4588').posture).toMatchObject({
      keyExchange: 'unknown',
      reason: 'X25519MLKEM768 offered, outcome unknown: keys may come from a pre-shared key alone',
    });
    expect(one().posture).toMatchObject({
      version: undefined,
      reason: 'no answer of a server is in the log',
    });
  });

  test('does not take a handshake for done that was not', () => {
    expect(one('TLSv13', SUITE, 'secp384r1', '-', 'F', 'unknown_ca', '-', 'F', 'CjL')).toMatchObject({
      established: false,
      posture: {
        keyExchange: 'classical',
        helloRetry: true,
        authentication: { server: { by: 'unknown' } },
        reason: 'the log names the group; the handshake was not completed',
      },
    });
    expect(one('TLSv13', SUITE, 'x25519').posture.helloRetry).toBeUndefined();
  });

  test('reads JSON as well, with times of either kind', () => {
    const record = {
      ts: 1_795_262_400.123_456,
      uid: 'C1',
      'id.orig_h': '192.0.2.7',
      'id.orig_p': 40_000,
      'id.resp_h': '2001:db8::1',
      'id.resp_p': 443,
      version: 'TLSv13',
      cipher: SUITE,
      curve: 'x25519',
      server_name: 'pump\u001b.example',
      resumed: false,
      established: true,
      ssl_history: 'CsiI',
      new_in_zeek_9: { a: 1 },
    };
    const lines = [record, { ...record, ts: '2026-11-21T12:00:00.123456Z' }, { ...record, _path: 'ssl' }];
    const sessions = readZeekSslLog(lines.map((line) => JSON.stringify(line)).join('\n'));
    expect(sessions).toHaveLength(3);
    for (const session of sessions) expect(session).toEqual(sessions[0]);
    expect(sessions[0]).toMatchObject({
      time: new Date('2026-11-21T12:00:00.123Z'),
      serverName: 'pump\u001b.example',
      posture: { keyExchange: 'classical', group: 'x25519' },
    });
    // One stream may hold several logs.
    expect(readZeekSslLog(JSON.stringify({ ...record, _path: 'conn' }))).toEqual([]);
    for (const [change, problem] of [
      [{ ts: true }, 'ts is no time'],
      [{ ts: '12 o’clock' }, 'ts is no time'],
      [{ uid: 1 }, 'uid is no text'],
      [{ 'id.orig_h': 'pump' }, 'the address of the client is none'],
      [{ 'id.resp_p': '443' }, 'id.resp_p is no number'],
      [{ resumed: 'F' }, 'resumed is no truth value'],
      [{ client_curves: ['x'] }, 'client_curves is no list of code points'],
    ] as const)
      expect(() => readZeekSslLog(JSON.stringify({ ...record, ...change }))).toThrow(problem);
  });

  test('undoes escapes, and tells empty from unset', () => {
    expect(one('TLSv13', SUITE, 'x25519', 'a\\x09b\\x1b\\\\x20\\xc3\\xa9').serverName).toBe(
      'a\tb\u001b\\x20é',
    );
    expect(one('TLSv13', SUITE, 'x25519', '(empty)').serverName).toBe('');
    expect(one('TLSv13', SUITE, 'x25519', '-').serverName).toBeUndefined();
    const pipes = `${HEADER}\n${row('TLSv12', SUITE_12)}`
      .replaceAll('\t', '|')
      .replace('\\x09', '\\x7c')
      .replace('#unset_field|-', '#unset_field|~')
      .replaceAll('|-', '|~');
    expect(readZeekSslLog(pipes)).toMatchObject([
      { serverName: undefined, posture: { keyExchange: 'classical' } },
    ]);
  });

  test('reads logs that were put together', () => {
    const narrow = HEADER.replace('\tja3\tja4', '');
    const text = `${HEADER}\n${row('TLSv12', SUITE_12)}\n#close\tx\n${narrow}\n${row('TLSv13', SUITE, 'x25519').replace(/\t-\t-$/, '')}\n`;
    expect(readZeekSslLog(text).map(({ posture }) => posture.version)).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  test('refuses what is malformed, with its line', () => {
    const line = HEADER.split('\n').length + 1;
    const bad: readonly (readonly [string, string, number])[] = [
      [row('TLSv13'), 'there is no #fields before it', 1],
      [`${HEADER}\n${row('TLSv13')}\textra`, '22 columns, 21 were announced', line],
      [`${HEADER}\nshort`, '1 columns, 21 were announced', line],
      [`${HEADER}\n${row('TLSv13').replace('192.0.2.7', 'pump')}`, 'the address of the client is none', line],
      [`${HEADER}\n${row('TLSv13').replace('40000', '70000')}`, 'the port of the client is none', line],
      [`${HEADER}\n${row('TLSv13').replace('1795262400.123456', 'XXXX')}`, 'ts is no time', line],
      [`${HEADER}\n${row('TLSv13', SUITE, '-', '-', 'yes')}`, 'resumed is neither T nor F', line],
      [HEADER.replace('#path\tssl', '#path\tconn'), 'this is the log "conn", not ssl', 5],
      [HEADER.replace('\tuid', '\tuid\tuid'), 'a column is there twice', 7],
      [HEADER.replace('\tversion', ''), 'there is no column version', 7],
      [`${HEADER}\n{"ts":`, 'not well-formed JSON', line],
    ];
    for (const [text, problem, number] of bad) {
      expect(() => readZeekSslLog(text)).toThrow(
        expect.objectContaining({
          code: 'invalid_encoding',
          message: expect.stringMatching(new RegExp(`line ${String(number)}: .*`)) as string,
        }) as Error,
      );
      expect(() => readZeekSslLog(text)).toThrow(problem);
    }
  });

  test('meets anything with sessions or an error of ours', () => {
    const whole = `${HEADER}\n${row('TLSv13', SUITE, 'X25519MLKEM768', 'pump.example', 'F')}\n`;
    const text = fc.array(fc.nat(0xffff), { maxLength: 10 }).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), text, (at, length, inserted) => {
        try {
          readZeekSslLog(whole.slice(0, at) + inserted + whole.slice(at + length));
        } catch (error) {
          if (!isHybridgeError(error, 'invalid_encoding')) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
});

async function all(
  chunks: Iterable<Uint8Array>,
  options?: Parameters<typeof zeekSessions>[1],
): Promise<ObservedSession[]> {
  const sessions: ObservedSession[] = [];
  for await (const session of zeekSessions(chunks, options)) sessions.push(session);
  return sessions;
}

describe('zeekSessions', () => {
  test('reads a log however it is cut, and reads on after a malformed line when it is told of it', async () => {
    const text = `${HEADER}\n${row('TLSv13', SUITE, 'x25519')}\nbad\n${row('TLSv12', SUITE_12)}\n`;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 10, bytes.length]) {
      const told: Error[] = [];
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const sessions = await all(chunks, { onMalformed: (error) => told.push(error) });
      expect(sessions.map(({ posture }) => posture.version)).toEqual(['TLSv1.3', 'TLSv1.2']);
      expect(told).toMatchObject([{ code: 'invalid_encoding', details: { line: 10 } }]);
      await expect(all(chunks)).rejects.toMatchObject({ details: { line: 10 } });
    }
  });
});
