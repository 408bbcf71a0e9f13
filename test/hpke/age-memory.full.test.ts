import { expect, it } from 'vitest';
import { open, seal } from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { native } from '../kem/support.ts';
import { report } from '../support/tally.ts';

const MIB = 1024 * 1024;
const SIZE = 1024 * MIB;

/** What the garbage collector leaves lying about between two of its rounds; the same for a file of any size. */
const SLACK = 192 * MIB;

it('seals and opens a file of 1 GiB in bounded memory', async () => {
  const { publicKey, privateKey } = await generateKeyPair(native, 'MLKEM768-X25519');
  const { signal } = new AbortController();
  const piece = new Uint8Array(MIB + 1);
  function* source(): Generator<Uint8Array, void> {
    for (let given = 0; given < SIZE; given += piece.length) yield piece;
  }
  let progress = 0;
  const onProgress = (bytes: number): void => {
    progress = bytes;
  };
  const held = (): number => process.memoryUsage().rss;
  const start = held();
  let most = 0;
  let opened = 0;
  const began = performance.now();
  const sealed = seal(native, { to: [publicKey], signal, onProgress }, source());
  for await (const part of open(native, { identities: [privateKey], signal }, sealed)) {
    opened += part.length;
    most = Math.max(most, held() - start);
  }
  expect(opened).toBe(progress);
  expect(opened).toBeGreaterThanOrEqual(SIZE);
  const seconds = (performance.now() - began) / 1000;
  report(
    `age, 1 GiB sealed and opened: ${(most / MIB).toFixed(0)} MiB above the start, ${seconds.toFixed(1)} s`,
  );
  expect(most).toBeLessThan(SLACK);
});
