import type { ECDH, KeyObject } from 'node:crypto';
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
  requireUncompressedPoint,
  sampleEcScalar,
} from '../../provider/index.ts';
import { type EcCurveName, kem } from '../../registry/index.ts';
import { type CurveKeys, ecKeys, edwardsKeys, takesRawKeys } from './curve-keys.ts';
import { CURVE_NAMES } from './names.ts';
import { native, type NodeCrypto, plain } from './node-crypto.ts';

const BECAUSE = 'agrees on X25519 in 25 µs and on P-256 in 45, plain JavaScript in 622 and 1560';

/** What raw keys of a curve look like. */
interface Curve {
  readonly name: string;
  /** A fresh raw private key. */
  sample(random: RandomSource): Uint8Array;
  /** Refuses bytes of another size or form; whether they are on the curve is for the agreement. */
  checkPublicKey(raw: Uint8Array, role: PointRole): void;
  checkPrivateKey(raw: Uint8Array): void;
}

/** Diffie-Hellman with the runtime's own forms of keys. */
interface Agreement<Private, Public> {
  /** A key pair from OpenSSL's own generator, where that spares an import. */
  readonly generate?: () => { readonly privateKey: Private; readonly publicKey: Uint8Array };
  publicKey(raw: Uint8Array): Public;
  privateKey(raw: Uint8Array): Private;
  publicKeyOf(privateKey: Private): Uint8Array;
  agree(privateKey: Private, publicKey: Public): Uint8Array;
}

function serve<Private, Public>(
  curve: Curve,
  agreement: Agreement<Private, Public>,
  system: RandomSource,
): Kem {
  const { name } = curve;
  const ready = (raw: Uint8Array, role: PointRole): Public => {
    curve.checkPublicKey(raw, role);
    try {
      return agreement.publicKey(raw);
    } catch (cause) {
      throw refusedPoint(name, role, cause);
    }
  };
  const agree = (privateKey: Private, publicKey: Public, role: PointRole): Uint8Array => {
    try {
      return agreement.agree(privateKey, publicKey);
    } catch (cause) {
      // The one thing that OpenSSL refuses here is a point of small order [RFC 7748 §6.1, §6.2].
      throw refusedPoint(name, role, cause);
    }
  };
  const fresh = (random: RandomSource): { readonly privateKey: Private; readonly publicKey: Uint8Array } => {
    // OpenSSL draws from the same generator of the system, and importing a key costs Node 24 more than making one.
    if (random === system && agreement.generate !== undefined) return agreement.generate();
    const scalar = curve.sample(random);
    const privateKey = agreement.privateKey(scalar);
    wipe(scalar);
    return { privateKey, publicKey: agreement.publicKeyOf(privateKey) };
  };
  return {
    backend: native(BECAUSE, 'caller'),
    generateKeyPair: (random) => {
      const privateKey = curve.sample(random);
      return { publicKey: agreement.publicKeyOf(agreement.privateKey(privateKey)), privateKey };
    },
    encapsulationKey: (raw) => {
      const publicKey = ready(raw, AS_PUBLIC_KEY);
      return {
        encapsulate: (random) => {
          const ephemeral = fresh(random);
          return {
            sharedSecret: agree(ephemeral.privateKey, publicKey, AS_PUBLIC_KEY),
            ciphertext: ephemeral.publicKey,
          };
        },
      };
    },
    decapsulationKey: (raw) => {
      curve.checkPrivateKey(raw);
      const privateKey = agreement.privateKey(raw);
      const held = new Held(name, privateKey);
      return {
        publicKey: agreement.publicKeyOf(privateKey),
        decapsulate: (ciphertext) => agree(held.get(), ready(ciphertext, AS_CIPHERTEXT), AS_CIPHERTEXT),
        dispose: () => held.drop(),
      };
    },
  };
}

function keyObjects(crypto: NodeCrypto, keys: CurveKeys): Agreement<KeyObject, KeyObject> {
  return {
    ...keys,
    agree: (privateKey, publicKey) => plain(crypto.diffieHellman({ privateKey, publicKey })),
  };
}

/** X25519 or X448 [RFC 7748]. */
export function montgomery(
  crypto: NodeCrypto,
  name: 'X25519' | 'X448',
  system: RandomSource,
): Kem | undefined {
  const size = kem(name).sizes.ciphertext;
  const keys = edwardsKeys(crypto, { name, size });
  if (keys === undefined) return undefined;
  const curve: Curve = {
    name,
    sample: (random) => random.bytes(size),
    checkPublicKey: (raw, role) => requireLength(raw, size, `${name} ${role.what}`),
    checkPrivateKey: (raw) => requireLength(raw, size, `${name} private key`),
  };
  const agreement = keyObjects(crypto, keys);
  if (takesRawKeys(crypto)) return serve(curve, agreement, system);
  // The public key of a is X25519(a, 9) or X448(a, 5) [RFC 7748 §6]: half the time of reading it out as DER.
  const base = keys.publicKey(new Uint8Array(size).fill(BASE_POINTS[name], 0, 1));
  return serve(curve, { ...agreement, publicKeyOf: (key) => agreement.agree(key, base) }, system);
}

const BASE_POINTS = { X25519: 9, X448: 5 } as const;

/** Elliptic curve Diffie-Hellman [SP 800-56A §5.7.1.2]. */
export function weierstrass(crypto: NodeCrypto, name: EcCurveName, system: RandomSource): Kem | undefined {
  const keys = ecKeys(crypto, name);
  if (keys === undefined) return undefined;
  const size = ecScalarSize(name);
  const curve: Curve = {
    name,
    sample: (random) => sampleEcScalar(name, random),
    checkPublicKey: (raw, role) => requireUncompressedPoint(raw, 1 + 2 * size, `${name} ${role.what}`),
    checkPrivateKey: (raw) => {
      requireLength(raw, size, `${name} private key`);
      requireEcScalar(name, raw, name);
    },
  };
  return takesRawKeys(crypto)
    ? serve(curve, keyObjects(crypto, keys), system)
    : serve(curve, ecdhObjects(crypto, CURVE_NAMES[name]), system);
}

/** Where KeyObjects take no raw keys, the older ECDH class spares the DER and is up to three times as fast. */
function ecdhObjects(crypto: NodeCrypto, curve: string): Agreement<ECDH, Uint8Array> {
  return {
    publicKey: (raw) => {
      // Decoding refuses what is not on the curve.
      crypto.ECDH.convertKey(raw, curve);
      return Uint8Array.from(raw);
    },
    privateKey: (raw) => {
      const ecdh = crypto.createECDH(curve);
      ecdh.setPrivateKey(raw);
      return ecdh;
    },
    publicKeyOf: (ecdh) => plain(ecdh.getPublicKey()),
    agree: (ecdh, publicKey) => plain(ecdh.computeSecret(publicKey)),
  };
}
