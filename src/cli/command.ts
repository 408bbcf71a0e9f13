import { EXIT, type ExitCode, reportError } from './outcome.ts';

/** What every command understands. */
export interface CommonFlags {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

const interruption = new AbortController();

/** Fires when the user interrupts the command, so that it can clean up before it ends. */
export const interrupted: AbortSignal = interruption.signal;

function interruptOn(name: 'SIGINT' | 'SIGTERM'): void {
  process.once(name, () => {
    interruption.abort();
    // A second signal ends the process at once, as it would without us.
  });
}

/** Runs the body of a command: errors become `error:` lines and exit codes, also when they come from an interruption. */
export async function run(flags: CommonFlags, work: () => Promise<ExitCode>): Promise<void> {
  interruptOn('SIGINT');
  interruptOn('SIGTERM');
  // A reader such as `head` may close our standard output early; that is its right.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === 'EPIPE' ? EXIT.done : EXIT.badInput;
  });
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = reportError(error, flags.json === true);
  }
}

/** Says something beside the result, unless `--quiet`. */
export function note(flags: CommonFlags, text: string): void {
  if (flags.quiet !== true) process.stderr.write(`${text}\n`);
}
