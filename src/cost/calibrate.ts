/** From a log of the user's board to a device with measurements of its own. */
import { HybridgeError } from '../bytes/index.ts';
import { ALGORITHMS } from '../registry/index.ts';
import { COST_DATA, nearestNames } from './data/index.ts';
import { deviceOf } from './data/devices.ts';
import { type Figures, rowsOf } from './data/row.ts';
import {
  type Core,
  COST_OPERATIONS,
  type CostData,
  type CostOperation,
  type CostRow,
  type Device,
  type Known,
} from './data/types.ts';
import { importPqm4, isPqm4Table, type TableLine } from './pqm4.ts';
import { algorithmNamed } from './rows.ts';

/** The board that a log is of. */
export interface CalibratedBoard {
  /** What the device will be called: letters, digits, dots, hyphens and underscores. */
  readonly id: string;
  /** Default the id. */
  readonly title?: string;
  readonly core: Core;
  /** The clock of the measurement. */
  readonly megahertz: number;
  readonly ramBytes: number;
  readonly flashBytes: number;
}

/** What goes with a log. */
export interface CalibrateOptions {
  readonly board: CalibratedBoard;
  /** What the figures were read from, for whoever asks: a file's name, a date, a commit. */
  readonly reference: string;
}

/** The entries that a log gives: to be merged over another data set, or written to a file that is read again. */
export interface Calibration extends Pick<CostData, 'devices' | 'rows' | 'sources'> {
  /** Schemes of a table of pqm4 that the registry does not have; everywhere else they are refused. */
  readonly skipped: readonly string[];
}

const COLUMNS = [
  'algorithm',
  'operation',
  'implementation',
  'cycles',
  'milliseconds',
  'min',
  'max',
  'p99',
  'runs',
  'stack_bytes',
  'code_bytes',
] as const;
type Column = (typeof COLUMNS)[number];
type Cells = Readonly<Partial<Record<Column, string>>>;

const REQUIRED: readonly Column[] = ['algorithm', 'operation', 'implementation'];
/** As many rows as a data file may have. */
const MOST_LINES = 5000;

/** Longer than a week at any clock. */
const MOST_CYCLES = 1e15;

/** More are a mistake. These bounds are those of data files, which read again what was made here. */
const MOST_RUNS = 1e9;

/** What people read: one line, short enough for a data file with the words around it. */
const TITLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,180}$/u;
const REFERENCE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,1000}$/u;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u;
/** Nothing that a spreadsheet would take for a formula begins so. */
const IMPLEMENTATION = /^[A-Za-z0-9][A-Za-z0-9._+/-]{0,79}$/u;
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/u;
const WHOLE = /^\d{1,15}$/u;

/** What can be measured of an algorithm, by its use. Names that only the data knows may have any of them. */
const OPERATIONS_OF = {
  aead: ['aead'],
  hash: ['hash'],
  kdf: [],
  kem: ['keygen', 'encaps', 'decaps', 'agree'],
  signature: ['keygen', 'sign', 'verify'],
} as const satisfies Readonly<Record<(typeof ALGORITHMS)[number]['use'], readonly CostOperation[]>>;

const shown = (cell: string): string =>
  `'${cell.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}').slice(0, 60)}'`;

function fault(line: number, why: string, hint?: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `board log, line ${line}: ${why}`, {
    details: { line },
    ...(hint === undefined ? {} : { hint }),
  });
}

const suggestion = (wanted: string, names: readonly string[]): string => {
  const near = nearestNames(wanted.slice(0, 60), names);
  return near.length > 0 ? `did you mean ${near.join(', ')}?` : `known are ${names.join(', ')}`;
};

function oneOf<Name extends string>(names: readonly Name[], cell: string, line: number, what: string): Name {
  const found = names.find((name) => name === cell);
  if (found === undefined) throw fault(line, `no ${what} is called ${shown(cell)}`, suggestion(cell, names));
  return found;
}

/** The columns in the order of the file. */
function headerOf({ line, cells }: TableLine): readonly Column[] {
  const columns = cells.map((cell) => oneOf(COLUMNS, cell, line, 'column'));
  for (const [index, column] of columns.entries())
    if (columns.indexOf(column) !== index) throw fault(line, `the column ${column} is there twice`);
  for (const column of REQUIRED)
    if (!columns.includes(column)) throw fault(line, `the column ${column} is missing`);
  if (columns.includes('cycles') === columns.includes('milliseconds'))
    throw fault(line, 'needs one of the columns cycles and milliseconds, and not both');
  return columns;
}

