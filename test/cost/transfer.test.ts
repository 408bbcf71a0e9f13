import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HybridgeError } from '../../src/bytes/index.ts';
import { energyOf } from '../../src/cost/energy.ts';
import type { CanFdLink, FrameLink, Link, LoraLink, StreamLink } from '../../src/cost/data/types.ts';
import { datagramLoss, repeatsOf, timerWait } from '../../src/cost/links/repeats.ts';
import { type Figure, noData, quantity } from '../../src/cost/quantity.ts';
import { roundTrip, transfer, type Transfer } from '../../src/cost/transfer.ts';

const bytes = (value: number, low = value, high = value): Figure<'bytes'> =>
  quantity(value, 'bytes', { status: 'published', sources: ['fips'], because: 'the test' }, low, high);
const ms = (value: number): Figure<'ms'> =>
  quantity(value, 'ms', { status: 'measured', because: 'the test' });

const base = {
  id: 'test',
  title: 'test',
  status: 'published',
  source: 'bench',
  loss: 0,
  radio: true,
  rtt: { low: 10, value: 20, high: 40 },
} as const;
const FRAMES: FrameLink = {
  ...base,
  kind: 'frames',
  payloadBytes: 100,
  overheadBytes: 25,
  bitsPerSecond: 1_000_000,
  gapMilliseconds: 0.5,
};
const LORA: LoraLink = {
  ...base,
  kind: 'lora',
  spreadingFactor: 9,
  bandwidthHertz: 125_000,
  codingRate: 1,
  payloadBytes: 115,
  overheadBytes: 13,
  dutyCycle: 0.01,
};
const STREAM: StreamLink = {
  ...base,
  kind: 'stream',
  transport: 'tcp',
  upBitsPerSecond: 1_000_000,
  downBitsPerSecond: 2_000_000,
  segmentBytes: 1000,
  initialWindowSegments: 10,
  fixedWindow: false,
};
const CAN: CanFdLink = {
  ...base,
  kind: 'can-fd',
  radio: false,
  nominalBitsPerSecond: 500_000,
  dataBitsPerSecond: 2_000_000,
  separationMilliseconds: 1,
};

interface Three {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/** The three numbers of a figure, checked on the way. */
function known(figure: Figure): Three {
  if (!figure.known) throw new Error(`no data: ${figure.because}`);
  for (const number of [figure.low, figure.value, figure.high]) {
    expect(Number.isFinite(number)).toBe(true);
    expect(number).toBeGreaterThanOrEqual(0);
  }
  expect(figure.low).toBeLessThanOrEqual(figure.value);
  expect(figure.value).toBeLessThanOrEqual(figure.high);
  expect(figure.because).not.toBe('');
  return figure;
}
function total({ wire, wait }: Transfer): Three {
  const [a, b] = [known(wire), known(wait)];
  return { low: a.low + b.low, value: a.value + b.value, high: a.high + b.high };
}
/** No less in any of the three, but for what floating point loses. */
function expectNoLess(more: Three, less: Three): void {
  const slack = (number: number): number => number * (1 - 1e-9) - 1e-9;
  expect(more.low).toBeGreaterThanOrEqual(slack(less.low));
  expect(more.value).toBeGreaterThanOrEqual(slack(less.value));
  expect(more.high).toBeGreaterThanOrEqual(slack(less.high));
}

const loss = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.4, noNaN: true }));
const rtt = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 }))
  .map(([low, more, most]) => ({ low, value: low + more, high: low + more + most }));
