import { instantOf } from './dates.ts';
import { judgementAt, type Standing, standingOf } from './judge.ts';
import { type Judgement, type Policy, type Reason, type Subject, type Use, VERDICTS } from './types.ts';

/** An algorithm that was offered and not chosen. */
export interface PassedOver {
  readonly subject: Subject;
  /**
   * `not-ours`, `not-theirs`: only the other side, or only we, offer it. `refused`: both do and the policy refuses.
   * `less-preferred`: permitted, but another one comes first.
   */
  readonly because: 'less-preferred' | 'not-ours' | 'not-theirs' | 'refused';
  /** Never empty. */
  readonly reasons: readonly Reason[];
}

/** What a selection comes to. The candidates passed over are all others that either side offered, best first. */
export type Selection<Choice extends Subject = Subject> =
  | {
      readonly outcome: 'chosen';
      readonly chosen: Choice;
      readonly judgement: Judgement;
      readonly passedOver: readonly PassedOver[];
    }
  | { readonly outcome: 'none'; readonly passedOver: readonly PassedOver[] };

interface Candidate<Choice extends Subject> {
  readonly name: string;
  readonly ours: Choice | undefined;
  readonly theirs: Subject | undefined;
  /** Ours, or theirs where we do not offer it. */
  readonly subject: Subject;
  readonly standing: Standing;
  readonly judgement: Judgement;
}

interface Criterion {
  readonly name: string;
  /** Less is better. */
  readonly value: (candidate: Candidate<Subject>) => number;
  readonly text: string;
}

/** What two candidates are told apart by, the most important first. */
const CRITERIA: readonly Criterion[] = [
  {
    // Before the policy's own preference: no data can make a hybrid lose to what a quantum computer breaks.
    name: 'quantum-resistance',
    value: ({ subject }) => (subject.kind !== 'obsolete' && subject.nature !== 'classical' ? 0 : 1),
    text: 'it does not rest on classical algorithms alone.',
  },
  {
    name: 'verdict',
    value: ({ judgement }) => VERDICTS.indexOf(judgement.verdict),
    text: 'the policy allows it without a warning.',
  },
  {
    name: 'preference',
    value: ({ standing }) => standing.rank[0],
    text: 'the policy prefers it.',
  },
  {
    name: 'preference',
    value: ({ standing }) => standing.rank[1],
    text: 'the policy prefers it.',
  },
  {
    name: 'category',
    value: ({ subject }) => (subject.kind === 'obsolete' ? 0 : -subject.category),
    text: 'its security category is higher.',
  },
];

function compare(a: Candidate<Subject>, b: Candidate<Subject>): number {
  for (const { value } of CRITERIA) {
    const [left, right] = [value(a), value(b)];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.name < b.name ? -1 : 1;
}

function precedence(winner: Candidate<Subject>, loser: Candidate<Subject>): Reason {
  const criterion = CRITERIA.find(({ value }) => value(winner) !== value(loser));
  const { preference } = winner.standing;
  if (criterion?.name === 'preference' && preference !== undefined)
    return {
      rule: 'preference',
      text: `${winner.name} comes first: ${preference.reason}`,
      source: preference.source,
    };
  return {
    rule: criterion?.name ?? 'algorithm-name',
    text: `${winner.name} comes first: ${criterion?.text ?? 'nothing but their names tells the two apart.'}`,
    source: 'house: the order of selection',
  };
}

const notOffered = (text: string): readonly Reason[] => [
  { rule: 'not-offered', text, source: 'house: both sides must offer it' },
];

function passOver(candidate: Candidate<Subject>, winner: Candidate<Subject> | undefined): PassedOver {
  const { subject, judgement, name } = candidate;
  if (candidate.ours === undefined)
    return { subject, because: 'not-ours', reasons: notOffered(`${name} is not among what we offer.`) };
  if (candidate.theirs === undefined)
    return { subject, because: 'not-theirs', reasons: notOffered(`The other side does not offer ${name}.`) };
  if (winner === undefined || judgement.verdict === 'refuse')
    return { subject, because: 'refused', reasons: judgement.reasons };
  return { subject, because: 'less-preferred', reasons: [precedence(winner, candidate)] };
}

/**
 * Chooses one of the algorithms that both sides offer, by the policy alone: neither the order of the offers nor
 * what is offered twice changes the answer.
 *
 * Of what the policy permits, an algorithm that is not classical comes before one that is, one without a warning
 * before one with, then the policy's preference decides, then the higher security category, then the name. The
 * order is total over names, so one more offer can only improve the choice.
 *
 * @param ours - What we can do, as descriptors.
 * @param theirs - What the other side says it can do; obsolete descriptors are welcome and are refused with
 * their replacement.
 * @returns The choice with its judgement, or `none`; in both cases why every other candidate was passed over.
 * @throws HybridgeError `invalid_argument` for an invalid date; other codes when the policy itself breaks a rule
 * of its format.
 *
 * @example
 * ```ts
 * import { namedPolicy, select } from 'hybridge/policy';
 * import { kem } from 'hybridge/registry';
 *
 * const ours = [kem('X25519MLKEM768'), kem('SecP384r1MLKEM1024'), kem('X25519')];
 * const selection = select(namedPolicy('hybrid-preferred'), 'key-establishment', ours, [kem('X25519'), kem('X25519MLKEM768')], new Date());
 * if (selection.outcome === 'chosen') console.log(selection.chosen.name); // X25519MLKEM768
 * for (const { subject, because } of selection.passedOver) console.log(subject.name, because);
 * ```
 */
export function select<Choice extends Subject>(
  policy: Policy,
  use: Use,
  ours: readonly Choice[],
  theirs: readonly Subject[],
  at: Date,
): Selection<Choice> {
  const instant = instantOf(at);
  const ourOffer = new Map(ours.map((subject) => [subject.name, subject]));
  const theirOffer = new Map(theirs.map((subject) => [subject.name, subject]));
  const candidates: Candidate<Choice>[] = [];
  for (const [name, offered] of new Map<string, Subject>([...theirOffer, ...ourOffer])) {
    const standing = standingOf(policy, use, offered);
    const judgement = judgementAt(standing, instant);
    candidates.push({
      name,
      ours: ourOffer.get(name),
      theirs: theirOffer.get(name),
      subject: offered,
      standing,
      judgement,
    });
  }
  candidates.sort(compare);
  const winner = candidates.find(
    ({ ours: mine, theirs: others, judgement }) =>
      mine !== undefined && others !== undefined && judgement.verdict !== 'refuse',
  );
  const passedOver = candidates
    .filter((candidate) => candidate !== winner)
    .map((candidate) => passOver(candidate, winner));
  if (winner?.ours === undefined) return { outcome: 'none', passedOver };
  return { outcome: 'chosen', chosen: winner.ours, judgement: winner.judgement, passedOver };
}
