/** Fleets: sums against arithmetic on paper, the dates of policies, and what does not fit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Figure,
  fleetCsv,
  type FleetOutcome,
  type FleetPlanOutcome,
  readFleet,
  whatIf,
  whatIfWatched,
} from '../../src/cost/index.ts';
import { legacyUntil } from '../../src/policy/index.ts';
import { MADE_DATA } from './made-data.ts';

const numbers = (figure: Figure): readonly number[] =>
  figure.known ? [figure.low, figure.value, figure.high].map((number) => Number(number.toPrecision(12))) : [];

function onlyPlan({ plans }: FleetOutcome): FleetPlanOutcome {
  const [plan, ...more] = plans;
  if (plan === undefined || more.length > 0) throw new Error('not one plan');
  return plan;
}

const FLEET = `
years: { from: 2026, to: 2028 }
prices: { currency: EUR, perMegabyte: 2, perKilowattHour: 3600000 }
classes:
  ten:
    device: board
    link: byte-a-millisecond
    devices: 10
    updates: { perYear: 12, imageBytes: 1000, signatures: [ECDSA-P256-SHA256] }
  five:
    extends: ten
    devices: 5
    perMegabyte: 10
    updates: { perYear: 2 }
plans:
  plan:
    to: { firmware: [ML-DSA-44] }
    schedule: { shares: { 2027: 0.25, 2028: 1 } }
    classes:
      five: { schedule: { shares: { 2028: 0.5 } } }
`;

/*
 * One update with ECDSA. Manifest: 200 bytes without signatures, 64 of the signature, 10 of COSE_Sign1 around it and 2
 * of the byte string around that: 276. With the image 1276 bytes, as many milliseconds on the link. CPU: 0.2 for the
 * hash of 200 bytes, 100 (90 to 110) for the check, 1 for the hash of the image (bounds of 10 % for both hashes: 0.12).
 *   time   1276 + 101.2 = 1377.2, from 1276 + 0.9 * 101.2 = 1367.08 to 1276 + 1.1 * 101.2 = 1387.32
 *   energy 2 V * (5 mA * 101.2 ms + 10 mA * 1276 ms) = 1.012 + 25.52 = 26.532 mJ
 * One update with ML-DSA-44. Manifest: 200 + 2420 + 12 + 3, and 1 because the string with all of it is longer than 255
 * bytes: 2636; with the image 3636.
 *   time   3636 + 301.2 = 3937.2
 *   energy 2 V * (5 mA * 301.2 ms + 10 mA * 3636 ms) = 3.012 + 72.72 = 75.732 mJ
 * A year: class ten does 10 * 12 = 120 updates, class five 5 * 2 = 10.
 */
