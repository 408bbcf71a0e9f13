import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createRedisStore } from '../../src/stores/redis/index.ts';
import { findPeer } from '../support/peers.ts';
import { describeStore } from './conformance.ts';
import { testProcesses } from './processes.ts';
import { describeWithRedis, type RedisServer, startRedis } from './redis-server.ts';

/** Longer than any load on the machine makes a server take. */
const PATIENT = 20_000;

const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;
function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describeWithRedis('Redis', () => {
  let server: RedisServer;
  let spaces = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  const newPrefix = (): string => `[*?]/${String(spaces++)}:`;

  describeStore(
    'Redis',
    async () => {
      const prefix = newPrefix();
      return {
        open: async () => createRedisStore({ url: server.url, prefix, timeout: PATIENT }),
        now: () => new Date(),
        advance: wait,
        dispose: async () => undefined,
      };
    },
    { raises: 600, increments: 40, sequences: 20, keys: 600, second: 400 },
  );

  describe('several processes', () => {
    testProcesses(
      'redis',
      async () => {
        const store = createRedisStore({ url: server.url, timeout: PATIENT });
        for await (const { key } of store.entries()) await store.delete(key);
        await store.close();
        return {
          location: server.url,
          open: () => createRedisStore({ url: server.url, timeout: PATIENT }),
          dispose: async () => undefined,
        };
      },
      { processes: 3, raises: 150, takes: 40, kills: 2 },
    );
  });

  test('serves over a client of the caller, which stays open', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    try {
      const prefix = newPrefix();
      const store = createRedisStore({ client, prefix, timeout: PATIENT });
      expect(await store.raise('k', 3)).toEqual({ value: 3, raised: true });
      expect(await client.get(`${prefix}k`)).toBe('3');
      await store.close();
      expect(await client.ping()).toBe('PONG');
    } finally {
      client.destroy();
    }
  });

  test('expiry reaches the server as an absolute time', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    const prefix = newPrefix();
    const store = createRedisStore({ client, prefix, timeout: PATIENT });
    try {
      const expiresAt = new Date(Date.now() + 90_000);
      await store.raise('k', 3, { expiresAt });
      expect(await client.pExpireTime(`${prefix}k`)).toBe(expiresAt.getTime());
      await store.compareAndSet('t', undefined, 'x', { expiresAt });
      expect(await client.pExpireTime(`${prefix}t`)).toBe(expiresAt.getTime());
      expect(await client.get(`${prefix}t`)).toBe('=x');
    } finally {
      client.destroy();
    }
  });

  test('keys that hold what it did not write are reported, not taken for something', async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    const prefix = newPrefix();
    const store = createRedisStore({ client, prefix, timeout: PATIENT });
    try {
      await client.set(`${prefix}k`, '-5');
      await client.hSet(`${prefix}h`, 'a', 'b');
      for (const key of ['k', 'h']) await expect(store.get(key)).rejects.toEqual(code('input_output'));
      await expect(store.raise('h', 1)).rejects.toEqual(code('input_output'));
    } finally {
      client.destroy();
    }
  });

  test('scripts come back after the server has forgotten them', async () => {
    const store = createRedisStore({ url: server.url, prefix: newPrefix(), timeout: PATIENT });
    await store.raise('k', 1);
    const client = createClient({ url: server.url });
    await client.connect();
    await client.scriptFlush();
    client.destroy();
    expect(await store.raise('k', 2)).toEqual({ value: 2, raised: true });
    await store.close();
  });

  test('a server that ends and comes back is noticed at once, and used again', async () => {
    // Both servers are behind one door, as after a restart on the same port.
    let behind = await startRedis();
    const door = createServer((socket) => {
      const through = connect(behind.port, '127.0.0.1');
      for (const [one, other] of [
        [socket, through],
        [through, socket],
      ] as const) {
        one.on('error', () => undefined).on('close', () => other.destroy());
        one.pipe(other);
      }
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const store = createRedisStore({ url: `redis://127.0.0.1:${String(portOf(door))}`, timeout: 2000 });
    try {
      await store.raise('k', 5);
      await behind.stop();
      const began = performance.now();
      for (let turn = 0; turn < 50; turn++)
        await expect(store.raise('k', 6)).rejects.toEqual(code('input_output'));
      expect(performance.now() - began).toBeLessThan(10_000);
      behind = await startRedis();
      await wait(550);
      expect(await store.raise('k', 6)).toEqual({ value: 6, raised: true });
    } finally {
      await store.close();
      door.close();
      await behind.stop();
    }
  });

  test('passwords and databases of the URL are used', async () => {
    const own = await startRedis((port) => ['--port', String(port), '--requirepass', 'sesame']);
    try {
      const [right, wrong, none] = [`:sesame@`, ':wrong@', ''].map((user) =>
        createRedisStore({ url: `redis://${user}127.0.0.1:${String(own.port)}/3`, timeout: PATIENT }),
      );
      expect(await right?.raise('k', 5)).toEqual({ value: 5, raised: true });
      for (const store of [wrong, none]) {
        const error: unknown = await store?.get('k').catch((thrown: unknown) => thrown);
        expect(error).toEqual(code('input_output'));
        expect(String(error)).not.toContain('wrong@');
      }
      for (const store of [right, wrong, none]) await store?.close();
    } finally {
      await own.stop();
    }
  });

  test('speaks TLS to a server it can verify, and to no other', async () => {
    const openssl = findPeer('peer-openssl') ?? 'openssl';
    const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
    const file = (name: string): string => join(folder, name);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(file('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const subject = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const certificate = execFileSync(
      openssl,
      ['req', '-x509', '-new', '-key', file('key.pem'), '-days', '3', ...subject],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    writeFileSync(file('cert.pem'), certificate);
    const own = await startRedis((port) => [
      ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
      ...['--tls-cert-file', file('cert.pem'), '--tls-key-file', file('key.pem')],
      ...['--tls-ca-cert-file', file('cert.pem')],
    ]);
    const url = `rediss://127.0.0.1:${String(own.port)}`;
    try {
      const trusting = createRedisStore({ url, tls: { ca: certificate }, timeout: PATIENT });
      expect(await trusting.raise('k', 5)).toEqual({ value: 5, raised: true });
      await trusting.close();
      const careful = createRedisStore({ url, timeout: PATIENT });
      await expect(careful.get('k')).rejects.toEqual(code('input_output'));
      await careful.close();
      const plain = createRedisStore({ url: url.replace('rediss', 'redis'), timeout: 300 });
      await expect(plain.get('k')).rejects.toEqual(code('input_output'));
      await plain.close();
    } finally {
      await own.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('createRedisStore', () => {
  test('a server that takes connections and never answers costs one timeout, then nothing for a while', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const store = createRedisStore({ url: `redis://127.0.0.1:${String(portOf(silent))}`, timeout: 100 });
    try {
      const began = performance.now();
      const failed = await Promise.allSettled(Array.from({ length: 200 }, () => store.get('k')));
      expect(failed.every(({ status }) => status === 'rejected')).toBe(true);
      for (let turn = 0; turn < 50; turn++)
        await expect(store.raise('k', 1)).rejects.toEqual(code('input_output'));
      expect(performance.now() - began).toBeLessThan(3000);
      expect(sockets.length).toBeLessThan(4);
    } finally {
      await store.close();
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  test('a client without an answer fails in time', async () => {
    const store = createRedisStore({
      client: { sendCommand: () => new Promise(() => undefined) },
      timeout: 30,
    });
    await expect(store.get('k')).rejects.toEqual(code('input_output'));
    await store.close();
  });

  test('replies that no server gives are errors, whatever they are', async () => {
    for (const reply of [
      undefined,
      5,
      'x',
      {},
      [],
      [5],
      [[], 1],
      ['', -1],
      ['9007199254740993', -1],
      ['1e3', 0],
    ]) {
      const store = createRedisStore({ client: { sendCommand: async () => reply } });
      await expect(store.get('k')).rejects.toEqual(code('input_output'));
      await expect(store.raise('k', 1)).rejects.toEqual(code('input_output'));
    }
  });

  test('refuses URLs, prefixes and timeouts that are none, without repeating a password', () => {
    for (const url of ['', 'redis', 'http://127.0.0.1', 'redis://x:secret@[bad'])
      expect(() => createRedisStore({ url })).toThrow(code('invalid_argument'));
    try {
      createRedisStore({ url: 'redis://x:secret@[bad' });
    } catch (error) {
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
    }
    const url = 'redis://127.0.0.1:1';
    for (const timeout of [0, -1, 0.5, Number.NaN])
      expect(() => createRedisStore({ url, timeout })).toThrow(code('invalid_argument'));
    expect(() => createRedisStore({ url, prefix: 'a b' })).toThrow(code('invalid_argument'));
  });
});

test('entries come once, also where SCAN comes to a key twice', async () => {
  const pages: Readonly<Record<string, unknown>> = {
    0: ['7', ['hybridge:a']],
    7: ['0', ['hybridge:a', 'hybridge:b']],
  };
  const client = {
    sendCommand: ([command, cursor = '']: readonly string[]): Promise<unknown> =>
      Promise.resolve(command === 'SCAN' ? pages[cursor] : ['3', -1]),
  };
  const keys: string[] = [];
  for await (const { key } of createRedisStore({ client }).entries()) keys.push(key);
  expect(keys).toEqual(['a', 'b']);
});