const rate = fc.integer({ min: 1000, max: 100_000_000 });
const frameLink: fc.Arbitrary<FrameLink> = fc
  .record(
    {
      loss,
      rtt,
      bitsPerSecond: rate,
      payloadBytes: fc.integer({ min: 1, max: 300 }),
      overheadBytes: fc.integer({ min: 0, max: 60 }),
      gapMilliseconds: fc.integer({ min: 0, max: 3 }),
      intervalMilliseconds: fc.integer({ min: 1, max: 1000 }),
      datagramBytes: fc.integer({ min: 100, max: 1280 }),
      firstPayloadBytes: fc.integer({ min: 1, max: 300 }),
    },
    { requiredKeys: ['loss', 'rtt', 'bitsPerSecond', 'payloadBytes', 'overheadBytes', 'gapMilliseconds'] },
  )
  .map((link) => ({ ...FRAMES, ...link }));
const loraLink: fc.Arbitrary<LoraLink> = fc
  .record({
    loss,
    spreadingFactor: fc.constantFrom(7, 8, 9, 10, 11, 12),
    codingRate: fc.constantFrom(1, 2, 3, 4),
    payloadBytes: fc.integer({ min: 1, max: 222 }),
    dutyCycle: fc.constantFrom(0.001, 0.01, 0.1, 1),
  } as const)
  .map((link) => ({ ...LORA, ...link }));
const streamLink: fc.Arbitrary<StreamLink> = fc
  .record({
    loss,
    rtt,
    transport: fc.constantFrom('quic', 'tcp'),
    upBitsPerSecond: rate,
    downBitsPerSecond: rate,
    segmentBytes: fc.integer({ min: 64, max: 9000 }),
    initialWindowSegments: fc.integer({ min: 1, max: 12 }),
    fixedWindow: fc.boolean(),
  } as const)
  .map((link) => ({ ...STREAM, ...link }));
const canLink: fc.Arbitrary<CanFdLink> = fc
  .record({ loss, rtt, dataBitsPerSecond: rate, separationMilliseconds: fc.integer({ min: 0, max: 20 }) })
  .map((link) => ({ ...CAN, ...link }));
const anyLink: fc.Arbitrary<Link> = fc.oneof(frameLink, loraLink, streamLink, canLink);
const size = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2_000_000 }));
const direction = fc.constantFrom('down', 'up');
const runs = { numRuns: 400 };

