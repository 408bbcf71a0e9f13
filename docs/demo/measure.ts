import { decapsulate, encapsulate, generateKeyPair, sign, verify } from 'hybridge';

/** Bytes and times of one way to do a thing. */
export interface Measured {
  readonly job: 'key exchange' | 'signature';
  readonly nature: 'classical' | 'hybrid' | 'post-quantum';
  readonly algorithm: string;
  readonly publicKey: number;
  /** Ciphertext or signature. */
  readonly sent: number;
  /** Medians, in milliseconds: encapsulate and decapsulate, or sign and verify. */
  readonly make: number;
  readonly take: number;
}

const RUNS = 31;

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}

/** Classical against hybrid against post-quantum, on this machine, in this run. */
export async function measure(): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const algorithm of ['X25519', 'X25519MLKEM768', 'MLKEM768-X25519', 'ML-KEM-768'] as const) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const { ciphertext } = await encapsulate(publicKey);
    rows.push({
      job: 'key exchange',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: ciphertext.length,
      make: await median(() => encapsulate(publicKey)),
      take: await median(() => decapsulate(privateKey, ciphertext)),
    });
  }
  const message = new Uint8Array(1024).fill(7);
  for (const algorithm of [
    'ECDSA-P256-SHA256',
    'Ed25519',
    'MLDSA65-ECDSA-P256-SHA512',
    'MLDSA65-Ed25519-SHA512',
    'ML-DSA-65',
  ] as const) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const signature = await sign(privateKey, message);
    rows.push({
      job: 'signature',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: signature.length,
      make: await median(() => sign(privateKey, message)),
      take: await median(() => verify(publicKey, message, signature)),
    });
  }
  return rows;
}