function cellsOf(columns: readonly Column[], { line, cells }: TableLine): Cells {
  if (cells.length !== columns.length)
    throw fault(line, `has ${cells.length} cells, the header has ${columns.length}`);
  const filled = columns.map((column, index) => [column, cells[index] ?? ''] as const);
  return Object.fromEntries(filled.filter(([, cell]) => cell !== ''));
}

function numberIn(cells: Cells, column: Column, line: number, pattern: RegExp): number | undefined {
  const cell = cells[column];
  if (cell === undefined) return undefined;
  const value = pattern.test(cell) ? Number(cell) : 0;
  if (value > 0) return value;
  throw fault(
    line,
    `${column} ${shown(cell)} is not a ${pattern === WHOLE ? 'whole number' : 'number'} above zero`,
    'write it in digits, as 642096 or 3.25',
  );
}

function textIn(cells: Cells, column: Column, line: number): string {
  const cell = cells[column];
  if (cell === undefined) throw fault(line, `${column} is empty`);
  return cell;
}

function algorithmIn(cells: Cells, line: number): string {
  const name = textIn(cells, 'algorithm', line);
  try {
    return algorithmNamed(COST_DATA, name);
  } catch (cause) {
    if (!(cause instanceof HybridgeError)) throw cause;
    throw fault(line, `no algorithm is called ${shown(name)}`, cause.hint);
  }
}

