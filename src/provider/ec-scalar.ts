/** Private keys on short Weierstrass curves: numbers from 1 to the order of the group less one. */
import { fromHex, HybridgeError, wipe } from '../bytes/index.ts';
import type { EcCurveName } from '../registry/index.ts';
import type { RandomSource } from './contract.ts';

/** Orders of the groups, big-endian [SP 800-186 §3.2.1, RFC 5639 §3.4 and §3.6]. */
const ORDERS: Readonly<Record<EcCurveName, Uint8Array>> = {
  'P-256': fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  'P-384': fromHex(
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  'P-521': fromHex(
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
  brainpoolP256r1: fromHex('a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7'),
  brainpoolP384r1: fromHex(
    '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
  ),
};

/** Bytes of a private key of the curve; a coordinate of a point has as many. */
export function ecScalarSize(curve: EcCurveName): number {
  return ORDERS[curve].length;
}

/** Whether big-endian bytes are a private key of the curve. The work does not depend on their value. */
export function isEcScalar(curve: EcCurveName, candidate: Uint8Array): boolean {
  const order = ORDERS[curve];
  if (candidate.length !== order.length) return false;
  let bits = 0;
  let borrow = 0;
  for (let index = order.length - 1; index >= 0; index--) {
    const byte = candidate[index] ?? 0;
    bits |= byte;
    borrow = ((byte - (order[index] ?? 0) - borrow) >> 8) & 1;
  }
  return bits !== 0 && borrow === 1;
}

/**
 * Refuses bytes that are no private key of the curve.
 *
 * @throws {@link HybridgeError} `invalid_key`.
 */
export function requireEcScalar(curve: EcCurveName, scalar: Uint8Array, what: string): void {
  if (!isEcScalar(curve, scalar))
    throw new HybridgeError('invalid_key', `${what} private key: not between 1 and the order less one`);
}

/**
 * A private key by rejection sampling [FIPS 186-5 §A.2.2]: as many random bytes as the order has, bits above the
 * order's highest cleared, until the number fits. All backends sample this way, so the same randomness gives the
 * same key.
 */
export function sampleEcScalar(curve: EcCurveName, random: RandomSource): Uint8Array {
  const order = ORDERS[curve];
  const mask = 0xff >> (Math.clz32(order[0] ?? 0) - 24);
  for (;;) {
    const candidate = random.bytes(order.length);
    candidate[0] = (candidate[0] ?? 0) & mask;
    if (isEcScalar(curve, candidate)) return candidate;
    wipe(candidate);
  }
}
