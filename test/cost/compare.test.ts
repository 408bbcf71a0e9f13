/** Comparisons: what is offered, what surpasses what, what moves the answer, and what would make it fit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareOptions,
  type ComparedOption,
  COST_DATA,
  findDevice,
  objective,
  type ObjectiveName,
  OBJECTIVES,
  predict,
  type PredictRequest,
} from '../../src/cost/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';

const SIGN = { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' } as const;
const UPDATE = { kind: 'firmware-update', imageBytes: 262_144, signatures: ['ML-DSA-65'] } as const;

function value({ prediction }: ComparedOption, name: ObjectiveName): number | undefined {
  const figure = objective(prediction, name);
  return figure.known ? figure.value : undefined;
}

const option = (options: readonly ComparedOption[], label: string): ComparedOption => {
  const found = options.find((one) => one.label === label);
  if (found === undefined)
    throw new Error(`${label} is not among ${options.map((one) => one.label).join(', ')}`);
  return found;
};

describe('a comparison', () => {
  const { options, sensitivity, scenarioTitle, refused } = compareOptions({
    question: { device: 'nrf52840', link: 'ble-4.2-dle-1M', scenario: UPDATE },
    vary: ['signature'],
  });

  it('begins with what was asked, and has all kinds of signatures', () => {
    expect(options[0]?.label).toBe('ML-DSA-65 (as asked)');
    expect(options[0]?.prediction.title).toBe(scenarioTitle);
    const labels = options.map(({ label }) => label);
    for (const label of [
      'ML-DSA-44',
      'SLH-DSA-SHA2-128s',
      'LMS-SHA256-H10-W4',
      'MLDSA65-ECDSA-P256-SHA512',
      'ECDSA-P256-SHA256 + ML-DSA-65',
    ])
      expect(labels).toContain(label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(refused).toStrictEqual([]);
  });

  it('does not let a smaller option surpass one that gives more', () => {
    // ECDSA is smaller than everything, and breaks.
    expect(option(options, 'ML-DSA-44').pareto).toBe(true);
    // A composite is larger than its half, and takes two problems to break.
    expect(option(options, 'MLDSA44-ECDSA-P256-SHA256').dominatedBy).not.toBe('ML-DSA-44');
    // LMS is smaller than ML-DSA-65, and has an end.
    expect(option(options, 'ML-DSA-65 (as asked)').dominatedBy ?? '').not.toMatch(/LMS/u);
  });

  it('names for everything outside of the set an option that is no worse anywhere', () => {
    let outside = 0;
    for (const one of options) {
      if (one.dominatedBy === undefined) {
        expect(one.pareto).toBe(true);
        continue;
      }
      outside++;
      const other = option(options, one.dominatedBy);
      expect(other.pareto).toBe(true);
      for (const name of OBJECTIVES) {
        const [ours, theirs] = [value(one, name), value(other, name)];
        expect(theirs === undefined).toBe(ours === undefined);
        expect(theirs ?? 0).toBeLessThanOrEqual(ours ?? 0);
      }
    }
    expect(outside).toBeGreaterThan(0);
  });

  it('says which objectives have no figure', () => {
    for (const one of options)
      expect(one.withoutData).toStrictEqual(OBJECTIVES.filter((name) => value(one, name) === undefined));
    expect(options[0]?.withoutData).toContain('energy');
  });

  it('tells what moves the answer: three inputs at most, the strongest first, with ratios that hold', () => {
    for (const name of OBJECTIVES) {
      const moves = sensitivity
        .filter((move) => move.objective === name)
        .map(({ ratio }) => Math.abs(Math.log(ratio)));
      expect(moves.length).toBeLessThanOrEqual(3);
      expect(moves).toStrictEqual(moves.toSorted((a, b) => b - a));
    }
    const size = sensitivity.find(({ input, objective: name }) => input === 'size' && name === 'bytes');
    const half = predict({
      device: 'nrf52840',
      link: 'ble-4.2-dle-1M',
      scenario: { ...UPDATE, imageBytes: 131_072 },
    });
    expect(size).toMatchObject({ from: '262144 bytes', to: '131072 bytes' });
    const whole = options[0] && value(options[0], 'bytes');
    expect(size?.ratio).toBeCloseTo((half.down.known ? half.down.value : NaN) / (whole ?? NaN), 12);
  });

  it('keeps an option outside of the set when others come', () => {
    const labels = options.map(({ label }) => label);
    const question = { device: 'nrf52840', link: 'ble-4.2-dle-1M', scenario: UPDATE };
    const own = options.map(({ label, prediction }) => ({
      label,
      question: { ...question, scenario: prediction.scenario },
    }));
    fc.assert(
      fc.property(fc.subarray(own, { minLength: 1 }), (some) => {
        const compared = compareOptions({ question, options: some }).options;
        for (const one of compared) if (!one.pareto) expect(option(options, one.label).pareto).toBe(false);
        expect(compared.length).toBe(some.length);
      }),
      { numRuns: 10 },
    );
    expect(labels.length).toBe(own.length);
  });

  it('refuses options of one name', () => {
    const own = { label: 'x', question: { device: 'nrf52840', scenario: SIGN } };
    expect(() => compareOptions({ question: own.question, options: [own, own] })).toThrow(
      'two options are called x',
    );
  });
});

describe('builds of one algorithm', () => {
  it('are options: 69 kB against 6.6 kB of stack, at four times the time', () => {
    const { options } = compareOptions({
      question: { device: 'nrf52832', scenario: SIGN },
      vary: ['implementation'],
    });
    const builds = options.map(({ prediction }) => prediction.implementations['ML-DSA-65 sign']);
    expect(builds).toContain('pqm4/m4f');
    expect(builds).toContain('pqm4/m4fstack');
    expect(new Set(builds).size).toBe(builds.length);
  });
});

describe('the smallest change', () => {
  const ask = (question: PredictRequest) => compareOptions({ question }).smallestChange;

  it('is the smallest implementation, where that is enough', () => {
    const change = ask({ device: 'nrf52832', scenario: SIGN });
    expect(change?.label).toBe('smallest implementation');
    expect(change?.prediction.fits).toBe('yes');
    expect(change?.prediction.implementations['ML-DSA-65 sign']).toBe('pqm4/m4fstack');
  });

  it('is none, where it fits as asked', () => {
    expect(ask({ device: 'stm32l4r5', scenario: SIGN })).toBeUndefined();
  });

  it('is more memory, where nothing else helps, and exactly as much as is missing', () => {
    const tiny = {
      ...findDevice(COST_DATA, 'nrf52832'),
      ramBytes: { value: 2000, status: 'measured' },
      ramUsed: { value: 0, status: 'measured' },
    } as const;
    const scenario = { kind: 'operation', algorithm: 'ML-DSA-44', operation: 'verify' } as const;
    const change = ask({ device: tiny, scenario, implementation: 'smallest' });
    const asked = predict({ device: tiny, scenario, implementation: 'smallest' }).ram.total;
    if (!asked.known) throw new Error('no data');
    expect(change?.label).toBe(`${Math.ceil(asked.high - 2000)} bytes more RAM`);
    expect(change?.prediction.fits).toBe('yes');
    expect(
      predict({
        device: { ...tiny, ramBytes: { value: Math.ceil(asked.high) - 1, status: 'measured' } },
        scenario,
        implementation: 'smallest',
      }).fits,
    ).not.toBe('yes');
  });

  it('fits, whatever it is, and is a smaller one first', () => {
    const handshake = {
      kind: 'tls-handshake',
      group: 'X25519MLKEM768',
      signature: 'ML-DSA-87',
      chain: 2,
      mutual: false,
      resumption: false,
    } as const;
    const labels = new Set<string>();
    const kilobytes = fc.integer({ min: 12, max: 200 });
    fc.assert(
      fc.property(kilobytes, (size) => {
        const device = {
          ...findDevice(COST_DATA, 'nrf52840'),
          ramBytes: { value: size * 1024, status: 'measured' },
          ramUsed: { value: 4096, status: 'measured' },
        } as const;
        const question = { device, link: 'tcp-wifi', scenario: handshake };
        const change = ask(question);
        if (change === undefined) {
          expect(predict(question).fits).toBe('yes');
          return;
        }
        expect(change.prediction.fits).toBe('yes');
        labels.add(change.label.replaceAll(/\d+ bytes/gu, 'n bytes'));
      }),
      { numRuns: 60, examples: [[17], [20], [40], [50], [60], [80]] },
    );
    expect(labels).toContain('smallest implementation');
    expect([...labels].some((label) => label.includes(', '))).toBe(true);
  });

  it('is nothing that the policy refuses', () => {
    const device = {
      ...findDevice(COST_DATA, 'nrf52832'),
      ramUsed: { value: 54_500, status: 'measured' },
    } as const;
    const question: PredictRequest = {
      device,
      scenario: { ...UPDATE, signatures: ['ML-DSA-87'] },
      implementation: 'smallest',
    };
    const free = ask(question);
    expect(free?.label).toContain('instead of ML-DSA-87');
    const bound = ask({ ...question, policy: namedPolicy('cnsa-2.0'), at: new Date('2031-06-01') });
    expect(bound?.label).toContain('more RAM');
  });
});
