/** What is measured of an algorithm. Used in the command itself and in the script that other engines run. */
import type { BenchOperation, BenchStatistic } from '../../cost/index.ts';
import { decapsulate, encapsulate, generateKeyPair as generateKemKeys } from '../../kem/index.ts';
import type { Provider } from '../../index.ts';
import type { KeyDescriptor, SignatureDescriptor } from '../../registry/index.ts';
import { generateKeyPair, sign, verify } from '../../sign/index.ts';

/** One operation, ready to be done again and again. */
export interface Operation {
  readonly operation: BenchOperation;
  readonly statistic: BenchStatistic;
  readonly work: () => Promise<unknown>;
}

/** What is signed: a kibibyte. */
export const MESSAGE: Uint8Array = new Uint8Array(1024).fill(7);

/** Kinds of signature that are tried until one is good enough [FIPS 204 §6.2]. */
const TRIES: readonly SignatureDescriptor['kind'][] = ['ml-dsa', 'hash-ml-dsa', 'composite-signature'];

/** Names of algorithms whose keys are found by trying numbers. */
const SEARCHED = /\bRSA/u;

function statisticOf(descriptor: KeyDescriptor, operation: BenchOperation): BenchStatistic {
  const random =
    operation === 'sign'
      ? descriptor.use === 'signature' && TRIES.includes(descriptor.kind)
      : operation === 'keygen' && SEARCHED.test(descriptor.name);
  return random ? 'mean' : 'median';
}

/** A time says nothing of an engine that computes something else. */
function requireRight(right: boolean, name: string): void {
  if (!right) throw new Error(`${name}: what was made here is not accepted here`);
}

const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

async function works(
  provider: Provider,
  descriptor: KeyDescriptor,
): Promise<Readonly<Partial<Record<BenchOperation, () => Promise<unknown>>>>> {
  if (descriptor.use === 'kem') {
    const { name } = descriptor;
    const { publicKey, privateKey } = await generateKemKeys(provider, name);
    const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
    requireRight(equal(await decapsulate(provider, privateKey, ciphertext), sharedSecret), name);
    return {
      keygen: () => generateKemKeys(provider, name),
      encaps: () => encapsulate(provider, publicKey),
      decaps: () => decapsulate(provider, privateKey, ciphertext),
    };
  }
  const { name } = descriptor;
  const { publicKey, privateKey } = await generateKeyPair(provider, name);
  const signature = await sign(provider, privateKey, MESSAGE);
  requireRight(await verify(provider, publicKey, MESSAGE, signature), name);
  return {
    keygen: () => generateKeyPair(provider, name),
    sign: () => sign(provider, privateKey, MESSAGE),
    verify: () => verify(provider, publicKey, MESSAGE, signature),
  };
}

const ORDER: readonly BenchOperation[] = ['keygen', 'encaps', 'decaps', 'sign', 'verify'];

/**
 * The operations of an algorithm, each done once already.
 *
 * @throws HybridgeError `unsupported` or `self_test_failed` from the provider.
 */
export async function operationsOf(
  provider: Provider,
  descriptor: KeyDescriptor,
): Promise<readonly Operation[]> {
  const found = await works(provider, descriptor);
  return ORDER.flatMap((operation) => {
    const work = found[operation];
    return work === undefined ? [] : { operation, statistic: statisticOf(descriptor, operation), work };
  });
}