describe('a fleet on paper', () => {
  const outcome = whatIf(readFleet(FLEET, { data: MADE_DATA }), { data: MADE_DATA });
  const plan = onlyPlan(outcome);

  it('takes now what 130 updates with ECDSA take', () => {
    const { down, up, time, energy, airtime, money } = outcome.before;
    expect(numbers(down)).toStrictEqual([130 * 1276, 130 * 1276, 130 * 1276]);
    expect(numbers(up)).toStrictEqual([0, 0, 0]);
    expect(numbers(time)).toStrictEqual([177_720.4, 179_036, 180_351.6]);
    expect(numbers(energy)[1]).toBe(3449.16); // 130 * 26.532
    expect(numbers(airtime)).toStrictEqual([0, 0, 0]);
    // 120 * 1276 bytes at 2 EUR per MB, 10 * 1276 at 10, and 0.001 EUR per mJ: 0.30624 + 0.1276 + 3.44916
    expect(numbers(money)[1]).toBe(3.883);
    expect(outcome.devices).toBe(15);
  });

  it('takes the mean of before and after in the years of the move', () => {
    const bytes = plan.byYear.map(({ amounts }) => numbers(amounts.down)[1]);
    expect(bytes).toStrictEqual([
      165_880, // 130 * 1276
      236_680, // 120 * (0.75 * 1276 + 0.25 * 3636) + 10 * 1276 = 120 * 1866 + 12,760
      460_880, // 120 * 3636 + 10 * (1276 + 3636) / 2 = 436,320 + 24,560
    ]);
    expect(plan.byYear.map(({ moved }) => moved)).toStrictEqual([0, 2.5, 12.5]);
    expect(plan.byYear.map(({ year }) => year)).toStrictEqual([2026, 2027, 2028]);
    const times = plan.byYear.map(({ amounts }) => numbers(amounts.time)[1]);
    expect(times[2]).toBe(499_036); // 120 * 3937.2 + 10 * (1377.2 + 3937.2) / 2 = 472,464 + 26,572
    const energies = plan.byYear.map(({ amounts }) => numbers(amounts.energy)[1]);
    expect(energies[2]).toBe(9599.16); // 120 * 75.732 + 10 * (26.532 + 75.732) / 2 = 9087.84 + 511.32
    // 436,320 bytes at 2 EUR per MB, 24,560 at 10, 9599.16 mJ at 0.001: 0.87264 + 0.2456 + 9.59916
    expect(numbers(plan.byYear[2]?.amounts.money ?? outcome.before.money)[1]).toBe(10.7174);
  });

  it('has totals that are the sums of the years', () => {
    expect(numbers(plan.total.down)[1]).toBe(165_880 + 236_680 + 460_880);
  });

  it('says where figures come from', () => {
    const { time } = plan.byYear[2]?.amounts ?? outcome.before;
    expect(time.known && time.sources).toContain('ML-DSA-44:verify:made/c:cortex-m4');
    expect(time.known && time.sources).toContain('ECDSA-P256-SHA256:verify:made/c:cortex-m4');
    expect(time.known && plan.byYear[0]?.amounts.time).not.toMatchObject({
      sources: expect.arrayContaining(['ML-DSA-44:verify:made/c:cortex-m4']) as unknown,
    });
    expect(time.because).toBe('Sum over all 2 classes.');
  });

  it('tells what does not fit: 5000 bytes in use, 2636 of manifest, 1000 of stack and more are over 8192', () => {
    expect(
      plan.failures.map(({ class: id, devices, what, fits, from, before }) => [
        id,
        devices,
        what,
        fits,
        from,
        before,
      ]),
    ).toStrictEqual([
      ['ten', 10, 'ram', 'no', 2027, false],
      ['five', 5, 'ram', 'no', 2028, false],
    ]);
    expect(plan.byYear.map(({ notFitting }) => notFitting)).toStrictEqual([0, 2.5, 12.5]);
  });

  it('is a table of every class in every year, whose columns add up to the years', () => {
    const [head = '', ...lines] = [...fleetCsv(outcome)].map((line) => line.trimEnd());
    const columns = head.split(',');
    expect(lines).toHaveLength(2 * 3);
    const rows = lines.map((line) => {
      const cells = line.split(',');
      expect(cells).toHaveLength(columns.length);
      return (name: string): string => cells[columns.indexOf(name)] ?? '';
    });
    expect(
      rows.map((cell) => [
        cell('plan'),
        cell('year'),
        cell('class'),
        cell('fits before'),
        cell('fits after'),
      ]),
    ).toStrictEqual([
      ['plan', '2026', 'ten', 'yes', ''],
      ['plan', '2026', 'five', 'yes', ''],
      ['plan', '2027', 'ten', 'yes', 'no'],
      ['plan', '2027', 'five', 'yes', ''],
      ['plan', '2028', 'ten', '', 'no'],
      ['plan', '2028', 'five', 'yes', 'no'],
    ]);
    // Energy is an estimate in every year, also where a part of the class has moved.
    expect(new Set(rows.map((cell) => cell('energy status')))).toStrictEqual(new Set(['estimate']));
    expect(rows.map((cell) => cell('down status'))).toContain('derived');
    for (const { year, moved, amounts } of plan.byYear) {
      const ofYear = rows.filter((cell) => cell('year') === String(year));
      const total = (name: string): number => ofYear.reduce((sum, cell) => sum + Number(cell(name)), 0);
      expect(total('moved')).toBe(moved);
      for (const [name, figure] of [
        ['down bytes', amounts.down],
        ['time ms', amounts.time],
        ['energy mJ', amounts.energy],
        ['money', amounts.money],
      ] as const) {
        const [low, value, high] = numbers(figure);
        expect(total(`${name} low`)).toBeCloseTo(low ?? NaN, 6);
        expect(total(name)).toBeCloseTo(value ?? NaN, 6);
        expect(total(`${name} high`)).toBeCloseTo(high ?? NaN, 6);
      }
    }
  });

  it('comes to the same in pieces', async () => {
    const seen: number[] = [];
    const watched = await whatIfWatched(readFleet(FLEET, { data: MADE_DATA }), {
      data: MADE_DATA,
      onProgress: (done) => seen.push(done),
    });
    expect(watched).toStrictEqual(outcome);
    expect(seen.slice(0, 2)).toStrictEqual([0.5, 1]);
  });

  it('ends when it is told to', async () => {
    const fleet = readFleet(FLEET, { data: MADE_DATA });
    await expect(
      whatIfWatched(fleet, { data: MADE_DATA, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('classes without a figure', () => {
  const text = FLEET.replace('  five:\n', '  five:\n    device: plain\n');
  const outcome = whatIf(readFleet(text, { data: MADE_DATA }), { data: MADE_DATA });

  it('are in none of the sums of that axis, and are named', () => {
    expect(outcome.without).toMatchObject({ energy: ['five'], money: ['five'], down: [] });
    expect(numbers(outcome.before.energy)[1]).toBe(3183.84); // 120 * 26.532
    expect(outcome.before.energy.because).toBe('Sum over 1 of 2 classes; no data for five.');
    expect(numbers(outcome.before.down)[1]).toBe(165_880);
  });

  it('leave no sum where nothing is known of any class', () => {
    const plain = whatIf(readFleet(FLEET.replace('device: board', 'device: plain'), { data: MADE_DATA }), {
      data: MADE_DATA,
    });
    expect(plain.before.energy).toMatchObject({ known: false });
    expect(onlyPlan(plain).byYear[1]?.amounts.money.known).toBe(false);
  });

  it('and prices that are not given make no money', () => {
    const free = whatIf(readFleet(FLEET.replace(/prices:.*\n/u, ''), { data: MADE_DATA }), {
      data: MADE_DATA,
    });
    expect(free.before.money).toStrictEqual({ known: false, unit: 'money', because: 'No prices are given.' });
  });
});

describe('a device with two slots', () => {
  it('has no room beside an image that fills half of its flash, unlike the same with one', () => {
    const { failures } = onlyPlan(
      whatIf(
        readFleet(`
years: { from: 2027, to: 2027 }
classes:
  unsaid:
    device: nrf52832
    devices: 1
    updates: { perYear: 1, imageBytes: 262144, signatures: [ML-DSA-44] }
  one: { extends: unsaid, devices: 1, updates: { slots: 1 } }
  two: { extends: unsaid, devices: 1, updates: { slots: 2 } }
plans:
  plan: { to: { firmware: [ML-DSA-65] }, schedule: { shares: { 2027: 1 } } }
`),
      ),
    );
    // 512 KiB of flash, half of it in use: what runs is overwritten, or stays.
    const full = failures.filter(({ what, fits }) => what === 'flash' && fits === 'no');
    expect(new Set(full.map((failure) => failure.class))).toStrictEqual(new Set(['two']));
  });
});

describe('the dates of a policy', () => {
  function sharesUnder(schedule: string, signature: string, to = 'ML-DSA-87'): FleetPlanOutcome {
    const text = `
years: { from: 2027, to: 2032 }
classes:
  one: { device: nrf52840, devices: 1, updates: { perYear: 1, imageBytes: 1000, signatures: [${signature}] } }
plans:
  plan: { to: { firmware: [${to}] }, schedule: ${schedule} }
`;
    return onlyPlan(whatIf(readFleet(text)));
  }
  const rounded = ({ classes }: FleetPlanOutcome): readonly number[] | undefined =>
    classes[0]?.shares.map((share) => Number(share.toFixed(6)));

  it('move evenly over the years before: CNSA 1.0 is refused from 1 January 2031', () => {
    const plan = sharesUnder('{ policy: cnsa-2.0, years: 2 }', 'ECDSA-P384-SHA384');
    // Nothing at the beginning of 2029, half a year later a quarter, and all at the end of 2030.
    expect(rounded(plan)).toStrictEqual([0, 0, 0.25, 0.75, 1, 1]);
    expect(plan.classes[0]?.because).toBe(
      'cnsa-2.0 refuses ECDSA-P384-SHA384 for firmware-signature from 2031-01-01.',
    );
  });

  it('move at once without such years: 184 of the 366 days of 2028 are left on 1 July', () => {
    const plan = sharesUnder('{ policy: legacy-until(2028-06-30) }', 'ECDSA-P256-SHA256');
    expect(rounded(plan)).toStrictEqual([0, Number((184 / 366).toFixed(6)), 1, 1, 1, 1]);
  });

  it('have passed for what was never allowed', () => {
    const plan = sharesUnder('{ policy: cnsa-2.0 }', 'ECDSA-P256-SHA256');
    expect(rounded(plan)).toStrictEqual([1, 1, 1, 1, 1, 1]);
    expect(plan.classes[0]?.because).toContain('already');
  });

  it('can be those of the warning', () => {
    expect(rounded(sharesUnder('{ policy: cnsa-2.0, on: warn }', 'ECDSA-P384-SHA384'))).toStrictEqual([
      1, 1, 1, 1, 1, 1,
    ]);
  });

  it('never come for what is not replaced', () => {
    const plan = sharesUnder('{ policy: cnsa-2.0 }', 'ML-DSA-87');
    expect(rounded(plan)).toStrictEqual([0, 0, 0, 0, 0, 0]);
    expect(plan.classes[0]?.because).toBe('Nothing of it changes.');
  });

  it('tell of a target that is refused as well', () => {
    const plan = sharesUnder('{ policy: cnsa-2.0, years: 1 }', 'ECDSA-P384-SHA384', 'ML-DSA-65');
    expect(plan.refusals).toHaveLength(1);
    expect(plan.refusals[0]).toMatchObject({ class: 'one', algorithm: 'ML-DSA-65', verdict: 'refuse' });
    expect(sharesUnder('{ policy: cnsa-2.0 }', 'ECDSA-P384-SHA384').refusals).toStrictEqual([]);
  });

  it('may be those of another policy than the file names', () => {
    const text = `
years: { from: 2029, to: 2031 }
classes:
  one: { device: nrf52840, devices: 1, updates: { perYear: 1, imageBytes: 1000, signatures: [ECDSA-P384-SHA384] } }
plans:
  plan: { to: { firmware: [ML-DSA-87] }, schedule: { policy: cnsa-2.0 } }
`;
    const plan = onlyPlan(whatIf(readFleet(text), { policy: legacyUntil('2029-12-31') }));
    expect(rounded(plan)).toStrictEqual([0, 1, 1]);
  });
});

describe('a day', () => {
  it('has so much airtime: 24 sealed messages with ML-KEM are too much at 1 % on LoRaWAN DR0', () => {
    const plan = onlyPlan(
      whatIf(
        readFleet(`
years: { from: 2027, to: 2027 }
classes:
  meter:
    device: stm32l072
    link: lorawan-eu868-dr0
    devices: 1
    messages: { perDay: 24, bytes: 50, kem: "DHKEM(X25519, HKDF-SHA256)" }
plans:
  plan: { to: { kem: MLKEM768-X25519 }, schedule: { shares: { 2027: 1 } } }
`),
      ),
    );
    // 1120 + 50 + 16 bytes are 24 frames of 51 bytes and 2.8 seconds: 67 seconds, 1609 a day, of which 864 are left.
    const airtime = plan.failures.filter(({ what }) => what === 'airtime');
    expect(airtime).toMatchObject([{ fits: 'no', class: 'meter' }]);
    expect(airtime[0]?.because).toContain('leaves 864');
    expect(plan.classes[0]?.before.problems.some(({ what }) => what === 'airtime')).toBe(false);
  });
});

describe('a table', () => {
  it('gives spreadsheets no formula, and quotes what it must', () => {
    const text = FLEET.replace('  plan:', '  "=1+1, \\"a\\"":');
    const lines = [...fleetCsv(whatIf(readFleet(text, { data: MADE_DATA }), { data: MADE_DATA }))];
    expect(lines[1]?.startsWith(`"'=1+1, ""a""",2026,ten,10,0,yes,,`)).toBe(true);
  });
});

describe('a plan', () => {
  it('with the algorithms that are there changes nothing, whatever its shares', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [first, last] = a < b ? [a, b] : [b, a];
          const text = FLEET.replace('ML-DSA-44', 'ECDSA-P256-SHA256').replace(
            '{ 2027: 0.25, 2028: 1 }',
            `{ 2027: ${String(first)}, 2028: ${String(last)} }`,
          );
          const { plans, before } = whatIf(readFleet(text, { data: MADE_DATA }), { data: MADE_DATA });
          for (const { amounts } of plans[0]?.byYear ?? [])
            for (const [index, number] of numbers(amounts.time).entries())
              expect(number).toBeCloseTo(numbers(before.time)[index] ?? NaN, 4);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('of which an algorithm does not exist is refused with class and plan', () => {
    const text = FLEET.replace('ML-DSA-44', 'ML-DSA-45');
    expect(() => whatIf(readFleet(text, { data: MADE_DATA }), { data: MADE_DATA })).toThrow(
      /^fleet: class ten, plan plan: .*ML-DSA-45/u,
    );
  });
});
