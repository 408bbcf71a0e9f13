import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { generateKeyPair, defaultProvider } from 'hybridge';
import { decryptMessage, encryptMessage } from 'hybridge/cms';

const MEBIBYTE = 1024 * 1024;
const KEY = randomBytes(32);
const NONCE = randomBytes(12);

/** Rates of one large message, in MiB/s, and their ratio. */
export interface CmsResult {
  readonly name: `cms/${'decrypt' | 'encrypt'}`;
  readonly mebibytes: number;
  readonly subject: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly target: 0.6;
  /** Most memory beyond what the process had before, messages included. */
  readonly extraMemoryMiB: number;
}

/** Encrypts and decrypts a streamed message against AES-256-GCM of node:crypto alone; in turns, best of each. */
export async function cms(mebibytes: number, rounds: number): Promise<readonly CmsResult[]> {
  const provider = defaultProvider();
  const { publicKey, privateKey } = await generateKeyPair('ML-KEM-768');
  const piece = new Uint8Array(MEBIBYTE).fill(7);
  function* content(): Generator<Uint8Array> {
    for (let index = 0; index < mebibytes; index++) yield piece;
  }
  const encrypted = (): AsyncGenerator<Uint8Array> =>
    encryptMessage(provider, { recipients: [{ publicKey }] }, content(), { reusePieces: true });

  // The message to decrypt is made beforehand: its time and its memory are not the subject's.
  const message: Uint8Array[] = [];
  for await (const part of encrypted()) message.push(part.slice());

  const subjects = {
    encrypt: encrypted,
    decrypt: () => decryptMessage(provider, [{ privateKey }], message, { reusePieces: true }),
  } as const;
  const baselines = {
    encrypt: () => createCipheriv('aes-256-gcm', KEY, NONCE),
    decrypt: () => createDecipheriv('aes-256-gcm', KEY, NONCE),
  } as const;
  const rate = (started: number): number => mebibytes / ((performance.now() - started) / 1000);
  const results: CmsResult[] = [];
  for (const what of ['encrypt', 'decrypt'] as const) {
    const alone: number[] = [];
    const whole: number[] = [];
    let extra = 0;
    for (let round = 0; round < rounds; round++) {
      // The subject first: the baseline leaves garbage behind.
      const before = process.memoryUsage.rss();
      let started = performance.now();
      let left = 0;
      for await (const part of subjects[what]()) {
        left -= part.length;
        if (left > 0) continue;
        extra = Math.max(extra, process.memoryUsage.rss() - before);
        left = 8 * MEBIBYTE;
      }
      whole.push(rate(started));
      started = performance.now();
      const cipher = baselines[what]();
      for (const chunk of content()) cipher.update(chunk);
      alone.push(rate(started));
    }
    const subject = Math.max(...whole);
    const baseline = Math.max(...alone);
    results.push({
      name: `cms/${what}`,
      mebibytes,
      subject,
      baseline,
      ratio: subject / baseline,
      target: 0.6,
      extraMemoryMiB: extra / MEBIBYTE,
    });
  }
  return results;
}
