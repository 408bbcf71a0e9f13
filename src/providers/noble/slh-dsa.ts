import {
  slh_dsa_sha2_128f,
  slh_dsa_sha2_128s,
  slh_dsa_sha2_192f,
  slh_dsa_sha2_192s,
  slh_dsa_sha2_256f,
  slh_dsa_sha2_256s,
  slh_dsa_shake_128f,
  slh_dsa_shake_128s,
  slh_dsa_shake_192f,
  slh_dsa_shake_192s,
  slh_dsa_shake_256f,
  slh_dsa_shake_256s,
  type SphincsSigner,
} from '@noble/post-quantum/slh-dsa.js';
import { requireLength, wipe } from '../../bytes/index.ts';
import { Held, type InternalSignature, requireContext, type Signature } from '../../provider/index.ts';
import type { SlhDsaName } from '../../registry/index.ts';
import { NOBLE_POST_QUANTUM } from './backend.ts';

/** Sizes that follow from the security parameter n [FIPS 205 §9.1]. */
interface Sizes {
  readonly n: number;
  readonly publicKey: number;
  readonly privateKey: number;
}

function serve(name: SlhDsaName, algorithm: SphincsSigner, { n, ...sizes }: Sizes): Signature {
  return {
    backend: NOBLE_POST_QUANTUM,
    generateKeyPair: (random) => {
      const seed = random.bytes(3 * n);
      const { publicKey, secretKey } = algorithm.keygen(seed);
      wipe(seed);
      return { publicKey, privateKey: secretKey };
    },
    signingKey: (bytes) => {
      requireLength(bytes, sizes.privateKey, `${name} private key`);
      const held = new Held(name, Uint8Array.from(bytes));
      return {
        publicKey: algorithm.getPublicKey(bytes),
        sign: (message, { context, random }) => {
          requireContext(context, name);
          return algorithm.sign(message, held.get(), { context, extraEntropy: random.bytes(n) });
        },
        dispose: () => held.drop(wipe),
      };
    },
    verifyingKey: (bytes) => {
      requireLength(bytes, sizes.publicKey, `${name} public key`);
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

function internal(name: SlhDsaName, algorithm: SphincsSigner, sizes: Sizes): InternalSignature {
  return {
    backend: NOBLE_POST_QUANTUM,
    internalSigningKey: (bytes) => {
      requireLength(bytes, sizes.privateKey, `${name} private key`);
      const held = new Held(name, Uint8Array.from(bytes));
      return {
        publicKey: algorithm.getPublicKey(bytes),
        signInternal: (message, rnd) => {
          if (rnd !== undefined) requireLength(rnd, sizes.n, `${name} addrnd`);
          return algorithm.internal.sign(message, held.get(), { extraEntropy: rnd ?? false });
        },
        dispose: () => held.drop(wipe),
      };
    },
    internalVerifyingKey: (bytes) => {
      requireLength(bytes, sizes.publicKey, `${name} public key`);
      const publicKey = Uint8Array.from(bytes);
      return {
        verifyInternal: (message, signed) => algorithm.internal.verify(signed, message, publicKey),
      };
    },
  };
}

/** One table of SLH-DSA. */
function table<T>(
  build: (name: SlhDsaName, algorithm: SphincsSigner, sizes: Sizes) => T,
): Readonly<Record<SlhDsaName, T>> {
  const of = (name: SlhDsaName, algorithm: SphincsSigner, n: number): T =>
    build(name, algorithm, { n, publicKey: 2 * n, privateKey: 4 * n });
  return {
    'SLH-DSA-SHA2-128s': of('SLH-DSA-SHA2-128s', slh_dsa_sha2_128s, 16),
    'SLH-DSA-SHA2-128f': of('SLH-DSA-SHA2-128f', slh_dsa_sha2_128f, 16),
    'SLH-DSA-SHA2-192s': of('SLH-DSA-SHA2-192s', slh_dsa_sha2_192s, 24),
    'SLH-DSA-SHA2-192f': of('SLH-DSA-SHA2-192f', slh_dsa_sha2_192f, 24),
    'SLH-DSA-SHA2-256s': of('SLH-DSA-SHA2-256s', slh_dsa_sha2_256s, 32),
    'SLH-DSA-SHA2-256f': of('SLH-DSA-SHA2-256f', slh_dsa_sha2_256f, 32),
    'SLH-DSA-SHAKE-128s': of('SLH-DSA-SHAKE-128s', slh_dsa_shake_128s, 16),
    'SLH-DSA-SHAKE-128f': of('SLH-DSA-SHAKE-128f', slh_dsa_shake_128f, 16),
    'SLH-DSA-SHAKE-192s': of('SLH-DSA-SHAKE-192s', slh_dsa_shake_192s, 24),
    'SLH-DSA-SHAKE-192f': of('SLH-DSA-SHAKE-192f', slh_dsa_shake_192f, 24),
    'SLH-DSA-SHAKE-256s': of('SLH-DSA-SHAKE-256s', slh_dsa_shake_256s, 32),
    'SLH-DSA-SHAKE-256f': of('SLH-DSA-SHAKE-256f', slh_dsa_shake_256f, 32),
  };
}

/** SLH-DSA, pure [FIPS 205 §10]. */
export const SLH_DSAS: Readonly<Record<SlhDsaName, Signature>> = table(serve);

/** slh_sign_internal and slh_verify_internal [FIPS 205 §9]. */
export const SLH_DSA_INTERNALS: Readonly<Record<SlhDsaName, InternalSignature>> = table(internal);
