import { readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COST_DATA, findLink } from '../../src/cost/data/index.ts';
import { initialWindow } from '../../src/cost/links/stream.ts';
import { loraAirtime } from '../../src/cost/lora.ts';
import { canFdBits } from '../../src/cost/links/can-fd.ts';
import { type Figure, quantity } from '../../src/cost/quantity.ts';
import { transfer, type Transfer } from '../../src/cost/transfer.ts';
import { SHARED_FOLDER } from '../support/vectors-files.ts';
import { LINK_REFERENCES, linkResiduals } from './link-references.ts';

const bytes = (value: number): Figure<'bytes'> =>
  quantity(value, 'bytes', { status: 'measured', because: 'the test' });
const move = (link: string, size: number, direction: 'down' | 'up' = 'down'): Transfer =>
  transfer(findLink(COST_DATA, link), bytes(size), direction);
const value = (figure: Figure): number => (figure.known ? figure.value : NaN);
const total = ({ wire, wait }: Transfer): number => value(wire) + value(wait);

describe('published numbers', () => {
  for (const { model, case: name, source, published, predicted, precision, measured } of LINK_REFERENCES)
    it(`${model}: ${name} [${source}]`, () => {
      if (measured === true) expect(Math.abs(predicted / published - 1)).toBeLessThan(0.05);
      else expect(Number(predicted.toFixed(precision))).toBe(Number(published.toFixed(precision)));
    });

  it('prints the residuals', () => {
    const residuals = linkResiduals();
    expect(residuals.length).toBe(6);
    for (const { model, cases, meanPercent, worstPercent } of residuals)
      console.log(
        `${model}: ${String(cases)} cases, mean ${meanPercent.toFixed(2)} %, worst ${worstPercent.toFixed(2)} %`,
      );
  });
});

