/** COSE_Key [RFC 9052 §7]: AKP [RFC 9964], OKP and EC2 [RFC 9053 §7], RSA [RFC 8230 §4]. */
import { HybridgeError } from '../bytes/index.ts';
import {
  type CborMap,
  type CborValue,
  decodeCbor,
  encodeCbor,
  isCborArray,
  isCborMap,
} from '../encoding/index.ts';
import type { HashName, KeyDescriptor } from '../registry/index.ts';
import { findFamily, formOf } from './algorithms.ts';
import type { Material } from './material.ts';
import { octetKey, pointOf, rsaKey } from './parts.ts';
import { decodeRsaPrivateKey, decodeRsaPublicKey } from './rsa.ts';
import { noForm } from './spki.ts';

type Test = (algorithm: KeyDescriptor) => boolean;

const KTY = 1;
const ALG = 3;
const KEY_OPS = 4;

const OKP = 1;
const EC2 = 2;
const RSA = 3;
const AKP = 7;

const MAX_BYTES = 128 * 1024;

/** ECDSA with the hash, on the curve that has it for its own: the pairs with a number in RFC 9864. */
function ecdsaWith(hash: HashName): Test {
  return (algorithm) =>
    algorithm.kind === 'ecdsa' && algorithm.hash === hash && algorithm.identifiers.cose !== undefined;
}

/** Algorithm numbers that leave the curve to the key; RFC 9864 §4.2 deprecates those of signatures. */
const GENERAL_ALGS: ReadonlyMap<number, Test> = new Map<number, Test>([
  [-7, ecdsaWith('SHA-256')],
  [-35, ecdsaWith('SHA-384')],
  [-36, ecdsaWith('SHA-512')],
  [-8, (algorithm) => algorithm.kind === 'eddsa'],
  // ECDH-ES and ECDH-SS with HKDF or key wrap [RFC 9053 §6.3, §6.4].
  ...[-25, -26, -27, -28, -29, -30, -31, -32, -33, -34].map((number): [number, Test] => [
    number,
    ({ kind }) => kind === 'key-agreement' || kind === 'dhkem',
  ]),
]);

/** Key operations [RFC 9052 Table 5] by the use they belong to. */
const OPERATIONS: ReadonlyMap<number, KeyDescriptor['use']> = new Map([
  [1, 'signature'],
  [2, 'signature'],
  [3, 'kem'],
  [4, 'kem'],
  [5, 'kem'],
  [6, 'kem'],
  [7, 'kem'],
  [8, 'kem'],
]);

/**
 * Reads a COSE_Key. Labels that mean nothing here are ignored.
 *
 * @throws HybridgeError `invalid_encoding`, `invalid_length`, `invalid_key`; `unsupported` for key types, curves and
 * algorithms without a place here; `wrong_algorithm` when `alg` and `key_ops` contradict the key.
 */
export function readCoseKey(bytes: Uint8Array): Material {
  const map = decodeCbor(bytes, 'COSE_Key', { maxBytes: MAX_BYTES });
  if (!isCborMap(map)) throw malformed('not a map');
  const kty = number(map, KTY, 'kty');
  const read = KEY_TYPES.get(kty);
  if (read === undefined) throw unsupported(`kty ${kty}`);
  const material = read(map);
  return { ...material, algorithms: material.algorithms.filter(intended(map)) };
}

/**
 * Writes a COSE_Key, `alg` in it where a number is assigned.
 *
 * @param privateKey - The stored form: for ML-DSA the seed, the one form that RFC 9964 has.
 * @throws HybridgeError `unsupported` for keys that no COSE_Key can hold.
 */
export function writeCoseKey(
  descriptor: KeyDescriptor,
  publicKey: Uint8Array,
  privateKey: Uint8Array | undefined,
): Uint8Array {
  const { cose } = descriptor.identifiers;
  return encodeCbor(
    new Map<CborValue, CborValue>([
      ...fields(descriptor, publicKey, privateKey),
      ...(cose === undefined ? [] : [[ALG, cose] as const]),
    ]),
  );
}

type Fields = readonly (readonly [number, CborValue])[];

function fields(
  descriptor: KeyDescriptor,
  publicKey: Uint8Array,
  privateKey: Uint8Array | undefined,
): Fields {
  const form = formOf(descriptor);
  const secret = (label: number): Fields => (privateKey === undefined ? [] : [[label, privateKey]]);
  switch (form.kind) {
    case 'ec': {
      const size = form.coordinateSize;
      return [
        [KTY, EC2],
        [-1, form.coseCurve],
        [-2, publicKey.subarray(1, 1 + size)],
        [-3, publicKey.subarray(1 + size)],
        ...secret(-4),
      ];
    }
    case 'okp':
      return [[KTY, OKP], [-1, form.coseCurve], [-2, publicKey], ...secret(-4)];
    case 'raw':
      if (!form.akp || descriptor.identifiers.cose === undefined)
        throw unsupported(`${descriptor.name}: no standard gives its keys a COSE_Key`);
      return [[KTY, AKP], [-1, publicKey], ...secret(-2)];
    case 'rsa':
      return [[KTY, RSA], ...rsaFields(publicKey, privateKey)];
    case 'none':
      throw noForm(descriptor, 'COSE_Key');
  }
}

