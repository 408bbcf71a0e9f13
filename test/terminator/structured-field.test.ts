import { describe, expect, it } from 'vitest';
import { structuredDictionary } from '../../src/terminator/structured-field.ts';

describe('structured fields', () => {
  // The examples of RFC 9651 §3.2, §3.3.4 and §3.3.8.
  it.each([
    [{ en: 'Applepie', da: 'Æblegrød' }, 'en="Applepie", da=%"%c3%86blegr%c3%b8d"'],
    [{ a: false, b: true, c: { token: 'foo' } }, 'a=?0, b, c=foo'],
    [{ feelings: [{ token: 'joy' }, { token: 'sadness' }] }, 'feelings=(joy sadness)'],
    [{ token: { token: 'foo123/456' } }, 'token=foo123/456'],
    [{ foo: 'This is intended for display to üsers.' }, 'foo=%"This is intended for display to %c3%bcsers."'],
    [{ quoted: 'a "b" \\c', list: [], absent: undefined }, 'quoted="a \\"b\\" \\\\c", list=()'],
    [{ line: 'a\nb%"' }, 'line=%"a%0ab%25%22"'],
    [{}, ''],
  ])('%j', (members, text) => {
    expect(structuredDictionary(members)).toBe(text);
  });

  it('refuses what is no key, no token or no text', () => {
    for (const members of [
      { Key: 'a' },
      { '': 'a' },
      { a: { token: '1' } },
      { a: { token: 'a b' } },
      { a: '\ud800' },
    ])
      expect(() => structuredDictionary(members)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }),
      );
  });
});
