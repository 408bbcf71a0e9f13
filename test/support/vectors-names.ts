/** Names of parameter sets as vector files write them, and the sizes their standards fix (in bytes). */
import type { MlDsaName, MlKemName, SlhDsaName } from './vectors-cases.ts';
import { VectorFormatError } from './vectors-files.ts';

/** Sizes of FIPS 203 table 3; the private key is the expanded decapsulation key. */
export const ML_KEM_SIZES: Readonly<
  Record<MlKemName, { readonly publicKey: number; readonly privateKey: number; readonly ciphertext: number }>
> = {
  'ML-KEM-512': { publicKey: 800, privateKey: 1632, ciphertext: 768 },
  'ML-KEM-768': { publicKey: 1184, privateKey: 2400, ciphertext: 1088 },
  'ML-KEM-1024': { publicKey: 1568, privateKey: 3168, ciphertext: 1568 },
};

/** Sizes of FIPS 204 table 2; the private key is the expanded one. */
export const ML_DSA_SIZES: Readonly<
  Record<MlDsaName, { readonly publicKey: number; readonly privateKey: number; readonly signature: number }>
> = {
  'ML-DSA-44': { publicKey: 1312, privateKey: 2560, signature: 2420 },
  'ML-DSA-65': { publicKey: 1952, privateKey: 4032, signature: 3309 },
  'ML-DSA-87': { publicKey: 2592, privateKey: 4896, signature: 4627 },
};

const ML_KEMS: readonly MlKemName[] = ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'];
const ML_DSAS: readonly MlDsaName[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];
const SLH_DSAS: readonly SlhDsaName[] = [
  'SLH-DSA-SHA2-128s',
  'SLH-DSA-SHA2-128f',
  'SLH-DSA-SHA2-192s',
  'SLH-DSA-SHA2-192f',
  'SLH-DSA-SHA2-256s',
  'SLH-DSA-SHA2-256f',
  'SLH-DSA-SHAKE-128s',
  'SLH-DSA-SHAKE-128f',
  'SLH-DSA-SHAKE-192s',
  'SLH-DSA-SHAKE-192f',
  'SLH-DSA-SHAKE-256s',
  'SLH-DSA-SHAKE-256f',
];

/** The parameter set of that name. */
export function mlKemName(text: string, where: string): MlKemName {
  return nameOf(ML_KEMS, text, where);
}

/** The ML-DSA or SLH-DSA parameter set of that name. */
export function signatureSetName(text: string, where: string): MlDsaName | SlhDsaName {
  return nameOf([...ML_DSAS, ...SLH_DSAS], text, where);
}

export function isMlDsaName(name: MlDsaName | SlhDsaName): name is MlDsaName {
  return ML_DSAS.some((known) => known === name);
}

/** The one of `names` that `text` is. */
export function nameOf<T extends string>(names: readonly T[], text: string, where: string): T {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new VectorFormatError(`${where}: "${text}" is none of ${names.join(', ')}`);
  return found;
}
