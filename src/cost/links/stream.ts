/** Streams of segments: what TCP and QUIC windows cost, and what is lost on the way. */
import { requireNumber } from '../check.ts';
import type { StreamLink } from '../data/types.ts';
import { type Band, exactly, type Movement, NOTHING, plus, STILL, times } from './band.ts';
import { repeatsOf } from './repeats.ts';

/**
 * The initial window in bytes for a maximum segment size: `min(10 * MSS, max(2 * MSS, 14600))` [RFC 6928 §2], and with
 * `max_datagram_size` for MSS and 14720 bytes for 14600 that of QUIC [RFC 9002 §7.2].
 *
 * @throws {@link HybridgeError} `invalid_argument` for a segment of less than a byte.
 *
 * @example
 * ```ts
 * import { initialWindow } from 'hybridge/cost';
 *
 * console.log(initialWindow(1460), initialWindow(9000)); // 14600 18000
 * ```
 */
export function initialWindow(segmentBytes: number, transport: 'quic' | 'tcp' = 'tcp'): number {
  requireNumber('segment in bytes', segmentBytes, 1);
  return Math.min(10 * segmentBytes, Math.max(2 * segmentBytes, transport === 'tcp' ? 14_600 : 14_720));
}

/** What a receiver that delays acknowledgements holds back a lone segment, at most, in milliseconds [RFC 9293 §3.8.6.3]. */
const DELAYED_ACKNOWLEDGEMENT = 500;
/** Before its address is validated a QUIC client gets at most so many times what it sent [RFC 9000 §8.1]. */
const AMPLIFICATION = 3;
/** A client pads its first datagram to this [RFC 9000 §14.1]. */
const FIRST_DATAGRAM = 1200;
/** The least retransmission timeout of TCP [RFC 6298 §2.4]; QUIC adds its acknowledgement delay instead [RFC 9002 §6.2.1]. */
const TCP_LEAST_TIMEOUT = 1000;
const QUIC_ACKNOWLEDGEMENT_DELAY = 25;
/** A loss is noticed by three later segments [RFC 5681 §3.2; RFC 9002 §6.1.1]; that of the last three by the timer. */
const REORDERING = 3;

/** The windows of a flight: how many, and how long the sender idles between them. */
interface Windows {
  readonly count: number;
  readonly idle: number;
}

/** How a sender may send: a first window, and what follows it. */
interface Pace {
  readonly first: number;
  readonly second: number;
  /** From the second on; 1 is a fixed window. */
  readonly growth: number;
}

/**
 * Sends `segments` by windows. The first segment of a window is acknowledged after its own time and a round trip; what of
 * that the rest of the window does not fill is idle.
 */
function windows(
  segments: number,
  { first, second, growth }: Pace,
  roundTrip: number,
  segment: number,
): Windows {
  const idleAfter = (size: number): number => Math.max(0, roundTrip + segment - size * segment);
  if (segments <= first) return { count: 1, idle: 0 };
  const idle = idleAfter(first);
  const left = segments - first;
  if (growth === 1) {
    const more = Math.ceil(left / second) - 1;
    return { count: 2 + more, idle: idle + more * idleAfter(second) };
  }
  const windowed = { count: 2, idle };
  for (let size = second, rest = left; rest > size; size = Math.ceil(size * growth)) {
    windowed.idle += idleAfter(size);
    windowed.count++;
    rest -= size;
  }
  return windowed;
}

/** What is not settled yet when a transfer starts. */
export interface TransferOptions {
  /**
   * QUIC, first flight of the server: bytes that it has received from a client whose address is not validated, three
   * times which is all that it may send [RFC 9000 §8.1]. Ignored on other links, and upwards.
   */
  readonly unvalidatedBytes?: number;
}

