/** The fields of a certificate as they stand in its bytes: what each costs, and how it was written. */
import { EMPTY } from '../bytes/index.ts';
import { explicit, implicit, readDer } from '../encoding/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';

/** Every field is a complete DER element unless it says otherwise. */
export interface Layout {
  /** Empty where the version is not written. */
  readonly version: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** The algorithm identifier inside what is signed. */
  readonly signature: AlgorithmIdentifier;
  readonly notBefore: Uint8Array;
  readonly notAfter: Uint8Array;
  /** The bytes of the subjectPublicKey BIT STRING, without tag, length and the octet of unused bits. */
  readonly publicKey: Uint8Array;
  readonly uniqueIdentifiers: readonly Uint8Array[];
  readonly extensions: readonly Uint8Array[];
}

/** Reads the fields of a certificate once more, this time as they were written. */
export function layoutOf({ tbs }: Certificate): Layout {
  const outer = readDer(tbs, 'TBSCertificate');
  const fields = outer.sequence('fields');
  const version = fields.has(explicit(0)) ? fields.any('version') : EMPTY;
  const serialNumber = fields.any('serialNumber');
  const signature = readAlgorithmIdentifier(fields, 'signature');
  fields.any('issuer');
  const validity = fields.sequence('validity');
  const notBefore = validity.any('notBefore');
  const notAfter = validity.any('notAfter');
  fields.any('subject');
  const key = fields.sequence('subjectPublicKeyInfo');
  key.any('algorithm');
  const publicKey = key.bitString('subjectPublicKey');
  const uniqueIdentifiers: Uint8Array[] = [];
  while (fields.has(implicit(1)) || fields.has(implicit(2)))
    uniqueIdentifiers.push(fields.any('uniqueIdentifier'));
  const extensions: Uint8Array[] = [];
  if (fields.has(explicit(3))) {
    const list = fields.explicit(3, 'extensions').sequence('extensions');
    while (!list.atEnd) extensions.push(list.any('extension'));
  }
  return {
    version,
    serialNumber,
    signature,
    notBefore,
    notAfter,
    publicKey,
    uniqueIdentifiers,
    extensions,
  };
}
