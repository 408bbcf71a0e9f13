/** Floor 4: reading and writing keys, and telling them apart. */
export type { Wanted } from './algorithms.ts';
export type { KeyFormat, KeyInput } from './detect.ts';
export type { KeyEncoding } from './encoding.ts';
export type { EncryptionCipher, EncryptionParameters, PasswordEncryption } from './encrypted.ts';
export {
  type ExportedKey,
  exportPrivateKey,
  exportPublicKey,
  type PrivateKeyExportOptions,
  type PublicKeyExportOptions,
} from './export.ts';
export { fingerprint, jwkThumbprint } from './fingerprint.ts';
export {
  type ImportedKey,
  importKey,
  type ImportOptions,
  importPrivateKey,
  importPublicKey,
  type KemImportOptions,
  type SignatureImportOptions,
} from './import.ts';
export { inspectKey, type KeyInspection } from './inspect.ts';
export type { Jwk } from './jwk.ts';
export type { PrivateKeyFileForm } from './material.ts';
/** @internal SubjectPublicKeyInfo without a provider: what certificates and messages hold. */
export { readSpki, writeSpki } from './spki.ts';
