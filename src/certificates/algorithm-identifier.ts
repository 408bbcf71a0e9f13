/** AlgorithmIdentifier [RFC 5280 §4.1.1.2] of signatures, and the way between it and the registry. */
import { equal, HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, explicit, NULL, readDer } from '../encoding/index.ts';
import { readSpki } from '../keys/index.ts';
import {
  findByOid,
  hash,
  type HashName,
  type KeyDescriptor,
  type RsaSignatureDescriptor,
  type SignatureDescriptor,
  SIGNATURES,
  unknownAlgorithm,
} from '../registry/index.ts';

const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** An algorithm as certificates and messages name it. */
export interface AlgorithmIdentifier {
  /** Dotted object identifier. */
  readonly oid: string;
  /** DER of the parameters; `undefined` where they are absent, which is not the same as NULL. */
  readonly parameters: Uint8Array | undefined;
  /** DER of the whole AlgorithmIdentifier. */
  readonly bytes: Uint8Array;
}

/**
 * Reads an AlgorithmIdentifier and leaves its parameters as they are.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readAlgorithmIdentifier(parent: DerReader, name: string, tag?: number): AlgorithmIdentifier {
  const { encoding, reader } = parent.encodedSequence(name, tag);
  const oid = reader.oid('algorithm');
  const parameters = reader.atEnd ? undefined : reader.any('parameters');
  reader.end();
  return { oid, parameters, bytes: encoding };
}

/** Reads the DER of an AlgorithmIdentifier. */
export function decodeAlgorithmIdentifier(bytes: Uint8Array): AlgorithmIdentifier {
  const outer = readDer(bytes, 'AlgorithmIdentifier');
  const identifier = readAlgorithmIdentifier(outer, 'fields');
  outer.end();
  return identifier;
}

/** The AlgorithmIdentifier inside the DER of a SubjectPublicKeyInfo. */
export function keyAlgorithmIn(spki: Uint8Array): AlgorithmIdentifier {
  const outer = readDer(spki, 'SubjectPublicKeyInfo');
  const fields = outer.sequence('fields');
  outer.end();
  return readAlgorithmIdentifier(fields, 'algorithm');
}

/** DER of an AlgorithmIdentifier; without `parameters` they are absent. */
export function algorithmIdentifier(oid: string, parameters?: Uint8Array): Uint8Array {
  return parameters === undefined ? der.sequence(der.oid(oid)) : der.sequence(der.oid(oid), parameters);
}

const identifiers = new WeakMap<SignatureDescriptor, Uint8Array>();

/**
 * DER of the AlgorithmIdentifier of a signature algorithm. Parameters are NULL for RSASSA-PKCS1-v1_5 [RFC 4055 §5],
 * those of RFC 4055 §3.1 for RSASSA-PSS, and absent for everything else [RFC 5758 §3.2, RFC 8410 §3, RFC 9881 §2,
 * RFC 9909 §3, draft-ietf-lamps-pq-composite-sigs-19].
 *
 * @throws HybridgeError `unsupported` for an algorithm without an object identifier.
 */
export function signatureIdentifier(descriptor: SignatureDescriptor): Uint8Array {
  const known = identifiers.get(descriptor);
  if (known !== undefined) return known;
  const { oid } = descriptor.identifiers;
  if (oid === undefined)
    throw new HybridgeError('unsupported', `${descriptor.name} has no object identifier`, {
      fault: 'caller',
      details: { algorithm: descriptor.name },
    });
  const made = algorithmIdentifier(oid, descriptor.kind === 'rsa' ? rsaParameters(descriptor) : undefined);
  identifiers.set(descriptor, made);
  return made;
}

function rsaParameters({ padding, hash: name, saltLength }: RsaSignatureDescriptor): Uint8Array {
  if (padding === 'pkcs1') return der.nil();
  // RFC 4055 §2.1: the hash identifiers inside carry NULL.
  const digest = algorithmIdentifier(oidOfHash(name), der.nil());
  return der.sequence(
    der.explicit(0, digest),
    der.explicit(1, algorithmIdentifier(MGF1, digest)),
    der.explicit(2, der.integer(saltLength)),
  );
}

function oidOfHash(name: HashName): string {
  const { oid } = hash(name).identifiers;
  if (oid === undefined) throw new HybridgeError('internal', `${name} has no object identifier`);
  return oid;
}

const byOid = new Map<string, readonly SignatureDescriptor[]>();

function signaturesOf(oid: string): readonly SignatureDescriptor[] {
  const known = byOid.get(oid);
  if (known !== undefined) return known;
  const found = SIGNATURES.filter((descriptor) => descriptor.identifiers.oid === oid);
  // What nobody knows is not remembered: whoever sends it chooses how many there are.
  if (found.length > 0) byOid.set(oid, found);
  return found;
}

/**
 * The signature algorithms that an AlgorithmIdentifier leaves open: more than one where the curve or the modulus
 * stands in the key.
 *
 * @throws HybridgeError `unknown_algorithm`, with the replacement for an abandoned one; `unsupported` for PSS
 * parameters that no algorithm here has; `invalid_encoding` for parameters that the algorithm forbids.
 */
