import type { Clock, Provider, RandomSource } from '../../provider/index.ts';
import {
  AEAD_NAMES,
  ECDSA_NAMES,
  EDDSA_NAMES,
  HASH_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  RSA_OAEP_NAMES,
  RSA_SIGNATURE_NAMES,
  SLH_DSA_NAMES,
} from '../../registry/index.ts';
import { aeadOf } from './aead.ts';
import { blockCipher } from './block-cipher.ts';
import { ecdsa } from './ecdsa.ts';
import { hashOf } from './hash.ts';
import { montgomery, weierstrass } from './key-agreement.ts';
import { keyDerivation } from './key-derivation.ts';
import { mlKem } from './ml-kem.ts';
import { nodeCrypto } from './node-crypto.ts';
import { eddsa, mlDsa, slhDsa } from './one-shot-signature.ts';
import { rsaOaep, rsaSignature } from './rsa.ts';

/** What is offered of a family, by name. */
function offered<Name extends string, T extends object>(
  names: readonly Name[],
  make: (name: Name) => T | undefined,
): Partial<Record<Name, T>> {
  const table: Partial<Record<Name, T>> = {};
  for (const name of names) {
    const primitive = make(name);
    if (primitive !== undefined) table[name] = primitive;
  }
  return table;
}

/**
 * The provider over `node:crypto`; `undefined` where there is none. It offers what the runtime has, found out by
 * trying, at the cost of about a millisecond and no key generation.
 *
 * @example
 * ```ts
 * import { createNativeProvider } from 'hybridge/providers/native';
 *
 * const provider = createNativeProvider();
 * console.log(provider === undefined ? 'not on Node' : Object.keys(provider.kem));
 * ```
 */
export function createNativeProvider(): Provider | undefined {
  const crypto = nodeCrypto();
  if (crypto === undefined) return undefined;
  const random: RandomSource = {
    bytes: (length) => crypto.randomFillSync(new Uint8Array(length)),
  };
  const clock: Clock = { now: () => new Date() };
  return Object.freeze({
    name: 'native',
    kem: {
      ...offered(ML_KEM_NAMES, (name) => mlKem(crypto, name)),
      ...offered(['X25519', 'X448'], (name) => montgomery(crypto, name, random)),
      ...offered(['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1'], (name) =>
        weierstrass(crypto, name, random),
      ),
      ...offered(RSA_OAEP_NAMES, (name) => rsaOaep(crypto, name)),
    },
    signature: {
      ...offered(ML_DSA_NAMES, (name) => mlDsa(crypto, name)),
      ...offered(SLH_DSA_NAMES, (name) => slhDsa(crypto, name)),
      ...offered(EDDSA_NAMES, (name) => eddsa(crypto, name)),
      ...offered(ECDSA_NAMES, (name) => ecdsa(crypto, name)),
      ...offered(RSA_SIGNATURE_NAMES, (name) => rsaSignature(crypto, name)),
    },
    // node:crypto shows neither the internal functions nor expanded keys.
    internalSignature: {},
    seedExpansion: {},
    hash: offered(HASH_NAMES, (name) => hashOf(crypto, name)),
    aead: offered(AEAD_NAMES, (name) => aeadOf(crypto, name)),
    keyDerivation: keyDerivation(crypto),
    blockCipher: blockCipher(crypto),
    random,
    clock,
  });
}
