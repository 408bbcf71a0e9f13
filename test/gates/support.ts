import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative, resolve, sep } from 'node:path';

/** What the gates share: where things are, running a tool, reading JSON without trusting it. */

export const root: string = resolve(import.meta.dirname, '../..');
export const dist: string = join(root, 'dist');
/** Kept between runs, never committed, never packed. */
export const cache: string = join(root, 'node_modules/.cache/hybridge');

/** A gate's own verdict: the message is what its user must read; anything else thrown is a fault of the gate. */
export class GateFailure extends Error {}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Milliseconds until the command is killed; its outcome is then a failure. */
  readonly timeout?: number;
  /** Told the process group that the command leads, so that what it leaves behind can be ended. */
  readonly onGroup?: (id: number) => void;
}

/** Runs a command to its end; this Node and the project's tools come first on its PATH. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((settle, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: searchPath(), NO_COLOR: '1', FORCE_COLOR: '0', ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: options.timeout ?? 600_000,
      killSignal: 'SIGKILL',
      detached: options.onGroup !== undefined,
    });
    if (child.pid !== undefined) options.onGroup?.(child.pid);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin?.on('error', () => undefined); // a command may end without reading its input
    child.stdin?.end(options.input);
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const reason = signal === null ? '' : `\n${command} was ended by ${signal}\n`;
      settle({
        code: code ?? 1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString() + reason,
      });
    });
  });
}

/** Runs a command that must succeed and gives its standard output. */
export async function must(command: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new GateFailure(`${[command, ...args].join(' ')} (exit ${code})\n${stdout}${stderr}`);
  return stdout;
}

/** The tools of the project before those of the machine. */
export function searchPath(...first: readonly string[]): string {
  return [...first, join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
}

/** A folder outside the project, so that nothing resolves by accident; gone when the process ends. */
export function scratch(name: string): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), `hybridge-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder under the cache, emptied. */
export function freshCache(name: string): string {
  const folder = join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** All files below a folder, sorted, as paths from the project's root with forward slashes. */
export function filesUnder(folder: string, ending: string): string[] {
  const from = join(root, folder);
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The value under a path of keys; `null` where the path leads nowhere. */
export function at(value: Json, ...path: readonly string[]): Json {
  let here = value;
  for (const key of path) {
    if (!isObject(here)) return null;
    here = here[key] ?? null;
  }
  return here;
}

export function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new GateFailure(`expected a list, found ${JSON.stringify(value)}`);
  return value as readonly Json[];
}

export function text(value: Json): string {
  if (typeof value !== 'string') throw new GateFailure(`expected a string, found ${JSON.stringify(value)}`);
  return value;
}

export function manifest(): Json {
  return parseJson(readFileSync(join(root, 'package.json'), 'utf8'));
}

export interface Subpath {
  /** `.` or `./kem`, as in package.json. */
  readonly key: string;
  /** `hybridge` or `hybridge/kem`, as a user writes it. */
  readonly specifier: string;
  /** `dist/kem/index.d.ts`. */
  readonly types: string;
  /** `dist/kem/index.js`: every module that some runtime gets. */
  readonly modules: readonly string[];
}

/** The importable subpaths, in the order of package.json. */
export function subpaths(): Subpath[] {
  const exported = at(manifest(), 'exports');
  if (!isObject(exported)) throw new GateFailure('package.json has no "exports" object');
  return Object.entries(exported).flatMap(([key, target]) => {
    if (!isObject(target)) return [];
    const { types = null, ...modules } = target;
    return {
      key,
      specifier: `hybridge${key.slice(1)}`,
      types: text(types).slice(2),
      modules: Object.values(modules).map((file) => text(file).slice(2)),
    };
  });
}

export function sha256(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Runs a gate as a program: its failure is printed plainly, a fault with its stack; both end with exit code 1. */
export async function gate(main: () => Promise<void> | void): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof GateFailure ? error.message : error);
    process.exitCode = 1;
  }
}
