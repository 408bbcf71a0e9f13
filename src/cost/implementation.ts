/**
 * Which implementation serves an algorithm, and what it takes on this device. A verdict is about an implementation: the
 * RAM of two of them differs 25 times for one algorithm. Rows of another core never stand in silently.
 */
import { ML_DSA_NAMES, type MlDsaName } from '../registry/index.ts';
import type { Context } from './context.ts';
import type { Core, CostData, CostOperation, CostRow, Device } from './data/types.ts';
import { constant, inSequence, ML_DSA_ATTEMPTS, rejection, unknownTime } from './latency.ts';
import type { Latency, Need } from './prediction.ts';
import {
  allSources,
  type Figure,
  noData,
  quantity,
  type Quantity,
  scale,
  type Status,
  weaker,
} from './quantity.ts';
import { boundsOf, sourceOf } from './ranking.ts';
import { algorithmNamed, type CoreRows, isImplemented, rowsOn } from './rows.ts';
import type { Chosen, Code, Served } from './served.ts';
import { runsKeccak, type Work, workOf } from './work.ts';

/** What may stand in for a core without a row of its own, and which implementations can run there at all. */
interface StandIn {
  readonly core: Core;
  /** Assembly for the M4 uses DSP instructions, which the M3 lacks. */
  readonly portableOnly: boolean;
}

const STAND_INS: Readonly<Partial<Record<Core, StandIn>>> = {
  'cortex-m3': { core: 'cortex-m4', portableOnly: true },
  'cortex-m33': { core: 'cortex-m4', portableOnly: false },
  rv32imc: { core: 'rv32imac', portableOnly: true },
};

/** The band of a figure that stands in for another core's, as a fraction. */
const STAND_IN_BAND = 0.3;

/** Portable code is C: other implementations are written for the core that they are measured on. */
const PORTABLE = /(?:^|[/\- ])(?:c|clean|ref|generic)(?:$|[/\- ])/u;

/** The row of an operation in the implementation chosen; undefined where that has none, or none was chosen that has. */
function pick(
  context: Context,
  { algorithm, operation }: Work,
  { rows, ranking }: CoreRows,
  able: (implementation: string) => boolean,
): CostRow | undefined {
  const rowOf = (implementation: string): CostRow | undefined =>
    rows.find((row) => row.operation === operation && row.implementation === implementation);
  const first = (names: readonly string[]): CostRow | undefined => {
    for (const name of names) {
      const row = able(name) ? rowOf(name) : undefined;
      if (row !== undefined) return row;
    }
    return undefined;
  };
  const choice = context.choose(algorithm);
  if (choice === 'fastest' || choice === 'smallest') {
    // What was measured on this very board is true of it, whatever is computed for others.
    const board = context.device.megahertz?.source;
    const own = rows.filter((row) => row.operation === operation && row.source === board);
    const best = ranking[choice].find((name) => able(name) && own.some((row) => row.implementation === name));
    return first(best === undefined ? ranking[choice] : [best]);
  }
  if (context.chosenByName || isImplemented(context.data, algorithm, choice)) return first([choice]);
  // Nobody implements everything: X25519 beside an ML-KEM of pqm4 comes from elsewhere.
  return first(ranking.fastest);
}

const any = (): boolean => true;
const portable = (implementation: string): boolean => PORTABLE.test(implementation);

function chooseOne(context: Context, work: Work): Chosen {
  const { data, device } = context;
  const { algorithm, operation, instead } = work;
  // A class of devices without a core: memory is much the same on all 32-bit cores, time is not.
  const core = device.core ?? 'cortex-m4';
  const own = pick(context, work, rowsOn(data, algorithm, core), any);
  if (own !== undefined)
    return device.core === undefined
      ? { row: own, standIn: true, because: `${own.implementation} on ${core}, as the device names no core` }
      : { row: own, standIn: false, because: `${own.implementation} on ${core}` };
  const standIn = STAND_INS[core];
  if (standIn !== undefined) {
    const able = standIn.portableOnly ? portable : any;
    const other = pick(context, work, rowsOn(data, algorithm, standIn.core), able);
    if (other !== undefined)
      return {
        row: other,
        standIn: true,
        because: `${other.implementation} on ${standIn.core} stands in for ${core}: not validated there`,
      };
  }
  if (instead !== undefined) return chooseOne(context, instead);
  const choice = context.choose(algorithm);
  const wanted = choice === 'fastest' || choice === 'smallest' ? '' : ` by ${choice}`;
  return {
    row: undefined,
    because: `no data: ${algorithm} ${operation}${wanted} on ${device.core ?? 'any core'}`,
  };
}

