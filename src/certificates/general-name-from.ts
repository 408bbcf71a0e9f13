/** Alternative names from how people write them. */
import { HybridgeError } from '../bytes/index.ts';
import type { GeneralName } from './general-name.ts';

/**
 * An alternative name from its usual text: a host name (`pump.example`, `*.pump.example`), an IPv4 or IPv6 address, an
 * e-mail address, or a URI with its scheme.
 *
 * @throws {@link HybridgeError} `invalid_argument` for anything else; write an international host name in its xn-- form.
 *
 * @example
 * ```ts
 * import { generalNameFrom } from 'hybridge/certificates';
 *
 * for (const text of ['pump.example', '192.0.2.7', '2001:db8::7', 'it@pump.example', 'urn:uuid:1234'])
 *   console.log(generalNameFrom(text).kind); // dns ip ip email uri
 * ```
 */
export function generalNameFrom(text: string): GeneralName {
  const address = ipv4(text) ?? ipv6(text);
  if (address !== undefined) return { kind: 'ip', address };
  if (/^[A-Za-z][A-Za-z0-9+.-]*:[\u0021-\u007e]+$/u.test(text)) return { kind: 'uri', uri: text };
  if (/^[\u0021-\u003f\u0041-\u007e]+@[A-Za-z0-9.-]+$/u.test(text)) return { kind: 'email', address: text };
  if (isHostName(text)) return { kind: 'dns', name: text };
  throw new HybridgeError(
    'invalid_argument',
    `not a host name, IP address, e-mail address or URI: ${JSON.stringify(text)}`,
    { fault: 'caller' },
  );
}

function isHostName(text: string): boolean {
  const labels = text.replace(/^\*\./u, '').split('.');
  return labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/u.test(label));
}

function ipv4(text: string): Uint8Array | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/u.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet < 256) ? Uint8Array.from(octets) : undefined;
}

// RFC 4291 §2.2: groups of four hexadecimal digits, one run of zeros shortened to ::, the end as IPv4.
function ipv6(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F:.]+$/u.test(text) || !text.includes(':')) return undefined;
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const before = groups(head, tail === undefined);
  const after = tail === undefined ? [] : groups(tail, true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...before, ...new Uint8Array(missing), ...after]);
}

/** The octets of groups joined by colons; only at the end of an address may one be an IPv4 address. */
function groups(text: string, atEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = atEnd && index === parts.length - 1 ? ipv4(part) : undefined;
    if (embedded !== undefined) octets.push(...embedded);
    else if (/^[0-9a-fA-F]{1,4}$/u.test(part)) {
      const group = Number.parseInt(part, 16);
      octets.push(group >> 8, group & 0xff);
    } else return undefined;
  }
  return octets;
}
