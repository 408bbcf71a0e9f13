import { digestLength, type Hash } from '../../provider/index.ts';
import { hash, type HashName } from '../../registry/index.ts';
import { DIGESTS } from './names.ts';
import { native, type NodeCrypto, plain, works } from './node-crypto.ts';

/** A hash or XOF; `undefined` where the runtime lacks it. */
export function hashOf(crypto: NodeCrypto, name: HashName): Hash | undefined {
  const descriptor = hash(name);
  const digest = DIGESTS[name];
  if (digest === undefined) return undefined;
  const options = (length: number | undefined): { outputLength: number } | undefined => {
    const outputLength = digestLength(descriptor, length);
    return descriptor.kind === 'xof' ? { outputLength } : undefined;
  };
  if (!works(() => crypto.createHash(digest, options(undefined)))) return undefined;
  return {
    backend: native('OpenSSL is several times as fast as plain JavaScript here', 'caller'),
    digest: (data, length) => plain(crypto.createHash(digest, options(length)).update(data).digest()),
    start: (length) => {
      const state = crypto.createHash(digest, options(length));
      return {
        update: (chunk) => void state.update(chunk),
        digest: () => plain(state.digest()),
      };
    },
  };
}
