import { describe, expect, it } from 'vitest';
import {
  BENCH_DEVICE,
  type BenchEnvironment,
  benchToCostData,
  COST_DATA,
  type CostData,
  type CostOperation,
  mergeCostData,
  predict,
  readCostData,
} from '../../src/cost/index.ts';
import { result, row } from './bench-support.ts';

const measured = result([
  row([2, 2.1, 1.9]),
  row([4], { provider: 'portable', runtime: 'quickjs', peakHeapBytes: 4_000_000 }),
  row([400], { provider: 'portable', runtime: 'slow-core' }),
  row([0.3, 0.3], { algorithm: 'X25519', operation: 'keygen' }),
  row([0.7, 0.7], { algorithm: 'X25519', operation: 'encaps' }),
  row([0.4, 0.4], { algorithm: 'X25519', operation: 'decaps', peakResidentBytes: 50_000_000 }),
]);

const timeOf = (data: CostData, algorithm: string, operation: CostOperation): unknown => {
  const { time } = predict({
    device: BENCH_DEVICE,
    scenario: { kind: 'operation', algorithm, operation },
    data,
  });
  return time.p50;
};

describe('rows of what was measured', () => {
  it('are those of this machine as it is', () => {
    const { rows, devices, sources } = benchToCostData(measured);
    expect(rows.map(({ id }) => id)).toEqual([
      'ML-DSA-65:verify:hybridge-default/node:host',
      'ML-DSA-65:verify:hybridge-portable/quickjs:host',
      'X25519:keygen:hybridge-default/node:host',
      'X25519:agree:hybridge-default/node:host',
    ]);
    expect(rows[0]?.cycles).toMatchObject({ status: 'measured', runs: 3, min: 1.9 * 1.2e6 });
    expect(rows[0]?.cycles?.mean).toBe(Math.round(Math.cbrt(2 * 2.1 * 1.9) * 1.2e6));
    expect(rows[1]?.cycles).not.toHaveProperty('band');
    expect(rows.map(({ stack }) => stack?.value)).toEqual([undefined, 4_000_000, undefined, 50_000_000]);
    expect(devices).toMatchObject([
      { id: BENCH_DEVICE, core: 'host', megahertz: { value: 1200 }, ramUsed: { value: 2 ** 28 } },
    ]);
    expect(sources[0]?.reference).toBe('hybridge 0.1.0, Node 26.10.0, OpenSSL 3.5.8');
  });

  const { megahertz, ...withoutClock } = measured.environment;
  it.each<readonly [string, BenchEnvironment]>([
    [`at a clock of ${String(megahertz)} MHz`, measured.environment],
    ['on a machine that does not tell its clock', withoutClock],
  ])('predict what was measured, %s', (_, environment) => {
    const data = mergeCostData(COST_DATA, benchToCostData({ ...measured, environment }));
    expect(timeOf(data, 'ML-DSA-65', 'verify')).toMatchObject({
      known: true,
      status: 'measured',
      unit: 'ms',
      value: expect.closeTo(Math.cbrt(2 * 2.1 * 1.9), 5) as number,
    });
    expect(timeOf(data, 'X25519', 'agree')).toMatchObject({ value: expect.closeTo(0.4, 5) as number });
  });

  it('say nothing of what was not measured', () => {
    const data = mergeCostData(COST_DATA, benchToCostData(measured));
    expect(timeOf(data, 'ML-KEM-768', 'decaps')).toMatchObject({ known: false });
  });

  it("are a user's file of cost data, however uneven", () => {
    for (const rounds of [
      [0.4, 0.5],
      // On a machine that does other things: a margin of some hundreds, and one of many millions.
      [0.4, 1],
      [0.4, 40],
    ]) {
      const data = benchToCostData(result([...measured.results, row(rounds, { algorithm: 'Ed25519' })]));
      expect(readCostData(JSON.stringify(data))).toMatchObject(data);
      const [uneven] = data.rows.filter(({ algorithm }) => algorithm === 'Ed25519');
      if (rounds[1] === 40) expect(uneven).toBeUndefined();
      else expect(uneven?.cycles?.band?.high).toBeGreaterThan(rounds[1] === 1 ? 100 : 1);
    }
  });
});
