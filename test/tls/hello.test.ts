import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  alertCode,
  alertName,
  alertOf,
  cipherSuiteName,
  type ClientHelloFields,
  decodeAlert,
  decodeClientHello,
  decodeServerHello,
  encodeAlert,
  encodeClientHello,
  encodeServerHello,
  extensionName,
  isAlertName,
  isGrease,
  ja3,
  ja4,
  type OfferedPsk,
  versionName,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { clientHelloFields, recordedHellos, serverHelloFields, takes } from './hello-fixtures.ts';

const random = new Uint8Array(32).fill(7);
const plain: ClientHelloFields = { random, cipherSuites: [0x1301] };
const share = (group: number): { group: number; keyExchange: Uint8Array } => ({
  group,
  keyExchange: new Uint8Array(32).fill(1),
});
const key: OfferedPsk = { identity: Uint8Array.of(1, 2), binder: new Uint8Array(32) };
const bytesOf = (value: Uint8Array): number[] => Array.from(value);

/** A hello of raw extensions, whatever they hold. */
function withExtension(type: number, ...data: readonly number[]): Uint8Array {
  return encodeClientHello({ ...plain, extensions: [{ type, data: Uint8Array.from(data) }] });
}

/** A message of less than 256 bytes with one more in its body. */
function withByteBehind(message: Uint8Array): Uint8Array {
  return Uint8Array.of(...message.with(3, message.length - 4 + 1), 0);
}

