/** `hybridge tls hello` over the recordings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { type Ended, Sandbox } from '../cli/support.ts';
import { CORPUS } from './corpus.ts';

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => {
  sandbox.remove();
});

const hello = (...args: readonly string[]): Promise<Ended> => sandbox.hybridge(['tls', 'hello', ...args]);

it('tells a person what was offered and chosen', async () => {
  const { code, stdout, stderr } = await hello(join(CORPUS, 'botan.pcapng'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [first, second] = stdout.trim().split('\n\n');
  expect(first).toMatch(/^127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+, 20\d\d-\d\d-\d\dT/);
  expect(first).toMatch(/^ {2}key shares +x25519 \(32 bytes\)$/m);
  expect(first).toMatch(/^ {2}asked again for +X25519MLKEM768$/m);
  expect(first).toMatch(/^ {2}second hello +\d+ bytes, key shares X25519MLKEM768 \(1216 bytes\)$/m);
  expect(first).toMatch(/^ {2}chosen +TLSv1\.3, TLS_\w+, X25519MLKEM768 \(hybrid\)$/m);
  expect(second).toMatch(/^ {2}chosen +TLSv1\.3, TLS_\w+, secp384r1 \(classical\)$/m);
});

it('tells a program the same', async () => {
  const capture = readFileSync(join(CORPUS, 'openssl.pcapng'));
  const { code, stdout } = await sandbox.hybridge(['tls', 'hello', '-', '--json'], { input: capture });
  expect(code).toBe(0);
  const { ok, sessions } = JSON.parse(stdout) as {
    readonly ok: boolean;
    readonly sessions: readonly Readonly<Record<string, unknown>>[];
  };
  expect(ok).toBe(true);
  expect(sessions).toHaveLength(10);
  expect(sessions[0]).toMatchObject({
    clientHellos: [
      {
        serverName: 'localhost',
        versions: ['TLSv1.3', 'TLSv1.2'],
        keyShares: [
          { group: 'X25519MLKEM768', size: 1216 },
          { group: 'x25519', size: 32 },
        ],
        alpn: ['h2', 'http/1.1'],
        preSharedKeys: 0,
        grease: false,
      },
    ],
    serverHello: {
      version: 'TLSv1.3',
      group: 'X25519MLKEM768',
      nature: 'hybrid',
      keyShare: 1120,
      resumed: false,
    },
    alerts: [],
    problems: [],
  });
  expect(sessions[1]).toMatchObject({ clientHellos: [{ preSharedKeys: 1 }], serverHello: { resumed: true } });
  expect(sessions.filter(({ alerts }) => JSON.stringify(alerts).includes('handshake_failure'))).toHaveLength(
    2,
  );
});

it('finds the group of TLS 1.2, where there is one to see', async () => {
  const { stdout } = await hello(join(CORPUS, 'openssl-tls12.pcapng'));
  expect(stdout).toMatch(/TLSv1\.2, TLS_ECDHE_ECDSA_\w+, x25519 \(classical\), ecdsa_secp256r1_sha256/);
  expect(stdout).toMatch(/no group to be seen, resumed or pre-shared/);
  expect(stdout).toMatch(/alert +protocol_version \(fatal\), from the server/);
});

it('refuses what is no capture', async () => {
  const nothing = await sandbox.hybridge(['tls', 'hello', '-'], { input: 'GET / HTTP/1.1\r\n\r\n' });
  expect(nothing).toMatchObject({
    code: 2,
    stderr: 'error: standard input: capture: neither pcap nor pcapng at byte 0\n',
  });
  const empty = await sandbox.hybridge(['tls', 'hello', '-'], {
    input: readFileSync(join(CORPUS, 'any-pcap.pcap')).subarray(0, 24),
  });
  expect(empty).toMatchObject({ code: 0, stdout: 'no TLS connection begins in this capture\n' });
  const cut = await sandbox.hybridge(['tls', 'hello', '-'], {
    input: readFileSync(join(CORPUS, 'any-v2.pcapng')).subarray(0, 1001),
  });
  expect(cut.code).toBe(2);
  expect(cut.stderr).toMatch(/^error: standard input: capture: cut off in a block/);
});
