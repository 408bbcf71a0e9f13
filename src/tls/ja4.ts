/** JA4: the fingerprint of TLS clients that FoxIO published under the BSD 3-Clause licence ("JA4 TLS client"). */
import { createHash } from 'node:crypto';
import type { ClientHello } from './client-hello.ts';
import { EXTENSION, isGrease, SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 } from './code-points.ts';

/** What carries the hello: TLS over TCP, or QUIC. */
export type Ja4Transport = 'q' | 't';

const VERSIONS: ReadonlyMap<number, string> = new Map([
  [SSL_3_0, 's3'],
  [TLS_1_0, '10'],
  [TLS_1_1, '11'],
  [TLS_1_2, '12'],
  [TLS_1_3, '13'],
]);

const HASH_LENGTH = 12;
const NOTHING = '0'.repeat(HASH_LENGTH);

/**
 * The JA4 fingerprint of a client: transport, version, server name, counts and protocol in the clear; cipher suites
 * and extensions hashed in sorted order, so that shuffled extensions change nothing.
 *
 * @example
 * ```ts
 * import { decodeClientHello, encodeClientHello, ja4 } from 'hybridge/tls';
 *
 * const message = encodeClientHello({ random: new Uint8Array(32), cipherSuites: [0x1301], alpn: ['h2'] });
 * console.log(ja4(decodeClientHello(message))); // t12i0101h2_...
 * ```
 */
export function ja4(hello: ClientHello, transport: Ja4Transport = 't'): string {
  const types = hello.extensions.map(({ type }) => type).filter(isMeant);
  const suites = hello.cipherSuites.filter(isMeant);
  const schemes = (hello.signatureAlgorithms ?? []).filter(isMeant).map(hexadecimal);
  const named = types.filter((type) => type !== EXTENSION.serverName && type !== EXTENSION.alpn);
  const name = types.includes(EXTENSION.serverName) ? 'd' : 'i';
  return [
    `${transport}${version(hello)}${name}${count(suites)}${count(types)}${protocol(hello.alpn?.[0])}`,
    digest(sorted(suites)),
    digest([sorted(named), schemes.join(',')].filter((part) => part !== '').join('_')),
  ].join('_');
}

function isMeant(code: number): boolean {
  return !isGrease(code);
}

function hexadecimal(code: number): string {
  return code.toString(16).padStart(4, '0');
}

function sorted(codes: readonly number[]): string {
  return codes.map(hexadecimal).sort().join(',');
}

function digest(text: string): string {
  return text === '' ? NOTHING : createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

function count({ length }: readonly number[]): string {
  return String(Math.min(length, 99)).padStart(2, '0');
}

function version({ extensions, versions, legacyVersion }: ClientHello): string {
  const stated = extensions.some(({ type }) => type === EXTENSION.supportedVersions);
  return VERSIONS.get(stated ? Math.max(0, ...versions) : legacyVersion) ?? '00';
}

/** The first and last character of the first protocol, or of its hexadecimal form. */
function protocol(name: string | undefined): string {
  if (name === undefined) return '00';
  const ends = `${name.charAt(0)}${name.charAt(name.length - 1)}`;
  if (/^[0-9A-Za-z]{2}$/u.test(ends)) return ends;
  const hex = Buffer.from(name, 'latin1').toString('hex');
  return `${hex.charAt(0)}${hex.charAt(hex.length - 1)}`;
}