describe('any link', () => {
  it('more bytes never take less, in any figure', () => {
    fc.assert(
      fc.property(anyLink, size, fc.integer({ min: 0, max: 3000 }), direction, (link, few, more, way) => {
        const less = transfer(link, bytes(few), way);
        const much = transfer(link, bytes(few + more), way);
        expectNoLess(total(much), total(less));
        expectNoLess(known(much.pieces), known(less.pieces));
        expectNoLess(known(much.extraRoundTrips), known(less.extraRoundTrips));
        expectNoLess(known(much.transmit), known(less.transmit));
        expectNoLess(known(much.receive), known(less.receive));
      }),
      runs,
    );
  });

  it('more loss never takes less, and without loss nothing is repeated', () => {
    fc.assert(
      fc.property(anyLink, size, loss, direction, (link, length, other, way) => {
        const [less, more] = [Math.min(link.loss, other), Math.max(link.loss, other)];
        const low = transfer({ ...link, loss: less }, bytes(length), way);
        const high = transfer({ ...link, loss: more }, bytes(length), way);
        expectNoLess(total(high), total(low));
        expect(total(high).low).toBeCloseTo(total(transfer({ ...link, loss: 0 }, bytes(length), way)).low, 6);
      }),
      runs,
    );
  });

  it('a faster link never takes longer', () => {
    fc.assert(
      fc.property(fc.oneof(frameLink, streamLink, canLink), size, direction, (link, length, way) => {
        const faster: Link =
          link.kind === 'frames'
            ? { ...link, bitsPerSecond: 2 * link.bitsPerSecond }
            : link.kind === 'can-fd'
              ? { ...link, dataBitsPerSecond: 2 * link.dataBitsPerSecond }
              : {
                  ...link,
                  upBitsPerSecond: 2 * link.upBitsPerSecond,
                  downBitsPerSecond: 2 * link.downBitsPerSecond,
                };
        expectNoLess(total(transfer(link, bytes(length), way)), total(transfer(faster, bytes(length), way)));
      }),
      runs,
    );
  });

  it('bytes between bounds have bounds that hold what theirs cost', () => {
    fc.assert(
      fc.property(anyLink, size, size, size, direction, (link, a, b, c, way) => {
        const [low = 0, value = 0, high = 0] = [a, b, c].sort((x, y) => x - y);
        const one = total(transfer(link, bytes(value, low, high), way));
        expect(one.low).toBeLessThanOrEqual(total(transfer(link, bytes(low), way)).low);
        expect(one.high).toBeGreaterThanOrEqual(total(transfer(link, bytes(high), way)).high);
      }),
      runs,
    );
  });

  it('nothing costs nothing', () => {
    fc.assert(
      fc.property(anyLink, direction, (link, way) => {
        const figures: readonly Figure[] = Object.values({ ...transfer(link, bytes(0), way) });
        for (const figure of figures) expect(known(figure).high).toBe(0);
      }),
      runs,
    );
  });

  it('what is not known does not become known', () => {
    for (const link of [FRAMES, LORA, STREAM, CAN])
      for (const figure of Object.values(transfer(link, noData('bytes', 'nobody counted'), 'up')))
        expect(figure).toMatchObject({ known: false, because: 'nobody counted' });
  });

  it('keeps sources, and is no better known than its bytes and its link', () => {
    const { wire } = transfer(FRAMES, bytes(1000), 'up');
    expect(wire).toMatchObject({ status: 'derived', sources: ['fips', 'bench'] });
    expect(transfer({ ...FRAMES, status: 'estimate' }, bytes(1000), 'up').wire).toMatchObject({
      status: 'estimate',
    });
    expect(transfer({ ...FRAMES, loss: 0.1 }, bytes(1000), 'up').wait).toMatchObject({ status: 'estimate' });
  });

  it('gives the device its own share of the radio', () => {
    expect(transfer(FRAMES, bytes(100), 'up')).toMatchObject({
      transmit: { value: 1 },
      receive: { value: 0 },
      airtime: { value: 1 },
    });
    expect(transfer(FRAMES, bytes(100), 'down')).toMatchObject({
      transmit: { value: 0 },
      receive: { value: 1 },
      airtime: { value: 0 },
    });
    expect(transfer(CAN, bytes(100), 'up').airtime).toMatchObject({
      value: 0,
      because: 'the link is no radio',
    });
  });
});

// By hand, from the numbers of the link.
describe('frames', () => {
  it('counts frames as ceil and times each with its overhead and gap', () => {
    const moved = transfer(FRAMES, bytes(250), 'up');
    expect(moved.pieces).toMatchObject({ value: 3 });
    // 250 + 3 * 25 bytes of 8 us, and three gaps, the last of which the last byte does not wait for.
    expect(known(moved.wire).value).toBeCloseTo(2.6 + 3 * 0.5, 9);
    expect(known(moved.wire).low).toBeCloseTo(2.6 + 2 * 0.5, 9);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (length) => {
        expect(known(transfer(FRAMES, bytes(length), 'up').pieces).value).toBe(Math.ceil(length / 100));
      }),
    );
  });

  it('one packet per connection interval takes packets times interval', () => {
    const link = { ...FRAMES, payloadBytes: 20, intervalMilliseconds: 30 };
    expect(total(transfer(link, bytes(13_563), 'up')).value).toBeCloseTo(679 * 30, 6);
  });

  it('cuts datagrams as a sender does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 1280 }),
        (length, payloadBytes, firstPayloadBytes, datagramBytes) => {
          let frames = 0;
          for (let left = length; left > 0; left -= datagramBytes)
            for (let rest = Math.min(left, datagramBytes), first = true; rest > 0; first = false) {
              rest -= first ? firstPayloadBytes : payloadBytes;
              frames++;
            }
          const link = { ...FRAMES, payloadBytes, firstPayloadBytes, datagramBytes };
          expect(known(transfer(link, bytes(length), 'up').pieces).value).toBe(frames);
        },
      ),
    );
  });

  it('a lost fragment loses its datagram', () => {
    expect(datagramLoss(1, 0.1)).toBeCloseTo(0.1, 12);
    expect(datagramLoss(16, 0.05)).toBeCloseTo(1 - 0.95 ** 16, 12);
    const link: FrameLink = { ...FRAMES, loss: 0.05, datagramBytes: 1200, unacknowledged: true };
    const whole = total(transfer(link, bytes(4800), 'up'));
    const single = total(transfer({ ...link, datagramBytes: 100 }, bytes(4800), 'up'));
    expect(whole.value).toBeGreaterThan(single.value);
    // Twelve fragments each: 0.46 of the datagrams are lost.
    const hopeless = transfer({ ...link, loss: 0.4 }, bytes(4800), 'up');
    expect(hopeless.wire.known).toBe(false);
    expect(hopeless.wire.because).toMatch(/less than once in 100 sends/);
    expect(known(hopeless.pieces).value).toBe(48);
  });
});

