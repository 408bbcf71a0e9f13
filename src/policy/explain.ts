import { type AlgorithmName, ALGORITHMS } from '../registry/index.ts';
import { describeMatch, describePeers, describeVerdict } from './describe.ts';
import { timeline } from './judge.ts';
import { serves } from './match.ts';
import { type IsoDate, type Judgement, type Policy, type PolicyTlsVersion, type Use, USES } from './types.ts';

/** A rule in words. */
export interface ExplainedRule {
  readonly id: string;
  readonly uses: readonly Use[];
  /** What it is about: `hybrid; category at least 3`. */
  readonly about: string;
  /** The verdict with its date: `allow until 2035-12-31`. */
  readonly verdict: string;
  readonly reason: string;
  readonly source: string;
}

/** A preference in words, best first. */
export interface ExplainedPreference {
  readonly uses: readonly Use[];
  readonly order: readonly string[];
  readonly reason: string;
  readonly source: string;
}

/** An exception in words. */
export interface ExplainedException {
  readonly id: string;
  /** Which peers it is for: `from 192.0.2.0/24`. */
  readonly peers: string;
  readonly uses: readonly Use[];
  /** What it permits them: `P-256, ECDSA-P256-SHA256`. */
  readonly about: string;
  readonly tlsVersions: readonly PolicyTlsVersion[];
  readonly owner: string;
  readonly reason: string;
  readonly until: IsoDate;
}

/** What a policy comes to for one algorithm and use. */
export interface ExplainedAlgorithm {
  readonly use: Use;
  readonly algorithm: AlgorithmName;
  readonly judgements: readonly Judgement[];
}

/** A policy as a person reads it: plain data, printed as text or as JSON. */
export interface PolicyExplanation {
  readonly name: string;
  readonly version: number;
  readonly date: IsoDate;
  readonly description: string;
  readonly rules: readonly ExplainedRule[];
  readonly preference: readonly ExplainedPreference[];
  readonly exceptions: readonly ExplainedException[];
  /** Every algorithm of the registry for every use it can serve, as it stands for everybody. */
  readonly algorithms: readonly ExplainedAlgorithm[];
}

/**
 * Puts a policy into words, and works out what it says of everything in the registry.
 *
 * @throws HybridgeError when the policy breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { explainPolicy, namedPolicy } from 'hybridge/policy';
 *
 * for (const { id, about, verdict, reason } of explainPolicy(namedPolicy('cnsa-2.0')).rules)
 *   console.log(`${id}: ${verdict}: ${about}. ${reason}`);
 * ```
 */
export function explainPolicy(policy: Policy): PolicyExplanation {
  return {
    name: policy.name,
    version: policy.version,
    date: policy.date,
    description: policy.description,
    rules: policy.rules.map((rule) => ({
      id: rule.id,
      uses: rule.uses,
      about: describeMatch(rule.match),
      verdict: describeVerdict(rule),
      reason: rule.reason,
      source: rule.source,
    })),
    preference: policy.preference.map(({ uses, order, reason, source }) => ({
      uses,
      order: order.map(describeMatch),
      reason,
      source,
    })),
    exceptions: (policy.exceptions ?? []).map((exception) => ({
      id: exception.id,
      peers: describePeers(exception.peers),
      uses: exception.uses,
      about: describeMatch(exception.match),
      tlsVersions: exception.tlsVersions ?? [],
      owner: exception.owner,
      reason: exception.reason,
      until: exception.until,
    })),
    algorithms: USES.flatMap((use) =>
      ALGORITHMS.filter((descriptor) => serves(descriptor, use)).map((descriptor) => ({
        use,
        algorithm: descriptor.name,
        judgements: timeline(policy, use, descriptor),
      })),
    ),
  };
}
