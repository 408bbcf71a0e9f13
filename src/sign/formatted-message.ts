/** The message M' that ML-DSA and SLH-DSA really sign [FIPS 204 Algorithms 2-5, FIPS 205 Algorithms 22-25]. */
import { concat } from '../bytes/index.ts';
import { requireContext } from '../provider/index.ts';

const PURE = 0;
const PRE_HASHED = 1;

function prefix(domain: number, context: Uint8Array): Uint8Array {
  requireContext(context, 'signature');
  return concat(Uint8Array.of(domain, context.length), context);
}

/** What stands before the message in the pure variant. */
export function purePrefix(context: Uint8Array): Uint8Array {
  return prefix(PURE, context);
}

/** M' of the pre-hash variant; `hashOid` is the complete DER element. */
export function preHashed(context: Uint8Array, hashOid: Uint8Array, digest: Uint8Array): Uint8Array {
  return concat(prefix(PRE_HASHED, context), hashOid, digest);
}
