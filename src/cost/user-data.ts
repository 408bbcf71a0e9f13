/** Users' own devices, links, rows and sources: a file of the shape of the project's data, checked against it. */
import * as v from 'valibot';
import { isHybridgeError } from '../bytes/index.ts';
import { COST_DATA, findDevice, findLink, nearestNames } from './data/index.ts';
import { rowId } from './data/row.ts';
import {
  type Core,
  CORES,
  COST_OPERATIONS,
  type CostData,
  type CostRow,
  type Cycles,
  type Device,
  type Known,
  type Link,
  MOST_BAND,
} from './data/types.ts';
import { type Status, STATUSES } from './quantity.ts';
import {
  describePath,
  fields,
  line,
  misread,
  numberFrom,
  oneOf,
  type Path,
  readAs,
  type Reading,
  wholeFrom,
} from './read.ts';
import { algorithmNamed } from './rows.ts';
import { readYaml } from './yaml.ts';

const MOST_ENTRIES = 5000;
/** 1 PiB; more is a mistake of a unit. */
const MOST_BYTES = 2 ** 50;
const MOST_CYCLES = 1e15;
const MOST_BITS_PER_SECOND = 1e12;
/** A day. */
const LONGEST_MILLISECONDS = 86_400_000;

const id = v.pipe(
  v.string('expected an id'),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u, 'expected letters, digits, dots, hyphens and underscores'),
);
const implementation = v.pipe(
  v.string('expected an implementation'),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._+/-]{0,79}$/u, 'expected an implementation and build, as mylib/c-O3'),
  v.description('Implementation and build, as `mylib/c-O3`.'),
);
const title = line(200);
const text = line(1000);
const status: v.GenericSchema<unknown, Status> = oneOf(STATUSES);
const core: v.GenericSchema<unknown, Core> = oneOf(CORES);
const source = v.pipe(id, v.description('Id of a source, of this file or of the project.'));
const cycles = numberFrom(0, MOST_CYCLES);
const bytes = numberFrom(0, MOST_BYTES);
const milliseconds = numberFrom(0, LONGEST_MILLISECONDS);
const bitsPerSecond = numberFrom(1, MOST_BITS_PER_SECOND);
const wholeBytes = wholeFrom(1, 65_535);
const share = numberFrom(0, 1);
const flag = v.boolean('expected true or false');

const spread = <S extends v.GenericSchema>(of: S) => fields({ low: of, value: of, high: of });

const known = (least: number, most: number): v.GenericSchema<unknown, Known> =>
  fields({
    value: numberFrom(least, most),
    low: v.exactOptional(numberFrom(least, most)),
    high: v.exactOptional(numberFrom(least, most)),
    status,
    source: v.exactOptional(source),
    because: v.exactOptional(text),
  });

const SOURCE = fields({ id, title, reference: text, seen: text });

const CYCLES = fields({
  mean: cycles,
  min: v.exactOptional(cycles),
  max: v.exactOptional(cycles),
  p99: v.exactOptional(cycles),
  runs: v.exactOptional(wholeFrom(1, 1e9)),
  status,
  band: v.exactOptional(
    v.pipe(
      fields({ low: numberFrom(-1, 0), high: numberFrom(0, MOST_BAND) }),
      v.description('The error band as fractions of the mean, as -0.05 and 0.05.'),
    ),
  ),
});

const ROW_BYTES = fields({
  value: bytes,
  status,
  atMost: v.exactOptional(flag),
  note: v.exactOptional(text),
});

const ROW = fields({
  id: v.exactOptional(
    v.pipe(line(300), v.description('`algorithm:operation:implementation:core`; may be left out.')),
  ),
  algorithm: v.pipe(line(80), v.description('As `hybridge explain` or the project’s rows call it.')),
  operation: oneOf(COST_OPERATIONS),
  implementation,
  core,
  cycles: v.exactOptional(v.pipe(CYCLES, v.description('Of `hash` and `aead`: per byte.'))),
  stack: v.exactOptional(ROW_BYTES),
  code: v.exactOptional(ROW_BYTES),
  hashShare: v.exactOptional(share),
  source,
  caveat: v.exactOptional(text),
});

