/** Foreign implementations to test against: where their programs are, and how they are run. */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { report } from './tally.ts';
import { SHARED_FOLDER } from './vectors-files.ts';

/** Where peers are installed: PEERS_ROOT, or the default of the script beside the corpora that installs them. */
function peersRoot(): string | undefined {
  const named = process.env['PEERS_ROOT'];
  if (named !== undefined && named !== '') return named;
  try {
    return /\$\{PEERS_ROOT:=([^}]+)\}/.exec(
      readFileSync(join(SHARED_FOLDER, 'peers', 'setup-peers'), 'utf8'),
    )?.[1];
  } catch {
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a peer's program such as `peer-openssl` or `bc-peer`; undefined when it is not installed. */
export function findPeer(name: string): string | undefined {
  const root = peersRoot();
  const folders = [
    ...(root === undefined ? [] : [join(root, 'bin')]),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** What a peer said. */
interface PeerResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** How a peer is run. */
interface PeerOptions {
  /** What it reads from standard input. */
  readonly input?: Uint8Array;
  /** Milliseconds until it is stopped; 60 seconds by default. */
  readonly timeout?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a peer to its end, whatever its exit code; fails when it is missing or too slow. */
export function runPeer(
  name: string,
  args: readonly string[],
  options: PeerOptions = {},
): Promise<PeerResult> {
  const program = findPeer(name);
  if (program === undefined) return Promise.reject(new Error(`${name} is not installed`));
  const timeout = options.timeout ?? 60_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} ${args.join(' ')}: no answer within ${String(timeout)} ms`));
    }, timeout);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({
        code: code ?? -1,
        stdout: new Uint8Array(Buffer.concat(stdout)),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
    // A peer may answer and leave without reading all of its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? new Uint8Array(0));
  });
}

/** Runs a peer that must succeed and gives its standard output. */
export async function askPeer(
  name: string,
  args: readonly string[],
  options: PeerOptions = {},
): Promise<Uint8Array> {
  const result = await runPeer(name, args, options);
  if (result.code !== 0) {
    const said = `${Buffer.from(result.stdout).toString('utf8')}${result.stderr}`.trim().slice(0, 400);
    throw new Error(`${name} ${args.join(' ')}: exit ${String(result.code)}: ${said}`);
  }
  return result.stdout;
}

/** A `describe` for tests that need these peers; without them it is skipped, and a line says so. */
export function describeWithPeer(peers: string | readonly string[], title: string, suite: () => void): void {
  const names = typeof peers === 'string' ? [peers] : peers;
  const missing = names.filter((name) => findPeer(name) === undefined);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  skipSuite(title, `${missing.join(', ')} not found in PEERS_ROOT or PATH`, suite);
}

/** Whether `node:tls` of this Node knows ML-DSA. */
export const nodeKnowsMlDsa: boolean = Number.parseFloat(process.versions.openssl) >= 3.5;

/** A suite that needs ML-KEM and ML-DSA in `node:tls`. The scripts of the project bring a Node that has them. */
export function describeWithRecentNode(title: string, suite: () => void): void {
  if (nodeKnowsMlDsa) describe(title, suite);
  else skipSuite(title, `OpenSSL ${process.versions.openssl} of this Node has no ML-DSA`, suite);
}

function skipSuite(title: string, reason: string, suite: () => void): void {
  report(`${title}: skipped, ${reason}`);
  describe.skip(`${title} (${reason})`, suite);
}
