import type { Clock, Provider, RandomSource } from '../../provider/index.ts';
import { AEAD_TABLE } from './aead.ts';
import { BLOCK_CIPHER } from './block-cipher.ts';
import { ECDSAS } from './ecdsa.ts';
import { EDDSAS } from './eddsa.ts';
import { HASH_TABLE } from './hash.ts';
import { KEY_AGREEMENTS } from './key-agreement.ts';
import { KEY_DERIVATION } from './key-derivation.ts';
import { ML_DSA_EXPANSIONS, ML_DSA_INTERNALS, ML_DSAS } from './ml-dsa.ts';
import { ML_KEM_EXPANSIONS, ML_KEMS } from './ml-kem.ts';
import { SLH_DSA_INTERNALS, SLH_DSAS } from './slh-dsa.ts';
import { RSA_OAEPS, RSA_SIGNATURES } from './web-crypto-rsa.ts';

/** What may be put in place of the system's. */
export interface NobleProviderOptions {
  readonly random?: RandomSource;
  readonly clock?: Clock;
}

/** What WebCrypto gives out in one call. */
const QUOTA = 65_536;

const SYSTEM_RANDOM: RandomSource = {
  bytes: (length) => {
    const bytes = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += QUOTA)
      crypto.getRandomValues(bytes.subarray(offset, offset + QUOTA));
    return bytes;
  },
};
const SYSTEM_CLOCK: Clock = { now: () => new Date() };

/**
 * The provider that runs everywhere: plain JavaScript, no I/O.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * console.log(provider.hash['SHA3-256']?.digest(new Uint8Array(3)).length); // 32
 * ```
 */
export function createNobleProvider(options: NobleProviderOptions = {}): Provider {
  return Object.freeze({
    name: 'noble',
    kem: { ...ML_KEMS, ...KEY_AGREEMENTS, ...RSA_OAEPS },
    signature: { ...ML_DSAS, ...SLH_DSAS, ...EDDSAS, ...ECDSAS, ...RSA_SIGNATURES },
    internalSignature: { ...ML_DSA_INTERNALS, ...SLH_DSA_INTERNALS },
    seedExpansion: { ...ML_KEM_EXPANSIONS, ...ML_DSA_EXPANSIONS },
    hash: HASH_TABLE,
    aead: AEAD_TABLE,
    keyDerivation: KEY_DERIVATION,
    blockCipher: BLOCK_CIPHER,
    random: options.random ?? SYSTEM_RANDOM,
    clock: options.clock ?? SYSTEM_CLOCK,
  });
}
