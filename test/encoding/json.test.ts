import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { decodeJson } from '../../src/encoding/index.ts';

describe('decodeJson', () => {
  it.each<[string, string, RegExp]>([
    ['a member twice', '{"a":1,"b":2,"a":3}', /member "a" appears twice/],
    ['a member twice, once escaped', '{"a":1,"\\u0061":3}', /member "a" appears twice/],
    ['a member twice in a nested object', '[{"x":{"a":1,"a":1}}]', /appears twice/],
    ['nothing', '', /not well-formed/],
    ['trailing text', '{} x', /not well-formed/],
    ['truncation', '{"a":', /not well-formed/],
    ['a trailing comma', '{"a":1,}', /not well-formed/],
    ['deep nesting', '['.repeat(40) + ']'.repeat(40), /nested too deeply/],
    ['very deep nesting', '['.repeat(1e6), /not well-formed/],
  ])('refuses %s', (_, text, message) => {
    expect(() => decodeJson(text, 'Test')).toThrow(message);
    try {
      decodeJson(text, 'Test');
    } catch (error) {
      expect(isHybridgeError(error, 'invalid_encoding')).toBe(true);
    }
  });

  it('is not misled by braces, colons and quotes in strings', () => {
    const text = String.raw`{"a:{\"":"{\"a\":1,\"a\":2}","b":["a","a"],"c":{"b":1}}`;
    expect(decodeJson(text, 'Test')).toEqual(JSON.parse(text));
  });

  it('never quotes the text', () => {
    expect(() => decodeJson('{"d":"c2VjcmV0"', 'JWK')).toThrow(/^JWK: not well-formed JSON$/);
  });

  it('bounds the size', () => {
    expect(() => decodeJson('"aaaa"', 'Test', { maxCharacters: 5 })).toThrow(/at most 5/);
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(decodeJson(text, 'Test')).toEqual(JSON.parse(text));
      }),
    );
  });
});
