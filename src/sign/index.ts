/** Floor 3: signatures. ML-DSA, SLH-DSA, classical and composite; streams, µ, signers elsewhere, dual signatures. */
export {
  type ClassicalSignatureDescriptor,
  isClassical,
  isPostQuantum,
  type OfAlgorithm,
  type PostQuantumSignatureDescriptor,
} from './algorithm-kind.ts';
export { compositeSigner } from './composite-signer.ts';
export {
  type DetachedSignature,
  type DualPublicKeys,
  type DualSignature,
  type DualSigners,
  type DualVerdict,
  type DualVerifyOptions,
  type PostQuantumGap,
  type PresentedSignatures,
  signDual,
  type Transition,
  verifyDual,
} from './dual.ts';
export { decodeDualSignature, encodeDualSignature, isDualSignature } from './dual-encoding.ts';
export { computeMu, signMu, verifyMu } from './external-mu.ts';
export { generateKeyPair } from './key-pair.ts';
export type { SchemeSigningKey, SchemeSigningOptions, SignatureScheme } from './scheme.ts';
export { signatureFor } from './signature-for.ts';
export type { Signer, SignerOptions } from './signer.ts';
export { externalMuSigner, localSigner } from './signers.ts';
export { sign, type SigningIdentity, type SignOptions } from './signing.ts';
export type { ReadingOptions } from '../bytes/index.ts';
export type { MessageSource } from './source.ts';
export { verify, type VerifyOptions } from './verifying.ts';
/** @internal For messages that several keys sign, or that wrap their content: one pass over a stream. */
export { startSigning } from './signing.ts';
/** @internal */
export { startVerifying } from './verifying.ts';
