/** Key material from the single values that JWK and COSE_Key hold. */
import { concat } from '../bytes/index.ts';
import { requireSize } from '../provider/index.ts';
import type { KeyFamily, KeyFamilyOf } from './algorithms.ts';
import type { Material } from './material.ts';
import {
  encodeRsaPrivateKey,
  encodeRsaPublicKey,
  requireConsistent,
  type RsaPrivateKey,
  type RsaPublicKey,
} from './rsa.ts';
import { rsaFamily } from './spki.ts';

/** The uncompressed point of two coordinates, which are as long as the field, leading zeros included. */
export function pointOf({ form }: KeyFamilyOf<'ec'>, x: Uint8Array, y: Uint8Array, what: string): Uint8Array {
  requireSize(x, form.coordinateSize, `${what}: x`);
  requireSize(y, form.coordinateSize, `${what}: y`);
  return concat(Uint8Array.of(4), x, y);
}

/** A key whose halves are one byte string each. */
export function octetKey(
  { preferred, algorithms }: KeyFamily,
  publicKey: Uint8Array,
  privateKey: Uint8Array | undefined,
  what: string,
): Material {
  requireSize(publicKey, preferred.sizes.publicKey, `${what}: public key`);
  if (privateKey === undefined) return { kind: 'public', algorithms, publicKey };
  requireSize(privateKey, preferred.sizes.privateKey, `${what}: private key`);
  return { kind: 'private', algorithms, privateKey, publicKey };
}

/** An RSA key of its numbers. */
export function rsaKey(
  publicHalf: RsaPublicKey,
  privateHalf: Omit<RsaPrivateKey, keyof RsaPublicKey> | undefined,
): Material {
  const { algorithms } = rsaFamily(publicHalf);
  const publicKey = encodeRsaPublicKey(publicHalf);
  if (privateHalf === undefined) return { kind: 'public', algorithms, publicKey };
  const key = { ...publicHalf, ...privateHalf };
  requireConsistent(key);
  return { kind: 'private', algorithms, privateKey: encodeRsaPrivateKey(key), publicKey };
}