describe('repeats', () => {
  /** What chance says, tried out; a generator of its own, so that every run is the same. */
  function tried(
    pieces: number,
    lost: number,
  ): { readonly mean: number; readonly above: (most: number) => number } {
    let state = 7;
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const seen = Array.from({ length: 4000 }, () => {
      let repeats = 0;
      for (let piece = 0; piece < pieces; piece++) while (random() < lost) repeats++;
      return repeats;
    });
    return {
      mean: seen.reduce((sum, one) => sum + one, 0) / seen.length,
      above: (most) => seen.filter((one) => one > most).length / seen.length,
    };
  }

  for (const [pieces, lost] of [
    [10, 0.1],
    [100, 0.02],
    [50, 0.3],
  ] as const)
    it(`${String(pieces)} pieces, ${String(100 * lost)} % lost`, () => {
      const { value, high } = repeatsOf(pieces, lost);
      const { mean, above } = tried(pieces, lost);
      expect(Math.abs(mean / value - 1)).toBeLessThan(0.05);
      expect(above(high)).toBeLessThan(0.03);
    });

  it('waits for a timer that doubles', () => {
    expect(timerWait(5, 0)).toEqual({ low: 0, value: 0, high: 0 });
    // One datagram lost with one half: sum of 2^-k times 1, 2, 4, 8, 16, 32 s, then 60 s for ever.
    expect(timerWait(1, 0.5).value / 1000).toBeCloseTo(6 * 0.5 + 60 / 64, 3);
  });
});

