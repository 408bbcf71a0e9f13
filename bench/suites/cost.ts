import {
  COST_DATA,
  findLink,
  type Fleet,
  type FleetClass,
  type FleetPlan,
  predict,
  type PredictRequest,
  quantity,
  transfer,
  whatIf,
} from 'hybridge/cost';
import type { Pair } from '../compare.ts';

/**
 * What a prediction costs, beside its own JSON written and read: to work a figure out should not take longer than to
 * store it. A transfer stands beside the JSON of the link that it goes over.
 */
export function costPairs(): Promise<readonly Pair[]> {
  const chain = quantity(16_002, 'bytes', { status: 'measured', because: 'a server flight with ML-DSA-65' });
  const transfers = ['ble-4.0-att23', 'lorawan-eu868-dr5', 'tcp-iw10-ethernet', 'can-fd-64'].map(
    (id): Pair => {
      const link = findLink(COST_DATA, id);
      return {
        name: `cost/transfer, ${id}`,
        subject: { label: 'transfer', work: () => transfer(link, chain, 'down') },
        baseline: {
          label: "the link's JSON, written and read",
          work: (): unknown => JSON.parse(JSON.stringify(link)),
        },
      };
    },
  );
  const board = { device: 'nrf52840', link: 'ble-4.2-dle-1M' };
  const questions: readonly (readonly [string, PredictRequest])[] = [
    [
      'an operation',
      { device: 'nrf52840', scenario: { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' } },
    ],
    [
      'a handshake',
      {
        ...board,
        scenario: {
          kind: 'tls-handshake',
          group: 'X25519MLKEM768',
          signature: 'ML-DSA-65',
          chain: 1,
          mutual: true,
          resumption: false,
        },
      },
    ],
    [
      'a firmware update',
      { ...board, scenario: { kind: 'firmware-update', imageBytes: 262_144, signatures: ['ML-DSA-65'] } },
    ],
    [
      'a sealed message',
      {
        ...board,
        scenario: { kind: 'sealed-message', kem: 'MLKEM768-X25519', messageBytes: 200, direction: 'seal' },
      },
    ],
  ];
  const predictions = questions.map(([name, request]): Pair => {
    const prediction = predict(request);
    return {
      name: `cost/predict, ${name}`,
      subject: { label: 'predict', work: () => predict(request) },
      baseline: {
        label: "the prediction's JSON, written and read",
        work: (): unknown => JSON.parse(JSON.stringify(prediction)),
      },
      target: 1,
    };
  });
  return Promise.resolve([...transfers, ...predictions]);
}

/** A large fleet worked out once. */
export interface FleetResult {
  readonly name: 'cost/fleet' | 'cost/fleet, no two alike';
  readonly classes: number;
  readonly years: number;
  readonly plans: number;
  readonly seconds: number;
  /** Seconds that the project set itself. */
  readonly target: 5;
}

const SIGNATURES = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'SLH-DSA-SHA2-128s'] as const;
const GROUPS = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'MLKEM768'] as const;

/**
 * Classes over every device and link that a session goes over, each with its own numbers, and twelve plans. Where they
 * are not alike, chains, images and authentication differ within one kind of device as well.
 */
function largeFleet(classes: number, alike: boolean): Fleet {
  const links = COST_DATA.links.filter(({ kind }) => kind === 'stream').map(({ id }) => id);
  const of = <Entry>(entries: readonly Entry[], index: number): Entry | undefined =>
    entries[index % entries.length];
  const device = (index: number): string => of(COST_DATA.devices, index)?.id ?? '';
  const plans = SIGNATURES.flatMap((signature) =>
    GROUPS.map((group): FleetPlan => ({
      name: `${signature}, ${group}`,
      to: { signature, group, firmware: [signature] },
      schedule: {
        kind: 'shares',
        shares: [
          { year: 2028, share: 0.2 },
          { year: 2030, share: 0.6 },
          { year: 2033, share: 1 },
        ],
      },
      classes: new Map(),
    })),
  );
  return {
    title: 'a large fleet',
    years: { from: 2026, to: 2045 },
    prices: { currency: 'EUR', perMegabyte: 0.5, perKilowattHour: 0.3 },
    classes: Array.from({ length: classes }, (_, index): FleetClass => {
      const id = `class-${String(index)}`;
      const perDay = 1 + (index % 97);
      return {
        id,
        lineage: [id],
        title: id,
        device: device(index),
        link: of(links, Math.floor(index / COST_DATA.devices.length)),
        count: 1 + (index % 1000),
        implementation: undefined,
        perMegabyte: undefined,
        sessions: {
          perDay,
          resumed: 0.5,
          group: 'X25519',
          signature: 'ECDSA-P256-SHA256',
          chain: alike ? 1 : index % 3,
          mutual: alike || index % 2 === 1,
        },
        updates: {
          perYear: 1 + (index % 12),
          imageBytes: 65_536 * (1 + (index % (alike ? 4 : 16))),
          signatures: ['ECDSA-P256-SHA256'],
        },
        messages: undefined,
      };
    }),
    plans,
  };
}

/** Times the fleets, each once, for that is long enough to be even. */
export function costFleets(classes: number): readonly FleetResult[] {
  return [
    timed('cost/fleet', classes, largeFleet(classes, true)),
    timed('cost/fleet, no two alike', classes, largeFleet(classes, false)),
  ];
}

function timed(name: FleetResult['name'], classes: number, fleet: Fleet): FleetResult {
  const started = performance.now();
  const { years, plans } = whatIf(fleet);
  const seconds = (performance.now() - started) / 1000;
  return { name, classes, years: years.length, plans: plans.length, seconds, target: 5 };
}

/** The line of a report. */
export function fleetLine({ name, classes, years, plans, seconds, target }: FleetResult): string {
  const met = seconds < target ? 'met' : 'MISSED';
  return `${name.padEnd(38)} ${seconds.toFixed(2)} s  ${String(classes)} classes x ${String(years)} years x ${String(plans)} options  (target ${String(target)} s: ${met})`;
}
