/** Host names and addresses in the one form in which they are compared. */

/** Letters, digits and hyphens [RFC 5890 §2.3.1]; the underscore is no letter and stands in names in the field. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/u;

/**
 * A host name in lower case and A-label form, without the dot of the root; `undefined` for what is no host name, an
 * address among it.
 */
export function hostName(text: string): string | undefined {
  const ascii = /^[\u0021-\u007e]*$/u.test(text) ? text.toLowerCase() : toAscii(text);
  if (ascii === undefined) return undefined;
  const host = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  return isHostName(host) ? host : undefined;
}

/** Whether a text is a host name as certificates carry it: lower case, A-labels, no dot at the end. */
export function isHostName(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.split('.');
  // A last label of digits would make it an address, or look like one [RFC 1123 §2.1].
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/u.test(labels.at(-1) ?? '');
}

// Every runtime has UTS #46 in its URL; what means something in a URL must not get there.
function toAscii(text: string): string | undefined {
  if (/[\s/?#@:\\%[\]]/u.test(text)) return undefined;
  try {
    return new URL(`https://${text}/`).hostname;
  } catch {
    return undefined;
  }
}

/** An address as people write it. */
export function formatIp(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const words: string[] = [];
  for (let at = 0; at + 1 < address.length; at += 2)
    words.push((((address[at] ?? 0) << 8) | (address[at + 1] ?? 0)).toString(16));
  return words.join(':');
}

/** A mailbox in its two halves; the host as {@link hostName} has it. */
export interface Mailbox {
  /** Compared letter by letter [RFC 5321 §2.4]. */
  readonly local: string;
  readonly host: string;
}

/** The halves of an e-mail address; `undefined` for what is none. */
export function mailbox(address: string): Mailbox | undefined {
  const at = address.lastIndexOf('@');
  const host = hostName(address.slice(at + 1));
  const local = address.slice(0, Math.max(at, 0));
  // Quoted local parts hide an @ or white space; nobody has them.
  if (host === undefined || local === '' || local.length > 64 || /[\s"@\p{Cc}]/u.test(local))
    return undefined;
  return { local, host };
}

/** The parts of a URI that identify a service [RFC 9525 §6.5]. */
export interface UriParts {
  readonly scheme: string;
  /** Whether there is an authority, which `//` begins [RFC 3986 §3.2]. */
  readonly authority: boolean;
  /** A host name; `undefined` where there is none, or an address. */
  readonly host: string | undefined;
  /** Whether anything follows the host: a path other than `/`, a query or a fragment. */
  readonly more: boolean;
}

/** Cuts a URI; `undefined` for what is none. */
export function uriParts(uri: string): UriParts | undefined {
  const [, scheme, authority, rest] = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?(.*)$/isu.exec(uri) ?? [];
  if (scheme === undefined || rest === undefined) return undefined;
  // sip:alice@voice.example;transport=tcp has its host where others have a path [RFC 9525 §6.5].
  const carrier = authority ?? (/^sips?$/iu.test(scheme) ? (/^[^;?#/]*/u.exec(rest)?.[0] ?? '') : '');
  const host = carrier.slice(carrier.lastIndexOf('@') + 1).replace(/:\d*$/u, '');
  return {
    scheme: scheme.toLowerCase(),
    authority: authority !== undefined,
    host: hostName(host),
    more: authority === undefined ? rest !== carrier : rest !== '' && rest !== '/',
  };
}