/** The time of the line and its spread, in cycles. */
function timesIn(cells: Cells, line: number, megahertz: number): Figures {
  const factor = cells.milliseconds === undefined ? 1 : megahertz * 1000;
  const column = cells.milliseconds === undefined ? 'cycles' : 'milliseconds';
  const mean = numberIn(cells, column, line, NUMBER);
  if (mean === undefined) throw fault(line, `${column} is empty`);
  const spread = (['min', 'max', 'p99'] as const).flatMap((name) => {
    const value = numberIn(cells, name, line, NUMBER);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { min = 0, max = Infinity, p99 = mean } = Object.fromEntries(spread);
  if (mean < min || mean > max || p99 < min || p99 > max)
    throw fault(line, 'the mean or the 99th percentile is not between min and max');
  if (Math.max(mean, p99, max === Infinity ? 0 : max) * factor > MOST_CYCLES)
    throw fault(line, `${column} are more than ${MOST_CYCLES} cycles`);
  const runs = numberIn(cells, 'runs', line, WHOLE);
  if (runs !== undefined && runs > MOST_RUNS) throw fault(line, `runs are more than ${MOST_RUNS}`);
  return {
    cycles: mean * factor,
    ...Object.fromEntries(spread.map(([name, value]) => [name, value * factor])),
    ...(runs === undefined ? {} : { runs }),
  };
}

function rowIn(cells: Cells, line: number, { id, core, megahertz }: CalibratedBoard): readonly CostRow[] {
  const algorithm = algorithmIn(cells, line);
  const entry = ALGORITHMS.find(({ name }) => name === algorithm);
  const operation = oneOf(
    entry === undefined ? COST_OPERATIONS : OPERATIONS_OF[entry.use],
    textIn(cells, 'operation', line),
    line,
    `operation of ${algorithm}`,
  );
  const implementation = textIn(cells, 'implementation', line);
  if (!IMPLEMENTATION.test(implementation))
    throw fault(
      line,
      `implementation ${shown(implementation)} is not a name`,
      'letters, digits and . _ + / - behind a letter or digit, as mylib/c-O3',
    );
  const stack = numberIn(cells, 'stack_bytes', line, WHOLE);
  const code = numberIn(cells, 'code_bytes', line, WHOLE);
  return rowsOf(
    {
      algorithm,
      implementation,
      core,
      source: id,
      status: 'measured',
      ...(code === undefined ? {} : { code: { value: code, status: 'measured' } }),
      caveat: `measured on ${id} at ${megahertz} MHz`,
    },
    { [operation]: { ...timesIn(cells, line, megahertz), ...(stack === undefined ? {} : { stack }) } },
  );
}

function ownRows([header, ...lines]: readonly TableLine[], board: CalibratedBoard): readonly CostRow[] {
  if (header === undefined) throw fault(1, 'is empty', `the first line names columns: ${COLUMNS.join(',')}`);
  const columns = headerOf(header);
  const seen = new Map<string, number>();
  return lines.flatMap((line) => {
    const made = rowIn(cellsOf(columns, line), line.line, board);
    for (const { id } of made) {
      const before = seen.get(id);
      if (before !== undefined) throw fault(line.line, `measures the same as line ${before}: ${id}`);
      seen.set(id, line.line);
    }
    return made;
  });
}

function measuredDevice({ id, title = id, core, megahertz, ramBytes, flashBytes }: CalibratedBoard): Device {
  const known = (value: number): Known => ({
    value,
    status: 'measured',
    source: id,
    because: 'as the user says of the board',
  });
  return deviceOf({
    id,
    title,
    core,
    megahertz: known(megahertz),
    ramBytes: known(ramBytes),
    flashBytes: known(flashBytes),
    // They are in the cycles that were measured.
    waitStates: { low: 0, value: 0, high: 0 },
    use: 'measured by its user',
  });
}

function checkBoard({ board: { id, title = id, core, ...numbers }, reference }: CalibrateOptions): void {
  const refuse = (why: string): never => {
    throw new HybridgeError('invalid_argument', why, { fault: 'caller' });
  };
  if (!ID.test(id)) refuse(`device id ${shown(id)}: expected letters, digits, dots, hyphens and underscores`);
  if (!TITLE.test(title)) refuse(`title ${shown(title)}: expected one line of up to 180 characters`);
  if (!REFERENCE.test(reference))
    refuse(`reference ${shown(reference)}: expected one line of up to 1000 characters`);
  if (core === 'host') refuse('the core host is the machine of hybridge bench');
  for (const [name, least, most] of [
    ['megahertz', 0.001, 100_000],
    ['ramBytes', 1, 2 ** 50],
    ['flashBytes', 1, 2 ** 50],
  ] as const)
    if (!(numbers[name] >= least && numbers[name] <= most))
      refuse(`${name} of the device: ${numbers[name]} is not from ${least} to ${most}`);
}

/**
 * Makes data of a log of one's own board: a comma-separated table with a header. `algorithm`, `operation` and
 * `implementation` come with either `cycles` or `milliseconds` (means; of `hash` and `aead` per byte); `min`, `max` and
 * `p99` in the same unit, `runs`, `stack_bytes` and `code_bytes` may follow, and may be empty. The tables that the
 * scripts of pqm4 write are understood as well; their implementations are called `<device id>/<build>`.
 *
 * Rows of the same algorithm, operation, implementation and core as the project's take their place.
 *
 * @param lines - The table, split into cells.
 * @throws HybridgeError `invalid_encoding` that names the line: unknown names (with the nearest known ones), numbers that
 * are none, not above zero or beyond what data files take, the same measurement twice; `invalid_argument` for a board that
 * cannot be, and for a title or reference that is not one short line;
 * `message_too_large` beyond 5,000 lines.
 *
 * @example
 * ```ts
 * import { calibrate, COST_DATA, mergeCostData, predict } from 'hybridge/cost';
 *
 * const ours = calibrate(
 *   [
 *     { line: 1, cells: ['algorithm', 'operation', 'implementation', 'milliseconds', 'stack_bytes'] },
 *     { line: 2, cells: ['ML-DSA-65', 'verify', 'mylib/c-O3', '31.5', '9888'] },
 *   ],
 *   {
 *     board: { id: 'our-board', core: 'cortex-m33', megahertz: 160, ramBytes: 786_432, flashBytes: 2_097_152 },
 *     reference: 'bench.csv of release 4.1',
 *   },
 * );
 * const { time } = predict({
 *   device: 'our-board',
 *   scenario: { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'verify' },
 *   implementation: 'mylib/c-O3',
 *   data: mergeCostData(COST_DATA, ours),
 * });
 * console.log(time.mean.known && time.mean.value);
 * ```
 */
export function calibrate(lines: readonly TableLine[], options: CalibrateOptions): Calibration {
  checkBoard(options);
  const { board, reference } = options;
  if (lines.length > MOST_LINES)
    throw new HybridgeError(
      'message_too_large',
      `board log: ${lines.length} lines, at most ${MOST_LINES} are read`,
      {
        details: { actual: lines.length, maximum: MOST_LINES },
      },
    );
  const { id, core, title = id } = board;
  const { rows, skipped } = isPqm4Table(lines)
    ? importPqm4(lines, { core, source: id, status: 'measured', prefix: id })
    : { rows: ownRows(lines, board), skipped: [] };
  if (rows.length === 0) throw fault(lines.at(-1)?.line ?? 1, 'measures nothing that is known');
  return {
    sources: [{ id, title: `Measured on ${title}`, reference, seen: 'measured' }],
    devices: [measuredDevice(board)],
    rows,
    skipped,
  };
}
