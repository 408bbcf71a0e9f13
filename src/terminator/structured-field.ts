/** Structured field values for HTTP [RFC 9651]: the writer of what the terminator says of a session. */
import { HybridgeError, utf8 } from '../bytes/index.ts';

/** A token, `hybrid`, as opposed to a string, `"hybrid"`. */
export interface Token {
  readonly token: string;
}

/** A bare item [RFC 9651 §3.3]. Text beyond ASCII is written as a display string. */
export type BareItem = boolean | string | Token;

/** A member of a dictionary: an item, or an inner list of items [RFC 9651 §3.1.1]. */
export type Member = BareItem | readonly BareItem[];

/**
 * Writes a dictionary [RFC 9651 §4.1.2]; members that are `undefined` are left out.
 *
 * @throws HybridgeError `invalid_argument` for a key or token that is none, and for control characters.
 */
export function structuredDictionary(members: Readonly<Record<string, Member | undefined>>): string {
  const written: string[] = [];
  for (const [key, member] of Object.entries(members))
    if (member === true) written.push(requireKey(key));
    else if (member !== undefined) written.push(`${requireKey(key)}=${writeMember(member)}`);
  return written.join(', ');
}

function requireKey(key: string): string {
  if (/^[a-z*][a-z0-9_\-.*]*$/u.test(key)) return key;
  throw refused(key, 'no key');
}

const isInnerList = (member: Member): member is readonly BareItem[] => Array.isArray(member);

function writeMember(member: Member): string {
  return isInnerList(member) ? `(${member.map(writeItem).join(' ')})` : writeItem(member);
}

function writeItem(item: BareItem): string {
  if (typeof item === 'boolean') return item ? '?1' : '?0';
  if (typeof item === 'string') return isPrintable(item) ? writeString(item) : writeDisplayString(item);
  if (/^[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*$/u.test(item.token)) return item.token;
  throw refused(item.token, 'no token');
}

const isPrintable = (text: string): boolean => /^[\x20-\x7e]*$/u.test(text);

/** Text between quotation marks, as strings of structured fields and quoted strings of HTTP both are. */
export function writeString(text: string): string {
  return `"${text.replace(/["\\]/gu, '\\$&')}"`;
}

// RFC 9651 §4.1.11: what is not printable, the quotation mark and the percent sign become %xx of their UTF-8.
function writeDisplayString(text: string): string {
  if (/\p{Cs}/u.test(text)) throw refused(text, 'half a character');
  let written = '';
  for (const octet of utf8(text)) {
    const isPlain = octet >= 0x20 && octet <= 0x7e && octet !== 0x22 && octet !== 0x25;
    written += isPlain ? String.fromCharCode(octet) : `%${octet.toString(16).padStart(2, '0')}`;
  }
  return `%"${written}"`;
}

function refused(text: string, why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `structured field: ${JSON.stringify(text)} is ${why}`, {
    fault: 'caller',
  });
}
