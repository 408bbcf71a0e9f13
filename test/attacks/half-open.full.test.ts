/** `hybridge tls serve` as it comes, under ten thousand connections that want no session, and an honest device among them. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { serve, type Serving, writeCredential } from '../cli/serve-support.ts';
import { Sandbox } from '../cli/support.ts';
import { report } from '../support/tally.ts';
import { call } from '../terminator/listener-support.ts';
import { listening, LOOPBACK } from '../terminator/proxy-support.ts';
import { flood } from './flood.ts';
import { hello, records, sharesData, x25519Share } from './wire.ts';

const sandbox = new Sandbox();
afterAll(() => {
  sandbox.remove();
});

const MIB = 1024 * 1024;

/** Bytes that a process has in memory. */
function resident({ process: id }: Serving): number {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(id)}/status`, 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}

/** A device that calls every 100 ms, and resumes its session; how long each call took, in milliseconds. */
function device(port: number): { readonly stop: () => Promise<readonly number[]> } {
  const times: number[] = [];
  const running = new AbortController();
  const done = (async (): Promise<void> => {
    let session: Buffer | undefined;
    while (!running.signal.aborted) {
      const began = performance.now();
      const { text, error, ticket } = await call(port, session === undefined ? {} : { session });
      expect({ text, error }).toEqual({ text: 'ok', error: undefined });
      times.push(performance.now() - began);
      session = ticket;
      await sleep(100);
    }
  })();
  return {
    stop: async () => {
      running.abort();
      await done;
      return times;
    },
  };
}

const CONNECTIONS = 10_000;

describe('10,000 connections', () => {
  it.each([
    ['that say nothing', () => Promise.resolve(new Uint8Array(0)), 0],
    ['with half a hello, and then a byte a second', async () => records(await hello()).subarray(0, 800), 60],
    ['with a hello and nothing behind', async () => records(await hello()), 0],
    [
      'that are asked for another hello',
      async () => records(await hello({ keyShare: sharesData(x25519Share()) })),
      0,
    ],
  ])('%s', async (what, bytesOf, drip) => {
    const service = await listening(createServer((socket) => socket.on('error', () => undefined).end('ok')));
    const front = await serve(sandbox, [
      ...(await writeCredential(sandbox, 'front')),
      ...['--upstream', `${LOOPBACK}:${String(service.port)}`, '--log', 'json'],
    ]);
    const { port } = front.listen;
    for (let count = 0; count < 50; count++) expect((await call(port)).text).toBe('ok');
    const before = resident(front);
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, resident(front))), 50);
    const honest = device(port);
    const attack = flood({ port, connections: CONNECTIONS, addresses: 50, bytes: await bytesOf(), drip });
    try {
      await expect.poll(() => attack.state().opened, { timeout: 60_000, interval: 100 }).toBe(CONNECTIONS);
      await sleep(5000);
      // The limit of connections without a session, as it is unless told.
      expect(attack.state().held).toBeLessThanOrEqual(4096);
      await expect.poll(() => attack.state().held, { timeout: 30_000, interval: 100 }).toBe(0);
    } finally {
      clearInterval(watch);
    }
    const times = (await honest.stop()).toSorted((one, other) => one - other);
    const p99 = times[Math.floor(times.length * 0.99)] ?? Infinity;
    const lines = front.output().split('\n').length;
    report(
      `tls serve, 10,000 connections ${what}: ${((most - before) / MIB).toFixed(0)} MiB more in memory at most, ` +
        `${String(times.length)} honest sessions, p99 ${p99.toFixed(0)} ms, ${String(lines)} lines of log`,
    );
    expect(times.length).toBeGreaterThan(50);
    // 4096 handshakes in progress, each with the state of OpenSSL and its two sockets.
    expect(most - before).toBeLessThan(640 * MIB);
    expect(p99).toBeLessThan(5000);
    await attack.stop();
  });
});
