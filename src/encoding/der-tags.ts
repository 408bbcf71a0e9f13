/** An identifier octet: class, constructed bit and tag number [X.690 §8.1.2]. */
export type Tag = number;

/** The bit that marks an element made of elements. */
export const CONSTRUCTED: Tag = 0x20;

export const BOOLEAN: Tag = 0x01;
export const INTEGER: Tag = 0x02;
export const BIT_STRING: Tag = 0x03;
export const OCTET_STRING: Tag = 0x04;
export const NULL: Tag = 0x05;
export const OBJECT_IDENTIFIER: Tag = 0x06;
export const ENUMERATED: Tag = 0x0a;
export const UTF8_STRING: Tag = 0x0c;
export const NUMERIC_STRING: Tag = 0x12;
export const PRINTABLE_STRING: Tag = 0x13;
export const TELETEX_STRING: Tag = 0x14;
export const IA5_STRING: Tag = 0x16;
export const UTC_TIME: Tag = 0x17;
export const GENERALIZED_TIME: Tag = 0x18;
export const VISIBLE_STRING: Tag = 0x1a;
export const UNIVERSAL_STRING: Tag = 0x1c;
export const BMP_STRING: Tag = 0x1e;
export const SEQUENCE: Tag = 0x30;
export const SET: Tag = 0x31;

const NAMES: ReadonlyMap<Tag, string> = new Map([
  [BOOLEAN, 'BOOLEAN'],
  [INTEGER, 'INTEGER'],
  [BIT_STRING, 'BIT STRING'],
  [OCTET_STRING, 'OCTET STRING'],
  [NULL, 'NULL'],
  [OBJECT_IDENTIFIER, 'OBJECT IDENTIFIER'],
  [ENUMERATED, 'ENUMERATED'],
  [UTF8_STRING, 'UTF8String'],
  [NUMERIC_STRING, 'NumericString'],
  [PRINTABLE_STRING, 'PrintableString'],
  [TELETEX_STRING, 'TeletexString'],
  [IA5_STRING, 'IA5String'],
  [UTC_TIME, 'UTCTime'],
  [GENERALIZED_TIME, 'GeneralizedTime'],
  [VISIBLE_STRING, 'VisibleString'],
  [UNIVERSAL_STRING, 'UniversalString'],
  [BMP_STRING, 'BMPString'],
  [SEQUENCE, 'SEQUENCE'],
  [SET, 'SET'],
]);

/** `[number]` IMPLICIT over a primitive type. */
export function implicit(number: number): Tag {
  return 0x80 | number;
}

/** `[number]` EXPLICIT, and `[number]` IMPLICIT over a SEQUENCE or SET. */
export function explicit(number: number): Tag {
  return 0x80 | CONSTRUCTED | number;
}

/** How a tag is called in messages. */
export function tagName(tag: Tag): string {
  const universal = NAMES.get(tag);
  if (universal !== undefined) return universal;
  return (tag & 0xc0) === 0x80 ? `[${tag & 0x1f}]` : `tag 0x${tag.toString(16).padStart(2, '0')}`;
}
