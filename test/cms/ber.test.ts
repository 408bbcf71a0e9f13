import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, HybridgeError, toHex } from '../../src/bytes/index.ts';
import { der, readDer } from '../../src/encoding/index.ts';
import { type BerOptions, type BerReader, readBer } from '../../src/cms/ber-read.ts';
import {
  END_OF_CONTENTS,
  octetsInSegments,
  openDefinite,
  openIndefinite,
  type Wrapping,
} from '../../src/cms/ber-write.ts';

const SEQUENCE = 0x30;

/** The bytes in pieces of one size, all in one buffer, as a source that reuses its memory gives them. */
function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

function reader(hex: string, options: BerOptions & { readonly size?: number } = {}): BerReader {
  const { size = 3, ...rest } = options;
  return readBer(cut(fromHex(hex.replaceAll(' ', '')), size), 'Test', rest);
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return concat(...parts);
}

const octetsOf = async (hex: string, size = 3): Promise<string> => {
  const ber = reader(hex, { size });
  const bytes = await collect(ber.octets('content'));
  await ber.end();
  return toHex(bytes);
};

describe('OCTET STRINGs', () => {
  it.each([
    ['primitive', '04 03 010203', '010203'],
    ['empty', '04 00', ''],
    ['length not in its shortest form', '04 82 0003 010203', '010203'],
    ['constructed, indefinite', '24 80 04 02 0102 04 01 03 0000', '010203'],
    ['constructed, definite', '24 07 04 02 0102 04 01 03', '010203'],
    ['constructed, empty', '24 80 0000', ''],
    ['nested', '24 80 24 80 04 01 01 0000 24 03 04 01 02 04 01 03 0000', '010203'],
    ['with empty pieces', '24 80 04 00 04 01 01 04 00 0000', '01'],
  ])('%s', async (_, hex, expected) => {
    for (const size of [1, 2, 3, 1000]) expect(await octetsOf(hex, size)).toBe(expected);
  });

  it('implicitly tagged', async () => {
    for (const hex of ['80 02 0102', 'a0 80 04 01 01 04 01 02 0000'])
      expect(toHex(await collect(reader(hex).octets('content', 0x80)))).toBe('0102');
  });

  it.each([
    ['a piece of another type', '24 80 02 01 01 0000'],
    ['a piece that exceeds the whole', '24 03 04 02 0102'],
    ['an indefinite primitive', '04 80 010203 0000'],
    ['no end', '24 80 04 01 01'],
    ['cut in the contents', '04 05 0102'],
    ['cut in the length', '04 82 01'],
    ['another type', '02 01 01'],
    ['bytes after it', '04 01 01 00'],
    ['a length of too many octets', '04 87 00000000000001 01'],
    ['a reserved length', '04 ff 01'],
  ])('refused: %s', async (_, hex) => {
    for (const size of [1, 1000])
      await expect(octetsOf(hex, size)).rejects.toMatchObject({ code: 'invalid_encoding' });
  });

  it('nested too deeply', async () => {
    await expect(octetsOf('2480'.repeat(64))).rejects.toThrow('nested too deeply');
  });

  it('are handed over without being held', async () => {
    const big = 300 * 1024 * 1024;
    const piece = new Uint8Array(1024 * 1024);
    function* source(): Generator<Uint8Array> {
      yield Uint8Array.of(0x04, 0x84, 0x12, 0xc0, 0x00, 0x00);
      for (let at = 0; at < big; at += piece.length) yield piece;
    }
    const ber = readBer(source(), 'Test');
    let seen = 0;
    for await (const part of ber.octets('content')) {
      expect(part.buffer).toBe(piece.buffer);
      seen += part.length;
    }
    await ber.end();
    expect(seen).toBe(big);
  });
});

describe('elements', () => {
  it('are rewritten as DER', async () => {
    for (const [hex, expected] of [
      ['30 80 02 01 01 0000', '3003020101'],
      ['30 81 03 02 01 01', '3003020101'],
      ['30 80 24 80 04 01 01 04 01 02 0000 30 80 0000 0000', '300604020102' + '3000'],
      ['30 05 30 80 05 00 0000'.replace('30 05', '30 06'), '300430020500'],
      ['24 80 24 04 04 82 0000 0000', '0400'],
      ['02 01 01', '020101'],
    ] as const)
      expect(toHex(await reader(hex).element('value'))).toBe(expected);
  });

  it('must be DER where the standard says so', async () => {
    expect(toHex(await reader('30 03 02 01 01').derElement('value'))).toBe('3003020101');
    for (const hex of ['30 80 02 01 01 0000', '30 81 03 02 01 01', '30 04 24 02 04 00'])
      await expect(reader(hex).derElement('value')).rejects.toThrow('must be DER');
  });

  it.each([
    ['cut', '30 05 02 01 01'],
    ['without an end', '30 80 02 01 01'],
    ['with a child that exceeds it', '30 03 02 05 01'],
    ['with a tag number above 30', '30 04 1f 81 01 00'],
    ['with half an end', '30 80 02 01 01 00'],
    ['that is an end', '00 00'],
    ['with an end where none is open', '30 02 00 00'],
  ])('refused: %s', async (_, hex) => {
    await expect(reader(hex).element('value')).rejects.toMatchObject({ code: 'invalid_encoding' });
  });

  it('take no more memory than allowed', async () => {
    const claim = reader('30 84 7fffffff 0101');
    await expect(claim.element('value')).rejects.toMatchObject({ code: 'message_too_large' });
    const endless = function* (): Generator<Uint8Array> {
      yield fromHex('3080');
      for (;;) yield fromHex('0500'.repeat(1000));
    };
    await expect(readBer(endless(), 'Test', { maxBuffered: 100_000 }).element('value')).rejects.toMatchObject(
      {
        code: 'message_too_large',
      },
    );
  });

  it('nest only so deep', async () => {
    await expect(reader('3080'.repeat(40)).element('value')).rejects.toThrow('nested too deeply');
    const deep = Array.from({ length: 40 }).reduce<Uint8Array>((inner) => der.sequence(inner), der.nil());
    await expect(readBer(deep, 'Test').element('value')).rejects.toThrow('nested too deeply');
  });
});

