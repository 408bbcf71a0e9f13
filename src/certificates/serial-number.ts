/** Serial numbers [RFC 5280 §4.1.2.2]: positive, at most 20 octets, never the same twice from one issuer. */
import { HybridgeError } from '../bytes/index.ts';
import type { RandomSource } from '../provider/index.ts';

/** The largest serial number that every verifier must be able to read [RFC 5280 §4.1.2.2]. */
const MAX_SERIAL_OCTETS = 20;

/**
 * A random serial number of 20 octets, 158 of its 160 bits random. Two of them are the same with a probability that
 * needs no table of those in use; and what nobody can predict in the signed bytes is what kept chosen-prefix
 * collisions out of certificates.
 */
export function randomSerialNumber(random: RandomSource): Uint8Array {
  const serial = random.bytes(MAX_SERIAL_OCTETS);
  // Bit 7 clear: positive. Bit 6 set: never shorter, so that all certificates of a profile have one length.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/**
 * Refuses what RFC 5280 does not let be a serial number.
 *
 * @param magnitude - Big-endian bytes of a non-negative number.
 * @throws HybridgeError `invalid_argument` for zero and for more than 20 octets.
 */
export function requireSerialNumber(magnitude: Uint8Array): void {
  const first = magnitude.findIndex((octet) => octet !== 0);
  if (first < 0) throw refused('a serial number of zero');
  // A number whose first bit is set takes an octet more.
  const octets = magnitude.length - first + ((magnitude[first] ?? 0) >= 0x80 ? 1 : 0);
  if (octets > MAX_SERIAL_OCTETS)
    throw refused(`a serial number of ${octets} octets, at most ${MAX_SERIAL_OCTETS}`);
}

function refused(what: string): HybridgeError {
  return new HybridgeError('invalid_argument', `certificate: ${what} [RFC 5280 §4.1.2.2]`, {
    fault: 'caller',
  });
}
