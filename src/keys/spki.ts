/** SubjectPublicKeyInfo [RFC 5280 §4.1.2.7], and what public keys look like inside it. */
import { HybridgeError } from '../bytes/index.ts';
import { der, readDer } from '../encoding/index.ts';
import { requireSize } from '../provider/index.ts';
import type { KeyDescriptor } from '../registry/index.ts';
import { type KeyIdentifier, readKeyIdentifier, writeKeyIdentifier } from './algorithm-identifier.ts';
import { findFamily, formOf, type KeyFamilyOf } from './algorithms.ts';
import type { PublicMaterial } from './material.ts';
import { decodeRsaPublicKey, modulusBits, type RsaPublicKey } from './rsa.ts';

/**
 * Reads a SubjectPublicKeyInfo.
 *
 * @throws HybridgeError `invalid_encoding`, `invalid_length`, `invalid_key`, `unknown_algorithm`, `unsupported`.
 */
export function readSpki(bytes: Uint8Array): PublicMaterial {
  const outer = readDer(bytes, 'SubjectPublicKeyInfo');
  const fields = outer.sequence('fields');
  outer.end();
  const identifier = readKeyIdentifier(fields, 'algorithm');
  const publicKey = fields.bitString('subjectPublicKey');
  fields.end();
  return publicMaterial(identifier, publicKey);
}

/**
 * Reads an RSAPublicKey.
 *
 * @throws HybridgeError as {@link readSpki}.
 */
export function readRsaPublicKeyFile(bytes: Uint8Array): PublicMaterial {
  return publicMaterial({ kind: 'rsa', allows: () => true, pss: false }, bytes);
}

/**
 * Writes a SubjectPublicKeyInfo.
 *
 * @throws HybridgeError `unsupported` for algorithms whose keys have no such form.
 */
export function writeSpki(descriptor: KeyDescriptor, publicKey: Uint8Array): Uint8Array {
  const form = formOf(descriptor);
  if (form.kind === 'none') throw noForm(descriptor, 'SubjectPublicKeyInfo');
  return der.sequence(writeKeyIdentifier(form), der.bitString(publicKey));
}

/** The error for keys that only protocols carry, such as TLS key shares. */
export function noForm(descriptor: KeyDescriptor, what: string): HybridgeError {
  return new HybridgeError('unsupported', `${descriptor.name} keys have no ${what}; only raw`, {
    fault: 'caller',
    details: { algorithm: descriptor.name },
  });
}

/** The public key that follows an AlgorithmIdentifier. */
export function publicMaterial(identifier: KeyIdentifier, publicKey: Uint8Array): PublicMaterial {
  if (identifier.kind === 'rsa') {
    const algorithms = rsaFamily(decodeRsaPublicKey(publicKey)).algorithms.filter(identifier.allows);
    return { kind: 'public', algorithms, publicKey, ...(identifier.pss ? { note: PSS_NOTE } : {}) };
  }
  const { preferred, algorithms } = identifier.family;
  if (identifier.kind === 'ec') requireUncompressed(publicKey, identifier.family);
  else requireSize(publicKey, preferred.sizes.publicKey, `${preferred.name} public key`);
  return { kind: 'public', algorithms, publicKey };
}

/** What is said of keys under id-RSASSA-PSS, which are kept as plain RSA keys. */
export const PSS_NOTE =
  'id-RSASSA-PSS: the restriction to PSS is kept in the algorithm, and not written again';

/**
 * The algorithms of an RSA key of this size.
 *
 * @throws HybridgeError `invalid_key`; `unsupported` for a size outside the registry.
 */
export function rsaFamily(key: RsaPublicKey): KeyFamilyOf<'rsa'> {
  const bits = modulusBits(key);
  const family = findFamily('rsa', (form) => form.modulusBits === bits);
  if (family === undefined)
    throw new HybridgeError(
      'unsupported',
      `RSA key: a modulus of ${bits} bits; 2048, 3072 and 4096 are supported`,
      { details: { actual: bits } },
    );
  return family;
}

/**
 * Refuses points that are not in uncompressed form.
 *
 * @throws HybridgeError `unsupported` for compressed points, else `invalid_encoding`.
 */
export function requireUncompressed(point: Uint8Array, { form }: KeyFamilyOf<'ec'>): void {
  const size = form.coordinateSize;
  const [tag] = point;
  if ((tag === 2 || tag === 3) && point.length === 1 + size)
    throw new HybridgeError('unsupported', `${form.curve} public key: compressed points are not supported`, {
      hint: 'convert it, for instance with: openssl pkey -pubin -ec_conv_form uncompressed -pubout',
    });
  if (tag !== 4 || point.length !== 1 + 2 * size)
    throw new HybridgeError(
      'invalid_encoding',
      `${form.curve} public key: not an uncompressed point of ${1 + 2 * size} bytes`,
      { details: { expected: 1 + 2 * size, actual: point.length } },
    );
}