describe('streams', () => {
  it('idles for what of a round trip the window does not fill', () => {
    // Eleven segments of 4 ms at 20 ms: a window of ten takes 40 ms, and the acknowledgement is there in 24.
    expect(transfer(STREAM, bytes(11_000), 'down')).toMatchObject({
      extraRoundTrips: { value: 1 },
      wait: { value: 0 },
    });
    // At a hundred times the rate it idles for 20 + 0.04 - 0.4 ms.
    const fast = { ...STREAM, downBitsPerSecond: 200_000_000 };
    expect(known(transfer(fast, bytes(11_000), 'down').wait).value).toBeCloseTo(19.64, 9);
  });

  it('a window of one segment waits for a delayed acknowledgement at most', () => {
    const link = { ...STREAM, initialWindowSegments: 1, fixedWindow: true };
    expect(known(transfer(link, bytes(3000), 'up').wait)).toMatchObject({
      low: 20,
      value: 40,
      high: 2 * (40 + 500),
    });
    expect(known(transfer(link, bytes(3000), 'down').wait)).toMatchObject({ low: 20, value: 40, high: 80 });
  });

  it('repetitions multiply the time of every byte', () => {
    const link = { ...STREAM, repetitions: { low: 1, value: 8, high: 128 } };
    expect(known(transfer(link, bytes(1000), 'down').wire)).toMatchObject({ low: 4, value: 32, high: 512 });
  });

  // Slower bytes fill the windows that faster ones idle in, so that only the bounds of the sum are in order.
  it('with repetitions the bounds hold what any number of them takes', () => {
    fc.assert(
      fc.property(
        streamLink,
        size,
        fc.integer({ min: 1, max: 128 }),
        direction,
        (link, length, times, way) => {
          const banded = total(
            transfer({ ...link, repetitions: { low: 1, value: times, high: 128 } }, bytes(length), way),
          );
          const exact = { low: times, value: times, high: times };
          const one = total(transfer({ ...link, repetitions: exact }, bytes(length), way));
          expect(banded.value).toBeCloseTo(one.value, 3);
          expectNoLess(banded, { ...one, low: 0, high: one.high });
          expectNoLess({ ...one, high: 0 }, { ...banded, value: 0, high: 0 });
        },
      ),
      runs,
    );
  });

  it('the last three segments are repeated after a timeout', () => {
    const link = { ...STREAM, loss: 0.1, downBitsPerSecond: 8_000_000_000 };
    const ninth = 1 / 9;
    expect(known(transfer(link, bytes(3000), 'down').wait).value).toBeCloseTo(3 * ninth * (1000 + 0.001), 6);
    expect(known(transfer(link, bytes(4000), 'down').wait).value).toBeCloseTo(
      ninth * (20 + 0.001) + 3 * ninth * (1000 + 0.001),
      6,
    );
    const quic = { ...link, transport: 'quic' } as const;
    expect(known(transfer(quic, bytes(1000), 'down').wait).value).toBeCloseTo(ninth * (85 + 0.001), 6);
  });
});

describe('CAN FD', () => {
  it('counts frames as ISO-TP does', () => {
    const frames = (length: number): number => known(transfer(CAN, bytes(length), 'up').pieces).value;
    expect([1, 7, 8, 62, 63, 125, 126, 4095, 4096].map(frames)).toEqual([1, 1, 1, 1, 2, 2, 3, 66, 66]);
  });

  it('waits for one flow control and the separation times', () => {
    const wait = (length: number): number => known(transfer(CAN, bytes(length), 'up').wait).value;
    expect([62, 63, 126].map(wait)).toEqual([0, 20, 21]);
  });
});

describe('LoRaWAN', () => {
  it('keeps silent for its duty cycle, but may spend an hour at once', () => {
    const { wire, wait } = transfer(LORA, bytes(115), 'up');
    expect(known(wait).value).toBeCloseTo(99 * known(wire).value, 6);
    expect(known(wait).low).toBe(0);
    // 200 frames of 677 ms are 135 s, of which 36 s are free.
    const long = transfer(LORA, bytes(115 * 200), 'up');
    expect(known(long.wait).low).toBeCloseTo(99 * (known(long.wire).value - 36_000), 3);
  });

  it('polls for every frame that comes down', () => {
    const { transmit, airtime, receive, pieces } = transfer(LORA, bytes(1000), 'down');
    expect(known(pieces).value).toBe(9);
    // Nine empty frames of 13 bytes at SF9: 164.864 ms each.
    expect(known(transmit).value).toBeCloseTo(9 * 164.864, 3);
    expect(airtime).toEqual(transmit);
    expect(known(receive).value).toBeGreaterThan(0);
  });
});

