/**
 * What others publish about links, and what the models say to the same question. Nothing expected here comes from the
 * code under test. The documentation's page of predicted against measured prints the residuals.
 */
import { canFdBits } from '../../src/cost/links/can-fd.ts';
import { loraAirtime, type LoraModulation } from '../../src/cost/lora.ts';
import { initialWindow } from '../../src/cost/links/stream.ts';
import { quantity } from '../../src/cost/quantity.ts';
import { transfer } from '../../src/cost/transfer.ts';
import type { FrameLink } from '../../src/cost/data/types.ts';
import { countedRoundTrips, predictedRoundTrips, RECORDED_FLIGHTS } from './tcp-round-trips.ts';

/** One published number beside the model's. */
export interface LinkReference {
  /** The formula it belongs to, as the documentation names it. */
  readonly model:
    'BLE' | 'CAN FD frame' | 'IEEE 802.15.4' | 'LoRa airtime' | 'TCP initial window' | 'TCP round trips';
  readonly case: string;
  readonly source: string;
  readonly published: number;
  readonly predicted: number;
  readonly unit: 'bit' | 'bytes' | 'kbit/s' | 'ms' | 'round trips';
  /** Digits to which it is published: the model must agree to them, unless `measured`. */
  readonly precision: number;
  /** A measurement rather than a calculation: the model's residual is reported, and bounded by 5 %. */
  readonly measured?: true;
}

/** Semtech's formula by other hands, with worked examples. */
const RF_WIRELESS = 'rfwireless-world.com, LoRaWAN Airtime calculator, examples and table';
const SPREADSHEET =
  'LoRa airtime spreadsheet after AN1200.13, docs.google.com 1voGAtQAjC1qBmaVuP1ApNKs1ekgUjavHuVQIXyYSvNc';

function lora(spreadingFactor: LoraModulation['spreadingFactor'], bytes: number): number {
  return loraAirtime({ spreadingFactor, bandwidthHertz: 125_000, codingRate: 1 }, bytes);
}

const LORA: readonly LinkReference[] = [
  { case: 'SF7, 10 bytes', source: RF_WIRELESS, published: 41.216, predicted: lora(7, 10), precision: 3 },
  { case: 'SF11, 10 bytes', source: RF_WIRELESS, published: 577.536, predicted: lora(11, 10), precision: 3 },
  { case: 'SF8, 10 bytes', source: RF_WIRELESS, published: 72, predicted: lora(8, 10), precision: 0 },
  { case: 'SF9, 10 bytes', source: RF_WIRELESS, published: 144, predicted: lora(9, 10), precision: 0 },
  { case: 'SF10, 10 bytes', source: RF_WIRELESS, published: 289, predicted: lora(10, 10), precision: 0 },
  { case: 'SF12, 10 bytes', source: RF_WIRELESS, published: 991, predicted: lora(12, 10), precision: 0 },
  { case: 'SF9, 13 bytes', source: SPREADSHEET, published: 164.864, predicted: lora(9, 13), precision: 3 },
  {
    case: 'SF12, 51 bytes',
    source: 'worked example in the unit tests of a LoRa driver: 75.25 symbols of 32.768 ms',
    published: 2465.792,
    predicted: lora(12, 51),
    precision: 3,
  },
].map((row) => ({ model: 'LoRa airtime', unit: 'ms', ...row }) as const);

/** Kilobits per second of a long transfer over frames. */
function goodput(
  frames: Pick<FrameLink, 'bitsPerSecond' | 'gapMilliseconds' | 'overheadBytes' | 'payloadBytes'>,
): number {
  const link: FrameLink = {
    kind: 'frames',
    id: 'reference',
    title: 'reference',
    status: 'derived',
    rtt: { low: 0, value: 0, high: 0 },
    loss: 0,
    radio: true,
    ...frames,
  };
  const bytes = 1000 * frames.payloadBytes;
  const { wire } = transfer(
    link,
    quantity(bytes, 'bytes', { status: 'measured', because: 'reference' }),
    'up',
  );
  return wire.known ? (8 * bytes) / wire.value : NaN;
}

const LATRE = 'Latré et al., Throughput and Delay Analysis of Unslotted IEEE 802.15.4, 2006';
/** Mean back-off of 3.5 units of 320 us, and 40 symbols of long inter-frame space. */
const BACKOFF_AND_SPACE = 1.12 + 0.64;

const IEEE_802_15_4: readonly LinkReference[] = [
  {
    case: 'largest frame on air: 127 bytes and 6 of synchronisation at 250 kbit/s',
    source: 'IEEE 802.15.4: 8 symbols preamble, 2 SFD, 2 length, 254 data of 16 us',
    published: (8 + 2 + 2 + 254) * 0.016,
    predicted:
      (133 * 8) /
      goodput({ payloadBytes: 133, overheadBytes: 0, bitsPerSecond: 250_000, gapMilliseconds: 0 }),
    precision: 3,
    unit: 'ms' as const,
  },
  {
    case: 'greatest throughput: no addresses, no acknowledgement, 64.9 % of 250 kbit/s',
    source: LATRE,
    published: 0.649 * 250,
    predicted: goodput({
      payloadBytes: 122,
      overheadBytes: 11,
      bitsPerSecond: 250_000,
      gapMilliseconds: BACKOFF_AND_SPACE,
    }),
    precision: 0,
    unit: 'kbit/s' as const,
  },
].map((row) => ({ model: 'IEEE 802.15.4', ...row }) as const);

