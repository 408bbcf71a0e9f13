import { HybridgeError } from '../bytes/index.ts';
import type { AeadName, HashName } from '../registry/index.ts';
import type {
  Aead,
  BlockCipher,
  Hash,
  InternalSignature,
  InternalSignatureName,
  Kem,
  KemLeafName,
  KeyDerivation,
  Provider,
  SeedExpansion,
  SeedExpansionName,
  Signature,
  SignatureLeafName,
} from './contract.ts';

function offered<T>(provider: Provider, what: string, primitive: T | undefined): T {
  if (primitive === undefined)
    throw new HybridgeError('unsupported', `provider ${provider.name} does not offer ${what}`, {
      fault: 'caller',
      details: { provider: provider.name, primitive: what },
    });
  return primitive;
}

/** The provider's KEM of that name. @throws HybridgeError `unsupported`. */
export function requireKem(provider: Provider, name: KemLeafName): Kem {
  return offered(provider, name, provider.kem[name]);
}

/** The provider's signature algorithm of that name. @throws HybridgeError `unsupported`. */
export function requireSignature(provider: Provider, name: SignatureLeafName): Signature {
  return offered(provider, name, provider.signature[name]);
}

/** The provider's internal signing function of that name. @throws HybridgeError `unsupported`. */
export function requireInternalSignature(provider: Provider, name: InternalSignatureName): InternalSignature {
  return offered(provider, `${name} (internal function)`, provider.internalSignature[name]);
}

/** The provider's expansion of the seeds of that algorithm. @throws HybridgeError `unsupported`. */
export function requireSeedExpansion(provider: Provider, name: SeedExpansionName): SeedExpansion {
  return offered(provider, `${name} (seed expansion)`, provider.seedExpansion[name]);
}

/** The provider's hash of that name. @throws HybridgeError `unsupported`. */
export function requireHash(provider: Provider, name: HashName): Hash {
  return offered(provider, name, provider.hash[name]);
}

/** The provider's AEAD of that name. @throws HybridgeError `unsupported`. */
export function requireAead(provider: Provider, name: AeadName): Aead {
  return offered(provider, name, provider.aead[name]);
}

/** The provider's HMAC, HKDF, PBKDF2 and scrypt. @throws HybridgeError `unsupported`. */
export function requireKeyDerivation(provider: Provider): KeyDerivation {
  return offered(provider, 'key derivation', provider.keyDerivation);
}

/** The provider's AES. @throws HybridgeError `unsupported`. */
export function requireBlockCipher(provider: Provider): BlockCipher {
  return offered(provider, 'AES (CBC, GCM in pieces, key wrap)', provider.blockCipher);
}
