import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  type CapturedSession,
  encodeAlert,
  encodeClientHello,
  encodeServerHello,
  helloFlights,
  type HelloFlightsOptions,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import {
  ACK,
  captureOf,
  type CaptureForm,
  FIN,
  type Frame,
  frameOf,
  ipPacket,
  RST,
  SYN,
  type TestSegment,
} from './captures.ts';
import { recordings } from './corpus.ts';
import { inRecords } from './hello-fixtures.ts';

const hello = encodeClientHello({
  random: new Uint8Array(32).fill(7),
  cipherSuites: [0x1301],
  serverName: 'pump.example',
  groups: [0x11ec, 29],
  versions: [0x0304],
  keyShares: [{ group: 0x11ec, keyExchange: new Uint8Array(1216).fill(3) }],
});
const answer = encodeServerHello({
  kind: 'server-hello',
  random: new Uint8Array(32).fill(8),
  cipherSuite: 0x1301,
  version: 0x0304,
  keyShare: { group: 0x11ec, keyExchange: new Uint8Array(1120) },
});
const clientWire = Buffer.concat([inRecords(hello), Uint8Array.of(20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 2, 9, 9)]);
const serverWire = Buffer.concat([inRecords(answer), Uint8Array.of(23, 3, 3, 0, 2, 9, 9)]);

const RAW: CaptureForm = { format: 'pcapng', little: true, linkType: 101 };
/** Near the end of the sequence numbers, so that they go round. */
const CLIENT_START = 0xffffff00;
const SERVER_START = 1000;

async function sessions(
  capture: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options?: HelloFlightsOptions,
): Promise<CapturedSession[]> {
  const found: CapturedSession[] = [];
  for await (const session of helloFlights(capture, options)) found.push(session);
  return found;
}

function cut(from: TestSegment['from'], bytes: Uint8Array, size: number): TestSegment[] {
  const start = from === 'client' ? CLIENT_START : SERVER_START;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => ({
    from,
    sequence: (start + 1 + index * size) >>> 0,
    flags: ACK,
    payload: bytes.subarray(index * size, (index + 1) * size),
  }));
}

const NOTHING = new Uint8Array(0);
const opening: readonly TestSegment[] = [
  { from: 'client', sequence: CLIENT_START, flags: SYN, payload: NOTHING },
  { from: 'server', sequence: SERVER_START, flags: SYN | ACK, payload: NOTHING },
];
const conversation: readonly TestSegment[] = [
  ...opening,
  ...cut('client', clientWire, 500),
  ...cut('server', serverWire, 500),
];

function framesOf(segments: readonly TestSegment[], linkType = 101, family: 4 | 6 = 4): Frame[] {
  return segments.map((segment, index) => ({
    data: frameOf(linkType, ipPacket(segment, family)),
    time: 1_795_000_000_250_000 + index,
  }));
}

function expectWhole(found: readonly CapturedSession[]): void {
  expect(found).toHaveLength(1);
  const [session] = found;
  expect(session?.problems).toEqual([]);
  expect(session?.clientHellos.map(({ serverName }) => serverName)).toEqual(['pump.example']);
  expect(session?.serverHello?.selectedGroup).toBe(0x11ec);
}

