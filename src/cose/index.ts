/**
 * Floor 6: COSE_Sign1, COSE_Sign and COSE_Key [RFC 9052], with ML-DSA [RFC 9964] and the fully specified classical
 * algorithms [RFC 9864].
 */
export {
  type AlgorithmOptions,
  COSE_DRAFTS,
  type DraftAlgorithmName,
  type DraftNumbers,
} from './algorithm.ts';
export {
  type CoseKeyExportOptions,
  type CoseKeyImportOptions,
  coseKeyThumbprint,
  exportCoseKey,
  exportCosePrivateKey,
  type ImportedCoseKey,
  importCoseKey,
  type ThumbprintOptions,
} from './cose-key.ts';
export type { AddedHeaders, CertificateHash, CoseHeaders, HeaderParameters, Label } from './header.ts';
export type {
  CoseSignOptions,
  CoseVerifyOptions,
  DetachedPayload,
  HeaderFailure,
  PolicyFailure,
} from './message.ts';
export type { Payload, SizedSource } from './payload.ts';
export type { PolicyOptions } from './policy.ts';
export {
  type CoseSignature,
  type CoseSigner,
  decodeSign,
  signCose,
  type SignatureRequirement,
  type SignerFailure,
  type SignerVerdict,
  type SignFailure,
  type SignMessage,
  type SignVerdict,
  type SignVerifyOptions,
  verifyCose,
} from './sign.ts';
export {
  decodeSign1,
  sign1,
  type Sign1Message,
  type Sign1Options,
  type Sign1Verdict,
  verify1,
} from './sign1.ts';
export type { ByteSource, ReadingOptions } from '../bytes/index.ts';
export { type CborMap, CborTag, type CborValue } from '../encoding/index.ts';
