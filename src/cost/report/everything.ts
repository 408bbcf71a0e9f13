/** What a report speaks of, gathered from its parts. */
import type { FleetAmounts, FleetOutcome } from '../fleet.ts';
import type { Need, Prediction } from '../prediction.ts';
import type { Figure } from '../quantity.ts';
import type { ReportInput } from './input.ts';

/** A prediction and the part of the report that it is in. */
export interface PlacedPrediction {
  readonly part: string;
  readonly label: string;
  readonly prediction: Prediction;
}

/** Every prediction of a report, part by part. */
function placedPredictions(input: ReportInput): readonly PlacedPrediction[] {
  return [
    ...input.fit.map(({ prediction }) => ({ part: 'fit', label: prediction.title, prediction })),
    ...input.changes.flatMap(({ title, before, after }) => [
      { part: 'before', label: `${title}: ${before.label}`, prediction: before.prediction },
      ...after.map(({ label, prediction }) => ({ part: 'after', label: `${title}: ${label}`, prediction })),
    ]),
    ...input.chains.map((prediction) => ({ part: 'chain', label: prediction.title, prediction })),
    ...input.signatures.map(({ label, verification }) => ({
      part: 'trade-off',
      label,
      prediction: verification,
    })),
    ...input.comparisons.flatMap(({ scenarioTitle, options }) =>
      options.map(({ label, prediction }) => ({
        part: 'comparison',
        label: `${scenarioTitle}: ${label}`,
        prediction,
      })),
    ),
  ];
}

/** The predictions alone, each once. */
export function predictionsOf(input: ReportInput): readonly Prediction[] {
  return [...new Set(placedPredictions(input).map(({ prediction }) => prediction))];
}

/** A figure and what it is called. */
type NamedFigure = readonly [name: string, figure: Figure];

function needFigures(name: string, { items, total, capacity }: Need): readonly NamedFigure[] {
  return [
    ...items.map(({ label, bytes }): NamedFigure => [`${name}: ${label}`, bytes]),
    [`${name} in all`, total],
    [`${name} of the device`, capacity],
  ];
}

/** The figures of a prediction by name, in the order of the page. */
function figuresOf(prediction: Prediction): readonly NamedFigure[] {
  const { up, down, time, cpu, airtime, energy, ram, flash, steps } = prediction;
  return [
    ['bytes sent', up],
    ['bytes received', down],
    ['time mean', time.mean],
    ['time p50', time.p50],
    ['time p95', time.p95],
    ['time p99', time.p99],
    ['time worst', time.worst],
    ['cpu mean', cpu.mean],
    ['cpu p99', cpu.p99],
    ...steps.flatMap(({ label, time: { mean, p99 } }): readonly NamedFigure[] => [
      [`step mean: ${label}`, mean],
      [`step p99: ${label}`, p99],
    ]),
    ...needFigures('RAM', ram),
    ...needFigures('flash', flash),
    ['time on air', airtime],
    ['energy', energy],
  ];
}

/** A figure and where it stands in the report. */
export interface PlacedFigure {
  readonly part: string;
  readonly label: string;
  readonly name: string;
  readonly figure: Figure;
  /** What was predicted, where it is of a prediction. */
  readonly of?: Pick<Prediction, 'device' | 'link' | 'scenario'>;
}

function amountFigures(
  label: string,
  { up, down, time, airtime, energy, money }: FleetAmounts,
): readonly PlacedFigure[] {
  const named: readonly NamedFigure[] = [
    ['bytes sent', up],
    ['bytes received', down],
    ['time of devices', time],
    ['time on air', airtime],
    ['energy', energy],
    ['money', money],
  ];
  return named.map(([name, figure]) => ({ part: 'fleet', label, name, figure }));
}

function fleetFigures({ before, plans }: FleetOutcome): readonly PlacedFigure[] {
  return [
    ...amountFigures('today', before),
    ...plans.flatMap(({ name, byYear, total }) => [
      ...byYear.flatMap(({ year, amounts }) => amountFigures(`${name}: ${year}`, amounts)),
      ...amountFigures(`${name}: in all`, total),
    ]),
  ];
}

/** The figures of a report, part by part; what was measured on a machine are no figures yet. */
export function placedFigures(input: ReportInput): readonly PlacedFigure[] {
  return [
    ...placedPredictions(input).flatMap(({ part, label, prediction }) =>
      figuresOf(prediction).map(([name, figure]) => ({ part, label, name, figure, of: prediction })),
    ),
    ...input.signatures.map(({ label, signature, verification }) => ({
      part: 'trade-off',
      label,
      name: 'bytes of the signature',
      figure: signature,
      of: verification,
    })),
    ...(input.fleet === undefined ? [] : fleetFigures(input.fleet)),
    ...(input.checks ?? []).flatMap(({ label, predicted, measured }) => [
      { part: 'check', label, name: 'predicted', figure: predicted },
      { part: 'check', label, name: 'measured', figure: measured },
    ]),
  ];
}
