import { describe, expect, test } from 'vitest';
import type { CostOperation, CostRow } from '../../src/cost/data/types.ts';
import type { Status } from '../../src/cost/quantity.ts';
import { boundsOf, rank } from '../../src/cost/ranking.ts';

interface Made {
  readonly mean?: number;
  readonly status?: Status;
  readonly stack?: number;
}

function row(implementation: string, operation: CostOperation, { mean, status, stack }: Made): CostRow {
  return {
    id: `ML-DSA-65:${operation}:${implementation}:cortex-m4`,
    algorithm: 'ML-DSA-65',
    operation,
    implementation,
    core: 'cortex-m4',
    source: 'made',
    ...(mean !== undefined && { cycles: { mean, status: status ?? 'measured' } }),
    ...(stack !== undefined && { stack: { value: stack, status: 'measured' } }),
  };
}

describe('bounds of cycles', () => {
  test.each<readonly [Status, number]>([
    ['measured', 0.02],
    ['published', 0.05],
    ['quoted', 0.1],
    ['derived', 0.1],
    ['estimate', 0.3],
  ])('that are %s', (status, band) => {
    expect(boundsOf({ mean: 1000, status })).toEqual({ low: 1000 * (1 - band), high: 1000 * (1 + band) });
  });

  test('that tell theirs', () => {
    const { low, high } = boundsOf({ mean: 1000, status: 'estimate', band: { low: -0.5, high: 2 } });
    expect([low, high]).toEqual([500, 3000]);
  });
});

describe('the fastest', () => {
  test('is the one whose upper bound is lower: a vague figure does not win by a little', () => {
    const { fastest } = rank([
      row('a/x', 'verify', { mean: 100, status: 'estimate' }),
      row('b/x', 'verify', { mean: 110, status: 'published' }),
      row('c/x', 'verify', { mean: 126, status: 'measured' }),
    ]);
    expect(fastest).toEqual(['b/x', 'c/x', 'a/x']);
  });

  test('is fast in all operations together, and one that is missing counts as worse than the worst', () => {
    const both = [row('a/x', 'sign', { mean: 500 }), row('a/x', 'verify', { mean: 100 })];
    expect(rank([...both, row('b/x', 'sign', { mean: 490 })]).fastest).toEqual(['a/x', 'b/x']);
    expect(rank([...both, row('b/x', 'sign', { mean: 300 })]).fastest).toEqual(['b/x', 'a/x']);
    // Not timed at all: 1.25 times the worst that is known.
    const untimed = row('b/x', 'verify', {});
    expect(rank([...both, row('b/x', 'sign', { mean: 470 }), untimed]).fastest).toEqual(['b/x', 'a/x']);
    expect(rank([...both, row('b/x', 'sign', { mean: 480 }), untimed]).fastest).toEqual(['a/x', 'b/x']);
  });
});

describe('another build of the same source', () => {
  const vague = [
    row('a/O2', 'sign', { mean: 100, status: 'estimate' }),
    row('a/O2', 'verify', { mean: 100 }),
  ];

  test('that does as much and of which more is known comes first', () => {
    const known = [
      row('a/O3', 'sign', { mean: 200, status: 'derived' }),
      row('a/O3', 'verify', { mean: 200, status: 'derived' }),
    ];
    expect(rank([...vague, ...known]).fastest).toEqual(['a/O3', 'a/O2']);
  });

  test('that does less does not, nor one of which as little is known, nor one of another source', () => {
    const less = [row('a/O3', 'sign', { mean: 2000 })];
    const asLittle = [
      row('a/O3', 'sign', { mean: 200, status: 'estimate' }),
      row('a/O3', 'verify', { mean: 200 }),
    ];
    const another = [row('b/O3', 'sign', { mean: 200 }), row('b/O3', 'verify', { mean: 200 })];
    for (const rows of [less, asLittle, another]) expect(rank([...vague, ...rows]).fastest[0]).toBe('a/O2');
  });

  test('that was not timed is known as badly as an estimate', () => {
    const untimed = [row('a/O3', 'sign', { stack: 1 }), row('a/O3', 'verify', { stack: 1 })];
    expect(rank([...vague, ...untimed]).fastest[0]).toBe('a/O2');
    const derived = [
      row('a/O1', 'sign', { mean: 900, status: 'derived' }),
      row('a/O1', 'verify', { mean: 900, status: 'derived' }),
    ];
    expect(rank([...untimed, ...derived]).smallest[0]).toBe('a/O1');
  });
});

test('the smallest is the one whose deepest stack is least', () => {
  const rows = [
    row('a/x', 'sign', { stack: 900 }),
    row('a/x', 'verify', { stack: 100 }),
    row('b/x', 'sign', { stack: 800 }),
    row('b/x', 'verify', { stack: 700 }),
  ];
  expect(rank(rows).smallest).toEqual(['b/x', 'a/x']);
  expect(rank(rows.toReversed()).smallest).toEqual(['b/x', 'a/x']);
});
