import { spawn } from 'node:child_process';
import { onInterruption } from '../interruption.ts';

/** How a child ended, and what it said. */
export interface ChildEnded {
  /** Absent when it was ended by a signal or never started. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** We ended it: it took longer than we were willing to wait. */
  readonly overdue: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The system's word for why it did not start, as `ENOENT`. */
  readonly notStarted: string | undefined;
}

/** What a child may say; ours say a few hundred kilobytes. */
const LIMIT = 16 * 1024 * 1024;

/** Runs a program to its end, to that of our patience in milliseconds, or to ours: an interruption ends it as well. */
export function runChild([program = '', ...args]: readonly string[], patience: number): Promise<ChildEnded> {
  return new Promise((resolve) => {
    // Before there is a child: one that a signal finds running and unknown would go on without us.
    let kill = (): void => undefined;
    const forget = onInterruption(() => {
      kill();
    });
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    kill = () => {
      child.kill('SIGKILL');
    };
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < LIMIT) said[name] += text;
      });
    let notStarted: string | undefined;
    child.on('error', (error: NodeJS.ErrnoException) => {
      notStarted = error.code ?? error.message;
      if (child.pid === undefined) end(null, null);
    });
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      forget();
      resolve({
        code: code ?? undefined,
        signal: signal ?? undefined,
        overdue: child.killed,
        ...said,
        notStarted,
      });
    };
    child.on('close', end);
  });
}
