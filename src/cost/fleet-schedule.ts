/** When a class of a fleet is moved, and what policies say of the algorithms that it runs. */
import {
  dualSignature,
  type IsoDate,
  type Judgement,
  type Policy,
  type Subject,
  timeline,
  type Use,
  type Verdict,
  VERDICTS,
} from '../policy/index.ts';
import type { AlgorithmDescriptor } from '../registry/index.ts';
import type { FleetSchedule, FleetTarget } from './fleet.ts';
import { registryEntry } from './stateful-hash.ts';

/** The algorithms of a class: those of a target, all of them said. */
export type FleetAlgorithms = Pick<
  FleetTarget,
  'clientSignature' | 'firmware' | 'group' | 'kem' | 'signature'
>;

/** An algorithm in use, as a policy is asked about it. */
interface InUse {
  readonly name: string;
  readonly use: Use;
  readonly subject: Subject | undefined;
}

function descriptorOf(name: string): AlgorithmDescriptor | undefined {
  const entry = registryEntry(name);
  return entry?.kind === 'obsolete' ? undefined : entry;
}

// One object for each pair, so that what a policy has worked out about it is found again.
const duals = new Map<string, Subject>();

function dualOf(first: AlgorithmDescriptor, second: AlgorithmDescriptor): Subject | undefined {
  if (first.use !== 'signature' || second.use !== 'signature') return undefined;
  const [traditional, postQuantum] = first.nature === 'classical' ? [first, second] : [second, first];
  if (traditional.nature !== 'classical' || postQuantum.nature === 'classical') return undefined;
  const key = `${traditional.name} ${postQuantum.name}`;
  const before = duals.get(key);
  if (before !== undefined) return before;
  const made = dualSignature(traditional, postQuantum);
  duals.set(key, made);
  return made;
}

function firmwareInUse(names: readonly string[]): readonly InUse[] {
  const use = 'firmware-signature';
  const [first, second] = names.map(descriptorOf);
  const dual = first === undefined || second === undefined ? undefined : dualOf(first, second);
  if (dual !== undefined) return [{ name: dual.name, use, subject: dual }];
  return names.map((name) => ({ name, use, subject: descriptorOf(name) }));
}

function inUse({ group, signature, clientSignature, firmware, kem }: FleetAlgorithms): readonly InUse[] {
  const one = (name: string | undefined, ...uses: readonly Use[]): readonly InUse[] =>
    name === undefined ? [] : uses.map((use) => ({ name, use, subject: descriptorOf(name) }));
  return [
    ...one(group, 'key-establishment'),
    ...one(signature, 'session-authentication', 'certificate-signature'),
    ...one(clientSignature, 'session-authentication', 'certificate-signature'),
    ...firmwareInUse(firmware ?? []),
    ...one(kem, 'key-establishment'),
  ];
}

const UNKNOWN: readonly Judgement[] = [
  {
    verdict: 'refuse',
    reasons: [
      {
        rule: 'no-rule',
        text: 'The registry does not have it, and what no rule allows is refused.',
        source: '',
      },
    ],
    since: undefined,
    until: undefined,
  },
];

/** The first day on which a policy is at least as strict as this about an algorithm. */
interface Ending {
  readonly name: string;
  readonly use: Use;
  readonly judgement: Judgement;
}

function strictness(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

function endingOf(policy: Policy, { name, use, subject }: InUse, on: Verdict): Ending | undefined {
  const judgements = subject === undefined ? UNKNOWN : timeline(policy, use, subject);
  const judgement = judgements.find(({ verdict }) => strictness(verdict) >= strictness(on));
  return judgement && { name, use, judgement };
}

/** Days without a beginning come first. */
const startOf = (since: IsoDate | undefined): number => (since === undefined ? -Infinity : Date.parse(since));

/** What of a class is replaced: only that decides when. */
function replaced(now: FleetAlgorithms, then: FleetAlgorithms): FleetAlgorithms {
  const differs = (name: keyof FleetAlgorithms): boolean => String(now[name]) !== String(then[name]);
  return {
    group: differs('group') ? now.group : undefined,
    signature: differs('signature') ? now.signature : undefined,
    clientSignature: differs('clientSignature') ? now.clientSignature : undefined,
    firmware: differs('firmware') ? now.firmware : undefined,
    kem: differs('kem') ? now.kem : undefined,
  };
}

const yearStart = (year: number): number => Date.UTC(year, 0, 1);

/** The same day so many years before. */
function yearsBefore(instant: number, years: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear() - years, date.getUTCMonth(), date.getUTCDate());
}

