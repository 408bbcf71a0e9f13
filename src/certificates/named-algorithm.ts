/** Keys and signatures of certificates, and what the registry makes of their algorithm identifiers. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { readDer } from '../encoding/index.ts';
import { readSpki } from '../keys/index.ts';
import {
  findByOid,
  type KeyDescriptor,
  type Nature,
  type ObsoleteDescriptor,
  type SignatureDescriptor,
  SIGNATURES,
} from '../registry/index.ts';
import {
  type AlgorithmIdentifier,
  decodeAlgorithmIdentifier,
  signatureAlgorithmsOf,
} from './algorithm-identifier.ts';
import { keyAlgorithmOf } from './key-rules.ts';

/** Kinds of keys that leave the algorithm to the signature [RFC 3279 §2.3, RFC 4055 §1.2, RFC 5480 §2.1]. */
export const KEY_KIND = {
  ec: '1.2.840.10045.2.1',
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  dsa: '1.2.840.10040.4.1',
} as const;

const CLASSICAL_KINDS: ReadonlySet<string> = new Set(Object.values(KEY_KIND));

/** An algorithm identifier and what the registry makes of it. */
interface NamedAlgorithm {
  /** The field that it stands in. */
  readonly where: string;
  readonly identifier: AlgorithmIdentifier;
  readonly obsolete: ObsoleteDescriptor | undefined;
  /** Undefined for algorithms that nobody here knows. */
  readonly nature: Nature | undefined;
}

/** A public key in a certificate, malformed or not. */
export interface KeyFacts extends NamedAlgorithm {
  /** The algorithm with this key's own OID, or the preferred one of those that the key serves. */
  readonly descriptor: KeyDescriptor | undefined;
  /** All algorithms that the key serves; none when it is malformed. */
  readonly algorithms: readonly KeyDescriptor[];
  readonly bytes: Uint8Array;
  /** Bits of an RSA modulus. */
  readonly modulusBits: number | undefined;
  /** Why the key cannot be read. */
  readonly problem: HybridgeError | undefined;
}

/** A signature on a certificate, or what says how it was made. */
export interface SignatureFacts extends NamedAlgorithm {
  /** One of `algorithms`: kind, nature and category are those of all. */
  readonly descriptor: SignatureDescriptor | undefined;
  /** What the identifier leaves open. */
  readonly algorithms: readonly SignatureDescriptor[];
  /** Undefined where the certificate has no value to the identifier. */
  readonly bytes: Uint8Array | undefined;
  /** Why the identifier names no algorithm that can be used. */
  readonly problem: HybridgeError | undefined;
}

/** What a SubjectPublicKeyInfo tells. */
export function keyFacts(where: string, spki: Uint8Array): KeyFacts {
  const fields = readDer(spki, 'SubjectPublicKeyInfo').sequence('fields');
  const identifier = decodeAlgorithmIdentifier(fields.any('algorithm'));
  const bytes = fields.bitString('subjectPublicKey');
  const { oid } = identifier;
  const read = attempt(() => readSpki(spki).algorithms);
  const algorithms = read instanceof HybridgeError ? [] : read;
  const descriptor = keyAlgorithmOf(oid) ?? algorithms[0];
  return {
    where,
    identifier,
    obsolete: obsoleteOf(oid),
    nature: descriptor?.nature ?? (CLASSICAL_KINDS.has(oid) ? 'classical' : undefined),
    descriptor,
    algorithms,
    bytes,
    modulusBits: oid === KEY_KIND.rsa || oid === KEY_KIND.pss ? modulusBitsOf(bytes) : undefined,
    problem: read instanceof HybridgeError ? read : undefined,
  };
}

/** What the identifier of a signature algorithm tells. */
export function signatureFacts(
  where: string,
  identifier: AlgorithmIdentifier,
  bytes: Uint8Array | undefined,
): SignatureFacts {
  const { oid } = identifier;
  const read = attempt(() => signatureAlgorithmsOf(identifier));
  const algorithms =
    read instanceof HybridgeError ? SIGNATURES.filter(({ identifiers }) => identifiers.oid === oid) : read;
  return {
    where,
    identifier,
    obsolete: obsoleteOf(oid),
    nature: algorithms[0]?.nature,
    descriptor: algorithms[0],
    algorithms,
    bytes,
    problem: read instanceof HybridgeError ? read : undefined,
  };
}

function attempt<T>(read: () => T): HybridgeError | T {
  try {
    return read();
  } catch (error) {
    if (isHybridgeError(error)) return error;
    throw error;
  }
}

function obsoleteOf(oid: string): ObsoleteDescriptor | undefined {
  const [entry] = findByOid(oid);
  return entry?.kind === 'obsolete' ? entry : undefined;
}

// RSAPublicKey [RFC 8017 §A.1.1]; undefined where the key is no such thing.
function modulusBitsOf(publicKey: Uint8Array): number | undefined {
  const modulus = attempt(() =>
    readDer(publicKey, 'RSAPublicKey').sequence('fields').unsignedInteger('modulus'),
  );
  if (modulus instanceof HybridgeError) return undefined;
  const [first = 0] = modulus;
  return 8 * modulus.length - (Math.clz32(first) - 24);
}

/** Whether what an algorithm makes withstands a quantum computer, as far as is known. */
export function isPostQuantum(nature: Nature | undefined): boolean {
  return nature === 'post-quantum' || nature === 'hybrid';
}

/** What a key is called: its algorithm, or of those that leave the algorithm to the signature their kind and size. */
export function nameOfKey({ descriptor, identifier, modulusBits, obsolete }: KeyFacts): string {
  if (modulusBits !== undefined)
    return `RSA of ${modulusBits} bits${identifier.oid === KEY_KIND.pss ? ', PSS only' : ''}`;
  if (descriptor?.key.kind === 'ec') return `EC on ${descriptor.key.curve}`;
  return descriptor?.name ?? nameOfOid(identifier.oid, obsolete);
}

/** What a signature is called: of ECDSA and RSA the identifier settles neither the curve nor the modulus. */
export function nameOfSignature({ algorithms, descriptor, identifier, obsolete }: SignatureFacts): string {
  switch (descriptor?.kind) {
    case 'ecdsa':
      return `ECDSA with ${descriptor.hash}`;
    case 'rsa': {
      const padding = descriptor.padding === 'pss' ? 'RSASSA-PSS' : 'RSASSA-PKCS1-v1_5';
      const hashes = new Set(algorithms.flatMap((one) => (one.kind === 'rsa' ? [one.hash] : [])));
      return hashes.size === 1 ? `${padding} with ${descriptor.hash}` : padding;
    }
    default:
      return descriptor?.name ?? nameOfOid(identifier.oid, obsolete);
  }
}

function nameOfOid(oid: string, obsolete: ObsoleteDescriptor | undefined): string {
  // Of a kind of key the registry has many algorithms.
  if (oid === KEY_KIND.ec) return 'EC';
  return obsolete?.name ?? findByOid(oid)[0]?.name ?? oid;
}
