import { HybridgeError } from '../bytes/index.ts';
import type {
  EcdsaDescriptor,
  EddsaDescriptor,
  KeyDescriptor,
  RsaSignatureDescriptor,
  SignatureDescriptor,
  StatefulHashDescriptor,
} from '../registry/index.ts';

/** A signature algorithm that a quantum computer breaks. */
export type ClassicalSignatureDescriptor = EcdsaDescriptor | EddsaDescriptor | RsaSignatureDescriptor;

/** A signature algorithm with a post-quantum part that can sign here: ML-DSA, SLH-DSA, their pre-hash variants, composites. */
export type PostQuantumSignatureDescriptor = Exclude<
  SignatureDescriptor,
  ClassicalSignatureDescriptor | StatefulHashDescriptor
>;

/** Whatever belongs to an algorithm: a public key, a private key, a signer. */
export interface OfAlgorithm {
  readonly algorithm: KeyDescriptor;
}

/**
 * Narrows a key or signer to a classical signature algorithm, as the first half of a dual signature needs it.
 *
 * @example
 * ```ts
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair, isClassical } from 'hybridge/sign';
 *
 * const { publicKey } = await generateKeyPair(createNobleProvider(), 'Ed25519');
 * console.log(isClassical(publicKey)); // true
 * ```
 */
export function isClassical<T extends OfAlgorithm>(
  key: T,
): key is T & { readonly algorithm: ClassicalSignatureDescriptor } {
  return key.algorithm.use === 'signature' && key.algorithm.nature === 'classical';
}

/** Narrows a key or signer to a signature algorithm with a post-quantum part, the second half of a dual signature. */
export function isPostQuantum<T extends OfAlgorithm>(
  key: T,
): key is T & { readonly algorithm: PostQuantumSignatureDescriptor } {
  return (
    key.algorithm.use === 'signature' &&
    key.algorithm.nature !== 'classical' &&
    key.algorithm.kind !== 'stateful-hash'
  );
}

/**
 * Refuses keys of another use; types already do, for those who have them.
 *
 * @throws HybridgeError `wrong_algorithm`.
 */
export function requireSignatureKey({ algorithm }: OfAlgorithm): void {
  if (algorithm.use !== 'signature')
    throw new HybridgeError('wrong_algorithm', `${algorithm.name} keys encapsulate, they do not sign`, {
      fault: 'caller',
      details: { algorithm: algorithm.name },
    });
}

/**
 * Refuses keys of anything but ML-DSA; HashML-DSA has no µ that could be given from outside.
 *
 * @throws HybridgeError `wrong_algorithm`.
 */
export function requireMlDsa({ algorithm }: OfAlgorithm): void {
  if (algorithm.kind !== 'ml-dsa')
    throw new HybridgeError('wrong_algorithm', `µ belongs to ML-DSA, not to ${algorithm.name}`, {
      fault: 'caller',
      details: { algorithm: algorithm.name },
    });
}