describe('ClientHello', () => {
  it('is read as it was built', () => {
    fc.assert(
      fc.property(clientHelloFields, (fields) => {
        // Compression is fixed where TLS 1.3 is on offer; elsewhere it is null too, so both pass.
        const message = encodeClientHello(fields);
        const hello = decodeClientHello(message);
        expect(hello).toMatchObject({
          legacyVersion: fields.legacyVersion ?? 0x0303,
          cipherSuites: fields.cipherSuites,
          serverName: fields.serverName,
          groups: fields.groups,
          signatureAlgorithms: fields.signatureAlgorithms,
          certificateSignatureAlgorithms: fields.certificateSignatureAlgorithms,
          alpn: fields.alpn,
          pskModes: fields.pskModes,
          earlyData: fields.earlyData ?? false,
          encryptedClientHello: false,
        });
        expect(bytesOf(hello.random)).toEqual(bytesOf(fields.random));
        expect(bytesOf(hello.sessionId)).toEqual(bytesOf(fields.sessionId ?? new Uint8Array(0)));
        expect(hello.keyShares).toEqual(fields.keyShares);
        expect(hello.pskIdentities).toEqual(fields.preSharedKeys?.map(({ identity }) => identity));
        expect(hello.sessionTicket).toEqual(fields.sessionTicket);
        expect(hello.bytes).toBe(message);
        // The extensions alone say it all: built again from them, it is the same.
        const { legacyVersion, sessionId, cipherSuites, compressionMethods, extensions } = hello;
        expect(
          bytesOf(
            encodeClientHello({
              legacyVersion,
              random: hello.random,
              sessionId,
              cipherSuites,
              compressionMethods,
              extensions,
            }),
          ),
        ).toEqual(bytesOf(message));
      }),
      { numRuns: 300 },
    );
  });

  it('may end without extensions, which offers TLS 1.2 and before', () => {
    const hello = decodeClientHello(encodeClientHello(plain));
    expect(hello.extensions).toEqual([]);
    expect(hello.versions).toEqual([0x0303, 0x0302, 0x0301]);
    expect(hello.groups).toBeUndefined();
  });

  it.each([
    [0x0300, [0x0300]],
    [0x0301, [0x0301]],
    [0x0303, [0x0303, 0x0302, 0x0301]],
    // Not negotiated by any more: TLS 1.2 at most [RFC 9846].
    [0x0304, [0x0303, 0x0302, 0x0301]],
    [0x0400, [0x0303, 0x0302, 0x0301]],
  ])('of version %i alone offers %j', (legacyVersion, versions) => {
    expect(decodeClientHello(encodeClientHello({ ...plain, legacyVersion })).versions).toEqual(versions);
  });

  it('shows GREASE where it is, and not among the versions', () => {
    const hello = decodeClientHello(
      encodeClientHello({
        ...plain,
        groups: [0x2a2a, 0x11ec],
        versions: [0x1a1a, 0x0304],
        keyShares: [{ group: 0x2a2a, keyExchange: Uint8Array.of(0) }],
      }),
    );
    expect(hello).toMatchObject({ grease: true, groups: [0x2a2a, 0x11ec], versions: [0x0304] });
    expect(decodeClientHello(encodeClientHello(plain)).grease).toBe(false);
    expect(decodeClientHello(withExtension(0x3a3a)).grease).toBe(true);
  });

  it('keeps extensions that it does not know', () => {
    const { extensions } = decodeClientHello(withExtension(0xabcd, 1, 2, 3));
    expect(extensions.map(({ type, data }) => [type, bytesOf(data)])).toEqual([[0xabcd, [1, 2, 3]]]);
  });

  const named = { type: 0, data: Uint8Array.of(0, 4, 0, 0, 1, 0x61) };
  const refused: readonly (readonly [what: string, message: Uint8Array, alert: string])[] = [
    ['another message', Uint8Array.of(2, 0, 0, 0), 'unexpected_message'],
    ['a version below SSL 3.0', encodeClientHello({ ...plain, legacyVersion: 0x0200 }), 'protocol_version'],
    ['a byte behind the extensions', withByteBehind(withExtension(0xabcd)), 'decode_error'],
    ['a byte behind the message', Uint8Array.of(...encodeClientHello(plain), 0), 'decode_error'],
    ['an extension twice', encodeClientHello({ ...plain, extensions: [named, named] }), 'illegal_parameter'],
    ['a group list of an odd length', withExtension(10, 0, 3, 0, 29, 0), 'decode_error'],
    ['an empty group list', withExtension(10, 0, 0), 'decode_error'],
    ['a byte behind a group list', withExtension(10, 0, 2, 0, 29, 0), 'decode_error'],
    ['an empty list of versions', withExtension(43, 0), 'decode_error'],
    ['early data with something in it', withExtension(42, 0), 'decode_error'],
    ['an empty list of protocols', withExtension(16, 0, 0), 'decode_error'],
    ['an empty protocol', withExtension(16, 0, 1, 0), 'decode_error'],
    ['empty point formats', withExtension(11, 0), 'decode_error'],
    ['an empty list of names', withExtension(0, 0, 0), 'decode_error'],
    ['an empty name', withExtension(0, 0, 3, 0, 0, 0), 'decode_error'],
    ['a name with a space', withExtension(0, 0, 4, 0, 0, 1, 0x20), 'illegal_parameter'],
    ['a name with a NUL', withExtension(0, 0, 5, 0, 0, 2, 0x61, 0), 'illegal_parameter'],
    ['a name with a control character', withExtension(0, 0, 4, 0, 0, 1, 10), 'illegal_parameter'],
    [
      'a name with a letter outside of ASCII',
      withExtension(0, 0, 5, 0, 0, 2, 0xc3, 0xa4),
      'illegal_parameter',
    ],
    ['two names', withExtension(0, 0, 8, 0, 0, 1, 0x61, 0, 0, 1, 0x62), 'illegal_parameter'],
    [
      'a name that is too long',
      encodeClientHello({ ...plain, serverName: 'a'.repeat(256) }),
      'illegal_parameter',
    ],
    [
      'a key share twice',
      encodeClientHello({ ...plain, groups: [29], keyShares: [share(29), share(29)] }),
      'illegal_parameter',
    ],
    [
      'a key share of a group that is not offered',
      encodeClientHello({ ...plain, groups: [29], keyShares: [share(23)] }),
      'illegal_parameter',
    ],
    [
      'key shares without groups',
      encodeClientHello({ ...plain, keyShares: [share(29)] }),
      'missing_extension',
    ],
    ['an empty key share', withExtension(51, 0, 4, 0, 29, 0, 0), 'decode_error'],
    [
      'a pre-shared key that is not last',
      encodeClientHello({
        ...plain,
        extensions: [
          ...decodeClientHello(encodeClientHello({ ...plain, pskModes: [1], preSharedKeys: [key] }))
            .extensions,
          named,
        ],
      }),
      'illegal_parameter',
    ],
    [
      'a pre-shared key without modes',
      encodeClientHello({ ...plain, preSharedKeys: [key] }),
      'missing_extension',
    ],
    [
      'more identities than binders',
      withExtension(41, 0, 14, 0, 1, 1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 33, 32, ...new Uint8Array(32)),
      'illegal_parameter',
    ],
    [
      'a short binder',
      withExtension(41, 0, 7, 0, 1, 1, 0, 0, 0, 0, 0, 32, 31, ...new Uint8Array(31)),
      'decode_error',
    ],
    [
      'compression beside TLS 1.3',
      encodeClientHello({ ...plain, versions: [0x0304], compressionMethods: [0, 1] }),
      'illegal_parameter',
    ],
    ['compression alone', encodeClientHello({ ...plain, compressionMethods: [1] }), 'illegal_parameter'],
    ['no compression method', encodeWithoutCompression(), 'decode_error'],
    ['no cipher suite', Uint8Array.of(1, 0, 0, 39, 3, 3, ...random, 0, 0, 0, 1, 0), 'decode_error'],
    [
      'a session id of 33 bytes',
      Uint8Array.of(1, 0, 0, 72, 3, 3, ...random, 33, ...random, 0, 0, 2, 0x13, 1, 1, 0),
      'decode_error',
    ],
  ];

  it.each(refused)('is refused with %s', (_, message, alert) => {
    try {
      decodeClientHello(message);
    } catch (error) {
      expect(takes(() => decodeClientHello(message))).toBe(false);
      expect(alertOf(error)).toBe(alert);
      return;
    }
    expect.unreachable();
  });

  function encodeWithoutCompression(): Uint8Array {
    return Uint8Array.of(1, 0, 0, 40, 3, 3, ...random, 0, 0, 2, 0x13, 1, 0, 0);
  }

  it('cannot be built from what no field holds', () => {
    const build = (fields: Partial<ClientHelloFields>) => () => encodeClientHello({ ...plain, ...fields });
    for (const fields of [
      { random: new Uint8Array(31) },
      { cipherSuites: [] },
      { cipherSuites: [65_536] },
      { sessionId: new Uint8Array(33) },
      { keyShares: [{ group: 29, keyExchange: new Uint8Array(0) }] },
      { alpn: ['\u{1f512}'] },
      { preSharedKeys: [{ ...key, binder: new Uint8Array(31) }] },
    ])
      expect(build(fields), JSON.stringify(fields)).toThrow(
        expect.objectContaining({ name: 'HybridgeError' }),
      );
  });
});