function serve(context: Context, work: Work): Served {
  const { memo } = context;
  const before = memo.get(work);
  if (before !== undefined) return before;
  const chosen = chooseOne(context, work);
  const made: Served = {
    chosen,
    latency: timeOf(context.device, chosen),
    stack: stackBytes(context.data, chosen),
    code: codeBytes(context.data, chosen),
  };
  memo.set(work, made);
  return made;
}

/**
 * Cycles as milliseconds at the device's clock, with its wait states. The figure keeps the row's status where that is
 * a change of unit; with uncertain wait states it is derived.
 */
function milliseconds(
  device: Device,
  cycles: number,
  low: number,
  high: number,
  row: CostRow,
  how: {
    readonly status: Status;
    readonly because: string;
  },
): Quantity<'ms'> | undefined {
  const { megahertz, waitStates } = device;
  if (megahertz === undefined) return undefined;
  const perMillisecond = megahertz.value * 1000;
  const uncertain = waitStates.low !== waitStates.high;
  // A clock read in a data sheet is as good as a measured one.
  const clock = megahertz.status === 'published' ? 'measured' : megahertz.status;
  const sources = megahertz.source === undefined ? [row.id] : [row.id, megahertz.source];
  return quantity(
    (cycles * (1 + waitStates.value)) / perMillisecond,
    'ms',
    {
      status: weaker(weaker(how.status, clock), uncertain ? 'derived' : 'measured'),
      sources,
      because: `${how.because}, at ${megahertz.value} MHz`,
    },
    (low * (1 + waitStates.low)) / perMillisecond,
    (high * (1 + waitStates.high)) / perMillisecond,
  );
}

function timeOf(device: Device, chosen: Chosen): Latency {
  if (chosen.row === undefined) return unknownTime(chosen.because);
  const { row, standIn, because } = chosen;
  const { cycles } = row;
  if (cycles === undefined) return unknownTime(`no data: nobody timed ${row.id}`);
  if (device.core === undefined || device.megahertz === undefined)
    return unknownTime(`no data: ${device.id} is a class of devices without a core and a clock`);
  const inBand = boundsOf(cycles);
  const attempts = row.operation === 'sign' ? expectedAttempts(row.algorithm) : undefined;
  // Runs of other work differ by the data only: the band is at least what was seen.
  const seen =
    attempts === undefined ? [inBand.low, inBand.high, cycles.min, cycles.max] : [inBand.low, inBand.high];
  const all = seen.filter((value) => value !== undefined);
  let low = Math.min(...all);
  let high = Math.max(...all);
  let status = cycles.status;
  if (standIn) {
    status = 'estimate';
    low *= 1 - STAND_IN_BAND;
    high *= 1 + STAND_IN_BAND;
  }
  const mean = milliseconds(device, cycles.mean, low, high, row, { status, because });
  if (mean === undefined) return unknownTime(`no data: ${device.id} has no clock`);
  if (attempts === undefined) return constant(mean);
  const perCycle = mean.value / cycles.mean;
  return rejection(attempts, {
    mean,
    ...(cycles.min !== undefined && { min: cycles.min * perCycle }),
    ...(cycles.max !== undefined && { max: cycles.max * perCycle }),
    ...(cycles.p99 !== undefined && { p99: cycles.p99 * perCycle }),
    ...(cycles.runs !== undefined && { runs: cycles.runs }),
  });
}

const ML_DSA: ReadonlySet<string> = new Set<MlDsaName>(ML_DSA_NAMES);
const isMlDsa = (name: string): name is MlDsaName => ML_DSA.has(name);

function expectedAttempts(algorithm: string): number | undefined {
  return isMlDsa(algorithm) ? ML_DSA_ATTEMPTS[algorithm] : undefined;
}

/** Stack of the same C code differs little between 32-bit cores: 1.5 % from M4 to M0+; code differs more. */
const MEMORY_BANDS = { stack: 0.1, code: STAND_IN_BAND } as const;

