/** Floor 2: the contracts between Hybridge and the backends that compute, and the keys they speak of. */
export { andThen, type Awaitable, both, isPromiseLike } from './awaitable.ts';
export {
  AS_CIPHERTEXT,
  AS_PUBLIC_KEY,
  digestLength,
  exactSize,
  isWrappedSize,
  type PointRole,
  refusedPoint,
  requireAesKey,
  requireCbc,
  requireContext,
  requireGcm,
  requireHkdfExpand,
  requireHmacHash,
  requireKeyWrap,
  requireNoContext,
  requireNonce,
  requireOaepMessage,
  requirePbkdf2,
  requireScrypt,
  requireSize,
  requireTripleDes,
  requireUncompressedPoint,
  type ScryptParameters,
} from './checks.ts';
export { withCallerEntropy } from './caller-entropy.ts';
export { composeProviders } from './compose.ts';
export type * from './contract.ts';
export { describeProvider, type PrimitiveDescription } from './describe.ts';
export { ecScalarSize, isEcScalar, requireEcScalar, sampleEcScalar } from './ec-scalar.ts';
export { additionalDataInTag, adjustTag, GcmLength, requireGcmTag, requireGcmTagSize } from './gcm-tag.ts';
export { guarded } from './guarded.ts';
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
export { checkRsaPublicKey, rsaPkcs8, rsaPublicKeyOf, rsaSpki } from './rsa-keys.ts';
export type { PrimitiveKind } from './primitives.ts';
export { selfTest, type SelfTestOptions, type SelfTestReport, type SelfTestResult } from './self-test.ts';
