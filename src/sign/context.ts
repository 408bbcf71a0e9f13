import { HybridgeError } from '../bytes/index.ts';
import { requireContext, requireNoContext } from '../provider/index.ts';
import { signature, type SignatureDescriptor } from '../registry/index.ts';

/** Longest context of ML-DSA, SLH-DSA and the composites, in bytes [FIPS 204 §5.2, FIPS 205 §10.2]. */
export const MAX_CONTEXT = 255;

/** Whether an algorithm binds a context. Ed448 could, but is used without one everywhere [RFC 8032 §5.2]. */
function takesContext(descriptor: SignatureDescriptor): boolean {
  switch (descriptor.kind) {
    case 'ecdsa':
    case 'eddsa':
    case 'rsa':
    case 'stateful-hash':
      return false;
    case 'composite-signature':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'ml-dsa':
    case 'slh-dsa':
      return true;
  }
}

/** Whether a signature can be the same each time it is made; ECDSA and PSS draw randomness for every one. */
function repeatable(descriptor: SignatureDescriptor): boolean {
  switch (descriptor.kind) {
    case 'ecdsa':
    case 'stateful-hash':
      return false;
    case 'rsa':
      return descriptor.padding === 'pkcs1';
    case 'composite-signature':
      return repeatable(signature(descriptor.traditional));
    case 'eddsa':
    case 'hash-ml-dsa':
    case 'hash-slh-dsa':
    case 'ml-dsa':
    case 'slh-dsa':
      return true;
  }
}

/**
 * Refuses a context for an algorithm that would not bind it.
 *
 * @throws HybridgeError `invalid_argument`.
 */
export function requireContextUse(descriptor: SignatureDescriptor, context: Uint8Array): void {
  if (!takesContext(descriptor)) requireNoContext(context, descriptor.name);
}

/**
 * Refuses what an algorithm cannot do with these options.
 *
 * @throws HybridgeError `invalid_argument` for a context that is too long or that the algorithm does not take,
 * `unsupported` for a deterministic signature of an algorithm that has none.
 */
export function requireSigningOptions(
  descriptor: SignatureDescriptor,
  context: Uint8Array,
  deterministic: boolean,
): void {
  requireContextUse(descriptor, context);
  requireContext(context, descriptor.name);
  if (deterministic && !repeatable(descriptor))
    throw new HybridgeError('unsupported', `${descriptor.name} has no deterministic variant here`, {
      fault: 'caller',
      details: { algorithm: descriptor.name },
    });
}
