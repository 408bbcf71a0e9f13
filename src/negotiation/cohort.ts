/** Watches the share of classical sessions in groups of peers. */
import { HybridgeError } from '../bytes/index.ts';
import type { EventStream } from '../events/index.ts';
import { LeastRecentlyUsed } from './lru.ts';

/** A session as far as a cohort is concerned. */
export interface CohortSession {
  /** The group of peers that is watched together: a model, a site, a server name; whatever tells them apart. */
  readonly cohort: string;
  /** Whether its key exchange was classical. */
  readonly classical: boolean;
  /** Who it was, where that is known: the same peer with the same result counts once in ten minutes. */
  readonly peer?: string | undefined;
}

/** What is known of a cohort. */
export interface CohortState {
  readonly cohort: string;
  /** `learning` what is usual, `watching` for more, or `risen`: reported, until the share is usual again. */
  readonly phase: 'learning' | 'risen' | 'watching';
  /** Sessions that were counted. */
  readonly sessions: number;
  /** The usual share of classical sessions, 0 to 1; while learning, the share so far. */
  readonly expected: number;
  /** The share of late: an average in which the last two hundred sessions weigh most. */
  readonly observed: number;
  readonly statistic: number;
}

/** How a monitor is made. */
export interface CohortMonitorOptions {
  readonly events: Pick<EventStream, 'emit'>;
  /** The usual share of classical sessions, 0 to 1, for all cohorts; learned from each unless told. */
  readonly expected?: number;
  /** How much a rise multiplies the odds of a classical session before it is looked for; 3 unless told, more than 1. */
  readonly ratio?: number;
  /** Sessions between two false alarms of one cohort, on average and at least; 1,000,000 unless told. */
  readonly falseAlarmEvery?: number;
  /** Sessions that teach what is usual; 1000 unless told. */
  readonly learn?: number;
  /** Cohorts that are remembered; 1000 unless told. Peers are ten times as many. */
  readonly capacity?: number;
}

/** A monitor of cohorts. It reports and blocks nothing; all dates are the caller's. */
export interface CohortMonitor {
  /** Tell it of every session. */
  session(session: CohortSession, at: Date): void;
  /** What is known of a cohort; `undefined` for one that is not watched. */
  state(cohort: string): CohortState | undefined;
  /** Learns anew what is usual in a cohort. Answers whether there was one. */
  reset(cohort: string): boolean;
}

const REPEATED_WITHIN = 600_000;
/** Weight of one session in the average that is shown as the share of late. */
const OF_LATE = 1 / 200;
/** Weight of one session in the average that the usual share falls with; it never rises. */
const SLOWLY = 1 / 5000;
/** Standard errors by which that average must be below: the least of a long series is below its mean by chance. */
const CLEARLY = 4;
/** A usual share of nothing or nearly everything leaves no rise to be measured. */
const LEAST = 0.001;
const MOST = 0.7;

function requireBetween(value: number, least: number, most: number, what: string): void {
  if (!(value >= least && value <= most))
    throw new HybridgeError(
      'invalid_argument',
      `cohort monitor: ${what} ${String(value)} is not between ${String(least)} and ${String(most)}`,
      { fault: 'caller' },
    );
}

function within(share: number): number {
  return Math.min(Math.max(share, LEAST), MOST);
}

/** The share at which the odds are `ratio` times those of another. */
function atOdds(share: number, ratio: number): number {
  const odds = (ratio * share) / (1 - share);
  return odds / (1 + odds);
}

class Cohort {
  phase: CohortState['phase'];
  sessions = 0;
  expected: number;
  observed: number;
  slow: number;
  classical = 0;
  /** Evidence of a rise while watching, of a return while risen. */
  statistic = 0;

  constructor(expected: number | undefined) {
    this.phase = expected === undefined ? 'learning' : 'watching';
    this.expected = expected ?? 0;
    this.observed = this.expected;
    this.slow = this.expected;
  }

  learn(enough: number): void {
    this.expected = this.classical / this.sessions;
    if (this.sessions < enough) return;
    // One standard error on top: a share learned too low would make what is usual look like a rise.
    const learned = within(this.expected);
    this.expected = within(learned + Math.sqrt((learned * (1 - learned)) / this.sessions));
    this.slow = this.expected;
    this.phase = 'watching';
  }

  /** Adds the log likelihood ratio of a session under two shares; evidence below none is none. */
  weigh(classical: boolean, from: number, to: number): number {
    const evidence = classical ? Math.log(to / from) : Math.log((1 - to) / (1 - from));
    this.statistic = Math.max(0, this.statistic + evidence);
    return this.statistic;
  }
}

