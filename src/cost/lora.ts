/** LoRa: how long a packet is on the air, and how long the duty cycle keeps the next one back. */
import { requireNumber } from './check.ts';
import type { LoraLink } from './data/types.ts';
import { exactly, type Movement, NOTHING, percent, plus, STILL, times } from './links/band.ts';
import { repeatsOf } from './links/repeats.ts';

/** What the time on air of a packet depends on. */
export interface LoraModulation {
  readonly spreadingFactor: 6 | 7 | 8 | 9 | 10 | 11 | 12;
  readonly bandwidthHertz: number;
  /** 1 for 4/5 ... 4 for 4/8. */
  readonly codingRate: 1 | 2 | 3 | 4;
  /** Symbols programmed; 4.25 follow them. Default 8, as in LoRaWAN. */
  readonly preambleSymbols?: number;
  /** An explicit header says length and coding rate. Default true, as in LoRaWAN. */
  readonly explicitHeader?: boolean;
  /** A CRC of the payload: default true, as in LoRaWAN uplinks; its downlinks have none. */
  readonly crc?: boolean;
  /** Default: where a symbol takes more than 16 ms, which is SF11 and SF12 at 125 kHz. */
  readonly lowDataRateOptimization?: boolean;
}

/**
 * Milliseconds on the air of one packet of `bytes`, LoRaWAN's own 13 included by the caller [Semtech AN1200.13 §4;
 * SX1276 data sheet §4.1.1.7].
 *
 * @throws {@link HybridgeError} `invalid_argument` for a bandwidth below 1 Hz and less than no bytes.
 *
 * @example
 * ```ts
 * import { loraAirtime } from 'hybridge/cost';
 *
 * const airtime = loraAirtime({ spreadingFactor: 12, bandwidthHertz: 125_000, codingRate: 1 }, 51 + 13);
 * console.log(`${airtime.toFixed(1)} ms`); // 2793.5 ms
 * ```
 */
export function loraAirtime(modulation: LoraModulation, bytes: number): number {
  const { spreadingFactor, bandwidthHertz, codingRate, preambleSymbols = 8 } = modulation;
  const { explicitHeader = true, crc = true } = modulation;
  requireNumber('LoRa, bytes', bytes);
  requireNumber('LoRa, bandwidth in Hz', bandwidthHertz, 1);
  const symbol = (1000 * 2 ** spreadingFactor) / bandwidthHertz;
  const optimized = modulation.lowDataRateOptimization ?? symbol > 16;
  const bits = 8 * bytes - 4 * spreadingFactor + 28 + (crc ? 16 : 0) - (explicitHeader ? 0 : 20);
  const blocks = Math.max(0, Math.ceil(bits / (4 * (spreadingFactor - (optimized ? 2 : 0)))));
  return (preambleSymbols + 4.25 + 8 + blocks * (codingRate + 4)) * symbol;
}

/** What a duty cycle is observed over, in milliseconds: one hour [ETSI EN 300 220-1]. */
const OBSERVATION = 3_600_000;

/**
 * `bytes` in LoRaWAN frames. After each the sender keeps silent until the frame is no more than its share of the time, so
 * that the whole takes airtime over duty cycle; at least as long as what exceeds the share of one hour, for a device that
 * has been silent may spend that at once. Each frame down answers a frame up, as the receive windows of class A require;
 * the gateway keeps the same duty cycle.
 */
export function moveLora(link: LoraLink, bytes: number, direction: 'down' | 'up'): Movement {
  if (bytes === 0) return STILL;
  const frames = Math.ceil(bytes / link.payloadBytes);
  const modulation = { ...link, crc: direction === 'up' };
  const fullFrame = loraAirtime(modulation, link.payloadBytes + link.overheadBytes);
  const lastBytes = bytes - (frames - 1) * link.payloadBytes;
  const airtime =
    (frames - 1) * fullFrame + loraAirtime(modulation, Math.ceil(lastBytes) + link.overheadBytes);
  const silence = 1 / link.dutyCycle - 1;
  const repeats = repeatsOf(frames, link.loss);
  const polls = direction === 'up' ? NOTHING : plus(exactly(frames), repeats);
  return {
    pieces: frames,
    extraRoundTrips: NOTHING,
    wire: exactly(airtime),
    wait: plus(
      {
        low: Math.max(0, airtime - OBSERVATION * link.dutyCycle) * silence,
        value: airtime * silence,
        high: airtime * silence,
      },
      times(repeats, fullFrame / link.dutyCycle),
    ),
    sending: plus(exactly(airtime), times(repeats, fullFrame)),
    answering: times(polls, loraAirtime({ ...link, crc: true }, link.overheadBytes)),
    because: `${String(frames)} frames at SF${String(link.spreadingFactor)} and a duty cycle of ${percent(link.dutyCycle)}`,
  };
}
