import { EMPTY, HybridgeError, wipe } from '../../bytes/index.ts';
import {
  type KeyDerivation,
  requireHkdfExpand,
  requireHmacHash,
  requirePbkdf2,
  requireScrypt,
} from '../../provider/index.ts';
import type { HashName } from '../../registry/index.ts';
import { DIGESTS } from './names.ts';
import { native, type NodeCrypto, plain } from './node-crypto.ts';

function digestOf(name: HashName): string {
  requireHmacHash(name);
  const digest = DIGESTS[name];
  if (digest === undefined) throw new HybridgeError('unsupported', `node:crypto has no ${name}`);
  return digest;
}

/** HMAC, HKDF, PBKDF2 and scrypt. The last two work off the main thread. */
export function keyDerivation(crypto: NodeCrypto): KeyDerivation {
  const hmac = (digest: string, key: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array => {
    const state = crypto.createHmac(digest, key);
    for (const part of data) state.update(part);
    return plain(state.digest());
  };
  const later = (
    what: string,
    start: (done: (error: Error | null, result: Uint8Array) => void) => void,
  ): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      start((error, result) => {
        if (error === null) resolve(plain(result));
        else reject(new HybridgeError('internal', `${what} failed`, { cause: error }));
      });
    });
  return {
    backend: native('makes 1000 rounds of PBKDF2 in 112 µs, plain JavaScript in 840', 'caller'),
    hmac: (hash, key, data) => hmac(digestOf(hash), key, data),
    hkdfExtract: (hash, salt, inputKey) => hmac(digestOf(hash), salt, inputKey),
    hkdfExpand: (hash, pseudoRandomKey, info, length) => {
      const digest = digestOf(hash);
      requireHkdfExpand(requireHmacHash(hash), pseudoRandomKey, length);
      // RFC 5869 §2.3; node:crypto has HKDF only as extract and expand in one.
      const output = new Uint8Array(length);
      let block: Uint8Array = EMPTY;
      for (let offset = 0, counter = 1; offset < length; offset += block.length, counter++) {
        const next = hmac(digest, pseudoRandomKey, block, info, Uint8Array.of(counter));
        wipe(block);
        block = next;
        output.set(block.subarray(0, length - offset), offset);
      }
      wipe(block);
      return output;
    },
    pbkdf2: async (hash, password, salt, iterations, length) => {
      const digest = digestOf(hash);
      requirePbkdf2(iterations, length);
      return later('PBKDF2', (done) => crypto.pbkdf2(password, salt, iterations, length, digest, done));
    },
    scrypt: async (password, salt, parameters, length) => {
      // OpenSSL counts a little more than the blocks themselves.
      const maxmem = requireScrypt(parameters, length) + 1024 * 1024;
      const { cost, blockSize, parallelization } = parameters;
      const options = { cost, blockSize, parallelization, maxmem };
      return later('scrypt', (done) => crypto.scrypt(password, salt, length, options, done));
    },
  };
}