/**
 * `bytes` in segments. The window starts at the link's initial window and doubles with every round trip, by half with
 * delayed acknowledgements (the most); a fixed window is one round trip for each, where one segment may wait for a
 * delayed acknowledgement as well [RFC 9006 §4.2]. Loss is a repeat after a round trip, for the last three segments
 * after a timeout; that it halves the window is left out, as are the probes by which some stacks notice the loss of the
 * last segments after two round trips [RFC 8985 §7].
 */
export function moveStream(
  link: StreamLink,
  bytes: number,
  direction: 'down' | 'up',
  options: TransferOptions,
): Movement {
  if (bytes === 0) return STILL;
  const rate = direction === 'up' ? link.upBitsPerSecond : link.downBitsPerSecond;
  const repetitions = link.repetitions ?? exactly(1);
  const segments = Math.ceil(bytes / link.segmentBytes);
  const serial = times(repetitions, 8000 / rate); // one byte
  const wire = times(serial, bytes);
  const segment = times(serial, link.segmentBytes);

  const few = windows(segments, paceOf(link, direction, options, 2), link.rtt.low, segment.low);
  const usual = windows(segments, paceOf(link, direction, options, 2), link.rtt.value, segment.value);
  const many = windows(segments, paceOf(link, direction, options, 1.5), link.rtt.high, segment.high);
  const lone =
    link.fixedWindow && link.initialWindowSegments === 1 && direction === 'up'
      ? (segments - 1) * DELAYED_ACKNOWLEDGEMENT
      : 0;

  return {
    pieces: segments,
    extraRoundTrips: { low: few.count - 1, value: usual.count - 1, high: many.count - 1 },
    wire,
    wait: plus(
      { low: few.idle, value: usual.idle, high: many.idle + lone },
      recovery(link, segments, segment),
    ),
    sending: plus(wire, product(repeatsOf(segments, link.loss), segment)),
    answering: NOTHING,
    because: `${String(segments)} segments of up to ${String(link.segmentBytes)} bytes in ${String(usual.count)} ${link.fixedWindow ? 'fixed' : 'growing'} window${usual.count === 1 ? '' : 's'}`,
  };
}

/** The windows of a link, the first one smaller where QUIC may not send that much to an unknown address. */
function paceOf(
  { transport, initialWindowSegments: initial, segmentBytes, fixedWindow }: StreamLink,
  direction: 'down' | 'up',
  { unvalidatedBytes }: TransferOptions,
  growth: number,
): Pace {
  if (fixedWindow) return { first: initial, second: initial, growth: 1 };
  if (transport === 'quic' && direction === 'down' && unvalidatedBytes !== undefined) {
    const budget = AMPLIFICATION * Math.max(FIRST_DATAGRAM, unvalidatedBytes);
    const allowed = Math.max(1, Math.floor(budget / segmentBytes));
    // Blocked by the address and not by the window, it does not grow [RFC 9002 §7.8].
    if (allowed < initial) return { first: allowed, second: initial, growth };
  }
  return { first: initial, second: Math.ceil(initial * growth), growth };
}

/** Repeats of lost segments: a round trip each, a timeout for those that nothing follows, and their own time. */
function recovery(link: StreamLink, segments: number, segment: Band): Band {
  if (link.loss === 0) return NOTHING;
  const unfollowed = link.fixedWindow && link.initialWindowSegments <= REORDERING ? segments : REORDERING;
  const last = Math.min(segments, unfollowed);
  const timeout = (rtt: number): number =>
    link.transport === 'tcp' ? Math.max(TCP_LEAST_TIMEOUT, 3 * rtt) : 3 * rtt + QUIC_ACKNOWLEDGEMENT_DELAY;
  const { low, value, high } = link.rtt;
  return plus(
    product(repeatsOf(segments - last, link.loss), plus(link.rtt, segment)),
    product(
      repeatsOf(last, link.loss),
      plus({ low: timeout(low), value: timeout(value), high: timeout(high) }, segment),
    ),
  );
}

/** Bound by bound. */
function product(a: Band, b: Band): Band {
  return { low: a.low * b.low, value: a.value * b.value, high: a.high * b.high };
}