/** Preamble 2, access address 4, header 2, CRC 3; L2CAP 4, ATT 3; two spaces of 150 us and an empty packet of 44 us. */
const BLE_2M = { payloadBytes: 244, overheadBytes: 18, bitsPerSecond: 2_000_000, gapMilliseconds: 0.344 };

const BLE: readonly LinkReference[] = [
  {
    model: 'BLE',
    case: '2M PHY, ATT MTU 247, notifications, connection interval 400 ms, nRF52',
    source:
      'Nordic Semiconductor, SoftDevice specification, data throughput (measured; as quoted on CSDN 124721522)',
    published: 1376.2,
    predicted: goodput(BLE_2M),
    precision: 0,
    unit: 'kbit/s',
    measured: true,
  },
];

/** The kernel counts without stuffing, and at most: header 22, CRC field 28 or 33, footer 9, intermission 3. */
const LINUX = 'Linux, include/linux/can/length.h: can_frame_bits() and can_bitstuffing_len()';
const least = (bytes: number): number => canFdBits(bytes).nominal.low + canFdBits(bytes).data.low;
const most = (bytes: number): number => canFdBits(bytes).nominal.high + canFdBits(bytes).data.high;

const CAN_FD: readonly LinkReference[] = [
  { case: '8 bytes, no stuffing', published: 22 + 64 + 28 + 9 + 3, predicted: least(8) },
  { case: '8 bytes, most stuffing', published: 22 + 64 + 21 + 28 + 9 + 3, predicted: most(8) },
  { case: '16 bytes, no stuffing', published: 22 + 128 + 28 + 9 + 3, predicted: least(16) },
  { case: '20 bytes, no stuffing', published: 22 + 160 + 33 + 9 + 3, predicted: least(20) },
  { case: '64 bytes, no stuffing', published: 22 + 512 + 33 + 9 + 3, predicted: least(64) },
  { case: '64 bytes, most stuffing', published: 22 + 512 + 133 + 33 + 9 + 3, predicted: most(64) },
].map((row) => ({ model: 'CAN FD frame', source: LINUX, precision: 0, unit: 'bit', ...row }) as const);

const RFC6928 = 'RFC 6928 section 2';

const INITIAL_WINDOW: readonly LinkReference[] = [
  { case: 'MSS 1460', source: RFC6928, published: 14_600, predicted: initialWindow(1460) },
  { case: 'MSS 1095', source: RFC6928, published: 10_950, predicted: initialWindow(1095) },
  { case: 'MSS 2190', source: RFC6928, published: 14_600, predicted: initialWindow(2190) },
  { case: 'MSS 8960', source: RFC6928, published: 17_920, predicted: initialWindow(8960) },
  {
    case: 'QUIC, datagrams of 1200',
    source: 'RFC 9002 section 7.2',
    published: 12_000,
    predicted: initialWindow(1200, 'quic'),
  },
].map((row) => ({ model: 'TCP initial window', precision: 0, unit: 'bytes', ...row }) as const);

const ROUND_TRIPS: readonly LinkReference[] = RECORDED_FLIGHTS.map((flight) => {
  const { bytes, congestion, initial = 10, window } = flight;
  const windowed =
    window === undefined ? `initial window ${String(initial)}` : `window of ${String(window)} bytes`;
  return {
    model: 'TCP round trips',
    case: `${String(bytes)} bytes, ${congestion}, ${windowed}`,
    source: 'Linux 6.18, recorded',
    published: countedRoundTrips(flight),
    predicted: predictedRoundTrips(flight),
    precision: 0,
    unit: 'round trips',
  };
});

/** Every published number that the link models are held against. */
export const LINK_REFERENCES: readonly LinkReference[] = [
  ...LORA,
  ...IEEE_802_15_4,
  ...BLE,
  ...CAN_FD,
  ...INITIAL_WINDOW,
  ...ROUND_TRIPS,
];

/** How far a model is from what is published: relative, in per cent, signed. */
export interface LinkResidual {
  readonly model: LinkReference['model'];
  readonly cases: number;
  readonly sources: readonly string[];
  readonly meanPercent: number;
  readonly worstPercent: number;
}

/** The residuals by model, in the order of {@link LINK_REFERENCES}. */
export function linkResiduals(): readonly LinkResidual[] {
  return [...new Set(LINK_REFERENCES.map(({ model }) => model))].map((model) => {
    const references = LINK_REFERENCES.filter((reference) => reference.model === model);
    const residuals = references.map(({ published, predicted }) => 100 * (predicted / published - 1));
    return {
      model,
      cases: references.length,
      sources: [...new Set(references.map(({ source }) => source))],
      meanPercent: residuals.reduce((sum, residual) => sum + residual, 0) / residuals.length,
      worstPercent: residuals.reduce((worst, one) => (Math.abs(one) > Math.abs(worst) ? one : worst), 0),
    };
  });
}
