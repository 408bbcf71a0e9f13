/**
 * Ten minutes of a mixed fleet, while policy and credentials are replaced every second. `HYBRIDGE_SOAK_SECONDS=60` is
 * one minute of the same, with as many handshakes per second.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { report } from '../support/tally.ts';
import { authority, credential, exception, policyWith } from './listener-support.ts';
import type { SoakPem, SoakRequest, SoakState } from './soak-messages.ts';

const SECONDS = Number(process.env['HYBRIDGE_SOAK_SECONDS'] ?? 600);
const HANDSHAKES = Math.round((100_000 / 600) * SECONDS);
/** A machine that is busy with something else falls behind; it is given twice the time. */
const DEADLINE = (SECONDS * 2 + 60) * 1000;
const TOGETHER = 32;
/** The first part warms up: code is compiled, caches fill. */
const WARM = 0.25;
/** By how much memory may have grown from then to the end; a leak of 100 bytes for each handshake is 7 MiB. */
const MOST_HEAP_GROWTH = 6 * 1024 * 1024;
const MOST_RESIDENT_GROWTH = 48 * 1024 * 1024;

interface Device {
  readonly context: SecureContext;
  readonly resumes: boolean;
  session: Buffer | undefined;
}

/** One answer for each question, in their order. */
function asking(child: ChildProcess): (request: SoakRequest) => Promise<SoakState> {
  const waiting: { resolve: (state: SoakState) => void; reject: (error: Error) => void }[] = [];
  child.on('message', (state) => waiting.shift()?.resolve(state as SoakState));
  child.once('exit', () => {
    for (const { reject } of waiting) reject(new Error('the terminator ended'));
  });
  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.send(request);
    });
}

/** A session in which the service is heard. Whatever goes wrong is a failure. */
function visit(port: number, device: Device): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      secureContext: device.context,
      ...(device.resumes && device.session !== undefined && { session: device.session }),
    });
    socket.on('session', (session: Buffer) => {
      device.session = session;
    });
    socket.setEncoding('utf8').on('data', (more: string) => (text += more));
    socket.setTimeout(60_000, () => socket.destroy(new Error('a minute without a word')));
    socket.once('error', reject);
    socket.once('close', () => {
      if (text === 'ok') resolve();
      else reject(new Error(`the service said ${JSON.stringify(text)}`));
    });
  });
}

async function fleet(): Promise<{ readonly start: SoakRequest; readonly devices: readonly Device[] }> {
  const { root } = await authority();
  const own = await credential({
    profile: 'tls-client',
    names: [{ kind: 'uri', uri: 'urn:dev:ops:pump-17' }],
  });
  const pem = ({ certificatePem, privateKeyPem }: typeof own): SoakPem => ({
    cert: certificatePem,
    key: privateKeyPem,
  });
  const servers = [await credential(), await credential({ days: 60 })];
  const ca = root.toPem();
  const device = (options: object, resumes = false): Device => ({
    context: createSecureContext({ ca, ...options }),
    resumes,
    session: undefined,
  });
  const start: SoakRequest = {
    ask: 'start',
    policies: [policyWith([exception()], 'ward-7'), policyWith([exception()], 'ward-8')],
    credentials: servers.map(pem),
    anchors: [ca],
  };
  // Half of the fleet makes new sessions, as devices do that wake up for one.
  return {
    start,
    devices: [
      device({}),
      device({}, true),
      device({ ecdhCurve: 'X25519' }),
      device(pem(own), true),
      device({}),
      device({}, true),
      device({ maxVersion: 'TLSv1.2' }),
      device(pem(own)),
    ],
  };
}

const MEBI = 1024 * 1024;

