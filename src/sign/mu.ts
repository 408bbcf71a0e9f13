/** µ, the 64 bytes that stand for a message in ML-DSA [FIPS 204 Algorithm 7, line 6]. */
import { concat } from '../bytes/index.ts';
import type { Hash, Hasher } from '../provider/index.ts';
import { purePrefix } from './formatted-message.ts';

/** Bytes of µ and of tr. */
export const MU_SIZE = 64;

/** tr, the hash of the public key that starts every µ. */
export function publicKeyHash(shake256: Hash, publicKey: Uint8Array): Uint8Array {
  return shake256.digest(publicKey, MU_SIZE);
}

/** A hash in progress whose digest is µ of the pure variant. */
export function startMu(shake256: Hash, tr: Uint8Array, context: Uint8Array): Hasher {
  const prefix = purePrefix(context);
  const hasher = shake256.start(MU_SIZE);
  hasher.update(tr);
  hasher.update(prefix);
  return hasher;
}

/** µ of a message M' that is already formatted. */
export function muOf(shake256: Hash, tr: Uint8Array, formatted: Uint8Array): Uint8Array {
  return shake256.digest(concat(tr, formatted), MU_SIZE);
}
