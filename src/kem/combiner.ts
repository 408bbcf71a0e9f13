import { utf8, wipe } from '../bytes/index.ts';
import { type Hash, type Provider, requireHash } from '../provider/index.ts';
import type { KemSizes } from '../registry/index.ts';

/** One shared secret from those of both halves and the traditional ciphertext. */
export type Combiner = (
  postQuantumSecret: Uint8Array,
  traditionalSecret: Uint8Array,
  traditionalCiphertext: Uint8Array,
) => Uint8Array;

/**
 * SHA3-256(ss_PQ ‖ ss_T ‖ ct_T ‖ ek_T ‖ label): C2PRICombiner of draft-irtf-cfrg-hybrid-kems-12 §5.1.3, and the
 * combiner of draft-ietf-lamps-pq-composite-kem-21. The ML-KEM ciphertext and key are left out because ML-KEM
 * itself binds its secret to them.
 *
 * The input is laid out once for a key and filled in for every call, so that a call allocates the result alone.
 */
export function combiner(
  sha3: Hash,
  sizes: { readonly secrets: number; readonly ciphertext: number },
  traditionalPublicKey: Uint8Array,
  label: Uint8Array,
): Combiner {
  const fixed = sizes.secrets + sizes.ciphertext;
  const input = new Uint8Array(fixed + traditionalPublicKey.length + label.length);
  input.set(traditionalPublicKey, fixed);
  input.set(label, fixed + traditionalPublicKey.length);
  const secrets = input.subarray(0, sizes.secrets);
  return (postQuantumSecret, traditionalSecret, traditionalCiphertext) => {
    try {
      input.set(postQuantumSecret);
      input.set(traditionalSecret, postQuantumSecret.length);
      input.set(traditionalCiphertext, sizes.secrets);
      return sha3.digest(input);
    } finally {
      wipe(secrets, postQuantumSecret, traditionalSecret);
    }
  };
}

/** The combiners of one hybrid, by the traditional public key of the recipient. */
export function combiners(
  provider: Provider,
  postQuantum: KemSizes,
  traditional: KemSizes,
  label: string,
): (traditionalPublicKey: Uint8Array) => Combiner {
  const sha3 = requireHash(provider, 'SHA3-256');
  const domain = utf8(label);
  const sizes = {
    secrets: postQuantum.sharedSecret + traditional.sharedSecret,
    ciphertext: traditional.ciphertext,
  };
  return (traditionalPublicKey) => combiner(sha3, sizes, traditionalPublicKey, domain);
}