describe('impossible links', () => {
  for (const [name, link] of [
    ['no rate', { ...FRAMES, bitsPerSecond: 0 }],
    ['a rate that is no number', { ...STREAM, upBitsPerSecond: NaN }],
    ['frames without payload', { ...FRAMES, payloadBytes: 0 }],
    ['everything lost', { ...FRAMES, loss: 1 }],
    ['negative loss', { ...STREAM, loss: -0.1 }],
    ['a duty cycle of nothing', { ...LORA, dutyCycle: 0 }],
    ['a duty cycle above one', { ...LORA, dutyCycle: 1.5 }],
    ['a window of nothing', { ...STREAM, initialWindowSegments: 0 }],
    ['negative separation', { ...CAN, separationMilliseconds: -1 }],
    ['bounds the wrong way', { ...STREAM, rtt: { low: 5, value: 4, high: 6 } }],
    ['a round trip for ever', { ...STREAM, rtt: { low: 5, value: 6, high: Infinity } }],
    ['repetitions of nothing', { ...STREAM, repetitions: { low: 0, value: 1, high: 2 } }],
  ] as const)
    it(name, () => {
      expect(() => transfer(link, bytes(100), 'up')).toThrow(
        expect.objectContaining<Partial<HybridgeError>>({ code: 'invalid_argument', fault: 'caller' }),
      );
    });
});

it('the round trip of a link', () => {
  expect(roundTrip(STREAM)).toMatchObject({
    low: 10,
    value: 20,
    high: 40,
    status: 'published',
    sources: ['bench'],
  });
});

describe('energy', () => {
  const currents = { volts: 3, cpuMilliamperes: 5, transmitMilliamperes: 8, receiveMilliamperes: 6 };
  const busy = { cpu: ms(40), transmit: ms(250), receive: ms(10) };

  it('is volts times current times time, and always an estimate', () => {
    // 3 V * (5 mA * 40 ms + 8 mA * 250 ms + 6 mA * 10 ms) = 6780 uJ.
    const energy = energyOf(currents, busy);
    expect(energy).toMatchObject({ unit: 'mJ', status: 'estimate' });
    expect(known(energy).value).toBeCloseTo(6.78, 12);
  });

  it('is not known without currents, or the current of a part that is busy', () => {
    expect(energyOf(undefined, busy).known).toBe(false);
    const cpuOnly = { volts: 3, cpuMilliamperes: 5 };
    const unknown = energyOf(cpuOnly, busy);
    expect(unknown.known).toBe(false);
    expect(unknown.because).toMatch(/transmitter/);
    expect(energyOf(cpuOnly, { ...busy, transmit: ms(0), receive: ms(0) })).toMatchObject({ value: 0.6 });
    expect(energyOf(currents, { ...busy, cpu: noData('ms', 'not measured') })).toMatchObject({
      known: false,
      because: 'not measured',
    });
  });

  it('never falls when a part is busy for longer', () => {
    const time = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(time, time, time, time, (cpu, transmit, receive, more) => {
        const less = known(
          energyOf(currents, { cpu: ms(cpu), transmit: ms(transmit), receive: ms(receive) }),
        );
        const much = known(
          energyOf(currents, { cpu: ms(cpu), transmit: ms(transmit + more), receive: ms(receive) }),
        );
        expectNoLess(much, less);
      }),
    );
  });
});

