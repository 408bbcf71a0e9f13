/** Changed messages: nothing that was signed may change unnoticed, and nothing but HybridgeError may be thrown. */
import { equal, isHybridgeError } from '../../src/bytes/index.ts';
import {
  type HeaderParameters,
  importCoseKey,
  sign1,
  signCose,
  verify1,
  verifyCose,
} from '../../src/cose/index.ts';
import type { PublicKey } from '../../src/provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../../src/registry/index.ts';
import { pairOf, provider, text } from './support.ts';

/** A message, what it says, and how it is judged. */
export interface Sample {
  readonly message: Uint8Array;
  readonly judge: (message: Uint8Array) => Promise<Verdict>;
}

/** What a reader learns of a message that is valid; undefined for one that is not. */
type Verdict = { readonly payload: Uint8Array; readonly signed: readonly HeaderParameters[] } | undefined;

const PAYLOAD = text('21.5 °C, sensor 7');

/** A COSE_Sign1 with headers in both buckets. */
export async function sign1Sample(name: SignatureName): Promise<Sample> {
  const { privateKey, publicKey } = await pairOf(name);
  const message = await sign1(provider, privateKey, PAYLOAD, {
    kid: text('sensor-7'),
    contentType: 'text/plain',
    headers: {
      protected: { crit: [3], x5t: { algorithm: -16, hash: new Uint8Array(32) } },
      unprotected: { x5chain: [new Uint8Array(40)], other: new Map([['note', [1, 'x']]]) },
    },
  });
  return {
    message,
    judge: async (changed) => {
      const verdict = await verify1(provider, publicKey, changed);
      return verdict.valid ? { payload: verdict.payload, signed: [verdict.headers.protected] } : undefined;
    },
  };
}

/** A COSE_Sign of several signers. */
export async function signSample(...names: readonly SignatureName[]): Promise<Sample> {
  const pairs = await Promise.all(names.map(pairOf));
  const keys: readonly PublicKey<SignatureDescriptor>[] = pairs.map(({ publicKey }) => publicKey);
  const message = await signCose(
    provider,
    pairs.map(({ privateKey }, index) => ({
      key: privateKey,
      kid: text(`signer ${String(index)}`),
      headers: { unprotected: { other: new Map([['note', index]]) } },
    })),
    PAYLOAD,
    { contentType: 0, headers: { unprotected: { kid: text('all') } } },
  );
  return {
    message,
    judge: async (changed) => {
      const verdict = await verifyCose(provider, keys, changed);
      return verdict.valid
        ? {
            payload: verdict.payload,
            signed: [verdict.headers, ...verdict.signers.map(({ headers }) => headers)].map(
              (headers) => headers.protected,
            ),
          }
        : undefined;
    },
  };
}

/** What became of a changed message. */
export type Fate = 'invalid' | 'malformed' | 'unsigned part changed';

/**
 * The fate of a changed message; fails when a signed part of a valid message differs, and when something other than a
 * HybridgeError is thrown.
 */
export async function fateOf({ message, judge }: Sample, changed: Uint8Array): Promise<Fate> {
  let verdict: Verdict;
  try {
    verdict = await judge(changed);
  } catch (error) {
    if (isHybridgeError(error)) return 'malformed';
    throw error;
  }
  if (verdict === undefined) return 'invalid';
  const original = await judge(message);
  if (original === undefined) throw new Error('the original is not valid');
  if (!equal(verdict.payload, original.payload)) throw new Error('another payload verifies');
  if (!sameHeaders(verdict.signed, original.signed)) throw new Error('other protected headers verify');
  return 'unsigned part changed';
}

function sameHeaders(a: readonly HeaderParameters[], b: readonly HeaderParameters[]): boolean {
  const shown = (headers: readonly HeaderParameters[]): string =>
    JSON.stringify(headers, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    );
  // Signatures may change places.
  const [bodyA, ...layersA] = a.map((one) => shown([one]));
  const [bodyB, ...layersB] = b.map((one) => shown([one]));
  return bodyA === bodyB && layersA.sort().join() === layersB.sort().join();
}

/** The bytes with one bit changed. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit >> 3;
  return bytes.with(at, (bytes[at] ?? 0) ^ (1 << (bit & 7)));
}

/** Whether a COSE_Key is read; fails for errors that are not ours. */
export async function readsKey(bytes: Uint8Array): Promise<boolean> {
  try {
    await importCoseKey(provider, bytes, { drafts: { 'SLH-DSA-SHA2-128s': -51 } });
    return true;
  } catch (error) {
    if (isHybridgeError(error)) return false;
    throw error;
  }
}
