import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newKeys } from '../tls/keys.ts';
import type { Keys } from '../tls/posture-cases.ts';
import { type Listener, rawServer, tlsServer } from '../tls/probe-loopback.ts';
import { errorLines, Sandbox } from './support.ts';

let sandbox: Sandbox;
let keys: Keys;

beforeAll(async () => {
  sandbox = new Sandbox();
  keys = await newKeys();
});

afterAll(() => {
  sandbox.remove();
});

async function at<T>(starting: Promise<Listener>, work: (where: string) => Promise<T>): Promise<T> {
  const listener = await starting;
  try {
    return await work(`127.0.0.1:${String(listener.port)}`);
  } finally {
    await listener.stop();
  }
}

const probing = (where: string, ...flags: readonly string[]): ReturnType<Sandbox['hybridge']> =>
  sandbox.hybridge(['tls', 'probe', where, ...flags]);

describe.concurrent('hybridge tls probe', () => {
  it('tells a person, and ends with 0 where there is a hybrid group', () =>
    at(tlsServer({ ...keys.ec, minVersion: 'TLSv1.3' }), async (where) => {
      const { code, stdout, stderr } = await probing(where, '--server-name', 'pump.example');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.split('\n');
      expect(lines.slice(0, 2)).toEqual([
        `${where} (asked for pump.example): hybrid key exchange, classical certificates`,
        'A client of today gets X25519MLKEM768 in 1 round trip',
      ]);
      for (const line of [
        '  good  accepts X25519MLKEM768',
        '  X25519MLKEM768      hybrid        accepted                    asked for',
        '  SecP256r1MLKEM768   hybrid        refused: handshake_failure  -',
        '  TLSv1.2  refused: protocol_version',
        '  second hello without it          refuses with illegal_parameter',
        '    CN=ECDSA-P256-SHA256, until 2035-12-29, {bytes} bytes',
      ])
        expect(lines.map((one) => one.replace(/[\d,]+ bytes$/u, '{bytes} bytes'))).toContain(line);
    }));

  it('tells a program, and ends with 1 where there is none', () =>
    at(tlsServer({ ...keys.ec, ecdhCurve: 'X25519' }), async (where) => {
      const { code, stdout, stderr } = await probing(where, '--json', '--all');
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const result = JSON.parse(stdout) as object;
      expect(result).toMatchObject({
        ok: false,
        schema: 1,
        complete: true,
        target: { host: '127.0.0.1', address: '127.0.0.1' },
        summary: { keyExchange: 'classical', authentication: 'classical', defaultGroup: 'x25519' },
        obsoleteGroups: [],
      });
      expect(Object.keys(result)).toEqual([
        ...['ok', 'schema', 'target', 'complete', 'summary', 'findings', 'groups', 'obsoleteGroups'],
        ...['preference', 'versions', 'signatures', 'hellos', 'retry', 'flights', 'handshakes'],
        ...['clearCertificates', 'connections'],
      ]);
    }));

  it('says nothing when that is wanted', () =>
    at(tlsServer(keys.ec), async (where) => {
      expect(await probing(where, '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }));

  it.each([
    ['127.0.0.1', 'not a host and a port: 127.0.0.1'],
    ['2001:db8::7:443', 'not a host and a port: 2001:db8::7:443'],
  ])('refuses %s', async (where, problem) => {
    const { code, stdout, stderr } = await probing(where);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(errorLines(stderr)).toEqual([`error: ${problem}`]);
  });

  it('refuses a time that is none', async () => {
    const { code, stderr } = await probing('pump.example:443', '--timeout', 'soon');
    expect({ code, errors: errorLines(stderr) }).toEqual({
      code: 2,
      errors: ['error: --timeout soon is no number of seconds'],
    });
  });

  it('ends with 2 where nobody is, or something else', async () => {
    const listener = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_10.6\r\n'));
    const where = `127.0.0.1:${String(listener.port)}`;
    const other = await probing(where, '--json');
    expect(other.code).toBe(2);
    expect(JSON.parse(other.stdout)).toMatchObject({ ok: false, error: { code: 'invalid_encoding' } });
    await listener.stop();
    const nobody = await probing(where);
    expect(nobody.code).toBe(2);
    expect(errorLines(nobody.stderr)[0]).toMatch(/ECONNREFUSED/u);
  });

  it('waits as long as it is told', () =>
    at(
      rawServer(() => undefined),
      async (where) => {
        const { code, stderr } = await probing(where, '--timeout', '0.1');
        expect(code).toBe(2);
        expect(errorLines(stderr)[0]).toContain('says nothing for 100 ms');
      },
    ));
});
