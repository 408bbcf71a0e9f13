/** How the published ML-DSA cases are run; shared by the everyday sample and the whole set. */
import { expect } from 'vitest';
import { concat } from '../../src/bytes/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import { type HashMlDsaName, ML_DSA_NAMES, type MlDsaName, signature } from '../../src/registry/index.ts';
import { computeMu, sign, signatureFor, signMu, verify, verifyMu } from '../../src/sign/index.ts';
import { expectBytes } from '../support/tally.ts';
import type { SignCase, VerifyCase } from '../support/vectors.ts';
import { privateKeyOf, publicKeyOf, withRandom } from './support.ts';

const HASHED = {
  'ML-DSA-44': 'HashML-DSA-44',
  'ML-DSA-65': 'HashML-DSA-65',
  'ML-DSA-87': 'HashML-DSA-87',
} as const satisfies Record<MlDsaName, HashMlDsaName>;

function mlDsaName({ algorithm }: { readonly algorithm: string }): MlDsaName {
  const found = ML_DSA_NAMES.find((name) => name === algorithm);
  if (found === undefined) throw new Error(algorithm);
  return found;
}

/** µ of the internal interface, whose M' is given: FIPS 204 Algorithm 7 without Algorithm 2 around it. */
function muOfFormatted(provider: Provider, publicKey: Uint8Array, formatted: Uint8Array): Uint8Array {
  const shake = provider.hash.SHAKE256;
  if (shake === undefined) throw new Error('no SHAKE256');
  return shake.digest(concat(shake.digest(publicKey, 64), formatted), 64);
}

/** Every way in which the house makes this signature. */
async function signEveryWay(provider: Provider, item: SignCase): Promise<readonly Uint8Array[]> {
  const { input, randomness } = item;
  const from = randomness === undefined ? provider : withRandom(provider, randomness);
  const key = await privateKeyOf(from, mlDsaName(item), item.privateKey.bytes);
  const deterministic = randomness === undefined;
  switch (input.kind) {
    case 'message': {
      const { message, context } = input;
      const options = { context, deterministic };
      const mu = await computeMu(from, key.publicKey, message, { context });
      const byMu = await signMu(from, key, mu, { deterministic });
      const halves = [message.subarray(0, message.length >> 1), message.subarray(message.length >> 1)];
      const streamed = await sign(from, key, halves, options);
      // A whole message with given randomness is the backend's affair; only `caller` entropy takes ours.
      const takesOurs = from.signature[mlDsaName(item)]?.backend.entropy === 'caller';
      const whole = deterministic || takesOurs ? [await sign(from, key, message, options)] : [];
      return [byMu, streamed, ...whole];
    }
    case 'mu':
      return [await signMu(from, key, input.mu, { deterministic })];
    case 'internal':
      return [
        await signMu(from, key, muOfFormatted(from, key.publicKey.bytes(), input.message), { deterministic }),
      ];
    case 'pre-hash':
      throw new Error('no such signing vectors');
  }
}

async function verifyEveryWay(provider: Provider, item: VerifyCase): Promise<readonly boolean[]> {
  const { input, signature: value } = item;
  const name = mlDsaName(item);
  const key = publicKeyOf(name, item.publicKey.bytes);
  switch (input.kind) {
    case 'message': {
      const { message, context } = input;
      return [
        await verify(provider, key, message, value, { context }),
        await verify(provider, key, [message], value, { context }),
      ];
    }
    case 'mu':
      return [await verifyMu(provider, key, input.mu, value)];
    case 'internal':
      return [
        await verifyMu(provider, key, muOfFormatted(provider, item.publicKey.bytes, input.message), value),
      ];
    case 'pre-hash': {
      // The registry names SHA-512; the construction takes any hash, as data.
      const scheme = signatureFor(provider, { ...signature(HASHED[name]), prehash: input.hash });
      const handle = await scheme.verifyingKey(item.publicKey.bytes);
      const verifier = handle.start?.(input.context);
      verifier?.update(input.message);
      return [
        await handle.verify(input.message, value, input.context),
        (await verifier?.finish(value)) ?? false,
      ];
    }
  }
}

/** Every way to sign must give the published bytes, or be refused where the case says so. */
export async function checkMlDsaSign(provider: Provider, item: SignCase): Promise<void> {
  if (item.verdict === 'invalid') {
    let made: readonly Uint8Array[];
    try {
      made = await signEveryWay(provider, item);
    } catch (error) {
      expect(error).toMatchObject({ name: 'HybridgeError' });
      return;
    }
    throw new Error(`signed ${String(made.length)} times what must be refused`);
  }
  const { signature: expected } = item;
  if (expected === undefined) throw new Error('no signature to compare with');
  for (const made of await signEveryWay(provider, item)) expectBytes(made, expected, 'signature');
}

/** Every way to verify must give the published verdict. */
export async function checkMlDsaVerify(provider: Provider, item: VerifyCase): Promise<void> {
  let held: readonly boolean[];
  try {
    held = await verifyEveryWay(provider, item);
  } catch (error) {
    // Only a malformed key may throw; a signature gets a verdict.
    expect(error).toMatchObject({
      name: 'HybridgeError',
      code: expect.stringMatching(/^invalid_/) as string,
    });
    expect(item.flags.join()).toMatch(/PublicKey/);
    held = [false];
  }
  for (const holds of held) if (holds !== (item.verdict === 'valid')) throw new Error(`verified: ${holds}`);
}
