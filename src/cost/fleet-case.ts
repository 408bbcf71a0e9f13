/** One class of a fleet with one choice of algorithms: what its devices do, what that takes in a year, what does not fit. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { allFit } from './assemble.ts';
import { findDevice, findLink } from './data/index.ts';
import type { CostData, Device, Link } from './data/types.ts';
import type { FleetAmounts, FleetAxis, FleetCase, FleetClass, FleetPrices, FleetProblem } from './fleet.ts';
import { larger } from './implementation.ts';
import { knownBytes, need } from './need.ts';
import { predict } from './predict.ts';
import type { Need, Prediction } from './prediction.ts';
import { type Figure, noData, scale, sum, type Unit } from './quantity.ts';
import type { Scenario } from './scenario.ts';

const DAYS_IN_YEAR = 365.25;
const DAY_MILLISECONDS = 86_400_000;
const MILLIJOULES_IN_KILOWATT_HOUR = 3.6e9;
const BYTES_IN_MEGABYTE = 1e6;

/** Something a device does: how often, and over which link. */
interface Task {
  readonly label: FleetCase['activities'][number]['label'];
  readonly perYear: number;
  readonly link: string | undefined;
  /** Different for different scenarios. Making those for every class would take longer than everything else. */
  readonly key: string;
  readonly scenario: () => Scenario;
}

/** Names hold no line ends. */
const keyOf = (...names: readonly unknown[]): string => names.join('\n');

function tasksOf({ link, sessions, updates, messages }: FleetClass): readonly Task[] {
  const tasks: Task[] = [];
  if (sessions !== undefined && sessions.perDay > 0) {
    const { perDay, resumed, group, signature, clientSignature, chain, mutual } = sessions;
    const session = (resumption: boolean): Scenario => ({
      kind: 'tls-handshake',
      group,
      signature,
      chain,
      mutual,
      ...(mutual && clientSignature !== undefined ? { clientSignature } : {}),
      resumption,
    });
    const key = keyOf(group, signature, clientSignature, chain, mutual);
    // A ticket is lost some day: the full handshake has to fit even where all others are resumed.
    tasks.push({
      label: 'session',
      perYear: perDay * DAYS_IN_YEAR * (1 - resumed),
      link,
      key,
      scenario: () => session(false),
    });
    if (resumed > 0)
      tasks.push({
        label: 'resumed session',
        perYear: perDay * DAYS_IN_YEAR * resumed,
        link,
        key,
        scenario: () => session(true),
      });
  }
  if (updates !== undefined && updates.perYear > 0) {
    const { perYear, imageBytes, signatures, slots = 1 } = updates;
    tasks.push({
      label: 'update',
      perYear,
      link: updates.link ?? link,
      key: keyOf(imageBytes, slots, ...signatures),
      scenario: () => ({ kind: 'firmware-update', imageBytes, signatures, slots }),
    });
  }
  if (messages !== undefined && messages.perDay > 0) {
    const { perDay, bytes, kem, direction } = messages;
    tasks.push({
      label: 'message',
      perYear: perDay * DAYS_IN_YEAR,
      link,
      key: keyOf(bytes, kem, direction),
      scenario: () => ({ kind: 'sealed-message', kem, messageBytes: bytes, direction }),
    });
  }
  return tasks;
}

type Cost = FleetCase['activities'][number]['prediction'];

/** What is kept of a prediction, which as a whole is much longer. */
interface Kept {
  readonly cost: Cost;
  readonly ram: Pick<Need, 'because' | 'fits'>;
  readonly flash: Need['items'];
}

function keptOf(prediction: Prediction): Kept {
  const { scenario, title, up, down, time, energy, airtime, ram, flash } = prediction;
  return {
    cost: { scenario, title, up, down, time, energy, airtime },
    ram: { fits: ram.fits, because: ram.because },
    flash: flash.items,
  };
}

/** What a device does, each thing once: all that does not depend on how often. */
interface Doings {
  /** One for each task, in their order. */
  readonly costs: readonly Cost[];
  /** How each axis is known, of all things together; `no data` where one of them is not known. */
  readonly basis: FleetAmounts;
  readonly link: Link | undefined;
  readonly problems: readonly FleetProblem[];
}

/** Everything that is worked out once and used for many classes. */
export class Workshop {
  readonly #data: CostData;
  readonly #prices: FleetPrices | undefined;
  readonly #kept = new Map<string, Kept>();
  readonly #assumptions = new Map<Scenario['kind'], readonly string[]>();
  readonly #doings = new Map<string, Doings>();

