import { readFile, statfs } from 'node:fs/promises';
import { arch, cpus, freemem, loadavg, platform, totalmem } from 'node:os';
import { decapsulate, encapsulate, generateKeyPair, sign, verify } from 'hybridge';
import { type BenchEnvironment, type BenchResult, benchRow, type BenchRow } from 'hybridge/cost';

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

/** The same as a table for people, and as a result of `hybridge bench`, which the cost model understands. */
export interface Measurements {
  readonly table: readonly Measured[];
  readonly bench: BenchResult;
}

const ROUNDS = 3;
const RUNS = 11;
const MESSAGE_BYTES = 1024;

async function timed(
  what: Pick<BenchRow, 'algorithm' | 'operation' | 'statistic'>,
  work: () => Promise<unknown>,
): Promise<BenchRow> {
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    }
    rounds.push(times);
  }
  return benchRow({ ...what, provider: 'default', runtime: 'node', rounds });
}

async function environment(): Promise<BenchEnvironment> {
  const [first] = cpus();
  const { bsize, blocks, bavail } = await statfs('.');
  const [minute = 0, five = 0, fifteen = 0] = loadavg();
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return {
    date: new Date().toISOString(),
    hybridge: /"version": "([^"]+)"/u.exec(manifest)?.[1] ?? 'unknown',
    node: process.versions.node,
    openssl: process.versions.openssl,
    v8: process.versions.v8,
    platform: `${platform()}-${arch()}`,
    cpu: first?.model.trim() ?? 'unknown',
    cores: Math.max(1, cpus().length),
    // Virtual machines and many boards say 0.
    ...(first === undefined || first.speed === 0 ? {} : { megahertz: first.speed }),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    diskBytes: blocks * bsize,
    freeDiskBytes: bavail * bsize,
    load: [minute, five, fifteen],
  };
}

/** Classical against hybrid against post-quantum, on this machine, in this run. */
export async function measure(): Promise<Measurements> {
  const table: Measured[] = [];
  const results: BenchRow[] = [];
  const here = await environment();
  for (const algorithm of ['X25519', 'X25519MLKEM768', 'MLKEM768-X25519', 'ML-KEM-768'] as const) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const { ciphertext } = await encapsulate(publicKey);
    const keygen = await timed({ algorithm, operation: 'keygen', statistic: 'median' }, () =>
      generateKeyPair(algorithm),
    );
    const encaps = await timed({ algorithm, operation: 'encaps', statistic: 'median' }, () =>
      encapsulate(publicKey),
    );
    const decaps = await timed({ algorithm, operation: 'decaps', statistic: 'median' }, () =>
      decapsulate(privateKey, ciphertext),
    );
    results.push(keygen, encaps, decaps);
    table.push({
      job: 'key exchange',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: ciphertext.length,
      make: encaps.p50,
      take: decaps.p50,
    });
  }
  const message = new Uint8Array(MESSAGE_BYTES).fill(7);
  for (const algorithm of [
    'ECDSA-P256-SHA256',
    'Ed25519',
    'MLDSA65-ECDSA-P256-SHA512',
    'MLDSA65-Ed25519-SHA512',
    'ML-DSA-65',
  ] as const) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const signature = await sign(privateKey, message);
    // What has ML-DSA in it takes another time for every signature, by design.
    const statistic = publicKey.algorithm.nature === 'classical' ? 'median' : 'mean';
    const signing = await timed({ algorithm, operation: 'sign', statistic }, () => sign(privateKey, message));
    const verification = await timed({ algorithm, operation: 'verify', statistic: 'median' }, () =>
      verify(publicKey, message, signature),
    );
    results.push(signing, verification);
    table.push({
      job: 'signature',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: signature.length,
      make: signing.p50,
      take: verification.p50,
    });
  }
  return {
    table,
    bench: { schemaVersion: 1, environment: here, messageBytes: MESSAGE_BYTES, results, failures: [] },
  };
}
