import { HybridgeError } from '../../bytes/index.ts';
import type { BenchResult } from '../bench-result.ts';
import { COST_DATA, findDevice, findLink } from '../data/index.ts';
import type { CostData, Device, Link } from '../data/types.ts';
import type { FleetOutcome } from '../fleet.ts';
import type { Policy } from '../../policy/index.ts';
import { compareOptions, type Comparison } from '../compare.ts';
import { predict } from '../predict.ts';
import type { Prediction } from '../prediction.ts';
import type { FirmwareUpdateScenario, PredictRequest, Scenario, TlsHandshakeScenario } from '../scenario.ts';
import { smallestChange } from '../smallest-change.ts';
import { signatureFigures } from '../suit.ts';
import { grouped } from './fit.ts';
import type { Change, LabelledPrediction, ReportInput, SignaturePoint } from './input.ts';

/** What a report is wanted of. */
export interface ReportRequest {
  readonly title: string;
  /** The date that the report speaks for, and that a policy is asked about. */
  readonly at: Date;
  /** Profiles or their ids, one or more. */
  readonly devices: readonly (Device | string)[];
  /** Profiles or their ids; without one nothing is said of transfer. */
  readonly links?: readonly (Link | string)[];
  /**
   * What is to be done after the migration; each is set beside what does the same today. Default: the TLS handshake
   * with each ML-DSA, and the update of a firmware of 256 KiB with each post-quantum signature.
   */
  readonly scenarios?: readonly Scenario[];
  /** As of {@link PredictRequest}; default both the fastest and the smallest. */
  readonly implementation?: PredictRequest['implementation'];
  readonly data?: CostData;
  readonly policy?: Policy;
  readonly fleet?: FleetOutcome;
  readonly bench?: BenchResult;
}

const CLASSICAL = 'ECDSA-P256-SHA256';
const HYBRID_GROUP = 'X25519MLKEM768';
const ML_DSA = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;
const CHAIN_SIGNATURES = [CLASSICAL, ...ML_DSA] as const;
const CHAIN_LENGTHS = [0, 1, 2, 3] as const;
const FIRMWARE_SIGNATURES = [...ML_DSA, 'SLH-DSA-SHA2-128s', 'LMS-SHA256-H10-W4'] as const;
const VERIFIED = [
  CLASSICAL,
  'Ed25519',
  ...ML_DSA,
  'SLH-DSA-SHA2-128s',
  'LMS-SHA256-H10-W4',
  'LMS-SHA256-H10-W8',
] as const;
const USUAL_IMAGE = 256 * 1024;

/** One task: how it is done today, and the ways in which it could be done. */
interface Task {
  readonly name: string;
  readonly before: { readonly label: string; readonly scenario: Scenario };
  readonly after: readonly { readonly label: string; readonly scenario: Scenario }[];
  /** The one whose options are compared. */
  readonly usual: Scenario;
}

function handshakeWith(group: string, signature: TlsHandshakeScenario['signature']): TlsHandshakeScenario {
  return { kind: 'tls-handshake', group, signature, chain: 1, mutual: false, resumption: false };
}

function updateWith(signature: string): FirmwareUpdateScenario {
  return { kind: 'firmware-update', imageBytes: USUAL_IMAGE, signatures: [signature] };
}

const USUAL_TASKS: readonly Task[] = [
  {
    name: 'TLS handshake',
    before: { label: `X25519 + ${CLASSICAL}`, scenario: handshakeWith('X25519', CLASSICAL) },
    after: ML_DSA.map((signature) => ({
      label: `${HYBRID_GROUP} + ${signature}`,
      scenario: handshakeWith(HYBRID_GROUP, signature),
    })),
    usual: handshakeWith(HYBRID_GROUP, 'ML-DSA-65'),
  },
  {
    name: 'Firmware update',
    before: { label: CLASSICAL, scenario: updateWith(CLASSICAL) },
    after: FIRMWARE_SIGNATURES.map((signature) => ({ label: signature, scenario: updateWith(signature) })),
    usual: updateWith('ML-DSA-65'),
  },
];

