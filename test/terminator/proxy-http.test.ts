import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createHttpProxy,
  DEFAULT_HTTP_LIMITS,
  type HttpLimits,
  type HttpProxy,
} from '../../src/terminator/proxy-http.ts';
import { DEFAULT_PROXY_TIMEOUTS, type ProxyTimeouts } from '../../src/terminator/proxy-tcp.ts';
import { deferred, dial, everything, front, listening, LOOPBACK, say } from './proxy-support.ts';

interface Proxied {
  readonly port: number;
  readonly proxy: HttpProxy;
  /** Why the service failed, each time it did. */
  readonly failures: string[];
}

async function behind(
  upstreamPort: number,
  changes: Partial<HttpLimits & ProxyTimeouts> & { readonly proxyProtocol?: boolean } = {},
): Promise<Proxied> {
  const failures: string[] = [];
  const proxy = createHttpProxy({
    upstream: { host: LOOPBACK, port: upstreamPort },
    timeouts: { ...DEFAULT_PROXY_TIMEOUTS, ...changes },
    limits: { ...DEFAULT_HTTP_LIMITS, ...changes },
    proxyProtocol: changes.proxyProtocol ?? false,
    onFailure: (_, { because }) => failures.push(because),
  });
  const port = await front((session) => {
    proxy.handle(session);
  });
  afterAll(() => {
    proxy.close();
  });
  return { port, proxy, failures };
}

/** A service that tells what it was asked. */
function telling(): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (more: string) => (body += more));
    request.on('end', () => {
      const { method, url, rawHeaders } = request;
      response.setHeader('X-Seen-From', String(request.socket.remotePort));
      response.end(JSON.stringify({ method, url, headers: rawHeaders, body }));
    });
  });
}

interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'headers' in value && Array.isArray(value.headers);
}

function told(answer: string): Told & { readonly fields: ReadonlyMap<string, readonly string[]> } {
  const value: unknown = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
  if (!isTold(value)) throw new Error(answer);
  const fields = new Map<string, string[]>();
  for (let at = 0; at < value.headers.length; at += 2) {
    const name = (value.headers[at] ?? '').toLowerCase();
    fields.set(name, [...(fields.get(name) ?? []), value.headers[at + 1] ?? '']);
  }
  return { ...value, fields };
}

const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;

