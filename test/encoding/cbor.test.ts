import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import { CborTag, type CborValue, decodeCbor, encodeCbor } from '../../src/encoding/index.ts';

const read = (hex: string): CborValue => decodeCbor(fromHex(hex), 'Test');

// RFC 8949 Appendix A: the examples that are well-formed, definite-length and within our types.
const EXAMPLES: readonly (readonly [string, CborValue])[] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1000000],
  ['1b000000e8d4a51000', 1000000000000],
  ['1bffffffffffffffff', 18446744073709551615n],
  ['3bffffffffffffffff', -18446744073709551616n],
  ['20', -1],
  ['3863', -100],
  ['fb3ff199999999999a', 1.1],
  ['f93e00', 1.5],
  ['fa47c35000', 100000.5],
  ['f97c00', Infinity],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['c11a514b67b0', new CborTag(1, 1363896240)],
  ['d74401020304', new CborTag(23, Uint8Array.of(1, 2, 3, 4))],
  ['d82076687474703a2f2f7777772e6578616d706c652e636f6d', new CborTag(32, 'http://www.example.com')],
  ['40', new Uint8Array(0)],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['62c3bc', 'ü'],
  ['64f0908591', '𐅑'],
  ['80', []],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', new Map()],
  [
    'a201020304',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  [
    'a26161016162820203',
    new Map<CborValue, CborValue>([
      ['a', 1],
      ['b', [2, 3]],
    ]),
  ],
];

describe('RFC 8949 Appendix A', () => {
  it.each(EXAMPLES.filter(([hex]) => hex !== 'fa47c35000'))('%s', (hex, value) => {
    expect(read(hex)).toEqual(value);
    expect(toHex(encodeCbor(value))).toBe(hex);
  });
});

describe('refusals', () => {
  it.each<[string, string]>([
    ['nothing', ''],
    ['an integer in two bytes', '1817'],
    ['an integer in three bytes', '190017'],
    ['a length in two bytes', '5801aa'],
    ['an indefinite byte string', '5f42010243030405ff'],
    ['an indefinite text', '7f657374726561646d696e67ff'],
    ['an indefinite array', '9fff'],
    ['an indefinite map', 'bfff'],
    ['a duplicate key', 'a201020103'],
    ['a duplicate key in a nested map', '81a2616101616102'],
    ['trailing bytes', '0000'],
    ['a truncated byte string', '44010203'],
    ['an array that promises 2^32 elements', '9affffffff00'],
    ['a map that promises 2^64 pairs', 'bbffffffffffffffff'],
    ['a byte string that promises 2^63 bytes', '5b7fffffffffffffff00'],
    ['invalid UTF-8', '62c328'],
    ['a break alone', 'ff'],
    ['reserved additional information', '1c'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'f0'],
    ['a simple value in two bytes', 'f818'],
    ['a float that is an integer', 'f93c00'],
    ['a float that is too long', 'fb3ff8000000000000'],
    ['negative zero', 'f98000'],
    ['a long NaN', 'fb7ff8000000000000'],
    ['a missing tag content', 'c1'],
  ])('%s', (_, hex) => {
    let caught: unknown;
    try {
      read(hex);
    } catch (error) {
      caught = error;
    }
    expect(isHybridgeError(caught, 'invalid_encoding')).toBe(true);
    expect(String(caught)).toMatch(/Test: CBOR: /);
  });

  it('bounds depth and size', () => {
    expect(() => read('81'.repeat(40) + '00')).toThrow(/depth/);
    expect(() => read('c1'.repeat(40) + '00')).toThrow(/depth/);
    expect(() => decodeCbor(new Uint8Array(11), 'Big', { maxBytes: 10 })).toThrow(/at most 10/);
  });

  it('does not act upon tags: no dates, no regular expressions, no bignums', () => {
    expect(read('d823612e')).toEqual(new CborTag(35, '.'));
    expect(read('c249010000000000000000')).toEqual(new CborTag(2, fromHex('010000000000000000')));
  });

  it('keeps a message short whatever the input', () => {
    const key = `5903e8${'aa'.repeat(1000)}`;
    expect(() => read(`a2${key}00${key}00`)).toThrow(/^.{0,200}$/);
  });
});

