import { sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512, shake128, shake256 } from '@noble/hashes/sha3.js';
import { turboshake128, turboshake256 } from '@noble/hashes/sha3-addons.js';
import type { CHash } from '@noble/hashes/utils.js';
import { digestLength, type Hash } from '../../provider/index.ts';
import { hash, type HashName } from '../../registry/index.ts';
import { NOBLE_HASHES } from './backend.ts';

function fixed(name: HashName, algorithm: CHash): Hash {
  const descriptor = hash(name);
  return {
    backend: NOBLE_HASHES,
    digest: (data, length) => {
      digestLength(descriptor, length);
      return algorithm(data);
    },
    start: (length) => {
      digestLength(descriptor, length);
      const state = algorithm.create();
      return {
        update: (chunk) => void state.update(chunk),
        digest: () => state.digest(),
      };
    },
  };
}

function xof(name: HashName, algorithm: typeof shake128 | typeof turboshake128): Hash {
  const descriptor = hash(name);
  const create = (length: number | undefined): ReturnType<typeof shake128.create> =>
    algorithm.create({ dkLen: digestLength(descriptor, length) });
  return {
    backend: NOBLE_HASHES,
    digest: (data, length) => create(length).update(data).digest(),
    start: (length) => {
      const state = create(length);
      return {
        update: (chunk) => void state.update(chunk),
        digest: () => state.digest(),
      };
    },
  };
}

/** Hashes and XOFs with noble-hashes. */
export const HASH_TABLE: Readonly<Record<HashName, Hash>> = {
  'SHA-1': fixed('SHA-1', sha1),
  'SHA-224': fixed('SHA-224', sha224),
  'SHA-256': fixed('SHA-256', sha256),
  'SHA-384': fixed('SHA-384', sha384),
  'SHA-512': fixed('SHA-512', sha512),
  'SHA-512/224': fixed('SHA-512/224', sha512_224),
  'SHA-512/256': fixed('SHA-512/256', sha512_256),
  'SHA3-224': fixed('SHA3-224', sha3_224),
  'SHA3-256': fixed('SHA3-256', sha3_256),
  'SHA3-384': fixed('SHA3-384', sha3_384),
  'SHA3-512': fixed('SHA3-512', sha3_512),
  SHAKE128: xof('SHAKE128', shake128),
  SHAKE256: xof('SHAKE256', shake256),
  TurboSHAKE128: xof('TurboSHAKE128', turboshake128),
  TurboSHAKE256: xof('TurboSHAKE256', turboshake256),
};
