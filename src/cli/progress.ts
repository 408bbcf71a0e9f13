import cliProgress from 'cli-progress';

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
/** Below this a bar would flash and be gone. */
const WORTH_SHOWING = 32 * MEBIBYTE;

/** A progress bar on standard error, when that is a terminal and the work is long enough to be watched. */
export function startProgress(label: string, size: number | undefined, quiet: boolean): Progress {
  if (quiet || !process.stderr.isTTY || (size !== undefined && size < WORTH_SHOWING)) return SILENT;
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
    },
    cliProgress.Presets.legacy,
  );
  bar.start(size === undefined ? 0 : Math.ceil(size / MEBIBYTE), 0);
  return {
    report: (bytesDone) => {
      bar.update(Math.floor(bytesDone / MEBIBYTE));
    },
    stop: () => {
      bar.stop();
    },
  };
}
