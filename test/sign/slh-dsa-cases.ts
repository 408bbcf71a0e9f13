/** How the published SLH-DSA cases are run; shared by the everyday sample and the whole set. */
import type { Provider } from '../../src/provider/index.ts';
import { HASH_SLH_DSA_NAMES, signature, SLH_DSA_NAMES, type SlhDsaName } from '../../src/registry/index.ts';
import { sign, signatureFor, verify } from '../../src/sign/index.ts';
import { expectBytes } from '../support/tally.ts';
import type { SignCase, VerifyCase } from '../support/vectors.ts';
import { privateKeyOf, publicKeyOf, withRandom } from './support.ts';

function slhDsaName({ algorithm }: { readonly algorithm: string }): SlhDsaName {
  const found = SLH_DSA_NAMES.find((name) => name === algorithm);
  if (found === undefined) throw new Error(algorithm);
  return found;
}

function hashed(name: SlhDsaName): ReturnType<typeof signature<(typeof HASH_SLH_DSA_NAMES)[number]>> {
  const found = HASH_SLH_DSA_NAMES.map((item) => signature(item)).find(({ base }) => base === name);
  if (found === undefined) throw new Error(name);
  return found;
}

function internalOf(provider: Provider, name: SlhDsaName) {
  const internal = provider.internalSignature[name];
  if (internal === undefined) throw new Error(`no internal ${name}`);
  return internal;
}

/** The signature that the house makes for the case must be the published one. */
export async function checkSlhDsaSign(provider: Provider, item: SignCase): Promise<void> {
  const { input, randomness, signature: expected } = item;
  if (expected === undefined) throw new Error('no signature to compare with');
  const name = slhDsaName(item);
  const stored = item.privateKey.bytes;
  const from = randomness === undefined ? provider : withRandom(provider, randomness);
  const deterministic = randomness === undefined;
  switch (input.kind) {
    case 'message': {
      const key = await privateKeyOf(from, name, stored);
      const options = { context: input.context, deterministic };
      if (deterministic || from.signature[name]?.backend.entropy === 'caller')
        expectBytes(await sign(from, key, input.message, options), expected, 'signature');
      else
        // The backend draws its own randomness; what remains to be seen is that the published one holds.
        await requireVerdict(verify(from, key.publicKey, input.message, expected, input), true);
      return;
    }
    case 'pre-hash': {
      const handle = await signatureFor(from, { ...hashed(name), prehash: input.hash }).signingKey(stored);
      const { context } = input;
      const made = await handle.sign(input.message, { context, random: from.random, deterministic });
      expectBytes(made, expected, 'signature');
      return;
    }
    case 'internal': {
      const key = await internalOf(provider, name).internalSigningKey(stored);
      expectBytes(await key.signInternal(input.message, randomness), expected, 'signature');
      return;
    }
    case 'mu':
      throw new Error('µ belongs to ML-DSA');
  }
}

/** The verdict must be the published one, for the message whole and in pieces. */
export async function checkSlhDsaVerify(provider: Provider, item: VerifyCase): Promise<void> {
  const { input, signature: value } = item;
  const name = slhDsaName(item);
  const raw = item.publicKey.bytes;
  const expected = item.verdict === 'valid';
  switch (input.kind) {
    case 'message': {
      const key = publicKeyOf(name, raw);
      const { message, context } = input;
      await requireVerdict(verify(provider, key, message, value, { context }), expected);
      await requireVerdict(verify(provider, key, [message], value, { context }), expected);
      return;
    }
    case 'pre-hash': {
      const handle = await signatureFor(provider, { ...hashed(name), prehash: input.hash }).verifyingKey(raw);
      await requireVerdict(handle.verify(input.message, value, input.context), expected);
      return;
    }
    case 'internal': {
      const key = await internalOf(provider, name).internalVerifyingKey(raw);
      await requireVerdict(key.verifyInternal(input.message, value), expected);
      return;
    }
    case 'mu':
      throw new Error('µ belongs to ML-DSA');
  }
}

async function requireVerdict(verdict: PromiseLike<boolean> | boolean, expected: boolean): Promise<void> {
  const holds = await verdict;
  if (holds !== expected) throw new Error(`verified: ${holds}`);
}
