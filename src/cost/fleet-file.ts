/** The reader of fleet files: YAML or JSON to a {@link Fleet}, with everything that classes extend in its place. */
import * as v from 'valibot';
import { isHybridgeError } from '../bytes/index.ts';
import { findPolicy, POLICY_NAMES } from '../policy/index.ts';
import { COST_DATA, findDevice, findLink, nearestNames } from './data/index.ts';
import type { CostData } from './data/types.ts';
import type { Fleet, FleetClass, FleetPlan, FleetSchedule, FleetTarget } from './fleet.ts';
import {
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
import {
  bytesSchema,
  chainSchema,
  firmwareSignaturesSchema,
  flagSchema,
  groupSchema,
  imageBytesSchema,
  kemSchema,
  signatureSchema,
  slotsSchema,
} from './scenario-schema.ts';
import { readYaml } from './yaml.ts';

const MOST_DEVICES = 1e10;
const MOST_PER_DAY = 86_400;
const HIGHEST_PRICE = 1e9;
const MOST_YEARS = 50;
const MOST_PLANS = 50;
/** Longer chains of classes are generated, or a mistake. */
const LONGEST_LINEAGE = 16;

const share = numberFrom(0, 1);
const year = wholeFrom(2000, 2200);
const price = numberFrom(0, HIGHEST_PRICE);
const perDay = numberFrom(0, MOST_PER_DAY);
/** Ids of classes, devices and links, names of plans and implementations. */
const name = line(80);

const SESSIONS = fields({
  perDay: v.exactOptional(v.pipe(perDay, v.description('Sessions of one device in a day.'))),
  resumed: v.exactOptional(v.pipe(share, v.description('Share that resumes an earlier session. Default 0.'))),
  group: v.exactOptional(groupSchema),
  signature: v.exactOptional(signatureSchema),
  clientSignature: v.exactOptional(signatureSchema),
  chain: v.exactOptional(v.pipe(chainSchema, v.description('Intermediates beside the leaf. Default 1.'))),
  mutual: v.exactOptional(v.pipe(flagSchema, v.description('The device authenticates too. Default false.'))),
});

const UPDATES = fields({
  perYear: v.exactOptional(
    v.pipe(numberFrom(0, MOST_PER_DAY), v.description('Updates of one device in a year.')),
  ),
  imageBytes: v.exactOptional(imageBytesSchema),
  signatures: v.exactOptional(firmwareSignaturesSchema),
  slots: v.exactOptional(
    v.pipe(slotsSchema, v.description('With 2 the old image stays in flash beside the new. Default 1.')),
  ),
  link: v.exactOptional(
    v.pipe(name, v.description('Where updates arrive, if not over the link of the class.')),
  ),
});

const MESSAGES = fields({
  perDay: v.exactOptional(v.pipe(perDay, v.description('Sealed messages of one device in a day.'))),
  bytes: v.exactOptional(bytesSchema),
  kem: v.exactOptional(kemSchema),
  direction: v.exactOptional(
    v.pipe(oneOf(['open', 'seal']), v.description('What the device does with them. Default seal.')),
  ),
});

const CLASS = fields({
  title: v.exactOptional(line(200)),
  extends: v.exactOptional(
    v.pipe(
      name,
      v.description('The class from which everything is taken that is not said here, but not `devices`.'),
    ),
  ),
  devices: v.exactOptional(
    v.pipe(
      wholeFrom(0, MOST_DEVICES),
      v.description('How many there are; without it a class is only extended.'),
    ),
  ),
  device: v.exactOptional(v.pipe(name, v.description('Id of a device profile.'))),
  link: v.exactOptional(v.pipe(name, v.description('Id of a link profile.'))),
  implementation: v.exactOptional(name),
  perMegabyte: v.exactOptional(v.pipe(price, v.description('Price of 1,000,000 bytes here.'))),
  sessions: v.exactOptional(SESSIONS),
  updates: v.exactOptional(UPDATES),
  messages: v.exactOptional(MESSAGES),
});

const TARGET = fields({
  group: v.exactOptional(groupSchema),
  signature: v.exactOptional(signatureSchema),
  clientSignature: v.exactOptional(signatureSchema),
  chain: v.exactOptional(chainSchema),
  resumed: v.exactOptional(share),
  firmware: v.exactOptional(firmwareSignaturesSchema),
  kem: v.exactOptional(kemSchema),
  implementation: v.exactOptional(name),
});

const SCHEDULE = fields({
  policy: v.exactOptional(v.pipe(name, v.description('Name of a policy whose dates end what runs now.'))),
  on: v.exactOptional(
    v.pipe(oneOf(['refuse', 'warn']), v.description('Which of its verdicts ends it. Default refuse.')),
  ),
  years: v.exactOptional(
    v.pipe(
      wholeFrom(0, MOST_YEARS),
      v.description('How many years before that day the move begins. Default 0.'),
    ),
  ),
  shares: v.exactOptional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(/^2[01]\d\d$/u, 'expected a year')),
        share,
        'expected years with shares',
      ),
      v.description('The share that is moved, by the year in which it is reached.'),
    ),
  ),
});

