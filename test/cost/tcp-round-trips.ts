/**
 * Server flights over this kernel's TCP, with 50 ms of delay each way: what was measured, and what the model is asked
 * in the same situation. The full tests measure them again.
 */
import type { StreamLink } from '../../src/cost/data/types.ts';
import { quantity } from '../../src/cost/quantity.ts';
import { transfer } from '../../src/cost/transfer.ts';

/** Half a round trip, in milliseconds: long against what the relay and a busy machine add. */
export const DELAY = 50;
const SEGMENT = 1460;

/** A flight of the server. */
export interface TcpFlight {
  readonly bytes: number;
  readonly congestion: 'bbr' | 'cubic' | 'reno';
  /** The initial window in segments; ten without it. */
  readonly initial?: number;
  /** The client offers no more than so many bytes. */
  readonly window?: number;
}

/** Milliseconds from the request to the first and to the last byte. */
export interface MeasuredFlight extends TcpFlight {
  readonly first: number;
  readonly last: number;
}

/**
 * Recorded on Linux 6.18, two network namespaces, no timestamps, segments of 1460 bytes. The sizes are server flights
 * of real handshakes with X25519MLKEM768 and up to two intermediates, and both sides of each step of the window.
 */
export const RECORDED_FLIGHTS: readonly MeasuredFlight[] = [
  { bytes: 2513, congestion: 'cubic', first: 100.6, last: 100.6 },
  { bytes: 7959, congestion: 'cubic', first: 100.4, last: 100.4 },
  { bytes: 10377, congestion: 'cubic', first: 100.5, last: 100.5 },
  { bytes: 12055, congestion: 'cubic', first: 100.5, last: 100.5 },
  { bytes: 16002, congestion: 'cubic', first: 100.7, last: 201.1 },
  { bytes: 16151, congestion: 'cubic', first: 100.6, last: 200.9 },
  { bytes: 21236, congestion: 'cubic', first: 100.5, last: 210.2 },
  { bytes: 21649, congestion: 'cubic', first: 100.5, last: 210.2 },
  { bytes: 28841, congestion: 'cubic', first: 100.5, last: 220.2 },
  { bytes: 14600, congestion: 'cubic', first: 100.4, last: 100.4 },
  { bytes: 14601, congestion: 'cubic', first: 100.6, last: 200.9 },
  { bytes: 43800, congestion: 'cubic', first: 100.6, last: 245.5 },
  { bytes: 43801, congestion: 'cubic', first: 100.5, last: 301.2 },
  { bytes: 102200, congestion: 'cubic', first: 100.7, last: 359.2 },
  { bytes: 102201, congestion: 'cubic', first: 100.5, last: 401.4 },
  { bytes: 219000, congestion: 'cubic', first: 100.9, last: 465.8 },
  { bytes: 219001, congestion: 'cubic', first: 100.5, last: 501.4 },
  { bytes: 2513, congestion: 'reno', first: 100.6, last: 100.6 },
  { bytes: 7959, congestion: 'reno', first: 100.6, last: 100.7 },
  { bytes: 10377, congestion: 'reno', first: 100.5, last: 100.5 },
  { bytes: 12055, congestion: 'reno', first: 101.7, last: 101.7 },
  { bytes: 16002, congestion: 'reno', first: 100.6, last: 201.1 },
  { bytes: 16151, congestion: 'reno', first: 101.8, last: 203.2 },
  { bytes: 21236, congestion: 'reno', first: 105.6, last: 210.3 },
  { bytes: 21649, congestion: 'reno', first: 100.6, last: 210.5 },
  { bytes: 28841, congestion: 'reno', first: 100.5, last: 220.5 },
  { bytes: 43801, congestion: 'reno', first: 100.5, last: 304.6 },
  { bytes: 12055, congestion: 'bbr', first: 104.0, last: 104.0 },
  { bytes: 16002, congestion: 'bbr', first: 100.7, last: 201.7 },
  { bytes: 2513, congestion: 'cubic', initial: 1, first: 101.4, last: 202.3 },
  { bytes: 2513, congestion: 'cubic', initial: 4, first: 103.0, last: 103.0 },
  { bytes: 2513, congestion: 'reno', window: 1460, first: 100.5, last: 200.9 },
  { bytes: 12055, congestion: 'cubic', initial: 1, first: 100.4, last: 406.4 },
  { bytes: 12055, congestion: 'cubic', initial: 4, first: 100.4, last: 200.9 },
  { bytes: 12055, congestion: 'reno', window: 1460, first: 100.4, last: 917.1 },
  { bytes: 16002, congestion: 'cubic', initial: 1, first: 100.4, last: 402.3 },
  { bytes: 16002, congestion: 'cubic', initial: 4, first: 100.6, last: 222.8 },
  { bytes: 16002, congestion: 'reno', window: 1460, first: 100.4, last: 1115.0 },
];

/** The round trips until the last byte, counted; what is left over is the client's delayed acknowledgement. */
export function countedRoundTrips({ first, last }: MeasuredFlight): number {
  return 1 + Math.floor((last - first) / (2 * DELAY) + 0.05);
}

/** The same flight on the model's link: fast, so that windows are all that is waited for. */
export function predictedRoundTrips({ bytes, initial = 10, window }: TcpFlight): number {
  const link: StreamLink = {
    kind: 'stream',
    id: 'kernel',
    title: 'two namespaces of one kernel',
    status: 'measured',
    rtt: { low: 2 * DELAY, value: 2 * DELAY, high: 2 * DELAY },
    loss: 0,
    radio: false,
    transport: 'tcp',
    upBitsPerSecond: 1e10,
    downBitsPerSecond: 1e10,
    segmentBytes: SEGMENT,
    initialWindowSegments: window === undefined ? initial : window / SEGMENT,
    fixedWindow: window !== undefined,
  };
  const counted = quantity(bytes, 'bytes', { status: 'measured', because: 'counted' });
  const { extraRoundTrips } = transfer(link, counted, 'down');
  return extraRoundTrips.known ? 1 + extraRoundTrips.value : NaN;
}
