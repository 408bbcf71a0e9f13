/** Leaf algorithms of the registry as two implementations make them: live keys, signatures and ciphertexts. */
import { diffieHellman, encapsulate, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { ed448, x448 } from '@noble/curves/ed448.js';
import { brainpoolP256r1, brainpoolP384r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import * as mlDsa from '@noble/post-quantum/ml-dsa.js';
import * as mlKem from '@noble/post-quantum/ml-kem.js';
import * as slhDsa from '@noble/post-quantum/slh-dsa.js';

import {
  algorithm,
  type EcdsaName,
  type EddsaName,
  type KeyAgreementName,
  type MlDsaName,
  type MlKemName,
  type Size,
  type SlhDsaName,
} from '../../src/registry/index.ts';

/** Algorithms that both implementations have. */
type LeafName = EcdsaName | EddsaName | KeyAgreementName | MlDsaName | MlKemName | SlhDsaName;

/** What an implementation made, by the names of the registry's fields. */
interface Made {
  readonly publicKey: number;
  readonly privateKey: number;
  readonly expandedPrivateKey?: number;
  readonly signature?: number;
  readonly ciphertext?: number;
  readonly sharedSecret?: number;
  /** SubjectPublicKeyInfo, where the implementation writes it. */
  readonly spki?: Uint8Array;
}

type Live = () => Made;

const message = new TextEncoder().encode('message');

interface NativePair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function nativeKeys({ publicKey, privateKey }: NativePair, form: 'raw-private' | 'raw-seed'): Made {
  return {
    publicKey: publicKey.export({ format: 'raw-public' }).length,
    privateKey: privateKey.export({ format: form }).length,
    spki: publicKey.export({ format: 'der', type: 'spki' }),
  };
}

function nativeKem(pair: NativePair): Made {
  const { sharedKey, ciphertext } = encapsulate(pair.publicKey);
  return {
    ...nativeKeys(pair, 'raw-seed'),
    ciphertext: ciphertext.length,
    sharedSecret: sharedKey.length,
  };
}

function nativeAgreement(pair: NativePair): Made {
  const keys = nativeKeys(pair, 'raw-private');
  return { ...keys, ciphertext: keys.publicKey, sharedSecret: diffieHellman(pair).length };
}

function nativeSignature(pair: NativePair, form: 'raw-private' | 'raw-seed', hash: string | null): Made {
  return { ...nativeKeys(pair, form), signature: sign(hash, message, pair.privateKey).length };
}

const nativeCurve = (namedCurve: string): NativePair => generateKeyPairSync('ec', { namedCurve });

const NATIVE: Readonly<Record<LeafName, Live>> = {
  'ML-KEM-512': () => nativeKem(generateKeyPairSync('ml-kem-512')),
  'ML-KEM-768': () => nativeKem(generateKeyPairSync('ml-kem-768')),
  'ML-KEM-1024': () => nativeKem(generateKeyPairSync('ml-kem-1024')),
  X25519: () => nativeAgreement(generateKeyPairSync('x25519')),
  X448: () => nativeAgreement(generateKeyPairSync('x448')),
  'P-256': () => nativeAgreement(nativeCurve('P-256')),
  'P-384': () => nativeAgreement(nativeCurve('P-384')),
  'P-521': () => nativeAgreement(nativeCurve('P-521')),
  brainpoolP256r1: () => nativeAgreement(nativeCurve('brainpoolP256r1')),
  brainpoolP384r1: () => nativeAgreement(nativeCurve('brainpoolP384r1')),
  'ML-DSA-44': () => nativeSignature(generateKeyPairSync('ml-dsa-44'), 'raw-seed', null),
  'ML-DSA-65': () => nativeSignature(generateKeyPairSync('ml-dsa-65'), 'raw-seed', null),
  'ML-DSA-87': () => nativeSignature(generateKeyPairSync('ml-dsa-87'), 'raw-seed', null),
  'SLH-DSA-SHA2-128s': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-128s'), 'raw-private', null),
  'SLH-DSA-SHA2-128f': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-128f'), 'raw-private', null),
  'SLH-DSA-SHA2-192s': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-192s'), 'raw-private', null),
  'SLH-DSA-SHA2-192f': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-192f'), 'raw-private', null),
  'SLH-DSA-SHA2-256s': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-256s'), 'raw-private', null),
  'SLH-DSA-SHA2-256f': () => nativeSignature(generateKeyPairSync('slh-dsa-sha2-256f'), 'raw-private', null),
  'SLH-DSA-SHAKE-128s': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-128s'), 'raw-private', null),
  'SLH-DSA-SHAKE-128f': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-128f'), 'raw-private', null),
  'SLH-DSA-SHAKE-192s': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-192s'), 'raw-private', null),
  'SLH-DSA-SHAKE-192f': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-192f'), 'raw-private', null),
  'SLH-DSA-SHAKE-256s': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-256s'), 'raw-private', null),
  'SLH-DSA-SHAKE-256f': () => nativeSignature(generateKeyPairSync('slh-dsa-shake-256f'), 'raw-private', null),
  Ed25519: () => nativeSignature(generateKeyPairSync('ed25519'), 'raw-private', null),
  Ed448: () => nativeSignature(generateKeyPairSync('ed448'), 'raw-private', null),
  'ECDSA-P256-SHA256': () => nativeSignature(nativeCurve('P-256'), 'raw-private', 'sha256'),
  'ECDSA-P384-SHA384': () => nativeSignature(nativeCurve('P-384'), 'raw-private', 'sha384'),
  'ECDSA-P521-SHA512': () => nativeSignature(nativeCurve('P-521'), 'raw-private', 'sha512'),
  'ECDSA-brainpoolP256r1-SHA256': () =>
    nativeSignature(nativeCurve('brainpoolP256r1'), 'raw-private', 'sha256'),
  'ECDSA-brainpoolP384r1-SHA384': () =>
    nativeSignature(nativeCurve('brainpoolP384r1'), 'raw-private', 'sha384'),
  'ECDSA-P256-SHA384': () => nativeSignature(nativeCurve('P-256'), 'raw-private', 'sha384'),
  'ECDSA-P256-SHA512': () => nativeSignature(nativeCurve('P-256'), 'raw-private', 'sha512'),
  'ECDSA-P384-SHA256': () => nativeSignature(nativeCurve('P-384'), 'raw-private', 'sha256'),
  'ECDSA-P384-SHA512': () => nativeSignature(nativeCurve('P-384'), 'raw-private', 'sha512'),
  'ECDSA-P521-SHA256': () => nativeSignature(nativeCurve('P-521'), 'raw-private', 'sha256'),
  'ECDSA-P521-SHA384': () => nativeSignature(nativeCurve('P-521'), 'raw-private', 'sha384'),
};

function nobleKem(scheme: typeof mlKem.ml_kem768): Made {
  const seed = crypto.getRandomValues(new Uint8Array(64));
  const { publicKey, secretKey } = scheme.keygen(seed);
  const { cipherText, sharedSecret } = scheme.encapsulate(publicKey);
  return {
    publicKey: publicKey.length,
    privateKey: seed.length,
    expandedPrivateKey: secretKey.length,
    ciphertext: cipherText.length,
    sharedSecret: sharedSecret.length,
  };
}

function nobleMontgomery(curve: typeof x25519): Made {
  const { publicKey, secretKey } = curve.keygen();
  return {
    publicKey: publicKey.length,
    privateKey: secretKey.length,
    ciphertext: publicKey.length,
    sharedSecret: curve.getSharedSecret(secretKey, publicKey).length,
  };
}

function nobleWeierstrass(curve: typeof p256): Made {
  const { secretKey } = curve.keygen();
  const publicKey = curve.getPublicKey(secretKey, false);
  return {
    publicKey: publicKey.length,
    privateKey: secretKey.length,
    ciphertext: publicKey.length,
    // Compressed: one byte of sign and the coordinate.
    sharedSecret: curve.getSharedSecret(secretKey, publicKey, true).length - 1,
  };
}

function nobleEcdsa(curve: typeof p256): Made {
  const { secretKey } = curve.keygen();
  return {
    publicKey: curve.getPublicKey(secretKey, false).length,
    privateKey: secretKey.length,
    signature: curve.sign(message, secretKey, { format: 'der' }).length,
  };
}

function nobleEddsa(curve: typeof ed25519): Made {
  const { publicKey, secretKey } = curve.keygen();
  return {
    publicKey: publicKey.length,
    privateKey: secretKey.length,
    signature: curve.sign(message, secretKey).length,
  };
}

function nobleMlDsa(scheme: typeof mlDsa.ml_dsa65): Made {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const { publicKey, secretKey } = scheme.keygen(seed);
  return {
    publicKey: publicKey.length,
    privateKey: seed.length,
    expandedPrivateKey: secretKey.length,
    signature: scheme.sign(message, secretKey).length,
  };
}

function nobleSlhDsa(scheme: typeof slhDsa.slh_dsa_sha2_128f): Made {
  const { publicKey, secretKey } = scheme.keygen();
  return {
    publicKey: publicKey.length,
    privateKey: secretKey.length,
    signature: scheme.sign(message, secretKey).length,
  };
}

const NOBLE: Readonly<Record<LeafName, Live>> = {
  'ML-KEM-512': () => nobleKem(mlKem.ml_kem512),
  'ML-KEM-768': () => nobleKem(mlKem.ml_kem768),
  'ML-KEM-1024': () => nobleKem(mlKem.ml_kem1024),
  X25519: () => nobleMontgomery(x25519),
  X448: () => nobleMontgomery(x448),
  'P-256': () => nobleWeierstrass(p256),
  'P-384': () => nobleWeierstrass(p384),
  'P-521': () => nobleWeierstrass(p521),
  brainpoolP256r1: () => nobleWeierstrass(brainpoolP256r1),
  brainpoolP384r1: () => nobleWeierstrass(brainpoolP384r1),
  'ML-DSA-44': () => nobleMlDsa(mlDsa.ml_dsa44),
  'ML-DSA-65': () => nobleMlDsa(mlDsa.ml_dsa65),
  'ML-DSA-87': () => nobleMlDsa(mlDsa.ml_dsa87),
  'SLH-DSA-SHA2-128s': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_128s),
  'SLH-DSA-SHA2-128f': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_128f),
  'SLH-DSA-SHA2-192s': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_192s),
  'SLH-DSA-SHA2-192f': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_192f),
  'SLH-DSA-SHA2-256s': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_256s),
  'SLH-DSA-SHA2-256f': () => nobleSlhDsa(slhDsa.slh_dsa_sha2_256f),
  'SLH-DSA-SHAKE-128s': () => nobleSlhDsa(slhDsa.slh_dsa_shake_128s),
  'SLH-DSA-SHAKE-128f': () => nobleSlhDsa(slhDsa.slh_dsa_shake_128f),
  'SLH-DSA-SHAKE-192s': () => nobleSlhDsa(slhDsa.slh_dsa_shake_192s),
  'SLH-DSA-SHAKE-192f': () => nobleSlhDsa(slhDsa.slh_dsa_shake_192f),
  'SLH-DSA-SHAKE-256s': () => nobleSlhDsa(slhDsa.slh_dsa_shake_256s),
  'SLH-DSA-SHAKE-256f': () => nobleSlhDsa(slhDsa.slh_dsa_shake_256f),
  Ed25519: () => nobleEddsa(ed25519),
  Ed448: () => nobleEddsa(ed448),
  'ECDSA-P256-SHA256': () => nobleEcdsa(p256),
  'ECDSA-P384-SHA384': () => nobleEcdsa(p384),
  'ECDSA-P521-SHA512': () => nobleEcdsa(p521),
  'ECDSA-brainpoolP256r1-SHA256': () => nobleEcdsa(brainpoolP256r1),
  'ECDSA-brainpoolP384r1-SHA384': () => nobleEcdsa(brainpoolP384r1),
  'ECDSA-P256-SHA384': () => nobleEcdsa(p256),
  'ECDSA-P256-SHA512': () => nobleEcdsa(p256),
  'ECDSA-P384-SHA256': () => nobleEcdsa(p384),
  'ECDSA-P384-SHA512': () => nobleEcdsa(p384),
  'ECDSA-P521-SHA256': () => nobleEcdsa(p521),
  'ECDSA-P521-SHA384': () => nobleEcdsa(p521),
};