const FLEET = fields({
  $schema: v.exactOptional(line(1000)),
  title: v.exactOptional(line(200)),
  years: fields({ from: year, to: year }),
  prices: v.exactOptional(
    fields({
      currency: v.pipe(
        v.string('expected a currency'),
        v.regex(/^[A-Z]{3}$/u, 'expected three capital letters, as EUR'),
        v.description('ISO 4217 code.'),
      ),
      perMegabyte: v.exactOptional(
        v.pipe(price, v.description('Price of 1,000,000 bytes sent or received.')),
      ),
      perKilowattHour: v.exactOptional(price),
    }),
  ),
  classes: v.pipe(
    v.record(
      v.pipe(
        v.string(),
        v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/u, 'expected lower-case letters, digits, dots and hyphens'),
      ),
      CLASS,
      'expected classes by their ids',
    ),
    v.description('Device classes by id.'),
  ),
  plans: v.exactOptional(
    v.pipe(
      v.record(
        name,
        fields({
          to: TARGET,
          schedule: SCHEDULE,
          classes: v.exactOptional(
            v.record(
              name,
              fields({ to: v.exactOptional(TARGET), schedule: v.exactOptional(SCHEDULE) }),
              'expected classes by their ids',
            ),
          ),
        }),
        'expected plans by their names',
      ),
      v.description('Ways to move the fleet, by name.'),
    ),
  ),
});

type ClassEntry = v.InferOutput<typeof CLASS>;
type ScheduleEntry = v.InferOutput<typeof SCHEDULE>;
type FleetEntry = v.InferOutput<typeof FLEET>;

/** The schema of fleet files. */
export const fleetSchema: v.GenericSchema = FLEET;

/** A class without what it extends: all of that is in it. */
interface Whole {
  readonly entry: ClassEntry;
  readonly lineage: readonly string[];
}

function inheriting(child: ClassEntry, parent: ClassEntry): ClassEntry {
  const inherited = { ...parent };
  delete inherited.title;
  delete inherited.devices;
  return {
    ...inherited,
    ...child,
    ...(parent.sessions === undefined ? {} : { sessions: { ...parent.sessions, ...child.sessions } }),
    ...(parent.updates === undefined ? {} : { updates: { ...parent.updates, ...child.updates } }),
    ...(parent.messages === undefined ? {} : { messages: { ...parent.messages, ...child.messages } }),
  };
}

function unknownClass(reading: Reading, path: Path, wanted: string, known: ReadonlySet<string>): never {
  const near = nearestNames(wanted, [...known]);
  throw misread(
    reading,
    path,
    `no class is called ${wanted}`,
    near.length > 0 ? `did you mean ${near.join(', ')}?` : undefined,
  );
}

