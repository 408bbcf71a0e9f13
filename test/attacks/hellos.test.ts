/** Hellos of those who do not keep to the rules. What is expected of a server is what the RFC says, cited with it. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createEventStream, type HybridgeEvent } from '../../src/events/index.ts';
import { createDowngradeDetector } from '../../src/negotiation/index.ts';
import { decodeServerHello, encodeClientHello } from '../../src/tls/index.ts';
import { alertIn } from '../terminator/listener-hellos.ts';
import {
  authority,
  call,
  closed,
  exception,
  listening,
  plain,
  policyWith,
  readAll,
} from '../terminator/listener-support.ts';
import { LOOPBACK } from '../terminator/proxy-support.ts';
import {
  changed,
  GROUP,
  groupsData,
  hello,
  helloIn,
  nextBytes,
  records,
  said,
  sharesData,
  x25519Share,
} from './wire.ts';

/** A hello of TLS 1.2, the best that the client has. */
const oldHello = (): Uint8Array =>
  encodeClientHello({
    random: randomBytes(32),
    cipherSuites: [0xc02b],
    serverName: 'localhost',
    groups: [0x0017],
    signatureAlgorithms: [0x0403],
  });

describe('TLS 1.2', () => {
  it('carries the mark of a server that has TLS 1.3 [RFC 9846]', async () => {
    const { port } = await listening({ policy: policyWith([exception()]) });
    const socket = await plain(port);
    socket.write(records(oldHello()));
    const [first] = said(await nextBytes(socket)).items;
    if (first?.kind !== 'handshake') throw new Error('no ServerHello');
    const { version, random } = decodeServerHello(first.message);
    expect(version).toBe(0x0303);
    expect(Buffer.from(random.subarray(24)).toString('latin1')).toBe('DOWNGRD\u0001');
  });

  it('is not negotiated anew within a session [RFC 9325 §3.5]', async () => {
    const { port, sessions, listener } = await listening(
      { policy: policyWith([exception()]) },
      ({ socket }) => socket.pipe(socket),
    );
    const { root } = await authority();
    const socket = connect({
      port,
      host: LOOPBACK,
      servername: 'localhost',
      ca: root.toPem(),
      maxVersion: 'TLSv1.2',
    });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    let renegotiated = false;
    socket.renegotiate({ rejectUnauthorized: true }, (error) => (renegotiated = error === null));
    await closed(socket);
    expect(renegotiated).toBe(false);
    expect(sessions).toHaveLength(1);
    await expect.poll(() => listener.stats.connections).toBe(0);
  });
});

/** Asks for another hello: the hybrid group is on offer, its share is missing. */
const askingAgain = (): Promise<Uint8Array> => hello({ keyShare: sharesData(x25519Share()) });

describe('a second hello', () => {
  it.each<[string, (data: ReturnType<typeof x25519Share>) => Parameters<typeof hello>[0], RegExp]>([
    // The share must be the one that was asked for [RFC 9846 §4.3.8].
    ['with the same share again', (share) => ({ keyShare: sharesData(share) }), /^illegal_parameter$/],
    [
      'with fewer groups',
      (share) => ({ groups: groupsData(GROUP.x25519), keyShare: sharesData(share) }),
      /^(?:illegal_parameter|handshake_failure)$/,
    ],
    ['without shares', () => ({ keyShare: sharesData() }), /^(?:illegal_parameter|missing_extension)$/],
    [
      'of an older version',
      () => ({ versions: Uint8Array.of(2, 3, 3) }),
      /^(?:illegal_parameter|protocol_version)$/,
    ],
  ])('%s is refused', async (_, second, alert) => {
    const { port, event, listener } = await listening();
    const socket = await plain(port);
    socket.write(records(await askingAgain()));
    const retry = said(await nextBytes(socket)).items[0];
    if (retry?.kind !== 'handshake') throw new Error('no HelloRetryRequest');
    expect(decodeServerHello(retry.message)).toMatchObject({
      kind: 'hello-retry-request',
      selectedGroup: GROUP.hybrid,
    });
    socket.write(records(await hello(second(x25519Share()))));
    expect(said(await readAll(socket)).alert).toMatch(alert);
    expect(await event('session-refused')).toMatchObject({ because: 'handshake' });
    expect(listener.stats.sessions).toBe(0);
  });

  it('that never comes is a loop once, however often it is asked for', async () => {
    const suspicions: HybridgeEvent[] = [];
    const stream = createEventStream();
    stream.subscribe((event) => suspicions.push(event));
    const detector = createDowngradeDetector({ events: stream });
    const { port, listener } = await listening({ detector });
    const first = records(await askingAgain());
    for (let round = 0; round < 30; round++) {
      const socket = await plain(port);
      socket.write(first);
      await once(socket, 'data');
      socket.destroy();
    }
    await expect.poll(() => listener.stats).toMatchObject({ halfOpen: 0, refused: { handshake: 30 } });
    expect(suspicions).toMatchObject([
      { type: 'downgrade-suspected', kind: 'hello-retry-loop', before: 'TLS 1.3 with X25519MLKEM768' },
    ]);
    // An honest client that is asked for another hello is served.
    expect(await call(port, { ecdhCurve: 'X25519:SecP384r1MLKEM1024' })).toMatchObject({
      text: 'ok',
      group: 'SecP384r1MLKEM1024',
    });
  });
});

