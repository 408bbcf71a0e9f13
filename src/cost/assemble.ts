/** From the pieces of a scenario to the answer: totals, energy, verdicts. */
import { judge, type Use } from '../policy/index.ts';
import type { Context } from './context.ts';
import { energyOf } from './energy.ts';
import { estimated, inSequence, NO_TIME } from './latency.ts';
import { knownBytes, need } from './need.ts';
import type { Flight, Item, Latency, Need, Prediction, Step } from './prediction.ts';
import { type Figure, sum } from './quantity.ts';
import { registryEntry } from './stateful-hash.ts';

/** An algorithm of the scenario and what it is used for, in the words of policies. */
export interface JudgedAlgorithm {
  readonly algorithm: string;
  readonly use: Use;
}

/** What a scenario works out for itself. */
export interface Parts {
  /** One line: what was asked. */
  readonly title: string;
  readonly items: readonly Item[];
  readonly flights: readonly Flight[];
  readonly steps: readonly Step[];
  /** Work that no step stands for, as the data has no time of it: the sums are estimates then. */
  readonly missing?: readonly string[];
  /** Objects, stack, reassembly, in this order; what the device holds already is put before them. */
  readonly ram: Need['items'];
  /** Scheme, hash, protocol, stored keys; what the device holds already is put before them. */
  readonly flash: Need['items'];
  /** Time in which the radio sends and receives, for the energy. */
  readonly transmit: Figure<'ms'>;
  readonly receive: Figure<'ms'>;
  readonly airtime: Figure<'ms'>;
  /** Which implementation serves each algorithm, as `implementationsOf` has it. */
  readonly implementations: Readonly<Record<string, string>>;
  readonly assumptions: readonly string[];
  readonly algorithms: readonly JudgedAlgorithm[];
}

type Fits = Prediction['fits'];

/** `no` beats `unknown` beats `yes`. */
export function allFit(...verdicts: readonly Fits[]): Fits {
  if (verdicts.includes('no')) return 'no';
  return verdicts.includes('unknown') ? 'unknown' : 'yes';
}

function totalOf(steps: readonly Step[], because: string): Latency {
  const [first] = steps;
  if (first === undefined) return NO_TIME;
  if (steps.length === 1) return first.time;
  return inSequence(
    steps.map(({ time }) => time),
    because,
  );
}

function bytesOf(items: readonly Item[], direction: Item['direction'], because: string): Figure<'bytes'> {
  return sum(
    'bytes',
    items.filter((item) => item.direction === direction).map(({ bytes }) => bytes),
    because,
  );
}

function verdictsOf(context: Context, algorithms: readonly JudgedAlgorithm[]): Prediction['verdicts'] {
  const { judged } = context;
  if (judged === undefined) return [];
  return algorithms.map(({ algorithm, use }) => {
    const entry = registryEntry(algorithm);
    if (entry === undefined)
      return {
        algorithm,
        verdict: 'refuse',
        because: 'The registry does not have it, so no rule allows it, and what no rule allows is refused.',
      };
    const { verdict, reasons } = judge(judged.policy, use, entry, judged.at);
    return { algorithm, verdict, because: reasons.map(({ text }) => text).join(' ') };
  });
}

/**
 * The prediction from its parts.
 *
 * RAM and flash begin with what the device holds already (`ramUsed`, `flashUsed`) and are judged against all that it
 * has; the verdicts of a policy, where one is asked, are told beside and do not make a thing fit or not.
 */
export function assemble(context: Context, parts: Parts): Prediction {
  const { device, link, scenario } = context;
  const { title, items, flights, steps, implementations, airtime, assumptions } = parts;
  const whole = (time: Latency): Latency =>
    parts.missing !== undefined && parts.missing.length > 0 ? estimated(time) : time;
  const cpu = whole(
    totalOf(
      steps.filter(({ kind }) => kind === 'cpu'),
      'CPU time of the device',
    ),
  );
  const ram = need(
    [
      { label: 'in use already', bytes: knownBytes(device.ramUsed, 'RTOS, drivers, application') },
      ...parts.ram,
    ],
    knownBytes(device.ramBytes, `RAM of ${device.title}`),
    'RAM',
  );
  const flash = need(
    [
      { label: 'in use already', bytes: knownBytes(device.flashUsed, 'RTOS, drivers, application') },
      ...parts.flash,
    ],
    knownBytes(device.flashBytes, `flash of ${device.title}`),
    'flash',
  );
  return {
    scenario,
    device,
    link,
    title,
    implementations,
    items,
    flights,
    up: bytesOf(items, 'up', 'bytes sent by the device'),
    down: bytesOf(items, 'down', 'bytes sent to the device'),
    steps,
    time: whole(totalOf(steps, 'the steps one after the other')),
    cpu,
    ram,
    flash,
    airtime,
    energy: energyOf(device.currents, { cpu: cpu.mean, transmit: parts.transmit, receive: parts.receive }),
    fits: allFit(ram.fits, flash.fits),
    verdicts: verdictsOf(context, parts.algorithms),
    assumptions,
  };
}
