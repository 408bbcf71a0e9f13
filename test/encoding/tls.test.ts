import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import { readTls, tls } from '../../src/encoding/index.ts';

describe('reading', () => {
  it('walks a structure', () => {
    const bytes = fromHex('03030102030a0b0c0d' + '0004' + '11ec001d' + '02' + 'aabb');
    const reader = readTls(bytes, 'Hello');
    expect(reader.u16('version')).toBe(0x0303);
    expect(reader.u24('number')).toBe(0x010203);
    expect(reader.u32('big')).toBe(0x0a0b0c0d);
    const groups = reader.vector('groups', 2, 65535);
    expect([groups.offset, groups.remaining]).toEqual([11, 4]);
    expect(groups.u16('group')).toBe(0x11ec);
    expect(groups.rest, 'as it is, without being read').toEqual(fromHex('001d'));
    expect(groups.u16('group')).toBe(0x001d);
    groups.end();
    expect(reader.remaining).toBe(3);
    expect(reader.opaque('session', 0, 32)).toEqual(fromHex('aabb'));
    reader.end();
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a field beyond the end',
      () => readTls(fromHex('00'), 'S').u16('x'),
      /S\.x: 2 bytes expected at byte 0, 1 there/,
    ],
    [
      'a fixed field beyond the end',
      () => readTls(fromHex('00'), 'S').fixed('random', 32),
      /S\.random: 32 bytes/,
    ],
    [
      'a vector beyond the end',
      () => readTls(fromHex('05aabb'), 'S').opaque('x', 0, 255),
      /S\.x: 5 bytes expected/,
    ],
    [
      'a vector too short',
      () => readTls(fromHex('00'), 'S').opaque('x', 1, 255),
      /length 0 outside 1\.\.255/,
    ],
    ['a vector too long', () => readTls(fromHex('21'), 'S').opaque('x', 0, 32), /length 33 outside 0\.\.32/],
    [
      'an element across the vector end',
      () => readTls(fromHex('030000ff00'), 'S').vector('v', 0, 255).u32('e'),
      /S\.v\.e/,
    ],
    [
      'bytes left over',
      () => {
        readTls(fromHex('0000'), 'S').end();
      },
      /S: 2 bytes left over at byte 0/,
    ],
  ])('refuses %s', (_, action, message) => {
    expect(action).toThrow(message);
  });
});

describe('writing', () => {
  it('takes the width of a length from its bound [RFC 9846 §3.4]', () => {
    expect(toHex(tls.vector(0, 255, fromHex('aa')))).toBe('01aa');
    expect(toHex(tls.vector(0, 256, fromHex('aa')))).toBe('0001aa');
    expect(toHex(tls.vector(0, 2 ** 24 - 1, fromHex('aa'), fromHex('bb')))).toBe('000002aabb');
    expect(toHex(concat(tls.u8(1), tls.u16(2), tls.u24(3), tls.u32(0xffffffff)))).toBe(
      '010002000003ffffffff',
    );
  });

  it('refuses what does not fit', () => {
    expect(() => tls.u8(256)).toThrow(/out of range/);
    expect(() => tls.u16(-1)).toThrow(/out of range/);
    expect(() => tls.u16(1.5)).toThrow(/out of range/);
    expect(() => tls.vector(1, 255)).toThrow(/length 0 outside/);
    expect(() => tls.vector(0, 1, new Uint8Array(2))).toThrow(/length 2 outside/);
  });
});

describe('properties', () => {
  it('vectors round trip and every truncation is refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (items) => {
        const bytes = tls.vector(0, 65535, ...items.map((item) => tls.vector(0, 255, item)));
        const reader = readTls(bytes, 'List');
        const list = reader.vector('items', 0, 65535);
        const back: Uint8Array[] = [];
        while (list.remaining > 0) back.push(list.opaque('item', 0, 255));
        reader.end();
        expect(back).toEqual(items);
        for (let length = 0; length < bytes.length; length++)
          expect(() => readTls(bytes.subarray(0, length), 'Cut').vector('items', 0, 65535)).toThrow(
            /Cut\.items/,
          );
      }),
      { numRuns: 50 },
    );
  });

  it('whatever comes, only HybridgeError leaves', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          const list = readTls(bytes, 'Noise').vector('v', 0, 65535);
          while (list.remaining > 0) list.opaque('item', 1, 255);
        } catch (error) {
          expect(isHybridgeError(error, 'invalid_encoding')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
