/** Alternative names from how people write them. */
import { HybridgeError, ipAddress } from '../bytes/index.ts';
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
  const address = ipAddress(text);
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
  // A last label of digits would make it an address, or look like one [RFC 1123 §2.1].
  return (
    labels.every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/u.test(label)) &&
    !/^\d+$/u.test(labels.at(-1) ?? '')
  );
}