describe('writing', () => {
  it('orders keys by their encoding [RFC 8949 §4.2.1]', () => {
    const keys: readonly CborValue[] = [false, 'aa', 'z', [100], [-1], 100, 10, -1];
    // The example of §4.2.1, in its stated order.
    const stated: readonly CborValue[] = [10, 100, -1, 'z', 'aa', [100], [-1], false];
    const encoded = encodeCbor(new Map(keys.map((key) => [key, 0])));
    expect(toHex(encoded)).toBe(`a8${stated.map((key) => `${toHex(encodeCbor(key))}00`).join('')}`);
  });

  it('refuses text with unpaired surrogates', () => {
    expect(() => encodeCbor('\ud800')).toThrow(/CBOR/);
  });
});

describe('properties', () => {
  const scalar: fc.Arbitrary<CborValue> = fc.oneof(
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 40 }),
  );
  const value: fc.Arbitrary<CborValue> = fc.letrec<{ node: CborValue }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(tie('node'), { maxLength: 4 }),
      fc
        .uniqueArray(fc.tuple(fc.oneof(fc.integer(), fc.string()), tie('node')), {
          maxLength: 4,
          selector: ([key]) => key,
        })
        .map((entries) => new Map<CborValue, CborValue>(entries)),
      fc.tuple(fc.nat(), tie('node')).map(([tag, item]) => new CborTag(tag, item)),
    ),
  })).node;

  it('round trip; the encoding is a function of the value', () => {
    fc.assert(
      fc.property(value, (item) => {
        const bytes = encodeCbor(item);
        const back = decodeCbor(bytes, 'Value');
        expect(encodeCbor(back)).toEqual(bytes);
        expect(normal(back)).toEqual(normal(item));
      }),
    );
  });

  it('no truncation and no trailing byte passes', () => {
    fc.assert(
      fc.property(value, (item) => {
        const bytes = encodeCbor(item);
        for (let length = 0; length < bytes.length; length++)
          expect(() => decodeCbor(bytes.subarray(0, length), 'Cut')).toThrow(/Cut: CBOR/);
        expect(() => decodeCbor(concat(bytes, Uint8Array.of(0)), 'Long')).toThrow(/Long: CBOR/);
      }),
      { numRuns: 50 },
    );
  });

  it('whatever comes, only HybridgeError leaves', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 48 }), (bytes) => {
        try {
          decodeCbor(bytes, 'Noise');
        } catch (error) {
          expect(isHybridgeError(error, 'invalid_encoding')).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

// Key order is no part of a map's value.
function normal(item: CborValue): unknown {
  if (item instanceof CborTag) return { tag: item.tag, value: normal(item.value) };
  if (Array.isArray(item)) return (item as readonly CborValue[]).map(normal);
  if (item instanceof Map)
    return [...(item as ReadonlyMap<CborValue, CborValue>)]
      .map(([key, entry]) => [toHex(encodeCbor(key)), normal(entry)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return item;
}

describe('Buffers of Node', () => {
  it('are byte strings like any other', () => {
    const value = Buffer.from('aabb', 'hex');
    expect(toHex(encodeCbor(value))).toBe('42aabb');
    expect(toHex(encodeCbor(new Map([[1, [new CborTag(9, value)]]])))).toBe('a10181c942aabb');
  });

  it('are read into plain arrays, which are views', () => {
    const input = Buffer.from('8142aabb', 'hex');
    const read = decodeCbor(input, 'Test');
    expect(read).toEqual([fromHex('aabb')]);
    const [bytes] = Array.isArray(read) ? (read as readonly CborValue[]) : [];
    expect(bytes?.constructor).toBe(Uint8Array);
    expect(bytes instanceof Uint8Array && bytes.buffer).toBe(input.buffer);
  });
});
