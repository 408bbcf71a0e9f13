/** The rows of a data set by what is asked of them; indexed once for each data set. */
import { HybridgeError } from '../bytes/index.ts';
import { ALGORITHMS, findByName, unknownAlgorithm } from '../registry/index.ts';
import { nearestNames } from './data/index.ts';
import type { Core, CostData, CostRow } from './data/types.ts';
import { groupBy } from './group.ts';
import { rank, type Ranking } from './ranking.ts';

/** The rows of one algorithm on one core. */
export interface CoreRows {
  /** In the order of the data. */
  readonly rows: readonly CostRow[];
  readonly ranking: Ranking;
}

interface Index {
  readonly rows: ReadonlyMap<string, readonly CostRow[]>;
  /** By algorithm and core; ranked when first asked for. */
  readonly ofCore: Map<string, CoreRows>;
  readonly algorithms: ReadonlySet<string>;
  readonly implementations: ReadonlySet<string>;
}

const indexes = new WeakMap<CostData, Index>();

function indexOf(data: CostData): Index {
  const before = indexes.get(data);
  if (before !== undefined) return before;
  const rows = groupBy(data.rows, ({ algorithm }) => algorithm);
  const made: Index = {
    rows,
    ofCore: new Map(),
    algorithms: new Set([...ALGORITHMS.map(({ name }) => name), ...rows.keys()]),
    implementations: new Set(data.rows.map(({ implementation }) => implementation)),
  };
  indexes.set(data, made);
  return made;
}

/** The rows of one algorithm on one core; a data set has few of them. */
export function rowsOn(data: CostData, algorithm: string, core: Core): CoreRows {
  const { ofCore, rows: all } = indexOf(data);
  const key = `${algorithm} ${core}`;
  const before = ofCore.get(key);
  if (before !== undefined) return before;
  const rows = (all.get(algorithm) ?? []).filter((row) => row.core === core);
  const made: CoreRows = { rows, ranking: rank(rows) };
  // Only for algorithms of the data, so that names from elsewhere do not pile up.
  if (all.has(algorithm)) ofCore.set(key, made);
  return made;
}

/** Whether some row of the algorithm, on any core, is of this implementation. */
export function isImplemented(data: CostData, algorithm: string, implementation: string): boolean {
  return (
    indexOf(data)
      .rows.get(algorithm)
      ?.some((row) => row.implementation === implementation) ?? false
  );
}

/** Every algorithm that some row is of. */
export function algorithmsWithRows(data: CostData): readonly string[] {
  return [...indexOf(data).rows.keys()];
}

/** Every implementation that some row is of. */
export function implementationsIn(data: CostData): ReadonlySet<string> {
  return indexOf(data).implementations;
}

/**
 * The one spelling of an algorithm's name, of the registry or of the data.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`, with the nearest names as hint.
 */
export function algorithmNamed(data: CostData, name: string): string {
  const { algorithms } = indexOf(data);
  if (algorithms.has(name)) return name;
  const entry = findByName(name);
  if (entry !== undefined && entry.kind !== 'obsolete') return entry.name;
  const near = nearestNames(name, [...algorithms]);
  if (entry !== undefined || near.length === 0) throw unknownAlgorithm(name);
  throw new HybridgeError('unknown_algorithm', `no such algorithm: ${name.slice(0, 80)}`, {
    hint: `did you mean ${near.join(', ')}?`,
  });
}
