/** Floor 3: sealed messages (HPKE) and sealed files (age) over the KEMs of the house. */
export {
  type AgeIdentity,
  type AgeRecipient,
  decodeAgeIdentities,
  decodeAgeIdentity,
  decodeAgeRecipient,
  encodeAgeIdentity,
  encodeAgeRecipient,
} from './age/key-text.ts';
export { open, type OpenOptions } from './age/open.ts';
export { seal, type SealOptions } from './age/seal.ts';
export type { ByteSource, ReadingOptions } from '../bytes/index.ts';
export { ExportContext, RecipientContext, SenderContext } from './context.ts';
export {
  type ExportOnlySuite,
  type HpkeKemDescriptor,
  type HpkeKemName,
  type HpkeMessageOptions,
  type HpkeSetup,
  type HpkeSetups,
  type HpkeSuite,
  hpkeSuite,
  type HpkeSuiteNames,
} from './suite.ts';
