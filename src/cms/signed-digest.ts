/** Digest algorithms of signed messages: their identifiers, and which of them goes with which signature. */
import { equal, HybridgeError } from '../bytes/index.ts';
import { der } from '../encoding/index.ts';
import { type AlgorithmIdentifier, algorithmIdentifier } from '../certificates/index.ts';
import {
  type EddsaName,
  findByOid,
  hash,
  type HashDescriptor,
  type HashName,
  type SignatureDescriptor,
} from '../registry/index.ts';

/** id-shake256-len [RFC 8419 §2.3]: SHAKE256 with the number of bits as its parameter. */
const SHAKE256_LEN = '2.16.840.1.101.3.4.2.18';

/**
 * The hash that an AlgorithmIdentifier names, `undefined` for one that is not known. Parameters are absent; NULL
 * is taken for hashes [RFC 5754 §2]. XOFs have the output sizes of RFC 8702 §3.1, which are those of the registry.
 */
export function hashOf({ oid, parameters }: AlgorithmIdentifier): HashDescriptor | undefined {
  if (oid === SHAKE256_LEN)
    return parameters !== undefined && equal(parameters, der.integer(512)) ? hash('SHAKE256') : undefined;
  const found = findByOid(oid).find(
    (entry): entry is HashDescriptor => entry.kind === 'hash' || entry.kind === 'xof',
  );
  if (parameters === undefined) return found;
  return found?.kind === 'hash' && equal(parameters, der.nil()) ? found : undefined;
}

/** DER of the digestAlgorithm of a signer. */
export function digestIdentifier(name: HashName, { kind }: SignatureDescriptor): Uint8Array {
  // RFC 8419 §2.3: Ed448 goes with id-shake256-len, everything else with id-shake256.
  if (kind === 'eddsa' && name === 'SHAKE256') return algorithmIdentifier(SHAKE256_LEN, der.integer(512));
  const { oid } = hash(name).identifiers;
  if (oid === undefined)
    throw new HybridgeError('unsupported', `${name} has no object identifier`, { fault: 'caller' });
  return algorithmIdentifier(oid);
}

/**
 * The digest that the standard of a signature algorithm demands, `undefined` where it leaves a choice.
 *
 * RSA and ECDSA sign with the hash of their identifier [RFC 4056 §3, RFC 5753 §2.1.1]; EdDSA: RFC 8419 §3.1; a
 * composite: its own pre-hash [cms-composite-sigs-05 §3].
 */
export function fixedDigest(algorithm: SignatureDescriptor): HashName | undefined {
  switch (algorithm.kind) {
    case 'rsa':
    case 'ecdsa':
      return algorithm.hash;
    case 'eddsa':
      return EDDSA_DIGEST[algorithm.name];
    case 'composite-signature':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
      return algorithm.prehash;
    case 'ml-dsa':
    case 'slh-dsa':
    case 'stateful-hash':
      return undefined;
  }
}

const EDDSA_DIGEST: Readonly<Record<EddsaName, HashName>> = { Ed25519: 'SHA-512', Ed448: 'SHAKE256' };

/** What a signer's digest is unless the caller says otherwise: SHA-512, which goes with every strength [RFC 9882 §3.3]. */
export function defaultDigest(algorithm: SignatureDescriptor): HashName {
  return fixedDigest(algorithm) ?? 'SHA-512';
}

/**
 * Whether a digest is as strong as the signature over it: a collision of digests is a forged message [RFC 9882 §3.3,
 * RFC 9814 §4]. Nothing goes with a hash below category 1, such as SHA-1.
 */
export function isStrongEnough(digest: HashDescriptor, { category }: SignatureDescriptor): boolean {
  return digest.category >= Math.max(1, category);
}

/**
 * Refuses a digest that does not go with a signature algorithm.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireDigest(name: HashName, algorithm: SignatureDescriptor): HashName {
  const fixed = fixedDigest(algorithm);
  if (fixed !== undefined && fixed !== name)
    throw new HybridgeError(
      'invalid_argument',
      `${algorithm.name} goes with the digest ${fixed}, not ${name}`,
      {
        fault: 'caller',
        details: { algorithm: algorithm.name, expected: fixed, actual: name },
      },
    );
  if (!isStrongEnough(hash(name), algorithm))
    throw new HybridgeError(
      'invalid_argument',
      `${name} is weaker than ${algorithm.name}; a collision would forge its messages`,
      {
        fault: 'caller',
        hint: 'SHA-512 goes with every algorithm',
        details: { algorithm: algorithm.name, digest: name },
      },
    );
  return name;
}
