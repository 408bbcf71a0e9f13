/** Private keys of ML-KEM and ML-DSA as KeyObjects. */
import type { KeyObject } from 'node:crypto';
import { HybridgeError, wipe } from '../../bytes/index.ts';
import { der } from '../../encoding/index.ts';
import type { NodeCrypto } from './node-crypto.ts';

/** What a private key of one parameter set looks like. */
export interface SeedKeyForm {
  readonly name: string;
  readonly oid: string;
  /** Bytes of the seed. */
  readonly seed: number;
  /** Bytes of the expanded private key. */
  readonly expanded: number;
}

/**
 * Makes a KeyObject of a seed or an expanded private key, told apart by length. OpenSSL checks an expanded one: the
 * hash of FIPS 203 §7.3 and the ranges of its coefficients; of FIPS 204 the public key that follows from it.
 *
 * Both go in as PKCS#8 [RFC 9881 §6, RFC 9935 §6]: a seed in the `raw-seed` format takes twice as long.
 *
 * @throws {@link HybridgeError} `invalid_length`, `invalid_key`.
 */
export function seedKeyImporter(crypto: NodeCrypto, form: SeedKeyForm): (stored: Uint8Array) => KeyObject {
  const algorithm = der.sequence(der.oid(form.oid));
  const pkcs8 = (privateKey: Uint8Array): Uint8Array =>
    der.sequence(der.integer(0), algorithm, der.octetString(privateKey));
  // Sizes are fixed, so all but the key itself is the same every time.
  const beforeSeed = pkcs8(der.implicitOctetString(0, new Uint8Array(form.seed))).slice(0, -form.seed);
  const beforeExpanded = pkcs8(der.octetString(new Uint8Array(form.expanded))).slice(0, -form.expanded);
  return (stored) => {
    const before =
      stored.length === form.seed ? beforeSeed : stored.length === form.expanded ? beforeExpanded : undefined;
    if (before === undefined)
      throw new HybridgeError(
        'invalid_length',
        `${form.name} private key: ${String(stored.length)} bytes, expected ${String(form.seed)} (seed) or ${String(form.expanded)} (expanded)`,
        { details: { expected: form.seed, actual: stored.length } },
      );
    const key = Buffer.alloc(before.length + stored.length);
    key.set(before);
    key.set(stored, before.length);
    try {
      return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    } catch (cause) {
      throw new HybridgeError('invalid_key', `${form.name} private key: its parts do not belong together`, {
        cause,
      });
    } finally {
      wipe(key);
    }
  };
}
