/** The few numbers of TLS that an offer is read by. */

/** TLS 1.2 and TLS 1.3 as supported_versions has them [RFC 9846]. */
export const TLS_1_2 = 0x0303;
export const TLS_1_3 = 0x0304;

/** TLS_FALLBACK_SCSV: the client has tried a higher version before [RFC 7507 §2]. */
export const FALLBACK_SCSV = 0x5600;

/** Values that mean nothing, so that nobody comes to rely on the known ones [RFC 8701 §2]. */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
}

/** A code point that nobody here has a name for. */
export function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}
