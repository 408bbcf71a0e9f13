/** Keys in the formats of WebCrypto. */
import { HybridgeError } from '../../bytes/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  type ImportedKey,
  importKey,
  importPublicKey,
  type Jwk,
} from '../../keys/index.ts';
import { PrivateKey, type Provider, type PublicKey } from '../../provider/index.ts';
import type { KemDescriptor, KeyDescriptor, SignatureDescriptor } from '../../registry/index.ts';
import { arrayBufferOf, bytesOf } from './buffer-source.ts';
import type { EngineKey, KeyMaterial } from './engine-key.ts';

/** The format of a key file, and the half that the name of the WebCrypto format promises. */
const FORMATS = {
  jwk: { format: 'jwk', half: undefined },
  pkcs8: { format: 'der', half: 'private' },
  raw: { format: 'raw', half: 'public' },
  spki: { format: 'der', half: 'public' },
} as const satisfies Record<KeyFormat, object>;

/**
 * The format of that name.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireFormat(name: string): KeyFormat {
  switch (name) {
    case 'jwk':
    case 'pkcs8':
    case 'raw':
    case 'spki':
      return name;
    default:
      throw misuse(`no key format ${name}; jwk, pkcs8, raw and spki are there`);
  }
}

/**
 * Reads a key of that algorithm.
 *
 * @throws HybridgeError as `importKey` of `hybridge/keys`; `invalid_argument` for a private key where a public one is
 * expected and the other way round.
 */
export async function readKey(
  provider: Provider,
  name: KeyFormat,
  data: BufferSource | JsonWebKey,
  descriptor: KeyDescriptor,
): Promise<KeyMaterial> {
  const { format, half } = FORMATS[name];
  const input = isBufferSource(data) ? bytesOf(data) : data;
  const refuseOther = ({ kind }: ImportedKey): void => {
    if (half !== undefined && half !== kind) throw misuse(`a ${kind} key is not ${name}`);
  };
  if (descriptor.use === 'signature') {
    const options = { format, algorithm: descriptor.name };
    if (format === 'raw') return { can: 'verify', key: await importPublicKey(provider, input, options) };
    const read = await importKey(provider, input, options);
    refuseOther(read);
    return read.kind === 'public' ? { can: 'verify', key: read.key } : { can: 'sign', key: read.key };
  }
  const options = { format, algorithm: descriptor.name };
  if (format === 'raw') return { can: 'encapsulate', key: await importPublicKey(provider, input, options) };
  const read = await importKey(provider, input, options);
  refuseOther(read);
  return read.kind === 'public'
    ? { can: 'encapsulate', key: read.key }
    : { can: 'decapsulate', key: read.key };
}

/**
 * Writes a key; private keys in the form that every peer reads, the seed where there is one.
 *
 * @throws HybridgeError `invalid_argument` for a key that is not extractable or not of that half; `unsupported` for a
 * key that lives elsewhere, and where no standard gives the keys of the algorithm that format.
 */
export async function writeKey(
  provider: Provider,
  name: KeyFormat,
  key: EngineKey,
): Promise<ArrayBuffer | JsonWebKey> {
  if (!key.extractable) throw misuse(`this ${key.algorithm.name} key is not extractable`);
  const { half } = FORMATS[name];
  if (half !== undefined && half !== key.type) throw misuse(`a ${key.type} key is not written as ${name}`);
  const { material } = key;
  if (material.can === 'verify' || material.can === 'encapsulate')
    return writePublic(name, material.key, key);
  if (!(material.key instanceof PrivateKey))
    throw new HybridgeError('unsupported', `this ${key.algorithm.name} key lives elsewhere and stays there`, {
      fault: 'caller',
    });
  if (name === 'jwk')
    return jsonWebKey(await exportPrivateKey(provider, material.key, { format: 'jwk' }), key);
  return arrayBufferOf(await exportPrivateKey(provider, material.key, { format: 'der' }));
}

function writePublic(
  name: KeyFormat,
  publicKey: PublicKey<KemDescriptor> | PublicKey<SignatureDescriptor>,
  key: EngineKey,
): ArrayBuffer | JsonWebKey {
  if (name === 'jwk') return jsonWebKey(exportPublicKey(publicKey, { format: 'jwk' }), key);
  return arrayBufferOf(exportPublicKey(publicKey, { format: name === 'raw' ? 'raw' : 'der' }));
}

function jsonWebKey(jwk: Jwk, { extractable, usages }: EngineKey): JsonWebKey {
  return { ...jwk, ext: extractable, key_ops: [...usages] };
}

function isBufferSource(data: BufferSource | JsonWebKey): data is BufferSource {
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data);
}

function misuse(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `key: ${why}`, { fault: 'caller' });
}
