import { expected } from './command-error.ts';
import { fileError, systemCode } from './file-error.ts';

/**
 * Exit codes, the same for every command: 0 done or verdict positive, 1 verdict negative, 2 bad usage or bad
 * input, 3 a fault of ours.
 */
export const EXIT = { done: 0, negative: 1, badInput: 2, fault: 3 } as const;

/** How a command ended. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What every command understands. */
export interface CommonFlags {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

// File names and key files may hold what moves the cursor, or letters that run backwards.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text in which nothing moves the cursor: what would is written as its code point. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
}

let lostOutput: Error | undefined;

/** Keeps a reader who goes away (`| head`) from being an unexpected failure. */
export function watchStandardStreams(): void {
  process.stdout.on('error', (error) => {
    lostOutput ??= error;
  });
  process.stderr.on('error', () => {
    // There is nobody left to tell.
  });
}

/** Waits until what was printed is out. @throws CommandError when it could not be, unless the reader had enough. */
export async function flushOutput(): Promise<void> {
  const error = await new Promise<Error | null | undefined>((resolve) => {
    process.stdout.write('', resolve);
  });
  lostOutput ??= error ?? undefined;
  if (lostOutput !== undefined && systemCode(lostOutput) !== 'EPIPE')
    throw fileError('write', '-', lostOutput);
}

/** One line on standard output. */
export function printLine(text: string): void {
  process.stdout.write(`${visible(text)}\n`);
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

/** One JSON document on standard output. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** A text that is longer than a text can be, piece by piece; a reader who had enough gets no more of it. */
export async function printPieces(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (lostOutput !== undefined) return;
    // What goes wrong is told by the stream, and by flushOutput in the end.
    await new Promise((resolve) => {
      process.stdout.write(piece, resolve);
    });
  }
}

/** Says something beside the result, unless `--quiet`. */
export function note(flags: CommonFlags, text: string): void {
  if (flags.quiet !== true) process.stderr.write(`${visible(text)}\n`);
}

/** The result of a command: for a program with `--json`, where `ok` says what the exit code says, else for a person. */
export function finish(flags: CommonFlags, exit: ExitCode, result: object, print?: () => void): ExitCode {
  if (flags.json === true) printJson({ ok: exit === EXIT.done, ...result });
  else if (flags.quiet !== true) print?.();
  return exit;
}

/** Runs the body of a command and takes its exit code. */
export async function run(work: () => ExitCode | Promise<ExitCode>): Promise<void> {
  process.exitCode = await work();
}

/** Tells an error to a person (`error:` and `hint:` lines) and, with `--json`, to a program. */
export function reportError(cause: unknown, json: boolean): ExitCode {
  const error = expected(cause);
  if (error === undefined) {
    const trace = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.stderr.write(`error: unexpected failure: ${trace}\n`);
    note({}, 'hint: this is a defect of hybridge; please report the lines above');
    if (json)
      printJson({ ok: false, error: { code: 'internal', message: 'unexpected failure', details: {} } });
    return EXIT.fault;
  }
  const { code, fault, message, hint, details } = error;
  note({}, `error: ${message}`);
  if (hint !== undefined) note({}, `hint: ${hint}`);
  if (json) printJson({ ok: false, error: { code, message, hint, details } });
  if (code === 'decryption_failed' || code === 'policy_refused') return EXIT.negative;
  return fault === 'internal' ? EXIT.fault : EXIT.badInput;
}
