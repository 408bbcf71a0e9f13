import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { decodePem, encodePem, isPem } from '../../src/encoding/index.ts';

const block = (label: string, body: string): string =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

describe('reading', () => {
  it('takes several blocks with text around them, in either line ending', () => {
    const text = `subject=CN=pump\r\n${block('PUBLIC KEY', 'AAEC').replaceAll('\n', '\r\n')}note: text\n${block('X-Y Z', 'Aw==  ')}bye`;
    expect(isPem(text)).toBe(true);
    expect(decodePem(text)).toEqual([
      { label: 'PUBLIC KEY', bytes: Uint8Array.of(0, 1, 2) },
      { label: 'X-Y Z', bytes: Uint8Array.of(3) },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['no block', 'hello', /no block/],
    ['nothing', '', /no block/],
    ['other label at the end', block('A', 'AAEC').replace('END A', 'END B'), /END B closes BEGIN A/],
    ['never closed', '-----BEGIN A-----\nAAEC\n', /line 1: BEGIN A is never closed/],
    ['END alone', '-----END A-----\n', /END A without BEGIN/],
    ['BEGIN inside', `-----BEGIN A-----\n${block('A', 'AAEC')}`, /BEGIN A inside A/],
    ['a boundary with four dashes', '-----BEGIN A----\nAAEC\n-----END A-----\n', /malformed boundary/],
    ['an empty label', block('', 'AAEC'), /malformed boundary/],
    ['a label with two spaces', block('A  B', 'AAEC'), /malformed boundary/],
    ['empty contents', '-----BEGIN A-----\n-----END A-----\n', /A is empty/],
    ['missing padding', block('A', 'AAECAw'), /multiple of four/],
    ['a foreign character', block('A', 'AA*C'), /outside the alphabet/],
    ['base64url', block('A', 'AA-_'), /outside the alphabet/],
    ['unused bits set', block('A', 'AAF='), /unused bits/],
    ['padding in the middle', block('A', 'AA==\nAAEC'), /outside the alphabet/],
  ])('refuses %s', (_, text, message) => {
    expect(() => decodePem(text)).toThrow(message);
    try {
      decodePem(text);
    } catch (error) {
      expect(isHybridgeError(error, 'invalid_encoding')).toBe(true);
    }
  });

  it('names the obsolete encryption headers', () => {
    const text = block('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAEC');
    expect(() => decodePem(text)).toThrow(/encapsulated headers/);
    try {
      decodePem(text);
    } catch (error) {
      expect(isHybridgeError(error, 'unsupported') && error.hint).toMatch(/openssl pkcs8 -topk8/);
    }
  });

  it('bounds the size', () => {
    expect(() => decodePem('x'.repeat(101), { maxCharacters: 100 })).toThrow(/101 characters, at most 100/);
  });

  it('never shows contents in a message', () => {
    try {
      decodePem(block('PRIVATE KEY', 'c2VjcmV0c2VjcmV0*'));
    } catch (error) {
      expect(String(error)).not.toMatch(/c2Vj|secret/);
    }
    expect.assertions(1);
  });
});

describe('properties', () => {
  it('round trip, 64 characters a line', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.constantFrom('PRIVATE KEY', 'CERTIFICATE'),
        (bytes, label) => {
          const text = encodePem(label, bytes);
          expect(decodePem(text)).toEqual([{ label, bytes }]);
          expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(64);
        },
      ),
    );
  });

  it('a mutation gives other bytes, the same block, or a HybridgeError', () => {
    const text = encodePem('PRIVATE KEY', new Uint8Array(100).fill(7));
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 9, max: 126 }), (at, code) => {
        try {
          decodePem(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1));
        } catch (error) {
          expect(isHybridgeError(error, 'invalid_encoding', 'unsupported')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every truncation', () => {
    const text = encodePem('PRIVATE KEY', new Uint8Array(100).fill(7)).trimEnd();
    for (let length = 0; length < text.length; length++)
      expect(() => decodePem(text.slice(0, length))).toThrow();
  });
});

it('refuses to write a malformed label', () => {
  expect(() => encodePem('A\n', Uint8Array.of(1))).toThrow(/not a label/);
});
