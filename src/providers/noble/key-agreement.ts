import { x25519 } from '@noble/curves/ed25519.js';
import { x448 } from '@noble/curves/ed448.js';
import { requireLength, wipe } from '../../bytes/index.ts';
import {
  AS_CIPHERTEXT,
  AS_PUBLIC_KEY,
  ecScalarSize,
  Held,
  type Kem,
  type PointRole,
  type RandomSource,
  refusedPoint,
  requireEcScalar,
  sampleEcScalar,
} from '../../provider/index.ts';
import { type EcCurveName, kem, type KeyAgreementName } from '../../registry/index.ts';
import { NOBLE_CURVES } from './backend.ts';
import { CURVES, requireCurvePoint } from './curves.ts';

/** Diffie-Hellman over one curve, on raw keys. */
interface Agreement {
  /** A fresh private key. */
  sample(random: RandomSource): Uint8Array;
  checkPrivateKey(privateKey: Uint8Array): void;
  checkPublicKey(publicKey: Uint8Array, role: PointRole): void;
  publicKeyOf(privateKey: Uint8Array): Uint8Array;
  /** The raw shared secret of keys that were checked. */
  agree(privateKey: Uint8Array, publicKey: Uint8Array, role: PointRole): Uint8Array;
}

function montgomery(name: 'X25519' | 'X448', curve: typeof x25519): Agreement {
  const size = kem(name).sizes.ciphertext;
  return {
    sample: (random) => random.bytes(size),
    checkPrivateKey: (privateKey) => requireLength(privateKey, size, `${name} private key`),
    checkPublicKey: (publicKey, role) => requireLength(publicKey, size, `${name} ${role.what}`),
    publicKeyOf: (privateKey) => curve.getPublicKey(privateKey),
    agree: (privateKey, publicKey, role) => {
      try {
        return curve.getSharedSecret(privateKey, publicKey);
      } catch (cause) {
        // RFC 7748 §6.1, §6.2: a point of small order makes the secret all zeros.
        throw refusedPoint(name, role, cause);
      }
    },
  };
}

function weierstrass(name: EcCurveName): Agreement {
  const curve = CURVES[name];
  const size = ecScalarSize(name);
  return {
    sample: (random) => sampleEcScalar(name, random),
    checkPrivateKey: (privateKey) => {
      requireLength(privateKey, size, `${name} private key`);
      requireEcScalar(name, privateKey, name);
    },
    checkPublicKey: (publicKey, role) => requireCurvePoint(name, publicKey, name, role),
    publicKeyOf: (privateKey) => curve.getPublicKey(privateKey, false),
    // The secret is the x coordinate [SP 800-56A §5.7.1.2]; the order is prime, so it is no point at infinity.
    agree: (privateKey, publicKey) => curve.getSharedSecret(privateKey, publicKey, false).slice(1, 1 + size),
  };
}

function serve(name: KeyAgreementName, agreement: Agreement): Kem {
  return {
    backend: NOBLE_CURVES,
    generateKeyPair: (random) => {
      const privateKey = agreement.sample(random);
      return { publicKey: agreement.publicKeyOf(privateKey), privateKey };
    },
    encapsulationKey: (bytes) => {
      agreement.checkPublicKey(bytes, AS_PUBLIC_KEY);
      const publicKey = Uint8Array.from(bytes);
      return {
        encapsulate: (random) => {
          const ephemeral = agreement.sample(random);
          try {
            return {
              sharedSecret: agreement.agree(ephemeral, publicKey, AS_PUBLIC_KEY),
              ciphertext: agreement.publicKeyOf(ephemeral),
            };
          } finally {
            wipe(ephemeral);
          }
        },
      };
    },
    decapsulationKey: (bytes) => {
      agreement.checkPrivateKey(bytes);
      const held = new Held(name, Uint8Array.from(bytes));
      return {
        publicKey: agreement.publicKeyOf(bytes),
        decapsulate: (ciphertext) => {
          agreement.checkPublicKey(ciphertext, AS_CIPHERTEXT);
          return agreement.agree(held.get(), ciphertext, AS_CIPHERTEXT);
        },
        dispose: () => held.drop(wipe),
      };
    },
  };
}

/** Diffie-Hellman with noble-curves, as KEMs. */
export const KEY_AGREEMENTS: Readonly<Record<KeyAgreementName, Kem>> = {
  X25519: serve('X25519', montgomery('X25519', x25519)),
  X448: serve('X448', montgomery('X448', x448)),
  'P-256': serve('P-256', weierstrass('P-256')),
  'P-384': serve('P-384', weierstrass('P-384')),
  'P-521': serve('P-521', weierstrass('P-521')),
  brainpoolP256r1: serve('brainpoolP256r1', weierstrass('brainpoolP256r1')),
  brainpoolP384r1: serve('brainpoolP384r1', weierstrass('brainpoolP384r1')),
};
