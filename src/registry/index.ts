/** Floor 1: one frozen descriptor per algorithm; everything about an algorithm is data, here. */
export { aead, AEADS } from './aead.ts';
export { algorithm, ALGORITHMS, type AlgorithmTable } from './algorithm.ts';
export { find, type FindResult, type Match, type MatchKind, unknownAlgorithm } from './find.ts';
/** @internal */
export { deepFreeze } from './freeze.ts';
export { hash, HASHES } from './hash.ts';
export { kdf, KDFS } from './kdf.ts';
export { kem, KEMS, type KemTable } from './kems.ts';
export {
  findByCose,
  findByHpkeKem,
  findByJose,
  findByName,
  findByOid,
  findByTlsGroup,
  findByTlsSignature,
} from './lookup.ts';
export * from './names.ts';
/** @internal */
export { nearest } from './nearest.ts';
export { OBSOLETE } from './obsolete.ts';
/** @internal */
export { mostBytes } from './size.ts';
export { signature, SIGNATURES, type SignatureTable } from './signatures.ts';
export type * from './types.ts';
