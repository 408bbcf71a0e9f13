import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  alertOf,
  createFlightReader,
  createHelloReader,
  encodeAlert,
  encodeClientHello,
  encodeServerHello,
  type FlightItem,
  type HelloReaderOptions,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { inRecords, recordedHellos, takes } from './hello-fixtures.ts';

const hello = encodeClientHello({
  random: new Uint8Array(32).fill(7),
  cipherSuites: [0x1301, 0x1302],
  serverName: 'pump.example',
  groups: [0x11ec, 29],
  versions: [0x0304],
  keyShares: [{ group: 29, keyExchange: new Uint8Array(32) }],
});
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const record = (type: number, ...fragment: readonly number[]): Uint8Array =>
  Uint8Array.of(type, 3, 3, fragment.length >> 8, fragment.length & 0xff, ...fragment);
const CHANGE_CIPHER_SPEC = record(20, 1);

/** The alert that a reader ends with over these bytes, given in chunks of this size. */
function alertFor(bytes: Uint8Array, chunk: number, options?: HelloReaderOptions): string {
  const reader = createHelloReader(options);
  try {
    for (let at = 0; at < bytes.length; at += chunk)
      if (reader.push(bytes.subarray(at, at + chunk)).state === 'complete') return 'complete';
    return 'incomplete';
  } catch (error) {
    expect(
      takes(() => {
        throw error;
      }),
    ).toBe(false);
    return alertOf(error);
  }
}