/** Every leaf that both implementations have. */
export const LEAVES: readonly LeafName[] = Object.keys(NATIVE) as LeafName[];

/** Content octets of an object identifier [X.690 §8.19]. */
function oidOctets(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const octets = [40 * first + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) + 128);
    return groups;
  });
  return Buffer.from(octets);
}

function fits(size: Size | undefined, made: number | undefined, what: string): number {
  if (made === undefined) return 0;
  if (size === undefined) throw new Error(`${what}: the registry has no such size`);
  const right =
    typeof size === 'number'
      ? made === size
      : // Two integers, each a few bytes short of its longest at most.
        made <= size.max && made >= size.max - 12;
  if (!right) throw new Error(`${what}: ${String(made)} bytes, registry says ${JSON.stringify(size)}`);
  return 1;
}

/** Makes keys and outputs of an algorithm in both implementations; returns how many sizes and OIDs it compared. */
export function compareLive(name: LeafName): number {
  const row = algorithm(name);
  let compared = 0;
  for (const [implementation, live] of [
    ['node:crypto', NATIVE[name]],
    ['noble', NOBLE[name]],
  ] as const) {
    const made = live();
    const what = `${implementation} ${name}`;
    compared += fits(row.sizes.publicKey, made.publicKey, `${what} public key`);
    compared += fits(row.sizes.privateKey, made.privateKey, `${what} private key`);
    const expanded = 'expandedPrivateKey' in row ? row.expandedPrivateKey : undefined;
    compared += fits(expanded, made.expandedPrivateKey, `${what} expanded private key`);
    if (row.use === 'kem') {
      compared += fits(row.sizes.ciphertext, made.ciphertext, `${what} ciphertext`);
      compared += fits(row.sizes.sharedSecret, made.sharedSecret, `${what} shared secret`);
    } else compared += fits(row.sizes.signature, made.signature, `${what} signature`);
    if (made.spki !== undefined) {
      if (row.key.kind === 'none' || row.key.kind === 'rsa') throw new Error(`${what}: no OID to compare`);
      const octets = oidOctets(row.key.kind === 'ec' ? row.key.curveOid : row.key.oid);
      const header = Buffer.from(made.spki).subarray(0, 40);
      if (!header.includes(Buffer.from([6, octets.length, ...octets])))
        throw new Error(`${what}: the key does not carry the OID of the registry`);
      compared++;
    }
  }
  return compared;
}
