/** Whether a certificate has the name that was asked for [RFC 9525]. */
import { equal, fromUtf8, HybridgeError, ipAddress } from '../../bytes/index.ts';
import { readDer, UTF8_STRING } from '../../encoding/index.ts';
import type { Certificate } from '../certificate.ts';
import type { GeneralName } from '../general-name.ts';
import { formatName } from '../name.ts';
import { formatIp, hostName, isHostName, mailbox, uriParts } from './host.ts';

/**
 * A name to look for. A bare text is taken for an address (`192.0.2.7`, `2001:db8::7`), a URI (with `://`), an e-mail
 * address (with `@`) or else a host name.
 *
 * Host names may be written with international letters. A URI without path matches every URI of the same scheme and
 * host [RFC 9525 §6.5]; one with more (`spiffe://example/pump/7`) only itself.
 */
export type ReferenceName =
  | string
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string }
  | { readonly uri: string };

/** A name to look for, ready to be compared. */
export interface Reference {
  /** As the caller wrote it. */
  readonly text: string;
  readonly matches: (name: GeneralName) => boolean;
}

/** id-on-SmtpUTF8Mailbox [RFC 9598 §3]. */
const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9';

/**
 * Reads a name to look for.
 *
 * @throws HybridgeError `invalid_argument` for what is no name of its kind.
 */
export function readReference(name: ReferenceName): Reference {
  if (typeof name === 'string') return readReference(kindOf(name));
  if ('dns' in name) return dnsReference(name.dns);
  if ('ip' in name) return ipReference(name.ip);
  if ('email' in name) return emailReference(name.email);
  return uriReference(name.uri);
}

function kindOf(text: string): Exclude<ReferenceName, string> {
  if (ipAddress(text) !== undefined) return { ip: text };
  if (text.includes('://')) return { uri: text };
  return text.includes('@') ? { email: text } : { dns: text };
}

function dnsReference(text: string): Reference {
  const host = hostName(text);
  if (host === undefined) throw notA('host name', text);
  return { text, matches: (name) => name.kind === 'dns' && matchesHost(name.name, host) };
}

// RFC 9525 §6.3: the wildcard is the whole leftmost label and stands for exactly one. One that would stand for all
// names below a top-level domain is no wildcard that a CA could vouch for.
function matchesHost(presented: string, host: string): boolean {
  const name = presented.toLowerCase();
  if (!name.startsWith('*.')) return name === host && isHostName(name);
  const suffix = name.slice(1);
  const label = host.slice(0, -suffix.length);
  return (
    host.endsWith(suffix) &&
    label !== '' &&
    !label.includes('.') &&
    suffix.lastIndexOf('.') > 0 &&
    isHostName(suffix.slice(1))
  );
}

function ipReference(text: string): Reference {
  const address = ipAddress(text);
  if (address === undefined) throw notA('IP address', text);
  return { text, matches: (name) => name.kind === 'ip' && equal(name.address, address) };
}

function emailReference(text: string): Reference {
  const wanted = mailbox(text);
  if (wanted === undefined) throw notA('e-mail address', text);
  return {
    text,
    matches: (name) => {
      const address = emailAddressOf(name);
      const found = address === undefined ? undefined : mailbox(address);
      return found?.local === wanted.local && found.host === wanted.host;
    },
  };
}

function uriReference(text: string): Reference {
  const wanted = uriParts(text);
  if (wanted === undefined) throw notA('URI', text);
  const { scheme, host } = wanted;
  if (host === undefined || wanted.more)
    return { text, matches: (name) => name.kind === 'uri' && name.uri === text };
  return {
    text,
    matches: (name) => {
      const found = name.kind === 'uri' ? uriParts(name.uri) : undefined;
      return found?.scheme === scheme && found.host === host;
    },
  };
}

function notA(kind: string, text: string): HybridgeError {
  return new HybridgeError('invalid_argument', `name: ${JSON.stringify(text)} is no ${kind}`, {
    fault: 'caller',
  });
}

/** The e-mail address that a name is: rfc822Name, or SmtpUTF8Mailbox [RFC 9598 §3]; `undefined` for any other. */
export function emailAddressOf(name: GeneralName): string | undefined {
  if (name.kind === 'email') return name.address;
  if (name.kind !== 'other' || name.type !== SMTP_UTF8_MAILBOX) return undefined;
  try {
    const outer = readDer(name.value, 'SmtpUTF8Mailbox');
    const text = fromUtf8(outer.primitive('value', UTF8_STRING), 'SmtpUTF8Mailbox');
    outer.end();
    return text;
  } catch {
    // Not an address, so it matches none and lies in no subtree.
    return '';
  }
}

/** Whether a certificate has a name; the common name is never asked [RFC 9525 §2]. */
export function hasName({ extensions }: Certificate, reference: Reference): boolean {
  return extensions.subjectAltName?.some(reference.matches) === true;
}

/**
 * The chains, in their order, whose leaf has the name that a client of TLS asks for, wildcards among them
 * [RFC 9525 §6.3]; all where it asks for none, none for what is no host name.
 */
export function chainsNamed<Chain extends { readonly certificates: readonly Certificate[] }>(
  chains: readonly Chain[],
  serverName: string | undefined,
): readonly Chain[] {
  if (serverName === undefined) return chains;
  if (hostName(serverName) === undefined) return [];
  const reference = dnsReference(serverName);
  return chains.filter(({ certificates: [leaf] }) => leaf !== undefined && hasName(leaf, reference));
}

/** The names that a certificate has, in words, quoted so that nothing in them can be taken for more. */
export function namesInWords({ extensions }: Certificate): string {
  const names = extensions.subjectAltName ?? [];
  if (names.length === 0) return 'no subject alternative name';
  const shown = names.slice(0, SHOWN).map(nameInWords).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

const SHOWN = 8;

/** One name in words. */
export function nameInWords(name: GeneralName): string {
  switch (name.kind) {
    case 'dns':
      return JSON.stringify(name.name);
    case 'email':
      return JSON.stringify(name.address);
    case 'uri':
      return JSON.stringify(name.uri);
    case 'ip':
      return formatIp(name.address);
    case 'directory':
      return JSON.stringify(formatName(name.name));
    case 'registered-id':
      return name.oid;
    case 'other':
      return `a name of type ${name.type}`;
    case 'edi':
    case 'x400':
      return `a name of kind ${name.kind}`;
  }
}