/** What the build chosen takes; where nobody counted its code, at most what another build of the same source takes. */
function codeBytes(data: CostData, chosen: Chosen): Code {
  const own = bytesOf(chosen, 'code');
  if (own.known || chosen.row === undefined) return { bytes: own, whole: chosen.row?.code?.atMost === true };
  const { algorithm, core, implementation } = chosen.row;
  const source = `${sourceOf(implementation)}/`;
  let largest: CostRow | undefined;
  for (const row of rowsOn(data, algorithm, core).rows)
    if (row.implementation.startsWith(source) && (row.code?.value ?? 0) > (largest?.code?.value ?? 0))
      largest = row;
  if (largest?.code === undefined) return { bytes: own, whole: false };
  const { value, atMost = false } = largest.code;
  const because = `${implementation} was not counted; ${largest.implementation} is built from the same source`;
  return {
    bytes: quantity(value, 'bytes', { status: 'estimate', sources: [largest.id], because }, 0, value),
    whole: atMost,
  };
}

/** The stack of the build chosen; where nobody measured it, at most that of another build of the same source. */
function stackBytes(data: CostData, chosen: Chosen): Figure<'bytes'> {
  const own = bytesOf(chosen, 'stack');
  if (own.known || chosen.row === undefined) return own;
  const { algorithm, operation, core, implementation } = chosen.row;
  const source = `${sourceOf(implementation)}/`;
  let deepest: CostRow | undefined;
  for (const row of rowsOn(data, algorithm, core).rows)
    if (
      row.operation === operation &&
      row.implementation.startsWith(source) &&
      (row.stack?.value ?? 0) > (deepest?.stack?.value ?? 0)
    )
      deepest = row;
  if (deepest?.stack === undefined) return own;
  const because = `${implementation} was not measured; ${deepest.implementation} is built from the same source`;
  const { value } = deepest.stack;
  const most = value * (1 + MEMORY_BANDS.stack);
  return quantity(value, 'bytes', { status: 'estimate', sources: [deepest.id], because }, 0, most);
}

function bytesOf(chosen: Chosen, what: 'code' | 'stack'): Figure<'bytes'> {
  if (chosen.row === undefined) return noData('bytes', chosen.because);
  const { row, standIn, because } = chosen;
  const known = row[what];
  if (known === undefined) return noData('bytes', `no data: ${what} of ${row.id}`);
  const { value, note, atMost } = known;
  const band = standIn ? MEMORY_BANDS[what] : 0;
  return quantity(
    value,
    'bytes',
    {
      status: standIn ? 'estimate' : known.status,
      sources: [row.id],
      because: note === undefined ? because : `${because}; ${note}`,
    },
    atMost === true ? 0 : value * (1 - band),
    value * (1 + band),
  );
}

/**
 * The row that serves one operation by the context's choice, of the device's own core where there is one. Of a hybrid
 * or composite ask for the components, which {@link workOf} names.
 */
export function chooseRow(context: Context, algorithm: string, operation: CostOperation): Chosen {
  const [first, ...more] = workOf(algorithm, operation);
  if (first === undefined || more.length > 0)
    return { row: undefined, because: `${algorithm} ${operation} is made of several operations` };
  return serve(context, first).chosen;
}

/** The time of one operation; of a hybrid or composite that of its components, one after the other. */
export function latencyOf(context: Context, algorithm: string, operation: CostOperation): Latency {
  const work = workOf(algorithm, operation);
  const [first] = work;
  if (work.length === 1 && first !== undefined) return serve(context, first).latency;
  return inSequence(
    work.map((piece) => serve(context, piece).latency),
    `${algorithm} ${operation}: its components one after the other`,
  );
}

/** The larger of two figures, bound by bound; unknown where one is, for the unknown one may be larger. */
export function larger<U extends 'bytes' | 'ms'>(a: Figure<U>, b: Figure<U>): Figure<U> {
  if (!a.known) return a;
  if (!b.known) return b;
  if (a === b) return a;
  const top = b.value > a.value ? b : a;
  return {
    ...top,
    low: Math.max(a.low, b.low),
    high: Math.max(a.high, b.high),
    status: weaker(a.status, b.status),
    sources: allSources(a.sources, b.sources),
  };
}

