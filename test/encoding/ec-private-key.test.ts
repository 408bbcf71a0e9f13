import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../src/bytes/index.ts';
import { decodeEcPrivateKey, encodeEcPrivateKey } from '../../src/encoding/index.ts';

const scalar = new Uint8Array(32).fill(7);
const curveOid = '1.2.840.10045.3.1.7';
const publicKey = fromHex(`04${'11'.repeat(64)}`);

describe('ECPrivateKey [RFC 5915 §3]', () => {
  it.each([{ scalar }, { scalar, curveOid }, { scalar, publicKey }, { scalar, curveOid, publicKey }])(
    'round trips with the fields %j',
    (key) => {
      expect(decodeEcPrivateKey(encodeEcPrivateKey(key))).toEqual(key);
    },
  );

  it('is the 51 bytes that composites carry for P-256', () => {
    expect(toHex(encodeEcPrivateKey({ scalar, curveOid }))).toBe(
      `30310201010420${'07'.repeat(32)}a00a06082a8648ce3d030107`,
    );
  });

  it.each([
    ['version 0', '3006020100040101', /version 0, expected 1/],
    ['a trailing byte', '300602010104010100', /left over/],
    ['a trailing field', '3008020101040101a200', /left over/],
    ['fields out of order', '3012020101040101a10403020001a00406022a03', /left over/],
    ['no scalar', '3003020101', /privateKey: OCTET STRING is missing/],
  ])('refuses %s', (_, hex, message) => {
    expect(() => decodeEcPrivateKey(fromHex(hex))).toThrow(message);
  });
});
