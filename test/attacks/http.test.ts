/** Requests that are to be read in two ways, and services that break off. Nothing may come of them but a refusal. */
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpProxy, DEFAULT_HTTP_LIMITS, type HttpLimits } from '../../src/terminator/proxy-http.ts';
import { DEFAULT_PROXY_TIMEOUTS } from '../../src/terminator/proxy-tcp.ts';
import { report } from '../support/tally.ts';
import { deferred, dial, everything, front, listening, LOOPBACK, say } from '../terminator/proxy-support.ts';

/** What reached a service. */
interface Reached {
  readonly method: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

interface Fronted {
  readonly port: number;
  readonly reached: Reached[];
  readonly failures: string[];
}

async function proxied(
  service: Server | ReturnType<typeof createTcpServer>,
  limits: Partial<HttpLimits> = {},
): Promise<Omit<Fronted, 'reached'>> {
  const upstream = await listening(service);
  const failures: string[] = [];
  const proxy = createHttpProxy({
    upstream: { host: LOOPBACK, port: upstream.port },
    timeouts: DEFAULT_PROXY_TIMEOUTS,
    limits: { ...DEFAULT_HTTP_LIMITS, ...limits },
    proxyProtocol: false,
    onFailure: (_, { because }) => failures.push(because),
  });
  afterAll(() => {
    proxy.close();
  });
  const port = await front((session) => {
    proxy.handle(session);
  });
  return { port, failures };
}

/** A service that answers at once with the path, before it has read any body, and keeps its connections. */
async function answering(): Promise<Fronted> {
  const reached: Reached[] = [];
  const service = createServer((request, response) => {
    const { method = '', url = '', headersDistinct } = request;
    const fields: Record<string, readonly string[]> = {};
    for (const [name, values = []] of Object.entries(headersDistinct)) fields[name] = values;
    reached.push({ method, url, fields });
    request.on('error', () => undefined);
    response.end(`answer to ${url}`);
  });
  service.keepAliveTimeout = 60_000;
  return { ...(await proxied(service)), reached };
}

const HONEST = 'GET /honest HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;

/** Beginnings of requests whose end is where a reader believes it to be [RFC 9112 §11.2]. */
const AMBIGUOUS: readonly (readonly [what: string, request: string])[] = [
  ['CL.TE', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['TE.CL', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n25\r\n'],
  ['TE.TE, one of them unknown', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n'],
  ['chunked not last', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
  ['a tab before the coding', 'Content-Length: 5\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n'],
  ['a vertical tab before the coding', 'Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n'],
  ['a quoted coding', 'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n'],
  ['a folded coding', 'Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
  ['a space behind the name', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
  ['a space before the name', 'X: 1\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths in one field', 'Content-Length: 0, 5\r\n\r\n'],
  ['two equal lengths in one field', 'Content-Length: 5, 5\r\n\r\nhello'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello'],
  ['a length with a sign', 'Content-Length: -1\r\n\r\n'],
  ['a length in hexadecimal', 'Content-Length: 0x5\r\n\r\nhello'],
  ['a length beyond all numbers', 'Content-Length: 184467440737095516160\r\n\r\n'],
  ['a length of nothing', 'Content-Length:\r\n\r\n'],
  ['a bare carriage return in a value', 'X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a bare line feed behind a field', 'X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a bare line feed behind the header', 'Content-Length: 0\r\n\n'],
  ['a zero in a name', 'Transfer-\0Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a length that Connection takes away', 'Connection: Content-Length\r\nContent-Length: 37\r\n\r\n'],
  [
    'a coding that Connection takes away',
    'Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
];

/** Bodies in chunks that are none [RFC 9112 §7.1]. Their requests were begun before that is known. */
const BROKEN_CHUNKS: readonly (readonly [what: string, body: string])[] = [
  ['a size with a prefix', '0x0\r\n\r\n'],
  ['a size with a sign', '+0\r\n\r\n'],
  ['a size beyond all numbers', 'fffffffffffffffff\r\n\r\n'],
  ['no size', '\r\n\r\n'],
  ['a bare line feed behind the size', '0\n\r\n'],
  ['a bare line feed in an extension', '0;a\nb\r\n\r\n'],
  ['more data than the size says', '1\r\nab\r\n0\r\n\r\n'],
  ['a bare line feed behind the data', '1\r\na\n0\r\n\r\n'],
];

describe('requests that can be read in two ways', () => {
  it('are refused, and what they hide reaches nobody', async () => {
    const { port, reached } = await answering();
    for (const [what, request] of AMBIGUOUS) {
      const answer = await say(port, `POST /first HTTP/1.1\r\nHost: a\r\n${request}${SMUGGLED}`);
      expect(statusOf(answer), what).toMatch(/^(?:400|501)$/);
      expect(answer.match(/HTTP\/1\.1/g), what).toHaveLength(1);
      expect(reached, what).toEqual([]);
    }
    expect(await say(port, HONEST)).toContain('answer to /honest');
    report(`terminator, requests that can be read in two ways: ${String(AMBIGUOUS.length)} refused`);
  });

  it('by their chunks end their connection, and what they hide reaches nobody', async () => {
    const { port, reached } = await answering();
    for (const [what, body] of BROKEN_CHUNKS) {
      await say(
        port,
        `POST /first HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}${SMUGGLED}`,
      );
      expect(await say(port, HONEST), what).toContain('answer to /honest');
    }
    expect(new Set(reached.map(({ url }) => url))).toEqual(new Set(['/first', '/honest']));
    report(`terminator, bodies in broken chunks: ${String(BROKEN_CHUNKS.length)}`);
  });

  it('by an upgrade with a body are refused [RFC 6455 §4.1]', async () => {
    const { port, reached } = await answering();
    const ask = 'GET /first HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
    for (const body of [
      `Content-Length: 300\r\n\r\n${SMUGGLED}`,
      `Content-Length: ${String(SMUGGLED.length)}\r\n\r\n${SMUGGLED}`,
      `Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ]) {
      expect(statusOf(await say(port, `${ask}${body}`))).toBe('400');
      expect(await say(port, HONEST)).toContain('answer to /honest');
    }
    expect(new Set(reached.map(({ url }) => url))).toEqual(new Set(['/honest']));
  });

  it('are not made by an upgrade that the service refuses', async () => {
    const { port, reached } = await answering();
    const ask = 'GET /first HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await say(port, `${ask}${SMUGGLED}`)).toMatch(/Connection: close(?:.|\s)*answer to \/first$/);
    await say(port, HONEST);
    expect(reached.map(({ url }) => url)).toEqual(['/first', '/honest']);
  });
});

describe('what a client says of itself', () => {
  it('does not take away what the terminator says, nor add to it', async () => {
    const { port, reached } = await answering();
    await say(
      port,
      'POST / HTTP/1.1\r\nHost: a\r\n' +
        'Connection: close, Hybridge-Session, Forwarded, X-Forwarded-For, X-Forwarded-Proto, Via\r\n' +
        'HYBRIDGE-SESSION: key-exchange=classical\r\nhybridge-session: a\r\nFORWARDED: for=10.0.0.1\r\n' +
        'X_Forwarded_For: 10.0.0.1\r\nTransfer-Encoding: chunked\r\nTrailer: Hybridge-Session\r\n\r\n' +
        '0\r\nHybridge-Session: key-exchange=classical\r\nForwarded: for=10.0.0.1\r\n\r\n',
    );
    const fields = reached[0]?.fields ?? {};
    expect(fields['hybridge-session']).toEqual([expect.stringMatching(/^key-exchange=hybrid, /)]);
    expect(fields['forwarded']).toEqual([expect.stringMatching(/^for="127\.0\.0\.1:\d+";by=/)]);
    expect(fields['x-forwarded-for']).toEqual(['127.0.0.1']);
    expect(fields['x-forwarded-proto']).toEqual(['https']);
    expect(fields['via']).toEqual(['1.1 hybridge']);
    expect(Object.keys(fields)).not.toContain('x_forwarded_for');
    expect(Object.keys(fields)).not.toContain('trailer');
  });

  it.each([
    // A host with what would end its parameter in Forwarded [RFC 7239 §4].
    ['Host: a";for=10.0.0.1;by="b', '400'],
    ['Host: a, b@c', '400'],
    ['Host: a\\', '400'],
  ])('%j is no host', async (host, status) => {
    const { port, reached } = await answering();
    expect(statusOf(await say(port, `GET / HTTP/1.1\r\n${host}\r\n\r\n`))).toBe(status);
    expect(reached).toEqual([]);
  });
});

describe('many requests at once', () => {
  it('are one connection to the service, one after the other, and not without end', async () => {
    let connections = 0;
    let under = 0;
    let most = 0;
    const asked: string[] = [];
    const service = createServer((request, response) => {
      most = Math.max(most, ++under);
      asked.push(request.url ?? '');
      setImmediate(() => {
        under--;
        response.end('done');
      });
    }).on('connection', () => connections++);
    const { port } = await proxied(service);
    const all = Array.from({ length: 300 }, (_, at) => `GET /${String(at)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const answer = await say(port, all.join(''));
    expect([connections, most]).toEqual([1, 1]);
    expect(asked).toEqual(Array.from({ length: 101 }, (_, at) => `/${String(at)}`));
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(101);
    expect(answer).toMatch(/HTTP\/1\.1 503 (?:.*\r\n)*Connection: close\r\n/);
  });

  it('the last of them an upgrade, are answered in turn', async () => {
    const { port, reached } = await answering();
    const answer = await say(
      port,
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n' +
        'GET /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    expect(answer).toMatch(/answer to \/1(?:.|\s)*answer to \/2$/);
    expect(reached.map(({ url }) => url)).toEqual(['/1', '/2']);
  });
});

/** A service that answers each connection with these bytes. */
const scripted = (answer: (socket: Socket) => void): ReturnType<typeof createTcpServer> =>
  createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      answer(socket);
    });
  });

describe('a service', () => {
  it('that changes the protocol unasked, or to another one, is not followed [RFC 9110 §7.8]', async () => {
    const { port, failures } = await proxied(
      scripted((socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nsecret');
      }),
    );
    expect(statusOf(await say(port, HONEST))).toBe('502');
    const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const answer = await say(port, upgrade);
    expect(statusOf(answer)).toBe('502');
    expect(answer).not.toContain('secret');
    expect(failures).toEqual(['protocol', 'protocol']);
  });

  it('that dies in the middle of an answer leaves it visibly incomplete', async () => {
    for (const head of ['Content-Length: 1000', 'Transfer-Encoding: chunked', 'Connection: close']) {
      const { port, failures } = await proxied(
        scripted((socket) => {
          socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n4\r\nhalf\r\n`, () =>
            setTimeout(() => socket.resetAndDestroy(), 100),
          );
        }),
      );
      const text = await say(port, HONEST);
      expect(text, head).toContain('half');
      // Where only the end of the connection ends an answer, its reader is given chunks, of which the last is missing.
      if (!head.startsWith('Content-Length')) expect(text, head).toContain('Transfer-Encoding: chunked');
      expect(text, head).not.toMatch(/\r\n0\r\n/);
      expect(failures, head).toEqual(['reset']);
    }
  });

  it('that answers twice does not answer for somebody else', async () => {
    let connections = 0;
    const { port } = await proxied(
      createTcpServer((socket) => {
        const name = String(++connections);
        socket
          .on('error', () => undefined)
          .on('data', () => {
            const ok = `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${name}`;
            socket.write(`${ok}${ok.replace('200 OK', '200 Forged')}`);
          });
      }),
    );
    for (const name of ['1', '2', '3']) {
      const answer = await say(port, HONEST);
      expect(answer).not.toContain('Forged');
      expect(answer.endsWith(name)).toBe(true);
    }
  });

  it('whose header does not end is not waited for without bound', async () => {
    const { port, failures } = await proxied(
      scripted((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const line = `X: ${'a'.repeat(1000)}\r\n`;
        const more = setInterval(() => socket.write(line.repeat(10)), 1);
        socket.once('close', () => {
          clearInterval(more);
        });
      }),
    );
    expect(statusOf(await say(port, HONEST))).toBe('502');
    expect(failures).toEqual(['protocol']);
  });
});

describe('a slow client', () => {
  it('does not hold a request for longer than it may, and the service hears of its end', async () => {
    const { promise: gone, resolve } = deferred<boolean>();
    const service = createServer((request, response) => {
      request.resume().on('error', () => undefined);
      response.once('close', () => {
        resolve(request.complete);
      });
    });
    const { port } = await proxied(service, { headerMilliseconds: 500, requestMilliseconds: 600 });
    const client = await dial(port);
    const answer = everything(client);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    const drip = setInterval(() => client.write('.'), 20);
    const started = performance.now();
    expect(statusOf(await answer)).toMatch(/^(?:408|)$/);
    clearInterval(drip);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await gone).toBe(false);
    client.destroy();
  });
});
