import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import { decodeName, formatName, nameFrom, sameName } from '../../src/certificates/index.ts';
import { BMP_STRING, der, PRINTABLE_STRING, TELETEX_STRING, UTF8_STRING } from '../../src/encoding/index.ts';

const COMMON_NAME = '2.5.4.3';

/** A name with one common name, its string type chosen. */
function commonName(tag: number, contents: Uint8Array): Uint8Array {
  return der.sequence(der.setOf(der.sequence(der.oid(COMMON_NAME), der.element(tag, contents))));
}

describe('the text form of names [RFC 4514]', () => {
  // The examples of RFC 4514 §4 that have keywords here.
  it.each([
    'UID=jsmith,DC=example,DC=net',
    'OU=Sales+CN=J.  Smith,DC=example,DC=net',
    String.raw`CN=James \"Jim\" Smith\, III,DC=example,DC=net`,
    String.raw`CN=Before\0dAfter,DC=example,DC=net`,
    'CN=Lučić',
    String.raw`CN=\#hash,O=\ led and trailed\ `,
    '',
  ])('%s comes back', (text) => {
    const name = nameFrom(text);
    expect(sameName(decodeName(name.bytes), name)).toBe(true);
    const again = formatName(decodeName(name.bytes));
    // The attributes of one relative name are a set, whose order DER settles.
    expect(again.split(/[,+]/u).sort()).toEqual(text.split(/[,+]/u).sort());
  });

  it.each([' ', '  ', '\u00a0', ' \u3000', 'a\u2003', '\\ ', ' #'])('takes “%s” as it was', (text) => {
    const name = decodeName(commonName(UTF8_STRING, utf8(text)));
    expect(nameFrom(formatName(name)).relativeNames.flat()[0]?.text).toBe(text);
  });

  it('takes what any text is escaped to', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        const bytes = commonName(UTF8_STRING, utf8(text));
        const name = decodeName(bytes);
        expect(
          nameFrom(formatName(name))
            .relativeNames.flat()
            .map((one) => one.text),
        ).toEqual([text]);
      }),
    );
  });

  it.each(['pump', 'CN=', 'colour=red', 'CN=a,,O=b', 'C=Switzerland', 'CN="quoted"', 'CN=a;O=b'])(
    'refuses %s',
    (text) => {
      expect(() => nameFrom(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    },
  );
});

describe('comparison [RFC 5280 §7.1]', () => {
  it.each([
    ['type of string', commonName(PRINTABLE_STRING, utf8('Pump 7')), commonName(UTF8_STRING, utf8('Pump 7'))],
    ['case', commonName(UTF8_STRING, utf8('PÜMP')), commonName(UTF8_STRING, utf8('pümp'))],
    ['white space', commonName(UTF8_STRING, utf8('  pump \t 7 ')), commonName(UTF8_STRING, utf8('pump 7'))],
    ['composition', commonName(UTF8_STRING, utf8('u\u0308')), commonName(UTF8_STRING, utf8('\u00fc'))],
    ['BMPString', commonName(BMP_STRING, fromHex('00700075006d0070')), commonName(UTF8_STRING, utf8('pump'))],
    ['TeletexString', commonName(TELETEX_STRING, fromHex('fc')), commonName(UTF8_STRING, utf8('ü'))],
  ])('does not mind %s', (_what, a, b) => {
    expect(sameName(decodeName(a), decodeName(b))).toBe(true);
  });

  it.each([
    ['CN=a,O=b', 'CN=b,O=a'],
    ['CN=a,O=b', 'O=b'],
    ['CN=a+O=b', 'CN=a,O=b'],
    ['CN=a', 'OU=a'],
    ['CN=ab', 'CN=a b'],
  ])('tells %s from %s', (a, b) => {
    expect(sameName(nameFrom(a), nameFrom(b))).toBe(false);
  });
});

describe('malformed names', () => {
  const good = nameFrom('CN=pump.example,O=Hospital,C=CH').bytes;

  it.each([
    ['nothing', new Uint8Array()],
    ['a set without an attribute', der.sequence(der.setOf())],
    ['trailing bytes', concat(good, Uint8Array.of(0))],
    ['text that is no UTF-8', commonName(UTF8_STRING, fromHex('c328'))],
    ['half a character', commonName(BMP_STRING, fromHex('007000'))],
    ['a surrogate', commonName(BMP_STRING, fromHex('d800'))],
    ['a value twice', der.sequence(der.setOf(der.sequence(der.oid(COMMON_NAME), der.nil(), der.nil())))],
  ])('%s', (_what, bytes) => {
    expect(() => decodeName(bytes)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
  });

  it('throws nothing but HybridgeError', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = value;
        try {
          formatName(decodeName(bytes));
        } catch (error) {
          expect(isHybridgeError(error)).toBe(true);
        }
      }),
    );
  });
});
