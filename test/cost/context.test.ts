import { expect, test } from 'vitest';
import { COST_DATA, findDevice } from '../../src/cost/data/index.ts';
import { predict } from '../../src/cost/predict.ts';

test.each(['ramBytes', 'flashBytes', 'ramUsed', 'flashUsed'] as const)(
  'a device with bounds of %s that cannot be is refused, and not told to fit or not',
  (name) => {
    const device = findDevice(COST_DATA, 'nrf52840');
    for (const bound of ['low', 'high'])
      for (const bytes of [-1, NaN, Infinity])
        expect(() =>
          predict({
            device: { ...device, [name]: { ...device[name], [bound]: bytes } },
            scenario: { kind: 'operation', algorithm: 'ML-DSA-44', operation: 'verify' },
          }),
        ).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  },
);

test.each([
  { megahertz: { value: 0.0005, status: 'measured' } },
  { waitStates: { low: -0.1, value: 0, high: 0 } },
  { waitStates: { low: 0, value: 0, high: 101 } },
] as const)('a device with %o is refused', (part) => {
  const device = { ...findDevice(COST_DATA, 'nrf52840'), ...part };
  expect(() =>
    predict({ device, scenario: { kind: 'operation', algorithm: 'ML-DSA-44', operation: 'verify' } }),
  ).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
});

test('algorithms for which nothing is chosen have the fastest implementation', () => {
  const asked = (implementation: string | Readonly<Record<string, string>>): unknown =>
    predict({
      device: 'nrf52840',
      scenario: { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' },
      implementation,
    }).implementations;
  expect(asked({ 'ML-KEM-768': 'smallest' })).toEqual(asked('fastest'));
  expect(asked({ 'ML-KEM-768': 'smallest' })).not.toEqual(asked('smallest'));
});
