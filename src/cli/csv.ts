/** Comma-separated values [RFC 4180], as lines of cells. */
import { CsvError, parse } from 'csv-parse/sync';
import type { TableLine } from '../cost/index.ts';
import { CommandError } from './command-error.ts';

/** Far longer than any line of figures. */
const LONGEST_LINE = 10_000;

/**
 * Splits a table into its lines and cells; blank lines and blanks around cells are left out.
 *
 * @throws CommandError `invalid_encoding` with the line for quotes that do not match and lines without an end.
 */
export function readCsv(text: string, what: string): readonly TableLine[] {
  try {
    const places: number[] = [];
    const records = parse(text, {
      bom: true,
      max_record_size: LONGEST_LINE,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record, { lines }) => {
        places.push(lines);
        return record;
      },
    });
    return records.map((cells, index) => ({ line: places[index] ?? 0, cells }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line: unknown = cause['lines'];
    const place = typeof line === 'number' ? `, line ${line}` : '';
    throw new CommandError(
      'invalid_encoding',
      `${what}${place}: is not comma-separated values (${cause.code})`,
      { fault: 'input', cause },
    );
  }
}
