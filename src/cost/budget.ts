/** Budgets as code: limits for what devices may spend, and whether predictions keep them. */
import * as v from 'valibot';
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { requireCount } from './check.ts';
import { COST_DATA } from './data/index.ts';
import type { CostData } from './data/types.ts';
import { predict } from './predict.ts';
import type { Prediction } from './prediction.ts';
import { type Figure, quantity, sum } from './quantity.ts';
import { fields, line, misread, numberFrom, oneOf, type Reading, readAs } from './read.ts';
import type { PredictRequest, Scenario } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';
import { readYaml } from './yaml.ts';

/** What can be limited, in the order of tables. */
export const LIMITS = [
  'ramBytes',
  'flashBytes',
  'msP99',
  'upBytes',
  'downBytes',
  'totalBytes',
  'airtimeMs',
  'energyMj',
  'bundleKilobytes',
] as const;

/**
 * What can be limited: RAM and flash with what the device holds already, time at the 99th percentile, bytes sent,
 * received and both, time on air, energy, and the size of a file in kilobytes of 1000 bytes.
 */
export type LimitName = (typeof LIMITS)[number];

/** One entry of a budget: a device in a scenario, a file, or both. */
export interface BudgetEntry {
  readonly name: string;
  readonly device?: string;
  readonly link?: string;
  readonly implementation?: Readonly<Record<string, string>> | string;
  readonly scenario?: Scenario;
  /** A file whose size is limited, by the name that its size is given under. */
  readonly bundle?: string;
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
}

/** Budgets as their file has them. */
export interface Budget {
  readonly title: string;
  /** `strict`: the upper bound of a figure must keep the limit. `typical`: its value must. */
  readonly bounds: 'strict' | 'typical';
  readonly budgets: readonly BudgetEntry[];
  /** Where an entry or its limit stands in the file, counted from 1. */
  readonly lineOf?: (entry: number, limit?: LimitName) => number | undefined;
}

const MOST = 1e15;
const limit = numberFrom(0, MOST);

const LIMIT_FIELDS = fields({
  ramBytes: v.exactOptional(v.pipe(limit, v.description('RAM in all, with what is in use already.'))),
  flashBytes: v.exactOptional(v.pipe(limit, v.description('Flash in all, with what is in use already.'))),
  msP99: v.exactOptional(v.pipe(limit, v.description('Milliseconds at the 99th percentile.'))),
  upBytes: v.exactOptional(v.pipe(limit, v.description('Bytes sent by the device.'))),
  downBytes: v.exactOptional(v.pipe(limit, v.description('Bytes sent to the device.'))),
  totalBytes: v.exactOptional(v.pipe(limit, v.description('Bytes in both directions.'))),
  airtimeMs: v.exactOptional(
    v.pipe(limit, v.description("Milliseconds of the device's own sending by radio.")),
  ),
  energyMj: v.exactOptional(v.pipe(limit, v.description('Millijoules, from the currents of the data.'))),
  bundleKilobytes: v.exactOptional(
    v.pipe(limit, v.description('Size of the bundle in units of 1000 bytes.')),
  ),
});

const BUDGET = fields({
  $schema: v.exactOptional(line(1000)),
  title: v.exactOptional(line(200)),
  bounds: v.optional(
    v.pipe(
      oneOf(['strict', 'typical']),
      v.description('strict: the upper bound of a figure keeps the limit; typical: its value does.'),
    ),
    'strict',
  ),
  budgets: v.pipe(
    v.array(
      fields({
        name: line(200),
        device: v.exactOptional(v.pipe(line(80), v.description('Id of a device profile.'))),
        link: v.exactOptional(v.pipe(line(80), v.description('Id of a link profile.'))),
        implementation: v.exactOptional(
          v.union(
            [line(80), v.record(line(80), line(80))],
            'expected fastest, smallest, a name, or names by algorithm',
          ),
        ),
        scenario: v.exactOptional(scenarioSchema),
        bundle: v.exactOptional(
          v.pipe(
            line(1000),
            v.description('Name or path of a file, beside the budget, whose size is limited.'),
          ),
        ),
        limits: LIMIT_FIELDS,
      }),
      'expected a list of budgets',
    ),
    v.minLength(1, 'is an empty list, which would hold always'),
    v.maxLength(1000, 'has more than 1000 entries'),
  ),
});

/** The schema of budget files. */
export const budgetSchema: v.GenericSchema = BUDGET;

/** What a limit is about. */
const isBundle = (name: LimitName): boolean => name === 'bundleKilobytes';

