/** What it takes to move a message over a link. */
import { HybridgeError } from '../bytes/index.ts';
import type { Link } from './data/types.ts';
import { type Band, type Movement, NOTHING, percent } from './links/band.ts';
import { moveCanFd } from './links/can-fd.ts';
import { moveFrames } from './links/frames.ts';
import { moveStream, type TransferOptions } from './links/stream.ts';
import { moveLora } from './lora.ts';
import { type Figure, noData, type Provenance, quantity, type Unit, weaker } from './quantity.ts';

export type { TransferOptions };

/** What one message costs on a link. The time until it has arrived is `wire` + `wait` + half a round trip. */
export interface Transfer {
  /** Segments or frames, repeats not counted. */
  readonly pieces: Figure<'count'>;
  /**
   * Round trips that windows or flow control cost beyond the one of any exchange; counted also where the link is so slow
   * that a window is still being sent when it is acknowledged, and nothing waits.
   */
  readonly extraRoundTrips: Figure<'count'>;
  /** Serialisation, with what each frame waits by the rules of its link. */
  readonly wire: Figure<'ms'>;
  /** Idle windows, duty cycle, connection intervals and repeats of what was lost. */
  readonly wait: Figure<'ms'>;
  /** How long the device itself sends, repeats included. */
  readonly transmit: Figure<'ms'>;
  /** How long the device receives, repeats included. */
  readonly receive: Figure<'ms'>;
  /** Time on air of the device's own sending; none where the link is no radio. */
  readonly airtime: Figure<'ms'>;
}

/**
 * What it takes to move `bytes` over `link`, up from the device or down to it. Every figure has bounds: of the bytes, of
 * the round-trip time, and of the luck with losses (none at least; at most what one transfer in a hundred exceeds).
 *
 * @throws {@link HybridgeError} `invalid_argument` where the link's own numbers are impossible.
 *
 * @example
 * ```ts
 * import { COST_DATA, findLink, quantity, transfer } from 'hybridge/cost';
 *
 * const signature = quantity(2420, 'bytes', { status: 'published', because: 'ML-DSA-44 [FIPS 204 table 2]' });
 * const { pieces, wire, wait } = transfer(findLink(COST_DATA, 'lorawan-eu868-dr0'), signature, 'up');
 * if (pieces.known && wire.known && wait.known)
 *   console.log(`${pieces.value} frames, ${((wire.value + wait.value) / 3_600_000).toFixed(1)} hours`); // 48 frames, 3.7 hours
 * ```
 */
export function transfer(
  link: Link,
  bytes: Figure<'bytes'>,
  direction: 'down' | 'up',
  options: TransferOptions = {},
): Transfer {
  checkLink(link);
  if (!bytes.known) return nothingKnown(bytes.because);
  const usual = move(link, bytes.value, direction, options);
  const least = bytes.low === bytes.value ? usual : move(link, bytes.low, direction, options);
  const most = bytes.high === bytes.value ? usual : move(link, bytes.high, direction, options);

  const status = weaker(bytes.status, weaker(link.status, 'derived'));
  const sources = link.source === undefined ? bytes.sources : [...new Set([...bytes.sources, link.source])];
  const known = { status, sources, because: usual.because };
  const figure = <U extends Unit>(unit: U, part: (movement: Movement) => Band, how: Provenance): Figure<U> =>
    quantity(part(usual).value, unit, how, part(least).low, part(most).high);
  const pieces = quantity(usual.pieces, 'count', known, least.pieces, most.pieces);
  const hopeless = most.hopeless;
  if (hopeless !== undefined) return { ...nothingKnown(hopeless), pieces };

  const lossy: Provenance =
    link.loss === 0
      ? known
      : {
          status: 'estimate',
          sources,
          because: `${usual.because}; of them ${percent(link.loss)} lost, independently of each other`,
        };
  const up = direction === 'up';
  const transmit = figure('ms', (movement) => (up ? movement.sending : movement.answering), lossy);
  return {
    pieces,
    extraRoundTrips: figure('count', (movement) => movement.extraRoundTrips, known),
    wire: figure('ms', (movement) => movement.wire, known),
    wait: figure('ms', (movement) => movement.wait, lossy),
    transmit,
    receive: figure('ms', (movement) => (up ? NOTHING : movement.sending), lossy),
    airtime: link.radio ? transmit : NO_AIRTIME,
  };
}