test('a hello full of groups and key shares is read in no time', () => {
  const groups = Array.from({ length: 16_000 }, (_, index) => 0x2000 + index);
  const keyShares = groups.slice(-6000).map((group) => ({ group, keyExchange: Uint8Array.of(1) }));
  const message = encodeClientHello({ ...plain, versions: [0x0304], groups, keyShares });
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    expect(decodeClientHello(message).keyShares).toHaveLength(6000);
    return performance.now() - began;
  });
  // A few milliseconds; fifty and more where each share is looked for among all groups.
  expect(Math.min(...times)).toBeLessThan(25);
});

describe('ServerHello and HelloRetryRequest', () => {
  it('are read as they were built', () => {
    fc.assert(
      fc.property(serverHelloFields, (fields) => {
        const message = encodeServerHello(fields);
        const hello = decodeServerHello(message);
        expect(hello).toMatchObject({
          kind: fields.kind,
          version: 0x0304,
          cipherSuite: fields.cipherSuite,
          selectedGroup: fields.keyShare?.group ?? fields.selectedGroup,
          selectedPsk: fields.selectedPsk,
        });
        expect(hello.keyShare).toEqual(fields.keyShare);
        const { kind, random: own, sessionId, cipherSuite, extensions } = hello;
        expect(bytesOf(encodeServerHello({ kind, random: own, sessionId, cipherSuite, extensions }))).toEqual(
          bytesOf(message),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('has the version of its own field before TLS 1.3', () => {
    const hello = decodeServerHello(
      encodeServerHello({ kind: 'server-hello', random, cipherSuite: 0xc02b, legacyVersion: 0x0302 }),
    );
    expect(hello).toMatchObject({ version: 0x0302, keyShare: undefined, selectedGroup: undefined });
  });

  const fields = { kind: 'server-hello', random, cipherSuite: 0x1301 } as const;
  /** The method stands behind header, version, random, an empty session id and the suite. */
  function withCompression(message: Uint8Array): Uint8Array {
    return message.with(4 + 2 + 32 + 1 + 2, 1);
  }
  it.each([
    ['TLS 1.2 in supported_versions', encodeServerHello({ ...fields, version: 0x0303 }), 'illegal_parameter'],
    [
      'another legacy version beside TLS 1.3',
      encodeServerHello({ ...fields, version: 0x0304, legacyVersion: 0x0302 }),
      'illegal_parameter',
    ],
    [
      'compression beside TLS 1.3',
      withCompression(encodeServerHello({ ...fields, version: 0x0304 })),
      'illegal_parameter',
    ],
    ['a version of its own', encodeServerHello({ ...fields, legacyVersion: 0x0304 }), 'protocol_version'],
    [
      'a request to try TLS 1.2 again',
      encodeServerHello({ kind: 'hello-retry-request', cipherSuite: 0x1301 }),
      'illegal_parameter',
    ],
    [
      'a key share in a request to try again',
      encodeServerHello({
        kind: 'hello-retry-request',
        cipherSuite: 0x1301,
        version: 0x0304,
        keyShare: share(29),
      }),
      'decode_error',
    ],
    ['another message', encodeClientHello(plain), 'unexpected_message'],
  ] as const)('is refused with %s', (_, message, alert) => {
    try {
      decodeServerHello(message);
    } catch (error) {
      expect(alertOf(error)).toBe(alert);
      return;
    }
    expect.unreachable();
  });
});

test('broken hellos of the recorded peers are refused as the fault of the peer', async () => {
  const numbers = new Numbers(4);
  let taken = 0;
  let refused = 0;
  for (const { kind, message } of await recordedHellos()) {
    const decode = kind === 'client' ? decodeClientHello : decodeServerHello;
    expect(takes(() => decode(message))).toBe(true);
    for (let round = 0; round < 12; round++) {
      const broken = mutated(message, numbers);
      if (takes(() => decode(broken))) taken++;
      else refused++;
    }
  }
  report(`broken hellos: ${String(refused)} refused, ${String(taken)} still well-formed`);
  expect(refused).toBeGreaterThan(500);
});

test('a hello cut off anywhere is refused', async () => {
  const [hello] = await recordedHellos();
  if (hello === undefined) expect.unreachable();
  for (let length = 0; length < hello.message.length; length++)
    expect(
      takes(() => decodeClientHello(hello.message.subarray(0, length))),
      String(length),
    ).toBe(false);
});

describe('alerts', () => {
  it('are written and read', () => {
    expect(bytesOf(encodeAlert('handshake_failure'))).toEqual([21, 3, 3, 0, 2, 2, 40]);
    expect(bytesOf(encodeAlert('close_notify', 'warning', 0x0301))).toEqual([21, 3, 1, 0, 2, 1, 0]);
    for (let code = 0; code < 256; code++) {
      const { name } = decodeAlert(Uint8Array.of(2, code));
      expect(name).toBe(alertName(code));
      if (name !== undefined) expect(alertCode(name)).toBe(code);
      expect(isAlertName(name)).toBe(name !== undefined);
    }
    expect(decodeAlert(Uint8Array.of(3, 40)).level).toBeUndefined();
    expect(takes(() => decodeAlert(Uint8Array.of(2)))).toBe(false);
    expect(takes(() => decodeAlert(Uint8Array.of(2, 40, 0)))).toBe(false);
  });

  it('answer errors that are not about the bytes with internal_error', () => {
    expect(alertOf(new Error('other'))).toBe('internal_error');
    expect(isAlertName('toString')).toBe(false);
  });
});

test('names of code points', () => {
  expect([0x0301, 0x0302, 0x0303, 0x0304, 0x0300].map(versionName)).toEqual([
    'TLSv1',
    'TLSv1.1',
    'TLSv1.2',
    'TLSv1.3',
    undefined,
  ]);
  expect(cipherSuiteName(0x1301)).toBe('TLS_AES_128_GCM_SHA256');
  expect(cipherSuiteName(0x0a0a)).toBe('0x0a0a');
  expect(extensionName(41)).toBe('pre_shared_key');
  expect(extensionName(0x0a0a)).toBe('0x0a0a');
  const grease = Array.from({ length: 0x10000 }, (_, code) => code).filter(isGrease);
  expect(grease).toHaveLength(16);
  expect(grease.map((code) => code.toString(16))).toContain('fafa');
});

describe('fingerprints', () => {
  // The worked example of the JA4 specification.
  const suites = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014];
  const types = [0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b];
  it('JA4 of the example in its specification', () => {
    const data = (type: number): Uint8Array =>
      type === 0x0033
        ? Uint8Array.of(0, 0)
        : type === 0x002d || type === 0x000b
          ? Uint8Array.of(1, 0)
          : type === 0x002b
            ? Uint8Array.of(4, 0x1a, 0x1a, 3, 4)
            : new Uint8Array(0);
    const hello = decodeClientHello(
      encodeClientHello({
        ...plain,
        cipherSuites: [0x8a8a, ...suites, 0x009c, 0x009d, 0x002f, 0x0035],
        serverName: 'pump.example',
        alpn: ['h2', 'http/1.1'],
        groups: [0x6a6a, 29],
        signatureAlgorithms: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
        extensions: [...types, 0x0015, 0xcaca].map((type) => ({ type, data: data(type) })),
      }),
    );
    expect(ja4(hello)).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
    expect(ja4(hello, 'q')).toBe('q13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it.each([
    ['\u00ab', 'ab'],
    ['\u00ab\u00cd', 'ad'],
    ['0\u00ab', '3b'],
    ['01\u00ab\u00cd', '3d'],
    ['0\u00ab\u00cd1', '01'],
    ['h', 'hh'],
    ['http/1.1', 'h1'],
  ])('JA4 of the protocol %j', (name, expected) => {
    expect(ja4(decodeClientHello(encodeClientHello({ ...plain, alpn: [name] }))).slice(8, 10)).toBe(expected);
  });

  it('of hellos without what they hash', () => {
    const hello = decodeClientHello(encodeClientHello(plain));
    expect(ja4(hello)).toMatch(/^t12i010000_[0-9a-f]{12}_000000000000$/);
    expect(ja3(hello).text).toBe('771,4865,,,');
    const grease = decodeClientHello(encodeClientHello({ ...plain, cipherSuites: [0x0a0a] }));
    expect(ja4(grease)).toBe('t12i000000_000000000000_000000000000');
    expect(ja4(decodeClientHello(encodeClientHello({ ...plain, versions: [0x7f1c] }))).slice(1, 3)).toBe(
      '00',
    );
  });
});

test('errors name the place', () => {
  try {
    decodeClientHello(withExtension(10, 0, 3, 0, 29, 0));
  } catch (error) {
    expect(isHybridgeError(error, 'invalid_encoding') && error.message).toBe(
      'Handshake.ClientHello.extensions.supported_groups.named_group_list.entry: 2 bytes expected at byte 55, 1 there',
    );
    return;
  }
  expect.unreachable();
});