/** A server name, however long and of whatever bytes. */
function nameData(name: Buffer): Uint8Array {
  const { length } = name;
  const head = [(length + 3) >> 8, (length + 3) & 0xff, 0, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(head), name]);
}

describe('names', () => {
  it.each([
    // A host name has at most 255 octets and is ASCII without a trailing dot [RFC 6066 §3, RFC 1035 §2.3.4].
    ['of 256 characters', Buffer.alloc(256, 'a')],
    ['of 60,000 characters', Buffer.alloc(60_000, 'a.')],
    ['of a line and another', Buffer.from('localhost\nsession accepted')],
    ['with an escape', Buffer.from('\u001b[2Jlocalhost')],
    ['with a zero', Buffer.from('localhost\0.example')],
    ['of nothing', Buffer.alloc(0)],
  ])('%s are refused before anything else', async (_, name) => {
    const { port, event } = await listening();
    const socket = await plain(port);
    socket.write(records(await hello({ serverName: nameData(name) })));
    expect(alertIn(await readAll(socket))).toMatch(/^(?:decode_error|illegal_parameter|unrecognized_name)$/);
    const refused = await event('session-refused');
    expect(JSON.stringify(refused)).not.toMatch(/\\n|\\u00/);
    expect(JSON.stringify(refused).length).toBeLessThan(2000);
  });
});

describe('extensions', () => {
  const unknown = (count: number, size: number): readonly { type: number; data: Uint8Array }[] =>
    Array.from({ length: count }, (_, at) => ({ type: 0x4000 + at, data: new Uint8Array(size) }));

  it.each([
    ['one of 16 KiB', unknown(1, 16_384)],
    ['4,000 of nothing', unknown(4000, 0)],
    ['a hundred of half a kilobyte', unknown(100, 512)],
  ])('that nobody knows are passed over [RFC 9846 §4.3]: %s', async (_, more) => {
    const { port } = await listening();
    const base = helloIn(records(await hello()));
    const bytes = encodeClientHello({ ...fieldsOf(base), extensions: [...base.extensions, ...more] });
    const socket = await plain(port);
    socket.write(records(bytes));
    expect(said(await nextBytes(socket)).messages).toEqual([2]);
  });

  it('that are there twice, or too many, are refused', async () => {
    const { port } = await listening();
    const base = helloIn(records(await hello()));
    for (const [more, alert] of [
      [[...unknown(1, 4), ...unknown(1, 4)], 'illegal_parameter'],
      [unknown(1, 64_000), 'decode_error'],
    ] as const) {
      const socket = await plain(port);
      const extensions = [...base.extensions, ...more];
      socket.write(records(encodeClientHello({ ...fieldsOf(base), extensions })));
      expect(alertIn(await readAll(socket))).toBe(alert);
    }
  });
});

function fieldsOf({ random, sessionId, cipherSuites }: ReturnType<typeof helloIn>): {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
} {
  return { random, sessionId, cipherSuites };
}

