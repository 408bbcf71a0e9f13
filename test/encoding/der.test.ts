import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import { der, type DerReader, explicit, implicit, readDer } from '../../src/encoding/index.ts';

const read = (hex: string): DerReader => readDer(fromHex(hex), 'Test');

describe('reading', () => {
  it.each([
    ['00', 0n],
    ['7f', 127n],
    ['0080', 128n],
    ['80', -128n],
    ['ff', -1n],
    ['ff7f', -129n],
    ['00ffffffffffffffffff', 2n ** 72n - 1n],
    ['80000000000000000000', -(2n ** 79n)],
  ])('INTEGER %s [X.690 §8.3]', (contents, value) => {
    const reader = read(`02${(contents.length / 2).toString(16).padStart(2, '0')}${contents}`);
    expect(reader.integer('n')).toBe(value);
    reader.end();
  });

  it.each([
    ['060388 3703'.replace(' ', ''), '2.999.3'],
    ['06092a864886f70d010101', '1.2.840.113549.1.1.1'],
    ['0609608648016503040312', '2.16.840.1.101.3.4.3.18'],
    ['06032b6570', '1.3.101.112'],
    ['060100', '0.0'],
    ['060127', '0.39'],
    ['060150', '2.0'],
  ])('OBJECT IDENTIFIER %s [X.690 §8.19]', (hex, dotted) => {
    expect(read(hex).oid('id')).toBe(dotted);
    expect(toHex(der.oid(dotted))).toBe(hex);
  });

  it('walks a structure and says where it stands', () => {
    const bytes = der.sequence(
      der.integer(1),
      der.explicit(0, der.octetString(Uint8Array.of(1, 2))),
      der.implicitOctetString(1, Uint8Array.of(3)),
      der.nil(),
      der.bitString(Uint8Array.of(9)),
      fromHex('0101ff'),
    );
    const outer = readDer(bytes, 'Outer');
    const inner = outer.sequence('value');
    expect(inner.smallInteger('version')).toBe(1);
    expect(inner.has(explicit(1))).toBe(false);
    expect(inner.has(explicit(0))).toBe(true);
    const tagged = inner.explicit(0, 'tagged');
    expect(tagged.octetString('bytes')).toEqual(Uint8Array.of(1, 2));
    tagged.end();
    expect(inner.octetString('implicit', implicit(1))).toEqual(Uint8Array.of(3));
    inner.null('nothing');
    expect(inner.bitString('bits')).toEqual(Uint8Array.of(9));
    expect(inner.boolean('flag')).toBe(true);
    inner.end();
    outer.end();
    expect(() => inner.oid('more')).toThrow(/Outer\.value\.more: OBJECT IDENTIFIER is missing at byte 23/);
  });
});

