import { dualSignature, judge, type Policy } from '../policy/index.ts';
import { discounted, postQuantumBeside, type Requirement, type SignerVerdict } from './signed-verdict.ts';

/**
 * What a policy says of the signatures that hold. A classical one beside a post-quantum one is judged as the two
 * together, where both are demanded.
 */
export function judgeByPolicy(
  policy: Policy,
  requirement: Requirement,
  at: Date,
  signers: readonly SignerVerdict[],
): readonly SignerVerdict[] {
  const beside = postQuantumBeside(requirement, signers);
  return signers.map((unjudged): SignerVerdict => {
    const countersignatures = judgeByPolicy(policy, requirement, at, unjudged.countersignatures);
    const signer = { ...unjudged, countersignatures };
    if (signer.status !== 'valid') return signer;
    const { algorithm } = signer;
    const subject =
      algorithm.nature === 'classical' && beside !== undefined ? dualSignature(algorithm, beside) : algorithm;
    const judgement = judge(policy, 'signature-verify', subject, at);
    if (judgement.verdict !== 'refuse') return { ...signer, judgement };
    const why = judgement.reasons.map(({ text }) => text).join(' ');
    return discounted(signer, 'policy', `policy ${policy.name}: ${subject.name}: ${why}`);
  });
}
