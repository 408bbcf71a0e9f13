/** Hellos cut, broken and answered. */
import { once } from 'node:events';
import { connect as connectTcp, createServer, type Server } from 'node:net';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { expect, onTestFinished } from 'vitest';
import { decodeAlert } from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { call, listening, plain, readAll } from './listener-support.ts';

/** The alert that a refused client gets, `none` when it gets nothing. */
export function alertIn(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'none';
  expect(bytes).toHaveLength(7);
  return decodeAlert(bytes.subarray(5)).name ?? 'unknown';
}

/** The first flight of node:tls, without sending it. */
export async function firstFlight(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const wire = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const socket = connect({ socket: wire, servername: 'localhost' });
  socket.on('error', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  return Buffer.concat(chunks);
}

/** Something on the way that sends the first bytes of a client in two pieces, cut where it is told. */
async function cutter(port: number): Promise<{ readonly port: number; at: number }> {
  const server = createServer((client) => {
    const upstream = connectTcp({ port, host: '127.0.0.1', noDelay: true });
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.once('data', (first: Buffer) => {
      client.pause();
      upstream.write(first.subarray(0, cut.at), () =>
        setImmediate(() => {
          upstream.write(first.subarray(cut.at));
          client.pipe(upstream);
        }),
      );
    });
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = { port: portOf(server), at: 1 };
  return cut;
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Calls through something that cuts the hello, at each of these places. */
export async function cutEverywhere(cuts: readonly number[]): Promise<void> {
  const { port, listener } = await listening();
  const cut = await cutter(port);
  for (const at of cuts) {
    cut.at = at;
    expect(await call(cut.port), `cut at ${String(at)}`).toMatchObject({ text: 'ok', error: undefined });
  }
  expect(listener.stats).toMatchObject({ sessions: cuts.length, halfOpen: 0 });
  report(`listener, hellos cut in two: ${String(cuts.length)}`);
}

/** Sends broken hellos, twenty at a time; whatever comes of them, the next client is served and nothing is left. */
export async function breakHellos(seed: number, rounds: number): Promise<void> {
  const { port, listener } = await listening({
    // Long enough for the whole handshake of the next client, also where the machine is busy.
    limits: { helloMilliseconds: 60, handshakeMilliseconds: 150 },
  });
  const flight = await firstFlight();
  const numbers = new Numbers(seed);
  const verdicts = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await plain(port);
        socket.write(mutated(flight, numbers));
        return readAll(socket);
      }),
    );
    for (const answer of answers) {
      const verdict = answer.length > 7 ? 'answered' : alertIn(answer);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
  }
  expect(await call(port)).toMatchObject({ text: 'ok' });
  await expect
    .poll(() => listener.stats)
    .toMatchObject({ accepted: 20 * rounds + 1, connections: 0, halfOpen: 0 });
  report(`listener, broken hellos: ${JSON.stringify(Object.fromEntries(verdicts))}`);
}
