/** JSON Web Keys [RFC 7517]: AKP [RFC 9964], OKP [RFC 8037], EC and RSA [RFC 7518 §6]. */
import { fromBase64Url, HybridgeError, toBase64Url } from '../bytes/index.ts';
import type { KeyDescriptor } from '../registry/index.ts';
import { findFamily, formOf, type KeyFamily } from './algorithms.ts';
import type { Material } from './material.ts';
import { octetKey, pointOf, rsaKey } from './parts.ts';
import { decodeRsaPrivateKey, decodeRsaPublicKey } from './rsa.ts';
import { noForm } from './spki.ts';

/** A JSON Web Key as written here: every member is a text. */
export type Jwk = Readonly<Record<string, string>>;

type Members = Readonly<Record<string, unknown>>;
type Test = (algorithm: KeyDescriptor) => boolean;

const AGREEMENT: Test = ({ kind }) => kind === 'key-agreement' || kind === 'dhkem';

/** `alg` values that leave the curve to the key [RFC 7518 §4.6, RFC 8037 §3.1]; RFC 9864 deprecates the first. */
const GENERAL_ALGS: ReadonlyMap<string, Test> = new Map([
  ['EdDSA', ({ kind }) => kind === 'eddsa'],
  ['ECDH-ES', AGREEMENT],
  ['ECDH-ES+A128KW', AGREEMENT],
  ['ECDH-ES+A192KW', AGREEMENT],
  ['ECDH-ES+A256KW', AGREEMENT],
]);

/** Operations of `key_ops` [RFC 7517 §4.3] by the use they belong to. */
const OPERATIONS: ReadonlyMap<string, KeyDescriptor['use']> = new Map([
  ['sign', 'signature'],
  ['verify', 'signature'],
  ['encrypt', 'kem'],
  ['decrypt', 'kem'],
  ['wrapKey', 'kem'],
  ['unwrapKey', 'kem'],
  ['deriveKey', 'kem'],
  ['deriveBits', 'kem'],
]);

/**
 * Reads a JWK. Members that mean nothing here are ignored [RFC 7517 §4].
 *
 * @throws HybridgeError `invalid_encoding`, `invalid_length`, `invalid_key`; `unknown_algorithm` and `unsupported`
 * for key types, curves and algorithms without a place here; `wrong_algorithm` when `alg`, `use` and `key_ops`
 * contradict the key.
 */
export function readJwk(members: Members): Material {
  if ('keys' in members) throw unsupported('a set of keys; pass one of them');
  const kty = text(members, 'kty');
  const read = KEY_TYPES.get(kty);
  if (read === undefined) throw unsupported(`kty ${shown(kty)}`);
  const material = read(members);
  return { ...material, algorithms: material.algorithms.filter(intended(members)) };
}

/**
 * The members of a public JWK, `alg` among them where one is registered.
 *
 * @throws HybridgeError `unsupported` for keys that no JWK can hold.
 */
export function writePublicJwk(descriptor: KeyDescriptor, publicKey: Uint8Array): Jwk {
  return { ...identity(descriptor, publicKey), ...purpose(descriptor) };
}

/**
 * The members of a private JWK.
 *
 * @param privateKey - The stored form: for ML-DSA the seed, the one form that RFC 9964 has.
 * @throws HybridgeError `unsupported` for keys that no JWK can hold.
 */
export function writePrivateJwk(
  descriptor: KeyDescriptor,
  publicKey: Uint8Array,
  privateKey: Uint8Array,
): Jwk {
  const form = formOf(descriptor);
  const own = writePublicJwk(descriptor, publicKey);
  if (form.kind !== 'rsa') return { ...own, [form.kind === 'raw' ? 'priv' : 'd']: toBase64Url(privateKey) };
  const key = decodeRsaPrivateKey(privateKey);
  return {
    ...own,
    d: toBase64Url(key.privateExponent),
    p: toBase64Url(key.prime1),
    q: toBase64Url(key.prime2),
    dp: toBase64Url(key.exponent1),
    dq: toBase64Url(key.exponent2),
    qi: toBase64Url(key.coefficient),
  };
}

/** The required members of a public key, in the order of RFC 7638 §3.2, which its thumbprint hashes. */
export function identity(descriptor: KeyDescriptor, publicKey: Uint8Array): Jwk {
  const form = formOf(descriptor);
  switch (form.kind) {
    case 'ec': {
      const family = findFamily('ec', ({ curve }) => curve === form.curve);
      if (family === undefined || !hasJoseName(family))
        throw unsupported(`${form.curve} has no name in JOSE`);
      const size = form.coordinateSize;
      return {
        crv: form.curve,
        kty: 'EC',
        x: toBase64Url(publicKey.subarray(1, 1 + size)),
        y: toBase64Url(publicKey.subarray(1 + size)),
      };
    }
    case 'okp':
      return { crv: form.crv, kty: 'OKP', x: toBase64Url(publicKey) };
    case 'raw':
      if (!form.akp || descriptor.identifiers.jose === undefined)
        throw unsupported(`${descriptor.name}: no standard gives its keys a JWK`);
      return { alg: descriptor.identifiers.jose, kty: 'AKP', pub: toBase64Url(publicKey) };
    case 'rsa': {
      const { modulus, publicExponent } = decodeRsaPublicKey(publicKey);
      return { e: toBase64Url(publicExponent), kty: 'RSA', n: toBase64Url(modulus) };
    }
    case 'none':
      throw noForm(descriptor, 'JWK');
  }
}

