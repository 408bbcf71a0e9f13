import { fileURLToPath } from 'node:url';
import type { BenchFailure, BenchRuntime } from '../../cost/index.ts';
import { runChild } from './child.ts';
import { slowCore } from './slow-core.ts';

/** How the script is run in one engine. */
export interface Launch {
  readonly runtime: Exclude<BenchRuntime, 'node'>;
  /** The words before those that the script takes. */
  readonly command: readonly string[];
  /** The words, where the engine may use no more than so many bytes of heap. */
  readonly limited?: (bytes: number) => readonly string[];
}

/** The engines that are here, and what is said of those that are not. */
export interface Launches {
  readonly launches: readonly Launch[];
  readonly failures: readonly BenchFailure[];
  readonly quickjs: string | undefined;
  readonly release: () => void;
}

/** One file without imports, made by the build. */
const SCRIPT = fileURLToPath(new URL('constrained/bundle.js', import.meta.url));

/** Mebibytes of the old generation; V8 needs about five to start. */
const SMALL_HEAP = 8;
const PATIENCE = 10_000;

/** What `qjs --help` begins with: this engine and no other of its name, whose options differ. */
const BANNER = /^QuickJS version (\d{4}-\d{2}-\d{2})/u;
/** Newer versions end the process when a promise is rejected before anybody could look. */
const PATIENT = '--no-unhandled-rejection';

/** QuickJS as it is found on PATH, or why there is none. */
async function quickJs(): Promise<{ readonly launch: Launch; readonly version: string } | string> {
  const { stdout, stderr, notStarted } = await runChild(['qjs', '--help'], PATIENCE);
  if (notStarted !== undefined)
    return 'there is no qjs on PATH; install it with: apt-get install quickjs (Debian 13 and later)';
  const help = stdout + stderr;
  const [, version] = BANNER.exec(help) ?? [];
  if (version === undefined)
    return `the qjs on PATH is another one than Bellard's QuickJS: ${help.split('\n')[0]?.slice(0, 80) ?? ''}`;
  const options = ['--std', ...(help.includes(PATIENT) ? [PATIENT] : [])];
  return {
    version,
    launch: {
      runtime: 'quickjs',
      command: ['qjs', ...options, SCRIPT],
      limited: (bytes) => ['qjs', ...options, '--memory-limit', String(bytes), SCRIPT],
    },
  };
}

/** Finds what the portable code can be run in on this machine. */
export async function findRuntimes(): Promise<Launches> {
  const launches: Launch[] = [
    { runtime: 'node-jitless', command: [process.execPath, '--jitless', SCRIPT] },
    {
      runtime: 'small-heap',
      command: [process.execPath, `--max-old-space-size=${SMALL_HEAP}`, '--max-semi-space-size=1', SCRIPT],
    },
  ];
  const failures: BenchFailure[] = [];
  const js = await quickJs();
  if (typeof js === 'string') failures.push({ runtime: 'quickjs', reason: js });
  else launches.push(js.launch);
  const slow = await slowCore();
  if (slow === undefined)
    failures.push({ runtime: 'slow-core', reason: 'there is no taskset on PATH; it comes with util-linux' });
  else {
    launches.push({ runtime: 'slow-core', command: [...slow.prefix, process.execPath, SCRIPT] });
    failures.push(...slow.lacking.map((reason) => ({ runtime: 'slow-core' as const, reason })));
  }
  return {
    launches,
    failures,
    quickjs: typeof js === 'string' ? undefined : js.version,
    release: () => slow?.release(),
  };
}
