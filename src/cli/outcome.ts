import { HybridgeError } from '../index.ts';

/**
 * Exit codes, the same for every command: 0 done or verdict positive, 1 verdict negative, 2 bad usage or bad
 * input, 3 a fault of ours.
 */
export const EXIT = { done: 0, negative: 1, badInput: 2, fault: 3 } as const;

/** How a command ended, when it ended as it should. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof HybridgeError)) return EXIT.fault;
  if (error.code === 'decryption_failed' || error.code === 'policy_refused') return EXIT.negative;
  return error.fault === 'internal' ? EXIT.fault : EXIT.badInput;
}

/** Prints an error for a person (`error:` and `hint:` lines) and, with `--json`, for a program. */
export function reportError(error: unknown, json: boolean): ExitCode {
  const code = exitCodeOf(error);
  if (error instanceof HybridgeError) {
    process.stderr.write(`error: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
    if (json)
      printJson({ ok: false, error: { code: error.code, message: error.message, details: error.details } });
  } else {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`error: unexpected failure: ${message}\n`);
    process.stderr.write('hint: this is a defect of hybridge; please report the lines above\n');
    if (json) printJson({ ok: false, error: { code: 'internal', message: 'unexpected failure' } });
  }
  return code;
}

/** One JSON document on standard output, for `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** One line on standard output. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A table with columns as wide as their widest cell. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  for (const row of rows)
    printLine(
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    );
}
