/** A hundred thousand broken structures: only HybridgeError, no hang, bounded memory, no changed signed byte. */
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { encryptedMessages, messagesOf, type Subject, subjectsOf } from './structures.ts';

/** Milliseconds that one broken structure may take, on a machine that is busy with other things. */
const PATIENCE = 10_000;
/** Bytes of heap that may stay behind after thousands of structures. */
const LEFT_BEHIND = 64 * 1024 * 1024;

async function breakMany(subject: Subject, times: number, seed: number): Promise<void> {
  const numbers = new Numbers(seed);
  const counts = { unreadable: 0, refused: 0, held: 0 };
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < times; round++) {
    const broken = mutated(subject.genuine, numbers);
    const started = performance.now();
    try {
      counts[await subject.judge(broken)]++;
    } catch (error) {
      if (!isHybridgeError(error))
        throw new Error(`${subject.name}, round ${String(round)}: ${Buffer.from(broken).toString('hex')}`, {
          cause: error,
        });
      counts.unreadable++;
    }
    expect(performance.now() - started, subject.name).toBeLessThan(PATIENCE);
  }
  expect(process.memoryUsage().heapUsed - before, `${subject.name}: heap`).toBeLessThan(LEFT_BEHIND);
  const { unreadable, refused, held } = counts;
  expect(unreadable, `${subject.name}: nothing was ever unreadable`).toBeGreaterThan(0);
  report(
    `${subject.name}: ${String(times)} broken, ${String(unreadable)} unreadable, ${String(refused)} refused, ` +
      `${String(held)} with what was signed unchanged`,
  );
}

describe('broken structures', { timeout: 600_000 }, () => {
  it('certificates, requests, CRLs and OCSP', async () => {
    for (const [index, algorithm] of (
      ['ML-DSA-44', 'ECDSA-P256-SHA256', 'MLDSA44-Ed25519-SHA512'] as const
    ).entries())
      for (const subject of await subjectsOf(algorithm)) await breakMany(subject, 4_000, 1000 * index + 1);
  });

  it('CMS, signed', async () => {
    for (const algorithm of ['ML-DSA-44', 'ECDSA-P256-SHA256'] as const)
      for (const subject of await messagesOf(algorithm)) await breakMany(subject, 3_000, 2);
  });

  it('CMS, encrypted', async () => {
    for (const subject of await encryptedMessages()) await breakMany(subject, 4_000, 3);
  });
});
