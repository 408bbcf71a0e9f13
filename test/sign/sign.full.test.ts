import { once } from 'node:events';
import { createReadStream, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateKeyPair, sign, signDual, verify } from '../../src/sign/index.ts';
import { report } from '../support/tally.ts';
import { peakAbove, pieces } from './memory.ts';
import { native } from './support.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const LIMIT = 64 * MiB;

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
      expect(signed.peak).toBeLessThan(LIMIT);
      expect(verified.peak).toBeLessThan(LIMIT);
    },
  );

  it('two signatures at once', async () => {
    const ecdsa = await generateKeyPair(native, 'ECDSA-P256-SHA256');
    const mlDsa = await generateKeyPair(native, 'ML-DSA-65');
    const keys = { classical: ecdsa.privateKey, postQuantum: mlDsa.privateKey };
    const { peak } = await peakAbove((onProgress) => signDual(native, keys, pieces(2 * GiB), { onProgress }));
    report(`2 GiB dual: ${Math.round(peak / MiB)} MiB to sign`);
    expect(peak).toBeLessThan(LIMIT);
  });

  it('a file, beyond what reading it alone takes', async () => {
    const { privateKey, publicKey } = await generateKeyPair(native, 'ML-DSA-65');
    const path = fileIn(scratchFolder(), 'sparse', '');
    truncateSync(path, 2 * GiB);
    // Node's file streams give every piece in a new buffer, and V8 lets some 64 MiB of those gather before it collects.
    const read = await peakAbove(async (onProgress) => {
      const stream = createReadStream(path);
      stream.on('data', onProgress);
      await once(stream, 'end');
    });
    const signed = await peakAbove((onProgress) =>
      sign(native, privateKey, createReadStream(path), { onProgress }),
    );
    report(
      `2 GiB file: ${Math.round(read.peak / MiB)} MiB to read, ${Math.round(signed.peak / MiB)} MiB more to sign`,
    );
    expect(signed.peak).toBeLessThan(LIMIT);
    expect(await verify(native, publicKey, createReadStream(path), signed.result)).toBe(true);
  });

  it('bytes of more than 2^31 go in pieces', async () => {
    const { privateKey, publicKey } = await generateKeyPair(native, 'ML-DSA-65');
    const message = new Uint8Array(2 ** 31 + 1);
    const value = await sign(native, privateKey, message);
    expect(await verify(native, publicKey, message, value)).toBe(true);
    message[2 ** 31] = 1;
    expect(await verify(native, publicKey, message, value)).toBe(false);
  });
});