const NO_AIRTIME = quantity(0, 'ms', { status: 'derived', because: 'the link is no radio' });

function move(link: Link, bytes: number, direction: 'down' | 'up', options: TransferOptions): Movement {
  switch (link.kind) {
    case 'can-fd':
      return moveCanFd(link, bytes);
    case 'frames':
      return moveFrames(link, bytes);
    case 'lora':
      return moveLora(link, bytes, direction);
    case 'stream':
      return moveStream(link, bytes, direction, options);
  }
}

function nothingKnown(because: string): Transfer {
  const time = noData('ms', because);
  const count = noData('count', because);
  return {
    pieces: count,
    extraRoundTrips: count,
    wire: time,
    wait: time,
    transmit: time,
    receive: time,
    airtime: time,
  };
}

/** Refuses the numbers that no link has, for a division by them says nothing. */
function checkLink(link: Link): void {
  const { low, value, high } = link.rtt;
  if (!(low >= 0 && low <= value && value <= high && high < Infinity))
    refuse(link, 'rtt', 'three milliseconds, least, usual, most');
  if (!(link.loss >= 0 && link.loss < 1)) refuse(link, 'loss', 'a probability of 0 to below 1');
  switch (link.kind) {
    case 'can-fd':
      atLeast(link, 'nominalBitsPerSecond', link.nominalBitsPerSecond, 1);
      atLeast(link, 'dataBitsPerSecond', link.dataBitsPerSecond, 1);
      atLeast(link, 'separationMilliseconds', link.separationMilliseconds, 0);
      return;
    case 'frames':
      atLeast(link, 'payloadBytes', link.payloadBytes, 1);
      atLeast(link, 'firstPayloadBytes', link.firstPayloadBytes ?? 1, 1);
      atLeast(link, 'datagramBytes', link.datagramBytes ?? 1, 1);
      atLeast(link, 'overheadBytes', link.overheadBytes, 0);
      atLeast(link, 'bitsPerSecond', link.bitsPerSecond, 1);
      atLeast(link, 'gapMilliseconds', link.gapMilliseconds, 0);
      atLeast(link, 'intervalMilliseconds', link.intervalMilliseconds ?? 0, 0);
      return;
    case 'lora':
      atLeast(link, 'payloadBytes', link.payloadBytes, 1);
      atLeast(link, 'overheadBytes', link.overheadBytes, 0);
      atLeast(link, 'bandwidthHertz', link.bandwidthHertz, 1);
      if (!(link.dutyCycle > 0 && link.dutyCycle <= 1)) refuse(link, 'dutyCycle', 'a share above 0 up to 1');
      return;
    case 'stream':
      atLeast(link, 'upBitsPerSecond', link.upBitsPerSecond, 1);
      atLeast(link, 'downBitsPerSecond', link.downBitsPerSecond, 1);
      atLeast(link, 'segmentBytes', link.segmentBytes, 1);
      atLeast(link, 'initialWindowSegments', link.initialWindowSegments, 1);
      atLeast(link, 'repetitions', Math.min(...Object.values(link.repetitions ?? { low: 1 })), 1);
  }
}

function atLeast(link: Link, field: string, value: number, least: number): void {
  if (!(value >= least && value < Infinity)) refuse(link, field, `a number of at least ${String(least)}`);
}

function refuse(link: Link, field: string, wanted: string): never {
  throw new HybridgeError('invalid_argument', `link ${link.id}: ${field} is not ${wanted}`, {
    fault: 'caller',
    details: { link: link.id, field },
  });
}

/**
 * The round-trip time of a link, with its bounds.
 *
 * @example
 * ```ts
 * import { COST_DATA, findLink, roundTrip } from 'hybridge/cost';
 *
 * console.log(roundTrip(findLink(COST_DATA, 'nb-iot-cat-nb1')));
 * ```
 */
export function roundTrip(link: Link): Figure<'ms'> {
  const { low, value, high } = link.rtt;
  const sources = link.source === undefined ? [] : [link.source];
  return quantity(
    value,
    'ms',
    { status: link.status, sources, because: `round trip of ${link.title}` },
    low,
    high,
  );
}
