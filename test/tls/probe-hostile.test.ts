import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  type ClientHello,
  createHelloReader,
  encodeAlert,
  encodeServerHello,
  type ProbeReport,
  type ServerHelloFields,
  TLS_GROUPS,
} from '../../src/tls/index.ts';
import { keyShareFor } from '../../src/tls/probe/key-share.ts';
import { clientHello, inRecords, offering } from '../../src/tls/probe/offer.ts';
import { ServerFlight } from '../../src/tls/probe/server-flight.ts';
import { provider } from '../certificates/fixtures.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { newKeys } from './keys.ts';
import { LOOPBACK, probed, probePort, rawServer, tlsServer } from './probe-loopback.ts';

/** One record. */
function record(type: number, fragment: Uint8Array): Buffer {
  return Buffer.from([type, 3, 3, fragment.length >> 8, fragment.length & 0xff, ...fragment]);
}

/** Answers every ClientHello of a connection with these bytes; `last` ends the connection with them. */
function answering(
  answer: (hello: ClientHello, count: number) => Uint8Array | undefined,
  last = false,
): (socket: Socket) => void {
  return (socket) => {
    let reader = createHelloReader();
    let count = 0;
    socket.on('data', (chunk: Buffer) => {
      try {
        const progress = reader.push(chunk);
        if (progress.state === 'incomplete') return;
        reader = createHelloReader();
        const bytes = answer(progress.hello, count++);
        if (bytes === undefined) return;
        if (last) socket.end(bytes);
        else socket.write(bytes);
      } catch {
        socket.destroy();
      }
    });
  };
}

/** What a ServerHello of TLS 1.3 has in any case. */
const common = (client: ClientHello): Pick<ServerHelloFields, 'cipherSuite' | 'sessionId' | 'version'> => ({
  sessionId: client.sessionId,
  cipherSuite: 0x1301,
  version: 0x0304,
});

/** A ServerHello that would be right, but for what is given. */
function hello(client: ClientHello, fields: Partial<ServerHelloFields> = {}): Buffer {
  return record(
    22,
    encodeServerHello({
      kind: 'server-hello',
      random: new Uint8Array(32).fill(7),
      keyShare: { group: 0x001d, keyExchange: new Uint8Array(32).fill(9) },
      ...common(client),
      ...fields,
    }),
  );
}

function retry(client: ClientHello, selectedGroup: number): Buffer {
  return record(22, encodeServerHello({ kind: 'hello-retry-request', selectedGroup, ...common(client) }));
}

const errorOf = async (work: Promise<unknown>): Promise<{ code: string; message: string; fault: string }> => {
  try {
    await work;
  } catch (error) {
    if (isHybridgeError(error)) return { code: error.code, message: error.message, fault: error.fault };
    throw error;
  }
  throw new Error('no error');
};

const reasons = ({ groups }: ProbeReport): ReadonlySet<string> =>
  new Set(groups.map(({ keyShare }) => `${keyShare.verdict}: ${keyShare.reason}`));

