import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/index.ts';
import { encodeProxyHeader, type ProxyHeader } from '../../src/terminator/proxy-protocol.ts';
import { proxyHeaderOf } from '../../src/terminator/told.ts';
import { deferred, dial, front } from './proxy-support.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const ends = {
  source: { address: '192.0.2.7', port: 51234 },
  destination: { address: '198.51.100.1', port: 443 },
};
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('PROXY protocol, version 2', () => {
  it('writes addresses and ports of IPv4', () => {
    expect(toHex(encodeProxyHeader(ends))).toBe(`${SIGNATURE}2111000cc0000207c6336401c82201bb`);
  });

  it('writes those of IPv6, and both as IPv6 where the families differ', () => {
    const source = { address: '2001:db8::7', port: 1 };
    const six = '20010db8000000000000000000000007';
    expect(toHex(encodeProxyHeader({ source, destination: source }))).toBe(
      `${SIGNATURE}21210024${six}${six}00010001`,
    );
    expect(toHex(encodeProxyHeader({ source, destination: ends.destination }))).toBe(
      `${SIGNATURE}21210024${six}00000000000000000000ffffc6336401000101bb`,
    );
  });

  it('writes what it tells of the session', () => {
    const header = encodeProxyHeader({
      ...ends,
      alpn: 'h2',
      authority: 'a.example',
      uniqueId: 'id',
      tls: {
        version: 'TLSv1.3',
        cipher: 'C',
        group: 'X25519MLKEM768',
        scheme: 'mldsa65',
        certificate: 'presented',
        commonName: 'pump',
      },
      posture: { a: 1 },
    });
    const session =
      `0700000000210007${hex('TLSv1.3')}220004${hex('pump')}230001${hex('C')}` +
      `26000e${hex('X25519MLKEM768')}270007${hex('mldsa65')}`;
    const fields =
      `010002${hex('h2')}020009${hex('a.example')}050002${hex('id')}` +
      `20${(session.length / 2).toString(16).padStart(4, '0')}${session}e00007${hex('{"a":1}')}`;
    expect(toHex(header.subarray(28))).toBe(fields);
    expect(toHex(header.subarray(14, 16))).toBe((12 + fields.length / 2).toString(16).padStart(4, '0'));
  });

  it('tells a certificate of this connection from one of a resumed session and from none', () => {
    const flags = (['presented', 'resumed', 'none'] as const).map((certificate) => {
      const unknown = {
        version: undefined,
        cipher: undefined,
        group: undefined,
        scheme: undefined,
        commonName: undefined,
      };
      return toHex(encodeProxyHeader({ ...ends, tls: { ...unknown, certificate } }).subarray(28));
    });
    expect(flags).toEqual(['2000050700000000', '2000050500000000', '2000050100000001']);
  });

  it('refuses what readers do not take', () => {
    const refused: readonly Partial<ProxyHeader>[] = [
      { uniqueId: 'a'.repeat(129) },
      { authority: 'a'.repeat(1025) },
      { posture: { a: 'a'.repeat(1025) } },
      { source: { address: 'pump.example', port: 1 } },
      { source: { address: '192.0.2.7', port: 65_536 } },
      { destination: { address: '192.0.2.7', port: -1 } },
    ];
    for (const change of refused)
      expect(() => encodeProxyHeader({ ...ends, ...change }), JSON.stringify(change).slice(0, 60)).toThrow(
        expect.objectContaining({ name: 'HybridgeError', code: 'invalid_argument' }),
      );
  });

  it('has the length that it says, and its fields to the end', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 40 }), { nil: undefined });
    fc.assert(
      fc.property(text, text, text, (alpn, authority, uniqueId) => {
        const header = encodeProxyHeader({ ...ends, alpn, authority, uniqueId });
        const view = new DataView(header.buffer, header.byteOffset, header.length);
        expect(view.getUint16(14)).toBe(header.length - 16);
        const found: [number, string][] = [];
        for (let at = 28; at < header.length; at += 3 + view.getUint16(at + 1))
          found.push([
            view.getUint8(at),
            Buffer.from(header.subarray(at + 3, at + 3 + view.getUint16(at + 1))).toString(),
          ]);
        const given = [
          [1, alpn],
          [2, authority],
          [5, uniqueId],
        ].filter(([, value]) => value !== undefined);
        expect(found).toEqual(given.map(([type, value]) => [type, Buffer.from(String(value)).toString()]));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves identities out of a header that would be longer than readers expect', async () => {
    for (const count of [1, 100]) {
      const { promise, resolve } = deferred<Uint8Array | undefined>();
      const identities = Array.from({ length: count }, (_, index) => `uri:urn:dev:ops:pump-${String(index)}`);
      const port = await front(
        (session) => {
          resolve(proxyHeaderOf(session));
        },
        { identities },
      );
      const client = await dial(port);
      const header = Buffer.from((await promise) ?? []);
      client.destroy();
      expect(header.length).toBeLessThanOrEqual(1024);
      const posture: unknown = JSON.parse(header.subarray(header.indexOf('{"keyExchange"')).toString());
      expect(posture).toMatchObject({
        keyExchange: 'hybrid',
        ...(count === 1 ? { identities } : { shortened: true }),
      });
    }
  });
});
