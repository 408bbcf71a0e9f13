/** Which algorithms the engine brings to PKI.js; the others stay with the WebCrypto of the runtime. */
import {
  type CompositeKemName,
  type CompositeSignatureName,
  type EddsaName,
  findByName,
  findByOid,
  hash,
  type HashDescriptor,
  type HashName,
  type HashSlhDsaName,
  type KeyDescriptor,
  type MlDsaName,
  type MlKemName,
  type RegistryEntry,
  SIGNATURES,
  type SignatureDescriptor,
  type SlhDsaName,
} from '../../registry/index.ts';

/** Names of algorithms that `generateKey` of the engine makes keys for, beside those of the runtime's WebCrypto. */
export type PkijsAlgorithmName =
  CompositeKemName | CompositeSignatureName | EddsaName | HashSlhDsaName | MlDsaName | MlKemName | SlhDsaName;

/** The digest of the content for EdDSA: the hash that the algorithm itself uses [RFC 8419 §2.3]. */
const EDDSA_DIGESTS: Readonly<Record<EddsaName, HashName>> = { Ed25519: 'SHA-512', Ed448: 'SHAKE256' };

/**
 * Algorithms that no WebCrypto engine of PKI.js knows and that X.509 has a place for. EdDSA is among them because
 * PKI.js has no OID for it. HashML-DSA is not: certificates and CRLs must not use it [RFC 9881 §8.3]. Nor are stateful
 * signatures, which have no scheme here.
 */
function isServed(entry: RegistryEntry): entry is KeyDescriptor {
  if (!('key' in entry) || (entry.key.kind !== 'raw' && entry.key.kind !== 'okp')) return false;
  if (entry.stateful || entry.kind === 'hash-ml-dsa') return false;
  return entry.nature !== 'classical' || entry.kind === 'eddsa';
}

/** The algorithm that the engine serves under this name or alias, without regard to case. */
export function servedByName(name: string): KeyDescriptor | undefined {
  const entry = findByName(name);
  return entry !== undefined && isServed(entry) ? entry : undefined;
}

/** The algorithm that the engine serves under this OID, of a signature or of a key: they are the same. */
export function servedByOid(oid: string): KeyDescriptor | undefined {
  return findByOid(oid).find(isServed);
}

/** The signature algorithm that the engine serves under this OID. */
export function signatureByOid(oid: string): SignatureDescriptor | undefined {
  const found = servedByOid(oid);
  return found?.use === 'signature' ? found : undefined;
}

/** The hash of this name. */
export function hashByName(name: string): HashDescriptor | undefined {
  const entry = findByName(name);
  return entry !== undefined && 'use' in entry && entry.use === 'hash' ? entry : undefined;
}

/** The hash of this OID. */
export function hashByOid(oid: string): HashDescriptor | undefined {
  return findByOid(oid).find((entry) => 'use' in entry && entry.use === 'hash');
}

/**
 * The hash that a CMS message digests its content with when this algorithm signs it: SHA-512 for ML-DSA [RFC 9882
 * §3.3], for SLH-DSA the one of its parameter set [RFC 9814 §4], for composites their pre-hash
 * [draft-ietf-lamps-cms-composite-sigs-05].
 */
export function messageDigestOf(descriptor: SignatureDescriptor): HashDescriptor {
  switch (descriptor.kind) {
    case 'composite-signature':
    case 'hash-slh-dsa':
      return hash(descriptor.prehash);
    case 'eddsa':
      return hash(EDDSA_DIGESTS[descriptor.name]);
    case 'slh-dsa':
      // The hash of a parameter set is the one that its pre-hash variant takes.
      for (const one of SIGNATURES)
        if (one.kind === 'hash-slh-dsa' && one.base === descriptor.name) return hash(one.prehash);
      return hash('SHA-512');
    default:
      return hash('SHA-512');
  }
}
