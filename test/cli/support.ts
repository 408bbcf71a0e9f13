import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The built command, as `package.json` names it. */
export const command: string = join(import.meta.dirname, '../../dist/cli/main.js');

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is started. */
export interface Start {
  /** What it reads from standard input; nothing when absent. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder of the sandbox other than its own. */
  readonly cwd?: string;
  /** Milliseconds after which it is killed. */
  readonly timeout?: number;
  /** Called when it writes something. */
  readonly onOutput?: (text: string, write: (input: string) => void) => void;
}

/** A folder with nothing in it, in which `hybridge` is a command. */
export class Sandbox {
  readonly #root = mkdtempSync(join(tmpdir(), 'hybridge-cli-'));
  /** The folder in which programs run. */
  readonly folder: string = join(this.#root, 'work');
  readonly #bin = join(this.#root, 'bin');

  constructor() {
    mkdirSync(this.folder);
    mkdirSync(this.#bin);
    const shim = join(this.#bin, 'hybridge');
    writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`);
    chmodSync(shim, 0o755);
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** What is in the folder, or in one below it. */
  list(...names: readonly string[]): string[] {
    return readdirSync(this.path(...names)).sort();
  }

  /** Runs the command itself. */
  hybridge(args: readonly string[], start: Start = {}): Promise<Ended> {
    return this.run(process.execPath, [command, ...args], start);
  }

  /** Runs a line of shell. */
  shell(line: string, start: Start = {}): Promise<Ended> {
    return this.run('bash', ['-c', line], start);
  }

  async run(program: string, args: readonly string[], start: Start = {}): Promise<Ended> {
    const { input, onOutput } = start;
    const child = spawn(program, args, {
      cwd: start.cwd ?? this.folder,
      timeout: start.timeout ?? 60_000,
      killSignal: 'SIGKILL',
      stdio: [input === undefined && onOutput === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: {
        PATH: `${this.#bin}${delimiter}${process.env['PATH'] ?? ''}`,
        HOME: this.folder,
        LC_ALL: 'C',
        NO_COLOR: '1',
        TERM: 'xterm',
        // Half of what a short command does is to compile itself.
        NODE_COMPILE_CACHE: join(this.#root, 'cache'),
        ...start.env,
      },
    });
    // A program may end without having read all it was given.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin?.end(input);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        onOutput?.(output[name], (more) => child.stdin?.write(more));
      });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        resolve({ code, signal, ...output });
      });
    });
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** The lines of an output that say what went wrong. */
export function errorLines(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('error:'));
}
