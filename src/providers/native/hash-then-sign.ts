/** Signature algorithms that hash the message first, so that it can come in pieces: ECDSA and RSA. */
import type { KeyObject } from 'node:crypto';
import {
  type Awaitable,
  Held,
  type RandomSource,
  type RawKeyPair,
  requireNoContext,
  type Signature,
} from '../../provider/index.ts';
import { madeWith, native, type NodeCrypto } from './node-crypto.ts';

/** What goes with a key into signing and verifying. */
export interface KeyInput {
  readonly key: KeyObject;
  readonly padding?: number;
  readonly saltLength?: number;
}

/** What differs between ECDSA and RSA. */
export interface HashThenSign {
  readonly name: string;
  readonly because: string;
  /** The hash as `node:crypto` calls it. */
  readonly digest: string;
  /** Whether a signature can be one at all by its length. */
  fits(signatureLength: number): boolean;
  generateKeyPair(random: RandomSource): Awaitable<RawKeyPair>;
  /** Both throw HybridgeError for what is no key. */
  privateKey(stored: Uint8Array): { readonly input: KeyInput; readonly publicKey: Uint8Array };
  publicKey(raw: Uint8Array): KeyInput;
}

/** Serves one such algorithm. */
export function serveHashThenSign(crypto: NodeCrypto, scheme: HashThenSign): Signature {
  const { name, digest } = scheme;
  return {
    backend: native(scheme.because, 'backend'),
    generateKeyPair: (random) => scheme.generateKeyPair(random),
    signingKey: (stored) => {
      const { input, publicKey } = scheme.privateKey(stored);
      const held = new Held(name, input);
      return {
        publicKey,
        sign: (message, { context }) => {
          requireNoContext(context, name);
          const key = held.get();
          return madeWith(name, () => crypto.sign(digest, message, key));
        },
        start: ({ context }) => {
          requireNoContext(context, name);
          const signer = crypto.createSign(digest);
          return {
            update: (chunk) => void signer.update(chunk),
            finish: () => {
              const key = held.get();
              return madeWith(name, () => signer.sign(key));
            },
          };
        },
        dispose: () => held.drop(),
      };
    },
    verifyingKey: (raw) => {
      const input = scheme.publicKey(raw);
      return {
        verify: (message, signed, context) => {
          requireNoContext(context, name);
          return scheme.fits(signed.length) && crypto.verify(digest, message, input, signed);
        },
        start: (context) => {
          requireNoContext(context, name);
          const verifier = crypto.createVerify(digest);
          return {
            update: (chunk) => void verifier.update(chunk),
            finish: (signed) => scheme.fits(signed.length) && verifier.verify(input, signed),
          };
        },
      };
    },
  };
}
