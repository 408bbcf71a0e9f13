/** `hybridge tls serve` under load, through crashes, in front of a browser and of foreign readers of the PROXY protocol. */
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { listen, LOOPBACK } from '../certificates/tls/processes.ts';
import { describeWithPeer, findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { authority, credential } from '../terminator/listener-support.ts';
import { get, probe, serve, service, type Serving, writeCredential } from './serve-support.ts';
import { Sandbox } from './support.ts';

const sandbox = new Sandbox();
afterAll(() => {
  sandbox.remove();
});

const BROWSER = '/usr/bin/chromium';

/** What a browser shows. */
function dump(port: number, pins: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      BROWSER,
      [
        ...[
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-sync',
        ],
        ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
        `--user-data-dir=${mkdtempSync(join(sandbox.folder, 'profile-'))}`,
        `--ignore-certificate-errors-spki-list=${pins.join(',')}`,
        ...['--dump-dom', `https://localhost:${String(port)}/`],
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
        killSignal: 'SIGKILL',
        env: { ...process.env, HOME: sandbox.folder },
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', () => {
      resolve(output);
    });
  });
}

function pinOf(path: string): string {
  const { publicKey } = new X509Certificate(readFileSync(path));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

describe.skipIf(findPeer('chromium') === undefined)('in front of Chromium', () => {
  it.each([['ECDSA-P256-SHA256'], ['ML-DSA-65']] as const)(
    'shows a page over X25519MLKEM768 with a certificate for %s',
    async (algorithm) => {
      const files = await writeCredential(sandbox, 'page', { algorithm });
      const front = await serve(sandbox, [
        ...[...files, '--mode', 'http', '--upstream', `${LOOPBACK}:${String(await service())}`],
      ]);
      const page = await dump(front.listen.port, [pinOf(sandbox.path('page.pem'))]);
      const nature = algorithm === 'ML-DSA-65' ? 'post-quantum' : 'classical';
      expect(page).toContain('key-exchange=hybrid, group="X25519MLKEM768", version="TLSv1.3"');
      expect(page).toContain(`server-authentication=${nature}`);
      report(`tls serve: Chromium shows the page over X25519MLKEM768, certificate for ${algorithm}`);
    },
  );
});

/** Asks again and again until told to stop: over one kept connection, or a new one for each request. */
function load(
  port: number,
  ca: string,
  kept: boolean,
): { readonly stop: () => Promise<{ readonly asked: number; readonly failures: readonly string[] }> } {
  const agent = new Agent({ keepAlive: kept, maxSockets: 1, ca, servername: 'localhost' });
  const failures: string[] = [];
  let asked = 0;
  const running = new AbortController();
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const failed = (error: Error): void => {
        failures.push(error.message);
        resolve();
      };
      asked++;
      request({ port, host: LOOPBACK, agent, method: 'GET' }, (response) => {
        if (response.statusCode !== 200) failures.push(`status ${String(response.statusCode)}`);
        response.on('error', failed).on('end', resolve).resume();
      })
        .on('error', failed)
        .end();
    });
  const done = (async (): Promise<void> => {
    while (!running.signal.aborted) await one();
  })();
  return {
    stop: async () => {
      running.abort();
      await done;
      agent.destroy();
      return { asked, failures };
    },
  };
}

