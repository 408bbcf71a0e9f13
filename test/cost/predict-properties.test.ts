import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COST_DATA } from '../../src/cost/data/index.ts';
import type { Device } from '../../src/cost/data/types.ts';
import { predict } from '../../src/cost/predict.ts';
import type { Latency, Prediction } from '../../src/cost/prediction.ts';
import { type Figure, STATUSES } from '../../src/cost/quantity.ts';
import type { Scenario } from '../../src/cost/scenario.ts';
import { ALL_OPERATIONS, figuresIn } from './predict-support.ts';

const operations: fc.Arbitrary<Scenario> = fc
  .tuple(fc.constantFrom(...ALL_OPERATIONS), fc.nat(1_000_000))
  .map(([[algorithm, operation], messageBytes]) => ({
    kind: 'operation',
    algorithm,
    operation,
    messageBytes,
  }));
const sealed: fc.Arbitrary<Scenario> = fc.record({
  kind: fc.constant('sealed-message' as const),
  kem: fc.constantFrom(
    'MLKEM768-X25519' as const,
    'DHKEM(X25519, HKDF-SHA256)' as const,
    'ML-KEM-1024' as const,
  ),
  messageBytes: fc.nat(100_000),
  direction: fc.constantFrom('open' as const, 'seal' as const),
});
const firmware: fc.Arbitrary<Scenario> = fc.record({
  kind: fc.constant('firmware-update' as const),
  imageBytes: fc.integer({ min: 1, max: 4_000_000 }),
  signatures: fc.constantFrom(['ML-DSA-65'], ['LMS-SHA256-H20-W4'], ['ECDSA-P256-SHA256', 'ML-DSA-87']),
});
const scenarios = fc.oneof(operations, sealed, firmware);
const implementations = fc.constantFrom('fastest', 'smallest', 'pqm4/m4fstack', 'pqclean/c-O3');
const links = fc.constantFrom(...COST_DATA.links, undefined);
const devices: fc.Arbitrary<Device> = fc
  .record({
    base: fc.constantFrom(...COST_DATA.devices),
    ram: fc.integer({ min: 1, max: 2 ** 20 }),
    flash: fc.integer({ min: 1, max: 2 ** 22 }),
    used: fc.double({ min: 0, max: 1, noNaN: true }),
    clock: fc.double({ min: 1, max: 1000, noNaN: true }),
    keccakPresent: fc.boolean(),
  })
  .map(({ base, ram, flash, used, clock, keccakPresent }) => ({
    ...base,
    keccakPresent,
    ramBytes: { value: ram, status: 'measured' },
    flashBytes: { value: flash, status: 'measured' },
    ramUsed: { value: Math.floor(ram * used), status: 'measured' },
    flashUsed: { value: Math.floor(flash * used), status: 'measured' },
    megahertz: base.megahertz && { value: clock, status: 'measured' },
  }));
const requests = fc.record({
  device: devices,
  link: links,
  scenario: scenarios,
  implementation: implementations,
});

function ask({
  device,
  link,
  scenario,
  implementation,
}: {
  readonly device: Device;
  readonly link: (typeof COST_DATA.links)[number] | undefined;
  readonly scenario: Scenario;
  readonly implementation: string;
}): Prediction {
  return predict({ device, scenario, implementation, ...(link !== undefined && { link }) });
}

const PERCENTILES = ['p50', 'p95', 'p99', 'worst'] as const;
const BOUNDS = ['low', 'value', 'high'] as const;

/** Whether each bound of one is at most that of the other; true where nothing is known of either. */
function atMost(a: Figure, b: Figure): boolean {
  if (!a.known || !b.known) return a.known === b.known;
  const slack = 1e-9 * (1 + b.high);
  return BOUNDS.every((bound) => a[bound] <= b[bound] + slack);
}

function noSlower(a: Latency, b: Latency): boolean {
  return (['mean', ...PERCENTILES] as const).every((of) => atMost(a[of], b[of]));
}

const ORDER = ['no', 'unknown', 'yes'];

