import { HybridgeError, wipe } from '../bytes/index.ts';
import {
  type DecapsulationKey,
  type Encapsulation,
  type EncapsulationKey,
  HandleCache,
  type PrivateKey,
  type Provider,
  type PublicKey,
} from '../provider/index.ts';
import type { KemDescriptor, KeyDescriptor } from '../registry/index.ts';
import { kemFor } from './kem-for.ts';

const encapsulationKeys = new HandleCache<PublicKey<KemDescriptor>, Provider, EncapsulationKey>();
const decapsulationKeys = new HandleCache<PrivateKey<KemDescriptor>, Provider, DecapsulationKey>();

/**
 * Makes a shared secret and the ciphertext that carries it to the holder of the private key. The first call with a
 * key imports it; further calls do not.
 *
 * @returns A secret and a ciphertext of the sizes in `publicKey.algorithm.sizes`. The secret is the raw output of the
 * KEM: derive keys from it, never use it for two things.
 * @throws {@link HybridgeError} `wrong_algorithm` for a signature key, `unsupported` when the provider lacks a
 * primitive, `invalid_key` for a key that fails the checks of its algorithm [FIPS 203 §7.2].
 *
 * @example
 * ```ts
 * import { encapsulate, generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey } = await generateKeyPair(provider, 'ML-KEM-768');
 * const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
 * console.log(ciphertext.length, sharedSecret.length); // 1088 32
 * ```
 */
export async function encapsulate(
  provider: Provider,
  publicKey: PublicKey<KemDescriptor>,
): Promise<Encapsulation> {
  return (await encapsulationKeyOf(provider, publicKey)).encapsulate(provider.random);
}

/**
 * The shared secret that a ciphertext carries.
 *
 * A changed ciphertext of the right length is no error where ML-KEM alone decides: ML-KEM answers with a secret that
 * nobody else has (implicit rejection, FIPS 203 §6.3), and what is decrypted with it fails. A traditional half refuses
 * a share that is no point of its curve, or an RSA ciphertext that does not decrypt.
 *
 * @throws {@link HybridgeError} `invalid_length` for a ciphertext of the wrong size; `invalid_encoding`,
 * `invalid_key` or `decryption_failed` from a traditional half; `wrong_algorithm` for a signature key;
 * `key_disposed`; `unsupported`.
 *
 * @example
 * ```ts
 * import { decapsulate, encapsulate, generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'X25519MLKEM768');
 * const { ciphertext } = await encapsulate(provider, publicKey);
 * const sharedSecret = await decapsulate(provider, privateKey, ciphertext);
 * console.log(sharedSecret.length); // 64
 * ```
 */
export async function decapsulate(
  provider: Provider,
  privateKey: PrivateKey<KemDescriptor>,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  return (await decapsulationKeyOf(provider, privateKey)).decapsulate(ciphertext);
}

/** The provider's handle of a public key, imported once. */
export async function encapsulationKeyOf(
  provider: Provider,
  publicKey: PublicKey<KemDescriptor>,
): Promise<EncapsulationKey> {
  return encapsulationKeys.get(publicKey, provider) ?? importPublicKey(provider, publicKey);
}

/** The provider's handle of a private key, imported once. */
export async function decapsulationKeyOf(
  provider: Provider,
  privateKey: PrivateKey<KemDescriptor>,
): Promise<DecapsulationKey> {
  return decapsulationKeys.get(privateKey, provider) ?? importPrivateKey(provider, privateKey);
}

async function importPublicKey(
  provider: Provider,
  publicKey: PublicKey<KemDescriptor>,
): Promise<EncapsulationKey> {
  requireKemKey(publicKey.algorithm);
  const handle = await kemFor(provider, publicKey.algorithm).encapsulationKey(publicKey.bytes());
  encapsulationKeys.set(publicKey, provider, handle);
  return handle;
}

async function importPrivateKey(
  provider: Provider,
  privateKey: PrivateKey<KemDescriptor>,
): Promise<DecapsulationKey> {
  requireKemKey(privateKey.algorithm);
  const bytes = privateKey.secretBytes();
  try {
    const handle = await kemFor(provider, privateKey.algorithm).decapsulationKey(bytes);
    requireUndisposed(privateKey, handle);
    decapsulationKeys.set(privateKey, provider, handle);
    privateKey.onDispose(() => {
      handle.dispose();
      decapsulationKeys.delete(privateKey);
    });
    return handle;
  } finally {
    wipe(bytes);
  }
}

// The key may have been disposed of while a backend was importing it.
function requireUndisposed(privateKey: PrivateKey<KemDescriptor>, handle: DecapsulationKey): void {
  try {
    privateKey.assertUsable();
  } catch (error) {
    handle.dispose();
    throw error;
  }
}

// The types say so already; callers from JavaScript have only this.
function requireKemKey(algorithm: KeyDescriptor): void {
  if (algorithm.use !== 'kem')
    throw new HybridgeError(
      'wrong_algorithm',
      `${algorithm.name} is a signature algorithm; key encapsulation needs a KEM key`,
      { fault: 'caller', details: { algorithm: algorithm.name } },
    );
}
