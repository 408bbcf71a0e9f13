/** The tables that pqm4 and mupq write (`convert_benchmarks.py csv`): speed, memory, share of hashing, and size. */
import { HybridgeError } from '../bytes/index.ts';
import { pqm4Rows } from './data/pqm4.ts';
import type { Core, CostOperation, CostRow } from './data/types.ts';
import type { Status } from './quantity.ts';

/** One line of a table of comma-separated values, split into its cells. */
export interface TableLine {
  /** Where it is in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Whose board a table is of. The default is that of pqm4 itself, as published. */
export interface Pqm4Board {
  readonly core: Core;
  readonly source: string;
  readonly status: Status;
  /** What stands before the name of the build: `pqm4` makes `pqm4/m4fstack`. */
  readonly prefix: string;
}

/** What a table holds. */
export interface Pqm4Import {
  readonly rows: readonly CostRow[];
  /** Schemes of the table that are none of the registry, as the table calls them. */
  readonly skipped: readonly string[];
}

const PUBLISHED: Pqm4Board = { core: 'cortex-m4', source: 'pqm4', status: 'published', prefix: 'pqm4' };

type Part = 'code' | 'cycles' | 'hashShare' | 'stack';

const PARTS: ReadonlyMap<string, Part> = new Map([
  ['Speed Evaluation', 'cycles'],
  ['Memory Evaluation', 'stack'],
  ['Hashing Evaluation', 'hashShare'],
  ['Size Evaluation', 'code'],
]);

const KINDS: ReadonlyMap<string, readonly CostOperation[]> = new Map([
  ['Key Encapsulation Schemes', ['keygen', 'encaps', 'decaps']],
  ['Signature Schemes', ['keygen', 'sign', 'verify']],
]);

const SCHEME = /^(?<name>[A-Za-z0-9_-]+)(?: \((?<runs>\d{1,9}) executions\))?$/;
const KNOWN_SCHEMES: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^ml-(?:kem|dsa)-\d+$/, (name) => name.toUpperCase()],
  [/^fndsa_provisional-\d+$/, (name) => name.replace('fndsa_provisional', 'FN-DSA')],
  [
    /^sphincs-(?:sha2|shake)-\d+[fs]-simple$/,
    (name) =>
      name.replace(
        /^sphincs-([a-z0-9]+)-(\w+)-simple$/,
        (_, hash: string, set: string) => `SLH-DSA-${hash.toUpperCase()}-${set}`,
      ),
  ],
];

/** The name of the registry or of the data. */
function algorithmOf(scheme: string): string | undefined {
  for (const [pattern, rename] of KNOWN_SCHEMES) if (pattern.test(scheme)) return rename(scheme);
  return undefined;
}

/** What the table says of one scheme in one build, part by part as it is met. */
interface Collected {
  readonly scheme: string;
  readonly algorithm: string;
  readonly build: string;
  readonly operations: readonly CostOperation[];
  runs?: number;
  cycles?: readonly number[];
  stack?: readonly number[];
  hashShare?: readonly number[];
  code?: readonly number[];
}

/** How many numbers a line of a part has: mean, least and most of three operations; .text, .data, .bss and their sum. */
const NUMBERS: Readonly<Record<Part, number>> = { cycles: 9, stack: 3, hashShare: 3, code: 4 };

function fault(line: number, why: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `benchmarks, line ${line}: ${why}`, { details: { line } });
}

const WHOLE = /^\d{1,15}$/;
const PERCENT = /^(?<whole>\d{1,3})\.(?<tenth>\d)$/;

function numberOf(part: Part, cell: string, line: number): number {
  if (part === 'hashShare') {
    const { whole, tenth } = PERCENT.exec(cell)?.groups ?? {};
    if (whole !== undefined && tenth !== undefined) return Number(`${whole}${tenth}`) / 1000;
  } else if (WHOLE.test(cell)) return Number(cell);
  throw fault(
    line,
    `expected ${part === 'hashShare' ? 'a percentage' : 'a whole number'}, found '${cell.slice(0, 40)}'`,
  );
}

