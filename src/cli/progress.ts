import cliProgress from 'cli-progress';
import { onInterruption } from './interruption.ts';
import type { CommonFlags } from './outcome.ts';

/** What a long operation tells of itself. */
export interface Progress {
  readonly report: (bytesDone: number) => void;
  readonly stop: () => void;
}

const SILENT: Progress = {
  report: () => {
    /* nobody is watching */
  },
  stop: () => {
    /* nothing was shown */
  },
};

const MEBIBYTE = 1024 * 1024;
/** Milliseconds after which work is long enough to be watched; before, a bar would flash and be gone. */
const WORTH_SHOWING = 500;

/** A progress bar on standard error, when that is a terminal and the work takes long enough to be watched. */
export function startProgress(label: string, size: number | undefined, flags: CommonFlags): Progress {
  if (flags.quiet === true || !process.stderr.isTTY) return SILENT;
  const bar = new cliProgress.SingleBar(
    {
      format:
        size === undefined
          ? `${label} {value} MiB`
          : `${label} {bar} {percentage}% {value}/{total} MiB, {eta_formatted} left`,
      formatBar: cliProgress.Format.BarFormat,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      // Signals are ours to handle.
      gracefulExit: false,
    },
    cliProgress.Presets.legacy,
  );
  const begun = Date.now();
  let forget: (() => void) | undefined;
  return {
    report: (bytesDone) => {
      const done = Math.floor(bytesDone / MEBIBYTE);
      if (forget !== undefined) bar.update(done);
      else if (Date.now() - begun > WORTH_SHOWING) {
        // Registered before the cursor is hidden: a signal in between would leave the terminal without one.
        forget = onInterruption(() => {
          bar.stop();
        });
        bar.start(Math.ceil((size ?? 0) / MEBIBYTE), done);
      }
    },
    stop: () => {
      forget?.();
      bar.stop();
    },
  };
}

/** One line on standard error that tells what is going on, when that is a terminal. */
export interface Status {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

/** Starts a line that is rewritten in place. */
export function showStatus(flags: CommonFlags): Status {
  const watched = flags.quiet !== true && process.stderr.isTTY;
  const write = (text: string): void => {
    if (watched) process.stderr.write(`\r\u001b[K${text}`);
  };
  return {
    show: write,
    clear: () => {
      write('');
    },
  };
}
