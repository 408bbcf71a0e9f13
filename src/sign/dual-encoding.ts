/**
 * A dual signature as a file: fixed fields in a fixed order, so that there is one encoding of each.
 *
 * ```
 * struct {
 *     opaque algorithm<1..64>;       name in the registry, ASCII
 *     opaque signature<1..2^16-1>;
 * } DetachedSignature;
 *
 * struct {
 *     opaque magic[8];               "hyb-dual"
 *     uint8 version;                 1
 *     DetachedSignature classical;
 *     DetachedSignature post_quantum;
 * } DualSignature;
 * ```
 */
import { concat, equal, fromUtf8, HybridgeError, utf8 } from '../bytes/index.ts';
import { readTls, tls, type TlsReader } from '../encoding/index.ts';
import { requireSize } from '../provider/index.ts';
import { findByName, type SignatureDescriptor } from '../registry/index.ts';
import { isClassical, isPostQuantum } from './algorithm-kind.ts';
import type { DetachedSignature, DualSignature } from './dual.ts';

const MAGIC = utf8('hyb-dual');
const VERSION = 1;
const MAX_NAME = 64;
const MAX_SIGNATURE = 0xffff;
const STRUCTURE = 'DualSignature';

/** Whether bytes begin as an encoded dual signature does; raw signatures of any algorithm hardly ever do. */
export function isDualSignature(bytes: Uint8Array): boolean {
  return equal(bytes.subarray(0, MAGIC.length), MAGIC);
}

/**
 * The bytes of a dual signature, for a file of its own. There is one encoding of each dual signature.
 *
 * @example
 * ```ts
 * import { decodeDualSignature, encodeDualSignature } from 'hybridge/sign';
 *
 * const encoded = encodeDualSignature({
 *   classical: { algorithm: 'Ed25519', signature: new Uint8Array(64) },
 *   postQuantum: { algorithm: 'ML-DSA-44', signature: new Uint8Array(2420) },
 * });
 * console.log(encoded.length, decodeDualSignature(encoded).postQuantum.algorithm);
 * ```
 */
export function encodeDualSignature({ classical, postQuantum }: DualSignature): Uint8Array {
  return concat(MAGIC, tls.u8(VERSION), encodeDetached(classical), encodeDetached(postQuantum));
}

function encodeDetached({ algorithm, signature }: DetachedSignature): Uint8Array {
  return concat(tls.vector(1, MAX_NAME, utf8(algorithm)), tls.vector(1, MAX_SIGNATURE, signature));
}

/**
 * The dual signature that the bytes encode; views of the input. Nothing is verified but the form: algorithms of the
 * right kind, sizes that they can have, nothing left over.
 *
 * @throws {@link HybridgeError} `invalid_encoding`; `unsupported` for another version; `unknown_algorithm`,
 * `wrong_algorithm`, `invalid_length`.
 */
export function decodeDualSignature(bytes: Uint8Array): DualSignature {
  const reader = readTls(bytes, STRUCTURE);
  if (!equal(reader.fixed('magic', MAGIC.length), MAGIC))
    throw new HybridgeError('invalid_encoding', `${STRUCTURE}.magic: not a dual signature`);
  const version = reader.u8('version');
  if (version !== VERSION)
    throw new HybridgeError('unsupported', `${STRUCTURE}.version: ${version}, only ${VERSION} is known`, {
      details: { version },
    });
  const classical = decodeAlgorithm(reader, 'classical');
  if (!isClassical(classical)) throw wrongKind(classical.algorithm, 'classical');
  const classicalSignature = decodeSignature(reader, 'classical', classical.algorithm);
  const postQuantum = decodeAlgorithm(reader, 'post_quantum');
  if (!isPostQuantum(postQuantum)) throw wrongKind(postQuantum.algorithm, 'post_quantum');
  const postQuantumSignature = decodeSignature(reader, 'post_quantum', postQuantum.algorithm);
  reader.end();
  return {
    classical: { algorithm: classical.algorithm.name, signature: classicalSignature },
    postQuantum: { algorithm: postQuantum.algorithm.name, signature: postQuantumSignature },
  };
}

function decodeAlgorithm(reader: TlsReader, field: string): { readonly algorithm: SignatureDescriptor } {
  const path = `${STRUCTURE}.${field}.algorithm`;
  const name = fromUtf8(reader.opaque(`${field}.algorithm`, 1, MAX_NAME), path);
  const entry = findByName(name);
  // Names compare without regard to case, but an encoding has one spelling.
  if (entry === undefined || entry.kind === 'obsolete' || entry.name !== name)
    throw new HybridgeError('unknown_algorithm', `${path}: no signature algorithm has this name`, {
      ...(entry?.kind === 'obsolete' ? { hint: `it is obsolete; use ${entry.replacement}` } : {}),
    });
  if (entry.use !== 'signature')
    throw new HybridgeError('wrong_algorithm', `${path}: ${entry.name} is not a signature algorithm`);
  return { algorithm: entry };
}

function decodeSignature(reader: TlsReader, field: string, { name, sizes }: SignatureDescriptor): Uint8Array {
  const signature = reader.opaque(`${field}.signature`, 1, MAX_SIGNATURE);
  requireSize(signature, sizes.signature, `${STRUCTURE}.${field}.signature (${name})`);
  return signature;
}

function wrongKind({ name }: SignatureDescriptor, field: string): HybridgeError {
  return new HybridgeError('wrong_algorithm', `${STRUCTURE}.${field}: ${name} is not of this half's kind`, {
    details: { algorithm: name },
  });
}
