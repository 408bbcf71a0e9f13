/** Floor 2: what may be used for what and until when. Pure functions of descriptors, dated rules and a date. */
export { describeMatch, describePeers, describeVerdict } from './describe.ts';
export {
  type DatedVerdict,
  diffPolicies,
  type ExceptionChange,
  type PolicyDiff,
  type PreferenceChange,
  type RuleChange,
  type VerdictChange,
} from './diff.ts';
export { dualSignature } from './dual-signature.ts';
export { type DatedException, policyExceptions } from './exceptions.ts';
export {
  type ExplainedAlgorithm,
  type ExplainedException,
  type ExplainedPreference,
  type ExplainedRule,
  explainPolicy,
  type PolicyExplanation,
} from './explain.ts';
export { judge, refusal, timeline } from './judge.ts';
export { findPolicy, legacyUntil, namedPolicy, POLICY_NAMES, type PolicyName } from './named.ts';
export { parsePolicy } from './parse.ts';
export { expiredExceptions, policyForPeer } from './peer.ts';
export { type PassedOver, select, type Selection } from './select.ts';
export {
  type AllowRule,
  type DualSignature,
  type IsoDate,
  type Judgement,
  type Match,
  type PeerFacts,
  type PeerMatch,
  type PeerPolicy,
  type Policy,
  type PolicyException,
  type PolicyTlsVersion,
  type Preference,
  type Range,
  type Reason,
  type RestrictingRule,
  type Rule,
  type Subject,
  type SubjectKind,
  type Use,
  USES,
  type Verdict,
  VERDICTS,
} from './types.ts';
