/** A hundred thousand changed messages: no signed byte changes unnoticed. */
import { describe, expect, it } from 'vitest';

import { concat } from '../../src/bytes/index.ts';
import { report } from '../support/tally.ts';
import { type Fate, fateOf, flipped, type Sample, sign1Sample, signSample } from './mutation.ts';

/** A generator of numbers that are the same in every run [Mulberry32]. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function count(
  samples: readonly Sample[],
  changes: (sample: Sample) => Iterable<Uint8Array>,
): Promise<number> {
  const fates = new Map<Fate, number>();
  let total = 0;
  for (const sample of samples)
    for (const changed of changes(sample)) {
      const fate = await fateOf(sample, changed);
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      total++;
    }
  report(
    `COSE messages changed: ${String(total)} (${[...fates].map(([fate, times]) => `${String(times)} ${fate}`).join(', ')})`,
  );
  return total;
}

describe('mutation', () => {
  it('every bit of ML-DSA messages', { timeout: 120_000 }, async () => {
    const samples = [await sign1Sample('ML-DSA-44'), await signSample('ML-DSA-44', 'Ed25519')];
    const total = await count(samples, function* ({ message }) {
      for (let bit = 0; bit < 8 * message.length; bit++) yield flipped(message, bit);
    });
    expect(total).toBeGreaterThan(40_000);
  });

  it('several changes at once, by chance', { timeout: 120_000 }, async () => {
    const samples = [
      await sign1Sample('Ed25519'),
      await sign1Sample('ECDSA-P256-SHA256'),
      await signSample('Ed25519', 'ML-DSA-44'),
    ];
    const below = numbers(20_260_901);
    const total = await count(samples, function* ({ message }) {
      for (let round = 0; round < 20_000; round++) {
        let changed: Uint8Array = message;
        for (let left = 1 + below(3); left > 0; left--) {
          const at = below(Math.min(changed.length, below(2) === 0 ? 120 : changed.length));
          const length = below(12);
          const piece = Uint8Array.from({ length: below(6) }, () => below(256));
          changed = concat(changed.subarray(0, at), piece, changed.subarray(at + length));
        }
        yield changed;
      }
    });
    expect(total).toBe(60_000);
  });
});
