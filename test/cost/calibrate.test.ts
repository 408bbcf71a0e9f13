import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HybridgeError } from '../../src/bytes/index.ts';
import { readCsv } from '../../src/cli/csv.ts';
import { calibrate, type CalibratedBoard, type Calibration } from '../../src/cost/calibrate.ts';
import { COST_DATA, findDevice, mergeCostData } from '../../src/cost/data/index.ts';
import { expectRefusal } from './refusal.ts';
import { readCostData } from '../../src/cost/user-data.ts';

const BOARD: CalibratedBoard = {
  id: 'our-board',
  title: 'Our board',
  core: 'cortex-m33',
  megahertz: 160,
  ramBytes: 786_432,
  flashBytes: 2_097_152,
};

const HEADER = 'algorithm,operation,implementation,cycles,min,max,p99,runs,stack_bytes,code_bytes';
const LINE = 'ML-DSA-65,sign,mylib/c-O3,8000000,3000000,30000000,25000000,1000,68872,19328';

const from = (text: string, board: CalibratedBoard = BOARD): Calibration =>
  calibrate(readCsv(text, 'board log'), { board, reference: 'board.csv' });

/** What goes into the file. */
const entries = ({ sources, devices, rows }: Calibration): Omit<Calibration, 'skipped'> => ({
  sources,
  devices,
  rows,
});

