import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import type { CHash } from '@noble/hashes/utils.js';
import { HybridgeError } from '../../bytes/index.ts';
import {
  type KeyDerivation,
  requireHkdfExpand,
  requireHmacHash,
  requirePbkdf2,
  requireScrypt,
} from '../../provider/index.ts';
import type { HashName } from '../../registry/index.ts';
import { NOBLE_HASHES } from './backend.ts';

const HMAC_HASHES: Readonly<Partial<Record<HashName, CHash>>> = {
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
  'SHA-512/224': sha512_224,
  'SHA-512/256': sha512_256,
  'SHA3-224': sha3_224,
  'SHA3-256': sha3_256,
  'SHA3-384': sha3_384,
  'SHA3-512': sha3_512,
};

function hmacHash(name: HashName): CHash {
  requireHmacHash(name);
  const algorithm = HMAC_HASHES[name];
  if (algorithm === undefined) throw new HybridgeError('internal', `no ${name} for HMAC`);
  return algorithm;
}

/** HMAC, HKDF, PBKDF2 and scrypt with noble-hashes. The last two give way to other work now and then. */
export const KEY_DERIVATION: KeyDerivation = {
  backend: NOBLE_HASHES,
  hmac: (hash, key, data) => hmac(hmacHash(hash), key, data),
  hkdfExtract: (hash, salt, inputKey) => extract(hmacHash(hash), inputKey, salt),
  hkdfExpand: (hash, pseudoRandomKey, info, length) => {
    requireHkdfExpand(requireHmacHash(hash), pseudoRandomKey, length);
    return expand(hmacHash(hash), pseudoRandomKey, info, length);
  },
  pbkdf2: async (hash, password, salt, iterations, length) => {
    requirePbkdf2(iterations, length);
    return pbkdf2Async(hmacHash(hash), password, salt, { c: iterations, dkLen: length });
  },
  scrypt: async (password, salt, parameters, length) => {
    const maxmem = requireScrypt(parameters, length);
    const { cost, blockSize, parallelization } = parameters;
    return scryptAsync(password, salt, { N: cost, r: blockSize, p: parallelization, dkLen: length, maxmem });
  },
};