function rsaFields(publicKey: Uint8Array, privateKey: Uint8Array | undefined): Fields {
  const { modulus, publicExponent } = decodeRsaPublicKey(publicKey);
  const own: Fields = [
    [-1, modulus],
    [-2, publicExponent],
  ];
  if (privateKey === undefined) return own;
  const key = decodeRsaPrivateKey(privateKey);
  return [
    ...own,
    [-3, key.privateExponent],
    [-4, key.prime1],
    [-5, key.prime2],
    [-6, key.exponent1],
    [-7, key.exponent2],
    [-8, key.coefficient],
  ];
}

const KEY_TYPES: ReadonlyMap<number, (map: CborMap) => Material> = new Map([
  [OKP, readOkp],
  [EC2, readEc2],
  [RSA, readRsa],
  [AKP, readAkp],
]);

function readAkp(map: CborMap): Material {
  // RFC 9964 §3: alg is mandatory, it alone says what the bytes are.
  const alg = number(map, ALG, 'alg');
  const family = findFamily('raw', (form, { identifiers }) => form.akp && identifiers.cose === alg);
  if (family === undefined) throw unsupported(`kty AKP with alg ${alg}`);
  return octetKey(family, bytes(map, -1, 'pub'), optionalBytes(map, -2, 'priv'), 'COSE_Key');
}

function readOkp(map: CborMap): Material {
  const crv = number(map, -1, 'crv');
  const family = findFamily('okp', (form) => form.coseCurve === crv);
  if (family === undefined) throw unsupported(`kty OKP with crv ${crv}`);
  return octetKey(family, bytes(map, -2, 'x'), optionalBytes(map, -4, 'd'), 'COSE_Key');
}

function readEc2(map: CborMap): Material {
  const crv = number(map, -1, 'crv');
  const family = findFamily('ec', (form) => form.coseCurve === crv);
  if (family === undefined) throw unsupported(`kty EC2 with crv ${crv}`);
  if (typeof map.get(-3) === 'boolean') throw unsupported('a compressed point (y is a boolean)');
  const point = pointOf(family, bytes(map, -2, 'x'), bytes(map, -3, 'y'), 'COSE_Key');
  return octetKey(family, point, optionalBytes(map, -4, 'd'), 'COSE_Key');
}

function readRsa(map: CborMap): Material {
  const publicHalf = { modulus: integer(map, -1, 'n'), publicExponent: integer(map, -2, 'e') };
  if (!map.has(-3)) return rsaKey(publicHalf, undefined);
  // RFC 8230 §4: further primes under -9 to -12.
  if (map.has(-9)) throw unsupported('RSA keys of more than two primes');
  return rsaKey(publicHalf, {
    privateExponent: integer(map, -3, 'd'),
    prime1: integer(map, -4, 'p'),
    prime2: integer(map, -5, 'q'),
    exponent1: integer(map, -6, 'dP'),
    exponent2: integer(map, -7, 'dQ'),
    coefficient: integer(map, -8, 'qInv'),
  });
}

/** The test that `alg` and `key_ops` put an algorithm to. */
function intended(map: CborMap): Test {
  const tests: Test[] = [];
  if (map.has(ALG)) {
    const alg = number(map, ALG, 'alg');
    tests.push(GENERAL_ALGS.get(alg) ?? (({ identifiers }) => identifiers.cose === alg));
  }
  const operations = map.get(KEY_OPS);
  if (operations !== undefined) {
    if (!isCborArray(operations) || operations.length === 0 || new Set(operations).size !== operations.length)
      throw malformed('key_ops is not an array of distinct operations');
    for (const operation of operations) {
      const use = typeof operation === 'number' ? OPERATIONS.get(operation) : undefined;
      if (use !== undefined) tests.push((algorithm) => algorithm.use === use);
    }
  }
  return (algorithm) => tests.every((test) => test(algorithm));
}

function number(map: CborMap, label: number, name: string): number {
  const value = map.get(label);
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw malformed(
      `${name} (${label}) is ${value === undefined ? 'missing' : 'not an integer of the registry'}`,
    );
  return value;
}

function bytes(map: CborMap, label: number, name: string): Uint8Array {
  const value = map.get(label);
  if (!(value instanceof Uint8Array))
    throw malformed(`${name} (${label}) is ${value === undefined ? 'missing' : 'not a byte string'}`);
  return value;
}

function optionalBytes(map: CborMap, label: number, name: string): Uint8Array | undefined {
  return map.has(label) ? bytes(map, label, name) : undefined;
}

/** Integers of RSA keys [RFC 8230 §4]: no leading zeros. */
function integer(map: CborMap, label: number, name: string): Uint8Array {
  const value = bytes(map, label, name);
  if (value.length === 0 || value[0] === 0)
    throw malformed(`${name} (${label}) is empty or has leading zeros`);
  return value;
}

function malformed(why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `COSE_Key: ${why}`);
}

function unsupported(why: string): HybridgeError {
  return new HybridgeError('unsupported', `COSE_Key: ${why}`);
}
