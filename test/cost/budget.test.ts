/** Budgets: verdicts by bounds, what is read and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHybridgeError } from '../../src/bytes/index.ts';
import { type BudgetOutcome, checkBudget, LIMITS, predict, readBudget } from '../../src/cost/index.ts';
import { HANDSHAKE } from './handshake-cases.ts';
import { MADE_DATA } from './made-data.ts';

const SCENARIO = { kind: 'firmware-update', imageBytes: 1000, signatures: ['ECDSA-P256-SHA256'] };
const ENTRY = { name: 'update', device: 'board', link: 'byte-a-millisecond', scenario: SCENARIO };

function check(limits: object, bounds?: string, more: object = {}): BudgetOutcome {
  const text = JSON.stringify({
    ...(bounds === undefined ? {} : { bounds }),
    budgets: [{ ...ENTRY, ...more, limits }],
  });
  return checkBudget(readBudget(text), { data: MADE_DATA, bundles: new Map([['app.js', 25_300]]) });
}

const verdict = (outcome: BudgetOutcome): string | undefined => outcome.results[0]?.verdict;

// The time on paper, as in the test of fleets: 1377.2 ms, 1367.08 to 1387.32.
describe('a limit', () => {
  it('holds for the upper bound, unless the typical value is asked for', () => {
    expect(verdict(check({ msP99: 1387.33 }))).toBe('ok');
    expect(verdict(check({ msP99: 1387 }))).toBe('exceeded');
    expect(verdict(check({ msP99: 1387 }, 'strict'))).toBe('exceeded');
    expect(verdict(check({ msP99: 1377.3 }, 'typical'))).toBe('ok');
    expect(verdict(check({ msP99: 1377 }, 'typical'))).toBe('exceeded');
  });

  it('tells what is left, or missing, and why', () => {
    const [kept] = check({ downBytes: 1300 }).results;
    expect(kept).toMatchObject({
      budget: 'update',
      limit: 'downBytes',
      allowed: 1300,
      verdict: 'ok',
      margin: 24,
    });
    expect(kept?.because).toBe('1276 bytes received, derived; 1300 allowed.');
    const [broken] = check({ totalBytes: 1000 }).results;
    expect(broken).toMatchObject({ verdict: 'exceeded', margin: -276 });
    expect(broken?.because).toBe('1276 bytes in both directions, derived; exceeds the 1000 allowed by 276.');
    expect(check({ msP99: 1380 }).results[0]?.because).toBe(
      '1377.2 ms at p99 (1367.08 to 1387.32), derived; the upper bound exceeds the 1380 allowed by 7.32.',
    );
  });

  it('is not kept where nothing is known', () => {
    const outcome = check({ energyMj: 1000 }, undefined, { device: 'plain' });
    expect(outcome.ok).toBe(false);
    expect(outcome.results[0]).toMatchObject({ verdict: 'no data', margin: undefined });
    expect(outcome.results[0]?.because).toContain('currents');
  });

  it('is one of nine, in the order of tables', () => {
    const limits = Object.fromEntries(LIMITS.map((name) => [name, 1e9]));
    const outcome = check(limits, undefined, { bundle: 'app.js' });
    expect(outcome.results.map(({ limit }) => limit)).toStrictEqual([...LIMITS]);
    expect(outcome.ok).toBe(true);
  });

  it('of a bundle is about a file, with no device at all', () => {
    const budget = readBudget('budgets: [{ name: page, bundle: app.js, limits: { bundleKilobytes: 25 } }]');
    const outcome = checkBudget(budget, { bundles: new Map([['app.js', 25_300]]) });
    expect(outcome.results[0]?.because).toBe('25.3 kB of bundle, measured; exceeds the 25 allowed by 0.3.');
    expect(() => checkBudget(budget)).toThrow('nobody says how large the bundle app.js is');
  });

  it('that is larger never fails more', () => {
    const numeric = LIMITS.filter((name) => name !== 'bundleKilobytes');
    fc.assert(
      fc.property(
        fc.constantFrom(...numeric),
        fc.constantFrom('strict', 'typical'),
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        (name, bounds, a, b) => {
          const [small, large] = [Math.min(a, b), Math.max(a, b)];
          if (verdict(check({ [name]: small }, bounds)) === 'ok')
            expect(verdict(check({ [name]: large }, bounds))).toBe('ok');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is the total of the prediction, with what is in use already', () => {
    const { ram } = predict({
      device: 'board',
      link: 'byte-a-millisecond',
      scenario: { kind: 'firmware-update', imageBytes: 1000, signatures: ['ECDSA-P256-SHA256'] },
      data: MADE_DATA,
    });
    expect(check({ ramBytes: 8192 }).results[0]?.figure).toStrictEqual(ram.total);
  });
});

describe('a budget entry', () => {
  it('counts the bytes of both directions', () => {
    const { up, down } = predict({ device: 'nrf52840', scenario: HANDSHAKE });
    if (!up.known || !down.known) throw new Error('no data');
    const text = JSON.stringify({
      budgets: [{ name: 'x', device: 'nrf52840', scenario: HANDSHAKE, limits: { totalBytes: 1e6 } }],
    });
    expect(checkBudget(readBudget(text)).results[0]?.figure).toMatchObject({ value: up.value + down.value });
  });

  it('is about the implementation that it names', () => {
    const ramOf = (implementation: string | Readonly<Record<string, string>>): unknown => {
      const scenario = { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' };
      const text = JSON.stringify({
        budgets: [{ name: 'x', device: 'nrf52840', scenario, implementation, limits: { ramBytes: 1 } }],
      });
      const figure = checkBudget(readBudget(text)).results[0]?.figure;
      return figure?.known === true ? figure.value : figure?.because;
    };
    // Stacks of 68.9 and 6.6 kB; key, signature and what is in use are the same.
    const saved = Number(ramOf('pqm4/m4f')) - Number(ramOf({ 'ML-DSA-65': 'pqm4/m4fstack' }));
    expect(Math.round(saved / 100)).toBe(689 - 66);
  });
});

describe('a budget file', () => {
  it('has a line for each entry, and up to a thousand entries', () => {
    const { lineOf } = readBudget(
      'budgets:\n  - bundle: a\n    name: a\n    limits: { bundleKilobytes: 1 }\n',
    );
    expect([lineOf?.(0), lineOf?.(0, 'bundleKilobytes')]).toEqual([3, 4]);
    const file = (count: number): string =>
      JSON.stringify({
        budgets: Array.from({ length: count }, () => ({
          name: 'a',
          bundle: 'a',
          limits: { bundleKilobytes: 1 },
        })),
      });
    expect(readBudget(file(1000)).budgets).toHaveLength(1000);
    expect(() => readBudget(file(1001))).toThrow('has more than 1000 entries');
  });

  it('says on which line a limit stands', () => {
    const text = `budgets:
  - name: update
    device: board
    scenario:
      { kind: firmware-update, imageBytes: 1000, signatures: [ECDSA-P256-SHA256] }
    limits:
      ramBytes: 1
      flashBytes: 1
`;
    const { results } = checkBudget(readBudget(text), { data: MADE_DATA });
    expect(results.map(({ limit, line }) => [limit, line])).toStrictEqual([
      ['ramBytes', 7],
      ['flashBytes', 8],
    ]);
  });

  const entry = (fields: object): string =>
    JSON.stringify({ budgets: [{ ...ENTRY, limits: { ramBytes: 1 }, ...fields }] });
  it.each<readonly [string, string, string, string | undefined]>([
    [
      'a misspelt limit',
      entry({ limits: { ramByte: 1 } }),
      'budgets[0].limits.ramByte: is no field',
      'ramBytes',
    ],
    ['a negative limit', entry({ limits: { ramBytes: -1 } }), 'expected a number from 0', undefined],
    ['a limit in words', entry({ limits: { ramBytes: 'much' } }), 'expected a number', undefined],
    ['no limit', entry({ limits: {} }), 'has no limit', undefined],
    ['no entry', '{"budgets":[]}', 'is an empty list', undefined],
    ['a limit without a device', entry({ device: undefined }), 'needs device and scenario', undefined],
    [
      'a list of limits',
      entry({ limits: [] }),
      'budgets[0].limits: expected fields, found a list',
      undefined,
    ],
    ['a bundle without a limit', entry({ bundle: 'app.js' }), 'bundle: has no limit', undefined],
    [
      'a scenario without a limit',
      entry({ bundle: 'app.js', limits: { bundleKilobytes: 1 } }),
      'scenario: has no limit',
      undefined,
    ],
    ['a bundle limit without a bundle', entry({ limits: { bundleKilobytes: 1 } }), 'needs bundle', undefined],
    ['an unknown scenario', entry({ scenario: { kind: 'tls' } }), 'expected a kind of scenario', undefined],
    [
      'a misspelt field of a scenario',
      entry({ scenario: { ...SCENARIO, imagebytes: 1 } }),
      'imagebytes',
      'imageBytes',
    ],
    [
      'an unknown group',
      entry({ scenario: { kind: 'tls-handshake', group: 'X25518', signature: 'Ed25519' } }),
      'group',
      'X25519',
    ],
    ['other bounds', JSON.stringify({ bounds: 'lax', budgets: [] }), 'bounds', 'strict'],
    ['a key for JavaScript', '{"budgets":[],"__proto__":{}}', '__proto__', undefined],
    ['a duplicate key', '{"budgets":[],"budgets":[]}', 'is there twice', undefined],
  ])('with %s is refused', (_, text, message, hint) => {
    let caught: unknown;
    try {
      readBudget(text);
    } catch (error) {
      caught = error;
    }
    if (!isHybridgeError(caught)) throw caught;
    expect(caught.code).toBe('invalid_encoding');
    expect(caught.message).toContain(message);
    if (hint !== undefined) expect(caught.hint).toContain(hint);
  });

  it('with a device that nothing is known of is refused with the nearest ones', () => {
    const budget = readBudget(entry({ device: 'bord' }));
    expect(() => checkBudget(budget, { data: MADE_DATA })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('budget: update: ') as unknown,
        hint: expect.stringContaining('board') as unknown,
      }),
    );
  });
});

describe('what a limit is held against', () => {
  it('is the figure of the prediction with its name', () => {
    const request = {
      device: 'rp2040',
      link: 'lorawan-eu868-dr5',
      scenario: {
        kind: 'tls-handshake',
        group: 'X25519MLKEM768',
        signature: 'ML-DSA-65',
        chain: 1,
        mutual: true,
        resumption: false,
      },
    } as const;
    const { time, up, down, airtime, energy, ram, flash } = predict(request);
    const limits = {
      ramBytes: 1,
      flashBytes: 1,
      msP99: 1,
      upBytes: 1,
      downBytes: 1,
      airtimeMs: 1,
      energyMj: 1,
    };
    const { results } = checkBudget(
      readBudget(JSON.stringify({ budgets: [{ name: 'all', ...request, limits }] })),
    );
    const all = [ram.total, flash.total, time.p99, up, down, airtime, energy];
    expect(results.map(({ figure }) => figure)).toStrictEqual(all);
    expect(new Set(all.map((figure) => (figure.known ? figure.value : figure.because))).size).toBe(
      all.length,
    );
  });

  it('is kept where the figure is the limit itself', () => {
    expect(check({ downBytes: 1276 }).results[0]).toMatchObject({ verdict: 'ok', margin: 0 });
  });

  it('is no bundle of a size that cannot be', () => {
    const budget = readBudget(
      '{ "budgets": [{ "name": "page", "bundle": "a", "limits": { "bundleKilobytes": 1 } }] }',
    );
    for (const size of [-1, NaN, 0.5, Infinity])
      expect(() => checkBudget(budget, { bundles: new Map([['a', size]]) })).toThrow(/size of the bundle a/);
  });
});
