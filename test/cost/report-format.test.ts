/** How the page writes numbers, keeps labels apart, and keeps notes of what it wrote. */
import { describe, expect, it, test } from 'vitest';

import { COST_DATA } from '../../src/cost/data/index.ts';
import { noData, quantity, type Unit } from '../../src/cost/quantity.ts';
import { apart, legible } from '../../src/cost/report/chart.ts';
import { createEvidence } from '../../src/cost/report/evidence.ts';
import { html } from '../../src/cost/report/html.ts';
import { bounds, inUnit, plainNumber } from '../../src/cost/report/numbers.ts';

const spaced = (text: string | undefined): string | undefined => text?.replaceAll('\u00a0', ' ');

test.each([
  [0, '0'],
  [0.000_47, '4.7e-4'],
  [0.0323, '0.0323'],
  [1.006, '1.01'],
  [99.94, '99.9'],
  [99.96, '100'],
  [123.4, '123'],
  [12_345.6, '12,346'],
  [1_234_567, '1,234,567'],
  [2e15, '2.00e+15'],
])('%d is written as %s', (value, text) => {
  expect(plainNumber(value)).toBe(text);
});

test.each<readonly [number, Unit, string]>([
  [9999, 'bytes', '9,999 B'],
  [10_000, 'bytes', '10 kB'],
  [43_800, 'bytes', '43.8 kB'],
  [1e6, 'bytes', '1 MB'],
  [2.5e9, 'bytes', '2.5 GB'],
  [7e12, 'bytes', '7 TB'],
  [999, 'ms', '999 ms'],
  [1000, 'ms', '1 s'],
  [119_000, 'ms', '119 s'],
  [120_000, 'ms', '2 min'],
  [7_199_000, 'ms', '120 min'],
  [7_200_000, 'ms', '2 h'],
  [172_800_000, 'ms', '2 days'],
  // A kilowatt-hour is 3,600,000 J.
  [3.6e9, 'mJ', '1 kWh'],
  [1500, 'mJ', '1.5 J'],
  [999, 'mJ', '999 mJ'],
  [1e6, 'cycles', '1 Mcycles'],
  [38.5, 'cycles', '38.5 cycles'],
  [12, 'count', '12'],
  [3, 'money', '3'],
])('%d %s is written as %s', (value, unit, text) => {
  expect(spaced(inUnit(value, unit))).toBe(text);
});

describe('bounds', () => {
  const between = (low: number, value: number, high: number, unit: Unit = 'bytes'): string | undefined =>
    spaced(bounds(quantity(value, unit, { status: 'derived', because: '' }, low, high)));

  it('name the unit once where it is the same', () => {
    expect(between(12_900, 13_400, 13_900)).toBe('12.9 to 13.9 kB');
    expect(between(0, 5, 13_000)).toBe('0 to 13 kB');
    expect(between(800, 900, 1500, 'ms')).toBe('800 ms to 1.5 s');
  });

  it('are not repeated where they read alike', () => {
    expect(between(7, 7, 7)).toBeUndefined();
    expect(between(1_000_001, 1_000_002, 1_000_003)).toBeUndefined();
    expect(bounds(noData('bytes', ''))).toBeUndefined();
  });
});

describe('labels', () => {
  it('are moved apart, within the plot, and stay in their order', () => {
    expect(apart([10, 50, 90], 17, 0, 100)).toEqual([10, 50, 90]);
    expect(apart([50, 52], 17, 0, 100)).toEqual([50, 67]);
    expect(apart([52, 50], 17, 0, 100)).toEqual([67, 50]);
    expect(apart([95, 99], 17, 0, 100)).toEqual([83, 100]);
    expect(apart([-5], 17, 0, 100)).toEqual([0]);
    expect(apart([98, 99, 100], 10, 0, 100)).toEqual([80, 90, 100]);
  });

  it('of a logarithmic scale are 1, 2 and 5, unless there would be none', () => {
    expect(legible([0.5, 0.9, 1, 2, 3, 4, 5, 10, 15, 20, 30])).toEqual([0.5, 1, 2, 5, 10, 20]);
    expect(legible([60, 70, 80, 90])).toEqual([60, 70, 80, 90]);
    expect(legible([15, 16])).toEqual([15, 16]);
  });
});

describe('texts', () => {
  it('show what would turn their direction, or be nothing at all', () => {
    const text = (value: string): string => html`<p>${value}</p>`.toString();
    for (const code of [0, 0x1b, 0x7f, 0x9f, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, 0xd800])
      expect(text(`a${String.fromCharCode(code)}b`)).toBe(`<p>a\\u{${code.toString(16)}}b</p>`);
    expect(text('\t\n')).toBe('<p>\t\n</p>');
    expect(text('<\'"`&>')).toBe('<p>&lt;&#39;&quot;&#96;&amp;&gt;</p>');
  });
});

describe('notes', () => {
  it('are one for figures that are known alike, and two for any difference', () => {
    const evidence = createEvidence(COST_DATA);
    const known = { status: 'derived', sources: ['cf2021'], because: 'so' } as const;
    const first = evidence.note(quantity(1, 'bytes', known));
    expect(evidence.note(quantity(2, 'ms', known))).toBe(first);
    for (const other of [
      quantity(1, 'bytes', { ...known, status: 'measured' }),
      quantity(1, 'bytes', { ...known, sources: [] }),
      quantity(1, 'bytes', { ...known, because: 'otherwise' }),
      noData('bytes', 'so'),
    ])
      expect(evidence.note(other)).not.toBe(first);
    expect(new Set(evidence.notes().map(({ id }) => id)).size).toBe(5);
    expect(evidence.references().map(({ name, source }) => [name, source?.id])).toEqual([
      ['cf2021', 'cf2021'],
    ]);
  });
});
