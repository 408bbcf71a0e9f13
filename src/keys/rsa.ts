/** RSAPublicKey and RSAPrivateKey [RFC 8017 §A.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { der, readDer } from '../encoding/index.ts';

/** Big-endian integers without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly publicExponent: Uint8Array;
}

/** A two-prime private key with its CRT values. */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly privateExponent: Uint8Array;
  readonly prime1: Uint8Array;
  readonly prime2: Uint8Array;
  readonly exponent1: Uint8Array;
  readonly exponent2: Uint8Array;
  readonly coefficient: Uint8Array;
}

/** FIPS 186-5 §A.1.1: public exponents below 2^256. */
const MAX_EXPONENT_BYTES = 32;
/** No key of the registry has a longer integer than its modulus of 4096 bits. */
const MAX_INTEGER_BYTES = 512;

/** @throws HybridgeError `invalid_encoding`. */
export function decodeRsaPublicKey(bytes: Uint8Array): RsaPublicKey {
  const outer = readDer(bytes, 'RSAPublicKey');
  const fields = outer.sequence('fields');
  outer.end();
  const key = {
    modulus: fields.unsignedInteger('modulus'),
    publicExponent: fields.unsignedInteger('publicExponent'),
  };
  fields.end();
  return key;
}

export function encodeRsaPublicKey({ modulus, publicExponent }: RsaPublicKey): Uint8Array {
  return der.sequence(der.unsignedInteger(modulus), der.unsignedInteger(publicExponent));
}

/** @throws HybridgeError `invalid_encoding`; `unsupported` for more than two primes. */
export function decodeRsaPrivateKey(bytes: Uint8Array): RsaPrivateKey {
  const outer = readDer(bytes, 'RSAPrivateKey');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.smallInteger('version');
  if (version !== 0)
    throw new HybridgeError(
      'unsupported',
      `RSAPrivateKey: version ${version}; keys of more than two primes are not`,
    );
  const key = {
    modulus: fields.unsignedInteger('modulus'),
    publicExponent: fields.unsignedInteger('publicExponent'),
    privateExponent: fields.unsignedInteger('privateExponent'),
    prime1: fields.unsignedInteger('prime1'),
    prime2: fields.unsignedInteger('prime2'),
    exponent1: fields.unsignedInteger('exponent1'),
    exponent2: fields.unsignedInteger('exponent2'),
    coefficient: fields.unsignedInteger('coefficient'),
  };
  fields.end();
  return key;
}

export function encodeRsaPrivateKey(key: RsaPrivateKey): Uint8Array {
  return der.sequence(
    der.integer(0),
    der.unsignedInteger(key.modulus),
    der.unsignedInteger(key.publicExponent),
    der.unsignedInteger(key.privateExponent),
    der.unsignedInteger(key.prime1),
    der.unsignedInteger(key.prime2),
    der.unsignedInteger(key.exponent1),
    der.unsignedInteger(key.exponent2),
    der.unsignedInteger(key.coefficient),
  );
}

/**
 * The size of the modulus in bits.
 *
 * @throws HybridgeError `invalid_key` for an even modulus, or an exponent that is even, below 3 or above 2^256.
 */
export function modulusBits({ modulus, publicExponent }: RsaPublicKey): number {
  const isOdd = (number: Uint8Array): boolean => ((number.at(-1) ?? 0) & 1) === 1;
  if (!isOdd(modulus)) throw invalid('the modulus is even');
  if (!isOdd(publicExponent)) throw invalid('the public exponent is even');
  if (publicExponent.length > MAX_EXPONENT_BYTES || (publicExponent.length === 1 && publicExponent[0] === 1))
    throw invalid('the public exponent is outside 3..2^256 [FIPS 186-5 §A.1.1]');
  return 8 * modulus.length - Math.clz32(modulus[0] ?? 0) + 24;
}

/**
 * Checks that the eight numbers belong to one key [RFC 8017 §3.2], so that the public half is that of the private.
 *
 * @throws HybridgeError `invalid_key`.
 */
export function requireConsistent(key: RsaPrivateKey): void {
  if (Object.values(key).some((number: Uint8Array) => number.length > MAX_INTEGER_BYTES))
    throw invalid('a number is longer than any modulus');
  const n = toBigInt(key.modulus);
  const e = toBigInt(key.publicExponent);
  const d = toBigInt(key.privateExponent);
  const p = toBigInt(key.prime1);
  const q = toBigInt(key.prime2);
  const dP = toBigInt(key.exponent1);
  const dQ = toBigInt(key.exponent2);
  const qInv = toBigInt(key.coefficient);
  if (p <= 1n || q <= 1n || p * q !== n) throw invalid('the modulus is not the product of the primes');
  if (dP !== d % (p - 1n) || dQ !== d % (q - 1n)) throw invalid('the exponents do not belong together');
  if ((e * dP) % (p - 1n) !== 1n || (e * dQ) % (q - 1n) !== 1n)
    throw invalid('the private exponent is not the inverse of the public one');
  if (qInv >= p || (qInv * q) % p !== 1n)
    throw invalid('the coefficient is not the inverse of the second prime');
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function invalid(why: string): HybridgeError {
  return new HybridgeError('invalid_key', `RSA key: ${why}`);
}
