import * as node from 'node:crypto';
import { decapsulate, encapsulate, exportKey, generateKeyPair } from 'hybridge';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import type { Pair } from '../compare.ts';

const LABEL = Buffer.from('5c2e2f2f5e5c', 'hex');

/** X-Wing through the public API against the same primitives put together by hand, and against noble's own. */
export async function hybridPairs(): Promise<readonly Pair[]> {
  const pair = await generateKeyPair('MLKEM768-X25519');
  const sealed = await encapsulate(pair.publicKey);

  // By hand: the two private keys are held as KeyObjects, as a careful author would.
  const mlKem = node.generateKeyPairSync('ml-kem-768');
  const x25519 = node.generateKeyPairSync('x25519');
  const x25519Public = x25519.publicKey.export({ format: 'raw-public' });
  const handCiphertext = Buffer.concat([
    node.encapsulate(mlKem.publicKey).ciphertext,
    node.generateKeyPairSync('x25519').publicKey.export({ format: 'raw-public' }),
  ]);
  const byHand = (): Buffer => {
    const ephemeral = handCiphertext.subarray(1088);
    const postQuantum = node.decapsulate(mlKem.privateKey, handCiphertext.subarray(0, 1088));
    const traditional = node.diffieHellman({
      privateKey: x25519.privateKey,
      publicKey: node.createPublicKey({ key: ephemeral, format: 'raw-public', asymmetricKeyType: 'x25519' }),
    });
    return node
      .createHash('sha3-256')
      .update(postQuantum)
      .update(traditional)
      .update(ephemeral)
      .update(x25519Public)
      .update(LABEL)
      .digest();
  };

  const noblePublic = await exportKey(pair.publicKey, { format: 'raw' });
  const noblePrivate = await exportKey(pair.privateKey, { format: 'raw' });
  return [
    {
      name: 'hybrid/x-wing/decapsulate',
      subject: { label: 'hybridge', work: () => decapsulate(pair.privateKey, sealed.ciphertext) },
      baseline: { label: 'node:crypto by hand', work: byHand },
      target: 0.9,
    },
    {
      name: 'hybrid/x-wing/encapsulate-vs-noble',
      subject: { label: 'hybridge', work: () => encapsulate(pair.publicKey) },
      baseline: { label: 'noble', work: () => ml_kem768_x25519.encapsulate(noblePublic) },
    },
    {
      name: 'hybrid/x-wing/decapsulate-vs-noble',
      subject: { label: 'hybridge', work: () => decapsulate(pair.privateKey, sealed.ciphertext) },
      baseline: { label: 'noble', work: () => ml_kem768_x25519.decapsulate(sealed.ciphertext, noblePrivate) },
    },
  ];
}
