import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import {
  countedRoundTrips,
  DELAY,
  type MeasuredFlight,
  predictedRoundTrips,
  RECORDED_FLIGHTS,
  type TcpFlight,
} from './tcp-round-trips.ts';

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces';
  if (!existsSync('/dev/net/tun')) return 'needs /dev/net/tun';
  const program = ['python3', 'ip'].find((name) => findPeer(name) === undefined);
  return program === undefined ? undefined : `needs ${program}`;
}

const why = missing();
if (why !== undefined) report(`round trips of this kernel's TCP: not run, ${why}`);

interface LossyFlight extends TcpFlight {
  /** The segment of the flight that is lost, counted from 1. */
  readonly drop: number;
}

function measure<Flight extends TcpFlight>(flights: readonly Flight[]): readonly (Flight & MeasuredFlight)[] {
  const script = fileURLToPath(new URL('peers/tcp_round_trips.py', import.meta.url));
  const run = spawnSync('python3', [script, String(DELAY), JSON.stringify(flights)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(run.status, run.stderr).toBe(0);
  const measured = JSON.parse(run.stdout) as readonly (Flight & MeasuredFlight)[];
  expect(measured.length).toBe(flights.length);
  return measured;
}

/** A busy machine makes flights late: those that are off are measured again, twice at most. */
function again<Flight extends MeasuredFlight>(
  off: readonly Flight[],
  isOff: (flight: Flight) => boolean,
): readonly Flight[] {
  let left = off;
  for (let attempt = 0; attempt < 2 && left.length > 0; attempt++) left = measure(left).filter(isOff);
  return left;
}

describe.skipIf(why !== undefined)("the flights of this kernel's TCP", () => {
  it('take the round trips that the model says', () => {
    const measured = measure(RECORDED_FLIGHTS);
    const isOff = (flight: MeasuredFlight): boolean =>
      countedRoundTrips(flight) !== predictedRoundTrips(flight);
    const off = again(measured.filter(isOff), isOff);
    report(
      `round trips of this kernel's TCP: ${String(measured.length)} flights measured, ${String(off.length)} not as predicted`,
    );
    expect(off).toEqual([]);
  });

  // Nine segments in one window: the first six are followed by three that notice the loss, the others by a timer, for
  // which the model takes RFC 6298's least second.
  it('repeat a lost segment after a round trip, one of the last three within the timeout', () => {
    const flights = [1, 2, 4, 6, 7, 8, 9].map((drop): LossyFlight => ({
      bytes: 12_055,
      congestion: 'cubic',
      drop,
    }));
    const late = ({ last }: MeasuredFlight): number => last - 2 * DELAY;
    const isOff = (flight: LossyFlight & MeasuredFlight): boolean =>
      late(flight) < 2 * DELAY - 5 || late(flight) > (flight.drop <= 6 ? 2.5 * DELAY : 1000);
    const measured = measure(flights);
    for (const flight of measured)
      report(`segment ${String(flight.drop)} of 9 lost: ${late(flight).toFixed(0)} ms later`);
    expect(again(measured.filter(isOff), isOff)).toEqual([]);
  });
});
