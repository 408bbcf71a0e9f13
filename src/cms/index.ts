/** Floor 6: CMS messages, signed and encrypted, of any size. */
export { type Attribute, ATTRIBUTE } from './attribute.ts';
export { CONTENT_TYPE } from './content-type.ts';
export { CONTENT_CIPHER_NAMES, type ContentCipherName } from './content-cipher.ts';
export { decryptMessage, type DecryptMessageOptions, decryptToBytes } from './enveloped-decrypt.ts';
export { encryptMessage, type EncryptionRequest, type EncryptMessageOptions } from './enveloped-encrypt.ts';
export { type EncryptedInspection, inspectEncrypted, type RecipientSummary } from './enveloped-inspect.ts';
export { type KeyBundle, type ReadBundleOptions, readPemBundle, writePemBundle } from './key-bundle.ts';
export type { KeyWrapName } from './key-wrap.ts';
export type { MessageInput } from './message-input.ts';
export { addUnsignedAttribute, countersignMessage, type SignatureChoice } from './signed-amend.ts';
export type { SignatureVerdict, SignerFacts, SignerFault, SignerGap } from './signed-judge.ts';
export {
  type MessageSigner,
  signDetached,
  signMessage,
  type SignMessageOptions,
  type SigningRequest,
} from './signed-sign.ts';
export type { SignerTrust } from './signed-trust.ts';
export type {
  MessageFault,
  MessageVerdict,
  Requirement,
  SignedMessageFacts,
  SignerRequirement,
  SignerVerdict,
} from './signed-verdict.ts';
export { verifyMessage, type VerifyMessageOptions } from './signed-verify.ts';
export type { ContentOptions } from './signed-content.ts';
export type { CertificateIdentifier } from './signer-info.ts';
export type {
  CertificateRecipient,
  Identity,
  KeyIdentity,
  KeyRecipient,
  PasswordIdentity,
  Recipient,
} from './recipient.ts';
export type { PasswordRecipient } from './recipient-password.ts';
export type { Wrapping } from './recipient-wrapping.ts';
export {
  createTimestampRequest,
  decodeTimestampResponse,
  type MessageImprint,
  type TimestampInfo,
  type TimestampRequest,
  type TimestampRequestOptions,
  type TimestampResponse,
} from './timestamp.ts';
export {
  type TimestampFault,
  type TimestampVerdict,
  verifySignatureTimestamps,
  verifyTimestamp,
  type VerifyTimestampOptions,
} from './timestamp-verify.ts';
export type { PieceOptions } from './piece-buffer.ts';
export type { BagNames } from './pkcs12-bags.ts';
export type { Pkcs12Integrity } from './pkcs12-mac.ts';
export {
  type Pkcs12,
  type Pkcs12Certificate,
  type Pkcs12Key,
  readPkcs12,
  type ReadPkcs12Options,
  writePkcs12,
  type WritePkcs12Options,
} from './pkcs12.ts';