// The round trips of a server's flight, as RFC 6928's window doubles: 14,600 bytes in one, 43,800 in two.
describe('windows', () => {
  it('TCP grows from ten segments', () => {
    const trips = (size: number): number => value(move('tcp-iw10-ethernet', size).extraRoundTrips);
    expect([14_600, 14_601, 43_800, 43_801, 102_200, 102_201].map(trips)).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('ML-DSA-44 with one intermediate fits the first window, ML-DSA-65 does not', () => {
    expect(value(move('tcp-iw10-ethernet', 12_055).extraRoundTrips)).toBe(0);
    expect(value(move('tcp-iw10-ethernet', 16_002).extraRoundTrips)).toBe(1);
  });

  it('a window of one segment costs a round trip each', () => {
    const { pieces, extraRoundTrips } = move('tcp-1-mss-window-node', 12_055);
    expect([value(pieces), value(extraRoundTrips)]).toEqual([10, 9]);
  });

  it('QUIC sends three times what it received before the address is validated', () => {
    const quic = findLink(COST_DATA, 'quic-wifi');
    const trips = (size: number, unvalidatedBytes?: number): number =>
      value(
        transfer(quic, bytes(size), 'down', unvalidatedBytes === undefined ? {} : { unvalidatedBytes })
          .extraRoundTrips,
      );
    expect([3600, 3601, 12_000].map((size) => trips(size))).toEqual([0, 0, 0]);
    expect([3600, 3601, 12_000].map((size) => trips(size, 1200))).toEqual([0, 1, 1]);
    // A client hello with ML-KEM-768 takes two datagrams.
    expect([7200, 7201].map((size) => trips(size, 2400))).toEqual([0, 1]);
  });

  it('the same initial window in bytes and segments', () => {
    expect(initialWindow(1460) / 1460).toBe(10);
    expect(initialWindow(1220) / 1220).toBe(10);
    expect(initialWindow(64_000) / 64_000).toBe(2);
  });
});

// Bits as a controller sends them, stuffed one by one: an implementation of its own.
describe('CAN FD stuffing', () => {
  const stuffBits = (stream: readonly number[]): number => {
    let run = 0;
    let last = -1;
    let stuffed = 0;
    for (const bit of stream) {
      run = bit === last ? run + 1 : 1;
      last = bit;
      if (run === 5) {
        stuffed++;
        last = 1 - bit;
        run = 1;
      }
    }
    return stuffed;
  };
  const between = (size: number): { low: number; value: number; high: number } => {
    const { nominal, data } = canFdBits(size);
    return {
      low: nominal.low + data.low,
      value: nominal.value + data.value,
      high: nominal.high + data.high,
    };
  };

  it('random content needs the value on average, the worst content the most', () => {
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 31;
    };
    let sum = 0;
    const frames = 4000;
    const bits = 22 + 8 * 64;
    for (let frame = 0; frame < frames; frame++) sum += stuffBits(Array.from({ length: bits }, random));
    const { low, value: mean, high } = between(64);
    expect(Math.abs(sum / frames - (mean - low)) / (mean - low)).toBeLessThan(0.02);
    const worst = Array.from({ length: bits }, (_, at) =>
      at === 0 ? 1 : Math.floor((at - 1) / 4) % 2 === 0 ? 1 : 0,
    );
    expect(low + stuffBits(worst)).toBe(high);
  });
});

const document = join(SHARED_FOLDER, 'constrained-devices.md');

// The column of the table, the link, and how a time of ours reads in it.
const COLUMNS = [
  { link: 'lorawan-eu868-dr0', unit: 3_600_000 },
  { link: 'lorawan-eu868-dr5', unit: 3_600_000 },
  { link: 'ble-4.0-att23', unit: 1 },
  { link: 'ble-4.2-dle-1M', unit: 1 },
  { link: 'ieee802154-6lowpan', unit: 1 },
] as const;

describe.skipIf(!existsSync(document))('the table of transfers in the study', () => {
  const rows = existsSync(document)
    ? [
        ...readFileSync(document, 'utf8').matchAll(
          /^\| ([^|]+) \| ([\d,]+) \|((?: [\d.,]+, [\d.,]+ \|){5}) ([\d,]+) \|$/gm,
        ),
      ]
    : [];
  /** A printed number with the digits it is printed to. */
  const printed = (text: string): { number: number; digits: number } => {
    const plain = text.replaceAll(/(\d),(\d{3})/g, '$1$2');
    return { number: Number(plain), digits: plain.split('.')[1]?.length ?? 0 };
  };
  let frames = 0;
  let times = 0;
  let partial = 0;

  it('has eight objects', () => {
    expect(rows.length).toBe(8);
  });

  for (const [, name = '', size = '', cells = '', nbIot = ''] of rows)
    it(name, () => {
      const length = printed(size).number;
      const columns = [...cells.matchAll(/ ([\d,]+?), ([\d.,]+) \|/g)];
      expect(columns.length).toBe(COLUMNS.length);
      for (const [at, { link, unit }] of COLUMNS.entries()) {
        const [, count = '', time = ''] = columns[at] ?? [];
        const moved = move(link, length, 'up');
        expect(value(moved.pieces), `${link} frames`).toBe(printed(count).number);
        frames++;
        const { number, digits } = printed(time);
        const round = (milliseconds: number): number => Number((milliseconds / unit).toFixed(digits));
        times++;
        if (round(total(moved)) === number) continue;
        // The study counts bytes over goodput where frames are whole: its number is that of full frames in proportion.
        const profile = findLink(COST_DATA, link);
        if (profile.kind !== 'frames')
          throw new Error(`${link}: ${String(total(moved) / unit)}, not ${time}`);
        const many = total(move(link, 1000 * profile.payloadBytes, 'up')) / (1000 * profile.payloadBytes);
        expect(round(length * many), `${link} time`).toBe(number);
        expect(Math.abs(total(moved) - length * many), `${link}: within one frame`).toBeLessThan(
          profile.payloadBytes * many,
        );
        partial++;
      }
      expect(value(move('nb-iot-cat-nb1', length).wire).toFixed(0)).toBe(String(printed(nbIot).number));
      times++;
    });

  it('prints what was compared', () => {
    console.log(
      `transfers of the study: ${String(frames)} frame counts, ${String(times)} times, ${String(partial)} of them up to the part of a last frame`,
    );
    expect([frames, times]).toEqual([40, 48]);
  });
});

describe('numbers that mean nothing', () => {
  const modulation = { spreadingFactor: 12, bandwidthHertz: 125_000, codingRate: 1 } as const;
  it.each([
    ['no size', (): number => loraAirtime(modulation, NaN)],
    ['less than nothing', (): number => loraAirtime(modulation, -1)],
    ['no bandwidth', (): number => loraAirtime({ ...modulation, bandwidthHertz: 0 }, 10)],
    ['no segment', (): number => initialWindow(0)],
  ])('are refused: %s', (_, ask) => {
    expect(ask).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});
