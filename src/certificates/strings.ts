/** The character strings of ASN.1 [X.680 §41] as text. */
import { fromUtf8, HybridgeError } from '../bytes/index.ts';
import {
  BMP_STRING,
  IA5_STRING,
  NUMERIC_STRING,
  PRINTABLE_STRING,
  type Tag,
  TELETEX_STRING,
  UNIVERSAL_STRING,
  UTF8_STRING,
  VISIBLE_STRING,
} from '../encoding/index.ts';

const STRING_TAGS: ReadonlySet<Tag> = new Set([
  UTF8_STRING,
  NUMERIC_STRING,
  PRINTABLE_STRING,
  TELETEX_STRING,
  IA5_STRING,
  VISIBLE_STRING,
  UNIVERSAL_STRING,
  BMP_STRING,
]);

/** Whether a tag stands for a character string. */
export function isString(tag: Tag | undefined): tag is Tag {
  return tag !== undefined && STRING_TAGS.has(tag);
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/u;

/** Whether a text may be a PrintableString [X.680 §41.4]. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/**
 * The text of a character string's contents.
 *
 * @throws HybridgeError `invalid_encoding` for octets outside the type's repertoire.
 */
export function decodeString(tag: Tag, contents: Uint8Array, what: string): string {
  switch (tag) {
    case UTF8_STRING:
      return isAscii(contents) ? latin1(contents) : fromUtf8(contents, what);
    case BMP_STRING:
      return decodeUnits(contents, 2, what);
    case UNIVERSAL_STRING:
      return decodeUnits(contents, 4, what);
    case TELETEX_STRING:
      // T.61 in the standard, Latin-1 in every certificate that has one.
      return latin1(contents);
    case PRINTABLE_STRING:
    case NUMERIC_STRING:
      return restricted(contents, tag === NUMERIC_STRING ? /^[0-9 ]*$/u : LENIENT_PRINTABLE, what);
    default:
      // IA5String and VisibleString.
      if (!isAscii(contents)) throw malformed(what);
      return latin1(contents);
  }
}

function isAscii(contents: Uint8Array): boolean {
  for (const octet of contents) if (octet > 0x7f) return false;
  return true;
}

/** With the characters that certificates in the field have in PrintableString: `*`, `@`, `&`, `_`. */
const LENIENT_PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?*@&_]*$/u;

function latin1(contents: Uint8Array): string {
  let text = '';
  // By index: names are most of a certificate, and iterators cost more than the letters.
  for (let at = 0; at < contents.length; at++) text += String.fromCharCode(contents[at] ?? 0);
  return text;
}

function restricted(contents: Uint8Array, allowed: RegExp, what: string): string {
  const text = latin1(contents);
  if (!allowed.test(text)) throw malformed(what);
  return text;
}

function decodeUnits(contents: Uint8Array, size: 2 | 4, what: string): string {
  if (contents.length % size !== 0) throw malformed(what);
  const view = new DataView(contents.buffer, contents.byteOffset, contents.length);
  let text = '';
  for (let at = 0; at < contents.length; at += size) {
    const unit = size === 2 ? view.getUint16(at) : view.getUint32(at);
    if (unit > 0x10ffff || (unit >= 0xd800 && unit < 0xe000)) throw malformed(what);
    text += String.fromCodePoint(unit);
  }
  return text;
}

function malformed(what: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `${what}: octets outside the repertoire of the string type`);
}
