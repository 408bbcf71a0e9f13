import { COMPOSITE_KEM } from './composite-kem.ts';
import { deepFreeze } from './freeze.ts';
import { HYBRID_KEM, TLS_HYBRID } from './hybrid-kem.ts';
import { DHKEM, KEY_AGREEMENT, RSA_OAEP } from './key-agreement.ts';
import { ML_KEM } from './ml-kem.ts';
import type {
  CompositeKemName,
  DhKemName,
  HybridKemName,
  KemName,
  KeyAgreementName,
  MlKemName,
  RsaOaepName,
  TlsHybridName,
} from './names.ts';
import { row } from './row.ts';
import type {
  CompositeKemDescriptor,
  DhKemDescriptor,
  HybridKemDescriptor,
  KemDescriptor,
  KeyAgreementDescriptor,
  MlKemDescriptor,
  RsaOaepDescriptor,
  TlsHybridDescriptor,
} from './types.ts';

/** The descriptor type of each KEM's name. */
export type KemTable = Readonly<
  Record<MlKemName, MlKemDescriptor> &
    Record<TlsHybridName, TlsHybridDescriptor> &
    Record<HybridKemName, HybridKemDescriptor> &
    Record<CompositeKemName, CompositeKemDescriptor> &
    Record<KeyAgreementName, KeyAgreementDescriptor> &
    Record<RsaOaepName, RsaOaepDescriptor> &
    Record<DhKemName, DhKemDescriptor>
>;

/** All KEM rows by name. */
export const KEM: KemTable = deepFreeze({
  ...ML_KEM,
  ...TLS_HYBRID,
  ...HYBRID_KEM,
  ...COMPOSITE_KEM,
  ...KEY_AGREEMENT,
  ...RSA_OAEP,
  ...DHKEM,
});

/** Every key encapsulation mechanism, family by family. */
export const KEMS: readonly KemDescriptor[] = Object.freeze(Object.values(KEM));

/**
 * The descriptor of a key encapsulation mechanism.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 *
 * @example
 * ```ts
 * import { kem } from 'hybridge/registry';
 *
 * console.log(kem('ML-KEM-768').sizes.ciphertext, kem('MLKEM768-X25519').label);
 * ```
 */
export function kem<Name extends KemName>(name: Name): KemTable[Name] {
  return row(KEM, name);
}
