import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { readCsv } from '../../src/cli/csv.ts';
import { COST_DATA } from '../../src/cost/data/index.ts';
import { expectRefusal } from './refusal.ts';
import { importPqm4, isPqm4Table, type TableLine } from '../../src/cost/pqm4.ts';

const table = readFileSync(new URL('../../vectors/pqm4/benchmarks.csv', import.meta.url), 'utf8');
const lines = readCsv(table, 'benchmarks');

const changed = (from: string, to: string): readonly TableLine[] => {
  expect(table).toContain(from);
  return readCsv(table.replace(from, to), 'benchmarks');
};

describe('the table of pqm4', () => {
  test('says what the rows of pqm4 say, and nothing is missing on either side', () => {
    const { rows, skipped } = importPqm4(lines);
    const ours = COST_DATA.rows.filter(({ source }) => source === 'pqm4');
    const byId = (list: typeof rows): Readonly<Record<string, unknown>> =>
      Object.fromEntries(list.map((row) => [row.id, row]));
    expect(byId(ours)).toEqual(byId(rows));
    expect(rows).toHaveLength(111);
    expect(skipped).toEqual([]);
    expect(isPqm4Table(lines)).toBe(true);
  });

  it('has the figures that its readers quote', () => {
    const { rows } = importPqm4(lines);
    const row = (id: string): unknown => rows.find((one) => one.id === id);
    expect(row('ML-DSA-65:sign:pqm4/m4f:cortex-m4')).toMatchObject({
      cycles: { mean: 6_193_171, min: 2_918_295, max: 26_008_621, runs: 1000, status: 'published' },
      stack: { value: 68_872 },
      code: { value: 19_328 },
      hashShare: 0.606,
    });
    expect(row('SLH-DSA-SHAKE-256f:verify:pqm4/clean:cortex-m4')).toMatchObject({
      cycles: { mean: 108_394_619, runs: 10 },
      stack: { value: 5448 },
      hashShare: 0.974,
    });
  });

  it('may be that of a board of one’s own, and may lack parts', () => {
    const speed = table.slice(0, table.indexOf('Memory Evaluation'));
    const { rows } = importPqm4(readCsv(speed, 'benchmarks'), {
      core: 'cortex-m33',
      source: 'ours',
      status: 'measured',
      prefix: 'ours',
    });
    expect(rows).toHaveLength(111);
    expect(rows[0]).toMatchObject({ core: 'cortex-m33', source: 'ours', cycles: { status: 'measured' } });
    expect(rows[0]?.implementation).toMatch(/^ours\//);
    expect(rows.every(({ stack, code }) => stack === undefined && code === undefined)).toBe(true);
  });

  it('leaves out schemes without a name here, and says which', () => {
    const { rows, skipped } = importPqm4(
      changed('ml-kem-1024,clean,15128,18776,20352', 'hqc-128,clean,1,2,3'),
    );
    expect(skipped).toEqual(['hqc-128']);
    expect(rows.find(({ id }) => id === 'ML-KEM-1024:decaps:pqm4/clean:cortex-m4')?.stack).toBeUndefined();
  });

  it.each([
    [
      'a negative number',
      'ml-kem-1024,clean,15128',
      'ml-kem-1024,clean,-15128',
      /line 46: expected a whole number/,
    ],
    ['a share without its tenth', 'clean,50.0,', 'clean,50,', /expected a percentage, found '50'/],
    [
      'a line that is cut',
      'ml-kem-768,clean,10248,13384,14480,,,,,,',
      'ml-kem-768,clean,10248',
      /expected 3 numbers/,
    ],
    [
      'more numbers',
      'ml-kem-768,clean,10248,13384,14480,,',
      'ml-kem-768,clean,10248,13384,14480,7,',
      /expected 3 numbers/,
    ],
    [
      'the same twice',
      'ml-kem-768,m4fstack,2820',
      'ml-kem-768,m4fspeed,2820',
      /ml-kem-768 m4fspeed is there twice/,
    ],
    ['no heading', 'Speed Evaluation', 'Speed', /before any heading/],
    ['a formula', 'ml-kem-768,clean,10248', '=cmd|calc,clean,10248', /expected a scheme/],
  ])('refuses %s', (_, from, to, message) => {
    expectRefusal(() => importPqm4(changed(from, to)), 'invalid_encoding', message);
  });

  it('reads or refuses whatever lines it is given', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'Speed Evaluation',
        'Size Evaluation',
        'Signature Schemes',
        'Scheme',
        'ml-dsa-44',
        'clean',
        '7',
        '',
      ),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 12 }), { maxLength: 12 }), (cells) => {
        try {
          for (const row of importPqm4(cells.map((one, index) => ({ line: index + 1, cells: one }))).rows)
            expect(row.source).toBe('pqm4');
        } catch (error) {
          expect(error).toBeInstanceOf(HybridgeError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