describe('what loss and luck cost', () => {
  const value = (figure: Figure): number => known(figure).value;

  it('a message is hopeless where its upper bound is', () => {
    const link: FrameLink = { ...FRAMES, loss: 0.4, datagramBytes: 1200, unacknowledged: true };
    const { pieces, wire } = transfer(link, bytes(100, 100, 4800), 'up');
    expect(pieces).toMatchObject({ value: 1, high: 48 });
    expect(wire.known).toBe(false);
  });

  it('a lost datagram is sent again with all of its frames', () => {
    const link: FrameLink = { ...FRAMES, loss: 0.05, datagramBytes: 1200, unacknowledged: true };
    const lost = 1 - 0.95 ** 12;
    // 48 frames of a millisecond, in four datagrams.
    expect(value(transfer(link, bytes(4800), 'up').transmit)).toBeCloseTo(
      48 + (12 * 4 * lost) / (1 - lost),
      9,
    );
  });

  it('a repeat waits for the next interval, and the first frame may meet one at once', () => {
    const { wait } = transfer({ ...FRAMES, loss: 0.1, intervalMilliseconds: 30 }, bytes(200), 'up');
    // Two frames take 3 ms of the 60; two ninths of a frame are repeats.
    expect(value(wait)).toBeCloseTo(57 + (2 / 9) * 30, 9);
    expect(known(wait).low).toBeCloseTo(57 / 2, 9);
  });

  it('one flight in a hundred waits longer for the timer', () => {
    // One half is lost: still missing after 1, 2, 4, 8, 16, 32 s with more than 0.01.
    expect(timerWait(1, 0.5).high).toBe(63_000);
  });

  it('an unvalidated address limits the first window only below the initial one', () => {
    const link: StreamLink = { ...STREAM, transport: 'quic', segmentBytes: 1200, initialWindowSegments: 3 };
    const trips = (length: number, of: StreamLink, unvalidatedBytes: number): number =>
      value(transfer(of, bytes(length), 'down', { unvalidatedBytes }).extraRoundTrips);
    // Three segments, then six: the window was full, so it grows.
    expect(trips(9 * 1200, link, 1200)).toBe(1);
    // A first datagram is padded to 1200 bytes: three segments, then the ten of the window.
    expect(trips(13 * 1200, { ...link, initialWindowSegments: 10 }, 300)).toBe(1);
  });

  it('a window grows by half at least', () => {
    // Ten and twenty segments, or ten, fifteen and five.
    expect(transfer(STREAM, bytes(30_000), 'down').extraRoundTrips).toMatchObject({
      low: 1,
      value: 1,
      high: 2,
    });
  });

  it('a timeout is three round trips or a second, and ends every wait of a small window', () => {
    const fast = { ...STREAM, loss: 0.1, downBitsPerSecond: 8_000_000_000 };
    const slow = { ...fast, rtt: { low: 500, value: 500, high: 500 } };
    expect(value(transfer(slow, bytes(1000), 'down').wait)).toBeCloseTo((1500 + 0.001) / 9, 6);
    const one = { ...fast, fixedWindow: true, initialWindowSegments: 1 };
    expect(value(transfer(one, bytes(5000), 'down').wait)).toBeCloseTo(4 * 20 + (5 / 9) * (1000 + 0.001), 6);
  });

  it('CAN FD repeats a frame behind an error frame at the nominal rate', () => {
    const { wire } = transfer(CAN, bytes(62), 'up');
    const lossy = transfer({ ...CAN, loss: 0.1 }, bytes(62), 'up');
    expect(value(lossy.wait)).toBeCloseTo((value(wire) + 23 / 500) / 9, 9);
  });

  it('ISO-TP has four bytes less in the first frame beyond 4095', () => {
    const wire = (length: number): number => value(transfer(CAN, bytes(length), 'up').wire);
    // The last frame has seven bytes instead of two: forty bits, and the stuff bits among them.
    expect(wire(4096) - wire(4095)).toBeCloseTo((40 * (1 + 1 / 30)) / 2000, 9);
  });

  it('LoRaWAN: frames down have no CRC, repeats keep the duty cycle, and every frame down is polled for', () => {
    // 14 bytes at SF9: 12.25 + 8 + 15 symbols of 4.096 ms without a CRC, 20 with it.
    expect(value(transfer(LORA, bytes(1), 'down').wire)).toBeCloseTo(35.25 * 4.096, 6);
    expect(value(transfer(LORA, bytes(1), 'up').wire)).toBeCloseTo(40.25 * 4.096, 6);
    const lossy = { ...LORA, loss: 0.1 };
    const { wire, wait } = transfer(lossy, bytes(115), 'up');
    expect(value(wait)).toBeCloseTo(value(wire) * (99 + 100 / 9), 6);
    // Nine frames, of which one is lost on the average.
    expect(value(transfer(lossy, bytes(1000), 'down').transmit)).toBeCloseTo(10 * 164.864, 3);
  });
});