export function signatureAlgorithmsOf(identifier: AlgorithmIdentifier): readonly SignatureDescriptor[] {
  const { oid, parameters } = identifier;
  const named = signaturesOf(oid);
  const [first] = named;
  if (first === undefined) throw notASignature(oid);
  if (first.kind !== 'rsa') {
    if (parameters !== undefined) throw forbiddenParameters(oid, first.name);
    return named;
  }
  if (oid !== RSASSA_PSS) {
    // RFC 4055 §5: NULL; absent ones MUST be accepted.
    if (parameters !== undefined && !equal(parameters, der.nil())) throw forbiddenParameters(oid, first.name);
    return named;
  }
  if (parameters === undefined)
    throw new HybridgeError('invalid_encoding', 'signature algorithm: RSASSA-PSS without parameters', {
      details: { oid },
    });
  const { digest, salt } = readPssParameters(parameters);
  const matching = named.filter(
    (descriptor) => descriptor.kind === 'rsa' && descriptor.hash === digest && descriptor.saltLength === salt,
  );
  if (matching.length === 0)
    throw new HybridgeError(
      'unsupported',
      `signature algorithm: RSASSA-PSS with ${digest} and a salt of ${salt} bytes; no algorithm here has these`,
      { details: { oid, hash: digest, salt } },
    );
  return matching;
}

/**
 * The algorithm of a signature, which the identifier and the key of the signer settle together.
 *
 * @param spki - DER of the signer's SubjectPublicKeyInfo.
 * @throws HybridgeError `unknown_algorithm`, `unsupported`, `invalid_encoding` for what the identifier says; `wrong_algorithm` when the key is for other algorithms;
 * what a malformed key leads to.
 */
export function signatureAlgorithmOf(identifier: AlgorithmIdentifier, spki: Uint8Array): SignatureDescriptor {
  return chooseSignatureAlgorithm(identifier, readSpki(spki).algorithms);
}

/** As {@link signatureAlgorithmOf}, for a key that has been read. */
export function chooseSignatureAlgorithm(
  identifier: AlgorithmIdentifier,
  algorithms: readonly KeyDescriptor[],
): SignatureDescriptor {
  const named = signatureAlgorithmsOf(identifier);
  const chosen = named.find((descriptor) => algorithms.includes(descriptor));
  if (chosen !== undefined) return chosen;
  const found = algorithms.map(({ name }) => name);
  throw new HybridgeError(
    'wrong_algorithm',
    `a signature by ${named.map(({ name }) => name).join(' or ')} under a key for ${found.join(', ')}`,
    { details: { expected: named.map(({ name }) => name), found } },
  );
}

function notASignature(oid: string): HybridgeError {
  const [entry] = findByOid(oid);
  if (entry === undefined || entry.kind === 'obsolete') return unknownAlgorithm(oid);
  return new HybridgeError('unknown_algorithm', `${oid} (${entry.name}) is no signature algorithm`, {
    details: { oid, name: entry.name },
  });
}

function forbiddenParameters(oid: string, name: string): HybridgeError {
  return new HybridgeError(
    'invalid_encoding',
    `signature algorithm: ${name} (${oid}) has parameters that its standard forbids`,
    { details: { oid, algorithm: name } },
  );
}

// RSASSA-PSS-params [RFC 4055 §3.1]; every field has a default from the time of SHA-1.
function readPssParameters(parameters: Uint8Array): { readonly digest: string; readonly salt: number } {
  const outer = readDer(parameters, 'RSASSA-PSS-params');
  const fields = outer.sequence('fields');
  outer.end();
  const inside = (number: number, name: string): DerReader | undefined =>
    fields.has(explicit(number)) ? fields.explicit(number, name) : undefined;
  const hashField = inside(0, 'hashAlgorithm');
  const digest = hashField === undefined ? 'SHA-1' : readHash(hashField, 'hash');
  const mgfField = inside(1, 'maskGenAlgorithm');
  const mask = mgfField === undefined ? 'SHA-1' : readMask(mgfField);
  const saltField = inside(2, 'saltLength');
  const salt = saltField === undefined ? 20 : saltField.smallInteger('value');
  saltField?.end();
  const trailerField = inside(3, 'trailerField');
  const trailer = trailerField === undefined ? 1 : trailerField.smallInteger('value');
  trailerField?.end();
  fields.end();
  if (mask !== digest || trailer !== 1)
    throw new HybridgeError(
      'unsupported',
      `signature algorithm: RSASSA-PSS with ${digest} and MGF1 with ${mask}; they are not the same`,
      { details: { hash: digest, mask } },
    );
  return { digest, salt };
}

function readMask(tagged: DerReader): string {
  const reader = tagged.sequence('algorithm');
  tagged.end();
  const oid = reader.oid('algorithm');
  if (oid !== MGF1)
    throw new HybridgeError('unsupported', `signature algorithm: RSASSA-PSS with the mask ${oid}, not MGF1`);
  return readHash(reader, 'parameters');
}

function readHash(parent: DerReader, name: string): string {
  const reader = parent.sequence(name);
  parent.end();
  const oid = reader.oid('algorithm');
  if (reader.has(NULL)) reader.null('parameters');
  reader.end();
  return findByOid(oid).find((entry) => entry.kind === 'hash')?.name ?? oid;
}