const DEVICE_FIELDS = {
  title,
  core: v.exactOptional(core),
  megahertz: v.exactOptional(known(0.001, 100_000)),
  ramBytes: known(0, MOST_BYTES),
  flashBytes: known(0, MOST_BYTES),
  ramUsed: v.pipe(known(0, MOST_BYTES), v.description('What RTOS, drivers and application hold already.')),
  flashUsed: known(0, MOST_BYTES),
  keccakPresent: v.pipe(flag, v.description('Whether Keccak is in flash already.')),
  waitStates: v.pipe(
    spread(numberFrom(0, 10)),
    v.description('Extra cycles for wait states of flash, as a fraction.'),
  ),
  currents: v.exactOptional(
    fields({
      volts: numberFrom(0, 1000),
      cpuMilliamperes: numberFrom(0, 1e6),
      transmitMilliamperes: v.exactOptional(numberFrom(0, 1e6)),
      receiveMilliamperes: v.exactOptional(numberFrom(0, 1e6)),
    }),
  ),
  use: title,
};
const DEVICE = fields({ id, ...DEVICE_FIELDS });
const extended = v.pipe(
  id,
  v.description(
    'Id of the entry, of this file above or of the project, from which everything is taken that is not said.',
  ),
);
const DEVICE_ENTRY = fields({
  id,
  extends: v.exactOptional(extended),
  ...v.partial(v.object(DEVICE_FIELDS)).entries,
});

const LINK_FIELDS = {
  title,
  status,
  source: v.exactOptional(source),
  rtt: v.pipe(spread(milliseconds), v.description('Round-trip time in milliseconds.')),
  loss: v.pipe(numberFrom(0, 0.99), v.description('Probability that a frame or segment is lost.')),
  radio: v.pipe(flag, v.description('Whether the device’s end is a radio.')),
};
const FRAME_FIELDS = {
  payloadBytes: wholeBytes,
  overheadBytes: numberFrom(0, 65_535),
  bitsPerSecond,
  gapMilliseconds: milliseconds,
  intervalMilliseconds: v.exactOptional(milliseconds),
  firstPayloadBytes: v.exactOptional(wholeBytes),
  datagramBytes: v.exactOptional(wholeBytes),
  unacknowledged: v.exactOptional(v.literal(true, 'expected true, or nothing')),
};
const CAN_FD_FIELDS = {
  nominalBitsPerSecond: bitsPerSecond,
  dataBitsPerSecond: bitsPerSecond,
  separationMilliseconds: milliseconds,
};
const LORA_FIELDS = {
  spreadingFactor: v.picklist([7, 8, 9, 10, 11, 12], 'expected 7 to 12'),
  bandwidthHertz: numberFrom(1000, 10_000_000),
  codingRate: v.picklist([1, 2, 3, 4], 'expected 1 for 4/5 to 4 for 4/8'),
  payloadBytes: wholeBytes,
  overheadBytes: numberFrom(0, 65_535),
  dutyCycle: numberFrom(0.000_01, 1),
};
const STREAM_FIELDS = {
  transport: oneOf(['quic', 'tcp']),
  upBitsPerSecond: bitsPerSecond,
  downBitsPerSecond: bitsPerSecond,
  segmentBytes: wholeBytes,
  initialWindowSegments: wholeFrom(1, 1000),
  fixedWindow: flag,
  repetitions: v.exactOptional(spread(numberFrom(1, 10_000))),
};
const LINK_KINDS = ['can-fd', 'frames', 'lora', 'stream'] as const;
const LINK = v.variant(
  'kind',
  [
    fields({ kind: v.literal('frames'), id, ...LINK_FIELDS, ...FRAME_FIELDS }),
    fields({ kind: v.literal('can-fd'), id, ...LINK_FIELDS, ...CAN_FD_FIELDS }),
    fields({ kind: v.literal('lora'), id, ...LINK_FIELDS, ...LORA_FIELDS }),
    fields({ kind: v.literal('stream'), id, ...LINK_FIELDS, ...STREAM_FIELDS }),
  ],
  `is missing, or none of ${LINK_KINDS.join(', ')}`,
);
const LINK_ENTRY = fields({
  id,
  extends: v.exactOptional(extended),
  kind: v.exactOptional(oneOf(LINK_KINDS)),
  ...v.partial(
    v.object({ ...LINK_FIELDS, ...FRAME_FIELDS, ...CAN_FD_FIELDS, ...LORA_FIELDS, ...STREAM_FIELDS }),
  ).entries,
});

