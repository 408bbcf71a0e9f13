/** CAN FD frames and the ISO-TP messages in them. */
import type { CanFdLink } from '../data/types.ts';
import { type Band, exactly, type Movement, NOTHING, plus, STILL, times } from './band.ts';
import { repeatsOf } from './repeats.ts';

/** Sizes that a data field can have [ISO 11898-1, DLC]. */
const DATA_SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64] as const;

/** Start of frame, 11-bit identifier, RRS, IDE, FDF, res and BRS: at the nominal rate. */
const ARBITRATION_BITS = 17;
/** Acknowledgement and its delimiter, seven bits of end, three between frames: at the nominal rate. */
const END_BITS = 12;
/** ESI and DLC: at the data rate, as is all that follows up to the CRC delimiter. */
const CONTROL_BITS = 5;
/** At most: an error flag, its echo, the delimiter and the space between frames, before a damaged frame is repeated. */
const ERROR_BITS = 23;
/** A bit that repeats its predecessor with probability one half completes a run of five once in thirty bits. */
const BITS_PER_STUFF_BIT = 30;

/** The bits of one frame at either rate. */
export interface CanFdBits {
  readonly nominal: Band;
  readonly data: Band;
}

/**
 * The bits of a CAN FD frame in base format with a data field of `bytes`, padded to the next size there is. Dynamic stuff
 * bits stand from the start to the end of the data, at least none, at most after five bits and then every four; the
 * value is that of random content. The CRC has fixed ones: before the stuff count and after every four bits.
 */
export function canFdBits(bytes: number): CanFdBits {
  const size = DATA_SIZES.find((size) => size >= bytes) ?? 64;
  const crc = size <= 16 ? 17 : 21;
  const checked = 4 + crc + Math.ceil((4 + crc) / 4); // stuff count, CRC, fixed stuff bits
  const data = CONTROL_BITS + 8 * size;
  return {
    nominal: plus(exactly(ARBITRATION_BITS + END_BITS), stuff(0, ARBITRATION_BITS)),
    data: plus(exactly(data + checked + 1), stuff(ARBITRATION_BITS, ARBITRATION_BITS + data)),
  };
}

/** Stuff bits that fall between two positions of the unstuffed frame. */
function stuff(from: number, to: number): Band {
  const most = (bits: number): number => Math.floor(Math.max(0, bits - 1) / 4);
  return { low: 0, value: (to - from) / BITS_PER_STUFF_BIT, high: most(to) - most(from) };
}

/** The data fields of an ISO-TP message of `bytes`, with their protocol control information [ISO 15765-2 §9.4]. */
function dataFields(bytes: number): { readonly first: number; readonly full: number; readonly last: number } {
  if (bytes <= 7) return { first: bytes + 1, full: 0, last: 0 };
  if (bytes <= 62) return { first: bytes + 2, full: 0, last: 0 };
  const rest = bytes - (bytes <= 4095 ? 62 : 58);
  const full = Math.floor(rest / 63);
  const last = rest - 63 * full;
  return { first: 64, full, last: last === 0 ? 0 : last + 1 };
}

/**
 * `bytes` as one ISO-TP message: a single frame, or a first frame, the receiver's flow control (one round trip), and
 * consecutive frames without further flow control (block size 0), the separation time before each but the first.
 */
export function moveCanFd(link: CanFdLink, bytes: number): Movement {
  if (bytes === 0) return STILL;
  const time = (dataField: number): Band => {
    const { nominal, data } = canFdBits(dataField);
    return plus(times(nominal, 1000 / link.nominalBitsPerSecond), times(data, 1000 / link.dataBitsPerSecond));
  };
  const { first, full, last } = dataFields(bytes);
  const consecutive = full + (last === 0 ? 0 : 1);
  const fullFrame = time(64);
  let wire = plus(time(first), times(fullFrame, full));
  if (last > 0) wire = plus(wire, time(last));
  const repeats = repeatsOf(1 + consecutive, link.loss);
  const again = fullFrame.value + (ERROR_BITS * 1000) / link.nominalBitsPerSecond;
  return {
    pieces: 1 + consecutive,
    extraRoundTrips: exactly(consecutive === 0 ? 0 : 1),
    wire,
    wait: plus(
      consecutive === 0 ? NOTHING : link.rtt,
      plus(exactly(Math.max(0, consecutive - 1) * link.separationMilliseconds), times(repeats, again)),
    ),
    sending: plus(wire, times(repeats, fullFrame.value)),
    answering: NOTHING,
    because: `${String(1 + consecutive)} CAN FD frames of an ISO-TP message`,
  };
}
