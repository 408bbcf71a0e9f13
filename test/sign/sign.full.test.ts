import { describe, expect, it } from 'vitest';
import { generateKeyPair, sign, signDual, verify } from '../../src/sign/index.ts';
import { report } from '../support/tally.ts';
import { peakAbove, pieces } from './memory.ts';
import { native } from './support.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

describe('2 GiB in less than 64 MiB', () => {
  it.each(['ML-DSA-65', 'MLDSA65-ECDSA-P256-SHA512', 'HashML-DSA-65', 'ECDSA-P256-SHA256'] as const)(
    '%s',
    async (algorithm) => {
      const { privateKey, publicKey } = await generateKeyPair(native, algorithm);
      const signed = await peakAbove((onProgress) =>
        sign(native, privateKey, pieces(2 * GiB), { onProgress }),
      );
      const verified = await peakAbove((onProgress) =>
        verify(native, publicKey, pieces(2 * GiB), signed.result, { onProgress }),
      );
      report(
        `2 GiB with ${algorithm}: ${Math.round(signed.peak / MiB)} MiB to sign, ${Math.round(verified.peak / MiB)} MiB to verify`,
      );
      expect(verified.result).toBe(true);
      expect(signed.peak).toBeLessThan(64 * MiB);
      expect(verified.peak).toBeLessThan(64 * MiB);
    },
  );

  it('two signatures at once', async () => {
    const ecdsa = await generateKeyPair(native, 'ECDSA-P256-SHA256');
    const mlDsa = await generateKeyPair(native, 'ML-DSA-65');
    const keys = { classical: ecdsa.privateKey, postQuantum: mlDsa.privateKey };
    const { peak } = await peakAbove((onProgress) => signDual(native, keys, pieces(2 * GiB), { onProgress }));
    report(`2 GiB dual: ${Math.round(peak / MiB)} MiB to sign`);
    expect(peak).toBeLessThan(64 * MiB);
  });
});
