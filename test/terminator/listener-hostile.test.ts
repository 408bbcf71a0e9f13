import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventStream } from '../../src/events/index.ts';
import { createCohortMonitor } from '../../src/negotiation/index.ts';
import { encodeClientHello } from '../../src/tls/index.ts';
import { alertIn, breakHellos, cutEverywhere, firstFlight, portOf } from './listener-hellos.ts';
import { authority, call, closed, listening, plain, readAll } from './listener-support.ts';

describe('a hello may come in pieces', () => {
  it('cut anywhere', async () => {
    const { length } = await firstFlight();
    const cuts = [...Array.from({ length: 12 }, (_, index) => index + 1), length - 1];
    for (let at = 43; at < length; at += 97) cuts.push(at);
    await cutEverywhere(cuts);
  });

  it('byte by byte', async () => {
    const { port, event } = await listening();
    const socket = await plain(port);
    for (const byte of await firstFlight()) {
      socket.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    socket.resume();
    const [first] = (await once(socket, 'data')) as [Buffer];
    // The server's first flight begins with a handshake record that holds ServerHello.
    expect([first[0], first[5]]).toEqual([22, 2]);
    socket.destroy();
    expect(await event('session-refused')).toMatchObject({ because: 'handshake' });
  });
});

describe('what is no TLS', () => {
  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: pump\r\n\r\n'), 'unexpected_message'],
    ['SSLv2', Buffer.from('802e010002001500000010', 'hex'), 'protocol_version'],
    ['a record of nothing', Buffer.from('1603010000', 'hex'), 'unexpected_message'],
    ['application data', Buffer.from('17030300020000', 'hex'), 'unexpected_message'],
    ['a hello of nothing', Buffer.from('160301000401000000', 'hex'), 'decode_error'],
  ])('is refused with its alert: %s', async (_, bytes, alert) => {
    const { port, event } = await listening();
    const socket = await plain(port);
    socket.write(bytes);
    expect(alertIn(await readAll(socket))).toBe(alert);
    expect(await event('session-refused')).toMatchObject({ because: 'protocol', alert });
  });

  it('is refused when it is too long', async () => {
    const { port, event } = await listening({ limits: { helloBytes: 1000 } });
    const socket = await plain(port);
    socket.write((await firstFlight()).subarray(0, 300));
    expect(alertIn(await readAll(socket))).toBe('decode_error');
    expect(await event('session-refused')).toMatchObject({ because: 'protocol', alert: 'decode_error' });
  });

  it('is told apart from a look at the port', async () => {
    const { port, events, listener } = await listening();
    const socket = await plain(port);
    socket.end();
    await readAll(socket);
    expect(events).toEqual([]);
    expect(listener.stats).toMatchObject({ silent: 1, halfOpen: 0, connections: 0 });
  });

  it('ends where it breaks off', async () => {
    const { port, event } = await listening();
    const socket = await plain(port);
    socket.end((await firstFlight()).subarray(0, 300));
    await readAll(socket);
    expect(await event('session-refused')).toMatchObject({
      because: 'protocol',
      alert: undefined,
      reasons: [{ rule: 'incomplete-hello' }],
    });
  });

  it('is refused however a hello is broken, and others are served', () => breakHellos(4, 5));
});

