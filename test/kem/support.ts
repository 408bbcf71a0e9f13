/** Providers to test on, keys from raw bytes, and key files for peers. */
import { readDer } from '../../src/encoding/index.ts';
import { kemFor } from '../../src/kem/index.ts';
import { composeProviders, PrivateKey, type Provider, PublicKey } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { kem, type KemName, type KemTable } from '../../src/registry/index.ts';
import { derandomized, fixedRandom } from '../../src/testing/index.ts';

/** Everything in JavaScript. */
export const portable: Provider = createNobleProvider();

const nodeCrypto = createNativeProvider();

/** node:crypto where it has the primitive, else as `portable`: what Node users get. */
export const native: Provider =
  nodeCrypto === undefined ? portable : composeProviders('native first', nodeCrypto, portable);

export const PROVIDERS: readonly (readonly [name: string, provider: Provider])[] = [
  ['native', native],
  ['portable', portable],
];

/** The provider with these bytes for randomness and nothing after them; ML-KEM of node:crypto cannot be told. */
export function withRandomness(provider: Provider, ...bytes: readonly Uint8Array[]): Provider {
  const random = fixedRandom(Buffer.concat(bytes));
  return composeProviders(
    `${provider.name} with fixed randomness`,
    derandomized(provider, random),
    createNobleProvider({ random }),
  );
}

export function publicKeyOf<Name extends KemName>(name: Name, bytes: Uint8Array): PublicKey<KemTable[Name]> {
  return new PublicKey(kem(name), bytes);
}

/** A private key from its stored form; the public key is computed. */
export async function privateKeyOf<Name extends KemName>(
  provider: Provider,
  name: Name,
  stored: Uint8Array,
): Promise<PrivateKey<KemTable[Name]>> {
  const descriptor = kem(name);
  const handle = await kemFor(provider, descriptor).decapsulationKey(stored);
  const key = new PrivateKey(new PublicKey(descriptor, handle.publicKey), stored);
  handle.dispose();
  return key;
}

/** What PKCS#8 in DER carries. */
export function contentsOfPkcs8(bytes: Uint8Array): Uint8Array {
  const key = readDer(bytes, 'PrivateKeyInfo').sequence('key');
  key.smallInteger('version');
  key.sequence('algorithm');
  return key.octetString('privateKey');
}
