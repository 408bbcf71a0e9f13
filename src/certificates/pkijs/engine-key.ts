import { HybridgeError } from '../../bytes/index.ts';
import type { PrivateKey, PublicKey } from '../../provider/index.ts';
import type { KemDescriptor, KeyDescriptor, SignatureDescriptor } from '../../registry/index.ts';
import type { SigningIdentity } from '../../sign/index.ts';
import { messageDigestOf } from './algorithms.ts';

/** A key of Hybridge by what it can do, since a CryptoKey is told what it may do. */
export type KeyMaterial =
  | { readonly can: 'verify'; readonly key: PublicKey<SignatureDescriptor> }
  | { readonly can: 'sign'; readonly key: SigningIdentity }
  | { readonly can: 'encapsulate'; readonly key: PublicKey<KemDescriptor> }
  | { readonly can: 'decapsulate'; readonly key: PrivateKey<KemDescriptor> };

/** The algorithm of a key as PKI.js reads it. */
export interface EngineKeyAlgorithm extends KeyAlgorithm {
  /** What `SignedData.sign` takes for its digest where there are no signed attributes; absent on KEM keys. */
  readonly hash?: KeyAlgorithm;
}

/**
 * A CryptoKey that stands for a key of Hybridge: PKI.js asks a key for nothing else. The WebCrypto of the runtime
 * does not take it, only the engine does.
 */
export class EngineKey implements CryptoKey {
  readonly algorithm: EngineKeyAlgorithm;
  readonly extractable: boolean;
  readonly type: 'private' | 'public';
  readonly usages: KeyUsage[];
  /** @internal */
  readonly material: KeyMaterial;

  constructor(material: KeyMaterial, extractable: boolean, usages: Iterable<KeyUsage>) {
    this.material = material;
    this.algorithm = algorithmOf(material.key.algorithm);
    this.type = material.can === 'sign' || material.can === 'decapsulate' ? 'private' : 'public';
    this.extractable = extractable;
    this.usages = [...usages].filter((usage) => usage === material.can);
  }
}

function algorithmOf(descriptor: KeyDescriptor): EngineKeyAlgorithm {
  const { name } = descriptor;
  return descriptor.use === 'kem' ? { name } : { name, hash: { name: messageDigestOf(descriptor).name } };
}

/**
 * The identity behind a key that may sign.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireSigning({ material, usages, algorithm }: EngineKey): SigningIdentity {
  if (material.can === 'sign' && usages.includes('sign')) return material.key;
  throw new HybridgeError('invalid_argument', `this ${algorithm.name} key is not for signing`, {
    fault: 'caller',
  });
}

/**
 * The public key behind a key that may verify.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireVerifying({ material, usages, algorithm }: EngineKey): PublicKey<SignatureDescriptor> {
  if (material.can === 'verify' && usages.includes('verify')) return material.key;
  throw new HybridgeError('invalid_argument', `this ${algorithm.name} key is not for verifying`, {
    fault: 'caller',
  });
}