function numbersOf(part: Part, { line, cells }: TableLine): readonly number[] {
  const wanted = cells.slice(2, 2 + NUMBERS[part]);
  const rest = cells.slice(2 + NUMBERS[part]);
  if (wanted.length < NUMBERS[part] || rest.some((cell) => cell !== ''))
    throw fault(line, `expected ${NUMBERS[part]} numbers`);
  return wanted.map((cell) => numberOf(part, cell, line));
}

function rowsOfScheme(collected: Collected, board: Pqm4Board): readonly CostRow[] {
  const { scheme, algorithm, build, operations, runs, cycles, stack, hashShare, code } = collected;
  return pqm4Rows(
    {
      algorithm,
      implementation: `${board.prefix}/${build}`,
      core: board.core,
      source: board.source,
      status: board.status,
      ...(runs === undefined ? {} : { runs }),
      ...(code?.[3] === undefined ? {} : { code: code[3] }),
      provisional: scheme.includes('_provisional'),
    },
    Object.fromEntries(
      operations.map((operation, index) => {
        const [mean, min, max] = cycles?.slice(3 * index, 3 * index + 3) ?? [];
        const bytes = stack?.[index];
        const share = hashShare?.[index];
        return [
          operation,
          {
            ...(mean === undefined || min === undefined || max === undefined
              ? {}
              : { cycles: mean, min, max }),
            ...(bytes === undefined ? {} : { stack: bytes }),
            ...(share === undefined ? {} : { hashShare: share }),
          },
        ];
      }),
    ),
  );
}

/** Whether a table is one of pqm4's, by its first line. */
export function isPqm4Table(lines: readonly TableLine[]): boolean {
  return PARTS.has(lines[0]?.cells[0] ?? '');
}

/**
 * Reads `benchmarks.csv` of pqm4, or the one that its scripts wrote for a board of one's own.
 *
 * @throws HybridgeError `invalid_encoding` that names the line which does not belong into such a table.
 *
 * @example
 * ```ts
 * import { importPqm4, type TableLine } from 'hybridge/cost';
 *
 * const lines: readonly TableLine[] = [
 *   { line: 1, cells: ['Memory Evaluation'] },
 *   { line: 2, cells: ['Key Encapsulation Schemes'] },
 *   { line: 3, cells: ['Scheme', 'Implementation', 'Key Generation [bytes]'] },
 *   { line: 4, cells: ['ml-kem-768', 'm4fstack', '2820', '2860', '2844'] },
 * ];
 * console.log(importPqm4(lines).rows.map(({ id, stack }) => `${id} ${stack?.value}`));
 * ```
 */
export function importPqm4(lines: readonly TableLine[], board: Pqm4Board = PUBLISHED): Pqm4Import {
  const found = new Map<string, Collected>();
  const skipped = new Set<string>();
  let part: Part | undefined;
  let operations: readonly CostOperation[] | undefined;
  for (const row of lines) {
    const { line, cells } = row;
    const [first = '', build = ''] = cells;
    const nextPart = PARTS.get(first);
    const nextOperations = KINDS.get(first);
    if (nextPart !== undefined) {
      part = nextPart;
      operations = undefined;
      continue;
    }
    if (nextOperations !== undefined) {
      operations = nextOperations;
      continue;
    }
    if (first === 'Scheme') continue;
    if (part === undefined || operations === undefined) throw fault(line, 'stands before any heading');
    const { name, runs } = SCHEME.exec(first)?.groups ?? {};
    if (name === undefined || !/^[A-Za-z0-9_-]{1,64}$/.test(build))
      throw fault(line, `expected a scheme and an implementation, found '${first.slice(0, 40)}'`);
    const numbers = numbersOf(part, row);
    const algorithm = algorithmOf(name);
    if (algorithm === undefined) {
      skipped.add(name);
      continue;
    }
    const key = `${name} ${build}`;
    const collected = found.get(key) ?? { scheme: name, algorithm, build, operations };
    if (collected[part] !== undefined) throw fault(line, `${name} ${build} is there twice`);
    collected[part] = numbers;
    if (runs !== undefined) collected.runs = Number(runs);
    found.set(key, collected);
  }
  return {
    rows: [...found.values()].flatMap((collected) => rowsOfScheme(collected, board)),
    skipped: [...skipped],
  };
}
