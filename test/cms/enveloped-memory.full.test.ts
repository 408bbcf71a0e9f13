import { expect, test } from 'vitest';
import { decryptMessage, encryptMessage } from '../../src/cms/index.ts';
import { peakAbove, pieces } from '../sign/memory.ts';
import { report } from '../support/tally.ts';
import { holderOf } from './enveloped-support.ts';
import { provider } from './support.ts';

const MIB = 1024 * 1024;
const SIZE = 1024 * MIB;

test.each(['AES-256-GCM', 'AES-256-CBC'] as const)(
  'encrypts and decrypts 1 GiB with less than 64 MiB: %s',
  async (cipher) => {
    const { publicKey, privateKey } = await holderOf('ML-KEM-768');
    const run = (size: number): Promise<{ readonly result: number; readonly peak: number }> =>
      peakAbove(async (onProgress) => {
        const options = { reusePieces: true, onProgress };
        const request = { recipients: [{ publicKey }], cipher };
        const message = encryptMessage(provider, request, pieces(size), options);
        let opened = 0;
        for await (const piece of decryptMessage(provider, [{ privateKey }], message, { reusePieces: true }))
          opened += piece.length;
        return opened;
      });
    // What the engine compiles and keeps is not the message's.
    await run(32 * MIB);
    const { result, peak } = await run(SIZE);
    report(`CMS ${cipher}, 1 GiB encrypted and decrypted: ${(peak / MIB).toFixed(0)} MiB more memory`);
    expect(result).toBe(SIZE);
    expect(peak).toBeLessThan(64 * MIB);
  },
  120_000,
);
