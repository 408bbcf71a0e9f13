import { EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import {
  type KeyPair,
  PrivateKey,
  type Provider,
  PublicKey,
  type RawKeyPair,
  requireHash,
} from '../provider/index.ts';
import { kdf, kem, type KemDescriptor, type KemName, type KemTable, mostBytes } from '../registry/index.ts';
import { derivedSource } from './dhkem.ts';
import { kemFor } from './kem-for.ts';
import { labeledDerive, labeledHkdf } from './labeled-kdf.ts';
import { samplePrivateKey } from './sample.ts';
import { kemSuiteId } from './suite-id.ts';

/**
 * A fresh key pair for key encapsulation.
 *
 * @param name - Any KEM of the registry.
 * @throws {@link HybridgeError} `unsupported` when the provider lacks a primitive that the KEM is made of.
 *
 * @example
 * ```ts
 * import { decapsulate, encapsulate, generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'MLKEM768-X25519');
 * const { ciphertext, sharedSecret } = await encapsulate(provider, publicKey);
 * const received = await decapsulate(provider, privateKey, ciphertext);
 * console.log(received.length === sharedSecret.length); // true: both are the same 32 bytes
 * ```
 */
export async function generateKeyPair<Name extends KemName>(
  provider: Provider,
  name: Name,
): Promise<KeyPair<KemTable[Name]>> {
  const descriptor = kem(name);
  return keyPair(descriptor, await kemFor(provider, descriptor).generateKeyPair(provider.random));
}

/**
 * DeriveKeyPair: the key pair that secret input makes, always the same one [RFC 9180 §7.1.3, draft-ietf-hpke-pq-05
 * §3]. Offered for the KEMs of HPKE.
 *
 * @param inputKey - At least as long as the private key of the KEM and as hard to guess; used for nothing else.
 * @throws {@link HybridgeError} `unsupported` for a KEM without an HPKE number; `invalid_length` for short input.
 */
export async function deriveKeyPair<Name extends KemName>(
  provider: Provider,
  name: Name,
  inputKey: Uint8Array,
): Promise<KeyPair<KemTable[Name]>> {
  const descriptor = kem(name);
  const privateKey = derivePrivateKey(provider, descriptor, inputKey);
  const handle = await kemFor(provider, descriptor).decapsulationKey(privateKey);
  const { publicKey } = handle;
  handle.dispose();
  return keyPair(descriptor, { publicKey, privateKey });
}

function derivePrivateKey(provider: Provider, descriptor: KemDescriptor, inputKey: Uint8Array): Uint8Array {
  const suiteId = kemSuiteId(descriptor);
  const size = mostBytes(descriptor.sizes.privateKey);
  if (inputKey.length < size)
    throw new HybridgeError(
      'invalid_length',
      `${descriptor.name} DeriveKeyPair: ${String(inputKey.length)} bytes of input, expected at least ${String(size)}`,
      { fault: 'caller', details: { minimum: size, actual: inputKey.length } },
    );
  if (descriptor.kind !== 'dhkem')
    return labeledDerive(requireHash(provider, 'SHAKE256'), suiteId, inputKey, 'DeriveKeyPair', EMPTY, size);
  const hkdf = labeledHkdf(provider, kdf(descriptor.kdf).hash, suiteId);
  const agreement = kem(descriptor.agreement);
  return samplePrivateKey(
    agreement,
    derivedSource(hkdf, agreement.key, () => Uint8Array.from(inputKey)),
  );
}

/** Key objects around raw bytes; the raw private key, which they copy, is wiped. */
function keyPair<Descriptor extends KemDescriptor>(
  descriptor: Descriptor,
  raw: RawKeyPair,
): KeyPair<Descriptor> {
  try {
    const publicKey = new PublicKey(descriptor, raw.publicKey);
    return { publicKey, privateKey: new PrivateKey(publicKey, raw.privateKey) };
  } finally {
    wipe(raw.privateKey);
  }
}
