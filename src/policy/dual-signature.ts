import { HybridgeError } from '../bytes/index.ts';
import type { SignatureDescriptor, Status } from '../registry/index.ts';
import type { DualSignature } from './types.ts';

function settled(status: Status): DualSignature['status'] {
  if (status === 'obsolete')
    throw new HybridgeError('invalid_argument', 'dual signature: a half is obsolete', { fault: 'caller' });
  return status;
}

/**
 * Two detached signatures on one object as one thing to judge: a hybrid, as strong as its post-quantum half. It
 * stands for verification that demands both; accepting one of the two is judged as that one alone.
 *
 * @throws HybridgeError `invalid_argument` unless the first algorithm is classical and the second is not.
 *
 * @example
 * ```ts
 * import { dualSignature, judge, namedPolicy } from 'hybridge/policy';
 * import { signature } from 'hybridge/registry';
 *
 * const both = dualSignature(signature('ECDSA-P256-SHA256'), signature('ML-DSA-65'));
 * const { verdict } = judge(namedPolicy('hybrid-required'), 'firmware-signature', both, new Date('2027-01-01'));
 * console.log(verdict); // allow
 * ```
 */
export function dualSignature(
  traditional: SignatureDescriptor,
  postQuantum: SignatureDescriptor,
): DualSignature {
  if (traditional.nature !== 'classical' || postQuantum.nature === 'classical')
    throw new HybridgeError(
      'invalid_argument',
      `dual signature: ${traditional.name} and ${postQuantum.name} are not a classical and a post-quantum algorithm`,
      { fault: 'caller', details: { traditional: traditional.name, postQuantum: postQuantum.name } },
    );
  const status = settled(postQuantum.status);
  return Object.freeze({
    name: `${traditional.name} + ${postQuantum.name}`,
    kind: 'dual-signature',
    use: 'signature',
    nature: 'hybrid',
    category: postQuantum.category,
    stateful: postQuantum.stateful,
    status: status === 'standard' ? settled(traditional.status) : status,
    traditional: traditional.name,
    postQuantum: postQuantum.name,
  });
}