describe('records', () => {
  it('of one byte each make a hello like any other', async () => {
    const { port } = await listening();
    const socket = await plain(port);
    socket.write(records(await hello(), 1));
    expect(said(await nextBytes(socket)).messages).toEqual([2]);
  });

  it.each([
    // In the handshake a change_cipher_spec is dropped; that it goes on for ever is nobody's compatibility [RFC 9846 §5].
    ['change_cipher_spec', Uint8Array.of(20, 3, 3, 0, 1, 1)],
    ['empty ones', Uint8Array.of(22, 3, 3, 0, 0)],
    ['warnings', Uint8Array.of(21, 3, 3, 0, 2, 1, 90)],
    ['hellos', undefined],
  ])('without end are ended: %s', async (_, record) => {
    const { port, listener } = await listening();
    const socket = await plain(port);
    const bytes = records(await hello());
    socket.write(bytes);
    await once(socket, 'data');
    const many = Buffer.concat(Array.from({ length: 200 }, () => record ?? bytes));
    const flood = setInterval(() => socket.write(many), 1);
    await readAll(socket);
    clearInterval(flood);
    expect(socket.bytesWritten).toBeLessThan(16 * 1024 * 1024);
    await expect.poll(() => listener.stats).toMatchObject({ halfOpen: 0, refused: { handshake: 1 } });
  });

  it('of early data that nobody asked for are passed over, up to a bound [RFC 9846 §4.3.10]', async () => {
    const { port, listener, sessions } = await listening();
    const early = Buffer.concat([Uint8Array.of(23, 3, 3, 0x10, 0), randomBytes(4096)]);
    const socket = await plain(port);
    socket.write(records(await hello({ earlyData: new Uint8Array(0) })));
    expect(said(await nextBytes(socket)).messages).toEqual([2]);
    const flood = setInterval(() => socket.write(early), 1);
    await readAll(socket);
    clearInterval(flood);
    expect(socket.bytesWritten).toBeLessThan(1024 * 1024);
    await expect.poll(() => listener.stats).toMatchObject({ halfOpen: 0, refused: { handshake: 1 } });
    expect(sessions).toEqual([]);
  });
});

/** The first flight of a client that resumes. */
async function resumption(session: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const socket = connect({ socket: wire, servername: 'localhost', session });
  socket.on('error', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  return Buffer.concat(chunks);
}

const PRE_SHARED_KEY = 41;

describe('tickets', () => {
  const ticketOf = async (port: number): Promise<Buffer> => {
    const { ticket } = await call(port);
    if (ticket === undefined) throw new Error('no ticket');
    return ticket;
  };

  /** What the server says to a hello whose pre_shared_key is changed; the index of the key that it takes. */
  const answerTo = async (
    port: number,
    flight: Buffer,
    change: (data: Buffer) => void,
  ): Promise<{ readonly alert: string | undefined; readonly key: number | undefined }> => {
    const bytes = changed(helloIn(flight), ({ type, data }) => {
      if (type !== PRE_SHARED_KEY) return data;
      const copy = Buffer.from(data);
      change(copy);
      return copy;
    });
    const socket = await plain(port);
    socket.write(records(bytes));
    const { alert, items } = said(await nextBytes(socket));
    const [first] = items;
    socket.destroy();
    const key = first?.kind === 'handshake' ? decodeServerHello(first.message).selectedPsk : undefined;
    return { alert, key };
  };

  it('of unknown names, or broken, lead to a full handshake [RFC 9846 §4.3.11]', async () => {
    const { port, listener } = await listening();
    const flight = await resumption(await ticketOf(port));
    expect(await answerTo(port, flight, () => undefined)).toEqual({ alert: undefined, key: 0 });
    // The name of the ticket begins behind two lengths; 16 bytes on begins what is encrypted.
    for (const at of [4, 19, 40, 100])
      expect(
        await answerTo(port, flight, (data) => (data[at] = (data[at] ?? 0) ^ 1)),
        `byte ${String(at)}`,
      ).toEqual({ alert: undefined, key: undefined });
    await expect.poll(() => listener.stats).toMatchObject({ sessions: 1, resumed: 0, halfOpen: 0 });
  });

  it('with a binder that is wrong are refused [RFC 9846 §4.3.11]', async () => {
    const { port, listener } = await listening();
    const flight = await resumption(await ticketOf(port));
    const { alert, key } = await answerTo(port, flight, (data) => {
      const last = data.length - 1;
      data[last] = (data[last] ?? 0) ^ 1;
    });
    expect(key).toBeUndefined();
    expect(alert).toMatch(/^(?:decrypt_error|illegal_parameter)$/);
    expect(listener.stats.resumed).toBe(0);
  });

  it('seen on the way and sent again make no session', async () => {
    const { port, listener, sessions } = await listening();
    const flight = await resumption(await ticketOf(port));
    for (let round = 0; round < 5; round++) {
      const socket = await plain(port);
      socket.write(flight);
      const [first] = said(await nextBytes(socket)).items;
      expect(first?.kind).toBe('handshake');
      // Whoever replays a hello has no key for what comes next.
      socket.write(Buffer.concat([Uint8Array.of(23, 3, 3, 0, 64), randomBytes(64)]));
      await closed(socket.resume());
    }
    expect(sessions).toHaveLength(1);
    await expect.poll(() => listener.stats).toMatchObject({ sessions: 1, resumed: 0, halfOpen: 0 });
  });
});
