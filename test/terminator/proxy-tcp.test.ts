import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Relayed, relay } from '../../src/terminator/proxy-tcp.ts';
import { deferred, dial, everything, front, listening, LOOPBACK } from './proxy-support.ts';

const timeouts = { connectMilliseconds: 500, idleMilliseconds: 5000 };

/** A service, a front before it, and what became of each connection. */
async function proxied(
  service: (socket: Socket) => void,
  changes: Partial<typeof timeouts> = {},
): Promise<{ readonly port: number; readonly ended: Promise<Relayed> }> {
  const upstream = await listening(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      service(socket);
    }),
  );
  return behind(upstream.port, changes);
}

async function behind(
  upstreamPort: number,
  changes: Partial<typeof timeouts> = {},
  header?: Uint8Array,
): Promise<{ readonly port: number; readonly ended: Promise<Relayed> }> {
  const { promise: ended, resolve } = deferred<Relayed>();
  const port = await front(({ socket }) => {
    void relay(socket, {
      upstream: { host: LOOPBACK, port: upstreamPort },
      timeouts: { ...timeouts, ...changes },
      header,
    }).then(resolve);
  });
  return { port, ended };
}

describe('relay', () => {
  it('lets each side end on its own, and counts', async () => {
    const { port, ended } = await proxied((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (more: string) => (text += more));
      // Answers only when the request has ended.
      socket.on('end', () => socket.end(`heard ${text}`));
    });
    const client = await dial(port);
    const answer = everything(client);
    client.end('pump 17');
    expect(await answer).toBe('heard pump 17');
    expect(await ended).toEqual({ sent: 7, received: 13, ended: 'end' });
  });

  it('sends the header first and does not count it', async () => {
    const { promise, resolve } = deferred<string>();
    const service = await listening(
      createServer((socket) => {
        let text = '';
        socket.setEncoding('utf8').on('data', (more: string) => (text += more));
        socket.on('end', () => {
          resolve(text);
        });
      }),
    );
    const { port, ended } = await behind(service.port, {}, new TextEncoder().encode('HEADER'));
    (await dial(port)).end('body');
    expect(await promise).toBe('HEADERbody');
    expect(await ended).toEqual({ sent: 4, received: 0, ended: 'end' });
  });

  it('holds a fast side back while the other does not read', async () => {
    const CHUNK = Buffer.alloc(65_536);
    let written = 0;
    const { port, ended } = await proxied((socket) => {
      const more = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += CHUNK.length;
          if (!socket.write(CHUNK)) {
            socket.once('drain', more);
            return;
          }
        }
        socket.end();
      };
      socket.on('end', () => socket.end());
      socket.resume();
      more();
    });
    const client = await dial(port);
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 150));
    const held = written;
    expect(held).toBeLessThan(32 * 1024 * 1024);
    let read = 0;
    client.on('data', (chunk: Buffer) => (read += chunk.length));
    client.on('end', () => client.end());
    const closed = once(client, 'close');
    client.resume();
    expect(await ended).toMatchObject({ received: 64 * 1024 * 1024, ended: 'end' });
    await closed;
    expect(read).toBe(64 * 1024 * 1024);
  });

  it('ends what is idle, and nothing that is merely slow', async () => {
    const { port, ended } = await proxied((socket) => socket.pipe(socket), { idleMilliseconds: 600 });
    const client = await dial(port);
    const closed = everything(client);
    const started = performance.now();
    for (let count = 0; count < 5; count++) {
      client.write('.');
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(await closed).toBe('.....');
    expect(performance.now() - started).toBeGreaterThan(1100);
    expect(await ended).toEqual({ sent: 5, received: 5, ended: 'idle' });
  });

  it('tells a service that is not there from one that does not answer and one that breaks off', async () => {
    const taken = createServer();
    const { port: free } = await listening(taken);
    taken.close();
    const absent = await behind(free);
    const client = await dial(absent.port);
    expect(await everything(client)).toBe('');
    expect(await absent.ended).toMatchObject({
      ended: 'upstream-error',
      failure: { because: 'unreachable' },
    });

    // Nobody answers for an address that documentation is written with [RFC 5737].
    const { promise: ended, resolve } = deferred<Relayed>();
    const port = await front(({ socket }) => {
      void relay(socket, {
        upstream: { host: '192.0.2.1', port: 9 },
        timeouts: { ...timeouts, connectMilliseconds: 100 },
      }).then(resolve);
    });
    await everything(await dial(port));
    const { failure } = await ended;
    expect(failure?.because).toMatch(/^(?:timeout|unreachable)$/);

    const broken = await proxied((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const third = await dial(broken.port);
    third.write('x');
    await everything(third);
    expect(await broken.ended).toMatchObject({ ended: 'upstream-error', failure: { because: 'reset' } });
  });

  it('lets the service know that the client is gone', async () => {
    const { promise: come, resolve: comes } = deferred<undefined>();
    const { promise: gone, resolve } = deferred<undefined>();
    const { port, ended } = await proxied((socket) => {
      // Whoever ends may still listen; whoever is gone shows when something is sent to it.
      const timer = setInterval(() => socket.write('more'), 10);
      socket.once('data', () => {
        comes(undefined);
      });
      socket.on('close', () => {
        clearInterval(timer);
        resolve(undefined);
      });
    });
    const client = await dial(port);
    client.write('x');
    await come;
    client.destroy();
    await gone;
    expect(await ended).toMatchObject({ sent: 1 });
  });

  it('connects one client to one connection', async () => {
    const { port } = await proxied((socket) => socket.pipe(socket));
    const clients = await Promise.all([1, 2, 3].map(() => dial(port)));
    const answers = clients.map((client, index) => {
      const answer = everything(client);
      client.end(`client ${String(index)}`);
      return answer;
    });
    expect(await Promise.all(answers)).toEqual(['client 0', 'client 1', 'client 2']);
  });
});
