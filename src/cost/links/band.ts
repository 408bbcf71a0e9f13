/** A number between bounds while it is computed; {@link Quantity} is what it becomes with unit and provenance. */
export interface Band {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/** The band of an exact number. */
export function exactly(value: number): Band {
  return { low: value, value, high: value };
}

/** The band of nothing. */
export const NOTHING: Band = exactly(0);

/** Both, bound by bound. */
export function plus(a: Band, b: Band): Band {
  return { low: a.low + b.low, value: a.value + b.value, high: a.high + b.high };
}

/** `factor` times, bound by bound. */
export function times(a: Band, factor: number): Band {
  return { low: a.low * factor, value: a.value * factor, high: a.high * factor };
}

/** A share as text, without the digits that binary fractions add. */
export function percent(share: number): string {
  return `${String(Number((100 * share).toPrecision(6)))} %`;
}

/** What moving a message costs on a link, before units and provenance. Times are milliseconds. */
export interface Movement {
  /** Frames or segments. */
  readonly pieces: number;
  /** Round trips beyond the first that windows or flow control cost. */
  readonly extraRoundTrips: Band;
  /** Bits going past, with what every frame waits by the rules of the link. */
  readonly wire: Band;
  /** Windows, duty cycle, connection interval, and the repeats of what is lost. */
  readonly wait: Band;
  /** The sender's transmitter is on, repeats included. */
  readonly sending: Band;
  /** The receiver sends as well: the polls of a LoRaWAN class A device. */
  readonly answering: Band;
  /** The link loses so much that the message practically never arrives. */
  readonly hopeless?: string;
  /** How the times came about, in half a sentence. */
  readonly because: string;
}

/** The movement of an empty message. */
export const STILL: Movement = {
  pieces: 0,
  extraRoundTrips: NOTHING,
  wire: NOTHING,
  wait: NOTHING,
  sending: NOTHING,
  answering: NOTHING,
  because: 'nothing is sent',
};
