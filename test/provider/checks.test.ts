import { describe, expect, test } from 'vitest';
import { digestLength, exactSize, requireScrypt, requireSize } from '../../src/provider/index.ts';
import { hash } from '../../src/registry/index.ts';

describe('bounds', () => {
  test('scrypt takes a table of at most 1 GiB', () => {
    const parameters = { cost: 2 ** 20, blockSize: 8, parallelization: 1 };
    expect(requireScrypt(parameters, 32)).toBe(1024 * (2 ** 20 + 3));
    expect(requireScrypt({ cost: 2, blockSize: 1, parallelization: 1 }, 1)).toBe(128 * 5);
    for (const more of [{ cost: 2 ** 21 }, { blockSize: 9 }, { parallelization: 2 ** 16 + 1 }])
      expect(() => requireScrypt({ ...parameters, ...more }, 32)).toThrow(/more than 1 GiB/);
    // Few rounds over a wide block, many lanes: each alone is small.
    expect(() => requireScrypt({ cost: 2, blockSize: 2 ** 20, parallelization: 2 ** 16 }, 32)).toThrow(
      /1 GiB/,
    );
  });

  test('sizes are exact or at most', () => {
    expect(() => requireSize(new Uint8Array(3), 3, 'key')).not.toThrow();
    expect(() => requireSize(new Uint8Array(3), { max: 3 }, 'key')).not.toThrow();
    expect(() => requireSize(new Uint8Array(4), { max: 3 }, 'key')).toThrow('key: 4 bytes, at most 3');
    expect(() => requireSize(new Uint8Array(2), 3, 'key')).toThrow('key: 2 bytes, expected 3');
    expect(exactSize(3)).toBe(3);
    expect(() => exactSize({ max: 3 })).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('digests are as long as the hash, or as asked of an XOF', () => {
    expect(digestLength(hash('SHA-256'), undefined)).toBe(32);
    expect(digestLength(hash('SHAKE256'), undefined)).toBe(64);
    expect(digestLength(hash('SHAKE256'), 7)).toBe(7);
    expect(() => digestLength(hash('SHA-256'), 31)).toThrow('SHA-256: no digest of 31 bytes');
  });
});
