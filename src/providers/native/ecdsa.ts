import { requireLength } from '../../bytes/index.ts';
import {
  AS_PUBLIC_KEY,
  ecScalarSize,
  refusedPoint,
  requireEcScalar,
  requireUncompressedPoint,
  sampleEcScalar,
  type Signature,
} from '../../provider/index.ts';
import { type EcdsaName, signature } from '../../registry/index.ts';
import { ecKeys } from './curve-keys.ts';
import { serveHashThenSign } from './hash-then-sign.ts';
import { DIGESTS } from './names.ts';
import type { NodeCrypto } from './node-crypto.ts';

/** ECDSA with DER signatures [FIPS 186-5 §6]; `undefined` where the runtime lacks the curve. */
export function ecdsa(crypto: NodeCrypto, name: EcdsaName): Signature | undefined {
  const { curve, hash, sizes } = signature(name);
  const keys = ecKeys(crypto, curve);
  const digest = DIGESTS[hash];
  if (keys === undefined || digest === undefined) return undefined;
  const size = ecScalarSize(curve);
  return serveHashThenSign(crypto, {
    name,
    because: 'verifies ECDSA P-256 in 44 µs, plain JavaScript in 1290',
    digest,
    fits: (length) => typeof sizes.signature === 'object' && length <= sizes.signature.max,
    generateKeyPair: (random) => {
      const privateKey = sampleEcScalar(curve, random);
      return { publicKey: keys.publicKeyOf(keys.privateKey(privateKey)), privateKey };
    },
    privateKey: (raw) => {
      requireLength(raw, size, `${name} private key`);
      requireEcScalar(curve, raw, name);
      const key = keys.privateKey(raw);
      return { input: { key }, publicKey: keys.publicKeyOf(key) };
    },
    publicKey: (raw) => {
      requireUncompressedPoint(raw, 1 + 2 * size, `${name} public key`);
      try {
        return { key: keys.publicKey(raw) };
      } catch (cause) {
        throw refusedPoint(name, AS_PUBLIC_KEY, cause);
      }
    },
  });
}
