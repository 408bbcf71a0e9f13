/** Floor 5: X.509 certificates, requests, revocation, path validation and lint, with any signature of the house. */
export {
  type AlgorithmIdentifier,
  signatureAlgorithmOf,
  signatureIdentifier,
} from './algorithm-identifier.ts';
export {
  Certificate,
  certificateKey,
  type ParseOptions,
  parseCertificate,
  parseCertificates,
  type Validity,
} from './certificate.ts';
export type { Deviation, DeviationRule } from './deviation.ts';
export type * from './extension.ts';
export type { GeneralName } from './general-name.ts';
export { formatName, type Name, type NameAttribute, nameFrom, sameName } from './name.ts';
export { ACCESS_METHOD, EXTENSION, PURPOSE } from './oids.ts';
export type { KeyHolder, Signed } from './signed.ts';
/** @internal What messages are made with (cms/). */
export {
  algorithmIdentifier,
  readAlgorithmIdentifier,
  signatureAlgorithmsOf,
  decodeAlgorithmIdentifier,
} from './algorithm-identifier.ts';
/** @internal */
export { issuerAndSerialKey } from './certificate.ts';
/** @internal */
export { encodeExtension, encodeExtensions, extensionsOf, readExtensions } from './extensions.ts';
/** @internal */
export { encodeGeneralName, encodeGeneralNames, readGeneralName, readGeneralNames } from './general-name.ts';
/** @internal */
export { decodeName, readName } from './name.ts';
/** @internal */
export {
  algorithmOfSignature,
  decodeSigned,
  readSigned,
  signatureKeyOf,
  signSigned,
  verifySigned,
} from './signed.ts';
/** @internal */
export { encodeGeneralizedTime, encodeTime, readGeneralizedTime, readTime } from './time.ts';
