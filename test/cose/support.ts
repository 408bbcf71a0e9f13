import { defaultProvider } from '../../src/default/index.ts';
import type { KeyPair, Provider } from '../../src/provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

/** What Node users get: every primitive, RSA included. */
export const provider: Provider = defaultProvider();

const pairs = new Map<SignatureName, Promise<KeyPair<SignatureDescriptor>>>();

/** A key pair of the algorithm, the same one each time. */
export function pairOf(name: SignatureName): Promise<KeyPair<SignatureDescriptor>> {
  const known = pairs.get(name);
  if (known !== undefined) return known;
  const made: Promise<KeyPair<SignatureDescriptor>> = generateKeyPair(provider, name);
  pairs.set(name, made);
  return made;
}

/** The UTF-8 bytes of a text. */
export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Hands out bytes in pieces of uneven size. */
export function* pieces(bytes: Uint8Array, size = 1000): Generator<Uint8Array, void> {
  for (let at = 0, step = size; at < bytes.length; at += step, step = (step % size) + 7)
    yield bytes.subarray(at, at + step);
}