const FOOTPRINT = fields({
  stack: title,
  client: title,
  core,
  flashBytes: bytes,
  stackBytes: v.exactOptional(bytes),
  status,
  source,
});

const listOf = <S extends v.GenericSchema>(entry: S, what: string) =>
  v.exactOptional(
    v.pipe(
      v.array(entry, `expected a list of ${what}`),
      v.maxLength(MOST_ENTRIES, `expected at most ${MOST_ENTRIES} ${what}`),
    ),
  );

const FILE = fields({
  $schema: v.exactOptional(line(1000)),
  sources: listOf(SOURCE, 'sources'),
  devices: listOf(DEVICE_ENTRY, 'devices'),
  links: listOf(LINK_ENTRY, 'links'),
  rows: listOf(ROW, 'rows'),
  footprints: listOf(FOOTPRINT, 'footprints'),
});

/** The schema of users' data files. What it cannot say, {@link readCostData} checks: names that must be known. */
export const costDataSchema: v.GenericSchema = FILE;

type File = v.InferOutput<typeof FILE>;

/** What is checked against: other data, and the ids of all sources. */
interface Check extends Reading {
  readonly data: CostData;
  readonly sources: ReadonlySet<string>;
}

/** Says where a name is that nothing is known of. */
function at<T>(reading: Reading, path: Path, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!isHybridgeError(error, 'invalid_argument', 'unknown_algorithm')) throw error;
    throw misread(reading, path, error.message, error.hint);
  }
}

/** For what is read by a schema of its own: places in it are places below `path`. */
function below({ what, placeOf }: Reading, path: Path): Reading {
  return {
    what: `${what}: ${describePath(path)}`,
    ...(placeOf === undefined ? {} : { placeOf: (inner: Path) => placeOf([...path, ...inner]) }),
  };
}

function noTwice(entries: readonly { readonly id: string }[], list: string, reading: Reading): void {
  const seen = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const before = seen.get(entry.id);
    if (before !== undefined)
      throw misread(reading, [list, index], `has the same id as ${list}[${before}]: ${entry.id}`);
    seen.set(entry.id, index);
  }
}

interface Between {
  readonly low?: number | undefined;
  readonly value: number;
  readonly high?: number | undefined;
}

function inOrder({ low, value, high }: Between, reading: Reading, path: Path): void {
  if ((low ?? value) > value || (high ?? value) < value)
    throw misread(reading, path, `${value} is not between ${low ?? value} and ${high ?? value}`);
}

function checkSource(wanted: string | undefined, check: Check, path: Path): void {
  if (wanted === undefined || check.sources.has(wanted)) return;
  const near = nearestNames(wanted, [...check.sources]);
  throw misread(
    check,
    path,
    `no source is called ${wanted}`,
    near.length > 0 ? `did you mean ${near.join(', ')}?` : 'describe it under sources',
  );
}

/** An entry over the one that it extends; what neither has is left out. */
function over(base: object | undefined, entry: object): object {
  return Object.fromEntries(Object.entries({ ...base, ...entry }).filter(([, value]) => value !== undefined));
}

const NUMBERS_OF_DEVICE = ['megahertz', 'ramBytes', 'flashBytes', 'ramUsed', 'flashUsed'] as const;

function checkDevice(device: Device, check: Check, path: Path): void {
  for (const name of NUMBERS_OF_DEVICE) {
    const known = device[name];
    if (known === undefined) continue;
    inOrder(known, check, [...path, name]);
    checkSource(known.source, check, [...path, name, 'source']);
  }
  inOrder(device.waitStates, check, [...path, 'waitStates']);
  const taken = (used: Known, has: Known, name: string): void => {
    if (used.value > (has.high ?? has.value))
      throw misread(check, [...path, name], `${used.value} bytes are more than the device has`);
  };
  taken(device.ramUsed, device.ramBytes, 'ramUsed');
  taken(device.flashUsed, device.flashBytes, 'flashUsed');
}

