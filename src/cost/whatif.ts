/** What a fleet comes to under its plans: every class before and after its move, and all of them year by year. */
import { HybridgeError } from '../bytes/index.ts';
import { findPolicy, type Policy } from '../policy/index.ts';
import { COST_DATA } from './data/index.ts';
import type { CostData } from './data/types.ts';
import type {
  Fleet,
  FleetAmounts,
  FleetAxis,
  FleetCase,
  FleetClass,
  FleetClassOutcome,
  FleetFailure,
  FleetOutcome,
  FleetPlan,
  FleetPlanOutcome,
  FleetRefusal,
  FleetTarget,
  FleetYear,
} from './fleet.ts';
import { Workshop } from './fleet-case.ts';
import { type FleetAlgorithms, type Move, moveOf, type Objection, objectionsOf } from './fleet-schedule.ts';
import { type Figure, noData, type Quantity, type Status, type Unit, weaker } from './quantity.ts';

/** The columns in the order of tables, with their units. */
export const FLEET_AXES: { readonly [A in FleetAxis]: FleetAmounts[A]['unit'] } = {
  up: 'bytes',
  down: 'bytes',
  time: 'ms',
  energy: 'mJ',
  airtime: 'ms',
  money: 'money',
};

const AXES: readonly FleetAxis[] = ['up', 'down', 'time', 'energy', 'airtime', 'money'];

/** What {@link whatIf} takes beside the fleet. */
export interface WhatIfOptions {
  /** Default the project's own. */
  readonly data?: CostData;
  /** Takes the place of the policies that schedules name, and judges the targets of plans with shares too. */
  readonly policy?: Policy;
}

/** What long work tells and hears. */
export interface WhatIfWatched extends WhatIfOptions {
  readonly signal?: AbortSignal;
  /** Called after every class with how much is done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** The class as it is after its move. */
function moved(one: FleetClass, to: FleetTarget): FleetClass {
  const { sessions, updates, messages } = one;
  return {
    ...one,
    implementation: to.implementation ?? one.implementation,
    sessions: sessions && {
      ...sessions,
      group: to.group ?? sessions.group,
      signature: to.signature ?? sessions.signature,
      clientSignature: to.clientSignature ?? sessions.clientSignature,
      chain: to.chain ?? sessions.chain,
      resumed: to.resumed ?? sessions.resumed,
    },
    updates: updates && { ...updates, signatures: to.firmware ?? updates.signatures },
    messages: messages && { ...messages, kem: to.kem ?? messages.kem },
  };
}

function algorithmsOf({ sessions, updates, messages }: FleetClass): FleetAlgorithms {
  return {
    group: sessions?.group,
    signature: sessions?.signature,
    clientSignature: sessions?.mutual === true ? sessions.clientSignature : undefined,
    firmware: updates?.signatures,
    kem: messages?.kem,
  };
}

/** What a plan says of one class: its own entries, those of what it extends, and the plan's. */
function entryFor(plan: FleetPlan, { lineage }: FleetClass): Pick<FleetPlan, 'schedule' | 'to'> {
  let { to, schedule } = plan;
  for (const id of lineage.toReversed()) {
    const own = plan.classes.get(id);
    if (own === undefined) continue;
    to = { ...to, ...own.to };
    schedule = own.schedule ?? schedule;
  }
  return { to, schedule };
}

type Schedule = FleetPlan['schedule'];

/** Names hold no line ends. */
const keyOf = ({ group, signature, clientSignature, firmware = [], kem }: FleetAlgorithms): string =>
  [group, signature, clientSignature, kem, ...firmware].join('\n');

/** Judgements of policies, worked out once for all classes that run the same. */
class Judge {
  readonly #policy: Policy | undefined;
  readonly #years: readonly number[];
  readonly #moves = new Map<Schedule, Map<string, Move>>();
  readonly #objections = new Map<Policy, Map<string, readonly Objection[]>>();

  constructor(policy: Policy | undefined, years: readonly number[]) {
    this.#policy = policy;
    this.#years = years;
  }

