/** Floor 2: the contracts between Hybridge and the backends that compute, and the keys they speak of. */
export { andThen, type Awaitable, both, isPromiseLike } from './awaitable.ts';
export {
  AS_CIPHERTEXT,
  AS_PUBLIC_KEY,
  digestLength,
  exactSize,
  type PointRole,
  refusedPoint,
  requireCbc,
  requireContext,
  requireHkdfLength,
  requireHmacHash,
  requireNoContext,
  requireNonce,
  requirePbkdf2,
  requireScrypt,
  requireSize,
  requireUncompressedPoint,
  SCRYPT_MEMORY,
  type ScryptParameters,
} from './checks.ts';
export { withCallerEntropy } from './caller-entropy.ts';
export { composeProviders } from './compose.ts';
export type * from './contract.ts';
export { ecScalarSize, isEcScalar, requireEcScalar, sampleEcScalar } from './ec-scalar.ts';
export { HandleCache } from './handle-cache.ts';
export { Held } from './held.ts';
export { type KeyPair, PrivateKey, type PrivateKeyForm, PublicKey } from './keys.ts';
export {
  requireAead,
  requireBlockCipher,
  requireHash,
  requireInternalSignature,
  requireKem,
  requireKeyDerivation,
  requireSeedExpansion,
  requireSignature,
} from './require.ts';