describe('a capture', () => {
  const forms = (['pcap', 'pcap-ns', 'pcapng', 'pcapng-simple'] as const).flatMap((format) =>
    [true, false].flatMap((little) =>
      [0, 1, 12, 14, 101, 108, 113, 276].map((linkType) => ({ format, little, linkType })),
    ),
  );

  it('is read in both formats and byte orders, over every kind of link and both versions of IP', async () => {
    for (const form of forms)
      for (const family of [4, 6] as const) {
        const found = await sessions(captureOf(framesOf(conversation, form.linkType, family), form));
        expectWhole(found);
        expect(found[0]).toMatchObject({
          index: 0,
          client: { address: family === 4 ? '192.0.2.1' : '2001:db8::1', port: 40_000 },
          server: { address: family === 4 ? '192.0.2.2' : '2001:db8::2', port: 443 },
        });
        const time = found[0]?.startedAt?.toISOString();
        expect(time).toBe(
          form.format === 'pcapng-simple' ? undefined : new Date(1_795_000_000_250).toISOString(),
        );
      }
    expect(forms).toHaveLength(64);
  });

  it('is read in pieces of any size, whose memory is used again', async () => {
    const capture = captureOf(framesOf(conversation), RAW);
    for (const size of [1, 7, 1000, 1 << 20]) {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        const shared = new Uint8Array(size);
        for (let at = 0; at < capture.length; at += size) {
          const piece = capture.subarray(at, at + size);
          shared.set(piece);
          await Promise.resolve();
          yield shared.subarray(0, piece.length);
          shared.fill(0xee);
        }
      }
      expectWhole(await sessions(pieces()));
    }
  });

  it('gives the same for segments in any order, doubled and overlapping', async () => {
    const data = conversation.slice(opening.length);
    const overlaps = fc
      .tuple(fc.nat(clientWire.length - 1), fc.integer({ min: 1, max: 700 }))
      .map(([start, length]): TestSegment => ({
        from: 'client',
        sequence: (CLIENT_START + 1 + start) >>> 0,
        flags: ACK,
        payload: clientWire.subarray(start, start + length),
      }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(overlaps, { maxLength: 5 }).chain((extra) =>
          fc.shuffledSubarray([...data, ...data, ...extra], {
            minLength: 2 * data.length + extra.length,
          }),
        ),
        async (segments) => {
          expectWhole(await sessions(captureOf(framesOf([...opening, ...segments]), RAW)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is read where it begins after the connection', async () => {
    expectWhole(await sessions(captureOf(framesOf(conversation.slice(2)), RAW)));
    const serverFirst = [...cut('server', serverWire, 500), ...cut('client', clientWire, 500)];
    expectWhole(await sessions(captureOf(framesOf(serverFirst), RAW)));
  });

  it('believes the first of segments that disagree', async () => {
    const liar = cut('client', Buffer.from(clientWire).fill(0xff, 100), 500);
    expectWhole(await sessions(captureOf(framesOf([...conversation, ...liar]), RAW)));
  });

  it('tells a new connection between the same ports from the old one', async () => {
    const again = conversation.map((segment) => ({
      ...segment,
      sequence: (segment.sequence + 77_777) >>> 0,
    }));
    const found = await sessions(captureOf(framesOf([...conversation, ...again]), RAW));
    expect(found.map(({ index, serverHello }) => [index, serverHello?.selectedGroup])).toEqual([
      [0, 0x11ec],
      [1, 0x11ec],
    ]);
  });

  it('says what is cut off, and what is missing', async () => {
    const [syn, synAck, first, second] = conversation;
    if (syn === undefined || synAck === undefined || first === undefined || second === undefined)
      expect.unreachable();
    const [short] = await sessions(captureOf(framesOf([syn, synAck, first]), RAW));
    expect(short?.problems.map(({ error }) => error.message)).toEqual([
      "the client's hello is cut off after 500 bytes: the connection or the capture ends",
    ]);
    const gap = conversation.filter((segment) => segment !== second);
    const [holed] = await sessions(captureOf(framesOf(gap), RAW));
    expect(holed?.problems[0]?.error.message).toContain('packets are missing from the capture');
    expect(holed?.serverHello?.selectedGroup).toBe(0x11ec);
  });

  it('shows refusals, and hellos that are none', async () => {
    const refusal = [
      ...opening,
      ...cut('client', clientWire, 2000),
      ...cut('server', encodeAlert('handshake_failure'), 100),
      { from: 'server', sequence: SERVER_START + 8, flags: FIN | ACK, payload: NOTHING } as const,
      { from: 'client', sequence: 0, flags: RST, payload: NOTHING } as const,
    ];
    const [refused] = await sessions(captureOf(framesOf(refusal), RAW));
    expect(refused?.alerts).toEqual([
      { from: 'server', alert: { level: 'fatal', code: 40, name: 'handshake_failure' } },
    ]);
    const broken = Buffer.from(clientWire);
    // The length of the session id.
    broken[43] = 99;
    const [none] = await sessions(captureOf(framesOf([...opening, ...cut('client', broken, 500)]), RAW));
    expect(none?.problems).toHaveLength(1);
    const sslv2 = Uint8Array.of(0x80, 46, 1, 3, 1, 0, 21, 0, 0, 0, 16);
    const [ancient] = await sessions(captureOf(framesOf([...opening, ...cut('client', sslv2, 500)]), RAW));
    expect(ancient?.problems[0]?.error.message).toContain('SSLv2');
  });

  it('leaves out what is no TLS', async () => {
    const http = Buffer.from('GET / HTTP/1.1\r\n\r\n'.repeat(100));
    expect(await sessions(captureOf(framesOf([...opening, ...cut('client', http, 500)]), RAW))).toEqual([]);
    expect(await sessions(captureOf(framesOf(opening), RAW))).toEqual([]);
    expect(await sessions(captureOf([], RAW))).toEqual([]);
    const others = [NOTHING, Uint8Array.of(0x45), new Uint8Array(60), new Uint8Array(60).fill(0x66)];
    for (const { linkType } of forms)
      expect(
        await sessions(
          captureOf(
            others.map((data) => ({ data })),
            { ...RAW, linkType },
          ),
        ),
      ).toEqual([]);
  });

  it('is bounded in connections and bytes, whatever it holds', async () => {
    const ports = Array.from({ length: 300 }, (_, index) => 1000 + index);
    const starts = ports.flatMap((port) =>
      [...opening, ...cut('client', clientWire, 500).slice(0, 1)].map((segment) => ({
        data: ipPacket(segment, 4, port),
      })),
    );
    const found = await sessions(captureOf(starts, RAW), { maxConnections: 10 });
    expect(found).toHaveLength(300);
    const tight = await sessions(captureOf(starts, RAW), { maxBytes: 4000 });
    expect(tight).toHaveLength(300);
    // Segments far ahead, each with a gap before it, are not kept.
    const holes = Array.from({ length: 2000 }, (_, index) => ({
      from: 'client' as const,
      sequence: (CLIENT_START + 1 + 2 * index + 1500) >>> 0,
      flags: ACK,
      payload: new Uint8Array(1),
    }));
    expectWhole(await sessions(captureOf(framesOf([...opening, ...holes, ...conversation.slice(2)]), RAW)));
  });

  it('cut off or broken is refused, or read as far as it goes', async () => {
    const small = captureOf(framesOf([...opening, ...cut('client', clientWire.subarray(0, 100), 60)]), RAW);
    const pcap = captureOf(framesOf(opening), { ...RAW, format: 'pcap' });
    let refused = 0;
    const readable = async (capture: Uint8Array): Promise<void> => {
      try {
        await sessions(capture);
      } catch (error) {
        if (!isHybridgeError(error, 'invalid_encoding')) throw error;
        expect(error.details['offset']).toBeTypeOf('number');
        refused++;
      }
    };
    for (const capture of [small, pcap])
      for (let length = 0; length < capture.length; length++) await readable(capture.subarray(0, length));
    expect(refused).toBeGreaterThan(small.length);
    const numbers = new Numbers(3);
    for (const whole of [
      small,
      pcap,
      ...recordings()
        .slice(0, 2)
        .map(({ capture }) => capture.subarray(0, 4000)),
    ])
      for (let round = 0; round < 150; round++) await readable(mutated(whole, numbers));
  });

  it('can be given up', async () => {
    const signal = AbortSignal.abort();
    await expect(sessions(captureOf(framesOf(conversation), RAW), { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    let closed = false;
    function* source(): Generator<Uint8Array> {
      try {
        yield captureOf(framesOf(conversation), RAW);
        yield captureOf([], RAW);
      } finally {
        closed = true;
      }
    }
    for await (const { index } of helloFlights(source())) {
      expect(index).toBe(0);
      break;
    }
    expect(closed).toBe(true);
  });
});