/** Every class with everything that it extends, by id. */
function resolve(classes: FleetEntry['classes'], reading: Reading): ReadonlyMap<string, Whole> {
  const entries = new Map(Object.entries(classes));
  const ids = new Set(entries.keys());
  const whole = new Map<string, Whole>();
  const resolved = (id: string, entry: ClassEntry, below: readonly string[]): Whole => {
    const before = whole.get(id);
    if (before !== undefined) return before;
    const path = ['classes', id, 'extends'];
    const tooLong = (): never => {
      throw misread(reading, path, `is part of a chain of more than ${LONGEST_LINEAGE} classes`);
    };
    if (below.includes(id))
      throw misread(
        reading,
        path,
        `goes round in a circle: ${[...below, id].reverse().join(' is extended by ')}`,
      );
    let made: Whole = { entry, lineage: [id] };
    if (entry.extends !== undefined) {
      // Before the next one is asked for: a chain may be as long as the file.
      if (below.length + 1 >= LONGEST_LINEAGE) tooLong();
      const parentEntry = entries.get(entry.extends);
      if (parentEntry === undefined) return unknownClass(reading, path, entry.extends, ids);
      const parent = resolved(entry.extends, parentEntry, [...below, id]);
      made = { entry: inheriting(entry, parent.entry), lineage: [id, ...parent.lineage] };
    }
    if (below.length + made.lineage.length > LONGEST_LINEAGE) tooLong();
    whole.set(id, made);
    return made;
  };
  for (const [id, entry] of entries) resolved(id, entry, []);
  return whole;
}

/** A field that neither the class nor one that it extends has. */
function required<T>(value: T | undefined, reading: Reading, path: Path): T {
  if (value === undefined) throw misread(reading, path, 'is missing, here and in what it extends');
  return value;
}

/** Looks a profile up, and tells the place of a name that nothing is known of. */
function known(reading: Reading, path: Path, look: () => unknown): void {
  try {
    look();
  } catch (error) {
    if (!isHybridgeError(error, 'invalid_argument')) throw error;
    throw misread(reading, path, error.message, error.hint);
  }
}

function classOf(
  id: string,
  { entry, lineage }: Whole,
  count: number,
  reading: Reading,
  data: CostData,
): FleetClass {
  const path = ['classes', id];
  const { sessions, updates, messages, link } = entry;
  const device = required(entry.device, reading, [...path, 'device']);
  known(reading, [...path, 'device'], () => findDevice(data, device));
  if (link !== undefined) known(reading, [...path, 'link'], () => findLink(data, link));
  const updateLink = updates?.link;
  if (updateLink !== undefined)
    known(reading, [...path, 'updates', 'link'], () => findLink(data, updateLink));
  const need = <T>(value: T | undefined, ...place: readonly string[]): T =>
    required(value, reading, [...path, ...place]);
  return {
    id,
    lineage,
    title: entry.title ?? id,
    device,
    link,
    count,
    implementation: entry.implementation,
    perMegabyte: entry.perMegabyte,
    sessions: sessions && {
      perDay: need(sessions.perDay, 'sessions', 'perDay'),
      resumed: sessions.resumed ?? 0,
      group: need(sessions.group, 'sessions', 'group'),
      signature: need(sessions.signature, 'sessions', 'signature'),
      clientSignature: sessions.clientSignature,
      chain: sessions.chain ?? 1,
      mutual: sessions.mutual ?? false,
    },
    updates: updates && {
      perYear: need(updates.perYear, 'updates', 'perYear'),
      imageBytes: need(updates.imageBytes, 'updates', 'imageBytes'),
      signatures: need(updates.signatures, 'updates', 'signatures'),
      slots: updates.slots,
      link: updates.link,
    },
    messages: messages && {
      perDay: need(messages.perDay, 'messages', 'perDay'),
      bytes: need(messages.bytes, 'messages', 'bytes'),
      kem: need(messages.kem, 'messages', 'kem'),
      direction: messages.direction ?? 'seal',
    },
  };
}