function purpose({ identifiers: { jose }, use }: KeyDescriptor): Jwk {
  return jose === undefined ? { use: use === 'kem' ? 'enc' : 'sig' } : { alg: jose };
}

const KEY_TYPES: ReadonlyMap<string, (members: Members) => Material> = new Map([
  ['AKP', readAkp],
  ['EC', readEc],
  ['OKP', readOkp],
  ['RSA', readRsa],
]);

function readAkp(members: Members): Material {
  // RFC 9964 §3: alg is mandatory, it alone says what the bytes are.
  const alg = text(members, 'alg');
  const family = findFamily('raw', (form, { identifiers }) => form.akp && identifiers.jose === alg);
  if (family === undefined) throw unsupported(`kty AKP with alg ${shown(alg)}`);
  return octetKey(family, bytes(members, 'pub'), optionalBytes(members, 'priv'), 'JWK');
}

function readOkp(members: Members): Material {
  const crv = text(members, 'crv');
  const family = findFamily('okp', (form) => form.crv === crv);
  if (family === undefined) throw unsupported(`kty OKP with crv ${shown(crv)}`);
  return octetKey(family, bytes(members, 'x'), optionalBytes(members, 'd'), 'JWK');
}

function readEc(members: Members): Material {
  const crv = text(members, 'crv');
  const family = findFamily('ec', (form) => form.curve === crv);
  if (family === undefined || !hasJoseName(family)) throw unsupported(`kty EC with crv ${shown(crv)}`);
  const point = pointOf(family, bytes(members, 'x'), bytes(members, 'y'), 'JWK');
  return octetKey(family, point, optionalBytes(members, 'd'), 'JWK');
}

/** A curve has a name in JOSE where one of its algorithms has. */
function hasJoseName({ algorithms }: KeyFamily): boolean {
  return algorithms.some(({ identifiers }) => identifiers.jose !== undefined);
}

function readRsa(members: Members): Material {
  const publicHalf = { modulus: integer(members, 'n'), publicExponent: integer(members, 'e') };
  if (!('d' in members)) return rsaKey(publicHalf, undefined);
  if ('oth' in members) throw unsupported('RSA keys of more than two primes');
  if (!('p' in members)) throw unsupported('an RSA private key without its primes');
  return rsaKey(publicHalf, {
    privateExponent: integer(members, 'd'),
    prime1: integer(members, 'p'),
    prime2: integer(members, 'q'),
    exponent1: integer(members, 'dp'),
    exponent2: integer(members, 'dq'),
    coefficient: integer(members, 'qi'),
  });
}

/** The test that `alg`, `use` and `key_ops` put an algorithm to. */
function intended(members: Members): Test {
  const tests: Test[] = [];
  if ('alg' in members) {
    const alg = text(members, 'alg');
    tests.push(GENERAL_ALGS.get(alg) ?? (({ identifiers }) => identifiers.jose === alg));
  }
  if ('use' in members) {
    const use = text(members, 'use');
    if (use === 'sig') tests.push((algorithm) => algorithm.use === 'signature');
    if (use === 'enc') tests.push((algorithm) => algorithm.use === 'kem');
  }
  if ('key_ops' in members) {
    const operations: unknown = members['key_ops'];
    if (!Array.isArray(operations) || new Set(operations).size !== operations.length)
      throw malformed('key_ops is not an array of distinct texts');
    for (const operation of operations) {
      if (typeof operation !== 'string') throw malformed('key_ops is not an array of distinct texts');
      const use = OPERATIONS.get(operation);
      if (use !== undefined) tests.push((algorithm) => algorithm.use === use);
    }
  }
  return (algorithm) => tests.every((test) => test(algorithm));
}

function text(members: Members, name: string): string {
  const value = Object.hasOwn(members, name) ? members[name] : undefined;
  if (typeof value !== 'string')
    throw malformed(`${name} is ${value === undefined ? 'missing' : 'not a text'}`);
  return value;
}

function bytes(members: Members, name: string): Uint8Array {
  const value = text(members, name);
  try {
    return fromBase64Url(value);
  } catch (cause) {
    throw new HybridgeError('invalid_encoding', `JWK: ${name} is not base64url`, { cause });
  }
}

function optionalBytes(members: Members, name: string): Uint8Array | undefined {
  return name in members ? bytes(members, name) : undefined;
}

/** Base64urlUInt [RFC 7518 §2]: no leading zeros. */
function integer(members: Members, name: string): Uint8Array {
  const value = bytes(members, name);
  if (value.length === 0 || value[0] === 0) throw malformed(`${name} is empty or has leading zeros`);
  return value;
}

/** A text of the input fit for a message. */
function shown(value: string): string {
  return JSON.stringify(value.slice(0, 64));
}

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `JWK: ${why}`);
}

function unsupported(why: string): HybridgeError {
  return new HybridgeError('unsupported', `JWK: ${why}`);
}
