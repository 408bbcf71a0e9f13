import { AEAD, AEADS } from './aead.ts';
import { HASH, HASHES } from './hash.ts';
import { KDF, KDFS } from './kdf.ts';
import { KEM, KEMS, type KemTable } from './kems.ts';
import type { AeadName, AlgorithmName, HashName, KdfName } from './names.ts';
import { row } from './row.ts';
import { SIGNATURE, SIGNATURES, type SignatureTable } from './signatures.ts';
import type { AeadDescriptor, AlgorithmDescriptor, HashDescriptor, KdfDescriptor } from './types.ts';

/** The descriptor type of each algorithm's name. */
export type AlgorithmTable = KemTable &
  SignatureTable &
  Readonly<
    Record<HashName, HashDescriptor> & Record<AeadName, AeadDescriptor> & Record<KdfName, KdfDescriptor>
  >;

const ALGORITHM: AlgorithmTable = Object.freeze({ ...KEM, ...SIGNATURE, ...HASH, ...AEAD, ...KDF });

/** Every algorithm of the registry, family by family. */
export const ALGORITHMS: readonly AlgorithmDescriptor[] = Object.freeze([
  ...KEMS,
  ...SIGNATURES,
  ...HASHES,
  ...AEADS,
  ...KDFS,
]);

/**
 * The descriptor of any algorithm.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 */
export function algorithm<Name extends AlgorithmName>(name: Name): AlgorithmTable[Name] {
  return row(ALGORITHM, name);
}