/** The same task with the algorithms of today; `undefined` where the scenario is of no task but an operation. */
function taskOf(scenario: Scenario): Task | undefined {
  switch (scenario.kind) {
    case 'operation':
      return undefined;
    case 'tls-handshake':
      return {
        name: 'TLS handshake',
        before: {
          label: `X25519 + ${CLASSICAL}`,
          scenario: {
            ...scenario,
            group: 'X25519',
            signature: CLASSICAL,
            ...(scenario.clientSignature === undefined ? {} : { clientSignature: CLASSICAL }),
          },
        },
        after: [{ label: `${scenario.group} + ${scenario.signature}`, scenario }],
        usual: scenario,
      };
    case 'firmware-update':
      return {
        name: 'Firmware update',
        before: { label: CLASSICAL, scenario: { ...scenario, signatures: [CLASSICAL] } },
        after: [{ label: scenario.signatures.join(' + '), scenario }],
        usual: scenario,
      };
    case 'certificate-chain':
      return {
        name: 'Certificate chain',
        before: {
          label: CLASSICAL,
          scenario: {
            kind: scenario.kind,
            signature: CLASSICAL,
            intermediates: scenario.intermediates,
            ...(scenario.profile === undefined ? {} : { profile: scenario.profile }),
          },
        },
        after: [{ label: scenario.signature, scenario }],
        usual: scenario,
      };
    case 'sealed-message':
      return {
        name: 'Sealed message',
        before: {
          label: 'DHKEM(X25519, HKDF-SHA256)',
          scenario: { ...scenario, kem: 'DHKEM(X25519, HKDF-SHA256)' },
        },
        after: [{ label: scenario.kem, scenario }],
        usual: scenario,
      };
  }
}

/** Scenarios with the same present are ways to do one task. */
function tasksOf(scenarios: readonly Scenario[] | undefined): readonly Task[] {
  if (scenarios === undefined || scenarios.length === 0) return USUAL_TASKS;
  const tasks = scenarios.flatMap((scenario) => taskOf(scenario) ?? []);
  return grouped(tasks, ({ before }) => JSON.stringify(before.scenario)).map(([first, ...more]) => ({
    ...first,
    after: [first, ...more].flatMap(({ after }) => after),
  }));
}

/** Where something is done. */
interface Place {
  readonly device: Device;
  readonly link: Link | undefined;
}

type Choice = PredictRequest['implementation'];

/** The question of a scenario in a place, under the data and the policy of the report. */
type Questioner = (place: Place, scenario: Scenario, implementation: Choice) => PredictRequest;

function questioner({ data = COST_DATA, policy, at }: ReportRequest): Questioner {
  return ({ device, link }, scenario, implementation) => ({
    device,
    scenario,
    data,
    ...(link === undefined ? {} : { link }),
    ...(implementation === undefined ? {} : { implementation }),
    ...(policy === undefined ? {} : { policy, at }),
  });
}

function placeName({ device, link }: Place): string {
  return link === undefined ? device.title : `${device.title} over ${link.title}`;
}

function changeOf(question: Questioner, place: Place, task: Task, implementation: Choice): Change {
  const answer = ({ label, scenario }: Task['before']): LabelledPrediction => ({
    label,
    prediction: predict(question(place, scenario, implementation)),
  });
  return {
    title: `${task.name}: ${placeName(place)}`,
    before: answer(task.before),
    after: task.after.map(answer),
  };
}

/** The first choice of implementations whose memory is known throughout: before and after are to be compared. */
function bestKnown(question: Questioner, place: Place, task: Task, choices: readonly Choice[]): Change {
  const changes = choices.map((choice) => changeOf(question, place, task, choice));
  const known = changes.find(({ before, after }) =>
    [before, ...after].every(({ prediction: { ram } }) => ram.total.known),
  );
  return known ?? changes[0] ?? changeOf(question, place, task, undefined);
}

/** Profiles without those that are named again. */
function once<T extends { readonly id: string }>(profiles: readonly T[]): readonly T[] {
  return grouped(profiles, ({ id }) => id).map(([first]) => first);
}

/** A question with its answer. */
interface Asked {
  readonly question: PredictRequest;
  readonly prediction: Prediction;
}

/** A choice that comes to the same implementations says nothing new. */
function different(asked: readonly Asked[]): readonly Asked[] {
  return grouped(asked, ({ prediction: { device, link, implementations, scenario } }) =>
    JSON.stringify([device.id, link?.id, scenario, implementations]),
  ).map(([first]) => first);
}

