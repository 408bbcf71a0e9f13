/**
 * Which signature for an update scheme: every option judged by one table of rules, with bytes and time on the device
 * asked about. Who keeps the state of the key matters as much as what it costs.
 */
import { HybridgeError } from '../bytes/index.ts';
import {
  ADVICE_OPTIONS,
  type AdviceFamily,
  type AdviceLimits,
  type AdviceOption,
  type AdviceQuestion,
} from './advise-options.ts';
import { type AdviceCase, type AdviceReason, type OptionFigures, reasonsFor } from './advise-rules.ts';
import { requireNumber } from './check.ts';
import { contextOf } from './context.ts';
import { COST_DATA } from './data/index.ts';
import type { CostData } from './data/types.ts';
import { predictFirmwareUpdate, TYPICAL_MANIFEST, untilChecked } from './firmware-update.ts';
import { inSequence } from './latency.ts';
import type { Need, Prediction } from './prediction.ts';
import { type Figure, noData, sum } from './quantity.ts';
import { implementationsIn, isImplemented } from './rows.ts';
import type { FirmwareUpdateScenario, PredictRequest } from './scenario.ts';
import { withStatefulHashRows } from './stateful-hash.ts';
import { signatureFigures, suitEnvelopeBytes } from './suit.ts';
import { workOf } from './work.ts';

/** `recommended`: nothing speaks against it. `possible`: something does. `excluded`: it cannot be used. */
export type AdviceVerdict = 'excluded' | 'possible' | 'recommended';

/** An option with its verdict. */
export interface AdvisedOption {
  readonly name: string;
  readonly family: AdviceFamily;
  readonly verdict: AdviceVerdict;
  /** In the order of the table of rules; empty where none applies. */
  readonly reasons: readonly AdviceReason[];
  readonly signatureBytes: Figure<'bytes'>;
  readonly publicKeyBytes: Figure<'bytes'>;
  /** The signed manifest. */
  readonly envelopeBytes: Figure<'bytes'>;
  /** CPU time of the checks on the device. */
  readonly verify: Figure<'ms'>;
  /** From the request of the manifest to the end of the checks, over the link. */
  readonly untilChecked: Figure<'ms'>;
  /** RAM beside what the device holds already. */
  readonly ram: Figure<'bytes'>;
  /** Which implementation the figures are of; `undefined` without a device. */
  readonly implementation: string | undefined;
  readonly stateful: boolean;
  /** Signatures that a key makes; `undefined` where nobody has to count. */
  readonly capacity: number | undefined;
}

/** The answer: all options, the best first. */
export interface Advice {
  readonly needed: number;
  readonly options: readonly AdvisedOption[];
}

/** The image is in none of the figures told; a real one may be larger than what runs, and need flash of its own. */
const LEAST_IMAGE = 1;

/** What is needed beside what the device holds already, which stands first. */
function ownNeed({ items }: Need, because: string): Figure<'bytes'> {
  return sum(
    'bytes',
    items.slice(1).map(({ bytes }) => bytes),
    because,
  );
}

interface Costed extends OptionFigures {
  readonly untilChecked: Figure<'ms'>;
  /** Names of the implementations, empty without a device. */
  readonly implementation: string;
  /** Whether every part of it is implemented on the device's core. */
  readonly complete: boolean;
}

function costedOf(prediction: Prediction, envelope: Figure<'bytes'>): Costed {
  const steps = untilChecked(prediction);
  const implementations = Object.values(prediction.implementations);
  const time = (kinds: readonly string[], because: string): Figure<'ms'> =>
    inSequence(
      steps.filter(({ kind }) => kinds.includes(kind)).map((step) => step.time),
      because,
    ).mean;
  return {
    envelope,
    verify: time(['cpu'], 'hash of the manifest and checks of its signatures'),
    untilChecked: time(['cpu', 'wait', 'wire'], 'from the request of the manifest to the end of the checks'),
    ram: ownNeed(prediction.ram, 'RAM for checking an update'),
    flash: ownNeed(prediction.flash, 'flash for checking updates'),
    ramFits: prediction.ram,
    flashFits: prediction.flash,
    implementation: [...new Set(implementations)].join(' + '),
    complete: !implementations.includes('no data'),
  };
}

const NO_DEVICE = 'no device is named';

function withoutDevice(envelope: Figure<'bytes'>): Costed {
  return {
    envelope,
    verify: noData('ms', NO_DEVICE),
    untilChecked: noData('ms', NO_DEVICE),
    ram: noData('bytes', NO_DEVICE),
    flash: noData('bytes', NO_DEVICE),
    ramFits: undefined,
    flashFits: undefined,
    implementation: '',
    complete: false,
  };
}

/** Implementations that the data has of something in the option; each may be the one that fits. */
function implementationsFor({ signatures }: AdviceOption, data: CostData): readonly string[] {
  const algorithms = signatures.flatMap((name) => workOf(name, 'verify').map(({ algorithm }) => algorithm));
  const named = [...implementationsIn(data)].filter((implementation) =>
    algorithms.some((algorithm) => isImplemented(data, algorithm, implementation)),
  );
  return ['fastest', 'smallest', ...named];
}

/** Known and small first. */
function ascending(a: Figure, b: Figure): number {
  if (a.known && b.known) return a.value - b.value;
  return Number(b.known) - Number(a.known);
}

/**
 * Every way to serve an option on the device: the one that predictions take first, then the others by their time. One
 * without figures where no device is named.
 */