  move(schedule: Schedule, now: FleetAlgorithms, then: FleetAlgorithms): Move {
    return remembered(this.#moves, schedule, `${keyOf(now)}\n\n${keyOf(then)}`, () =>
      moveOf(schedule, this.#policyOf(schedule), now, then, this.#years),
    );
  }

  objections(schedule: Schedule, then: FleetAlgorithms): readonly Objection[] {
    const policy = this.#policyOf(schedule);
    const lastYear = this.#years.at(-1);
    if (policy === undefined || lastYear === undefined) return [];
    return remembered(this.#objections, policy, keyOf(then), () => objectionsOf(policy, then, lastYear));
  }

  #policyOf(schedule: Schedule): Policy | undefined {
    return this.#policy ?? (schedule.kind === 'policy' ? findPolicy(schedule.policy) : undefined);
  }
}

function remembered<O, T>(maps: Map<O, Map<string, T>>, of: O, key: string, work: () => T): T {
  let map = maps.get(of);
  if (map === undefined) {
    map = new Map<string, T>();
    maps.set(of, map);
  }
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = work();
  map.set(key, made);
  return made;
}

/** A sum that grows: bounds apart, and how well its parts are known. */
class Tally {
  value = 0;
  low = 0;
  high = 0;
  #status: Status = 'measured';
  readonly #sources = new Set<readonly string[]>();

  add({ value, low, high, status, sources }: Quantity, times: number): void {
    if (times === 0) return;
    this.value += value * times;
    this.low += low * times;
    this.high += high * times;
    this.#status = weaker(this.#status, status);
    this.#sources.add(sources);
  }