/** The average over an interval of a ramp from 0 at `from` to 1 at `to`. */
function averageOfRamp(from: number, to: number, start: number, end: number): number {
  // The integral of the ramp up to an instant.
  const upTo = (instant: number): number => {
    if (instant <= from) return 0;
    if (instant >= to) return (to - from) / 2 + (instant - to);
    return (instant - from) ** 2 / (2 * (to - from));
  };
  return (upTo(end) - upTo(start)) / (end - start);
}

/** The move of a class: the share moved in each year, and why then. */
export interface Move {
  readonly shares: readonly number[];
  readonly because: string;
}

function byPolicy(
  policy: Policy,
  { on, years: before }: FleetSchedule & { readonly kind: 'policy' },
  now: FleetAlgorithms,
  then: FleetAlgorithms,
  years: readonly number[],
): Move {
  const leaving = inUse(replaced(now, then));
  const endings = leaving.flatMap((one) => endingOf(policy, one, on) ?? []);
  const [first] = endings.toSorted((a, b) => startOf(a.judgement.since) - startOf(b.judgement.since));
  const says = on === 'warn' ? 'warns of' : 'refuses';
  if (first === undefined)
    return {
      shares: years.map(() => 0),
      because:
        leaving.length === 0
          ? 'Nothing of it changes.'
          : `${policy.name} never ${says} ${leaving.map(({ name }) => name).join(', ')}.`,
    };
  const { since } = first.judgement;
  if (since === undefined)
    return {
      shares: years.map(() => 1),
      because: `${policy.name} ${says} ${first.name} for ${first.use} already.`,
    };
  const end = startOf(since);
  const start = yearsBefore(end, before);
  return {
    shares: years.map((year) => averageOfRamp(start, end, yearStart(year), yearStart(year + 1))),
    because: `${policy.name} ${says} ${first.name} for ${first.use} from ${since}.`,
  };
}

/**
 * When a class moves from what it runs now to what it is to run.
 *
 * @param policy - The policy of the schedule; not asked where shares are given.
 */
export function moveOf(
  schedule: FleetSchedule,
  policy: Policy | undefined,
  now: FleetAlgorithms,
  then: FleetAlgorithms,
  years: readonly number[],
): Move {
  if (schedule.kind === 'policy')
    return policy === undefined
      ? { shares: years.map(() => 0), because: `There is no policy ${schedule.policy}.` }
      : byPolicy(policy, schedule, now, then, years);
  const { shares } = schedule;
  return {
    shares: years.map((year) => shares.findLast((step) => step.year <= year)?.share ?? 0),
    because: `The plan says so: ${shares.map(({ year, share }) => `${Number((share * 100).toFixed(2))} % by ${year}`).join(', ')}.`,
  };
}

/** What a policy does not allow without a warning. */
export interface Objection {
  readonly algorithm: string;
  readonly verdict: Verdict;
  readonly since: IsoDate | undefined;
  readonly because: string;
}

/** What a policy has against algorithms up to the end of a year: of each the strictest that it comes to. */
export function objectionsOf(
  policy: Policy,
  algorithms: FleetAlgorithms,
  lastYear: number,
): readonly Objection[] {
  const end = yearStart(lastYear + 1);
  return inUse(algorithms).flatMap(({ name, use, subject }) => {
    const judgements = subject === undefined ? UNKNOWN : timeline(policy, use, subject);
    const last = judgements.findLast(({ since }) => startOf(since) < end);
    if (last === undefined || last.verdict === 'allow') return [];
    const because = `${policy.name}, ${use}: ${last.reasons.map(({ text }) => text).join(' ')}`;
    return [{ algorithm: name, verdict: last.verdict, since: last.since, because }];
  });
}
