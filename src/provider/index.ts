/** Floor 2: the contracts between Hybridge and the backends that compute, and the keys they speak of. */
export { andThen, type Awaitable, both, isPromiseLike } from './awaitable.ts';
export type * from './contract.ts';
export { HandleCache } from './handle-cache.ts';
export { type KeyPair, PrivateKey, type PrivateKeyForm, PublicKey } from './keys.ts';
export {
  requireAead,
  requireBlockCipher,
  requireHash,
  requireInternalSignature,
  requireKem,
  requireKeyDerivation,
  requireSignature,
} from './require.ts';