/** The stack of one operation; components of a hybrid run one after the other, and the deepest counts. */
export function stackOf(context: Context, algorithm: string, operation: CostOperation): Figure<'bytes'> {
  const [first, ...more] = workOf(algorithm, operation).map((piece) => serve(context, piece).stack);
  return first === undefined ? noData('bytes', `no data: ${algorithm}`) : more.reduce(larger, first);
}

/** An operation that the device must be able to do. */
export interface Use {
  readonly algorithm: string;
  readonly operation: CostOperation;
}

/** Whose code is in flash: each implementation of each algorithm once, whatever it is used for. */
function codeInFlash(
  context: Context,
  uses: readonly Use[],
): readonly (Code & { readonly algorithm: string })[] {
  const found = new Map<string, Code & { readonly algorithm: string }>();
  for (const { algorithm, operation } of uses)
    for (const work of workOf(algorithm, operation)) {
      const { chosen, code } = serve(context, work);
      const key = `${work.algorithm} ${chosen.row?.implementation ?? work.operation}`;
      const before = found.get(key);
      found.set(key, {
        algorithm: work.algorithm,
        bytes: before === undefined ? code.bytes : known(before.bytes, code.bytes),
        whole: code.whole,
      });
    }
  return [...found.values()];
}

/** The code of one implementation as two of its rows have it: the larger of those that have it. */
function known(a: Figure<'bytes'>, b: Figure<'bytes'>): Figure<'bytes'> {
  if (!a.known) return b;
  return b.known ? larger(a, b) : a;
}

/**
 * The shared Keccak where no row of the hash says its size: at most what the whole ML-KEM-768 test image, start-up code
 * and all, has beside the scheme. Both are PQClean in C with -O3.
 */
const KECCAK_AT_MOST = 13_000;
const KECCAK_SOURCES = ['ML-KEM-768:decaps:pqclean/c-O3:cortex-m4', 'ML-KEM-768:decaps:pqm4/clean:cortex-m4'];

/** Code of the algorithms used, implementation by implementation, and of Keccak unless the device has it. */
export function codeOf(context: Context, uses: readonly Use[]): Need['items'] {
  const codes = codeInFlash(context, uses);
  const items = codes.map(({ algorithm, bytes }) => ({ label: algorithm, bytes }));
  const needsKeccak = codes.some(({ algorithm, whole }) => !whole && runsKeccak(algorithm));
  return needsKeccak && !context.device.keccakPresent ? [...items, keccak(context)] : items;
}

function keccak(context: Context): Need['items'][number] {
  const [work] = workOf('SHAKE256', 'hash');
  const code = work && serve(context, work).code.bytes;
  return {
    label: 'Keccak, shared',
    bytes:
      code?.known === true
        ? code
        : quantity(
            KECCAK_AT_MOST,
            'bytes',
            {
              status: 'estimate',
              sources: KECCAK_SOURCES,
              because: 'at most: a whole ML-KEM-768 test image in C for Cortex-M4 without the scheme',
            },
            0,
            KECCAK_AT_MOST,
          ),
  };
}

/** The time of work that the data counts by the byte, over so many. */
function overBytes(context: Context, algorithm: string, operation: 'aead' | 'hash', bytes: number): Latency {
  const { mean } = latencyOf(context, algorithm, operation);
  const because = mean.known ? `${algorithm} over ${bytes} bytes: ${mean.because}` : mean.because;
  return constant(scale(mean, bytes, 'ms', because));
}

/** The time of hashing so many bytes. */
export function hashLatency(context: Context, hash: string, bytes: number): Latency {
  return overBytes(context, hash, 'hash', bytes);
}

/** The time of encrypting or decrypting so many bytes. */
export function aeadLatency(context: Context, aead: string, bytes: number): Latency {
  return overBytes(context, aead, 'aead', bytes);
}

/** Which implementation serves each piece of the work, by `algorithm operation`; `no data` where none does. */
export function implementationsOf(context: Context, uses: readonly Use[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { algorithm, operation } of uses)
    for (const work of workOf(algorithm, operation)) {
      const { row } = serve(context, work).chosen;
      found[`${work.algorithm} ${work.operation}`] = row?.implementation ?? 'no data';
    }
  return found;
}

/** The name as the registry or the data spells it. @throws HybridgeError `unknown_algorithm`. */
export function named(context: Context, algorithm: string): string {
  return algorithmNamed(context.data, algorithm);
}