/**
 * Makes a monitor that reports when the share of classical sessions in a cohort rises by more than chance explains:
 * somebody may be blocking hybrid handshakes, or a roll-out has gone wrong. It is a cumulative sum (CUSUM) of the log
 * likelihood ratio of each session under the usual share p0 and a raised one p1, which has `ratio` times its odds; it is
 * never below 0, and an alarm when it passes h. With h = ln(`falseAlarmEvery`) false alarms are at least that many
 * sessions apart on average [Lorden 1971], and a rise to p1 is seen after about h / D sessions, D being the relative
 * entropy of the two shares: 150 sessions from 10 % to 25 %.
 *
 * The usual share is learned from the first sessions and follows a falling one, never a rising one. After a report there
 * is none until a sum the other way round says that the share has returned.
 *
 * @throws HybridgeError `invalid_argument` for numbers out of their range.
 *
 * @example
 * ```ts
 * import { createEventStream } from 'hybridge/events';
 * import { createCohortMonitor } from 'hybridge/negotiation';
 *
 * const events = createEventStream();
 * events.subscribe((event) => console.log(event.type)); // classical-share-rising
 * const monitor = createCohortMonitor({ events, expected: 0.1 });
 * for (let turn = 0; turn < 100; turn++)
 *   monitor.session({ cohort: 'pump 2.1', classical: turn % 2 === 0 }, new Date());
 * ```
 */
export function createCohortMonitor(options: CohortMonitorOptions): CohortMonitor {
  const { events, expected, ratio = 3, falseAlarmEvery = 1_000_000, learn = 1000, capacity = 1000 } = options;
  if (expected !== undefined) requireBetween(expected, LEAST, MOST, 'an expected share of');
  requireBetween(ratio, 1.1, 100, 'a ratio of');
  requireBetween(falseAlarmEvery, 100, 1e15, 'sessions between false alarms of');
  requireBetween(learn, 50, 1e9, 'sessions to learn from of');
  requireBetween(capacity, 1, 1e7, 'a capacity of');
  const threshold = Math.log(falseAlarmEvery);
  const cohorts = new LeastRecentlyUsed<string, Cohort>(capacity);
  const lastOf = new LeastRecentlyUsed<string, { readonly classical: boolean; readonly at: number }>(
    capacity * 10,
  );

  /** Whether the peer has counted with this result a moment ago. */
  const isRepeated = ({ cohort, classical, peer }: CohortSession, now: number): boolean => {
    if (peer === undefined) return false;
    const name = `${cohort} ${peer}`;
    const last = lastOf.get(name);
    if (last?.classical === classical && now - last.at < REPEATED_WITHIN) return true;
    lastOf.set(name, { classical, at: now });
    return false;
  };

  const watch = (state: Cohort, cohort: string, classical: boolean, at: Date): void => {
    const raised = atOdds(state.expected, ratio);
    if (state.phase === 'risen') {
      if (state.weigh(classical, raised, state.expected) < threshold) return;
      state.phase = 'watching';
      state.statistic = 0;
      return;
    }
    state.slow += ((classical ? 1 : 0) - state.slow) * SLOWLY;
    const error = Math.sqrt((state.slow * (1 - state.slow) * SLOWLY) / 2);
    state.expected = Math.min(state.expected, within(state.slow + CLEARLY * error));
    if (state.weigh(classical, state.expected, raised) < threshold) return;
    events.emit({
      type: 'classical-share-rising',
      at,
      cohort,
      expected: state.expected,
      observed: state.observed,
      sessions: state.sessions,
      statistic: state.statistic,
      threshold,
    });
    state.phase = 'risen';
    state.statistic = 0;
  };

  return {
    session(session, at) {
      if (isRepeated(session, at.getTime())) return;
      const { cohort, classical } = session;
      const state = cohorts.get(cohort) ?? new Cohort(expected);
      cohorts.set(cohort, state);
      state.sessions++;
      if (classical) state.classical++;
      state.observed += ((classical ? 1 : 0) - state.observed) * Math.max(OF_LATE, 1 / state.sessions);
      if (state.phase === 'learning') state.learn(learn);
      else watch(state, cohort, classical, at);
    },
    state(cohort) {
      const state = cohorts.get(cohort);
      if (state === undefined) return undefined;
      const { phase, sessions, expected: usual, observed, statistic } = state;
      return { cohort, phase, sessions, expected: usual, observed, statistic };
    },
    reset: (cohort) => cohorts.delete(cohort),
  };
}