describe('HTTP proxy', () => {
  let telled: Proxied;
  beforeAll(async () => {
    telled = await behind((await listening(telling())).port);
  });

  it('tells the service of the session, whatever the client says of itself', async () => {
    const answer = await say(
      telled.port,
      'GET /dose?id=7 HTTP/1.1\r\nHost: pump.example\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\n' +
        'Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nCookie: a=1\r\n' +
        'Forwarded: for=10.0.0.1\r\nX-Forwarded-For: 10.0.0.1\r\nx_forwarded_for: 10.0.0.2\r\n' +
        'X-Forwarded-Proto: http\r\nHybridge-Session: key-exchange=classical\r\nhybridge_session: a\r\n' +
        'X-Hybridge-Anything: 1\r\nX-Real-IP: 10.0.0.1\r\nClient-Cert: :AAAA:\r\n' +
        'Proxy: http://10.0.0.3\r\nSSL_Client_S_DN: CN=pump\r\n\r\n',
    );
    expect(statusOf(answer)).toBe('200');
    const { method, url, fields } = told(answer);
    expect([method, url]).toEqual(['GET', '/dose?id=7']);
    expect(fields.get('hybridge-session')).toEqual([
      'key-exchange=hybrid, group="X25519MLKEM768", version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", ' +
        'server-authentication=post-quantum, server-scheme="mldsa65", client-authentication=classical, ' +
        'client-scheme="ecdsa_secp256r1_sha256", resumed=?0, hello-retry=?0, identity="uri:urn:dev:ops:pump-17", ' +
        'server-name="pump.example", alpn="http/1.1", connection="01JD3K7E"',
    ]);
    expect(fields.get('forwarded')).toEqual([
      expect.stringMatching(
        /^for="127\.0\.0\.1:\d+";by="127\.0\.0\.1:\d+";host="pump\.example";proto=https$/,
      ),
    ]);
    expect(fields.get('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(fields.get('x-forwarded-proto')).toEqual(['https']);
    expect(fields.get('x-forwarded-host')).toEqual(['pump.example']);
    expect(fields.get('cookie')).toEqual(['a=1']);
    for (const name of [
      ...[
        'x_forwarded_for',
        'hybridge_session',
        'x-hybridge-anything',
        'x-real-ip',
        'client-cert',
        'proxy',
        'ssl_client_s_dn',
      ],
      ...['x-mine', 'te', 'proxy-authorization'],
    ])
      expect(fields.has(name), name).toBe(false);
  });

  it('keeps connections, in front and behind', async () => {
    const client = await dial(telled.port);
    const answer = everything(client);
    client.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.write('GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const seen = [...(await answer).matchAll(/X-Seen-From: (\d+)/g)].map(([, port]) => port);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });

  it.each([
    [
      'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
      'hello',
      'content-length',
    ],
    [
      'PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'hello',
      'transfer-encoding',
    ],
    ['POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', '', 'content-length'],
    ['DELETE /a HTTP/1.0\r\nHost: a\r\n\r\n', '', undefined],
    [
      'POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
      'ok',
      'content-length',
    ],
    ['GET http://b.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', '', undefined],
  ])('frames bodies anew: %j', async (request, body, framing) => {
    const answer = await say(telled.port, request);
    const { fields, ...seen } = told(answer);
    expect(seen.body).toBe(body);
    const frames = ['content-length', 'transfer-encoding'].filter((name) => fields.has(name));
    expect(frames).toEqual(framing === undefined ? [] : [framing]);
    expect(fields.get('host')).toEqual([request.includes('b.example') ? 'b.example' : 'a']);
    expect(fields.has('expect')).toBe(false);
  });

  it.each([
    ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', '400'],
    ['GET a HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['GET * HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['GET /x#/../y HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc', '400'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '400'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', '501'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n', '501'],
    ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n', '400'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc', '400'],
    ['POST / HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 3\r\n\r\nabc', '400'],
    ['GET / HTTP/1.1\nHost: a\n\n', '400'],
    ['GET / HTTP/1.1\r\nHost: a\r\n folded: x\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\nConnection: close\r\n\r\n', '417'],
    [
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 3\r\n\r\nabc',
      '400',
    ],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
  ])('refuses %j with %s', async (request, status) => {
    expect(statusOf(await say(telled.port, request))).toBe(status);
  });

  it('answers 431 to a header that is too long', async () => {
    const request = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(statusOf(await say(telled.port, request))).toBe('431');
  });

  it('ends connections that are to become tunnels', async () => {
    expect(await say(telled.port, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')).toBe('');
  });

  it('answers 408 to a header that does not end', async () => {
    const { port } = await behind((await listening(telling())).port, { headerMilliseconds: 200 });
    const started = performance.now();
    expect(statusOf(await say(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '))).toBe('408');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('streams both ways at once', async () => {
    const service = createServer((request, response) => {
      response.flushHeaders();
      request.pipe(response);
    });
    const { port } = await behind((await listening(service)).port);
    const client = await dial(port);
    let text = '';
    client.setEncoding('utf8').on('data', (more: string) => (text += more));
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n');
    for (const word of ['one', 'two', 'six']) {
      client.write(`3\r\n${word}\r\n`);
      await expect.poll(() => text, { interval: 5 }).toContain(word);
    }
    client.end('0\r\n\r\n');
    await once(client, 'end');
    client.destroy();
  });

  it('passes early hints, cookies and answers without a body on', async () => {
    const service = createServer((request, response) => {
      if (request.method === 'HEAD') {
        response.setHeader('Content-Length', '7').end();
        return;
      }
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' });
      response.writeHead(204, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Keep-Alive', 'timeout=9']);
      response.end();
    });
    const { port } = await behind((await listening(service)).port);
    const answer = await say(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>/);
    expect(answer).toContain('HTTP/1.1 204 No Content\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
    expect(answer).not.toContain('Keep-Alive');
    expect(await say(port, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /Content-Length: 7\r\n(?:.*\r\n)*\r\n$/,
    );
  });

  it('changes to WebSocket and to nothing else', async () => {
    const service = telling();
    service.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
      if (request.url === '/no') {
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
        return;
      }
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Session: ${String(request.headers['hybridge-session']).slice(0, 19)}\r\n\r\nhello `,
      );
      socket.write(head);
      socket.pipe(socket);
    });
    const { port, failures } = await behind((await listening(service)).port);
    const ask = 'HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n';
    const client = await dial(port);
    const answer = everything(client);
    client.write(`GET /chat ${ask}Upgrade: websocket\r\n\r\nfirst `);
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.end('last');
    const text = await answer;
    expect(text).toMatch(
      /^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/,
    );
    expect(text).toContain('X-Session: key-exchange=hybrid');
    expect(text.split('\r\n\r\n')[1]).toBe('hello first last');
    client.destroy();
    expect(await say(port, `GET /no ${ask}Upgrade: websocket\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 (?:.*\r\n)*\r\nno$/,
    );
    // As an ordinary request, with the wish left out.
    const plain = await say(
      port,
      `GET /h2 ${ask.replace('Upgrade\r\n', 'Upgrade, close\r\n')}Upgrade: h2c\r\n\r\n`,
    );
    expect(told(plain).fields.has('upgrade')).toBe(false);
    expect(failures).toEqual([]);
  });

  describe('when the service fails', () => {
    const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

    it('answers 502 when it is not there, and 504 when it does not answer', async () => {
      const taken = createTcpServer();
      const { port: free } = await listening(taken);
      taken.close();
      const absent = await behind(free);
      expect(statusOf(await say(absent.port, GET))).toBe('502');
      const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc';
      expect(statusOf(await say(absent.port, post))).toBe('502');
      expect(statusOf(await say(absent.port, GET.replace('close', 'Upgrade\r\nUpgrade: websocket')))).toBe(
        '502',
      );
      expect(absent.failures).toEqual(['unreachable', 'unreachable', 'unreachable']);

      const silent = await behind((await listening(createServer(() => undefined))).port, {
        answerMilliseconds: 100,
      });
      expect(statusOf(await say(silent.port, GET))).toBe('504');
      expect(silent.failures).toEqual(['timeout']);
    });

    it('answers 502 to what is no HTTP, and to an answer with two lengths', async () => {
      for (const answer of [
        'SSH-2.0-OpenSSH\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
        'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ]) {
        const service = createTcpServer((socket) => {
          socket.on('error', () => undefined);
          socket.once('data', () => socket.end(answer));
        });
        const { port, failures } = await behind((await listening(service)).port);
        expect(statusOf(await say(port, GET))).toBe('502');
        expect(failures).toEqual(['protocol']);
      }
    });

    it('does not let half an answer pass for a whole one', async () => {
      const service = createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n');
          setTimeout(() => socket.destroy(), 100);
        });
      });
      const { port, failures } = await behind((await listening(service)).port);
      const answer = await say(port, GET);
      expect(answer).toContain('half');
      expect(answer).not.toContain('\r\n0\r\n');
      expect(failures).toEqual(['reset']);
    });

    it('asks again where a kept connection was given up, and only what may be asked twice', async () => {
      let requests = 0;
      // Answers once, and resets the connection at the next request.
      const service = createTcpServer((socket) => {
        let first = true;
        socket.on('error', () => undefined);
        socket.on('data', () => {
          requests++;
          if (first) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
          else socket.resetAndDestroy();
          first = false;
        });
      });
      const { port, failures } = await behind((await listening(service)).port);
      for (let count = 0; count < 3; count++) expect(statusOf(await say(port, GET))).toBe('200');
      expect(requests).toBe(5);
      const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
      expect(statusOf(await say(port, post))).toBe('502');
      expect(failures).toEqual(['reset']);
    });
  });

  it('lets the service know that the client is gone, and calls that no failure', async () => {
    const { promise: gone, resolve } = deferred<undefined>();
    const service = createServer((_: IncomingMessage, response: ServerResponse) => {
      response.on('close', () => {
        resolve(undefined);
      });
      response.write('more');
    });
    const { port, failures } = await behind((await listening(service)).port);
    const client = await dial(port);
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client, 'data');
    client.destroy();
    await gone;
    expect(failures).toEqual([]);
  });

  it('gives each session connections of its own where they begin with a header', async () => {
    const starts: string[] = [];
    const service = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        starts.push(chunk.subarray(0, 12).toString('latin1'));
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    const { port } = await behind((await listening(service)).port, { proxyProtocol: true });
    const client = await dial(port);
    for (const last of [false, true]) {
      client.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n`);
      await once(client, 'data');
    }
    client.destroy();
    await say(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    const signature = '\r\n\r\n\0\r\nQUIT\n';
    expect(starts).toEqual([signature, 'GET / HTTP/1', signature]);
  });

  it('drains: answers are the last of their connections, connections without a request end', async () => {
    const { promise: asked, resolve: ask } = deferred<ServerResponse>();
    const service = createServer((_, response) => {
      ask(response);
    });
    const { port, proxy } = await behind((await listening(service)).port);
    const idle = await dial(port);
    const idleEnded = everything(idle);
    const busy = await dial(port);
    const answer = everything(busy);
    busy.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const response = await asked;
    proxy.drain();
    expect(await idleEnded).toBe('');
    response.end('done');
    expect(await answer).toMatch(/Connection: close\r\n(?:.*\r\n)*\r\n(?:4\r\n)?done/);
  });
});
