import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { brainpoolP256r1, brainpoolP384r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import {
  ecScalarSize,
  type PointRole,
  refusedPoint,
  requireUncompressedPoint,
} from '../../provider/index.ts';
import type { EcCurveName } from '../../registry/index.ts';

/** The curves in short Weierstrass form, which serve Diffie-Hellman and ECDSA. */
export const CURVES: Readonly<Record<EcCurveName, ECDSA>> = {
  'P-256': p256,
  'P-384': p384,
  'P-521': p521,
  brainpoolP256r1,
  brainpoolP384r1,
};

/** Refuses bytes that are not an uncompressed point of the curve; `what` names the algorithm. */
export function requireCurvePoint(
  curve: EcCurveName,
  point: Uint8Array,
  what: string,
  role: PointRole,
): void {
  requireUncompressedPoint(point, 1 + 2 * ecScalarSize(curve), `${what} ${role.what}`);
  try {
    CURVES[curve].Point.fromBytes(point).assertValidity();
  } catch (cause) {
    throw refusedPoint(what, role, cause);
  }
}