/** The limits that an entry has. */
function limitsOf({ limits }: BudgetEntry): readonly LimitName[] {
  return LIMITS.filter((name) => limits[name] !== undefined);
}

/** Limits without something to hold against them, and the other way round, are mistakes that nobody would notice. */
function checkEntry(entry: BudgetEntry, index: number, reading: Reading): void {
  const path = ['budgets', index];
  const limits = limitsOf(entry);
  if (limits.length === 0) throw misread(reading, [...path, 'limits'], 'has no limit');
  const predicted = limits.find((name) => !isBundle(name));
  if (predicted !== undefined && (entry.device === undefined || entry.scenario === undefined))
    throw misread(reading, path, `limits ${predicted}, for which it needs device and scenario`);
  const bundled = limits.some(isBundle);
  if (bundled && entry.bundle === undefined)
    throw misread(reading, path, 'limits bundleKilobytes, for which it needs bundle');
  if (!bundled && entry.bundle !== undefined)
    throw misread(reading, [...path, 'bundle'], 'has no limit bundleKilobytes');
  if (predicted === undefined && entry.scenario !== undefined)
    throw misread(reading, [...path, 'scenario'], 'has no limit: those of the entry are for the bundle');
}

const lineIn = (place: string | undefined): number | undefined => {
  const digits = /\d+/u.exec(place ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
};

/**
 * Reads a budget file, in JSON or YAML.
 *
 * @throws HybridgeError `message_too_large`, or `invalid_encoding` with line and path; names that nothing is known of
 * come with the nearest ones.
 *
 * @example
 * ```ts
 * import { checkBudget, readBudget } from 'hybridge/cost';
 *
 * const budget = readBudget(`{
 *   "budgets": [{
 *     "name": "verify on the patch",
 *     "device": "nrf52832",
 *     "scenario": { "kind": "operation", "algorithm": "ML-DSA-44", "operation": "verify" },
 *     "limits": { "ramBytes": 65536, "msP99": 100 }
 *   }]
 * }`);
 * for (const { limit, verdict, because } of checkBudget(budget).results) console.log(limit, verdict, because);
 * ```
 */
export function readBudget(text: string): Budget {
  const { value, placeOf } = readYaml(text, 'budget');
  const reading: Reading = { what: 'budget', placeOf };
  const { title = 'Budget', bounds, budgets } = readAs(BUDGET, value, reading);
  budgets.forEach((entry, index) => {
    checkEntry(entry, index, reading);
  });
  return {
    title,
    bounds,
    budgets,
    lineOf: (entry, name) =>
      lineIn(placeOf(['budgets', entry, ...(name === undefined ? ['name'] : ['limits', name])])),
  };
}

/** What a limit comes to. */
export interface BudgetResult {
  /** Name of the entry. */
  readonly budget: string;
  readonly limit: LimitName;
  readonly allowed: number;
  readonly figure: Figure;
  /** `no data` where nothing is known: that a limit is kept cannot be said then. */
  readonly verdict: 'exceeded' | 'no data' | 'ok';
  /** How much is left, in the limit's unit; negative where it is exceeded. */
  readonly margin: number | undefined;
  /** One sentence for a person. */
  readonly because: string;
  /** Line in the file, counted from 1. */
  readonly line: number | undefined;
}

/** What a budget comes to. */
export interface BudgetOutcome {
  readonly title: string;
  readonly bounds: Budget['bounds'];
  /** Every limit is kept for certain. */
  readonly ok: boolean;
  readonly results: readonly BudgetResult[];
}

/** What a budget is checked with. */
export interface CheckBudgetOptions {
  /** Default the project's own. */
  readonly data?: CostData;
  /** Sizes of bundles in bytes, by the names in the budget. */
  readonly bundles?: ReadonlyMap<string, number>;
}

const UNITS: Readonly<Record<LimitName, string>> = {
  ramBytes: 'bytes of RAM',
  flashBytes: 'bytes of flash',
  msP99: 'ms at p99',
  upBytes: 'bytes sent',
  downBytes: 'bytes received',
  totalBytes: 'bytes in both directions',
  airtimeMs: 'ms on air',
  energyMj: 'mJ',
  bundleKilobytes: 'kB of bundle',
};

function figureOf(prediction: Prediction, name: Exclude<LimitName, 'bundleKilobytes'>): Figure {
  switch (name) {
    case 'ramBytes':
      return prediction.ram.total;
    case 'flashBytes':
      return prediction.flash.total;
    case 'msP99':
      return prediction.time.p99;
    case 'upBytes':
      return prediction.up;
    case 'downBytes':
      return prediction.down;
    case 'totalBytes':
      return sum('bytes', [prediction.up, prediction.down], 'Bytes up and bytes down.');
    case 'airtimeMs':
      return prediction.airtime;
    case 'energyMj':
      return prediction.energy;
  }
}

const KILOBYTE = 1000;

function bundleOf(name: string, bundles: ReadonlyMap<string, number> | undefined): Figure {
  const bytes = bundles?.get(name);
  if (bytes === undefined)
    throw new HybridgeError('invalid_argument', `budget: nobody says how large the bundle ${name} is`, {
      fault: 'caller',
      details: { bundle: name },
    });
  const size = requireCount(`budget: size of the bundle ${name}`, bytes);
  // No unit of figures: kilobytes are counted.
  return quantity(size / KILOBYTE, 'count', { status: 'measured', because: `Size of ${name}.` });
}

const shown = (number: number): string => String(Number(number.toPrecision(6)));

function judged(
  figure: Figure,
  allowed: number,
  name: LimitName,
  bounds: Budget['bounds'],
): Omit<BudgetResult, 'budget' | 'line'> {
  const base = { limit: name, allowed, figure };
  const unit = UNITS[name];
  if (!figure.known) return { ...base, verdict: 'no data', margin: undefined, because: figure.because };
  const counted = bounds === 'strict' ? figure.high : figure.value;
  const range = figure.low === figure.high ? '' : ` (${shown(figure.low)} to ${shown(figure.high)})`;
  const found = `${shown(figure.value)} ${unit}${range}, ${figure.status}`;
  if (counted <= allowed)
    return {
      ...base,
      verdict: 'ok',
      margin: allowed - counted,
      because: `${found}; ${shown(allowed)} allowed.`,
    };
  const only = figure.value <= allowed ? 'the upper bound exceeds' : 'exceeds';
  return {
    ...base,
    verdict: 'exceeded',
    margin: allowed - counted,
    because: `${found}; ${only} the ${shown(allowed)} allowed by ${shown(counted - allowed)}.`,
  };
}

/** The prediction of an entry; what is wrong with its names is told with the entry. */
function predictionOf(entry: BudgetEntry, data: CostData): Prediction {
  const { name, device, link, scenario, implementation } = entry;
  if (device === undefined || scenario === undefined)
    throw new HybridgeError('invalid_argument', `budget: ${name}: limits what needs device and scenario`, {
      fault: 'caller',
    });
  const request: PredictRequest = {
    device,
    scenario,
    data,
    ...(link === undefined ? {} : { link }),
    ...(implementation === undefined ? {} : { implementation }),
  };
  try {
    return predict(request);
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    throw new HybridgeError(error.code, `budget: ${name}: ${error.message}`, {
      fault: error.fault,
      details: { ...error.details, budget: name },
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/**
 * Holds predictions and file sizes against the limits of a budget.
 *
 * @throws HybridgeError what `predict` throws, with the name of the entry; `invalid_argument` for a bundle without size.
 *
 * @example
 * ```ts
 * import { checkBudget, readBudget } from 'hybridge/cost';
 *
 * const budget = readBudget('{ "budgets": [{ "name": "page", "bundle": "app.js", "limits": { "bundleKilobytes": 24 } }] }');
 * const { ok, results } = checkBudget(budget, { bundles: new Map([['app.js', 25_300]]) });
 * console.log(ok, results[0]?.because); // false 25.3 kB of bundle, measured; exceeds the 24 allowed by 1.3.
 * ```
 */
export function checkBudget(
  budget: Budget,
  { data = COST_DATA, bundles }: CheckBudgetOptions = {},
): BudgetOutcome {
  const results = budget.budgets.flatMap((entry, index) => {
    // Once for all limits, and not at all for a file alone.
    let prediction: Prediction | undefined;
    return limitsOf(entry).map((name): BudgetResult => {
      const figure =
        name === 'bundleKilobytes'
          ? bundleOf(entry.bundle ?? entry.name, bundles)
          : figureOf((prediction ??= predictionOf(entry, data)), name);
      return {
        budget: entry.name,
        line: budget.lineOf?.(index, name),
        ...judged(figure, entry.limits[name] ?? 0, name, budget.bounds),
      };
    });
  });
  const { title, bounds } = budget;
  return { title, bounds, ok: results.every(({ verdict }) => verdict === 'ok'), results };
}
