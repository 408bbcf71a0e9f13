/** What backends check of RSA keys in DER before their library sees them [RFC 8017 §A.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, readDer } from '../encoding/index.ts';
import type { RsaOaepDescriptor, RsaSignatureDescriptor } from '../registry/index.ts';
import { requireSize } from './checks.ts';

type RsaDescriptor = RsaOaepDescriptor | RsaSignatureDescriptor;

/** Public exponents are below 2^256 [FIPS 186-5 §A.1.1]. */
const MAX_EXPONENT_BYTES = 32;

/**
 * Checks an RSAPublicKey: strict DER, a modulus of exactly the algorithm's size, an odd exponent from 3 to 2^256.
 *
 * @throws {@link HybridgeError} `invalid_length`, `invalid_encoding` or `invalid_key`.
 */
export function checkRsaPublicKey(descriptor: RsaDescriptor, bytes: Uint8Array): void {
  const what = `${descriptor.name} public key`;
  requireSize(bytes, descriptor.sizes.publicKey, what);
  const fields = readFields(bytes, what);
  readPublicHalf(descriptor, fields, what);
  fields.end();
}

/**
 * The RSAPublicKey that belongs to an RSAPrivateKey of two primes, after the same checks. Whether the secret numbers
 * belong together is not looked into.
 *
 * @throws {@link HybridgeError} `invalid_length`, `invalid_encoding` or `invalid_key`.
 */
export function rsaPublicKeyOf(descriptor: RsaDescriptor, bytes: Uint8Array): Uint8Array {
  const what = `${descriptor.name} private key`;
  requireSize(bytes, descriptor.sizes.privateKey, what);
  const fields = readFields(bytes, what);
  const version = fields.smallInteger('version');
  if (version !== 0)
    throw new HybridgeError('invalid_encoding', `${what}: version ${String(version)}, expected 0`);
  const { modulus, publicExponent } = readPublicHalf(descriptor, fields, what);
  for (const name of ['privateExponent', 'prime1', 'prime2', 'exponent1', 'exponent2', 'coefficient'])
    fields.unsignedInteger(name);
  fields.end();
  return der.sequence(der.unsignedInteger(modulus), der.unsignedInteger(publicExponent));
}

/** rsaEncryption with the NULL that RFC 3279 §2.3.1 demands. */
const RSA_ENCRYPTION: Uint8Array = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nil());

/** SubjectPublicKeyInfo of an RSAPublicKey, the form that libraries read. */
export function rsaSpki(publicKey: Uint8Array): Uint8Array {
  return der.sequence(RSA_ENCRYPTION, der.bitString(publicKey));
}

/** PKCS#8 of an RSAPrivateKey. */
export function rsaPkcs8(privateKey: Uint8Array): Uint8Array {
  return der.sequence(der.integer(0), RSA_ENCRYPTION, der.octetString(privateKey));
}

function readFields(bytes: Uint8Array, what: string): DerReader {
  const outer = readDer(bytes, what);
  const fields = outer.sequence('fields');
  outer.end();
  return fields;
}

function readPublicHalf(
  { modulusBits }: RsaDescriptor,
  fields: DerReader,
  what: string,
): { readonly modulus: Uint8Array; readonly publicExponent: Uint8Array } {
  const modulus = fields.unsignedInteger('modulus');
  const publicExponent = fields.unsignedInteger('publicExponent');
  const bits = 8 * modulus.length - Math.clz32(modulus[0] ?? 0) + 24;
  const refuse = (why: string): HybridgeError => new HybridgeError('invalid_key', `${what}: ${why}`);
  if (bits !== modulusBits) throw refuse(`modulus of ${String(bits)} bits, expected ${String(modulusBits)}`);
  if (!isOdd(modulus)) throw refuse('the modulus is even');
  if (!isOdd(publicExponent)) throw refuse('the public exponent is even');
  if (publicExponent.length > MAX_EXPONENT_BYTES || (publicExponent.length === 1 && publicExponent[0] === 1))
    throw refuse('the public exponent is outside 3..2^256 [FIPS 186-5 §A.1.1]');
  return { modulus, publicExponent };
}

const isOdd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1;
