import { p256, p384, p521 } from '@noble/curves/nist.js';
import { brainpoolP256r1, brainpoolP384r1 } from '@noble/curves/misc.js';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes/index.ts';
import { ecScalarSize, isEcScalar, requireEcScalar, sampleEcScalar } from '../../src/provider/index.ts';
import { fixedRandom } from '../../src/testing/index.ts';

const curves = [
  { name: 'P-256', order: p256.Point.Fn.ORDER, bytes: 32 },
  { name: 'P-384', order: p384.Point.Fn.ORDER, bytes: 48 },
  { name: 'P-521', order: p521.Point.Fn.ORDER, bytes: 66 },
  { name: 'brainpoolP256r1', order: brainpoolP256r1.Point.Fn.ORDER, bytes: 32 },
  { name: 'brainpoolP384r1', order: brainpoolP384r1.Point.Fn.ORDER, bytes: 48 },
] as const;

const encode = (value: bigint, bytes: number): Uint8Array =>
  fromHex(value.toString(16).padStart(2 * bytes, '0'));

describe.each(curves)('$name', ({ name, order, bytes }) => {
  test('private keys are the numbers from 1 to the order less one', () => {
    expect(ecScalarSize(name)).toBe(bytes);
    for (const value of [1n, 2n, order / 2n, order - 2n, order - 1n])
      expect(isEcScalar(name, encode(value, bytes))).toBe(true);
    for (const value of [0n, order, order + 1n, (1n << BigInt(8 * bytes)) - 1n])
      expect(isEcScalar(name, encode(value, bytes))).toBe(false);
    expect(isEcScalar(name, encode(1n, bytes - 1))).toBe(false);
    expect(isEcScalar(name, encode(1n, bytes + 1))).toBe(false);
    expect(() => requireEcScalar(name, encode(order, bytes), name)).toThrow(
      expect.objectContaining({ code: 'invalid_key' }),
    );
    expect(() => requireEcScalar(name, encode(order - 1n, bytes), name)).not.toThrow();
  });

  test('are sampled by drawing again until a candidate fits', () => {
    const good = encode(order - 1n, bytes);
    const random = fixedRandom(Uint8Array.of(...encode(order, bytes), ...encode(0n, bytes), ...good));
    expect(sampleEcScalar(name, random)).toEqual(good);
    expect(random.remaining).toBe(0);
  });
});

test('bits above the order of P-521 are cleared, so that half of the candidates fit', () => {
  const candidate = new Uint8Array(66).fill(0);
  candidate[0] = 0xfe;
  candidate[65] = 5;
  expect(sampleEcScalar('P-521', fixedRandom(candidate))).toEqual(encode(5n, 66));
});
