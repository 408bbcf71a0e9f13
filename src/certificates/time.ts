/** Times in certificates [RFC 5280 §4.1.2.5]: whole seconds in UTC. */
import { fromUtf8, HybridgeError, utf8 } from '../bytes/index.ts';
import { der, type DerReader, GENERALIZED_TIME, type Tag, UTC_TIME } from '../encoding/index.ts';

/**
 * Reads a Time: UTCTime or GeneralizedTime.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readTime(parent: DerReader, name: string): Date {
  if (!parent.has(UTC_TIME)) return readGeneralizedTime(parent, name);
  const text = latin(parent.primitive(name, UTC_TIME), name);
  // RFC 5280 §4.1.2.5.1: seconds are given, the zone is Z, and the century turns at 50.
  const century = Number(text.slice(0, 2)) >= 50 ? '19' : '20';
  return parse(century + text, name);
}

/**
 * Reads a GeneralizedTime without fractions of a second [RFC 5280 §4.1.2.5.2].
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readGeneralizedTime(parent: DerReader, name: string, tag: Tag = GENERALIZED_TIME): Date {
  return parse(latin(parent.primitive(name, tag), name), name);
}

function latin(contents: Uint8Array, name: string): string {
  if (contents.length > 32) throw malformed(name);
  return fromUtf8(contents);
}

function parse(text: string, name: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u.exec(text)?.map(Number) ?? [];
  if (
    year === undefined ||
    month === undefined ||
    day === undefined ||
    hour === undefined ||
    minute === undefined ||
    second === undefined
  )
    throw malformed(name);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A day or an hour that does not exist would have been carried over.
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    date.getUTCHours() !== hour ||
    date.getUTCMinutes() !== minute ||
    date.getUTCSeconds() !== second
  )
    throw malformed(name);
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
