/** Energy, which only the user's own currents make more than a guess; even then it is an estimate. */
import type { Currents } from './data/types.ts';
import { type Figure, noData, quantity } from './quantity.ts';

/** How long the parts of a device are busy. */
export interface BusyTimes {
  readonly cpu: Figure<'ms'>;
  readonly transmit: Figure<'ms'>;
  readonly receive: Figure<'ms'>;
}

/**
 * `volts * (current * time)` over CPU, transmitter and receiver. What the radio draws while it waits and what a connection
 * costs to open are not in it.
 *
 * No data without currents, without the time of a part, or without the current of a part that is busy at all. The status
 * is always `estimate`: a processor and a radio draw what the moment asks for, not one current.
 *
 * @example
 * ```ts
 * import { energyOf, quantity } from 'hybridge/cost';
 *
 * const time = (ms: number) => quantity(ms, 'ms', { status: 'measured', because: 'oscilloscope' });
 * const busy = { cpu: time(40), transmit: time(250), receive: time(10) };
 * const currents = { volts: 3, cpuMilliamperes: 5, transmitMilliamperes: 8, receiveMilliamperes: 6 };
 * const energy = energyOf(currents, busy);
 * if (energy.known) console.log(`${energy.value.toFixed(2)} mJ`); // 6.78 mJ
 * ```
 */
export function energyOf(currents: Currents | undefined, busy: BusyTimes): Figure<'mJ'> {
  if (currents === undefined)
    return noData('mJ', 'no currents are given for the device; only its owner can measure them');
  const parts = [
    { name: 'CPU', time: busy.cpu, milliamperes: currents.cpuMilliamperes },
    { name: 'transmitter', time: busy.transmit, milliamperes: currents.transmitMilliamperes },
    { name: 'receiver', time: busy.receive, milliamperes: currents.receiveMilliamperes },
  ];
  let value = 0;
  let low = 0;
  let high = 0;
  const sources = new Set<string>();
  for (const { name, time, milliamperes } of parts) {
    if (!time.known) return noData('mJ', time.because);
    if (time.high === 0) continue;
    if (milliamperes === undefined) return noData('mJ', `no current is given for the ${name} of the device`);
    const milliwatts = currents.volts * milliamperes;
    value += (milliwatts * time.value) / 1000;
    low += (milliwatts * time.low) / 1000;
    high += (milliwatts * time.high) / 1000;
    for (const source of time.sources) sources.add(source);
  }
  return quantity(
    value,
    'mJ',
    {
      status: 'estimate',
      sources: [...sources],
      because: `${String(currents.volts)} V times the given currents over the times of CPU, transmitter and receiver`,
    },
    low,
    high,
  );
}