function scheduleOf(entry: ScheduleEntry, reading: Reading, path: Path): FleetSchedule {
  if (entry.policy !== undefined) {
    if (entry.shares !== undefined) throw misread(reading, path, 'has both a policy and shares');
    if (findPolicy(entry.policy) === undefined)
      throw misread(
        reading,
        [...path, 'policy'],
        `no policy is called ${entry.policy}`,
        `there are ${POLICY_NAMES.join(', ')} and legacy-until(YYYY-MM-DD)`,
      );
    return { kind: 'policy', policy: entry.policy, on: entry.on ?? 'refuse', years: entry.years ?? 0 };
  }
  if (entry.shares === undefined) throw misread(reading, path, 'has neither a policy nor shares');
  if (entry.on !== undefined || entry.years !== undefined)
    throw misread(reading, path, '`on` and `years` go with a policy, not with shares');
  const shares = Object.entries(entry.shares)
    .map(([text, moved]) => ({ year: Number(text), share: moved }))
    .sort((a, b) => a.year - b.year);
  if (shares.length === 0) throw misread(reading, [...path, 'shares'], 'has no year');
  shares.reduce((before, step) => {
    if (step.share < before.share)
      throw misread(
        reading,
        [...path, 'shares', String(step.year)],
        `goes back from ${before.share} to ${step.share}: what has been moved stays`,
      );
    return step;
  });
  return { kind: 'shares', shares };
}

function plansOf(
  entries: NonNullable<FleetEntry['plans']>,
  classes: ReadonlyMap<string, Whole>,
  reading: Reading,
): readonly FleetPlan[] {
  const ids = new Set(classes.keys());
  return Object.entries(entries).map(([plan, entry]) => {
    const path = ['plans', plan];
    const single = Object.entries(entry.classes ?? {}).map(([id, own]) => {
      const inside = [...path, 'classes', id];
      if (!ids.has(id)) unknownClass(reading, inside, id, ids);
      const to: FleetTarget = own.to ?? {};
      const schedule = own.schedule && scheduleOf(own.schedule, reading, [...inside, 'schedule']);
      return [id, { to, schedule }] as const;
    });
    return {
      name: plan,
      to: entry.to,
      schedule: scheduleOf(entry.schedule, reading, [...path, 'schedule']),
      classes: new Map(single),
    };
  });
}

/** What the profiles of a fleet are looked up in. */
export interface ReadFleetOptions {
  /** Default the project's own. */
  readonly data?: CostData;
}

/**
 * Reads a fleet file, in YAML 1.2 or JSON, of up to 8 Mi characters. Aliases, duplicate keys and fields that nothing
 * knows are refused; so are classes that extend each other in a circle.
 *
 * @throws HybridgeError `message_too_large` before anything is parsed; `invalid_encoding` with line, path and, for names,
 * the nearest known ones.
 *
 * @example
 * ```ts
 * import { readFleet } from 'hybridge/cost';
 *
 * const fleet = readFleet(`
 * years: { from: 2026, to: 2031 }
 * classes:
 *   pump:
 *     device: nrf52840
 *     devices: 1200
 *     updates: { perYear: 4, imageBytes: 262144, signatures: [ECDSA-P256-SHA256] }
 * plans:
 *   ML-DSA-65 by 2030:
 *     to: { firmware: [ML-DSA-65] }
 *     schedule: { shares: { 2028: 0.2, 2030: 1 } }
 * `);
 * console.log(fleet.classes.length, fleet.plans[0]?.name);
 * ```
 */
export function readFleet(text: string, { data = COST_DATA }: ReadFleetOptions = {}): Fleet {
  const { value, placeOf } = readYaml(text, 'fleet');
  const reading: Reading = { what: 'fleet', placeOf };
  const file = readAs(FLEET, value, reading);
  const { from, to } = file.years;
  if (to < from || to - from >= MOST_YEARS)
    throw misread(reading, ['years'], `from ${from} to ${to} are not 1 to ${MOST_YEARS} years`);
  const whole = resolve(file.classes, reading);
  const classes = [...whole].flatMap(([id, one]) =>
    one.entry.devices === undefined ? [] : [classOf(id, one, one.entry.devices, reading, data)],
  );
  if (classes.length === 0) throw misread(reading, ['classes'], 'none of them has devices');
  const plans = plansOf(file.plans ?? {}, whole, reading);
  if (plans.length > MOST_PLANS) throw misread(reading, ['plans'], `are more than ${MOST_PLANS}`);
  return { title: file.title ?? 'Fleet', years: file.years, prices: file.prices, classes, plans };
}