function waysOf(option: AdviceOption, { device, link }: AdviceQuestion, data: CostData): readonly Costed[] {
  const { signatures } = option;
  const envelope = suitEnvelopeBytes({ unsignedBytes: TYPICAL_MANIFEST, signatures });
  if (device === undefined) return [withoutDevice(envelope)];
  const scenario: FirmwareUpdateScenario = { kind: 'firmware-update', imageBytes: LEAST_IMAGE, signatures };
  const request: PredictRequest = { device, scenario, data, ...(link !== undefined && { link }) };
  const ways = new Map<string, Costed>();
  for (const implementation of implementationsFor(option, data)) {
    const way = costedOf(
      predictFirmwareUpdate(contextOf({ ...request, implementation }), scenario),
      envelope,
    );
    if (!ways.has(way.implementation)) ways.set(way.implementation, way);
  }
  // An implementation for another core is no way to do it; where there is none at all, that is the answer.
  const all = [...ways.values()];
  const real = all.filter(({ complete }) => complete);
  if (real.length === 0) return all.slice(0, 1);
  return [...real.slice(0, 1), ...real.slice(1).toSorted((a, b) => ascending(a.verify, b.verify))];
}

const VERDICTS: readonly AdviceVerdict[] = ['recommended', 'possible', 'excluded'];

function verdictOf(reasons: readonly AdviceReason[]): AdviceVerdict {
  if (reasons.some(({ effect }) => effect === 'excludes')) return 'excluded';
  return reasons.some(({ effect }) => effect === 'against') ? 'possible' : 'recommended';
}

/** The option served in the way that has the best verdict; of several in the first. */
function advised(
  option: AdviceOption,
  asked: Omit<AdviceCase, 'figures' | 'option'>,
  data: CostData,
): AdvisedOption {
  const judged = waysOf(option, asked.question, data).map((figures) => {
    const reasons = reasonsFor({ ...asked, option, figures });
    return { figures, reasons, verdict: verdictOf(reasons) };
  });
  const best = judged.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict))[0];
  if (best === undefined) throw new HybridgeError('internal', `${option.name}: no way to serve it`);
  const { figures, reasons, verdict } = best;
  const sizes = option.signatures.map(signatureFigures);
  return {
    name: option.name,
    family: option.family,
    verdict,
    reasons,
    signatureBytes: sum(
      'bytes',
      sizes.map(({ signature }) => signature),
      option.name,
    ),
    publicKeyBytes: sum(
      'bytes',
      sizes.map(({ publicKey }) => publicKey),
      option.name,
    ),
    envelopeBytes: figures.envelope,
    verify: figures.verify,
    untilChecked: figures.untilChecked,
    ram: figures.ram,
    implementation: figures.implementation === '' ? undefined : figures.implementation,
    stateful: option.stateful,
    capacity: option.capacity,
  };
}

const DAYS_PER_YEAR = 365.2425;
const MILLISECONDS_PER_DAY = 86_400_000;
/** Longer than anything electronic lasts; dates beyond have no calendar. */
const LONGEST_LIFE = 200;

function checkLimits({
  ramBytes = 0,
  flashBytes = 0,
  verifyMilliseconds = 0,
  envelopeBytes = 0,
}: AdviceLimits = {}): void {
  requireNumber('limit of RAM', ramBytes);
  requireNumber('limit of flash', flashBytes);
  requireNumber('limit of time', verifyMilliseconds);
  requireNumber('limit of the signed manifest', envelopeBytes);
}

/**
 * Judges every option for an update scheme and ranks them: by verdict, then by the time until a manifest is checked on
 * the device, then by its bytes.
 *
 * An option is as good as its best implementation: it is excluded for RAM only if none that is known fits. Nothing is
 * read but the question; the date is part of it.
 *
 * @throws {@link HybridgeError} `invalid_argument` for numbers that cannot be, and for a device or link that nothing is
 * known of, with the nearest names as hint.
 *
 * @example
 * ```ts
 * import { advise } from 'hybridge/cost';
 *
 * const { needed, options } = advise({
 *   signaturesPerYear: 12,
 *   lifetimeYears: 15,
 *   custody: 'hsm',
 *   cnsa: true,
 *   at: new Date('2027-01-01'),
 *   device: 'nrf52840',
 *   link: 'ble-5-dle-2M',
 * });
 * const [best] = options;
 * console.log(needed, best?.name, best?.verdict);
 * for (const { rule, text } of best?.reasons ?? []) console.log(rule, text);
 * ```
 */
export function advise(question: AdviceQuestion): Advice {
  const { at } = question;
  const perYear = requireNumber('signatures per year', question.signaturesPerYear, 0, 2 ** 40);
  const years = requireNumber('lifetime in years', question.lifetimeYears, 0, LONGEST_LIFE);
  checkLimits(question.limits);
  if (Number.isNaN(at.getTime()))
    throw new HybridgeError('invalid_argument', 'the date of the advice is none', { fault: 'caller' });
  const asked = {
    question,
    needed: Math.ceil(perYear * years),
    end: new Date(at.getTime() + years * DAYS_PER_YEAR * MILLISECONDS_PER_DAY),
  };
  const data = withStatefulHashRows(question.data ?? COST_DATA);
  const options = ADVICE_OPTIONS.map((option) => advised(option, asked, data));
  return {
    needed: asked.needed,
    options: options.toSorted(
      (a, b) =>
        VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
        ascending(a.untilChecked, b.untilChecked) ||
        ascending(a.envelopeBytes, b.envelopeBytes),
    ),
  };
}
