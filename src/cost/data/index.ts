/** The project's own data, and how data is asked. */
import { HybridgeError } from '../../bytes/index.ts';
import { deepFreeze, nearest } from '../../registry/index.ts';
import { agreementKeys } from './agreement-keys.ts';
import { DEVICES } from './devices.ts';
import { FOOTPRINTS } from './footprints.ts';
import { LINKS } from './links.ts';
import { AEAD_ROWS } from './rows-aead.ts';
import { CORTEX_M0PLUS_ROWS } from './rows-cortex-m0plus.ts';
import { CORTEX_M3_ROWS } from './rows-cortex-m3.ts';
import { CORTEX_M33_ROWS } from './rows-cortex-m33.ts';
import { CORTEX_M4_ROWS } from './rows-cortex-m4.ts';
import { EMILL_ROWS } from './rows-emill.ts';
import { ESP32_ROWS } from './rows-esp32.ts';
import { JAVASCRIPT_ROWS } from './rows-javascript.ts';
import { PQM4_ROWS } from './rows-pqm4.ts';
import { QUOTED_ROWS } from './rows-quoted.ts';
import { RP2040_ROWS } from './rows-rp2040.ts';
import { RV32_ROWS } from './rows-rv32.ts';
import { WOLFCRYPT_ROWS } from './rows-wolfcrypt.ts';
import { SOURCES } from './sources.ts';
import type { CostData, CostRow, Device, Link, Source } from './types.ts';

const ROWS: readonly CostRow[] = [
  ...PQM4_ROWS,
  ...EMILL_ROWS,
  ...WOLFCRYPT_ROWS,
  ...AEAD_ROWS,
  ...QUOTED_ROWS,
  ...RP2040_ROWS,
  ...ESP32_ROWS,
  ...CORTEX_M0PLUS_ROWS,
  ...CORTEX_M3_ROWS,
  ...CORTEX_M4_ROWS,
  ...CORTEX_M33_ROWS,
  ...RV32_ROWS,
  ...JAVASCRIPT_ROWS,
];

/**
 * The project's own data: what is published or was measured about cryptography on constrained devices, profiles of
 * devices and links, and where each figure comes from. Frozen.
 *
 * @example
 * ```ts
 * import { COST_DATA } from 'hybridge/cost';
 *
 * for (const { id, stack } of COST_DATA.rows)
 *   if (id.startsWith('ML-DSA-65:verify:')) console.log(id, stack?.value);
 * ```
 */
export const COST_DATA: CostData = deepFreeze({
  sources: SOURCES,
  rows: [...ROWS, ...agreementKeys(ROWS)],
  devices: DEVICES,
  links: LINKS,
  footprints: FOOTPRINTS,
});

/** At most five of the names that resemble a text, nearest first. */
export function nearestNames(wanted: string, names: readonly string[]): readonly string[] {
  return nearest(
    wanted,
    names.map((name) => ({ name, aliases: [] })),
  );
}

/** Devices by what people call them: a common part with that core, so that there is a clock and there is memory. */
const USUAL_DEVICES: ReadonlyMap<string, string> = new Map([
  ['cortex-m0plus', 'rp2040'],
  ['cortex-m3', 'stm32l152re'],
  ['cortex-m4', 'nrf52840'],
  ['cortex-m33', 'nrf5340-app'],
  ['esp32', 'esp32-s3'],
  ['risc-v', 'esp32-c3'],
  ['gateway', 'gateway-linux-a53'],
]);

/** Links by what people call them: the variant that is met most. */
const USUAL_LINKS: ReadonlyMap<string, string> = new Map([
  ['ble', 'ble-4.2-dle-1M'],
  ['6lowpan', 'ieee802154-6lowpan'],
  ['nb-iot', 'nb-iot-cat-nb1'],
  ['lte-m', 'lte-m-cat-m1'],
  ['can-fd', 'can-fd-64'],
  ['uart', 'uart-115200'],
  ['ethernet', 'tcp-iw10-ethernet'],
  ['wifi', 'tcp-wifi'],
]);

