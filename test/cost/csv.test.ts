import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell } from '../../src/cost/csv.ts';

test('a cell is read back as it was, with an apostrophe before what would be a formula', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', "'", '\t', '\r', '\n', 'a') }),
      (text) => {
        const [[cell, after] = []] = parse(`${csvCell(text)},end\r\n`);
        expect(cell).toBe(/^[=+\-@\t\r\n]/u.test(text) ? `'${text}` : text);
        expect(after).toBe('end');
      },
    ),
  );
});