  figure<U extends Unit>(unit: U, because: string): Quantity<U> {
    const { value, low, high } = this;
    return { known: true, value, low, high, unit, status: this.#status, sources: this.#named(), because };
  }

  #named(): readonly string[] {
    const names = new Set<string>();
    for (const sources of this.#sources) for (const source of sources) names.add(source);
    return [...names];
  }
}

const perAxis = <T>(make: (axis: FleetAxis) => T): Readonly<Record<FleetAxis, T>> => ({
  up: make('up'),
  down: make('down'),
  time: make('time'),
  energy: make('energy'),
  airtime: make('airtime'),
  money: make('money'),
});

/** A tally for each column. */
type Tallies = Readonly<Record<FleetAxis, Tally>>;

const talliesOf = (): Tallies => perAxis(() => new Tally());

/** Classes that are moved in the same years: their years are linear in two sums. */
interface Group {
  readonly shares: readonly number[];
  readonly before: Tallies;
  readonly after: Tallies;
  readonly devices: {
    all: number;
    notFittingBefore: number;
    notFittingAfter: number;
    unknownBefore: number;
    unknownAfter: number;
  };
}

/** Which classes are in the sums of each column, and what is said of them. */
interface Columns {
  readonly without: Readonly<Record<FleetAxis, ReadonlySet<string>>>;
  /** Of a column that no class is in: why. */
  readonly noData: Readonly<Record<FleetAxis, string | undefined>>;
  readonly because: Readonly<Record<FleetAxis, string>>;
}

const SHOWN_CLASSES = 5;

function columnsOf(fleet: Fleet, cases: ReadonlyMap<string, readonly FleetCase[]>): Columns {
  const without = perAxis(() => new Set<string>());
  const reasons = new Map<FleetAxis, string>();
  for (const [id, ofClass] of cases)
    for (const { perDevice } of ofClass)
      for (const axis of AXES) {
        const figure = perDevice[axis];
        if (figure.known) continue;
        without[axis].add(id);
        if (!reasons.has(axis)) reasons.set(axis, figure.because);
      }
  const all = fleet.classes.length;
  const because = (axis: FleetAxis): string => {
    const missing = [...without[axis]];
    if (missing.length === 0) return `Sum over ${all === 1 ? 'the class' : `all ${all} classes`}.`;
    const more = missing.length > SHOWN_CLASSES ? ` and ${missing.length - SHOWN_CLASSES} more` : '';
    return `Sum over ${all - missing.length} of ${all} classes; no data for ${missing.slice(0, SHOWN_CLASSES).join(', ')}${more}.`;
  };
  return {
    without,
    noData: perAxis((axis) => (without[axis].size === all ? (reasons.get(axis) ?? '') : undefined)),
    because: perAxis(because),
  };
}

/** The sums as figures, or why there are none. */
function figuresOf(tallies: Tallies, { noData: reasons, because }: Columns): FleetAmounts {
  const figure = <U extends Unit>(axis: FleetAxis, unit: U): Figure<U> => {
    const reason = reasons[axis];
    return reason === undefined ? tallies[axis].figure(unit, because[axis]) : noData(unit, reason);
  };
  return {
    up: figure('up', 'bytes'),
    down: figure('down', 'bytes'),
    time: figure('time', 'ms'),
    energy: figure('energy', 'mJ'),
    airtime: figure('airtime', 'ms'),
    money: figure('money', 'money'),
  };
}

function addTo(
  tallies: Tallies,
  { perDevice }: FleetCase,
  id: string,
  count: number,
  { without }: Columns,
): void {
  for (const axis of AXES) {
    const figure = perDevice[axis];
    if (figure.known && !without[axis].has(id)) tallies[axis].add(figure, count);
  }
}

function groupsOf(classes: readonly FleetClassOutcome[], columns: Columns): readonly Group[] {
  // Equal shares are one object: they were worked out once.
  const groups = new Map<readonly number[], Group>();
  for (const { class: one, before, after, shares } of classes) {
    let group = groups.get(shares);
    if (group === undefined) {
      group = {
        shares,
        before: talliesOf(),
        after: talliesOf(),
        devices: { all: 0, notFittingBefore: 0, notFittingAfter: 0, unknownBefore: 0, unknownAfter: 0 },
      };
      groups.set(shares, group);
    }
    const { id, count } = one;
    addTo(group.before, before, id, count, columns);
    addTo(group.after, after, id, count, columns);
    const { devices } = group;
    devices.all += count;
    if (before.fits === 'no') devices.notFittingBefore += count;
    if (after.fits === 'no') devices.notFittingAfter += count;
    if (before.fits === 'unknown') devices.unknownBefore += count;
    if (after.fits === 'unknown') devices.unknownAfter += count;
  }
  return [...groups.values()];
}

interface Years {
  readonly byYear: readonly FleetYear[];
  readonly total: FleetAmounts;
}

function yearsOf(years: readonly number[], groups: readonly Group[], columns: Columns): Years {
  // Bounds of sums come from bounds of sums: the sources are gathered once for each group.
  const sums = groups.map(({ shares, before, after, devices }) => ({
    shares,
    devices,
    before: perAxis((axis) => before[axis].figure(FLEET_AXES[axis], '')),
    after: perAxis((axis) => after[axis].figure(FLEET_AXES[axis], '')),
  }));
  const total = talliesOf();
  const byYear = years.map((year, index) => {
    const tallies = talliesOf();
    let moved = 0;
    let notFitting = 0;
    let unknownFit = 0;
    for (const { shares, devices, before, after } of sums) {
      const share = shares[index] ?? 0;
      const left = 1 - share;
      for (const axis of AXES)
        for (const tally of [tallies[axis], total[axis]]) {
          tally.add(before[axis], left);
          tally.add(after[axis], share);
        }
      moved += devices.all * share;
      notFitting += devices.notFittingBefore * left + devices.notFittingAfter * share;
      unknownFit += devices.unknownBefore * left + devices.unknownAfter * share;
    }
    return { year, moved, notFitting, unknownFit, amounts: figuresOf(tallies, columns) };
  });
  return { byYear, total: figuresOf(total, columns) };
}

function failuresOf(
  classes: readonly FleetClassOutcome[],
  years: readonly number[],
): readonly FleetFailure[] {
  return classes.flatMap(({ class: one, before, after, shares }) => {
    const first = shares.findIndex((share) => share > 0);
    return after.problems.map(({ activity, what, fits, because }) => ({
      activity,
      what,
      fits,
      because,
      class: one.id,
      devices: one.count,
      from: years[first],
      before: before.problems.some((problem) => problem.what === what && problem.fits === fits),
    }));
  });
}

const ASSUMPTIONS: readonly string[] = [
  'A year has 365.25 days.',
  'Sums are of means; low bounds add up to low bounds and high ones to high ones, as if all erred in one direction.',
  'What a class takes is counted whether it fits or not.',
  'A device does one thing at a time: RAM is that of the largest. Flash is that of everything it does; pieces of the same name are there once.',
  'Energy is that of sessions, updates and messages alone, not of a device that sleeps or does its work.',
];

/** The work, class by class; what it yields is how much is done, 0 to 1. */
function* work(fleet: Fleet, { data = COST_DATA, policy }: WhatIfOptions): Generator<number, FleetOutcome> {
  const { classes, plans, prices } = fleet;
  const years = Array.from(
    { length: fleet.years.to - fleet.years.from + 1 },
    (_, index) => fleet.years.from + index,
  );
  const workshop = new Workshop(data, prices);
  const judge = new Judge(policy, years);
  const outcomes: FleetClassOutcome[][] = plans.map(() => []);
  const refusals: FleetRefusal[][] = plans.map(() => []);
  const cases = new Map<string, readonly FleetCase[]>();
  let done = 0;
  for (const one of classes) {
    const before = workshop.caseOf(one);
    const ofClass = [before];
    plans.forEach((plan, index) => {
      const { to, schedule } = entryFor(plan, one);
      const target = moved(one, to);
      const after = workshop.caseOf(target, plan.name);
      ofClass.push(after);
      const then = algorithmsOf(target);
      const { shares, because } = judge.move(schedule, algorithmsOf(one), then);
      outcomes[index]?.push({ class: one, before, after, shares, because });
      for (const objection of judge.objections(schedule, then))
        refusals[index]?.push({ class: one.id, ...objection });
    });
    cases.set(one.id, ofClass);
    yield ++done / classes.length;
  }
  const columns = columnsOf(fleet, cases);
  const now = talliesOf();
  for (const one of classes) {
    const [before] = cases.get(one.id) ?? [];
    if (before !== undefined) addTo(now, before, one.id, one.count, columns);
  }
  const planOutcomes: FleetPlanOutcome[] = [];
  for (const [index, plan] of plans.entries()) {
    const ofPlan = outcomes[index] ?? [];
    planOutcomes.push({
      name: plan.name,
      classes: ofPlan,
      ...yearsOf(years, groupsOf(ofPlan, columns), columns),
      failures: failuresOf(ofPlan, years),
      refusals: refusals[index] ?? [],
    });
    yield 1;
  }
  return {
    title: fleet.title,
    years,
    devices: classes.reduce((devices, { count }) => devices + count, 0),
    prices,
    before: figuresOf(now, columns),
    plans: planOutcomes,
    without: perAxis((axis) => [...columns.without[axis]]),
    assumptions: [...ASSUMPTIONS, ...workshop.assumptions],
  };
}

/**
 * What a fleet comes to, now and under each of its plans: bytes, time, energy, airtime and money of every class and
 * every year, what does not fit, and what policies refuse.
 *
 * @throws HybridgeError what `predict` throws, with the class and the plan that it is about.
 *
 * @example
 * ```ts
 * import { readFleet, whatIf } from 'hybridge/cost';
 *
 * const fleet = readFleet(`
 * years: { from: 2026, to: 2031 }
 * classes:
 *   pump:
 *     device: nrf52840
 *     devices: 1200
 *     updates: { perYear: 4, imageBytes: 262144, signatures: [ECDSA-P256-SHA256] }
 * plans:
 *   ML-DSA-65 by 2030:
 *     to: { firmware: [ML-DSA-65] }
 *     schedule: { shares: { 2028: 0.2, 2030: 1 } }
 * `);
 * for (const { name, byYear } of whatIf(fleet).plans)
 *   for (const { year, moved, amounts } of byYear) console.log(name, year, moved, amounts.down);
 * ```
 */
export function whatIf(fleet: Fleet, options: WhatIfOptions = {}): FleetOutcome {
  const steps = work(fleet, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Classes between two looks at the signal: some milliseconds of work. */
const CLASSES_AT_ONCE = 100;

/**
 * The same as {@link whatIf} in pieces, between which everything else has its turn: for large fleets in a browser or
 * under a progress bar.
 *
 * @throws HybridgeError `aborted` when the signal fires; else what {@link whatIf} throws.
 *
 * @example
 * ```ts
 * import { readFleet, whatIfWatched } from 'hybridge/cost';
 *
 * const fleet = readFleet(`
 * years: { from: 2026, to: 2028 }
 * classes:
 *   pump: { device: nrf52840, devices: 9, updates: { perYear: 1, imageBytes: 65536, signatures: [Ed25519] } }
 * `);
 * const outcome = await whatIfWatched(fleet, {
 *   signal: AbortSignal.timeout(10_000),
 *   onProgress: (done) => console.log(`${Math.round(100 * done)} %`),
 * });
 * console.log(outcome.before.down);
 * ```
 */
export async function whatIfWatched(
  fleet: Fleet,
  { signal, onProgress, ...options }: WhatIfWatched,
): Promise<FleetOutcome> {
  const steps = work(fleet, options);
  for (let count = 0; ; count++) {
    if (count % CLASSES_AT_ONCE === 0) {
      await new Promise((resolve) => setTimeout(resolve));
      if (signal?.aborted === true)
        throw new HybridgeError('aborted', 'the caller aborted the operation', {
          fault: 'caller',
          cause: signal.reason,
        });
    }
    const step = steps.next();
    if (step.done === true) return step.value;
    onProgress?.(step.value);
  }
}
