import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from '../../src/cli/json-pieces.ts';

const written = (value: object): string => [...jsonPieces(value)].join('');

test('pieces are together what is written in one', () => {
  const deep = { a: [{ b: [{ c: { d: { e: [1, { f: 'line\nend', g: [] }] } } }] }] };
  const value = { ...deep, none: undefined, list: [undefined, null, {}, []], at: new Date(0), '"': '' };
  expect(written(value)).toBe(`${JSON.stringify(value, undefined, 2)}\n`);
  expect([...jsonPieces(deep)].length).toBeGreaterThan(10);
  fc.assert(
    fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (any) => {
      // Without prototypes of the generator's own.
      const plain = structuredClone(any);
      expect(written(plain)).toBe(`${JSON.stringify(plain, undefined, 2)}\n`);
    }),
    { numRuns: 200 },
  );
});
