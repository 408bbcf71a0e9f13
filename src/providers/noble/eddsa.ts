import { ed25519 } from '@noble/curves/ed25519.js';
import { ed448 } from '@noble/curves/ed448.js';
import { requireLength, wipe } from '../../bytes/index.ts';
import { Held, requireNoContext, type Signature } from '../../provider/index.ts';
import type { EddsaName } from '../../registry/index.ts';
import { NOBLE_CURVES } from './backend.ts';

function serve(name: EddsaName, size: number, curve: typeof ed25519): Signature {
  return {
    backend: NOBLE_CURVES,
    generateKeyPair: (random) => {
      const privateKey = random.bytes(size);
      return { publicKey: curve.getPublicKey(privateKey), privateKey };
    },
    signingKey: (bytes) => {
      requireLength(bytes, size, `${name} private key`);
      const held = new Held(name, Uint8Array.from(bytes));
      return {
        publicKey: curve.getPublicKey(bytes),
        sign: (message, { context }) => {
          requireNoContext(context, name);
          return curve.sign(message, held.get());
        },
        dispose: () => held.drop(wipe),
      };
    },
    verifyingKey: (bytes) => {
      requireLength(bytes, size, `${name} public key`);
      const publicKey = Uint8Array.from(bytes);
      return {
        verify: (message, signed, context) => {
          requireNoContext(context, name);
          // RFC 8032 §5.1.7 wants canonical encodings, which ZIP 215 would relax.
          return signed.length === 2 * size && curve.verify(signed, message, publicKey, { zip215: false });
        },
      };
    },
  };
}

/** EdDSA, pure [RFC 8032]. */
export const EDDSAS: Readonly<Record<EddsaName, Signature>> = {
  Ed25519: serve('Ed25519', 32, ed25519),
  Ed448: serve('Ed448', 57, ed448),
};
