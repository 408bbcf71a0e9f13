/** Distinguished names [RFC 5280 §4.1.2.4], their text form [RFC 4514] and their comparison [RFC 5280 §7.1]. */
import { EMPTY, HybridgeError, toHex, utf8 } from '../bytes/index.ts';
import {
  der,
  type DerReader,
  IA5_STRING,
  PRINTABLE_STRING,
  readDer,
  type Tag,
  UTF8_STRING,
} from '../encoding/index.ts';
import { decodeString, isPrintable, isString } from './strings.ts';

/** One attribute of a name, such as the common name. */
export interface NameAttribute {
  /** Dotted object identifier of the attribute's type. */
  readonly type: string;
  /** DER of the value. */
  readonly value: Uint8Array;
  /** The value as text; `undefined` where it is no character string. */
  readonly text: string | undefined;
}

/** A distinguished name. */
export interface Name {
  /** DER, as it came or as it was made. */
  readonly bytes: Uint8Array;
  /** The relative names, from the root down; each holds one attribute, seldom more. */
  readonly relativeNames: readonly (readonly NameAttribute[])[];
  /** Equal for names that are the same [RFC 5280 §7.1]: the index under which names are looked up. */
  readonly key: string;
}

/** Attribute types with a keyword: RFC 4514 §3 and what certificates have beside it. */
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['serialNumber', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['ST', '2.5.4.8'],
  ['STREET', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['title', '2.5.4.12'],
  ['organizationIdentifier', '2.5.4.97'],
  ['GN', '2.5.4.42'],
  ['initials', '2.5.4.43'],
  ['generationQualifier', '2.5.4.44'],
  ['dnQualifier', '2.5.4.46'],
  ['pseudonym', '2.5.4.65'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
]);
const OIDS: ReadonlyMap<string, string> = new Map(
  [...KEYWORDS].map(([keyword, oid]) => [keyword.toLowerCase(), oid]),
);
const KEYWORD_OF: ReadonlyMap<string, string> = new Map(
  [...KEYWORDS].map(([keyword, oid]) => [oid, keyword]),
);

/** Attribute types whose values are IA5String, and those that are PrintableString [RFC 5280 Appendix A.1]. */
const IA5_TYPES: ReadonlySet<string> = new Set(['0.9.2342.19200300.100.1.25', '1.2.840.113549.1.9.1']);
const PRINTABLE_TYPES: ReadonlySet<string> = new Set(['2.5.4.5', '2.5.4.6', '2.5.4.46']);

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

/**
 * Reads a Name.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readName(parent: DerReader, name: string, tag?: Tag): Name {
  const { encoding, reader } = parent.encodedSequence(name, tag);
  const relativeNames: (readonly NameAttribute[])[] = [];
  while (!reader.atEnd) relativeNames.push(readRelativeName(reader));
  // A name that is implicitly tagged keeps its own bytes as a SEQUENCE.
  return new ReadName(
    tag === undefined ? encoding : der.sequence(...relativeNames.map(encodeRelative)),
    relativeNames,
  );
}

/** Reads the DER of a Name. */
export function decodeName(bytes: Uint8Array): Name {
  const outer = readDer(bytes, 'Name');
  const name = readName(outer, 'rdnSequence');
  outer.end();
  return name;
}

/** A RelativeDistinguishedName, also one that continues a CRL issuer's name. */
export function readRelativeName(parent: DerReader, tag?: Tag): readonly NameAttribute[] {
  const reader = parent.set('relativeName', tag);
  const attributes: NameAttribute[] = [];
  do {
    const fields = reader.sequence('attribute');
    const type = fields.oid('type');
    const string = fields.nextTag;
    const value = fields.any('value');
    fields.end();
    attributes.push({
      type,
      value,
      text: isString(string) ? decodeString(string, contentsOf(value), `name attribute ${type}`) : undefined,
    });
  } while (!reader.atEnd);
  return attributes;
}

// Behind the tag and the length, which have been read.
function contentsOf(value: Uint8Array): Uint8Array {
  const length = value[1] ?? 0;
  return value.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
}

function encodeRelative(attributes: readonly NameAttribute[]): Uint8Array {
  return der.setOf(...attributes.map(({ type, value }) => der.sequence(der.oid(type), value)));
}

/** A name whose key is made when it is first asked for. */
class ReadName implements Name {
  readonly bytes: Uint8Array;
  readonly relativeNames: readonly (readonly NameAttribute[])[];
  #key: string | undefined;

  constructor(bytes: Uint8Array, relativeNames: readonly (readonly NameAttribute[])[]) {
    this.bytes = bytes;
    this.relativeNames = relativeNames;
  }

  get key(): string {
    this.#key ??= keyOf(this.relativeNames);
    return this.#key;
  }
}

/** A name of the given relative names. */
export function nameOf(relativeNames: readonly (readonly NameAttribute[])[]): Name {
  return new ReadName(der.sequence(...relativeNames.map(encodeRelative)), relativeNames);
}

/** What stands between relative names in a key, and in none of them: prefixes up to it make directory subtrees. */
export const BETWEEN_RELATIVE_NAMES = '\u0001';

function keyOf(relativeNames: readonly (readonly NameAttribute[])[]): string {
  return relativeNames.map(relativeKey).join(BETWEEN_RELATIVE_NAMES);
}

function relativeKey(attributes: readonly NameAttribute[]): string {
  return attributes
    .map(({ type, value, text }) => `${type}=${text === undefined ? `#${toHex(value)}` : canonical(text)}`)
    .sort()
    .join('\u0002');
}

/** Control characters, and those that RFC 4518 §2.2 maps to nothing. */
const TO_NOTHING = /[\p{Cc}\u00ad\u1806\u200b-\u200f\u202a-\u202e\u2060-\u2063\ufe00-\ufe0f\ufeff\ufffc]/gu;

// RFC 5280 §7.1: case-insensitive, with white space at the ends dropped and inside collapsed, after the string
// preparation of RFC 4518.
function canonical(text: string): string {
  return text
    .replaceAll(/[\t\n\v\f\r\u0085]/gu, ' ')
    .replaceAll(TO_NOTHING, '')
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/**
 * Whether two names are the same [RFC 5280 §7.1]: case, white space and the type of string do not matter.
 *
 * @example
 * ```ts
 * import { nameFrom, sameName } from 'hybridge/certificates';
 *
 * console.log(sameName(nameFrom('CN=Pump  7,O=Ward'), nameFrom('cn=pump 7,o=WARD'))); // true
 * ```
 */
export function sameName(a: Name, b: Name): boolean {
  return a.key === b.key;
}

/** Whether a name has no attributes, as the subject of a certificate that is named by its alternative names. */
export function isEmptyName(name: Name): boolean {
  return name.relativeNames.length === 0;
}

/** The texts of all attributes of a type, from the root down. */
export function attributeTexts(name: Name, type: string): readonly string[] {
  return name.relativeNames
    .flat()
    .flatMap((one) => (one.type === type && one.text !== undefined ? [one.text] : []));
}

/** The e-mail addresses that a name has as attributes, as old certificates do. */
export function emailAddresses(name: Name): readonly string[] {
  return attributeTexts(name, EMAIL_ADDRESS);
}

/** The last common name, or `undefined`. */
export function commonName(name: Name): string | undefined {
  return attributeTexts(name, '2.5.4.3').at(-1);
}

/**
 * The text form of a name [RFC 4514]: the most specific attribute first, what has a meaning in the syntax escaped.
 *
 * @example
 * ```ts
 * import { formatName, nameFrom } from 'hybridge/certificates';
 *
 * console.log(formatName(nameFrom('CN=Pump 7+serialNumber=0815,O=Ward\\, East,C=CH')));
 * // CN=Pump 7+serialNumber=0815,O=Ward\, East,C=CH
 * ```
 */
export function formatName(name: Name): string {
  return name.relativeNames
    .toReversed()
    .map((attributes) => attributes.map(formatAttribute).join('+'))
    .join(',');
}

function formatAttribute({ type, value, text }: NameAttribute): string {
  const keyword = KEYWORD_OF.get(type);
  return `${keyword ?? type}=${keyword === undefined || text === undefined ? `#${toHex(value)}` : escape(text)}`;
}

function escape(text: string): string {
  const escaped = text
    .replaceAll(/["+,;<>\\]/gu, String.raw`\$&`)
    .replaceAll(/\p{Cc}/gu, (control) => toHex(utf8(control)).replaceAll(/../gu, String.raw`\$&`))
    .replace(/^[ #]/u, String.raw`\$&`);
  return text.length > 1 ? escaped.replace(/ $/u, String.raw`\ `) : escaped;
}

/**
 * A name from its text form [RFC 4514]: `CN=pump.example,O=Hospital,C=CH`, the most specific attribute first. Attribute
 * types are keywords in any case, or object identifiers. An empty text is the empty name.
 *
 * Values become UTF8String, or PrintableString and IA5String where RFC 5280 Appendix A wants these.
 *
 * @throws {@link HybridgeError} `invalid_argument` for a text that is no name.
 *
 * @example
 * ```ts
 * import { nameFrom } from 'hybridge/certificates';
 *
 * console.log(nameFrom('CN=Root,O=Hospital').relativeNames.length); // 2
 * ```
 */
export function nameFrom(text: string): Name {
  if (text.trim() === '') return nameOf([]);
  const relativeNames = split(text, ',').map((relative) =>
    split(relative, '+').map((attribute) => parseAttribute(attribute, text)),
  );
  return nameOf(relativeNames.toReversed());
}

/** Cuts at a separator that is not escaped. */
function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') {
      part += character + text.charAt(at + 1);
      at++;
    } else if (character === separator) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

function parseAttribute(attribute: string, whole: string): NameAttribute {
  const equals = attribute.indexOf('=');
  const type = attribute.slice(0, Math.max(0, equals)).trim();
  const oid = /^\d+(?:\.\d+)+$/u.test(type) ? type : OIDS.get(type.toLowerCase());
  if (equals < 0 || oid === undefined)
    throw invalidName(
      whole,
      equals < 0 ? `“${attribute.trim()}” has no =` : `unknown attribute type “${type}”`,
    );
  const text = unescape(attribute.slice(equals + 1), whole);
  if (text === '') throw invalidName(whole, `${type} is empty`);
  return nameAttribute(oid, text);
}

/** An attribute with a text as its value. */
function nameAttribute(type: string, text: string): NameAttribute {
  return { type, value: encodeText(type, text), text };
}

function encodeText(type: string, text: string): Uint8Array {
  if (type === '2.5.4.6' && !/^[A-Za-z]{2}$/u.test(text))
    throw new HybridgeError('invalid_argument', `name: the country “${text}” is not two letters`, {
      fault: 'caller',
    });
  if (PRINTABLE_TYPES.has(type) && isPrintable(text)) return der.element(PRINTABLE_STRING, utf8(text));
  // RFC 5280 Appendix A.1: values that are no ASCII have no IA5String.
  if (IA5_TYPES.has(type) && utf8(text).length === text.length) return der.element(IA5_STRING, utf8(text));
  return der.element(UTF8_STRING, utf8(text));
}

function unescape(value: string, whole: string): string {
  // RFC 4514 §2.4: spaces at the ends are escaped; other white space there is part of the value.
  const trimmed = value.replace(/^ +/u, '').replace(/(?<!\\) +$/u, '');
  const octets: Uint8Array[] = [];
  for (let at = 0; at < trimmed.length;) {
    const rest = trimmed.slice(at);
    const hex = /^\\([0-9a-fA-F]{2})/u.exec(rest)?.[1];
    const escaped = /^\\(["+,;<>\\ #=])/u.exec(rest)?.[1];
    const plain = /^[^"+,;<>\\]/u.exec(rest)?.[0];
    const literal = escaped ?? plain;
    if (hex !== undefined) octets.push(Uint8Array.of(Number.parseInt(hex, 16)));
    else if (literal !== undefined) octets.push(utf8(literal));
    else throw invalidName(whole, `“${rest.charAt(0)}” must be escaped with a backslash`);
    at += hex !== undefined ? 3 : escaped !== undefined ? 2 : (plain?.length ?? 1);
  }
  const text = new TextDecoder().decode(octets.reduce((all, one) => Uint8Array.of(...all, ...one), EMPTY));
  return text;
}

function invalidName(text: string, why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `not a name: ${why}, in “${text}”`, {
    fault: 'caller',
    hint: 'write it like CN=pump.example,O=Hospital,C=CH',
  });
}