describe('limits', () => {
  it('of time: for the hello, however steadily it trickles', async () => {
    const { port, event } = await listening({ limits: { helloMilliseconds: 100 } });
    const socket = await plain(port);
    const flight = await firstFlight();
    let sent = 0;
    const trickle = setInterval(() => socket.write(flight.subarray(sent, ++sent)), 5);
    expect(await readAll(socket)).toHaveLength(0);
    clearInterval(trickle);
    expect(await event('session-refused')).toMatchObject({
      because: 'limit',
      alert: undefined,
      reasons: [{ rule: 'helloMilliseconds' }],
    });
  });

  it('of time: for the handshake', async () => {
    const { port, event, listener } = await listening({ limits: { handshakeMilliseconds: 80 } });
    const socket = await plain(port);
    socket.write(await firstFlight());
    await readAll(socket);
    expect(await event('session-refused')).toMatchObject({
      because: 'limit',
      reasons: [{ rule: 'handshakeMilliseconds' }],
    });
    await expect.poll(() => listener.stats).toMatchObject({ connections: 0, halfOpen: 0 });
  });

  it('of half-open connections: the oldest makes room, of the same address first', async () => {
    const { port, listener, event } = await listening({ limits: { halfOpen: 4, halfOpenPerAddress: 2 } });
    const idle: Socket[] = [];
    for (let count = 0; count < 3; count++) idle.push(await plain(port, '127.0.0.2'));
    const [first, second] = idle;
    if (first === undefined || second === undefined) throw new Error('no sockets');
    await closed(first);
    for (const address of ['127.0.0.3', '127.0.0.4']) await plain(port, address);
    expect(second.closed).toBe(false);
    expect(await call(port)).toMatchObject({ text: 'ok' });
    await closed(second);
    expect(listener.stats.refused.limit).toBe(2);
    expect(await event('session-refused')).toMatchObject({
      because: 'limit',
      reasons: [{ rule: 'halfOpen' }],
    });
  });

  it('of half-open connections, also when many come at the same time', async () => {
    const { listener } = await listening({ limits: { halfOpen: 8, halfOpenPerAddress: 4 } });
    const accepted: Socket[] = [];
    const server = createServer((socket) => accepted.push(socket));
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    for (let count = 0; count < 12; count++)
      await plain(portOf(server), `127.0.0.${String(2 + (count % 3))}`);
    await expect.poll(() => accepted.length).toBe(12);
    for (const socket of accepted) listener.accept(socket);
    await expect.poll(() => listener.stats).toMatchObject({ connections: 8, halfOpen: 8 });
    expect(listener.stats.refused.limit).toBe(4);
  });

  it('of connections: the newest is closed', async () => {
    const { port, listener } = await listening({ limits: { connections: 2 } }, () => undefined);
    const { root } = await authority();
    const sockets = [1, 2].map(() =>
      connect({ port, host: '127.0.0.1', servername: 'localhost', ca: root.toPem() }),
    );
    for (const socket of sockets) await once(socket, 'session');
    expect((await call(port)).text).toBe('');
    expect(listener.stats).toMatchObject({ connections: 2, sessions: 2, refused: { limit: 1 } });
    for (const socket of sockets) socket.destroy();
  });

  it('are checked', async () => {
    await expect(listening({ limits: { halfOpen: 0 } })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(listening({ tickets: { secret: new Uint8Array(16) } })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(listening({ credentials: [] })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('keep what an attacker causes out of the log', async () => {
    const { port, events, listener } = await listening({ limits: { halfOpenPerAddress: 1 } });
    for (let count = 0; count < 20; count++) await plain(port);
    expect(listener.stats.refused.limit).toBe(19);
    expect(events.filter(({ type }) => type === 'session-refused')).toHaveLength(1);
  });
});

describe('whoever goes away leaves nothing behind', () => {
  it('in the middle of the handshake, politely or not', async () => {
    const { port, listener, events } = await listening();
    const flight = await firstFlight();
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const socket = await plain(port);
      socket.write(flight);
      await once(socket, 'data');
      socket[leave]();
      if (leave === 'end') await readAll(socket);
    }
    await expect
      .poll(() => listener.stats)
      .toMatchObject({ connections: 0, halfOpen: 0, refused: { handshake: 2 } });
    expect(events.map(({ type }) => type)).toEqual(['session-refused', 'session-refused']);
  });

  it('in the middle of the hello, politely or not', async () => {
    const { port, listener } = await listening();
    const flight = await firstFlight();
    for (const leave of ['end', 'resetAndDestroy'] as const) {
      const socket = await plain(port);
      socket.write(flight.subarray(0, 100));
      await expect.poll(() => listener.stats.halfOpen).toBe(1);
      socket[leave]();
      await expect.poll(() => listener.stats.connections).toBe(0);
    }
    expect(listener.stats.refused.protocol).toBe(2);
  });

  it('however much it says after it was refused, and however long it stays', async () => {
    const { port, listener } = await listening();
    const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(Buffer.concat([Buffer.from('GET / HTTP/1.1'), Buffer.alloc(1_000_000)]));
    const alert = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(alertIn(alert)).toBe('unexpected_message');
    await expect.poll(() => listener.stats.connections, { timeout: 3000 }).toBe(0);
  });

  it('when the one who takes sessions throws', async () => {
    const { port, listener } = await listening({}, () => {
      throw new Error('no');
    });
    expect((await call(port)).text).toBe('');
    await expect.poll(() => listener.stats.connections).toBe(0);
  });

  it('when one who looks at sessions throws, whoever it is', async () => {
    const cohorts = createCohortMonitor({ events: createEventStream() });
    const { port, listener, sessions } = await listening({
      cohorts,
      cohortOf: () => {
        throw new Error('no');
      },
    });
    expect((await call(port)).text).toBe('');
    await expect.poll(() => listener.stats.connections).toBe(0);
    expect(sessions).toEqual([]);
  });

  it('when records of a session are forged', async () => {
    const { port, listener } = await listening({}, ({ socket }) => socket.resume());
    const { root } = await authority();
    const wire = connectTcp({ port, host: '127.0.0.1' });
    const socket = connect({ socket: wire, servername: 'localhost', ca: root.toPem() });
    socket.on('error', () => undefined);
    await once(socket, 'session');
    wire.write(Buffer.from('1703030020' + '00'.repeat(32), 'hex'));
    await closed(wire);
    await expect.poll(() => listener.stats.connections).toBe(0);
  });
});

it('takes over connections that something else accepted', async () => {
  const { listener } = await listening();
  const server = createServer((socket) => listener.accept(socket));
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  expect(await call(portOf(server))).toMatchObject({ text: 'ok', group: 'X25519MLKEM768' });
});

it('refuses a hello that TLS 1.3 does not allow before anything else', async () => {
  const { port } = await listening();
  const hello = encodeClientHello({
    random: new Uint8Array(32),
    cipherSuites: [0x1301],
    versions: [0x0304],
    serverName: 'localhost',
  });
  const socket = await plain(port);
  socket.write(Uint8Array.of(22, 3, 1, hello.length >> 8, hello.length & 0xff));
  socket.write(hello);
  expect(alertIn(await readAll(socket))).toBe('missing_extension');
});
