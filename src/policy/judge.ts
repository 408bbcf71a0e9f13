import { HybridgeError } from '../bytes/index.ts';
import { dayBefore, dayOf, endOf, instantOf, startOf } from './dates.ts';
import { matches, serves } from './match.ts';
import { readPolicy } from './parse.ts';
import type {
  AllowRule,
  Judgement,
  Policy,
  PolicyException,
  Preference,
  Reason,
  RestrictingRule,
  Rule,
  Subject,
  Use,
  Verdict,
} from './types.ts';

/** What a policy says of one subject for one use: at all times, and where it stands among the others. */
export interface Standing {
  /** First instants of the judgements, ascending; the first is -Infinity. */
  readonly starts: readonly number[];
  readonly judgements: readonly Judgement[];
  /** The policy's preference for this use, if it has one. */
  readonly preference: Preference | undefined;
  /** Index of the first matching entry of the preference and place in that entry's name list; Infinity: none. */
  readonly rank: readonly [entry: number, place: number];
}

/** A policy that was checked, and what has been worked out about it. Handshakes then cost a look-up each. */
interface Known {
  readonly policy: Policy;
  /** The exceptions that are in force: none for the policy itself, those of a peer for what {@link granting} made. */
  readonly granted: readonly PolicyException[];
  readonly standings: Readonly<Record<Use, WeakMap<Subject, Standing>>>;
}

const known = new WeakMap<Policy, Known>();

/**
 * The checked, frozen copy of a policy. A policy written as an object is checked like a file on first sight: with
 * a date that is none, a rule would silently never hold.
 */
function knownOf(policy: Policy): Known {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const made = knowing(readPolicy(policy), []);
  known.set(policy, made);
  return made;
}

function knowing(policy: Policy, granted: readonly PolicyException[]): Known {
  return {
    policy,
    granted,
    standings: {
      'key-establishment': new WeakMap(),
      'session-authentication': new WeakMap(),
      'certificate-signature': new WeakMap(),
      'signature-create': new WeakMap(),
      'signature-verify': new WeakMap(),
      'firmware-signature': new WeakMap(),
      hash: new WeakMap(),
      kdf: new WeakMap(),
      aead: new WeakMap(),
    },
  };
}

/** The checked, frozen copy of a policy: its exceptions among the rest. */
export function checked(policy: Policy): Policy {
  return knownOf(policy).policy;
}

/**
 * A policy like the one given, in which some of its exceptions are in force. Rules could not say this: a permission does
 * not prevail over a refusal, and a warning would touch what is allowed anyway.
 */
export function granting(policy: Policy, granted: readonly PolicyException[]): Policy {
  const derived = Object.freeze({ ...checked(policy) });
  known.set(derived, knowing(derived, granted));
  return derived;
}

const reasonOf = (rule: Rule): Reason =>
  Object.freeze({ rule: rule.id, text: rule.reason, source: rule.source });

/** An algorithm that was permitted once is refused with the reason that its permission ended. */
const endedReasonOf = (rule: AllowRule): Reason =>
  Object.freeze({
    rule: rule.id,
    text: `Allowed until ${rule.until ?? ''}: ${rule.reason}`,
    source: rule.source,
  });

/** What is permitted by exception is warned of, with who answers for it and until when. */
const exceptionReasonOf = (policy: Policy, exception: PolicyException): Reason =>
  Object.freeze({
    rule: exception.id,
    text: `An exception until ${exception.until} permits it, for which ${exception.owner} answers: ${exception.reason}`,
    source: `policy ${policy.name}, exception ${exception.id}`,
  });

interface Finding {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
}

/** A finding and the instant from which it holds. */
interface Step {
  readonly start: number;
  readonly finding: Finding;
}

