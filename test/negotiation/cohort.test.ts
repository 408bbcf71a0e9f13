import { describe, expect, test } from 'vitest';

import type { HybridgeEvent } from '../../src/events/index.ts';
import { createCohortMonitor, type CohortMonitorOptions } from '../../src/negotiation/index.ts';
import { report } from '../support/tally.ts';
import { watch } from './cohorts.ts';

const START = Date.parse('2026-11-21T00:00:00Z');

function laboratory(options: Omit<CohortMonitorOptions, 'events'> = {}): {
  readonly monitor: ReturnType<typeof createCohortMonitor>;
  readonly events: HybridgeEvent[];
} {
  const events: HybridgeEvent[] = [];
  return {
    events,
    monitor: createCohortMonitor({ ...options, events: { emit: (event) => events.push(event) } }),
  };
}

describe('createCohortMonitor', () => {
  test('adds up log likelihood ratios and reports when they pass the threshold', () => {
    const { monitor, events } = laboratory({ expected: 0.1, ratio: 3, falseAlarmEvery: 1000 });
    // Odds of 1/9 become 1/3: a share of 1/4. Each classical session adds ln 2.5, each other ln (0.75 / 0.9).
    let session = 0;
    const tell = (classical: boolean): void => {
      monitor.session({ cohort: 'pumps', classical }, new Date(START + session++));
    };
    const statistic = (): number => monitor.state('pumps')?.statistic ?? Number.NaN;
    tell(false);
    expect(statistic()).toBe(0);
    tell(true);
    tell(false);
    expect(statistic()).toBeCloseTo(Math.log(2.5) + Math.log(0.75 / 0.9), 3);
    while (events.length === 0) tell(true);
    // ln 1000 = 6.91 is passed with the eighth classical session.
    expect(session).toBe(10);
    expect(events).toEqual([
      {
        type: 'classical-share-rising',
        at: new Date(START + 9),
        cohort: 'pumps',
        expected: expect.closeTo(0.1, 3) as number,
        observed: expect.closeTo(0.8, 6) as number,
        sessions: 10,
        statistic: expect.closeTo(8 * Math.log(2.5) + Math.log(0.75 / 0.9), 2) as number,
        threshold: Math.log(1000),
      },
    ]);
    expect(monitor.state('pumps')?.phase).toBe('risen');
  });

  test('reports a rise once, and again when the share was usual meanwhile', () => {
    const share = (session: number): number => (session % 20_000 >= 10_000 ? 0.4 : 0.1);
    const { reports } = watch(share, 60_000, 1, { expected: 0.1 });
    expect(reports.map(({ session }) => Math.floor(session / 10_000))).toEqual([1, 3, 5]);
    for (const { session } of reports) expect(session % 10_000).toBeLessThan(150);
  });

  test('learns what is usual, follows a share that falls, and none that rises', () => {
    const { monitor } = laboratory();
    const phase = (): string | undefined => monitor.state('fleet')?.phase;
    for (let session = 0; session < 1000; session++) {
      expect(phase() ?? 'learning').toBe('learning');
      monitor.session({ cohort: 'fleet', classical: session % 5 === 0 }, new Date(START));
    }
    expect(phase()).toBe('watching');
    expect(monitor.state('fleet')?.expected).toBeCloseTo(0.2 + Math.sqrt(0.16 / 1000), 6);
    for (let session = 0; session < 50_000; session++)
      monitor.session({ cohort: 'fleet', classical: session % 20 === 0 }, new Date(START));
    const fallen = monitor.state('fleet')?.expected ?? 1;
    expect(fallen).toBeLessThan(0.07);
    for (let session = 0; session < 50_000; session++)
      monitor.session({ cohort: 'fleet', classical: session % 12 === 0 }, new Date(START));
    expect(monitor.state('fleet')?.expected).toBeLessThanOrEqual(fallen);
    expect(monitor.reset('fleet')).toBe(true);
    expect(monitor.state('fleet')).toBeUndefined();
    expect(monitor.reset('fleet')).toBe(false);
  });

  test('a peer that connects again and again counts once in ten minutes', () => {
    const { monitor, events } = laboratory({ expected: 0.1 });
    const tell = (peer: string, classical: boolean, minutes: number): void => {
      monitor.session({ cohort: 'fleet', peer, classical }, new Date(START + minutes * 60_000));
    };
    for (let turn = 0; turn < 10_000; turn++) tell('stuck', true, turn / 2000);
    expect(events).toEqual([]);
    expect(monitor.state('fleet')?.sessions).toBe(1);
    tell('stuck', false, 5);
    tell('stuck', true, 6);
    tell('stuck', true, 16);
    expect(monitor.state('fleet')?.sessions).toBe(4);
    for (let device = 0; device < 60; device++) tell(String(device), true, 20);
    expect(events).toHaveLength(1);
  });

  test('keeps cohorts apart, and so many of them', () => {
    const { monitor } = laboratory({ expected: 0.1, capacity: 2 });
    for (const cohort of ['a', 'b', 'b', 'a', 'c'])
      monitor.session({ cohort, classical: true }, new Date(START));
    expect(monitor.state('a')?.sessions).toBe(2);
    expect(monitor.state('b')).toBeUndefined();
    expect(monitor.state('c')?.sessions).toBe(1);
  });

  test('refuses numbers out of range', () => {
    for (const options of [
      { expected: 0 },
      { expected: 0.9 },
      { expected: Number.NaN },
      { ratio: 1 },
      { falseAlarmEvery: 1 },
      { learn: 1 },
      { capacity: 0 },
    ])
      expect(() => laboratory(options)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }) as Error,
      );
  });
});

describe('simulated cohorts', () => {
  test('false alarms are as far apart as was asked for, and a rise is seen as soon as was said', () => {
    let alarms = 0;
    const SESSIONS = 20_000;
    for (let cohort = 1; cohort <= 20; cohort++)
      alarms += watch(() => 0.1, SESSIONS, cohort, { expected: 0.1, falseAlarmEvery: 10_000 }).reports.length;
    let delay = 0;
    for (let cohort = 1; cohort <= 20; cohort++) {
      const raised = watch((session) => (session < 2000 ? 0.1 : 0.25), 5000, cohort, { expected: 0.1 }, 1);
      expect(raised.reports[0]?.session).toBeGreaterThanOrEqual(2000);
      delay += (raised.reports[0]?.session ?? Infinity) - 2000;
    }
    report(
      `cohort monitor: ${String(alarms)} false alarms in ${String(20 * SESSIONS)} sessions with one in 10000 asked for; from 10 % to 25 % seen after ${String(Math.round(delay / 20))} sessions`,
    );
    expect(alarms).toBeLessThanOrEqual(40);
    expect(delay / 20).toBeLessThan(200);
  });
});
