/** Times in certificates [RFC 5280 §4.1.2.5]: whole seconds in UTC. */
import { HybridgeError, utf8 } from '../bytes/index.ts';
import { der, type DerReader, GENERALIZED_TIME, type Tag, UTC_TIME } from '../encoding/index.ts';

/**
 * Reads a Time: UTCTime or GeneralizedTime.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readTime(parent: DerReader, name: string): Date {
  if (!parent.has(UTC_TIME)) return readGeneralizedTime(parent, name);
  return parse(parent.primitive(name, UTC_TIME), false, name);
}

/**
 * Reads a GeneralizedTime without fractions of a second [RFC 5280 §4.1.2.5.2].
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readGeneralizedTime(parent: DerReader, name: string, tag: Tag = GENERALIZED_TIME): Date {
  return parse(parent.primitive(name, tag), true, name);
}

/** YYYYMMDDHHMMSSZ, of which a UTCTime lacks the century. */
function parse(contents: Uint8Array, hasCentury: boolean, name: string): Date {
  const size = hasCentury ? 15 : 13;
  if (contents.length !== size || contents[size - 1] !== 0x5a) throw malformed(name);
  const two = (at: number): number => {
    const tens = (contents[at] ?? 0) - 0x30;
    const ones = (contents[at + 1] ?? 0) - 0x30;
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw malformed(name);
    return 10 * tens + ones;
  };
  const start = hasCentury ? 2 : 0;
  const short = two(start);
  // RFC 5280 §4.1.2.5.1: the century turns at 50.
  const century = hasCentury ? two(0) : short >= 50 ? 19 : 20;
  const year = 100 * century + short;
  const month = two(start + 2);
  const day = two(start + 4);
  const hour = two(start + 6);
  const minute = two(start + 8);
  const second = two(start + 10);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day that does not exist would have been carried over.
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    throw malformed(name);
  date.setUTCHours(hour, minute, second);
  return date;
}

function malformed(name: string): HybridgeError {
  return new HybridgeError(
    'invalid_encoding',
    `${name}: not a time as RFC 5280 §4.1.2.5 has it (whole seconds, ending in Z)`,
  );
}

/**
 * A Time: UTCTime through 2049, GeneralizedTime from 2050 on [RFC 5280 §4.1.2.5]. Fractions of a second are dropped.
 *
 * @throws HybridgeError `invalid_argument` outside the years 1950 to 9999.
 */
export function encodeTime(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  if (year >= 2050) return encodeGeneralizedTime(date);
  if (Number.isNaN(year) || year < 1950) throw outOfRange();
  return der.element(UTC_TIME, utf8(digits(date).slice(2)));
}

/** A GeneralizedTime in whole seconds. */
export function encodeGeneralizedTime(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999) throw outOfRange();
  return der.element(GENERALIZED_TIME, utf8(digits(date)));
}

function digits(date: Date): string {
  return `${date.toISOString().slice(0, 19).replaceAll(/[^\d]/gu, '')}Z`;
}

function outOfRange(): HybridgeError {
  return new HybridgeError('invalid_argument', 'a time outside the years 1950 to 9999, or no time at all', {
    fault: 'caller',
  });
}
