import { concat, requireLength, wipe } from '../bytes/index.ts';
import type { Kem } from '../provider/index.ts';
import { mostBytes, type TlsHybridDescriptor } from '../registry/index.ts';
import type { Combiner } from './combiner.ts';
import { type Construction, generateHalves, type Half, hybrid, join, split } from './hybrid.ts';

/**
 * A hybrid group of TLS 1.3 [RFC 9954 §3.2, RFC 10024 §3]: the client's share is the public key, the server's share
 * the ciphertext, and shares and secrets stand one after the other in the order of the group. The secret goes into
 * the TLS key schedule, which binds the shares through the transcript; it is not for use outside TLS.
 */
export function tlsHybrid(descriptor: TlsHybridDescriptor, postQuantum: Half, traditional: Half): Kem {
  const first: Construction['first'] =
    descriptor.order[0] === descriptor.postQuantum ? 'post-quantum' : 'traditional';
  const privateKeySize = mostBytes(descriptor.sizes.privateKey);
  const seedSize = mostBytes(postQuantum.descriptor.sizes.privateKey);

  const concatenate: Combiner = (postQuantumSecret, traditionalSecret) => {
    try {
      return first === 'post-quantum'
        ? concat(postQuantumSecret, traditionalSecret)
        : concat(traditionalSecret, postQuantumSecret);
    } finally {
      wipe(postQuantumSecret, traditionalSecret);
    }
  };

  return hybrid({
    descriptor,
    postQuantum,
    traditional,
    first,
    combinerFor: () => concatenate,
    privateKeys(stored) {
      requireLength(stored, privateKeySize, `${descriptor.name} private key`);
      return split(first, Uint8Array.from(stored), seedSize);
    },
    generateKeyPair: (random) =>
      generateHalves({ postQuantum, traditional, first }, random, (pair) => join(first, pair)),
  });
}
