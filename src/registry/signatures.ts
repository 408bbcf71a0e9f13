import { ECDSA, EDDSA, RSA_SIGNATURE } from './classical-signature.ts';
import { COMPOSITE_SIGNATURE } from './composite-signature.ts';
import { deepFreeze } from './freeze.ts';
import { HASH_ML_DSA, ML_DSA } from './ml-dsa.ts';
import type {
  CompositeSignatureName,
  EcdsaName,
  EddsaName,
  HashMlDsaName,
  HashSlhDsaName,
  MlDsaName,
  RsaSignatureName,
  SignatureName,
  SlhDsaName,
  StatefulHashName,
} from './names.ts';
import { row } from './row.ts';
import { HASH_SLH_DSA, SLH_DSA } from './slh-dsa.ts';
import { STATEFUL_HASH } from './stateful-hash.ts';
import type {
  CompositeSignatureDescriptor,
  EcdsaDescriptor,
  EddsaDescriptor,
  HashMlDsaDescriptor,
  HashSlhDsaDescriptor,
  MlDsaDescriptor,
  RsaSignatureDescriptor,
  SignatureDescriptor,
  SlhDsaDescriptor,
  StatefulHashDescriptor,
} from './types.ts';

/** The descriptor type of each signature algorithm's name. */
export type SignatureTable = Readonly<
  Record<MlDsaName, MlDsaDescriptor> &
    Record<HashMlDsaName, HashMlDsaDescriptor> &
    Record<SlhDsaName, SlhDsaDescriptor> &
    Record<HashSlhDsaName, HashSlhDsaDescriptor> &
    Record<CompositeSignatureName, CompositeSignatureDescriptor> &
    Record<EddsaName, EddsaDescriptor> &
    Record<EcdsaName, EcdsaDescriptor> &
    Record<RsaSignatureName, RsaSignatureDescriptor> &
    Record<StatefulHashName, StatefulHashDescriptor>
>;

/** All signature rows by name. */
export const SIGNATURE: SignatureTable = deepFreeze({
  ...ML_DSA,
  ...HASH_ML_DSA,
  ...SLH_DSA,
  ...HASH_SLH_DSA,
  ...COMPOSITE_SIGNATURE,
  ...EDDSA,
  ...ECDSA,
  ...RSA_SIGNATURE,
  ...STATEFUL_HASH,
});

/** Every signature algorithm, family by family. */
export const SIGNATURES: readonly SignatureDescriptor[] = Object.freeze(Object.values(SIGNATURE));

/**
 * The descriptor of a signature algorithm.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 *
 * @example
 * ```ts
 * import { signature } from 'hybridge/registry';
 *
 * console.log(signature('ML-DSA-65').sizes.signature, signature('MLDSA65-Ed25519-SHA512').traditional);
 * ```
 */
export function signature<Name extends SignatureName>(name: Name): SignatureTable[Name] {
  return row(SIGNATURE, name);
}
