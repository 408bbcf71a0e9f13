/** Simulated cohorts: sessions that are classical with a given probability. */
import type { ClassicalShareRising } from '../../src/events/index.ts';
import { type CohortMonitorOptions, createCohortMonitor } from '../../src/negotiation/index.ts';
import { randomOf } from './fleet.ts';

/** What a monitor reported, each with the number of the session that it came with. */
export interface Reports {
  readonly sessions: number;
  readonly reports: readonly { readonly session: number; readonly event: ClassicalShareRising }[];
}

/** Feeds sessions to a monitor, until there are `enough` reports. */
export function watch(
  share: (session: number) => number,
  sessions: number,
  seed: number,
  options: Omit<CohortMonitorOptions, 'events'> = {},
  enough: number = Infinity,
): Reports {
  const random = randomOf(seed);
  const reports: { session: number; event: ClassicalShareRising }[] = [];
  let session = 0;
  const monitor = createCohortMonitor({
    ...options,
    events: {
      emit: (event) => {
        if (event.type === 'classical-share-rising') reports.push({ session, event });
      },
    },
  });
  const at = new Date('2026-11-21T00:00:00Z');
  for (; session < sessions && reports.length < enough; session++)
    monitor.session({ cohort: 'fleet', classical: random() < share(session) }, at);
  return { sessions: session, reports };
}