describe('structures', () => {
  it.each([
    ['definite', '30 08 02 01 07 a0 03 04 01 09'],
    ['indefinite', '30 80 02 01 07 a0 80 04 01 09 0000 0000'],
    ['mixed', '30 80 02 01 07 a0 03 04 01 09 0000'],
  ])('%s', async (_, hex) => {
    const ber = reader(hex);
    await ber.enter('outer', SEQUENCE);
    expect(readDer(await ber.element('version'), 'v').smallInteger('v')).toBe(7);
    expect(await ber.has(0xa1)).toBe(false);
    expect(await ber.has(0xa0)).toBe(true);
    await ber.enter('content', 0xa0);
    expect(await collect(ber.octets('octets'))).toEqual(Uint8Array.of(9));
    expect(await ber.has(0x04)).toBe(false);
    await ber.leave();
    await ber.leave();
    await ber.end();
  });

  it('name the place that deviates', async () => {
    const ber = reader('30 80 02 01 07 04 01 09 0000');
    await ber.enter('outer', SEQUENCE);
    await ber.element('version');
    await expect(ber.enter('content', 0xa0)).rejects.toMatchObject({
      code: 'invalid_encoding',
      message: 'Test.outer.content: expected [0], found OCTET STRING at byte 5',
      details: { offset: 5, structure: 'Test.outer.content' },
    });
  });

  it('are not left before their end', async () => {
    const ber = reader('30 06 02 01 07 02 01 07');
    await ber.enter('outer', SEQUENCE);
    await ber.element('version');
    await expect(ber.leave()).rejects.toThrow('an element too many');
  });

  it('release their source', async () => {
    let released = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield fromHex('3080');
        yield fromHex('3080');
      } finally {
        released = true;
      }
    }
    const ber = readBer(source(), 'Test');
    await ber.enter('outer', SEQUENCE);
    await ber.close();
    expect(released).toBe(true);
  });
});

describe('writing', () => {
  const wrappings: readonly Wrapping[] = [
    { tag: SEQUENCE, before: [der.oid('1.2.3')], after: 2 },
    { tag: 0xa0, before: [] },
    { tag: SEQUENCE, before: [der.integer(1)], after: 3 },
  ];

  it('definite lengths are those of DER', () => {
    const content = der.octetString(new Uint8Array(70_000));
    const expected = der.sequence(
      der.oid('1.2.3'),
      der.explicit(0, der.sequence(der.integer(1), content, der.integer(2))),
      der.nil(),
    );
    const opening = openDefinite(wrappings, content.length);
    expect(toHex(concat(opening, content, der.integer(2), der.nil()))).toBe(toHex(expected));
  });

  it('indefinite lengths read back as the same DER', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40_000, size: 'max' }), { maxLength: 6 }),
        async (parts) => {
          const pieces: Uint8Array[] = [openIndefinite(wrappings)];
          for await (const piece of octetsInSegments(parts, {})) pieces.push(piece.slice());
          pieces.push(END_OF_CONTENTS, END_OF_CONTENTS, END_OF_CONTENTS);
          const message = concat(...pieces);
          const expected = der.sequence(
            der.oid('1.2.3'),
            der.explicit(0, der.sequence(der.integer(1), der.octetString(concat(...parts)))),
          );
          const read = readBer(cut(message, 1021), 'Test');
          expect(await read.element('value')).toEqual(expected);
          await read.end();
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('whatever the bytes', () => {
  it('reading ends, with a HybridgeError or without', async () => {
    const seed = fromHex('3080020107a080248004010104020203000000003003020101310030800500000000000000');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          fc
            .array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
            .map((changes) => {
              const changed = seed.slice();
              for (const [at, value] of changes) changed[at] = value;
              return changed;
            }),
        ),
        fc.integer({ min: 1, max: 9 }),
        async (bytes, size) => {
          const whole = readBer(cut(bytes, size), 'Test');
          const outcome = await whole.element('value').catch((error: unknown) => error);
          if (!(outcome instanceof Uint8Array)) expect(outcome).toBeInstanceOf(HybridgeError);
          else {
            // What was accepted is DER, and stays as it is.
            expect(await readBer(outcome, 'Test').derElement('value')).toEqual(outcome);
          }
          const stepwise = readBer(cut(bytes, size), 'Test');
          try {
            await stepwise.enter('outer', SEQUENCE);
            await stepwise.element('version');
            await stepwise.enter('content', 0xa0);
            await collect(stepwise.octets('octets'));
            await stepwise.leave();
            while (!(await stepwise.atEnd())) await stepwise.element('rest');
            await stepwise.leave();
            await stepwise.end();
          } catch (error) {
            expect(error).toBeInstanceOf(HybridgeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
