/** Links of frames with a fixed payload: BLE, IEEE 802.15.4 with 6LoWPAN, UART. */
import type { FrameLink } from '../data/types.ts';
import { exactly, type Movement, NOTHING, plus, STILL, times } from './band.ts';
import { datagramLoss, repeatsOf, timerWait } from './repeats.ts';

/** Above this many expected sends of a datagram a link is said not to carry it. */
const HOPELESS_SENDS = 100;

/** How a message is cut. */
interface Cut {
  readonly frames: number;
  readonly datagrams: number;
  /** Of the largest datagram. */
  readonly framesPerDatagram: number;
}

function cut(link: FrameLink, bytes: number): Cut {
  const { payloadBytes, firstPayloadBytes = payloadBytes, datagramBytes } = link;
  const framesOf = (datagram: number): number =>
    datagram === 0 ? 0 : 1 + Math.max(0, Math.ceil((datagram - firstPayloadBytes) / payloadBytes));
  if (datagramBytes === undefined || bytes <= datagramBytes) {
    const frames = framesOf(bytes);
    return { frames, datagrams: 1, framesPerDatagram: frames };
  }
  const framesPerDatagram = framesOf(datagramBytes);
  const full = Math.floor(bytes / datagramBytes);
  return {
    frames: full * framesPerDatagram + framesOf(bytes - full * datagramBytes),
    datagrams: Math.ceil(bytes / datagramBytes),
    framesPerDatagram,
  };
}

/**
 * `bytes` in frames. Each takes `(payload + overhead) * 8 / rate` and the gap after it (inter-frame spaces, the
 * acknowledgement, back-off); with an interval a frame starts only once in it, as a BLE packet that has a connection
 * event for itself, so that the time is frames times interval.
 *
 * The least time ends with the last byte instead of the last gap, and meets the first interval at once.
 */
export function moveFrames(link: FrameLink, bytes: number): Movement {
  if (bytes === 0) return STILL;
  const { frames, datagrams, framesPerDatagram } = cut(link, bytes);
  const { gapMilliseconds: gap, intervalMilliseconds: interval = 0 } = link;
  const byte = 8000 / link.bitsPerSecond;
  const onAir = (bytes + frames * link.overheadBytes) * byte;
  const fullOnAir = (link.payloadBytes + link.overheadBytes) * byte;
  const wire = onAir + frames * gap;
  const waiting = Math.max(0, frames * interval - wire);
  const because =
    `${String(frames)} frames of up to ${String(link.payloadBytes)} bytes` +
    (interval === 0 ? '' : `, one per ${String(interval)} ms`);

  let repeats = repeatsOf(frames, link.loss);
  let timer = NOTHING;
  if (link.unacknowledged === true) {
    const lost = datagramLoss(framesPerDatagram, link.loss);
    if ((1 - lost) * HOPELESS_SENDS < 1)
      return {
        ...STILL,
        pieces: frames,
        hopeless: `a datagram of ${String(framesPerDatagram)} frames gets through less than once in ${String(HOPELESS_SENDS)} sends`,
        because,
      };
    repeats = times(repeatsOf(datagrams, lost), framesPerDatagram);
    timer = timerWait(datagrams, lost);
  }
  return {
    pieces: frames,
    extraRoundTrips: NOTHING,
    wire: { low: wire - gap, value: wire, high: wire },
    wait: plus(
      { low: (waiting * (frames - 1)) / frames, value: waiting, high: waiting },
      plus(times(repeats, Math.max(interval, fullOnAir + gap)), timer),
    ),
    sending: plus(exactly(onAir), times(repeats, fullOnAir)),
    answering: NOTHING,
    because,
  };
}
