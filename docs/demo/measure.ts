import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encapsulate, generateKeyPair, sign } from 'hybridge';
import { type BenchOperation, type BenchResult, readBenchResult } from 'hybridge/cost';

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

/** The same as a table for people, and as `hybridge bench` tells it, which the cost model understands. */
export interface Measurements {
  readonly table: readonly Measured[];
  readonly bench: BenchResult;
}

const KEY_EXCHANGES = ['X25519', 'X25519MLKEM768', 'MLKEM768-X25519', 'ML-KEM-768'] as const;
const SIGNATURES = [
  'ECDSA-P256-SHA256',
  'Ed25519',
  'MLDSA65-ECDSA-P256-SHA512',
  'MLDSA65-Ed25519-SHA512',
  'ML-DSA-65',
] as const;

const COMMAND = join(import.meta.dirname, '../../dist/cli/main.js');

/** What the command measures of the provider that everything else here uses. */
async function benchDefault(): Promise<BenchResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [COMMAND, 'bench', ...KEY_EXCHANGES, ...SIGNATURES, '--time', '30', '--rounds', '3', '--json'],
    { maxBuffer: 2 ** 24 },
  );
  const result = readBenchResult(stdout);
  // The portable code beside it is another story, and too slow for rounds as short as these.
  return { ...result, results: result.results.filter(({ provider }) => provider === 'default') };
}

/** Classical against hybrid against post-quantum, on this machine, in this run. */
export async function measure(): Promise<Measurements> {
  const result = await benchDefault();
  const median = (algorithm: string, operation: BenchOperation): number => {
    const row = result.results.find((one) => one.algorithm === algorithm && one.operation === operation);
    if (row === undefined) throw new Error(`hybridge bench did not measure ${algorithm} ${operation}`);
    return row.p50;
  };
  const table: Measured[] = [];
  for (const algorithm of KEY_EXCHANGES) {
    const { publicKey } = await generateKeyPair(algorithm);
    const { ciphertext } = await encapsulate(publicKey);
    table.push({
      job: 'key exchange',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: ciphertext.length,
      make: median(algorithm, 'encaps'),
      take: median(algorithm, 'decaps'),
    });
  }
  for (const algorithm of SIGNATURES) {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const signature = await sign(privateKey, new Uint8Array(result.messageBytes));
    table.push({
      job: 'signature',
      nature: publicKey.algorithm.nature,
      algorithm,
      publicKey: publicKey.bytes().length,
      sent: signature.length,
      make: median(algorithm, 'sign'),
      take: median(algorithm, 'verify'),
    });
  }
  return { table, bench: result };
}
