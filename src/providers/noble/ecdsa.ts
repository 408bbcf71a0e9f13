import { requireLength, wipe } from '../../bytes/index.ts';
import {
  AS_PUBLIC_KEY,
  ecScalarSize,
  Held,
  requireEcScalar,
  requireNoContext,
  sampleEcScalar,
  type Signature,
} from '../../provider/index.ts';
import { type EcdsaName, signature } from '../../registry/index.ts';
import { NOBLE_CURVES } from './backend.ts';
import { CURVES, requireCurvePoint } from './curves.ts';
import { HASH_TABLE } from './hash.ts';

function serve(name: EcdsaName): Signature {
  const { curve: curveName, hash: hashName } = signature(name);
  const curve = CURVES[curveName];
  const hash = HASH_TABLE[hashName];
  const size = ecScalarSize(curveName);
  return {
    backend: NOBLE_CURVES,
    generateKeyPair: (random) => {
      const privateKey = sampleEcScalar(curveName, random);
      return { publicKey: curve.getPublicKey(privateKey, false), privateKey };
    },
    signingKey: (bytes) => {
      requireLength(bytes, size, `${name} private key`);
      requireEcScalar(curveName, bytes, name);
      const held = new Held(name, Uint8Array.from(bytes));
      // Hedged: RFC 6979 with the caller's randomness as additional data [RFC 6979 §3.6].
      const sign = (digest: Uint8Array, extraEntropy: Uint8Array): Uint8Array =>
        curve.sign(digest, held.get(), { prehash: false, lowS: false, format: 'der', extraEntropy });
      return {
        publicKey: curve.getPublicKey(bytes, false),
        sign: (message, { context, random }) => {
          requireNoContext(context, name);
          return sign(hash.digest(message), random.bytes(size));
        },
        start: ({ context, random }) => {
          requireNoContext(context, name);
          const state = hash.start();
          return {
            update: (chunk) => state.update(chunk),
            finish: () => sign(state.digest(), random.bytes(size)),
          };
        },
        dispose: () => held.drop(wipe),
      };
    },
    verifyingKey: (bytes) => {
      requireCurvePoint(curveName, bytes, name, AS_PUBLIC_KEY);
      const publicKey = Uint8Array.from(bytes);
      const verify = (digest: Uint8Array, signed: Uint8Array): boolean => {
        try {
          return curve.verify(signed, digest, publicKey, { prehash: false, lowS: false, format: 'der' });
        } catch {
          // noble throws for what is not the DER of two integers.
          return false;
        }
      };
      return {
        verify: (message, signed, context) => {
          requireNoContext(context, name);
          return verify(hash.digest(message), signed);
        },
        start: (context) => {
          requireNoContext(context, name);
          const state = hash.start();
          return {
            update: (chunk) => state.update(chunk),
            finish: (signed) => verify(state.digest(), signed),
          };
        },
      };
    },
  };
}

/** ECDSA with DER signatures [FIPS 186-5 §6]. */
export const ECDSAS: Readonly<Record<EcdsaName, Signature>> = {
  'ECDSA-P256-SHA256': serve('ECDSA-P256-SHA256'),
  'ECDSA-P384-SHA384': serve('ECDSA-P384-SHA384'),
  'ECDSA-P521-SHA512': serve('ECDSA-P521-SHA512'),
  'ECDSA-brainpoolP256r1-SHA256': serve('ECDSA-brainpoolP256r1-SHA256'),
  'ECDSA-brainpoolP384r1-SHA384': serve('ECDSA-brainpoolP384r1-SHA384'),
  'ECDSA-P256-SHA384': serve('ECDSA-P256-SHA384'),
  'ECDSA-P256-SHA512': serve('ECDSA-P256-SHA512'),
  'ECDSA-P384-SHA256': serve('ECDSA-P384-SHA256'),
  'ECDSA-P384-SHA512': serve('ECDSA-P384-SHA512'),
  'ECDSA-P521-SHA256': serve('ECDSA-P521-SHA256'),
  'ECDSA-P521-SHA384': serve('ECDSA-P521-SHA384'),
};
