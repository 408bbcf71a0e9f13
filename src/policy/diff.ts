import { type AlgorithmName, ALGORITHMS } from '../registry/index.ts';
import { startOf } from './dates.ts';
import { timeline } from './judge.ts';
import { serves } from './match.ts';
import {
  type IsoDate,
  type Judgement,
  type Policy,
  type PolicyException,
  type Preference,
  type Rule,
  type Use,
  USES,
  type Verdict,
  VERDICTS,
} from './types.ts';

/** An entry that only one of two lists has, or that both have and word differently. */
type Change<Entry> =
  | { readonly change: 'added'; readonly after: Entry }
  | { readonly change: 'changed'; readonly before: Entry; readonly after: Entry }
  | { readonly change: 'removed'; readonly before: Entry };

/** A rule that only one of two policies has, or that both have and word differently. */
export type RuleChange = Change<Rule>;

/** An exception that only one of two policies has, or that both have and word differently. */
export type ExceptionChange = Change<PolicyException>;

/** A use for which two policies prefer differently; `undefined` where a policy has no preference. */
export interface PreferenceChange {
  readonly use: Use;
  readonly before: Preference | undefined;
  readonly after: Preference | undefined;
}

/** A verdict and the first day on which it holds. */
export interface DatedVerdict {
  readonly since: IsoDate | undefined;
  readonly verdict: Verdict;
}

/** An algorithm that two policies judge differently at some time. */
export interface VerdictChange {
  readonly use: Use;
  readonly algorithm: AlgorithmName;
  readonly before: readonly DatedVerdict[];
  readonly after: readonly DatedVerdict[];
  /** Whether the second policy is stricter at some time. */
  readonly stricter: boolean;
  /** Whether the second policy is more lenient at some time. */
  readonly looser: boolean;
}

/** What changes for whoever replaces one policy by another: in its text, and in what comes of it. */
export interface PolicyDiff {
  readonly rules: readonly RuleChange[];
  readonly preference: readonly PreferenceChange[];
  /** What they permit to single peers; it is not in the verdicts, which are those for everybody. */
  readonly exceptions: readonly ExceptionChange[];
  readonly verdicts: readonly VerdictChange[];
}

// Policies are plain data; the order of an object's fields means nothing, so it is taken out before comparing.
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );

const sameData = (a: object, b: object): boolean => canonical(a) === canonical(b);

/** What becomes of the entries of a list, each found again by its id. */
function changes<Entry extends { readonly id: string }>(
  before: readonly Entry[],
  after: readonly Entry[],
): readonly Change<Entry>[] {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const kept = new Set(after.map(({ id }) => id));
  return [
    ...before
      .filter(({ id }) => !kept.has(id))
      .map((entry): Change<Entry> => ({ change: 'removed', before: entry })),
    ...after.flatMap((entry): Change<Entry>[] => {
      const counterpart = old.get(entry.id);
      if (counterpart === undefined) return [{ change: 'added', after: entry }];
      return sameData(counterpart, entry) ? [] : [{ change: 'changed', before: counterpart, after: entry }];
    }),
  ];
}

function preferenceChanges(before: Policy, after: Policy): readonly PreferenceChange[] {
  const of = (policy: Policy, use: Use): Preference | undefined =>
    policy.preference.find(({ uses }) => uses.includes(use));
  return USES.flatMap((use) => {
    const [left, right] = [of(before, use), of(after, use)];
    if (left === right || (left !== undefined && right !== undefined && sameData(left, right))) return [];
    return [{ use, before: left, after: right }];
  });
}

const startOfJudgement = ({ since }: Judgement): number => (since === undefined ? -Infinity : startOf(since));

function datedVerdicts(judgements: readonly Judgement[]): readonly DatedVerdict[] {
  return judgements
    .filter(({ verdict }, index) => verdict !== judgements[index - 1]?.verdict)
    .map(({ since, verdict }) => ({ since, verdict }));
}

function severityAt(judgements: readonly Judgement[], instant: number): number {
  const judgement = judgements.findLast((candidate) => startOfJudgement(candidate) <= instant);
  return judgement === undefined ? 0 : VERDICTS.indexOf(judgement.verdict);
}

/**
 * What changes when one policy is replaced by another: rules and exceptions added, removed and changed, preferences, and
 * every algorithm of the registry whose verdict differs at any time.
 *
 * @throws HybridgeError when a policy breaks a rule of its format.
 *
 * @example
 * ```ts
 * import { diffPolicies, namedPolicy } from 'hybridge/policy';
 *
 * const { verdicts } = diffPolicies(namedPolicy('hybrid-preferred'), namedPolicy('hybrid-required'));
 * for (const { use, algorithm, looser } of verdicts) if (looser) console.log(`${algorithm} for ${use} gets easier`);
 * ```
 */
export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const verdicts = USES.flatMap((use) =>
    ALGORITHMS.filter((descriptor) => serves(descriptor, use)).flatMap((descriptor): VerdictChange[] => {
      const left = timeline(before, use, descriptor);
      const right = timeline(after, use, descriptor);
      const steps = [...left, ...right].map(startOfJudgement);
      const differences = steps.map((instant) => severityAt(right, instant) - severityAt(left, instant));
      const stricter = differences.some((difference) => difference > 0);
      const looser = differences.some((difference) => difference < 0);
      if (!stricter && !looser) return [];
      return [
        {
          use,
          algorithm: descriptor.name,
          before: datedVerdicts(left),
          after: datedVerdicts(right),
          stricter,
          looser,
        },
      ];
    }),
  );
  return {
    rules: changes(before.rules, after.rules),
    preference: preferenceChanges(before, after),
    exceptions: changes(before.exceptions ?? [], after.exceptions ?? []),
    verdicts,
  };
}
