/** JA3: the older fingerprint of TLS clients, as Salesforce published it in 2017. */
import { createHash } from 'node:crypto';
import type { ClientHello } from './client-hello.ts';
import { isGrease } from './code-points.ts';

/** A JA3 fingerprint. */
export interface Ja3 {
  /** Version, cipher suites, extensions, groups and point formats in decimal, GREASE left out. */
  readonly text: string;
  /** MD5 of the text in hexadecimal: a name, nothing that protects. */
  readonly hash: string;
}

/**
 * The JA3 fingerprint of a client. Clients that shuffle their extensions, as browsers do, have a new one each time.
 *
 * @example
 * ```ts
 * import { decodeClientHello, encodeClientHello, ja3 } from 'hybridge/tls';
 *
 * const message = encodeClientHello({ random: new Uint8Array(32), cipherSuites: [0x1301], groups: [0x11ec] });
 * console.log(ja3(decodeClientHello(message)).text); // 771,4865,10,4588,
 * ```
 */
export function ja3(hello: ClientHello): Ja3 {
  const { legacyVersion, cipherSuites, extensions, groups = [], pointFormats = [] } = hello;
  const types = extensions.map(({ type }) => type);
  const text = [[legacyVersion], cipherSuites, types, groups, pointFormats]
    .map((codes) => codes.filter((code) => !isGrease(code)).join('-'))
    .join(',');
  return { text, hash: createHash('md5').update(text).digest('hex') };
}