async function underLoad(front: Serving, work: () => Promise<void>): Promise<number> {
  const ca = (await authority()).root.toPem();
  const loads = [true, true, false, false, false, false].map((kept) => load(front.listen.port, ca, kept));
  await work();
  const results = await Promise.all(loads.map(({ stop }) => stop()));
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  return results.reduce((sum, { asked }) => sum + asked, 0);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How long the certificate that is presented is valid. */
async function daysOfCertificate(port: number): Promise<number> {
  const { root } = await authority();
  const socket = connect({ port, host: LOOPBACK, servername: 'localhost', ca: root.toPem() });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
  socket.destroy();
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

describe('under load', () => {
  it.each([['1'], ['2']])('reloads without a failed request, %s workers', async (workers) => {
    const files = await writeCredential(sandbox, 'load');
    const front = await serve(sandbox, [
      ...[...files, '--mode', 'http', '--workers', workers],
      ...['--upstream', `${LOOPBACK}:${String(await service())}`],
    ]);
    let reloads = 0;
    const requests = await underLoad(front, async () => {
      for (const until = Date.now() + 15_000; Date.now() < until; reloads++) {
        await writeCredential(sandbox, 'load', { days: 40 + reloads });
        front.signal('SIGHUP');
        await pause(500);
      }
    });
    const done = front.output().match(/read again/g)?.length ?? 0;
    expect(done).toBeGreaterThanOrEqual(reloads - 1);
    expect(requests).toBeGreaterThan(500);
    report(
      `tls serve: ${String(requests)} requests during ${String(done)} reloads, ${workers} workers, none failed`,
    );
  });

  it('replaces a worker that was killed, while the others serve', async () => {
    const files = await writeCredential(sandbox, 'load');
    const front = await serve(sandbox, [
      ...[...files, '--mode', 'http', '--workers', '2', '--health', `${LOOPBACK}:0`],
      ...['--upstream', `${LOOPBACK}:${String(await service())}`],
    ]);
    const workers = [...front.output().matchAll(/worker (\d+) started/g)].map(([, id]) => Number(id));
    expect(workers).toHaveLength(2);
    for (const [index, id] of workers.entries()) {
      process.kill(id, 'SIGKILL');
      // What the worker had accepted is lost with it; whoever connects then is served.
      await expect.poll(front.output).toContain(`worker ${String(id)} ended with SIGKILL`);
      for (let count = 0; count < 20; count++) expect((await get(front.listen.port)).status).toBe(200);
      await expect
        .poll(async () => probe(front.health?.port, '/readyz'), { timeout: 20_000, interval: 100 })
        .toContain('2 of 2');
      expect([...front.output().matchAll(/worker \d+ started/g)]).toHaveLength(3 + index);
    }
    front.signal('SIGTERM');
    expect((await front.ended).code).toBe(0);
    report('tls serve: 2 workers killed one after the other, 40 of 40 requests meanwhile served');
  });

  it('gives a worker that starts anew what was read meanwhile', async () => {
    const files = await writeCredential(sandbox, 'load');
    const front = await serve(sandbox, [
      ...[...files, '--workers', '2', '--upstream', `${LOOPBACK}:${String(await service())}`],
      ...['--health', `${LOOPBACK}:0`],
    ]);
    const [, first] = /worker (\d+) started/.exec(front.output()) ?? [];
    await writeCredential(sandbox, 'load', { days: 20 });
    process.kill(Number(first), 'SIGKILL');
    front.signal('SIGHUP');
    await expect.poll(front.output).toContain('read again');
    await expect
      .poll(async () => probe(front.health?.port, '/readyz'), { timeout: 20_000, interval: 100 })
      .toContain('2 of 2');
    const days = new Set<number>();
    for (let count = 0; count < 8; count++) days.add(await daysOfCertificate(front.listen.port));
    expect([...days]).toEqual([20]);
    front.signal('SIGTERM');
    expect((await front.ended).code).toBe(0);
  });

  it('ends at once when it is told twice', async () => {
    const files = await writeCredential(sandbox, 'load');
    const front = await serve(sandbox, [
      ...[...files, '--workers', '2', '--upstream', `${LOOPBACK}:${String(await service())}`],
    ]);
    const { root } = await authority();
    const open = connect({
      port: front.listen.port,
      host: LOOPBACK,
      servername: 'localhost',
      ca: root.toPem(),
    });
    open.on('error', () => undefined);
    await new Promise((resolve) => open.once('secureConnect', resolve));
    front.signal('SIGTERM');
    await expect.poll(front.output).toContain('draining');
    await pause(300);
    front.signal('SIGTERM');
    const { signal } = await front.ended;
    expect(signal).toBe('SIGTERM');
    open.destroy();
  });
});

describeWithPeer(['peer-haproxy'], 'PROXY protocol of a real session', () => {
  it('tells HAProxy who is there', async () => {
    const ours = await authority();
    const device = await credential({
      profile: 'tls-client',
      names: [{ kind: 'uri', uri: 'urn:dev:ops:pump-17' }],
    });
    writeFileSync(sandbox.path('root.pem'), ours.root.toPem());
    const server = await listen((port) => {
      const configuration = sandbox.path('haproxy.cfg');
      writeFileSync(
        configuration,
        `defaults
 mode http
 timeout client 20s
 timeout server 20s
 timeout connect 20s
frontend pumps
 bind ${LOOPBACK}:${String(port)} accept-proxy
 http-request return status 200 content-type text/plain lf-string "%[src] %[fc_pp_authority]\\n%[fc_pp_tlv(0xE0)]\\n"
`,
      );
      return { peer: 'peer-haproxy', args: ['-db', '-f', configuration] };
    });
    try {
      const files = await writeCredential(sandbox, 'proxied', { algorithm: 'ML-DSA-65' });
      const front = await serve(sandbox, [
        ...[...files, '--proxy-protocol', '--upstream', `${LOOPBACK}:${String(server.port)}`],
        ...['--client-ca', sandbox.path('root.pem')],
      ]);
      const client = connect({
        port: front.listen.port,
        host: LOOPBACK,
        servername: 'localhost',
        ca: ours.root.toPem(),
        cert: device.certificatePem,
        key: device.privateKeyPem,
      });
      let text = '';
      client.setEncoding('utf8').on('data', (more: string) => (text += more));
      client.write('GET / HTTP/1.0\r\n\r\n');
      await new Promise((resolve) => client.once('close', resolve));
      const [first, second = ''] = text.slice(text.indexOf('\r\n\r\n') + 4).split('\n');
      expect(first).toBe(`${LOOPBACK} localhost`);
      expect(JSON.parse(second)).toMatchObject({
        keyExchange: 'hybrid',
        group: 'X25519MLKEM768',
        authentication: {
          server: { nature: 'post-quantum', scheme: 'mldsa65' },
          client: { nature: 'classical' },
        },
        identities: ['uri:urn:dev:ops:pump-17'],
      });
      report('PROXY protocol: HAProxy reads the posture and the identity of a real session');
    } finally {
      await server.stop();
    }
  });
});
