/** Flights over a link: what each costs, and the steps that they take one after the other. */
import type { Context } from './context.ts';
import { constant } from './latency.ts';
import type { Flight, Step } from './prediction.ts';
import { type Figure, noData, sum } from './quantity.ts';
import { roundTrip, transfer, type Transfer } from './transfer.ts';

/** A flight, and what it costs where a link is named. */
export interface MovedFlight {
  readonly label: string;
  readonly direction: 'down' | 'up';
  readonly bytes: Figure<'bytes'>;
  readonly cost: Transfer | undefined;
}

/** What one flight after the other costs on the link of the question. */
export function moveFlights(
  { link }: Context,
  flights: readonly Omit<MovedFlight, 'cost'>[],
): readonly MovedFlight[] {
  let sent = 0;
  return flights.map(({ label, direction, bytes }) => {
    if (direction === 'up' && bytes.known) sent += bytes.value;
    const cost =
      link === undefined ? undefined : transfer(link, bytes, direction, { unvalidatedBytes: sent });
    return { label, direction, bytes, cost };
  });
}

/** The time that bytes take and the time that the link lets them wait. */
export function flightSteps({ label, cost }: MovedFlight): readonly Step[] {
  if (cost === undefined) return [];
  const wire: Step = { label, kind: 'wire', time: constant(cost.wire) };
  if (cost.wait.known && cost.wait.high === 0) return [wire];
  return [wire, { label: `${label}: link waits`, kind: 'wait', time: constant(cost.wait) }];
}

/** A round trip of the link of the question. */
export function roundTripSteps({ link }: Context, label: string): readonly Step[] {
  return link === undefined ? [] : [{ label, kind: 'wait', time: constant(roundTrip(link)) }];
}

/** The flights as a prediction shows them; none without a link. */
export function shownFlights(flights: readonly MovedFlight[]): readonly Flight[] {
  return flights.flatMap(({ label, direction, bytes, cost }) =>
    cost === undefined
      ? []
      : [{ label, direction, bytes, pieces: cost.pieces, extraRoundTrips: cost.extraRoundTrips }],
  );
}

/** Radio times of all flights. */
export function radioTimes(
  flights: readonly MovedFlight[],
): Readonly<Record<'airtime' | 'receive' | 'transmit', Figure<'ms'>>> {
  const all = (part: 'airtime' | 'receive' | 'transmit', because: string): Figure<'ms'> => {
    const parts = flights.flatMap(({ cost }) => cost?.[part] ?? []);
    return parts.length === 0 ? noData('ms', 'no link is named') : sum('ms', parts, because);
  };
  return {
    airtime: all('airtime', 'sending by radio'),
    receive: all('receive', 'receiving'),
    transmit: all('transmit', 'sending'),
  };
}
