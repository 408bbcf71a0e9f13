/** RSA-OAEP of a key that the caller chose: what messages with several recipients need [RFC 3560, RFC 8017 §7.1]. */
import { HybridgeError } from '../bytes/index.ts';
import type { OaepHash, PrivateKey, Provider, PublicKey } from '../provider/index.ts';
import type { KemDescriptor, RsaOaepDescriptor } from '../registry/index.ts';
import { decapsulationKeyOf, encapsulationKeyOf } from './encapsulation.ts';

/**
 * Encrypts a key to the holder of an RSA key, with this hash also in MGF1 and no label.
 *
 * @throws HybridgeError `message_too_large`; `invalid_key`; `unsupported`.
 */
export async function encryptKeyTo(
  provider: Provider,
  publicKey: PublicKey<RsaOaepDescriptor>,
  key: Uint8Array,
  hash: OaepHash,
): Promise<Uint8Array> {
  const { encrypt } = await encapsulationKeyOf(provider, publicKey);
  return (encrypt ?? lacking(provider, publicKey.algorithm))(key, hash);
}

/**
 * Decrypts what {@link encryptKeyTo} made with the same hash.
 *
 * @throws HybridgeError `decryption_failed`, whatever the reason; `invalid_length`; `key_disposed`; `unsupported`.
 */
export async function decryptKeyWith(
  provider: Provider,
  privateKey: PrivateKey<RsaOaepDescriptor>,
  encrypted: Uint8Array,
  hash: OaepHash,
): Promise<Uint8Array> {
  const { decrypt } = await decapsulationKeyOf(provider, privateKey);
  return (decrypt ?? lacking(provider, privateKey.algorithm))(encrypted, hash);
}

function lacking(provider: Provider, { name }: KemDescriptor): never {
  throw new HybridgeError(
    'unsupported',
    `provider ${provider.name} encrypts no chosen message with ${name}`,
    {
      fault: 'caller',
    },
  );
}