describe('the reader of a ClientHello', () => {
  let recorded: readonly Uint8Array[];
  beforeAll(async () => {
    recorded = (await recordedHellos()).filter(({ kind }) => kind === 'client').map(({ message }) => message);
  });

  it('takes it in two chunks and in two records, cut at every byte', () => {
    const wire = inRecords(hello);
    for (let cut = 0; cut <= wire.length; cut++) {
      const reader = createHelloReader();
      const first = reader.push(wire.subarray(0, cut));
      const progress = first.state === 'complete' ? first : reader.push(wire.subarray(cut));
      expect(progress).toMatchObject({
        state: 'complete',
        records: 1,
        hello: { serverName: 'pump.example' },
      });
      if (progress.state === 'complete') expect(Buffer.compare(progress.received, wire)).toBe(0);
    }
    for (let cut = 1; cut < hello.length; cut++)
      expect(createHelloReader().push(inRecords(hello, cut))).toMatchObject({
        state: 'complete',
        records: 2,
      });
  });

  it('takes the hellos of the recorded peers in single bytes and in records of one byte', () => {
    // One of each few: peers say nearly the same again.
    for (const message of recorded.filter((_, index) => index % 5 === 0)) {
      const wire = inRecords(message);
      const reader = createHelloReader();
      for (const octet of wire.subarray(0, -1))
        expect(reader.push(Uint8Array.of(octet)).state).toBe('incomplete');
      expect(reader.push(wire.subarray(-1))).toMatchObject({ state: 'complete', hello: { bytes: message } });
      expect(reader.bytesRead).toBe(wire.length);
    }
    const [message] = recorded;
    if (message === undefined) expect.unreachable();
    const single = inRecords(message, ...Array.from(message.keys()).slice(1));
    expect(createHelloReader().push(single)).toMatchObject({ state: 'complete', records: message.length });
  });

  it('takes any cut into records and chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: hello.length - 1 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
        fc.uint8Array({ maxLength: 20 }),
        (cuts, chunks, behind) => {
          const bounds = [...new Set(cuts)].sort((one, other) => one - other);
          const wire = Buffer.concat([inRecords(hello, ...bounds), behind]);
          const reader = createHelloReader();
          let at = 0;
          for (let turn = 0; ; turn++) {
            const size = chunks[turn % chunks.length] ?? 1;
            const progress = reader.push(wire.subarray(at, at + size));
            at += size;
            if (progress.state === 'incomplete') continue;
            expect(Buffer.compare(progress.hello.bytes, hello)).toBe(0);
            expect(progress.records).toBe(bounds.length + 1);
            expect(Buffer.compare(progress.received, wire.subarray(0, at))).toBe(0);
            return;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['an SSLv2 hello', Uint8Array.of(0x80, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16), 'protocol_version'],
    ['SSLv2 in a version of its own', Uint8Array.of(22, 2, 0, 0, 4, 1, 0, 0, 0), 'protocol_version'],
    ['HTTP', text('GET / HTTP/1.1\r\n\r\n'), 'unexpected_message'],
    ['SSH', text('SSH-2.0-OpenSSH_10.6\r\n'), 'unexpected_message'],
    ['noise', Uint8Array.of(1, 2, 3, 4, 5, 6), 'unexpected_message'],
    ['an alert', encodeAlert('close_notify', 'warning'), 'unexpected_message'],
    ['change_cipher_spec', CHANGE_CIPHER_SPEC, 'unexpected_message'],
    ['application data', record(23, 1, 2, 3), 'unexpected_message'],
    ['an empty record', record(22), 'unexpected_message'],
    ['another message', record(22, 2, 0, 0, 1, 0), 'unexpected_message'],
    ['the beginning of another message', record(22, 2, 0, 1, 0), 'unexpected_message'],
    [
      'an alert in the middle',
      Buffer.concat([inRecords(hello).subarray(0, 0), record(22, 1), encodeAlert('close_notify')]),
      'unexpected_message',
    ],
    ['an empty record in the middle', Buffer.concat([record(22, 1, 0), record(22)]), 'unexpected_message'],
    ['a record that is too long', Uint8Array.of(22, 3, 1, 0x40, 1), 'record_overflow'],
    ['a message behind it in its record', record(22, ...hello, 1), 'unexpected_message'],
    ['a length beyond the bound', record(22, 1, 1, 0, 0), 'decode_error'],
  ])('refuses %s in whatever chunks it comes', (_, bytes, alert) => {
    expect([1, 2, 3, 5, 1000].map((chunk) => alertFor(bytes, chunk))).toEqual(Array(5).fill(alert));
  });

  it.each([
    [Uint8Array.of(0x80, 46, 1, 0, 2), 'SSLv2'],
    [text('POST /'), 'HTTP'],
    [text('SSH-2'), 'SSH'],
    [text('PROXY'), 'PROXY'],
  ])('names what else speaks to TLS ports', (bytes, name) => {
    expect(() => createHelloReader().push(bytes)).toThrow(name);
  });

  it('is bounded by the place where the hello ends, however it comes', () => {
    const wire = inRecords(hello);
    for (const chunk of [1, 7, 10_000]) {
      expect(alertFor(wire, chunk, { maxBytes: wire.length })).toBe('complete');
      expect(alertFor(wire, chunk, { maxBytes: wire.length - 1 })).toBe('decode_error');
    }
    // What comes behind the hello does not count.
    const more = Buffer.concat([wire, record(23, ...new Uint8Array(1000))]);
    expect(alertFor(more, 10_000, { maxBytes: wire.length })).toBe('complete');
    const slow = createHelloReader({ maxBytes: 1000 });
    expect(() => {
      for (;;) slow.push(record(22, 1));
    }).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
    expect(slow.bytesRead).toBeLessThan(1100);
    expect(() => createHelloReader({ maxBytes: 0 })).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });

  it('is spoken to only until the hello is complete', () => {
    const reader = createHelloReader();
    reader.push(inRecords(hello));
    expect(() => reader.push(new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });

  it('refuses broken records in one way only', () => {
    const numbers = new Numbers(9);
    const wire = inRecords(hello, 5, 40);
    for (let round = 0; round < 2000; round++) {
      const bytes = mutated(wire, numbers);
      takes(() => createHelloReader().push(bytes));
      takes(() => {
        for (const item of createFlightReader().push(bytes)) expect(item.kind).toBeDefined();
      });
    }
  });
});

describe('the reader of a flight', () => {
  const answer = encodeServerHello({
    kind: 'server-hello',
    random: new Uint8Array(32),
    cipherSuite: 0x1301,
    version: 0x0304,
    keyShare: { group: 29, keyExchange: new Uint8Array(32) },
  });
  const old = encodeServerHello({ kind: 'server-hello', random: new Uint8Array(32), cipherSuite: 0xc02b });
  const retry = encodeServerHello({
    kind: 'hello-retry-request',
    cipherSuite: 0x1301,
    version: 0x0304,
    selectedGroup: 29,
  });
  const done = Uint8Array.of(14, 0, 0, 0);
  const encrypted = record(23, ...new Uint8Array(40));
  const finished = record(22, ...new Uint8Array(40).fill(9));

  function read(bytes: Uint8Array, chunk: number, helloRetry = false): string[] {
    const reader = createFlightReader({ helloRetry });
    const seen: string[] = [];
    const note = (item: FlightItem): void => {
      seen.push(
        item.kind === 'handshake'
          ? `message ${String(item.type)}`
          : item.kind === 'alert'
            ? (item.alert.name ?? '?')
            : item.kind,
      );
    };
    for (let at = 0; at < bytes.length; at += chunk)
      for (const item of reader.push(bytes.subarray(at, at + chunk))) note(item);
    return seen;
  }

  it.each([
    [
      'TLS 1.3',
      [inRecords(answer), CHANGE_CIPHER_SPEC, encrypted],
      ['message 2', 'change-cipher-spec', 'encrypted'],
    ],
    [
      'TLS 1.3 without change_cipher_spec',
      [inRecords(answer), encrypted, encrypted],
      ['message 2', 'encrypted'],
    ],
    [
      'a HelloRetryRequest',
      [inRecords(retry), CHANGE_CIPHER_SPEC, inRecords(answer), encrypted],
      ['message 2', 'change-cipher-spec', 'message 2', 'encrypted'],
    ],
    [
      'TLS 1.2, several messages in a record',
      [record(22, ...old, ...done), CHANGE_CIPHER_SPEC, finished],
      ['message 2', 'message 14', 'change-cipher-spec', 'encrypted'],
    ],
    [
      'a resumption of TLS 1.2',
      [inRecords(old), CHANGE_CIPHER_SPEC, finished, encrypted],
      ['message 2', 'change-cipher-spec', 'encrypted'],
    ],
    ['a refusal', [encodeAlert('handshake_failure')], ['handshake_failure']],
    [
      'an alert behind change_cipher_spec',
      [inRecords(answer), CHANGE_CIPHER_SPEC, encodeAlert('bad_certificate')],
      ['message 2', 'change-cipher-spec', 'bad_certificate'],
    ],
    [
      'an encrypted alert of TLS 1.2',
      [inRecords(old), CHANGE_CIPHER_SPEC, record(21, ...new Uint8Array(26))],
      ['message 2', 'change-cipher-spec', 'encrypted'],
    ],
  ] as const)('reads %s until it is encrypted', (_, records, expected) => {
    const bytes = Buffer.concat(records);
    for (const chunk of [1, 3, 50, 10_000]) expect(read(bytes, chunk)).toEqual(expected);
  });

  it('passes over early data that was rejected', () => {
    const flight = Buffer.concat([
      inRecords(hello),
      CHANGE_CIPHER_SPEC,
      encrypted,
      inRecords(hello),
      encrypted,
    ]);
    const expected = ['message 1', 'change-cipher-spec', 'message 1', 'encrypted'];
    for (const chunk of [1, 10_000]) expect(read(flight, chunk, true)).toEqual(expected);
    expect(read(flight, 10_000)).toEqual(['message 1', 'change-cipher-spec', 'encrypted']);
  });

  it.each([
    ['an alert inside of a message', [record(22, 2, 0), encodeAlert('close_notify')], 'unexpected_message'],
    ['an empty record', [record(22)], 'unexpected_message'],
    ['a change_cipher_spec of two bytes', [record(20, 1, 1)], 'unexpected_message'],
    ['a message beyond the bound', [record(22, 11, 1, 0, 0)], 'decode_error'],
    ['a record beyond the bound', [Uint8Array.of(22, 3, 3, 0x40, 1)], 'record_overflow'],
    ['HTTP', [text('HTTP/1.1 400 Bad Request\r\n')], 'unexpected_message'],
  ])('refuses %s', (_, records, alert) => {
    try {
      read(Buffer.concat(records), 1);
    } catch (error) {
      expect(alertOf(error)).toBe(alert);
      return;
    }
    expect.unreachable();
  });

  it('takes a message of 60,000 bytes in records of one byte', () => {
    const message = Buffer.alloc(60_000);
    message.set([11, 0, 0xea, 0x5c]);
    const wire = inRecords(message, ...Array.from(message.keys()).slice(1));
    expect(read(wire, 10_000)).toEqual(['message 11']);
  });

  it('gives what came before the fault', () => {
    const reader = createFlightReader();
    const seen: string[] = [];
    expect(() => {
      for (const { kind } of reader.push(Buffer.concat([inRecords(answer), record(22)]))) seen.push(kind);
    }).toThrow('empty');
    expect(seen).toEqual(['handshake']);
    expect(reader.bytesRead).toBe(inRecords(answer).length);
  });
});
