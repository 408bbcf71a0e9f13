import { describe, expect, test } from 'vitest';
import { COST_DATA, findDevice } from '../../src/cost/data/index.ts';
import type { Device } from '../../src/cost/data/types.ts';
import { predict } from '../../src/cost/predict.ts';
import type { PredictRequest } from '../../src/cost/scenario.ts';
import { type SmallestChange, smallestChange } from '../../src/cost/smallest-change.ts';

function ask(question: PredictRequest): SmallestChange | undefined {
  return smallestChange(question, predict(question));
}

/** An nRF52840 with nothing in it and so much memory, in bytes. */
function memory(ramBytes: number, flashBytes: number): Device {
  const measured = (value: number): Device['ramBytes'] => ({ value, status: 'measured' });
  return {
    ...findDevice(COST_DATA, 'nrf52840'),
    ramBytes: measured(ramBytes),
    ramUsed: measured(0),
    flashBytes: measured(flashBytes),
    flashUsed: measured(0),
  };
}

describe('the smallest change of an update', () => {
  test('with two signatures is never two signatures of one algorithm', () => {
    for (const signatures of [
      ['mldsa44', 'ML-DSA-65'],
      ['ML-DSA-65', 'ML-DSA-87'],
    ]) {
      const scenario = { kind: 'firmware-update', imageBytes: 1000, signatures } as const;
      expect(ask({ device: memory(4000, 1_000_000), scenario })?.label).toMatch(/^\d+ bytes more RAM$/u);
    }
  });

  test('into a second slot is one slot, where the flash has room for one image', () => {
    const question = (slots: 1 | 2, flashBytes: number): PredictRequest => ({
      device: memory(100_000, flashBytes),
      scenario: { kind: 'firmware-update', imageBytes: 300_000, signatures: ['ML-DSA-65'], slots },
    });
    expect(ask(question(2, 700_000))).toBeUndefined();
    const change = ask(question(2, 500_000));
    expect(change?.label).toBe('one slot');
    expect(change?.change).toContain('none to go back to');
    expect(change?.prediction).toEqual({
      ...predict(question(1, 500_000)),
      device: change?.prediction.device,
    });
    expect(ask(question(2, 300_000))?.label).toMatch(/^\d+ bytes more flash$/u);
    expect(ask(question(1, 300_000))?.label).toMatch(/^\d+ bytes more flash$/u);
  });
});

test('of an operation it is the parameter set that is next below', () => {
  // ML-DSA verifies in 2.7 kB, beside 2592 + 4627 bytes of key and signature, or 1952 + 3309, or 1312 + 2420.
  const asked = (ramBytes: number): string | undefined =>
    ask({
      device: memory(ramBytes, 1_000_000),
      implementation: 'smallest',
      scenario: { kind: 'operation', algorithm: 'ML-DSA-87', operation: 'verify' },
    })?.label;
  expect(asked(10_000)).toBeUndefined();
  expect(asked(9000)).toBe('ML-DSA-65 instead of ML-DSA-87');
  expect(asked(7000)).toBe('ML-DSA-44 instead of ML-DSA-87');
  expect(asked(6000)).toMatch(/more RAM$/u);
});
