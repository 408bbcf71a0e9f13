import { readCoseKey } from './cose-key.ts';
import type { Container, KeyFormat } from './detect.ts';
import { readJwk } from './jwk.ts';
import type { Material, PrivateKeyFileForm } from './material.ts';
import { readEcPrivateKeyFile, readPkcs8, readRsaPrivateKeyFile } from './pkcs8.ts';
import { FORM_NOTES } from './seed-form.ts';
import { readRsaPublicKeyFile, readSpki } from './spki.ts';

/** How a key file was written. */
export interface KeyEncoding {
  readonly format: KeyFormat;
  /** The structure that holds the key, as its standard names it. */
  readonly structure: Container['structure'];
  /** For private keys that have a seed and an expanded form. */
  readonly form?: PrivateKeyFileForm;
  readonly encrypted: boolean;
  /** `false` for private key forms that are in use but in no standard; `note` says which. */
  readonly standard: boolean;
  /** What a person should know about this file. */
  readonly note?: string;
}

/** Containers that need neither a password nor to be told what they hold. */
export type ReadableContainer = Exclude<
  Container,
  { readonly structure: 'raw' } | { readonly structure: 'EncryptedPrivateKeyInfo' }
>;

/** Reads the key in a container. */
export function readMaterial(container: ReadableContainer): Material {
  switch (container.structure) {
    case 'COSE_Key':
      return readCoseKey(container.bytes);
    case 'ECPrivateKey':
      return readEcPrivateKeyFile(container.bytes);
    case 'JWK':
      return readJwk(container.members);
    case 'OneAsymmetricKey':
      return readPkcs8(container.bytes);
    case 'RSAPrivateKey':
      return readRsaPrivateKeyFile(container.bytes);
    case 'RSAPublicKey':
      return readRsaPublicKeyFile(container.bytes);
    case 'SubjectPublicKeyInfo':
      return readSpki(container.bytes);
  }
}

/** Describes how the key in a container was written. */
export function describeEncoding(container: Container, material: Material): KeyEncoding {
  const form = material.kind === 'private' ? material.form : undefined;
  return {
    format: container.format,
    structure: container.structure,
    ...(form === undefined ? {} : { form }),
    encrypted: container.structure === 'EncryptedPrivateKeyInfo',
    standard: form === undefined || FORM_NOTES[form] === undefined,
    ...(material.note === undefined ? {} : { note: material.note }),
  };
}