function named<Entry extends { readonly id: string }>(
  what: string,
  entries: readonly Entry[],
  wanted: Entry | string,
  usual: ReadonlyMap<string, string>,
): Entry {
  if (typeof wanted !== 'string') return wanted;
  const usually = usual.get(wanted);
  // A profile of the user's own with such a name comes first.
  const found = entries.find(({ id }) => id === wanted) ?? entries.find(({ id }) => id === usually);
  if (found !== undefined) return found;
  const names = [...entries.map(({ id }) => id), ...usual.keys()];
  const near = nearestNames(wanted, names);
  throw new HybridgeError('invalid_argument', `no ${what} is called '${wanted.slice(0, 64)}'`, {
    fault: 'caller',
    hint: `${near.length > 0 ? 'did you mean' : 'known are'} ${(near.length > 0 ? near : names).join(', ')}`,
    details: { known: names },
  });
}

/**
 * The device of an id, or of a core (`cortex-m4`), for which a common part stands; a profile is handed back as it is.
 *
 * @throws HybridgeError `invalid_argument` for an unknown id, with the nearest known ones as hint.
 *
 * @example
 * ```ts
 * import { COST_DATA, findDevice } from 'hybridge/cost';
 *
 * console.log(findDevice(COST_DATA, 'nrf52840').ramBytes.value);
 * ```
 */
export function findDevice(data: Pick<CostData, 'devices'>, device: Device | string): Device {
  return named('device', data.devices, device, USUAL_DEVICES);
}

/**
 * The link of an id, or of a technology (`nb-iot`), for which a common variant stands; a profile is handed back as it is.
 *
 * @throws HybridgeError `invalid_argument` for an unknown id, with the nearest known ones as hint.
 *
 * @example
 * ```ts
 * import { COST_DATA, findLink } from 'hybridge/cost';
 *
 * console.log(findLink(COST_DATA, 'lorawan-eu868-dr0').title);
 * ```
 */
export function findLink(data: Pick<CostData, 'links'>, link: Link | string): Link {
  return named('link', data.links, link, USUAL_LINKS);
}

/** A source, with the row that led to it if there was one. */
export interface DescribedSource {
  readonly source: Source;
  readonly row?: CostRow;
}

/**
 * What stands behind an id in the `sources` of a figure: the source itself, or a row and its source.
 *
 * @example
 * ```ts
 * import { COST_DATA, describeSource } from 'hybridge/cost';
 *
 * console.log(describeSource(COST_DATA, 'ML-KEM-768:decaps:pqm4/m4fspeed:cortex-m4')?.source.reference);
 * ```
 */
export function describeSource(
  data: Pick<CostData, 'rows' | 'sources'>,
  id: string,
): DescribedSource | undefined {
  const row = data.rows.find((one) => one.id === id);
  const source = data.sources.find((one) => one.id === (row?.source ?? id));
  if (source === undefined) return undefined;
  return row === undefined ? { source } : { source, row };
}

function replaced<Entry extends { readonly id: string }>(
  base: readonly Entry[],
  user: readonly Entry[] = [],
): readonly Entry[] {
  if (user.length === 0) return base;
  const byId = new Map(base.map((entry) => [entry.id, entry]));
  for (const entry of user) byId.set(entry.id, entry);
  return [...byId.values()];
}

/**
 * Data with a user's own: an entry of the same id takes the place of the project's, every other is added.
 *
 * @example
 * ```ts
 * import { COST_DATA, findDevice, mergeCostData } from 'hybridge/cost';
 *
 * const patch = { ...findDevice(COST_DATA, 'nrf52832'), id: 'patch', title: 'Our patch', keccakPresent: true };
 * const data = mergeCostData(COST_DATA, { devices: [patch] });
 * console.log(data.devices.length - COST_DATA.devices.length);
 * ```
 */
export function mergeCostData(base: CostData, user: Partial<CostData>): CostData {
  return {
    sources: replaced(base.sources, user.sources),
    rows: replaced(base.rows, user.rows),
    devices: replaced(base.devices, user.devices),
    links: replaced(base.links, user.links),
    footprints: [...base.footprints, ...(user.footprints ?? [])],
  };
}