describe('probe of what does not speak TLS', () => {
  /** Those that answer have time for it also when the machine is busy; the others are given up soon. */
  const patience = (message: RegExp): number => (/says nothing|stops/u.test(message.source) ? 150 : 5000);

  it.each([
    [
      'a web server',
      (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'invalid_encoding',
      /HTTP/,
    ],
    [
      'an SSH server',
      (socket: Socket) => socket.write('SSH-2.0-OpenSSH_10.6\r\n'),
      'invalid_encoding',
      /SSH/,
    ],
    [
      'noise',
      (socket: Socket) => socket.write(Buffer.alloc(4096, 0xa7)),
      'invalid_encoding',
      /content type 167, not TLS/,
    ],
    ['silence', () => undefined, 'input_output', /says nothing for 150 ms/],
    [
      'half a record',
      (socket: Socket) => socket.write(Buffer.from([22, 3, 3, 0, 90, 2])),
      'input_output',
      /stops in the middle/,
    ],
    [
      'half a record and an end',
      (socket: Socket) => socket.end(Buffer.from([22, 3, 3, 0, 90, 2])),
      'invalid_encoding',
      /closes the connection in the middle/,
    ],
    ['an end', (socket: Socket) => socket.end(), 'input_output', /closes the connection without an alert/],
    [
      'a reset',
      (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
      'input_output',
      /resets/,
    ],
    [
      'a record that never ends',
      (socket: Socket) => {
        socket.write(Buffer.from([22, 3, 3, 0x40, 0]));
        const drip = setInterval(() => socket.write('x'), 5);
        socket.on('close', () => {
          clearInterval(drip);
        });
      },
      'input_output',
      /stops in the middle/,
    ],
    [
      'a handshake message of 16 megabytes',
      (socket: Socket) => socket.write(record(22, Uint8Array.of(2, 0xff, 0xff, 0xff, 3, 3))),
      'invalid_encoding',
      /16777219 bytes/,
    ],
    [
      'a client',
      (socket: Socket) => socket.write(record(22, Uint8Array.of(1, 0, 0, 2, 3, 3))),
      'invalid_encoding',
      /message of type 1 before a ServerHello/,
    ],
    [
      'application data',
      (socket: Socket) => socket.write(record(23, new Uint8Array(400))),
      'invalid_encoding',
      /encrypted records before a ServerHello/,
    ],
  ] as const)('%s', async (_, serve, code, message) => {
    const error = await errorOf(probed(rawServer(serve), { timeoutMs: patience(message) }));
    expect(error).toMatchObject({ code, fault: 'peer' });
    expect(error.message).toMatch(message);
  });

  it('nobody', async () => {
    const listener = await rawServer(() => undefined);
    await listener.stop();
    expect(await errorOf(probePort(listener.port))).toMatchObject({ code: 'input_output', fault: 'peer' });
  });

  it('a name that stands for nothing', async () => {
    const error = await errorOf(probePort(443, { host: 'nowhere.invalid' }));
    expect(error).toMatchObject({ code: 'input_output', fault: 'peer' });
  });

  it.each([
    ['port', { port: 0 }],
    ['port', { port: 65_536 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['concurrency', { concurrency: 99 }],
    ['concurrency', { concurrency: Number.NaN }],
    ['server name', { serverName: 'not a name' }],
  ] as const)('%s %o', async (name, options) => {
    const error = await errorOf(probePort(1, options));
    expect(error).toMatchObject({ code: 'invalid_argument', fault: 'caller' });
    expect(error.message).toContain(name);
  });
});

describe('probe of a server that breaks the rules', () => {
  it.each([
    [
      'selects a group without a key share',
      (client) => hello(client, { keyShare: { group: 0x0018, keyExchange: new Uint8Array(97) } }),
      /of which there was no key share/,
    ],
    [
      'selects a cipher suite that was not offered',
      (client) => hello(client, { cipherSuite: 0x1304 }),
      /cipher suite 0x1304/,
    ],
    [
      'has no key share',
      (client) =>
        record(
          22,
          encodeServerHello({ kind: 'server-hello', random: new Uint8Array(32), ...common(client) }),
        ),
      /without a key share/,
    ],
    [
      'has another session',
      (client) => hello(client, { sessionId: new Uint8Array(32) }),
      /legacy_session_id/,
    ],
    [
      'asks for a key share that is in the hello',
      (client) => retry(client, client.keyShares?.[0]?.group ?? 0x001d),
      /asks for a key share of x25519, which is in the hello/,
    ],
  ] satisfies readonly (readonly [string, (client: ClientHello) => Buffer, RegExp])[])(
    '%s',
    async (_, answer, reason) => {
      const error = await errorOf(probed(rawServer(answering(answer))));
      expect(error.code).toBe('invalid_encoding');
      expect(error.message).toMatch(reason);
    },
  );

  it('sends a key share of the wrong size', async () => {
    const result = await probed(
      rawServer(
        answering((client) => {
          const group = client.keyShares?.[0]?.group ?? 0x001d;
          return hello(client, { keyShare: { group, keyExchange: new Uint8Array(32) } });
        }, true),
      ),
    );
    expect(reasons(result)).toContain(
      'invalid: sends a key share of 32 bytes for X25519MLKEM768, which has 1120',
    );
    expect(result.findings.map(({ id }) => id)).toContain('invalid-answer');
    expect(result.summary.keyExchange).toBe('classical');
  });

  it('asks for another hello without end', async () => {
    let most = 0;
    const result = await probed(
      rawServer(
        answering((client, count) => {
          most = Math.max(most, count);
          return retry(client, count === 0 ? (client.groups?.[0] ?? 0x001d) : 0x0201);
        }),
      ),
      { timeoutMs: 400 },
    );
    expect(most).toBe(1);
    expect(result.retry.secondHello).toMatchObject({
      verdict: 'invalid',
      reason: 'a second HelloRetryRequest',
    });
    expect(result.findings.map(({ id }) => id)).toContain('hello-retry-unfinished');
  });

  it('sends without end behind its ServerHello', async () => {
    const before = process.memoryUsage().rss;
    const flood = record(23, new Uint8Array(16_000));
    const result = await probed(
      rawServer((socket) => {
        answering((client) => hello(client))(socket);
        socket.once('data', () => {
          const pour = (): void => {
            while (!socket.destroyed && socket.write(flood));
          };
          socket.on('drain', pour);
          setImmediate(pour);
        });
      }),
    );
    expect(result.groups.find(({ group }) => group === 'x25519')?.keyShare.verdict).toBe('accepted');
    expect(result.flights).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('falls silent after its first answer', async () => {
    let first = true;
    const result = await probed(
      rawServer(
        answering((client) => {
          if (!first) return undefined;
          first = false;
          return hello(client);
        }),
      ),
      { timeoutMs: 250, concurrency: 16 },
    );
    expect(reasons(result)).toEqual(new Set(['silent: says nothing for 250 ms']));
    expect(result.summary.keyExchange).toBe('unknown');
  });

  it('refuses everything', async () => {
    const result = await probed(rawServer(answering(() => encodeAlert('unrecognized_name'))));
    expect(result.findings.map(({ id }) => id)).toEqual(['nothing-accepted']);
    expect(result.findings[0]?.text).toContain('refuses with unrecognized_name');
    expect(result.summary).toMatchObject({ keyExchange: 'unknown', authentication: 'unknown', versions: [] });
    expect(result.hellos.map(({ tolerated }) => tolerated)).toEqual(Array(5).fill(undefined));
  });

  it('takes no further connection', async () => {
    const listener = await rawServer(answering((client) => hello(client)));
    const running = probePort(listener.port, {
      concurrency: 1,
      onProgress: ({ done }) => {
        if (done === 1) void listener.stop();
      },
    });
    const result = await running;
    expect(result.connections).toBeLessThan(12);
    expect(result.findings.map(({ id }) => id)).toContain('connections-lost');
  });
});

describe('probe', () => {
  it('ends when it is aborted, and leaves nothing open', async () => {
    const listener = await rawServer(() => undefined);
    try {
      const controller = new AbortController();
      const running = errorOf(probePort(listener.port, { signal: controller.signal, timeoutMs: 60_000 }));
      await pause(50);
      const begun = performance.now();
      controller.abort();
      expect(await running).toMatchObject({ code: 'aborted', fault: 'caller' });
      expect(performance.now() - begun).toBeLessThan(500);
      expect((await errorOf(probePort(listener.port, { signal: controller.signal }))).code).toBe('aborted');
      expect(listener.connections()).toBe(1);
    } finally {
      await listener.stop();
    }
  });

  it('ends in the middle as well', async () => {
    const keys = await newKeys();
    const listener = await tlsServer(keys.ec);
    try {
      for (const stop of [2, 15, 28]) {
        const controller = new AbortController();
        const { code } = await errorOf(
          probePort(listener.port, {
            signal: controller.signal,
            onProgress: ({ done }) => {
              if (done === stop) controller.abort();
            },
          }),
        );
        expect(code).toBe('aborted');
      }
    } finally {
      await listener.stop();
    }
  });

  it('keeps to its number of connections at a time', async () => {
    let open = 0;
    let most = 0;
    const result = await probed(
      rawServer((socket) => {
        most = Math.max(most, ++open);
        socket.on('close', () => open--);
        answering((client) => hello(client), true)(socket);
      }),
      { concurrency: 3 },
    );
    // A connection that is being closed is still one to the server.
    expect(most).toBeLessThanOrEqual(6);
    expect(result.connections).toBeGreaterThan(20);
  });
});

describe("a server's flight", () => {
  /** Of TLS 1.3 and 1.2, as a server sends them. */
  const flights: Buffer[] = [];

  beforeAll(async () => {
    const keys = await newKeys();
    const server = await tlsServer({ ...keys.rsa, ecdhCurve: 'X25519' });
    const [x25519] = TLS_GROUPS.filter(({ name }) => name === 'x25519');
    const keyShare = x25519 && (await keyShareFor(provider, x25519));
    for (const version of [0x0304, 0x0303]) {
      const offer = offering({
        versions: [version],
        groups: [0x001d],
        keyShares: keyShare ? [keyShare] : [],
      });
      const identity = { random: new Uint8Array(32).fill(1), sessionId: new Uint8Array(32).fill(2) };
      const socket = connect(server.port, LOOPBACK);
      socket.write(inRecords(clientHello(offer, identity), 0x0301));
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(socket, 'data');
      await pause(100);
      flights.push(Buffer.concat(chunks));
      socket.destroy();
    }
    await server.stop();
  });

  const read = (bytes: Uint8Array, size: number): ServerFlight => {
    const flight = new ServerFlight();
    for (let at = 0; at < bytes.length; at += size) flight.push(bytes.subarray(at, at + size));
    return flight;
  };

  it('is the same however it is cut', () => {
    for (const bytes of flights) {
      const whole = read(bytes, bytes.length);
      expect(whole.serverHello).toBeDefined();
      expect(whole.isBroken).toBe(false);
      for (const size of [1, 2, 3, 7, 100, 1460]) {
        const cut = read(bytes, size);
        expect(cut.serverHello?.bytes).toEqual(whole.serverHello?.bytes);
        expect([cut.bytes, cut.encrypted, cut.done, cut.curve]).toEqual([
          whole.bytes,
          whole.encrypted,
          whole.done,
          whole.curve,
        ]);
        expect(cut.certificates).toEqual(whole.certificates);
      }
    }
    const [modern, old] = flights.map((bytes) => read(bytes, bytes.length));
    expect(modern?.encrypted).toBeGreaterThan(1000);
    expect(old).toMatchObject({ done: true, curve: 0x001d, encrypted: 0 });
    expect(old?.certificates).toHaveLength(1);
  });

  it('throws nothing but HybridgeError, whatever is wrong with it', () => {
    const numbers = new Numbers(4711);
    let refused = 0;
    for (let round = 0; round < 1500; round++) {
      const original = flights[round % flights.length] ?? Buffer.alloc(0);
      try {
        read(mutated(original, numbers), 1 + numbers.below(2000));
      } catch (error) {
        if (!isHybridgeError(error, 'invalid_encoding') || error.fault !== 'peer') throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    report(`flights of servers: 1500 mutations, ${String(refused)} refused`);
  });
});