test(
  `${HANDSHAKES} handshakes in ${SECONDS} seconds, a reload every second: none fails, nothing leaks`,
  { timeout: DEADLINE + 60_000 },
  async () => {
    const { start, devices } = await fleet();
    const child = fork(new URL('soak-server.ts', import.meta.url), {
      execArgv: ['--expose-gc', '--no-warnings'],
      serialization: 'advanced',
    });
    const ask = asking(child);
    try {
      const before = await ask(start);
      const { port } = before;
      const failures: string[] = [];
      const states: SoakState[] = [];
      let done = 0;
      let begun = 0;
      const reloading = setInterval(() => void ask({ ask: 'reload' }).catch(() => undefined), 1000);
      const looking = setInterval(
        () =>
          void ask({ ask: 'look' }).then(
            (state) => states.push(state),
            () => undefined,
          ),
        SECONDS * 25,
      );
      const began = performance.now();
      const due = (): number =>
        Math.min(HANDSHAKES, ((performance.now() - began) / 1000 / SECONDS) * HANDSHAKES);
      const line = async (): Promise<void> => {
        while (begun < HANDSHAKES && performance.now() - began < DEADLINE) {
          if (begun >= due()) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            continue;
          }
          const device = devices[begun++ % devices.length];
          if (device === undefined) throw new Error('no device');
          try {
            await visit(port, device);
            done++;
          } catch (error) {
            if (failures.length < 20) failures.push(String(error));
          }
        }
      };
      await Promise.all(Array.from({ length: TOGETHER }, line));
      clearInterval(reloading);
      clearInterval(looking);
      const seconds = (performance.now() - began) / 1000;
      // What was closed a moment ago is gone a moment later.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const after = await ask({ ask: 'look' });

      const warm = states[Math.floor(states.length * WARM)];
      const heap = after.heap - (warm?.heap ?? Number.NaN);
      const resident = after.rss - (warm?.rss ?? Number.NaN);
      const { seen, stats } = after;
      report(
        `soak: ${done} of ${HANDSHAKES} handshakes in ${seconds.toFixed(0)} s, ${after.cpuSeconds.toFixed(0)} s of processor time, ${after.reloads} reloads; ${seen.hybrid} hybrid, ${seen.classical} classical, ${seen.resumed} resumed, ${seen.withIdentity} with identity; heap ${(after.heap / MEBI).toFixed(1)} MiB, ${(heap / MEBI).toFixed(2)} more than when warm; resident ${(after.rss / MEBI).toFixed(0)} MiB, ${(resident / MEBI).toFixed(1)} more; contexts ${stats.contexts.held}`,
      );
      report(`soak: heap by time, MiB: ${states.map((state) => (state.heap / MEBI).toFixed(1)).join(' ')}`);
      report(
        `soak: resident by time, MiB: ${states.map((state) => (state.rss / MEBI).toFixed(0)).join(' ')}`,
      );

      expect(failures).toEqual([]);
      expect(after.complaints).toEqual([]);
      expect(done).toBe(HANDSHAKES);
      expect(seen).toMatchObject({ sessions: HANDSHAKES, refused: 0, upstreamFailed: 0, suspected: 0 });
      expect(seen.hybrid + seen.classical).toBe(HANDSHAKES);
      expect(seen.classical).toBe(seen.exceptions);
      expect(seen.classical).toBeGreaterThanOrEqual(Math.floor(HANDSHAKES / 4) - 2);
      expect(seen.withIdentity).toBeGreaterThanOrEqual(Math.floor(HANDSHAKES / 4) - 2);
      expect(seen.resumed).toBeGreaterThan(HANDSHAKES / 10);
      // A reload that is late is not made up for.
      expect(after.reloads).toBeGreaterThan(SECONDS * 0.7);
      expect(seen.policyChanges).toBe(after.reloads);
      expect(stats).toMatchObject({ connections: 0, halfOpen: 0, accepted: HANDSHAKES, silent: 0 });
      // Those of the rules in force: the others are gone with theirs.
      expect(stats.contexts.held).toBeLessThan(32);
      expect(after.handles).toEqual(before.handles);
      expect(heap).toBeLessThan(MOST_HEAP_GROWTH);
      expect(resident).toBeLessThan(MOST_RESIDENT_GROWTH);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
