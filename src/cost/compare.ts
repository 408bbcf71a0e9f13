/** Options side by side, what moves the answer, and the smallest change that would make it fit. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import type { Device, Link } from './data/types.ts';
import { objective, type ObjectiveName, OBJECTIVES } from './objectives.ts';
import { type Input, usualInputs, type Variation, variationsOf } from './options.ts';
import { dominators, type Scores } from './pareto.ts';
import { predict } from './predict.ts';
import type { Prediction } from './prediction.ts';
import { allSources, type Status, weaker } from './quantity.ts';
import type { PredictRequest } from './scenario.ts';
import { smallestChange, type SmallestChange } from './smallest-change.ts';
import { strengthOf } from './strength.ts';

/** One option and where it stands among the others. */
export interface ComparedOption {
  readonly label: string;
  readonly prediction: Prediction;
  /**
   * No other option is at least as good on every objective and gives as much (category, hybrid or not, signatures that
   * one key makes), and is better in one of them.
   */
  readonly pareto: boolean;
  /** The label of an option that is, where there is one. */
  readonly dominatedBy: string | undefined;
  /** Objectives without a figure here: with options that have one it is not compared, and stays in the set. */
  readonly withoutData: readonly ObjectiveName[];
}

/** An option that cannot be predicted at all. */
export interface RefusedOption {
  readonly label: string;
  readonly because: string;
}

/** What one input does to one objective, the others unchanged. */
export interface Sensitivity {
  readonly input: Input;
  readonly from: string;
  readonly to: string;
  readonly objective: ObjectiveName;
  /** The objective with `to`, over the objective with `from`. */
  readonly ratio: number;
  /** How the two are known: the worse of both. */
  readonly status: Status;
  /** Rows and sources of both. */
  readonly sources: readonly string[];
}

/** Options for one device, link and scenario. */
export interface Comparison {
  readonly device: Device;
  readonly link: Link | undefined;
  /** What was asked: the title of the prediction that the options are variations of. */
  readonly scenarioTitle: string;
  readonly options: readonly ComparedOption[];
  readonly refused: readonly RefusedOption[];
  /** For each objective with a figure up to three inputs, that which moves it most first. */
  readonly sensitivity: readonly Sensitivity[];
  /** `undefined` where it fits as asked, and where no change tried makes it fit. */
  readonly smallestChange: SmallestChange | undefined;
}

/** An option of one's own. */
export interface CompareOption {
  readonly label: string;
  readonly question: PredictRequest;
}

/** What is compared. */
export interface CompareRequest {
  readonly question: PredictRequest;
  /** What the options differ in; default what matters most for the scenario. */
  readonly vary?: readonly Input[];
  /** Options instead of those that follow from `vary`. */
  readonly options?: readonly CompareOption[];
  /** What options are compared by; default everything. */
  readonly objectives?: readonly ObjectiveName[];
}

/** A question with its answer, or the reason why there is none. */
type Answered<Q> = Q &
  ({ readonly prediction: Prediction } | { readonly prediction?: undefined; readonly because: string });

function answered<Q extends { readonly question: PredictRequest }>(asked: Q): Answered<Q> {
  try {
    return { ...asked, prediction: predict(asked.question) };
  } catch (error) {
    if (!isHybridgeError(error, 'unsupported', 'invalid_argument', 'wrong_algorithm')) throw error;
    return { ...asked, because: error.message };
  }
}

const value = (prediction: Prediction, name: ObjectiveName): number | undefined => {
  const figure = objective(prediction, name);
  return figure.known ? figure.value : undefined;
};

/** What speaks for an option counts like what it costs, the other way round. */
function scoresOf(prediction: Prediction, objectives: readonly ObjectiveName[]): Scores {
  return Object.fromEntries([
    ...objectives.map((name) => [name, value(prediction, name)] as const),
    ...Object.entries(strengthOf(prediction.scenario)).map(
      ([name, strength]) => [name, strength === undefined ? undefined : -strength] as const,
    ),
  ]);
}

function ranked(
  options: readonly { readonly label: string; readonly prediction: Prediction }[],
  objectives: readonly ObjectiveName[],
): readonly ComparedOption[] {
  const surpassing = dominators(options.map(({ prediction }) => scoresOf(prediction, objectives)));
  return options.map(({ label, prediction }, index) => {
    const by = surpassing[index];
    return {
      label,
      prediction,
      pareto: by === undefined,
      dominatedBy: by === undefined ? undefined : options[by]?.label,
      withoutData: objectives.filter((name) => value(prediction, name) === undefined),
    };
  });
}