describe('a board log', () => {
  it('becomes a measured device with rows of its own', () => {
    const { rows, devices, sources, skipped } = from(`${HEADER}\n${LINE}\n`);
    expect(rows).toEqual([
      {
        id: 'ML-DSA-65:sign:mylib/c-O3:cortex-m33',
        algorithm: 'ML-DSA-65',
        operation: 'sign',
        implementation: 'mylib/c-O3',
        core: 'cortex-m33',
        cycles: { mean: 8e6, min: 3e6, max: 3e7, p99: 2.5e7, runs: 1000, status: 'measured' },
        stack: { value: 68_872, status: 'measured' },
        code: { value: 19_328, status: 'measured' },
        source: 'our-board',
        caveat: 'measured on our-board at 160 MHz',
      },
    ]);
    expect(devices[0]).toMatchObject({
      id: 'our-board',
      title: 'Our board',
      megahertz: { value: 160, status: 'measured' },
      waitStates: { low: 0, value: 0, high: 0 },
    });
    expect(sources).toEqual([
      { id: 'our-board', title: 'Measured on Our board', reference: 'board.csv', seen: 'measured' },
    ]);
    expect(skipped).toEqual([]);
  });

  it('may be in milliseconds, in any order of columns, with blanks, quotes, empty cells and a byte order mark', () => {
    const { rows } = from(
      '\ufeffmilliseconds, p99,operation,"implementation",algorithm,runs\r\n\r\n 2.5,,verify,mylib/c,mldsa65, 10 \r\n',
    );
    expect(rows).toMatchObject([
      { id: 'ML-DSA-65:verify:mylib/c:cortex-m33', cycles: { mean: 2.5 * 160_000, runs: 10 } },
    ]);
    expect(rows[0]?.cycles?.p99).toBeUndefined();
  });

  it('makes a file that is read again', () => {
    const made = entries(from(`${HEADER}\n${LINE}\nSHA-256,hash,mylib/c-O3,41.5,,,,,,\n`));
    const again = readCostData(JSON.stringify(made));
    expect(again).toEqual({ ...made, links: [], footprints: [] });
    const data = mergeCostData(COST_DATA, again);
    expect(findDevice(data, 'our-board').core).toBe('cortex-m33');
    expect(data.rows).toHaveLength(COST_DATA.rows.length + 2);
  });

  it('may be what the scripts of pqm4 write', () => {
    const table = readFileSync(new URL('../../vectors/pqm4/benchmarks.csv', import.meta.url), 'utf8');
    const { rows, skipped } = from(table.replaceAll('ml-kem-512', 'hqc-128'));
    expect(skipped).toEqual(['hqc-128']);
    expect(rows.map(({ id }) => id)).toContain('ML-KEM-768:encaps:our-board/m4fspeed:cortex-m33');
    expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(['our-board']));
  });

  it.each<[string, string, RegExp, RegExp?]>([
    ['nothing', '', /line 1: is empty/, /algorithm,operation/],
    ['a header alone', HEADER, /measures nothing/],
    [
      'an unknown column',
      HEADER.replace('cycles', 'cycels'),
      /line 1: no column is called 'cycels'/,
      /cycles/,
    ],
    ['a column twice', `${HEADER},min`, /column min is there twice/],
    ['a missing column', 'algorithm,operation,cycles', /column implementation is missing/],
    ['neither cycles nor milliseconds', 'algorithm,operation,implementation', /one of the columns/],
    ['both', 'algorithm,operation,implementation,cycles,milliseconds', /not both/],
    ['semicolons', HEADER.replaceAll(',', ';'), /no column is called/],
    ['cells that are missing', `${HEADER}\nML-DSA-65,sign,x,5`, /line 2: has 4 cells, the header has 10/],
    [
      'an unknown algorithm',
      `${HEADER}\n${LINE.replace('65', '66')}`,
      /line 2: no algorithm is called 'ML-DSA-66'/,
      /ML-DSA-65/,
    ],
    [
      'an obsolete one',
      `${HEADER}\n${LINE.replace('ML-DSA-65', 'Dilithium3')}`,
      /no algorithm is called 'Dilithium3'/,
    ],
    [
      'an unknown operation',
      `${HEADER}\n${LINE.replace('sign', 'sing')}`,
      /no operation of ML-DSA-65 is called 'sing'/,
      /sign/,
    ],
    [
      'an operation of something else',
      `${HEADER}\n${LINE.replace('sign', 'encaps')}`,
      /no operation of ML-DSA-65/,
    ],
    ['no operation', `${HEADER}\n${LINE.replace('sign', '')}`, /operation is empty/],
    ['no mean', `${HEADER}\n${LINE.replace('8000000', '')}`, /cycles is empty/],
    [
      'a negative number',
      `${HEADER}\n${LINE.replace('8000000', '-8000000')}`,
      /cycles '-8000000' is not a number above zero/,
    ],
    ['zero', `${HEADER}\n${LINE.replace('68872', '0')}`, /stack_bytes '0' is not a whole number above zero/],
    ['a word', `${HEADER}\n${LINE.replace('8000000', '8M')}`, /'8M' is not a number/],
    [
      'more runs than a data file takes',
      `${HEADER}\n${LINE.replace(',1000,', ',1000000001,')}`,
      /runs are more/,
    ],
    [
      'a 99th percentile of ages, where nobody says the most',
      `algorithm,operation,implementation,milliseconds,p99\nML-DSA-65,sign,x,5,999999999999999`,
      /milliseconds are more than/,
    ],
    [
      'a percentile above the most',
      `${HEADER}\n${LINE.replace('25000000', '30000001')}`,
      /not between min and max/,
    ],
    [
      'a percentile below the least',
      `${HEADER}\n${LINE.replace('25000000', '2999999')}`,
      /not between min and max/,
    ],
    ['a cell too many', `${HEADER}\n${LINE},1`, /line 2: has 11 cells, the header has 10/],
    [
      'more cycles than a data file takes',
      `algorithm,operation,implementation,milliseconds\nML-DSA-65,sign,x,6250000001`,
      /milliseconds are more than/,
    ],
    [
      'a fraction of a run',
      `${HEADER}\n${LINE.replace('1000,', '1.5,')}`,
      /runs '1.5' is not a whole number/,
    ],
    [
      'a mean below the least',
      `${HEADER}\n${LINE.replace('3000000,', '9000000,')}`,
      /not between min and max/,
    ],
    [
      'a formula',
      `${HEADER}\n${LINE.replace('mylib/c-O3', '=HYPERLINK("x")').replaceAll('"', '')}`,
      /implementation '=HYPERLINK/,
    ],
    ['a formula as a name', `${HEADER}\n${LINE.replace('ML-DSA-65', '@SUM(A1)')}`, /no algorithm is called/],
    ['the same twice', `${HEADER}\n${LINE}\n${LINE}`, /line 3: measures the same as line 2/],
    ['a control character', `${HEADER}\n${LINE.replace('mylib', '\u001b[2J')}`, /implementation '\ufffd\[2J/],
  ])('refuses %s', (_, text, message, hint) => {
    expectRefusal(() => from(text), 'invalid_encoding', message, hint);
  });

  it('refuses a quote without an end', () => {
    expect(() => from(`${HEADER}\n"${LINE}`)).toThrow(/not comma-separated values/);
    expect(() => from(`${HEADER}\n"${LINE}`)).toThrow(
      expect.objectContaining({ name: 'CommandError', code: 'invalid_encoding' }),
    );
  });

  it('refuses more lines than anybody measures', () => {
    const lines = Array.from({ length: 5001 }, (_, index) => ({ line: index + 1, cells: ['x'] }));
    expectRefusal(
      () => calibrate(lines, { board: BOARD, reference: 'x' }),
      'message_too_large',
      /5001 lines/,
    );
  });

  it.each<[string, Partial<CalibratedBoard>]>([
    ['an id with a blank', { id: 'our board' }],
    ['a title over two lines', { title: 'Our\nboard' }],
    ['a title as long as a page', { title: 'x'.repeat(181) }],
    ['no clock', { megahertz: 0 }],
    ['a clock that is none', { megahertz: NaN }],
    ['negative RAM', { ramBytes: -1 }],
    ['endless flash', { flashBytes: Infinity }],
    ['the host', { core: 'host' }],
  ])('refuses a board with %s', (_, part) => {
    expectRefusal(
      () =>
        from(
          `${HEADER}
${LINE}`,
          { ...BOARD, ...part },
        ),
      'invalid_argument',
      /./,
    );
  });

  it('refuses a reference over two lines, and one that no file is called', () => {
    const table = [HEADER, LINE].map((text, index) => ({ line: index + 1, cells: text.split(',') }));
    for (const reference of ['a\nb', '', 'x'.repeat(1001)])
      expectRefusal(() => calibrate(table, { board: BOARD, reference }), 'invalid_argument', /reference/);
    const made = entries(
      calibrate(table, { board: { ...BOARD, title: 'x'.repeat(180) }, reference: 'x'.repeat(1000) }),
    );
    expect(readCostData(JSON.stringify(made)).sources).toEqual(made.sources);
  });

  it('gives what is read again, or refuses, whatever cells there are', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'ML-DSA-65',
        'ml-kem-768',
        'sign',
        'verify',
        'keygen',
        'a/b',
        '5',
        '0',
        '-1',
        '3.5',
        '=1',
        '',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 10, maxLength: 10 }), { maxLength: 4 }), (lines) => {
        const table = [HEADER.split(','), ...lines].map((cells, index) => ({ line: index + 1, cells }));
        let made;
        try {
          made = entries(calibrate(table, { board: BOARD, reference: 'x' }));
        } catch (error) {
          expect(error).toBeInstanceOf(HybridgeError);
          return;
        }
        expect(readCostData(JSON.stringify(made)).rows).toEqual(made.rows);
      }),
      { numRuns: 200 },
    );
  });

  it('carries plausible figures through to what is read again', () => {
    const figure = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(figure, figure, figure, fc.constantFrom('cycles', 'milliseconds'), (a, b, c, unit) => {
        const [min = 0, mean = 0, max = 0] = [a, b, c].sort((x, y) => x - y);
        const made = entries(
          from(
            `algorithm,operation,implementation,${unit},min,max\nML-KEM-768,decaps,x,${mean},${min},${max}`,
          ),
        );
        const factor = unit === 'cycles' ? 1 : 160_000;
        const cycles = { mean: mean * factor, min: min * factor, max: max * factor, status: 'measured' };
        expect(made.rows[0]?.cycles).toEqual(cycles);
        expect(readCostData(JSON.stringify(made)).rows[0]?.cycles).toEqual(cycles);
      }),
      { numRuns: 50 },
    );
  });
});
