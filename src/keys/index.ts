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
/** @internal Password-based encryption: what messages and PKCS #12 have in common with key files. */
export { decryptPbes2, encryptPbes2, isPbes2, type Pbes2, readPbes2 } from './encrypted.ts';
/** @internal */
export {
  deriveFromPassword,
  excess,
  MAX_ITERATIONS,
  type Prf,
  readDerivation,
  readHmac,
  type SaltedDerivation,
  writeDerivation,
  writeHmac,
} from './password-derivation.ts';
