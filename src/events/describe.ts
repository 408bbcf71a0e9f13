import type { EventPeer, EventReason, HybridgeEvent, SessionRefused } from './event.ts';

/** How much an event matters to whoever runs the service. */
export type EventSeverity = 'error' | 'info' | 'warn';

/**
 * How much an event matters: `error` where something does not work or is attacked, `warn` where somebody has to act
 * before long, else `info`.
 *
 * @example
 * ```ts
 * import { eventSeverity } from 'hybridge/events';
 *
 * console.log(eventSeverity({ type: 'store-recovered', at: new Date(), store: 'redis' })); // info
 * ```
 */
export function eventSeverity(event: HybridgeEvent): EventSeverity {
  switch (event.type) {
    case 'downgrade-suspected':
    case 'self-test-failed':
    case 'store-lost':
    case 'upstream-failed':
      return 'error';
    case 'certificate-expiring':
      return event.daysLeft < 0 ? 'error' : 'warn';
    case 'policy-changed':
      return event.looser > 0 ? 'warn' : 'info';
    case 'session':
      return event.warnings.length > 0 ? 'warn' : 'info';
    case 'classical-share-rising':
    case 'events-dropped':
    case 'exception-used':
    case 'policy-refused':
    case 'policy-warned':
    case 'session-refused':
    case 'transition-accepted':
      return 'warn';
    case 'downgrade-ended':
    case 'store-recovered':
      return 'info';
  }
}

function nameOf({ address, identity }: EventPeer): string {
  return identity === undefined ? address : `${identity} (${address})`;
}

function warned(warnings: readonly EventReason[]): string {
  const texts = new Set(warnings.map(({ text }) => text));
  return texts.size === 0 ? '' : `; the policy warns: ${[...texts].join('; ')}`;
}

// The hint of a policy says what was wrong as well.
function whatAndHint({ because, reasons, hint }: SessionRefused): string {
  const [what] = reasons;
  return because === 'policy' || what === undefined ? hint : `${what.text.replace(/\.$/u, '')}; ${hint}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/**
 * An event in one sentence, for a person. It quotes names as peers gave them: escape control characters before it
 * goes to a terminal, as {@link toJsonLine} does.
 *
 * @example
 * ```ts
 * import { describeEvent } from 'hybridge/events';
 *
 * console.log(describeEvent({ type: 'events-dropped', at: new Date(), count: 3 }));
 * // 3 events were dropped: a subscriber is too slow
 * ```
 */
export function describeEvent(event: HybridgeEvent): string {
  switch (event.type) {
    case 'certificate-expiring':
      return `the certificate of ${event.subject} (${event.algorithm}) ${event.daysLeft < 0 ? `ended ${-event.daysLeft} days ago` : `ends in ${event.daysLeft} days`}`;
    case 'classical-share-rising':
      return `classical sessions of ${event.cohort} rose from ${percent(event.expected)} to ${percent(event.observed)} over ${event.sessions} sessions`;
    case 'downgrade-ended':
      return `the suspected downgrade ${event.episode} was not seen again, after ${event.connections} connections`;
    case 'downgrade-suspected':
      return `${nameOf(event.peer)} ${event.refused ? 'was refused' : 'was let in'}, downgrade suspected (${event.kind}): ${event.before} before, ${event.now} now`;
    case 'events-dropped':
      return `${event.count} events were dropped: a subscriber is too slow`;
    case 'exception-used':
      return `${nameOf(event.peer)} was let in by the exception ${event.exception} of ${event.owner}, until ${event.until}: ${event.reason}`;
    case 'policy-changed':
      return `policy ${event.before.policy} ${event.before.version} was replaced by ${event.after.policy} ${event.after.version}: ${event.stricter} verdicts stricter, ${event.looser} more lenient`;
    case 'policy-refused':
      return `policy ${event.policy} refused ${event.algorithm} for ${event.use}`;
    case 'policy-warned':
      return `policy ${event.policy} warns of ${event.algorithm} for ${event.use}`;
    case 'self-test-failed':
      return `${event.backend} answered wrongly for ${event.primitive}: it is not used`;
    case 'session': {
      const { keyExchange, group, version } = event.posture;
      return `${nameOf(event.peer)}: ${version ?? 'TLS'} session, ${keyExchange} key exchange${group === undefined ? '' : ` (${group})`}${warned(event.warnings)}`;
    }
    case 'session-refused':
      return `${nameOf(event.peer)} was refused (${event.because}): ${whatAndHint(event)}`;
    case 'store-lost':
      return `the store ${event.store} cannot be reached, failing ${event.failing}: ${event.message}`;
    case 'store-recovered':
      return `the store ${event.store} answers again`;
    case 'upstream-failed':
      return `${event.upstream} failed (${event.because}): ${event.message}`;
    case 'transition-accepted':
      return `${event.accepted} was accepted without ${event.waived}, as allowed until ${event.until.toISOString()}`;
  }
}