  constructor(data: CostData, prices: FleetPrices | undefined) {
    this.#data = data;
    this.#prices = prices;
  }

  /** What was assumed for all predictions of a kind so far; what was assumed for one is told with that one. */
  get assumptions(): ReadonlySet<string> {
    return new Set([...this.#assumptions.values()].flat());
  }

  /** @throws HybridgeError what `predict` throws, with the class (and plan) that it is about. */
  caseOf(one: FleetClass, plan?: string): FleetCase {
    try {
      return this.#caseOf(one);
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
      const where = plan === undefined ? `class ${one.id}` : `class ${one.id}, plan ${plan}`;
      throw new HybridgeError(error.code, `fleet: ${where}: ${error.message}`, {
        fault: error.fault,
        details: { ...error.details, class: one.id },
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
  }

  #caseOf(one: FleetClass): FleetCase {
    const tasks = tasksOf(one);
    const doings = this.#doingsOf(one, tasks);
    const activities = tasks.flatMap(({ label, perYear }, index) => {
      const prediction = doings.costs[index];
      return prediction === undefined ? [] : [{ label, perYear, prediction }];
    });
    const perDevice = this.#amountsOf(one, doings, activities);
    const day = dayProblem(perDevice, doings.link);
    const problems = day === undefined ? doings.problems : [...doings.problems, day];
    return { activities, perDevice, fits: allFit(...problems.map(({ fits }) => fits)), problems };
  }

  #doingsOf(one: FleetClass, tasks: readonly Task[]): Doings {
    const { device, link, implementation } = one;
    const perMegabyte = this.#perMegabyte(one);
    let key = keyOf(device, link, implementation, perMegabyte !== undefined);
    for (const task of tasks) key += `\n\n${task.label}\n${task.link ?? ''}\n${task.key}`;
    const before = this.#doings.get(key);
    if (before !== undefined) return before;
    const kept = tasks.map((task) => this.#keptOf(one, task));
    const costs = kept.map(({ cost }) => cost);
    const made: Doings = {
      costs,
      basis: basisOf(costs, perMegabyte !== undefined, this.#prices),
      link: link === undefined ? undefined : findLink(this.#data, link),
      problems: memoryProblems(findDevice(this.#data, device), kept),
    };
    this.#doings.set(key, made);
    return made;
  }

  #keptOf({ device, implementation }: FleetClass, { label, link, key: asked, scenario }: Task): Kept {
    const key = keyOf(device, link, implementation, label, asked);
    const before = this.#kept.get(key);
    if (before !== undefined) return before;
    const prediction = predict({
      device,
      scenario: scenario(),
      data: this.#data,
      ...(link === undefined ? {} : { link }),
      ...(implementation === undefined ? {} : { implementation }),
    });
    this.#assume(prediction);
    const made = keptOf(prediction);
    this.#kept.set(key, made);
    return made;
  }

  #assume({ scenario: { kind }, assumptions }: Prediction): void {
    const before = this.#assumptions.get(kind);
    this.#assumptions.set(
      kind,
      before === undefined ? assumptions : before.filter((assumption) => assumptions.includes(assumption)),
    );
  }

  #perMegabyte({ perMegabyte = this.#prices?.perMegabyte }: FleetClass): number | undefined {
    return this.#prices === undefined ? undefined : perMegabyte;
  }

  #amountsOf(one: FleetClass, { basis }: Doings, activities: FleetCase['activities']): FleetAmounts {
    const up = yearOf('up', basis.up, activities);
    const down = yearOf('down', basis.down, activities);
    const energy = yearOf('energy', basis.energy, activities);
    const perByte = (this.#perMegabyte(one) ?? 0) / BYTES_IN_MEGABYTE;
    const perMillijoule = (this.#prices?.perKilowattHour ?? 0) / MILLIJOULES_IN_KILOWATT_HOUR;
    return {
      up,
      down,
      time: yearOf('time', basis.time, activities),
      energy,
      airtime: yearOf('airtime', basis.airtime, activities),
      money: weighted(basis.money, [
        [up, perByte],
        [down, perByte],
        [energy, perMillijoule],
      ]),
    };
  }
}

/** A sum that is known like its basis. What is not known has no weight, or the basis is not known either. */
function weighted<U extends Unit>(
  basis: Figure<U>,
  parts: readonly (readonly [figure: Figure, times: number])[],
): Figure<U> {
  if (!basis.known) return basis;
  let value = 0;
  let low = 0;
  let high = 0;
  for (const [figure, times] of parts) {
    if (!figure.known) continue;
    value += figure.value * times;
    low += figure.low * times;
    high += figure.high * times;
  }
  const { unit, status, sources, because } = basis;
  return { known: true, value, low, high, unit, status, sources, because };
}

/** What one device takes in a year. */
function yearOf<U extends Unit>(
  axis: Exclude<FleetAxis, 'money'>,
  basis: Figure<U>,
  activities: FleetCase['activities'],
): Figure<U> {
  if (!basis.known) return basis;
  return weighted(
    basis,
    activities.map(({ perYear, prediction }) => [figureOf(prediction, axis), perYear]),
  );
}

function figureOf(prediction: Cost, axis: Exclude<FleetAxis, 'money'>): Figure {
  switch (axis) {
    case 'up':
      return prediction.up;
    case 'down':
      return prediction.down;
    case 'time':
      return prediction.time.mean;
    case 'energy':
      return prediction.energy;
    case 'airtime':
      return prediction.airtime;
  }
}

const A_YEAR = 'One device in a year: what one time takes, as often as it happens.';

function basisOf(
  costs: readonly Cost[],
  pricedBytes: boolean,
  prices: FleetPrices | undefined,
): FleetAmounts {
  const total = <U extends Unit>(unit: U, figure: (cost: Cost) => Figure<U>): Figure<U> =>
    sum(unit, costs.map(figure), A_YEAR);
  const up = total('bytes', (cost) => cost.up);
  const down = total('bytes', (cost) => cost.down);
  const energy = total('mJ', (cost) => cost.energy);
  const paid = [
    ...(pricedBytes ? [up, down] : []),
    ...(prices?.perKilowattHour === undefined ? [] : [energy]),
  ];
  return {
    up,
    down,
    time: total('ms', (cost) => cost.time.mean),
    energy,
    airtime: total('ms', (cost) => cost.airtime),
    money:
      prices === undefined || paid.length === 0
        ? noData('money', 'No prices are given.')
        : sum(
            'money',
            paid.map((figure) => scale(figure, 1, 'money', '')),
            `Bytes and energy at the prices given, in ${prices.currency}.`,
          ),
  };
}

const TOGETHER = 'everything that the device does';

/** The flash of all that a device does: the code stays there, and pieces of the same name are there once. */
function flashOf(device: Device, kept: readonly Kept[]): Need {
  const pieces = new Map<string, Figure<'bytes'>>();
  for (const { flash } of kept)
    for (const { label, bytes } of flash) {
      const before = pieces.get(label);
      pieces.set(label, before === undefined ? bytes : larger(before, bytes));
    }
  const items = [...pieces].map(([label, bytes]) => ({ label, bytes }));
  return need(items, knownBytes(device.flashBytes, `flash of ${device.title}`), 'flash');
}

/** What is wrong with RAM, of one thing at a time, and with flash. */
function memoryProblems(device: Device, kept: readonly Kept[]): readonly FleetProblem[] {
  if (kept.length === 0) return [];
  const problems: FleetProblem[] = [];
  for (const { cost, ram } of kept)
    if (ram.fits !== 'yes')
      problems.push({ activity: cost.title, what: 'ram', fits: ram.fits, because: ram.because });
  const { fits, because } = flashOf(device, kept);
  if (fits !== 'yes') problems.push({ activity: TOGETHER, what: 'flash', fits, because });
  return problems;
}

/** Whether what is done in a day takes longer than that, or than the duty cycle leaves of it. */
function dayProblem({ airtime, time }: FleetAmounts, link: Link | undefined): FleetProblem | undefined {
  const lora = link?.kind === 'lora';
  const perYear = lora ? airtime : time;
  // That nobody knows how long it takes is told by the time itself.
  if (!perYear.known) return undefined;
  const [least, most] = [perYear.low / DAYS_IN_YEAR, perYear.high / DAYS_IN_YEAR];
  const limit = DAY_MILLISECONDS * (lora ? link.dutyCycle : 1);
  if (most <= limit) return undefined;
  const seconds = (milliseconds: number): string => String(Math.round(milliseconds / 1000));
  const range = seconds(least) === seconds(most) ? seconds(most) : `${seconds(least)} to ${seconds(most)}`;
  return {
    activity: TOGETHER,
    what: lora ? 'airtime' : 'time',
    fits: least > limit ? 'no' : 'unknown',
    because: lora
      ? `${range} seconds a day on air, and the duty cycle leaves ${seconds(limit)}`
      : `${range} seconds a day, and a day has ${seconds(limit)}`,
  };
}