/** The verdict at an instant, given the rules that match: refusals first, then permissions, then warnings. */
function find(
  policy: Policy,
  allows: readonly AllowRule[],
  restrictions: readonly RestrictingRule[],
  at: number,
): Finding {
  const begun = restrictions.filter(({ from }) => from === undefined || startOf(from) <= at);
  const refusals = begun.filter(({ verdict }) => verdict === 'refuse');
  if (refusals.length > 0) return { verdict: 'refuse', reasons: refusals.map(reasonOf) };
  const permissions = allows.filter(({ until }) => until === undefined || at < endOf(until));
  if (permissions.length === 0) {
    if (allows.length > 0) return { verdict: 'refuse', reasons: allows.map(endedReasonOf) };
    const text = 'No rule allows it, and what no rule allows is refused.';
    return { verdict: 'refuse', reasons: [{ rule: 'no-rule', text, source: `policy ${policy.name}` }] };
  }
  if (begun.length > 0) return { verdict: 'warn', reasons: begun.map(reasonOf) };
  return { verdict: 'allow', reasons: permissions.map(reasonOf) };
}

/** What is refused whatever the policy says. */
function refusedByTheHouse(rule: string, text: string, source: string): readonly Step[] {
  const reason = Object.freeze({ rule, text, source });
  return [{ start: -Infinity, finding: { verdict: 'refuse', reasons: [reason] } }];
}

function same(a: Finding, b: Finding): boolean {
  return (
    a.verdict === b.verdict &&
    a.reasons.length === b.reasons.length &&
    a.reasons.every(
      (reason, index) => reason.text === b.reasons[index]?.text && reason.rule === b.reasons[index].rule,
    )
  );
}

/** The finding under exceptions: only a refusal gives way, and only until the last day. */
function relaxed(
  policy: Policy,
  finding: Finding,
  exceptions: readonly PolicyException[],
  at: number,
): Finding {
  if (finding.verdict !== 'refuse') return finding;
  const holding = exceptions.filter(({ until }) => at < endOf(until));
  if (holding.length === 0) return finding;
  return { verdict: 'warn', reasons: holding.map((exception) => exceptionReasonOf(policy, exception)) };
}

function stepsOf({ policy, granted }: Known, use: Use, subject: Subject): readonly Step[] {
  if (subject.status === 'obsolete') {
    const instead =
      subject.kind === 'obsolete'
        ? ` (${subject.was}) is obsolete; use ${subject.replacement}.`
        : ' is obsolete.';
    return refusedByTheHouse('obsolete', subject.name + instead, subject.reference);
  }
  if (!serves(subject, use)) {
    const text = `${subject.name} is no algorithm for ${use}.`;
    return refusedByTheHouse('wrong-use', text, 'house: what the registry says an algorithm is');
  }
  const rules = policy.rules.filter((rule) => rule.uses.includes(use) && matches(rule.match, subject));
  const allows = rules.filter((rule) => rule.verdict === 'allow');
  const restrictions = rules.filter((rule) => rule.verdict !== 'allow');
  const exceptions = granted.filter(({ uses, match }) => uses.includes(use) && matches(match, subject));
  const changes = [
    ...exceptions.map(({ until }) => endOf(until)),
    ...allows.flatMap(({ until }) => (until === undefined ? [] : [endOf(until)])),
    ...restrictions.flatMap(({ from }) => (from === undefined ? [] : [startOf(from)])),
  ].sort((a, b) => a - b);
  const steps: Step[] = [];
  for (const start of [-Infinity, ...changes]) {
    const finding = relaxed(policy, find(policy, allows, restrictions, start), exceptions, start);
    const last = steps.at(-1);
    if (last === undefined || !same(last.finding, finding)) steps.push({ start, finding });
  }
  return steps;
}

function judgementOf({ start, finding }: Step, next: Step | undefined): Judgement {
  return Object.freeze({
    verdict: finding.verdict,
    reasons: Object.freeze(finding.reasons),
    since: start === -Infinity ? undefined : dayOf(start),
    until: next === undefined ? undefined : dayBefore(next.start),
  });
}

function rankOf(preference: Preference | undefined, subject: Subject): Standing['rank'] {
  if (preference === undefined || subject.kind === 'obsolete') return [Infinity, Infinity];
  const entry = preference.order.findIndex((match) => matches(match, subject));
  if (entry < 0) return [Infinity, Infinity];
  const names: readonly string[] = preference.order[entry]?.name ?? [];
  return [entry, names.indexOf(subject.name)];
}

