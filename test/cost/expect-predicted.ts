import { expect } from 'vitest';

import { type Compared, residual } from './counted-handshakes.ts';

/** Fails unless both directions are as predicted: exactly, or within 1 % and the bounds. */
export function expectPredicted(one: Compared): void {
  for (const direction of [one.up, one.down]) {
    const { measured, predicted, low, high } = direction;
    if (one.exact) expect(measured).toBe(predicted);
    expect(measured).toBeGreaterThanOrEqual(low);
    expect(measured).toBeLessThanOrEqual(high);
    // A ticket that holds a certificate with an ECDSA signature is a block of 16 bytes longer or shorter.
    if (one.kind !== 'resumption' || one.exact) expect(Math.abs(residual(direction))).toBeLessThan(0.01);
  }
}
