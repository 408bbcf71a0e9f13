/** Numbers of the TLS registries that the reading of hellos turns on [RFC 9847]. */
import type { TlsVersion } from '../events/index.ts';

/** Versions as the wire has them. */
export const TLS_1_0 = 0x0301;
export const TLS_1_1 = 0x0302;
export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;
/** SSL 3.0, which is recognised and never negotiated [RFC 7568]. */
export const SSL_3_0 = 0x0300;

/** ContentType of records [RFC 9846 §5.1]. */
export const CONTENT_TYPE = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

/** HandshakeType of the messages that are read here [RFC 9846]. */
export const HANDSHAKE_TYPE = { clientHello: 1, serverHello: 2 } as const;

/** ExtensionType of the extensions that are read here. */
export const EXTENSION = {
  serverName: 0,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
  signatureAlgorithmsCert: 50,
  keyShare: 51,
  encryptedClientHello: 0xfe0d,
} as const;

const VERSION_NAMES: ReadonlyMap<number, TlsVersion> = new Map([
  [TLS_1_0, 'TLSv1'],
  [TLS_1_1, 'TLSv1.1'],
  [TLS_1_2, 'TLSv1.2'],
  [TLS_1_3, 'TLSv1.3'],
]);

/**
 * The name of a protocol version as `node:tls` spells it; `undefined` for SSL 3.0, drafts and numbers to come.
 *
 * @example
 * ```ts
 * import { versionName } from 'hybridge/tls';
 *
 * console.log(versionName(0x0304)); // TLSv1.3
 * ```
 */
export function versionName(version: number): TlsVersion | undefined {
  return VERSION_NAMES.get(version);
}

/**
 * Whether a code point is one of the sixteen values that clients send to keep servers tolerant (0x0A0A, 0x1A1A, ...,
 * 0xFAFA): they stand for nothing and are never chosen [RFC 8701 §2].
 *
 * @example
 * ```ts
 * import { isGrease } from 'hybridge/tls';
 *
 * console.log(isGrease(0x2a2a), isGrease(0x11ec)); // true false
 * ```
 */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >>> 8 === (code & 0xff);
}
