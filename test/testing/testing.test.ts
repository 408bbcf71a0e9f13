import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { derandomized, fixedClock, fixedRandom, seededRandom } from '../../src/testing/index.ts';

const noble = createNobleProvider();

describe('fixedRandom', () => {
  test('gives out the bytes in order, in copies, and then refuses', () => {
    const given = Uint8Array.of(1, 2, 3, 4, 5);
    const random = fixedRandom(given);
    given.fill(0);
    expect(random.bytes(0)).toEqual(new Uint8Array(0));
    const first = random.bytes(2);
    expect(first).toEqual(Uint8Array.of(1, 2));
    first.fill(9);
    expect(random.remaining).toBe(3);
    expect(() => random.bytes(4)).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: 'fixed randomness: 4 bytes asked for, 3 left',
      }),
    );
    expect(random.bytes(3)).toEqual(Uint8Array.of(3, 4, 5));
    expect(random.remaining).toBe(0);
  });
});

describe('seededRandom', () => {
  test('is SHAKE256 of the seed and a counter', () => {
    const seed = Uint8Array.of(1, 2, 3);
    const block = (number: number): Buffer =>
      createHash('shake256', { outputLength: 2176 })
        .update(Uint8Array.of(1, 2, 3, 0, 0, 0, 0, 0, 0, 0, number))
        .digest();
    const expected = Uint8Array.from(Buffer.concat([block(0), block(1), block(2)]));
    expect(seededRandom(noble, seed).bytes(3 * 2176)).toEqual(expected);
  });

  test('gives the same stream however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat({ max: 3000 }), { maxLength: 8 }), (seed, lengths) => {
        const cut = seededRandom(noble, seed);
        const parts = lengths.flatMap((length) => [...cut.bytes(length)]);
        expect(seededRandom(noble, seed).bytes(parts.length)).toEqual(Uint8Array.from(parts));
      }),
      { numRuns: 20 },
    );
  });

  test('another seed gives another stream', () => {
    expect(seededRandom(noble, Uint8Array.of(1)).bytes(32)).not.toEqual(
      seededRandom(noble, Uint8Array.of(2)).bytes(32),
    );
  });
});

test('fixedClock stands still, whatever is done to the dates', () => {
  const date = new Date('2030-01-02T03:04:05Z');
  const clock = fixedClock(date);
  date.setFullYear(1999);
  clock.now().setFullYear(2000);
  expect(clock.now().toISOString()).toBe('2030-01-02T03:04:05.000Z');
});

describe('derandomized', () => {
  test('keeps what takes its randomness from the caller, and gives it the source', async () => {
    const native = createNativeProvider() ?? noble;
    const random = seededRandom(noble, Uint8Array.of(7));
    const provider = derandomized(native, random);
    expect(provider.random).toBe(random);
    expect(provider.kem['ML-KEM-768']).toBeUndefined();
    expect(provider.signature['ML-DSA-65']).toBeUndefined();
    expect(provider.kem.X25519).toBe(native.kem.X25519);
    expect(provider.hash).toBe(native.hash);
    const [first, second] = await Promise.all(
      [noble, native].map(async (one) => {
        const source = seededRandom(noble, Uint8Array.of(7));
        return derandomized(one, source).kem.X25519?.generateKeyPair(source);
      }),
    );
    expect(first).toEqual(second);
  });

  test('leaves noble as it is, but for RSA', () => {
    const provider = derandomized(noble, noble.random);
    const dropped = [
      ...Object.keys(noble.kem).filter((name) => !(name in provider.kem)),
      ...Object.keys(noble.signature).filter((name) => !(name in provider.signature)),
    ];
    expect(dropped).toHaveLength(3 + 18);
    expect(dropped.every((name) => name.startsWith('RSA'))).toBe(true);
  });
});
