/** From a source's table to rows. */
import type { Status } from '../quantity.ts';
import {
  COST_OPERATIONS,
  type Core,
  type CostOperation,
  type CostRow,
  type Cycles,
  type RowBytes,
} from './types.ts';

/** What a table says of one operation. */
export interface Figures {
  /** The mean. */
  readonly cycles?: number;
  readonly min?: number;
  readonly max?: number;
  readonly p99?: number;
  /** Bytes of stack. */
  readonly stack?: number;
  readonly hashShare?: number;
  /** Where this operation differs from its table. */
  readonly runs?: number;
  readonly status?: Status;
  readonly band?: Band;
  readonly caveat?: string;
}

/** The operations of one algorithm. */
export type Operations = Readonly<Partial<Record<CostOperation, Figures>>>;

/** An error band as fractions of the mean. */
export type Band = NonNullable<Cycles['band']>;

/** What all operations of one algorithm in one implementation have in common. */
export interface Table {
  readonly algorithm: string;
  readonly implementation: string;
  readonly core: Core;
  readonly source: string;
  /** How cycles are known. */
  readonly status: Status;
  readonly band?: Band;
  readonly runs?: number;
  readonly code?: RowBytes;
  /** How stack is known, where not as the cycles are. */
  readonly stack?: Omit<RowBytes, 'value'>;
  readonly caveat?: string;
}

function cyclesOf(table: Table, figures: Figures): Cycles | undefined {
  const { cycles, min, max, p99 } = figures;
  if (cycles === undefined) return undefined;
  const band = figures.band ?? table.band;
  const runs = figures.runs ?? table.runs;
  return {
    mean: cycles,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(p99 === undefined ? {} : { p99 }),
    ...(runs === undefined ? {} : { runs }),
    status: figures.status ?? table.status,
    ...(band === undefined ? {} : { band }),
  };
}

/** The id of a row. */
export function rowId(
  algorithm: string,
  operation: CostOperation,
  implementation: string,
  core: Core,
): string {
  return `${algorithm}:${operation}:${implementation}:${core}`;
}

/** The rows of one algorithm in one implementation. */
export function rowsOf(table: Table, operations: Operations): readonly CostRow[] {
  const { algorithm, implementation, core, source, code } = table;
  return COST_OPERATIONS.flatMap((operation) => {
    const figures = operations[operation];
    if (figures === undefined) return [];
    const cycles = cyclesOf(table, figures);
    const { stack, hashShare } = figures;
    const caveat = figures.caveat ?? table.caveat;
    return {
      id: rowId(algorithm, operation, implementation, core),
      algorithm,
      operation,
      implementation,
      core,
      ...(cycles === undefined ? {} : { cycles }),
      ...(stack === undefined
        ? {}
        : { stack: { value: stack, ...(table.stack ?? { status: table.status }) } }),
      ...(code === undefined ? {} : { code }),
      ...(hashShare === undefined ? {} : { hashShare }),
      source,
      ...(caveat === undefined ? {} : { caveat }),
    };
  });
}
