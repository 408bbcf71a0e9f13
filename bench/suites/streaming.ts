import { createHash } from 'node:crypto';
import { generateKeyPair, sign } from 'hybridge';

const MEBIBYTE = 1024 * 1024;
const PIECE = 1 * MEBIBYTE;

/** Rates of one large message, in MiB/s, and their ratio. */
export interface StreamingResult {
  readonly name: 'streaming/ml-dsa-65/sign';
  readonly mebibytes: number;
  readonly subject: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly target: 0.8;
  readonly peakMemoryMiB: number;
}

function* message(mebibytes: number, piece: Uint8Array): Generator<Uint8Array> {
  for (let index = 0; index < mebibytes; index++) yield piece;
}

/** Signs a stream with ML-DSA-65 against the rate of the SHAKE256 that it contains; in turns, best of each. */
export async function streaming(mebibytes: number, rounds: number): Promise<StreamingResult> {
  const { privateKey } = await generateKeyPair('ML-DSA-65');
  const piece = new Uint8Array(PIECE).fill(7);
  const before = process.memoryUsage().rss;
  let peak = before;
  const rate = (started: number): number => mebibytes / ((performance.now() - started) / 1000);
  const hashing: number[] = [];
  const signing: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let started = performance.now();
    const hash = createHash('shake256', { outputLength: 64 });
    for (const chunk of message(mebibytes, piece)) hash.update(chunk);
    hash.digest();
    hashing.push(rate(started));
    started = performance.now();
    await sign(privateKey, message(mebibytes, piece), {
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage.rss());
      },
    });
    signing.push(rate(started));
  }
  const subject = Math.max(...signing);
  const baseline = Math.max(...hashing);
  return {
    name: 'streaming/ml-dsa-65/sign',
    mebibytes,
    subject,
    baseline,
    ratio: subject / baseline,
    target: 0.8,
    peakMemoryMiB: (peak - before) / MEBIBYTE,
  };
}
