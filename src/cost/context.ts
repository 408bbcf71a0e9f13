/** A question made ready: device, link and data looked up, the choice of implementations settled. */
import { HybridgeError } from '../bytes/index.ts';
import type { Policy } from '../policy/index.ts';
import { requireNumber } from './check.ts';
import { COST_DATA, findDevice, findLink, nearestNames } from './data/index.ts';
import type { CostData, Device, Link } from './data/types.ts';
import { algorithmsWithRows, implementationsIn } from './rows.ts';
import type { PredictRequest, Scenario } from './scenario.ts';
import { type Memo, memoFor } from './served.ts';
import { withStatefulHashRows } from './stateful-hash.ts';
import { operationsOf, registered, workOf } from './work.ts';

/** What every prediction starts from. */
export interface Context {
  readonly data: CostData;
  readonly device: Device;
  readonly link: Link | undefined;
  readonly scenario: Scenario;
  /** `fastest`, `smallest`, or the name of an implementation. */
  readonly choose: (algorithm: string) => string;
  /** Whether the name was given for this algorithm, and not for all that have such an implementation. */
  readonly chosenByName: boolean;
  /** What was worked out before for the same data, device and choice. */
  readonly memo: Memo;
  /** The policy asked about, and its date. */
  readonly judged: { readonly policy: Policy; readonly at: Date } | undefined;
}

const KINDS: readonly Scenario['kind'][] = [
  'operation',
  'tls-handshake',
  'firmware-update',
  'certificate-chain',
  'sealed-message',
];

/** Requests may come from where no compiler looks. */
function checkScenario(scenario: Scenario): Scenario {
  if (KINDS.includes(scenario.kind)) return scenario;
  throw new HybridgeError('invalid_argument', `no such scenario: ${scenario.kind}`, {
    hint: `it is one of ${KINDS.join(', ')}`,
  });
}

const WELL_KNOWN = ['fastest', 'smallest'];

/** The build alone: `c-Os` of `pqclean/c-Os`. */
const buildOf = (implementation: string): string => implementation.slice(implementation.indexOf('/') + 1);

function requireImplementation(data: CostData, name: string): void {
  if (WELL_KNOWN.includes(name) || implementationsIn(data).has(name)) return;
  const names = [...WELL_KNOWN, ...implementationsIn(data)];
  const whole = nearestNames(name, names);
  // People say `m4f` of `pqm4/m4f`.
  const builds = nearestNames(name, [...new Set(names.map(buildOf))]);
  const near = whole.length > 0 ? whole : names.filter((one) => builds.includes(buildOf(one)));
  throw new HybridgeError('invalid_argument', `no such implementation in the data: ${name.slice(0, 80)}`, {
    hint:
      near.length > 0
        ? `did you mean ${near.slice(0, 5).join(', ')}?`
        : 'write fastest, smallest, or the name of an implementation as the data has it',
  });
}

const checkedDevices = new WeakSet<Device>();

/** Refuses sizes and clocks that cannot be: profiles may be a caller's own. Links are checked where bytes move. */
function checkDevice(device: Device): Device {
  if (checkedDevices.has(device)) return device;
  const what = `device ${device.id}`;
  for (const [name, { low, value, high }] of [
    ['RAM', device.ramBytes],
    ['flash', device.flashBytes],
    ['RAM in use', device.ramUsed],
    ['flash in use', device.flashUsed],
  ] as const)
    for (const bytes of [low ?? value, value, high ?? value]) requireNumber(`${what}, ${name}`, bytes);
  if (device.megahertz !== undefined) requireNumber(`${what}, clock in MHz`, device.megahertz.value, 0.001);
  const { low, value, high } = device.waitStates;
  for (const share of [low, value, high]) requireNumber(`${what}, wait states`, share, 0, 100);
  checkedDevices.add(device);
  return device;
}

/** A choice for an algorithm without rows of its own would silently be none. */
function requireRows(data: CostData, algorithm: string): void {
  const names = algorithmsWithRows(data);
  if (names.includes(algorithm)) return;
  const descriptor = registered(algorithm);
  const parts =
    descriptor === undefined
      ? []
      : operationsOf(descriptor).flatMap((operation) =>
          workOf(algorithm, operation).map((work) => work.algorithm),
        );
  const instead = [...new Set(parts)].filter((part) => names.includes(part));
  const near = nearestNames(algorithm, names);
  throw new HybridgeError('unknown_algorithm', `the data has no row of ${algorithm.slice(0, 80)}`, {
    ...(instead.length > 0
      ? { hint: `its costs are those of ${instead.join(' and ')}: choose for them` }
      : near.length > 0 && { hint: `did you mean ${near.join(', ')}?` }),
  });
}

function choiceOf(
  data: CostData,
  implementation: NonNullable<PredictRequest['implementation']>,
): Pick<Context, 'choose' | 'chosenByName'> {
  if (typeof implementation === 'string') {
    requireImplementation(data, implementation);
    return { choose: () => implementation, chosenByName: false };
  }
  for (const [algorithm, name] of Object.entries(implementation)) {
    requireRows(data, algorithm);
    requireImplementation(data, name);
  }
  return { choose: (algorithm) => implementation[algorithm] ?? 'fastest', chosenByName: true };
}

/**
 * A request made ready.
 *
 * @throws {@link HybridgeError} `invalid_argument` for a device, link or implementation that nothing is known of (with
 * the nearest names as hint), for profiles with sizes that cannot be, and for a policy without a date.
 */
export function contextOf(request: PredictRequest): Context {
  const { device, link, policy, at } = request;
  const data = withStatefulHashRows(request.data ?? COST_DATA);
  if (policy !== undefined && at === undefined)
    throw new HybridgeError('invalid_argument', 'a policy is asked about without a date', {
      hint: 'give the date of its verdict as `at`',
    });
  const { implementation = 'fastest' } = request;
  const found = checkDevice(findDevice(data, device));
  return {
    data,
    device: found,
    link: link === undefined ? undefined : findLink(data, link),
    scenario: checkScenario(request.scenario),
    ...choiceOf(data, implementation),
    memo: memoFor(
      data,
      found,
      typeof implementation === 'string'
        ? implementation
        : JSON.stringify(Object.entries(implementation).sort(([a], [b]) => (a < b ? -1 : 1))),
    ),
    judged: policy === undefined || at === undefined ? undefined : { policy, at },
  };
}