function signaturePoints(
  question: Questioner,
  device: Device,
  implementation: Choice,
): readonly SignaturePoint[] {
  return VERIFIED.map((algorithm) => {
    const { name, signature, descriptor } = signatureFigures(algorithm);
    return {
      label: name,
      signature,
      verification: predict(
        question(
          { device, link: undefined },
          { kind: 'operation', algorithm: name, operation: 'verify' },
          implementation,
        ),
      ),
      stateful: descriptor.stateful,
    };
  });
}

/**
 * Asks all the questions that a report answers: each task today and after the migration, with the implementations that
 * make it fast and small, chains of other lengths, signatures beside each other.
 *
 * @throws {@link HybridgeError} `invalid_argument` without a device and for a date that is none; else as `predict` does.
 *
 * @example
 * ```ts
 * import { composeReport, renderReport } from 'hybridge/cost';
 *
 * const input = composeReport({
 *   title: 'Sensor hub',
 *   at: new Date('2026-11-22'),
 *   devices: ['nrf52840'],
 *   links: ['nb-iot-cat-nb1'],
 * });
 * console.log(renderReport(input).length);
 * ```
 */
export function composeReport(request: ReportRequest): ReportInput {
  const { title, at, data = COST_DATA, implementation, fleet, bench } = request;
  if (Number.isNaN(at.getTime()))
    throw new HybridgeError('invalid_argument', 'the date of the report is none', { fault: 'caller' });
  if (request.devices.length === 0)
    throw new HybridgeError('invalid_argument', 'a report is of one device or more', { fault: 'caller' });
  const devices = once(request.devices.map((device) => findDevice(data, device)));
  const links = once((request.links ?? []).map((link) => findLink(data, link)));
  const question = questioner(request);
  const choices = implementation === undefined ? ['fastest', 'smallest'] : [implementation];
  const tasks = tasksOf(request.scenarios);
  const operations = (request.scenarios ?? []).filter(({ kind }) => kind === 'operation');
  const signing: readonly Scenario[] = ML_DSA.map((algorithm) => ({
    kind: 'operation',
    algorithm,
    operation: 'sign',
  }));
  const places: readonly Place[] = devices.flatMap((device): readonly Place[] =>
    links.length === 0 ? [{ device, link: undefined }] : links.map((link) => ({ device, link })),
  );

  const questions = [
    ...places.flatMap((place) =>
      tasks.flatMap(({ before, after }) =>
        [before, ...after].flatMap(({ scenario }) =>
          choices.map((choice) => question(place, scenario, choice)),
        ),
      ),
    ),
    ...devices.flatMap((device) =>
      [...operations, ...signing].flatMap((scenario) =>
        choices.map((choice) => question({ device, link: undefined }, scenario, choice)),
      ),
    ),
  ];
  const handshakes = tasks.some(({ usual }) => usual.kind === 'tls-handshake');
  const [firstDevice] = devices;
  return {
    title,
    at,
    data,
    fit: different(questions.map((one) => ({ question: one, prediction: predict(one) }))).map((asked) => ({
      prediction: asked.prediction,
      smallestChange:
        asked.prediction.fits === 'yes' ? undefined : smallestChange(asked.question, asked.prediction),
    })),
    changes: places.flatMap((place) => tasks.map((task) => bestKnown(question, place, task, choices))),
    // The bytes of a chain are the same for every device.
    chains: places
      .filter(({ device }) => handshakes && device === firstDevice)
      .flatMap((place) =>
        CHAIN_SIGNATURES.flatMap((signature) =>
          CHAIN_LENGTHS.map((chain) =>
            predict(question(place, { ...handshakeWith(HYBRID_GROUP, signature), chain }, choices[0])),
          ),
        ),
      ),
    signatures: devices.flatMap((device) => signaturePoints(question, device, choices[0])),
    comparisons: places.flatMap((place) =>
      tasks.map(({ usual }): Comparison => compareOptions({ question: question(place, usual, choices[0]) })),
    ),
    ...(fleet === undefined ? {} : { fleet }),
    ...(bench === undefined ? {} : { bench }),
  };
}