/** Options that come to the same builds of the same algorithms are one; the first name stays. */
function distinct<O extends { readonly prediction: Prediction }>(options: readonly O[]): readonly O[] {
  const seen = new Set<string>();
  return options.filter(({ prediction: { scenario, implementations, link } }) => {
    const key = JSON.stringify([scenario, implementations, link?.id]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

const MOST_SENSITIVE = 3;
/** What changes an objective by less does not move it. */
const NOTICEABLE = 0.01;

function sensitivityOf(
  asked: Prediction,
  variations: readonly (Variation & { readonly prediction: Prediction })[],
): readonly Sensitivity[] {
  return OBJECTIVES.flatMap((name) => {
    const base = objective(asked, name);
    if (!base.known || base.value <= 0) return [];
    const strongest = new Map<Input, Sensitivity>();
    for (const { input, from, to, prediction } of variations) {
      const other = objective(prediction, name);
      if (!other.known || other.value <= 0) continue;
      const ratio = other.value / base.value;
      if (Math.abs(ratio - 1) < NOTICEABLE) continue;
      const before = strongest.get(input);
      if (before === undefined || Math.abs(Math.log(ratio)) > Math.abs(Math.log(before.ratio)))
        strongest.set(input, {
          ...{ input, from, to, objective: name, ratio },
          status: weaker(base.status, other.status),
          sources: allSources(base.sources, other.sources),
        });
    }
    return [...strongest.values()]
      .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
      .slice(0, MOST_SENSITIVE);
  });
}

/** The options that follow from what is to be varied: what was asked first. */
function optionsOf(
  asked: Prediction,
  variations: readonly Answered<Variation>[],
  vary: readonly Input[],
): {
  readonly options: readonly { readonly label: string; readonly prediction: Prediction }[];
  readonly refused: readonly RefusedOption[];
} {
  const chosen = variations.filter(({ input }) => vary.includes(input));
  const single = vary.length === 1 ? chosen[0] : undefined;
  const labelOf = ({ input, to }: Variation): string => (single === undefined ? `${input} ${to}` : to);
  const options = [
    { label: single === undefined ? 'as asked' : `${single.from} (as asked)`, prediction: asked },
  ];
  const refused: RefusedOption[] = [];
  for (const one of chosen)
    if (one.prediction === undefined) refused.push({ label: labelOf(one), because: one.because });
    else options.push({ label: labelOf(one), prediction: one.prediction });
  return { options: distinct(options), refused };
}

/** Options of the caller's own, under different names. */
function ownOptions(given: readonly CompareOption[]): ReturnType<typeof optionsOf> {
  const twice = given.find(({ label }, index) => given.findIndex((other) => other.label === label) !== index);
  if (twice !== undefined)
    throw new HybridgeError('invalid_argument', `two options are called ${twice.label.slice(0, 80)}`, {
      fault: 'caller',
    });
  return {
    options: given.map(({ label, question }) => ({ label, prediction: predict(question) })),
    refused: [],
  };
}

/**
 * Compares the options that one device has for one scenario on one link: the Pareto set over cost and strength, the
 * inputs that move the answer most, and the smallest change that would make it fit. Values are compared, not bounds:
 * what makes the figures of one device uncertain (clock, wait states) mostly moves all of them together.
 *
 * @throws HybridgeError what `predict` throws for the question itself and for options of the caller's own; of the others
 * what cannot be predicted is told in `refused`.
 *
 * @example
 * ```ts
 * import { compareOptions } from 'hybridge/cost';
 *
 * const { options, smallestChange } = compareOptions({
 *   question: {
 *     device: 'nrf52832',
 *     scenario: { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' },
 *   },
 *   vary: ['implementation'],
 * });
 * for (const { label, pareto, prediction } of options) console.log(label, pareto, prediction.fits);
 * console.log(smallestChange?.change);
 * ```
 */
export function compareOptions(request: CompareRequest): Comparison {
  const { question, objectives = OBJECTIVES, vary = usualInputs(question.scenario) } = request;
  const asked = predict(question);
  const variations = variationsOf(question, asked).map(answered);
  const { options, refused } =
    request.options === undefined ? optionsOf(asked, variations, vary) : ownOptions(request.options);
  return {
    device: asked.device,
    link: asked.link,
    scenarioTitle: asked.title,
    options: ranked(options, objectives),
    refused,
    sensitivity: sensitivityOf(
      asked,
      variations.filter((one) => one.prediction !== undefined),
    ),
    smallestChange: smallestChange(question, asked),
  };
}
