/** What a policy says of the algorithms of a message. */
import {
  dualSignature,
  judge,
  type Judgement,
  type Policy,
  refusal,
  type Subject,
  VERDICTS,
} from '../policy/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { isClassical, isPostQuantum } from '../sign/index.ts';

/** A policy and the date to judge at: both or neither, since no clock is read here. */
export type PolicyOptions =
  { readonly policy: Policy; readonly at: Date } | { readonly policy?: undefined; readonly at?: undefined };

/**
 * Refuses to sign with algorithms that the policy does not allow together.
 *
 * @throws HybridgeError `policy_refused`.
 */
export function requirePermission(
  { policy, at }: PolicyOptions,
  algorithms: readonly SignatureDescriptor[],
): void {
  if (policy === undefined) return;
  for (const subject of subjectsOf(algorithms)) {
    const judgement = judge(policy, 'signature-create', subject, at);
    if (judgement.verdict === 'refuse') throw refusal(policy, 'signature-create', subject, judgement);
  }
}

/** The strictest judgement of signatures that are all needed; undefined without a policy. */
export function judgeAll(
  { policy, at }: PolicyOptions,
  algorithms: readonly SignatureDescriptor[],
): Judgement | undefined {
  if (policy === undefined) return undefined;
  return byStrictness(
    subjectsOf(algorithms).map((subject) => judge(policy, 'signature-verify', subject, at)),
  ).at(-1);
}

/** The mildest judgement of signatures of which one is enough; undefined without a policy. */
export function judgeAny(
  { policy, at }: PolicyOptions,
  algorithms: readonly SignatureDescriptor[],
): Judgement | undefined {
  if (policy === undefined) return undefined;
  return byStrictness(algorithms.map((subject) => judge(policy, 'signature-verify', subject, at)))[0];
}

function byStrictness(judgements: readonly Judgement[]): readonly Judgement[] {
  return judgements.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
}

/** A classical and a post-quantum signature are one dual signature; others stand each for itself. */
function subjectsOf(algorithms: readonly SignatureDescriptor[]): readonly Subject[] {
  const different = [...new Set(algorithms)];
  const classical = different.filter((algorithm) => isClassical({ algorithm }));
  const [postQuantum, ...more] = different.filter((algorithm) => isPostQuantum({ algorithm }));
  const [traditional] = classical;
  return traditional !== undefined && postQuantum !== undefined && classical.length === 1 && more.length === 0
    ? [dualSignature(traditional, postQuantum)]
    : different;
}