/** What a policy says of a subject for a use, worked out once per policy, use and descriptor. */
export function standingOf(policy: Policy, use: Use, subject: Subject): Standing {
  const knowledge = knownOf(policy);
  const ofUse = knowledge.standings[use];
  const before = ofUse.get(subject);
  if (before !== undefined) return before;
  const steps = stepsOf(knowledge, use, subject);
  const preference = knowledge.policy.preference.find(({ uses }) => uses.includes(use));
  const standing: Standing = {
    starts: steps.map(({ start }) => start),
    judgements: Object.freeze(steps.map((step, index) => judgementOf(step, steps[index + 1]))),
    preference,
    rank: rankOf(preference, subject),
  };
  ofUse.set(subject, standing);
  return standing;
}

/** The judgement that holds at an instant. */
export function judgementAt(standing: Standing, instant: number): Judgement {
  const index = standing.starts.findLastIndex((start) => start <= instant);
  const judgement = standing.judgements[index];
  if (judgement === undefined) throw new HybridgeError('internal', 'policy: no judgement at this instant');
  return judgement;
}

/**
 * What a policy says of using an algorithm at a date. What no rule allows is refused; obsolete algorithms are
 * refused by every policy, with their replacement; later dates never get a milder verdict.
 *
 * @param at - The date judged for. It is a parameter: a policy never reads a clock. For a signature ask with the
 * present date, not with the one that the signature claims.
 * @returns The verdict, its reasons (never none), and the days between which it holds.
 * @throws HybridgeError `invalid_argument` for an invalid date; `invalid_encoding` or `unknown_algorithm` when
 * the policy itself breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { judge, namedPolicy } from 'hybridge/policy';
 * import { kem } from 'hybridge/registry';
 *
 * const policy = namedPolicy('hybrid-preferred');
 * const { verdict, reasons, until } = judge(policy, 'key-establishment', kem('X25519'), new Date('2027-03-01'));
 * console.log(verdict, until, reasons[0]?.text); // warn 2035-12-31 ...
 * ```
 */
export function judge(policy: Policy, use: Use, subject: Subject, at: Date): Judgement {
  return judgementAt(standingOf(policy, use, subject), instantOf(at));
}

/**
 * Everything a policy says of an algorithm for a use, over all time: judgements in order, each beginning where
 * the one before ends, each at least as strict.
 *
 * @throws HybridgeError when the policy itself breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { namedPolicy, timeline } from 'hybridge/policy';
 * import { signature } from 'hybridge/registry';
 *
 * for (const { since, verdict } of timeline(namedPolicy('cnsa-2.0'), 'signature-create', signature('ECDSA-P384-SHA384')))
 *   console.log(since ?? 'always', verdict);
 * ```
 */
export function timeline(policy: Policy, use: Use, subject: Subject): readonly Judgement[] {
  return standingOf(policy, use, subject).judgements;
}

/**
 * The error for an algorithm that a policy refuses: `policy_refused`, with the first reason in the message and
 * all rule ids in the details.
 *
 * @example
 * ```ts
 * import { judge, namedPolicy, refusal } from 'hybridge/policy';
 * import { kem } from 'hybridge/registry';
 *
 * const policy = namedPolicy('pq-only');
 * const judgement = judge(policy, 'key-establishment', kem('X25519'), new Date());
 * if (judgement.verdict === 'refuse') console.log(refusal(policy, 'key-establishment', kem('X25519'), judgement).message);
 * ```
 */
export function refusal(policy: Policy, use: Use, subject: Subject, judgement: Judgement): HybridgeError {
  const why = judgement.reasons.map(({ text }) => text).join(' ');
  return new HybridgeError('policy_refused', `policy ${policy.name}: ${subject.name} for ${use}: ${why}`, {
    fault: 'caller',
    details: {
      policy: policy.name,
      version: policy.version,
      use,
      algorithm: subject.name,
      rules: judgement.reasons.map(({ rule }) => rule),
      ...(judgement.since === undefined ? {} : { since: judgement.since }),
    },
  });
}
