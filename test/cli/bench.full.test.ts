import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchResult, type BenchRuntime, readBenchResult } from '../../src/cost/index.ts';
import { CONSTRAINED_SCRIPT } from '../support/constrained-script.ts';
import { findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { command, Sandbox } from './support.ts';

const script = join(dirname(dirname(command)), CONSTRAINED_SCRIPT);
const qjs = findPeer('peer-qjs') ?? findPeer('qjs');
if (qjs === undefined) report('bench --constrained: there is no QuickJS here; not run with it');

let sandbox: Sandbox;
/** Programs that the command finds first. */
const bin = (): string => sandbox.path('bin');
const withBin = (): { env: Record<string, string>; timeout: number } => ({
  env: { PATH: `${bin()}${delimiter}${process.env['PATH'] ?? ''}` },
  timeout: 300_000,
});

function program(name: string, text: string): void {
  // What is there may be a link to the real one.
  rmSync(join(bin(), name), { force: true });
  writeFileSync(join(bin(), name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin(), name), 0o755);
}

async function measured(algorithms: readonly string[], ...more: readonly string[]): Promise<BenchResult> {
  const { code, stdout, stderr } = await sandbox.hybridge(
    ['bench', ...algorithms, '--constrained', '--json', ...more],
    withBin(),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return readBenchResult(stdout);
}

const runtimesOf = ({ results }: BenchResult, algorithm: string): ReadonlySet<BenchRuntime> =>
  new Set(results.filter((row) => row.algorithm === algorithm).map(({ runtime }) => runtime));

/** Whether a process does anything: one that nobody waited for stays in the list after its end. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z /u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

beforeAll(() => {
  sandbox = new Sandbox();
  mkdirSync(bin());
});

afterAll(() => {
  sandbox.remove();
});

describe('bench --constrained', () => {
  it('has its script in the package: one file of a modest size without imports', () => {
    expect(existsSync(script), 'npm run build makes it').toBe(true);
    const text = readFileSync(script, 'utf8');
    expect(text.length).toBeLessThan(300 * 1024);
    // Not in a message of thousands of lines.
    expect(/(?:^|[;}])(?:import|export)\b/mu.test(text)).toBe(false);
    expect(text.includes('MIT License (c) 2022 Paul Miller')).toBe(true);
  });

  it('runs without QuickJS, and says what is missing', async () => {
    const { results, failures } = await measured(['X25519'], '--time', '30', '--rounds', '2');
    const here = runtimesOf({ results } as BenchResult, 'X25519');
    for (const runtime of ['node', 'node-jitless', 'small-heap', 'slow-core'] as const)
      expect(here, runtime).toContain(runtime);
    if (qjs !== findPeer('qjs'))
      expect(failures).toContainEqual({
        runtime: 'quickjs',
        reason: expect.stringContaining('apt-get install quickjs') as string,
      });
  });

  it.skipIf(qjs === undefined)('runs the portable code in QuickJS, mends it and says so', async () => {
    symlinkSync(qjs ?? '', join(bin(), 'qjs'));
    const algorithms = ['ML-KEM-768', 'ML-DSA-65', 'ECDSA-P256-SHA256'];
    const result = await measured(algorithms, '--time', '200', '--rounds', '2');
    expect(result.environment.quickjs).toMatch(/^\d{4}-\d{2}-\d{2}$/u);
    for (const algorithm of algorithms) expect(runtimesOf(result, algorithm), algorithm).toContain('quickjs');
    const inQuickJs = result.results.filter(({ runtime }) => runtime === 'quickjs');
    for (const { peakHeapBytes = 0, provider } of inQuickJs) {
      // The code alone is a quarter of a megabyte; tens of them would be a leak.
      expect(peakHeapBytes).toBeGreaterThan(512 * 1024);
      expect(peakHeapBytes).toBeLessThan(32 * 1024 * 1024);
      expect(provider).toBe('portable');
    }
    const jitless = result.results.filter(({ runtime }) => runtime === 'node-jitless');
    expect(jitless).toHaveLength(9);
    for (const { peakHeapBytes, peakResidentBytes } of jitless)
      expect(peakResidentBytes).toBeGreaterThan(peakHeapBytes ?? Infinity);
    // Interpreted lattices are far slower than compiled ones, in every engine.
    const time = (runtime: BenchRuntime): number =>
      result.results.find((row) => row.runtime === runtime && row.provider === 'portable')?.p50 ?? Number.NaN;
    expect(time('quickjs')).toBeGreaterThan(5 * time('node'));
    expect(time('node-jitless')).toBeGreaterThan(5 * time('node'));
    // This version's BigInts: what is not as it should be is told of every algorithm.
    if (result.environment.quickjs === '2025-04-26')
      for (const algorithm of algorithms)
        expect(result.failures).toContainEqual({
          runtime: 'quickjs',
          algorithm,
          reason: expect.stringMatching(/invalid n length.*BigInt\.prototype\.toString/u) as string,
        });
    report(
      `bench --constrained: ${String(result.results.length)} rows, QuickJS ${result.environment.quickjs ?? ''}`,
    );
  });

  it('prints a document for standard output and nothing beside it', async () => {
    const { code, stdout } = await sandbox.hybridge(
      ['bench', 'X25519', '--time', '1', '--rounds', '1', '--out', '-'],
      withBin(),
    );
    expect(code).toBe(0);
    expect(readBenchResult(stdout).results.length).toBeGreaterThan(0);
  });

  it('does not take another engine of the same name for it', async () => {
    program('qjs', 'echo "QuickJS-ng version 0.10.0"');
    const { failures } = await measured(['X25519'], '--time', '1', '--rounds', '1');
    expect(failures).toContainEqual({
      runtime: 'quickjs',
      reason: "the qjs on PATH is another one than Bellard's QuickJS: QuickJS-ng version 0.10.0",
    });
  });

  it.each([
    ['says nothing', 'exit 1', 'it ended without an answer'],
    ['says something else', 'echo "{}"', 'it ended without an answer'],
    ['is killed', 'kill -9 $$', 'it was ended by SIGKILL'],
    ['has no memory', 'echo "InternalError: out of memory" >&2; exit 1', 'InternalError: out of memory'],
  ])('an engine that %s is a failure and not ours', async (_, behaviour, reason) => {
    program('qjs', `[ "$1" = --help ] && echo "QuickJS version 2099-01-01" && exit\n${behaviour}`);
    const { failures, results } = await measured(['X25519'], '--time', '1', '--rounds', '1');
    expect(failures).toContainEqual({ runtime: 'quickjs', algorithm: 'X25519', reason });
    expect(results.some(({ runtime }) => runtime === 'node-jitless')).toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with its engines on %s', async (signal) => {
    program(
      'qjs',
      '[ "$1" = --help ] && echo "QuickJS version 2099-01-01" && exit\necho $$ > pid; exec sleep 100',
    );
    const pidFile = sandbox.path('pid');
    writeFileSync(pidFile, '');
    const child = spawn(process.execPath, [command, 'bench', 'X25519', '--time', '1', '--constrained'], {
      cwd: sandbox.folder,
      env: { ...process.env, ...withBin().env },
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.on('close', (_, by) => resolve(by));
    });
    const patience = AbortSignal.timeout(60_000);
    while (readFileSync(pidFile, 'utf8') === '') {
      patience.throwIfAborted();
      await setTimeout(20);
    }
    child.kill(signal);
    expect(await ended).toBe(signal);
    const pid = readFileSync(pidFile, 'utf8').trim();
    while (isRunning(pid)) {
      patience.throwIfAborted();
      await setTimeout(20);
    }
  });
});
