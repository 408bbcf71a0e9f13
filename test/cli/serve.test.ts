/** `hybridge tls serve`: what it is told, what it says, and how it ends. */
import { chmodSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readServePlan, type ServeFlags } from '../../src/cli/serve-settings.ts';
import { get, probe, serve, service, writeCredential } from './serve-support.ts';
import { errorLines, Sandbox } from './support.ts';

const sandbox = new Sandbox();
afterAll(() => {
  sandbox.remove();
});

describe('hybridge tls serve', () => {
  it('serves, reads its files again, keeps what it had when they make no sense, and drains', async () => {
    const [, cert = '', , key = ''] = await writeCredential(sandbox, 'one');
    await writeCredential(sandbox, 'two', { algorithm: 'ML-DSA-65' });
    const policy = sandbox.path('policy.json');
    const shown = await sandbox.hybridge(['policy', 'show', 'hybrid-required', '--json']);
    const document: unknown = JSON.parse(shown.stdout);
    const text = JSON.stringify(
      typeof document === 'object' && document !== null && 'policy' in document ? document.policy : document,
    );
    writeFileSync(policy, text);
    // Paths in the file are relative to its folder.
    writeFileSync(
      sandbox.path('serve.json'),
      JSON.stringify({
        cert: ['one.pem'],
        key: ['one.key'],
        mode: 'http',
        log: 'json',
        policy: 'policy.json',
      }),
    );
    const front = await serve(sandbox, [
      ...['--config', sandbox.path('serve.json')],
      ...['--upstream', `127.0.0.1:${String(await service())}`, '--health', '127.0.0.1:0'],
    ]);
    const first = await get(front.listen.port);
    expect(first.status).toBe(200);
    expect(first.text).toContain('key-exchange=hybrid');
    expect(JSON.parse(await probe(front.health?.port, '/readyz'))).toMatchObject({ ready: true });
    expect(await probe(front.health?.port, '/metrics')).toMatch(/^hybridge_sessions_total\{.*\} 1$/m);

    const other = await writeCredential(sandbox, 'one', { days: 30, algorithm: 'ECDSA-P384-SHA384' });
    expect(other).toEqual(['--cert', cert, '--key', key]);
    front.signal('SIGHUP');
    await expect.poll(front.output, { timeout: 10_000 }).toContain('in force');
    const second = await get(front.listen.port);
    expect(second.status).toBe(200);
    expect(second.serial).not.toBe(first.serial);

    writeFileSync(policy, '{');
    front.signal('SIGHUP');
    await expect.poll(front.output, { timeout: 10_000 }).toContain('stay as they were');
    expect((await get(front.listen.port)).serial).toBe(second.serial);

    // `timeout` and `npm` signal the process and its group: the second may come at any moment of its end.
    const until = performance.now() + 100;
    while (performance.now() < until) front.signal('SIGTERM');
    const { code, stdout, stderr } = await front.ended;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('"type":"session"');
    expect(stderr).toContain('draining');
  });

  it('serves with several processes that are one to their peers', async () => {
    const files = await writeCredential(sandbox, 'one');
    const front = await serve(sandbox, [
      ...[...files, '--mode', 'http', '--workers', '2', '--store', sandbox.path('floors.db')],
      ...['--log', 'json'],
      ...['--upstream', `127.0.0.1:${String(await service())}`, '--health', '127.0.0.1:0'],
    ]);
    const answers = await Promise.all(Array.from({ length: 8 }, () => get(front.listen.port)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(await probe(front.health?.port, '/metrics')).toMatch(/^hybridge_sessions_total\{.*\} 8$/m);
    expect(JSON.parse(await probe(front.health?.port, '/readyz'))).toMatchObject({
      ready: true,
      checks: { workers: '2 of 2', store: 'ok' },
    });
    front.signal('SIGTERM');
    const { code, stderr } = await front.ended;
    expect(code).toBe(0);
    // Whatever reads the log as JSON can read all of it.
    const lines: readonly unknown[] = stderr
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ type: 'session' }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        type: 'note',
        level: 'info',
        message: 'draining; a second signal ends all sessions at once',
      }),
    );
  });

  it('says what is wrong with what it is told', async () => {
    const [, cert = '', , key = ''] = await writeCredential(sandbox, 'one');
    const good = { listen: '127.0.0.1:0', upstream: '127.0.0.1:1', cert: [cert], key: [key] };
    const file = (name: string, text: string): string => {
      writeFileSync(sandbox.path(name), text);
      return sandbox.path(name);
    };
    let files = 0;
    const wrong = (text: string): ServeFlags => ({
      ...good,
      config: file(`wrong${String(files++)}.json`, text),
    });
    const cases: readonly (readonly [ServeFlags, RegExp])[] = [
      [{ ...good, listen: undefined }, /^--listen is missing/],
      [{ ...good, upstream: undefined }, /^--upstream is missing/],
      [{ ...good, key: undefined }, /^1 certificates and 0 keys: they are given in pairs/],
      [{ ...good, key: [cert] }, /one\.pem: /],
      [wrong('{ "upstraem": "127.0.0.1:1" }'), /wrong0\.json: settings: there is no "upstraem"/],
      [wrong('{ "listen": "a:1", "listen": "a:2" }'), /settings: member "listen" appears twice/],
      [wrong('[]'), /settings: no object/],
      [wrong('{ "mode": "udp" }'), /settings: mode must be one of http, tcp/],
      [wrong('{ "cert": "a.pem" }'), /settings: cert must be a list of texts/],
      [wrong('{ "workers": 0 }'), /settings: workers must be a whole number of at least 1/],
      [wrong('{ "proxy-protocol": "yes" }'), /settings: proxy-protocol must be true or false/],
      [{ ...good, ticketSecretFile: file('short', 'too short') }, /short: 9 bytes, at least 32 are needed/],
      [{ ...good, clientAuth: 'required' }, /^--client-auth needs --client-ca/],
      [{ ...good, workers: 2, floors: 'refuse' }, /^--floors with several workers needs a store/],
      [{ ...good, store: 'ftp://floors' }, /^--store ftp:\/\/floors: no store is reached by ftp:/],
      [{ ...good, onStoreLost: 'closed' }, /^--on-store-lost is about floors, and there are none/],
      [{ ...good, listen: 'nowhere' }, /^--listen nowhere: not a host and a port/],
      [{ ...good, upstream: '127.0.0.1:0' }, /^--upstream 127\.0\.0\.1:0: not a host and a port/],
      [{ ...good, policy: sandbox.path('none.json') }, /^no such policy/],
    ];
    for (const [flags, message] of cases)
      await expect(readServePlan({ quiet: true, ...flags })).rejects.toThrow(message);
    const { code, stdout, stderr } = await sandbox.hybridge(['tls', 'serve', '--listen', '127.0.0.1:0']);
    expect({ code, stdout, errors: errorLines(stderr) }).toEqual({
      code: 2,
      stdout: '',
      errors: ['error: --upstream is missing'],
    });
  });

  it('warns of a key that others can read', async () => {
    const files = await writeCredential(sandbox, 'open');
    chmodSync(sandbox.path('open.key'), 0o644);
    const front = await serve(sandbox, [...files, '--upstream', '127.0.0.1:1']);
    front.signal('SIGTERM');
    const { code, stderr } = await front.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('open.key can be read by others');
  });
});
