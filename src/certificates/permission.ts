/** What a policy says of signatures on certificates and requests before they are made. */
import { HybridgeError } from '../bytes/index.ts';
import { dualSignature, judge, type Policy, refusal, type Subject } from '../policy/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { isClassical, isPostQuantum } from '../sign/index.ts';

/** A policy and the date to judge at: both or neither, since no clock is read here. */
export type PolicyOptions =
  { readonly policy: Policy; readonly at: Date } | { readonly policy?: undefined; readonly at?: undefined };

/**
 * Refuses to sign a certificate or a request with what the policy does not allow. Two signatures on one certificate
 * are judged as one thing where they are a classical and a post-quantum one, else each for itself.
 *
 * Pre-hash ML-DSA signs neither, whatever the policy says [RFC 9881 §8.3].
 *
 * @throws HybridgeError `wrong_algorithm` for pre-hash ML-DSA; `policy_refused`.
 */
export function requirePermission(
  { policy, at }: PolicyOptions,
  algorithm: SignatureDescriptor,
  alternative?: SignatureDescriptor,
): void {
  for (const one of [algorithm, alternative])
    if (one?.kind === 'hash-ml-dsa')
      throw new HybridgeError(
        'wrong_algorithm',
        `${one.name}: pre-hash ML-DSA signs no certificates or requests [RFC 9881 §8.3]`,
        { fault: 'caller', hint: `use ${one.base}`, details: { algorithm: one.name } },
      );
  if (policy === undefined) return;
  for (const subject of subjectsOf(algorithm, alternative)) {
    const judgement = judge(policy, 'certificate-signature', subject, at);
    if (judgement.verdict === 'refuse') throw refusal(policy, 'certificate-signature', subject, judgement);
  }
}

function subjectsOf(
  algorithm: SignatureDescriptor,
  alternative: SignatureDescriptor | undefined,
): readonly Subject[] {
  if (alternative === undefined) return [algorithm];
  const [one, other] = [{ algorithm }, { algorithm: alternative }];
  if (isClassical(one) && isPostQuantum(other)) return [dualSignature(algorithm, alternative)];
  if (isClassical(other) && isPostQuantum(one)) return [dualSignature(alternative, algorithm)];
  return [algorithm, alternative];
}