function devicesOf(entries: File['devices'] = [], check: Check): readonly Device[] {
  const known = new Map(check.data.devices.map((device) => [device.id, device]));
  const devices = entries.map(({ extends: parent, ...entry }, index): Device => {
    const path = ['devices', index];
    const base =
      parent === undefined
        ? undefined
        : at(check, [...path, 'extends'], () => findDevice({ devices: [...known.values()] }, parent));
    const { core, megahertz, ...whole } = readAs(DEVICE, over(base, entry), below(check, path));
    const device: Device = { ...whole, core, megahertz };
    checkDevice(device, check, path);
    known.set(device.id, device);
    return device;
  });
  noTwice(devices, 'devices', check);
  return devices;
}

function linksOf(entries: File['links'] = [], check: Check): readonly Link[] {
  const known = new Map(check.data.links.map((link) => [link.id, link]));
  const links = entries.map(({ extends: parent, ...entry }, index): Link => {
    const path = ['links', index];
    const base =
      parent === undefined
        ? undefined
        : at(check, [...path, 'extends'], () => findLink({ links: [...known.values()] }, parent));
    const link: Link = readAs(LINK, over(base, entry), below(check, path));
    inOrder(link.rtt, check, [...path, 'rtt']);
    if (link.kind === 'stream' && link.repetitions !== undefined)
      inOrder(link.repetitions, check, [...path, 'repetitions']);
    checkSource(link.source, check, [...path, 'source']);
    known.set(link.id, link);
    return link;
  });
  noTwice(links, 'links', check);
  return links;
}

function checkCycles({ mean, min, max, p99 }: Cycles, check: Check, path: Path): void {
  inOrder({ low: min, value: mean, high: max }, check, path);
  if (p99 !== undefined) inOrder({ low: min, value: p99, high: max }, check, [...path, 'p99']);
}

function costRowsOf(entries: File['rows'] = [], check: Check): readonly CostRow[] {
  const rows = entries.map(({ id: written, ...entry }, index): CostRow => {
    const path = ['rows', index];
    const algorithm = at(check, [...path, 'algorithm'], () => algorithmNamed(check.data, entry.algorithm));
    const made = rowId(algorithm, entry.operation, entry.implementation, entry.core);
    if (written !== undefined && written !== made)
      throw misread(check, [...path, 'id'], `is not what the other fields make: ${made}`);
    if (entry.cycles !== undefined) checkCycles(entry.cycles, check, [...path, 'cycles']);
    checkSource(entry.source, check, [...path, 'source']);
    return { ...entry, id: made, algorithm };
  });
  noTwice(rows, 'rows', check);
  return rows;
}

/** What a file is read beside. */
export interface ReadCostDataOptions {
  /** Whose entries may be extended, and whose sources named. Default the project's own. */
  readonly data?: CostData;
}

/**
 * Reads a user's data file: devices, links, rows and their sources, in JSON or YAML. An entry with an id of the
 * project's data takes its place once {@link mergeCostData} has put the two together; with `extends` an entry is
 * another one with a few fields changed. Only what is in the file is handed back.
 *
 * @throws HybridgeError `message_too_large` beyond 8 Mi characters; `invalid_encoding` with the line, the path and, for
 * names that nothing knows, the nearest known ones.
 *
 * @example
 * ```ts
 * import { COST_DATA, findDevice, mergeCostData, readCostData } from 'hybridge/cost';
 *
 * const ours = readCostData(`
 * devices:
 *   - id: our-pump
 *     extends: nrf52840
 *     title: Our pump
 *     ramUsed: { value: 98304, status: measured, because: linker map of release 4.1 }
 *     currents: { volts: 3, cpuMilliamperes: 6.3 }
 * `);
 * console.log(findDevice(mergeCostData(COST_DATA, ours), 'our-pump').ramUsed.value);
 * ```
 */
export function readCostData(text: string, { data = COST_DATA }: ReadCostDataOptions = {}): CostData {
  const { value, placeOf } = readYaml(text, 'cost data');
  const reading: Reading = { what: 'cost data', placeOf };
  const { sources = [], devices, links, rows, footprints = [] } = readAs(FILE, value, reading);
  noTwice(sources, 'sources', reading);
  const check: Check = {
    ...reading,
    data,
    sources: new Set([...data.sources, ...sources].map((one) => one.id)),
  };
  for (const [index, { source: wanted }] of footprints.entries())
    checkSource(wanted, check, ['footprints', index, 'source']);
  return {
    sources,
    devices: devicesOf(devices, check),
    links: linksOf(links, check),
    rows: costRowsOf(rows, check),
    footprints,
  };
}
