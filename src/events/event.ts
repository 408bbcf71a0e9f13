/** One reason behind a verdict, as policies give it. */
export interface EventReason {
  /** The id of the policy's rule. */
  readonly rule: string;
  readonly text: string;
  readonly source: string;
}

interface EventBase<Type extends string> {
  readonly type: Type;
  /** When it happened, by the clock of whoever emitted it. */
  readonly at: Date;
}

interface PolicyEvent<Type extends string> extends EventBase<Type> {
  readonly policy: string;
  readonly policyVersion: number;
  /** What the algorithm was to be used for, in the words of the policy. */
  readonly use: string;
  readonly algorithm: string;
  readonly reasons: readonly EventReason[];
}

/** An operation was not done, because the policy does not allow the algorithm. */
export type PolicyRefused = PolicyEvent<'policy-refused'>;

/** An operation was done with an algorithm that the policy warns of. */
export type PolicyWarned = PolicyEvent<'policy-warned'>;

/** A dual signature was accepted by its classical half alone, as a transition allows until a date. */
export interface TransitionAccepted extends EventBase<'transition-accepted'> {
  /** The algorithm whose signature was accepted. */
  readonly accepted: string;
  /** The algorithm whose signature was missing or did not verify. */
  readonly waived: string;
  /** When the transition ends. */
  readonly until: Date;
}

/** A backend answered a known question wrongly; the primitive is not used. */
export interface SelfTestFailed extends EventBase<'self-test-failed'> {
  readonly provider: string;
  /** The backend's name, for instance `noble 0.7.1`. */
  readonly backend: string;
  readonly primitive: string;
}

/** A subscriber was too slow: events were dropped from its buffer, the oldest first. The stream itself says so. */
export interface EventsDropped extends EventBase<'events-dropped'> {
  readonly count: number;
}

/**
 * Everything that Hybridge reports while it works. Events hold texts, numbers and dates only: there is no field
 * that key material or a message could be put into.
 */
export type HybridgeEvent =
  EventsDropped | PolicyRefused | PolicyWarned | SelfTestFailed | TransitionAccepted;

/** The names of the events. */
export type EventType = HybridgeEvent['type'];