describe('refusals', () => {
  const any = (hex: string) => () => {
    const reader = read(hex);
    reader.any('x');
    reader.end();
  };
  it.each<[string, () => unknown, RegExp]>([
    ['nothing', any(''), /truncated/],
    ['a lone tag', any('30'), /truncated/],
    ['long form for a short length', any('02810105'), /shortest form/],
    ['leading zero in the length', any('0482000100'), /shortest form/],
    ['indefinite length', any('30800000'), /indefinite/],
    ['five length octets', any('04850000000001aa'), /out of range/],
    ['truncated length', any('0482'), /truncated/],
    ['contents missing', any('0405aabb'), /exceeds/],
    ['an element beyond its parent', any('30030405aabbccddee'), /exceeds/],
    ['high tag number', any('1f010100'), /above 30/],
    ['end-of-contents', any('0000'), /end-of-contents/],
    ['trailing bytes', any('05000500'), /2 bytes left over at byte 2/],
    ['malformed inner element', any('30020281'), /shortest form|truncated/],
    ['BOOLEAN 01', () => read('010101').boolean('x'), /neither 00 nor FF/],
    ['BOOLEAN of two bytes', () => read('0102ffff').boolean('x'), /neither 00 nor FF/],
    ['INTEGER with leading zero', () => read('02020005').integer('x'), /shortest form/],
    ['INTEGER with leading ff', () => read('0202ff85').integer('x'), /shortest form/],
    ['empty INTEGER', () => read('0200').integer('x'), /without contents/],
    ['negative unsigned', () => read('020180').unsignedInteger('x'), /negative/],
    ['negative small', () => read('020180').smallInteger('x'), /negative/],
    ['large small', () => read('020701000000000000').smallInteger('x'), /out of range/],
    [
      'NULL with contents',
      () => {
        read('050100').null('x');
      },
      /NULL with contents/,
    ],
    ['empty OID', () => read('0600').oid('x'), /incomplete/],
    ['padded OID arc', () => read('06022a8001'.replace('02', '03')).oid('x'), /padded/],
    ['unfinished OID arc', () => read('06022a86').oid('x'), /incomplete/],
    ['huge OID arc', () => read('060a2affffffffffffffff7f').oid('x'), /out of range/],
    ['BIT STRING with unused bits', () => read('030204f0').bitString('x'), /whole bytes/],
    ['empty BIT STRING', () => read('0300').bitString('x'), /whole bytes/],
    [
      'constructed OCTET STRING',
      () => read('24050403aabbcc').octetString('x'),
      /expected OCTET STRING, found tag 0x24/,
    ],
    ['wrong type', () => read('0500').integer('x'), /Test\.x: expected INTEGER, found NULL at byte 0/],
    ['unsorted SET OF', () => read('3106020102020101').set('x'), /ascending/],
  ])('%s', (_, action, message) => {
    expect(action).toThrow(message);
    let caught: unknown;
    try {
      action();
    } catch (error) {
      caught = error;
    }
    expect(isHybridgeError(caught, 'invalid_encoding')).toBe(true);
  });

  it('bounds the depth and the size', () => {
    let nested = der.nil();
    for (let depth = 0; depth < 33; depth++) nested = der.sequence(nested);
    expect(() => readDer(nested, 'Deep').any('x')).toThrow(/nested too deeply/);
    let reader = readDer(nested, 'Deep');
    expect(() => {
      for (;;) reader = reader.sequence('s');
    }).toThrow(/nested too deeply/);
    expect(() => readDer(new Uint8Array(11), 'Big', { maxBytes: 10 })).toThrow(/11 bytes, at most 10/);
  });

  it('reads a megabyte of nested openings in no time', () => {
    const hostile = new Uint8Array(1 << 20).fill(0x30);
    const start = performance.now();
    expect(() => readDer(hostile, 'Hostile').any('x')).toThrow();
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('properties', () => {
  const primitive = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 512n }).map((value) => {
      const hex = value.toString(16);
      return der.unsignedInteger(fromHex(hex.length % 2 === 0 ? hex : `0${hex}`));
    }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => der.octetString(bytes)),
    fc.uint8Array({ maxLength: 70 }).map((bytes) => der.bitString(bytes)),
    fc
      .tuple(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 39 }),
        fc.array(fc.maxSafeNat(), { maxLength: 8 }),
      )
      .map(([root, second, rest]) => der.oid([root, second, ...rest.map((arc) => arc % 2 ** 50)].join('.'))),
    fc.constant(der.nil()),
  );
  const tree: fc.Arbitrary<Uint8Array> = fc.letrec<{ node: Uint8Array }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6 },
      primitive,
      fc.array(tie('node'), { maxLength: 5 }).map((nodes) => der.sequence(...nodes)),
    ),
  })).node;

  it('what is written reads back byte for byte', () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        const reader = readDer(bytes, 'Tree');
        expect(reader.any('node')).toEqual(bytes);
        reader.end();
      }),
    );
  });

  it('integers keep their value', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (value) => {
        const bytes = der.integer(value);
        expect(readDer(bytes, 'N').smallInteger('n')).toBe(value);
        expect(readDer(bytes, 'N').integer('n')).toBe(BigInt(value));
      }),
    );
  });

  it('object identifiers keep their arcs', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 10 }), (arcs) => {
        const dotted = ['2', ...arcs.map((arc) => String(arc % 2 ** 52))].join('.');
        expect(readDer(der.oid(dotted), 'O').oid('o')).toBe(dotted);
      }),
    );
  });

  it('no truncation and no trailing byte passes', () => {
    fc.assert(
      fc.property(tree, (bytes) => {
        for (let length = 0; length < bytes.length; length++)
          expect(() => readDer(bytes.subarray(0, length), 'Cut').any('x')).toThrow();
        const reader = readDer(concat(bytes, Uint8Array.of(0)), 'Long');
        reader.any('x');
        expect(() => {
          reader.end();
        }).toThrow(/1 bytes left over/);
      }),
      { numRuns: 50 },
    );
  });

  it('whatever comes, only HybridgeError leaves, and what is accepted has one encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const method of ['integer', 'oid', 'octetString', 'bitString', 'boolean', 'any'] as const)
          try {
            readDer(bytes, 'Noise')[method]('x');
          } catch (error) {
            expect(isHybridgeError(error, 'invalid_encoding')).toBe(true);
          }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writing', () => {
  it.each(['', '1', '3.1', '1.40', '1.2.x', '1..2', '1.02', '2.9007199254740993'])(
    'refuses the identifier %j',
    (dotted) => {
      expect(() => der.oid(dotted)).toThrow(/not an object identifier/);
    },
  );

  it('uses the long form of lengths from 128 on', () => {
    expect(toHex(der.octetString(new Uint8Array(127))).slice(0, 4)).toBe('047f');
    expect(toHex(der.octetString(new Uint8Array(128))).slice(0, 6)).toBe('048180');
    expect(toHex(der.octetString(new Uint8Array(65536))).slice(0, 10)).toBe('0483010000');
  });
});
