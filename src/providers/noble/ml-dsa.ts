import { shake256 } from '@noble/hashes/sha3.js';
import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { equal, HybridgeError, requireLength, wipe } from '../../bytes/index.ts';
import {
  Held,
  type InternalSignature,
  requireContext,
  requireSize,
  type SeedExpansion,
  type Signature,
} from '../../provider/index.ts';
import { type MlDsaDescriptor, type MlDsaName, signature } from '../../registry/index.ts';
import { NOBLE_POST_QUANTUM } from './backend.ts';

/** ξ of FIPS 204 §5.1, and the bytes of rnd of Algorithm 2. */
const SEED = 32;
const RANDOMNESS = 32;
/** µ of FIPS 204 §6.2. */
const MU = 64;
/** Where tr stands in an expanded private key, and its bytes. */
const TR_START = 64;
const TR = 64;

/** A key pair in the form that noble computes with. */
interface Expanded {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

function expand(descriptor: MlDsaDescriptor, algorithm: DSA, stored: Uint8Array): Expanded {
  const { name, expandedPrivateKey } = descriptor;
  if (stored.length !== expandedPrivateKey) {
    requireLength(stored, SEED, `${name} private key`);
    return algorithm.keygen(stored);
  }
  const secretKey = Uint8Array.from(stored);
  try {
    const publicKey = algorithm.getPublicKey(secretKey);
    // skEncode [FIPS 204 Algorithm 24] puts tr = H(pk) behind ρ and K; signing trusts it.
    const tr = secretKey.subarray(TR_START, TR_START + TR);
    if (!equal(shake256(publicKey, { dkLen: TR }), tr))
      throw new Error('tr is not the hash of the public key');
    return { publicKey, secretKey };
  } catch (cause) {
    wipe(secretKey);
    throw new HybridgeError('invalid_key', `${name} private key: its parts do not belong together`, {
      cause,
    });
  }
}

function serve(descriptor: MlDsaDescriptor, algorithm: DSA): Signature {
  const { name, sizes } = descriptor;
  return {
    backend: NOBLE_POST_QUANTUM,
    generateKeyPair: (random) => {
      const privateKey = random.bytes(SEED);
      const { publicKey, secretKey } = algorithm.keygen(privateKey);
      wipe(secretKey);
      return { publicKey, privateKey };
    },
    signingKey: (stored) => {
      const { publicKey, secretKey } = expand(descriptor, algorithm, stored);
      const held = new Held(name, secretKey);
      return {
        publicKey,
        sign: (message, { context, random }) => {
          requireContext(context, name);
          const extraEntropy = random.bytes(RANDOMNESS);
          return algorithm.sign(message, held.get(), { context, extraEntropy });
        },
        dispose: () => held.drop(wipe),
      };
    },
    verifyingKey: (bytes) => {
      requireSize(bytes, sizes.publicKey, `${name} public key`);
      const publicKey = Uint8Array.from(bytes);
      return {
        verify: (message, signed, context) => {
          requireContext(context, name);
          return algorithm.verify(signed, message, publicKey, { context });
        },
      };
    },
  };
}

function internal(descriptor: MlDsaDescriptor, algorithm: DSA): InternalSignature {
  const { name } = descriptor;
  return {
    backend: NOBLE_POST_QUANTUM,
    internalSigningKey: (stored) => {
      const { publicKey, secretKey } = expand(descriptor, algorithm, stored);
      const held = new Held(name, secretKey);
      return {
        publicKey,
        signInternal: (mu, rnd) => {
          requireLength(mu, MU, `${name} µ`);
          if (rnd !== undefined) requireLength(rnd, RANDOMNESS, `${name} rnd`);
          return algorithm.internal.sign(mu, held.get(), { externalMu: true, extraEntropy: rnd ?? false });
        },
        dispose: () => held.drop(wipe),
      };
    },
    internalVerifyingKey: (bytes) => {
      requireSize(bytes, descriptor.sizes.publicKey, `${name} public key`);
      const publicKey = Uint8Array.from(bytes);
      return {
        verifyInternal: (mu, signed) => {
          requireLength(mu, MU, `${name} µ`);
          return algorithm.internal.verify(signed, mu, publicKey, { externalMu: true });
        },
      };
    },
  };
}

function seedExpansion(descriptor: MlDsaDescriptor, algorithm: DSA): SeedExpansion {
  return {
    backend: NOBLE_POST_QUANTUM,
    expand: (seed) => {
      requireLength(seed, SEED, `${descriptor.name} seed`);
      return algorithm.keygen(seed).secretKey;
    },
  };
}

/** One table of ML-DSA, made by `build` from descriptor and implementation. */
function table<T>(build: (descriptor: MlDsaDescriptor, algorithm: DSA) => T): Readonly<Record<MlDsaName, T>> {
  return {
    'ML-DSA-44': build(signature('ML-DSA-44'), ml_dsa44),
    'ML-DSA-65': build(signature('ML-DSA-65'), ml_dsa65),
    'ML-DSA-87': build(signature('ML-DSA-87'), ml_dsa87),
  };
}

/** ML-DSA, pure [FIPS 204 §5]. */
export const ML_DSAS: Readonly<Record<MlDsaName, Signature>> = table(serve);

/** ML-DSA from µ on [FIPS 204 §6]. */
export const ML_DSA_INTERNALS: Readonly<Record<MlDsaName, InternalSignature>> = table(internal);

/** From ξ to sk. */
export const ML_DSA_EXPANSIONS: Readonly<Record<MlDsaName, SeedExpansion>> = table(seedExpansion);