describe('whatever is asked', () => {
  test('bounds hold their value, and percentiles rise', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const prediction = ask(request);
        for (const [path, figure] of figuresIn(prediction)) {
          if (!figure.known) continue;
          const { low, value, high } = figure;
          expect(low >= 0 && low <= value && value <= high && high < Infinity, path).toBe(true);
        }
        for (const time of [prediction.time, prediction.cpu, ...prediction.steps.map((step) => step.time)])
          for (const [index, of] of PERCENTILES.entries()) {
            const before = PERCENTILES[index - 1];
            if (before !== undefined) expect(atMost(time[before], time[of]), of).toBe(true);
          }
      }),
      { numRuns: 150 },
    );
  });

  test('a sum is never better known than its parts', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { ram, flash, steps, time, items, up, down } = ask(request);
        const rank = (figure: Figure): number =>
          figure.known ? STATUSES.indexOf(figure.status) : STATUSES.length;
        const sums: readonly (readonly [Figure, readonly Figure[]])[] = [
          [ram.total, ram.items.map(({ bytes }) => bytes)],
          [flash.total, flash.items.map(({ bytes }) => bytes)],
          [time.mean, steps.map((step) => step.time.mean)],
          [up, items.filter(({ direction }) => direction === 'up').map(({ bytes }) => bytes)],
          [down, items.filter(({ direction }) => direction === 'down').map(({ bytes }) => bytes)],
        ];
        for (const [total, parts] of sums)
          for (const part of parts) expect(rank(total)).toBeGreaterThanOrEqual(rank(part));
      }),
      { numRuns: 150 },
    );
  });

  test('the same request has the same answer', () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(ask(request)).toEqual(ask({ ...request, device: { ...request.device } }));
      }),
      { numRuns: 50 },
    );
  });
});

describe('a bigger device', () => {
  test('never fits less and is never slower', () => {
    fc.assert(
      fc.property(
        requests,
        fc.record({
          ram: fc.nat(2 ** 20),
          flash: fc.nat(2 ** 22),
          clock: fc.double({ min: 1, max: 10, noNaN: true }),
        }),
        (request, more) => {
          const { device } = request;
          const bigger: Device = {
            ...device,
            ramBytes: { ...device.ramBytes, value: device.ramBytes.value + more.ram },
            flashBytes: { ...device.flashBytes, value: device.flashBytes.value + more.flash },
            megahertz: device.megahertz && {
              ...device.megahertz,
              value: device.megahertz.value * more.clock,
            },
          };
          const small = ask(request);
          const big = ask({ ...request, device: bigger });
          for (const of of ['ram', 'flash'] as const)
            expect(ORDER.indexOf(big[of].fits)).toBeGreaterThanOrEqual(ORDER.indexOf(small[of].fits));
          expect(ORDER.indexOf(big.fits)).toBeGreaterThanOrEqual(ORDER.indexOf(small.fits));
          expect(noSlower(big.cpu, small.cpu)).toBe(true);
          expect(noSlower(big.time, small.time)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('Keccak that is there already never takes more flash', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const without = ask({ ...request, device: { ...request.device, keccakPresent: false } });
        const withKeccak = ask({ ...request, device: { ...request.device, keccakPresent: true } });
        expect(atMost(withKeccak.flash.total, without.flash.total)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

test('more bytes never take less time', () => {
  fc.assert(
    fc.property(requests, fc.nat(1_000_000), (request, more) => {
      const { scenario } = request;
      const larger: Scenario =
        scenario.kind === 'firmware-update'
          ? { ...scenario, imageBytes: scenario.imageBytes + more }
          : scenario.kind === 'operation' || scenario.kind === 'sealed-message'
            ? { ...scenario, messageBytes: (scenario.messageBytes ?? 0) + more }
            : scenario;
      const small = ask(request);
      const big = ask({ ...request, scenario: larger });
      expect(noSlower(small.cpu, big.cpu)).toBe(true);
      expect(noSlower(small.time, big.time)).toBe(true);
      expect(atMost(small.up, big.up) && atMost(small.down, big.down)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('an empty message is known no better than one of a byte', () => {
  for (const device of COST_DATA.devices)
    for (const [algorithm, operation] of ALL_OPERATIONS) {
      const [empty, byte] = [0, 1].map((messageBytes) =>
        predict({ device, scenario: { kind: 'operation', algorithm, operation, messageBytes } }),
      );
      expect(empty?.time.mean.known, `${algorithm} ${operation} on ${device.id}`).toBe(byte?.time.mean.known);
    }
});
