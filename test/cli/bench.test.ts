import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchResult, readBenchResult, readCostData } from '../../src/cost/index.ts';
import { type ChildEnded, runChild } from '../../src/cli/bench/child.ts';
import { operationsOf } from '../../src/cli/bench/operations.ts';
import { slowCore } from '../../src/cli/bench/slow-core.ts';
import { numberIn } from '../../src/cli/bench/threshold.ts';
import { keyAlgorithm } from '../../src/cli/keys.ts';
import { defaultProvider } from '../../src/index.ts';
import { addBench } from '../../src/cli/commands/bench.ts';
import { type Ended, errorLines, Sandbox } from './support.ts';

let sandbox: Sandbox;
let ended: Ended;
let result: BenchResult;

const bench = (...args: readonly string[]): Promise<Ended> => sandbox.hybridge(['bench', ...args]);

beforeAll(async () => {
  sandbox = new Sandbox();
  ended = await bench(
    ...['X25519', 'Ed25519', '--time', '60', '--rounds', '5', '--json'],
    ...['--out', 'a.json', '--cost-data', 'data.json', '--against', 'default', '--fail-below', '0.9'],
  );
  result = readBenchResult(readFileSync(sandbox.path('a.json'), 'utf8'));
});

afterAll(() => {
  sandbox.remove();
});

describe('bench', { concurrent: true }, () => {
  it('measures both providers in turns, and says how it varied', () => {
    expect(
      result.results.map(({ algorithm, operation, provider }) => [algorithm, operation, provider]),
    ).toEqual(
      [
        ['X25519', 'keygen'],
        ['X25519', 'encaps'],
        ['X25519', 'decaps'],
        ['Ed25519', 'keygen'],
        ['Ed25519', 'sign'],
        ['Ed25519', 'verify'],
      ].flatMap(([algorithm, operation]) => [
        [algorithm, operation, 'default'],
        [algorithm, operation, 'portable'],
      ]),
    );
    for (const row of result.results) {
      expect(row.rounds).toHaveLength(5);
      expect(row.margin).toBeGreaterThan(0);
      expect(row.runtime).toBe('node');
    }
    expect(result.environment).toMatchObject({
      node: process.versions.node,
      openssl: process.versions.openssl,
      platform: `${process.platform}-${process.arch}`,
    });
    expect(result.failures).toEqual([]);
  });

  it('fails where an interval is wholly below, and prints what it wrote', () => {
    // Plain JavaScript is not nearly as fast as what OpenSSL does here.
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      ok: false,
      comparison: { failBelow: 0.9, verdict: 'below' },
    });
    expect(readBenchResult(ended.stdout)).toEqual(result);
  });

  it('writes cost data that is read as such', () => {
    const data = readCostData(readFileSync(sandbox.path('data.json'), 'utf8'));
    expect(data).toMatchObject({ devices: [{ id: 'this-machine' }] });
    expect(readFileSync(sandbox.path('data.json'), 'utf8')).toContain(
      'X25519:agree:hybridge-portable/node:host',
    );
  });

  it('does not overwrite', async () => {
    const { code, stderr } = await bench('X25519', '--time', '1', '--out', 'a.json');
    expect(code).toBe(2);
    expect(errorLines(stderr)).toEqual(['error: a.json exists already']);
  });
});

describe('what bench refuses before it measures', () => {
  it.each<readonly [args: readonly string[], message: string]>([
    [['--out', 'b.json', '--cost-data', './b.json', '--force'], '--out and --cost-data are both b.json'],
    [['--out', '-', '--cost-data', '-'], '--out and --cost-data are both -'],
    [['--out', '-', '--json'], '--json and an output of - both need standard output'],
    [['--fail-below', '0.9'], '--fail-below needs something to compare with'],
    [['--fail-below', '0', '--against', 'portable'], '--fail-below 0: not from 0.001 to 1000'],
    [['--rounds', '1.5'], '--rounds 1.5: not a whole number'],
    [['--rounds', '0'], '--rounds 0: not from 1 to 1000'],
    [['--time', ' '], '--time  : not from 1 to 60000 milliseconds'],
    [['--time', '60001'], '--time 60001: not from 1 to 60000 milliseconds'],
    [['HSS-LMS'], 'HSS/LMS is not measured: nothing is signed with it here'],
  ])('%j', async (args, message) => {
    const program = new Command('hybridge').exitOverride();
    addBench(program);
    await expect(program.parseAsync(['bench', 'X25519', ...args], { from: 'user' })).rejects.toMatchObject({
      message,
    });
  });
});

describe('a number in a range', () => {
  it('may be either end, and nothing beyond', () => {
    expect([numberIn('--time', '1', 1, 60), numberIn('--time', '60', 1, 60)]).toEqual([1, 60]);
    for (const text of ['0.999', '60.001', '', 'ten', 'NaN', 'Infinity', '-1'])
      expect(() => numberIn('--time', text, 1, 60, ' s'), text).toThrow(`--time ${text}: not from 1 to 60 s`);
  });
});

describe('what stands for a round', () => {
  it('is the mean of signatures that are tried for, and the median of all else', async () => {
    const statistics = async (name: 'Ed25519' | 'ML-DSA-44' | 'X25519'): Promise<object> =>
      Object.fromEntries(
        (await operationsOf(defaultProvider(), keyAlgorithm(name))).map(({ operation, statistic }) => [
          operation,
          statistic,
        ]),
      );
    expect(await statistics('ML-DSA-44')).toEqual({ keygen: 'median', sign: 'mean', verify: 'median' });
    expect(await statistics('Ed25519')).toEqual({ keygen: 'median', sign: 'median', verify: 'median' });
    expect(await statistics('X25519')).toEqual({ keygen: 'median', encaps: 'median', decaps: 'median' });
  });
});

describe('a child', { concurrent: true }, () => {
  const node = (script: string, patience: number): Promise<ChildEnded> =>
    runChild([process.execPath, '-e', script], patience);

  it('that takes too long is ended, and that is told', async () => {
    expect(await node('setTimeout(() => undefined, 60_000)', 50)).toMatchObject({
      overdue: true,
      signal: 'SIGKILL',
      code: undefined,
    });
  });

  it('that ends by itself is not overdue, however it ends', async () => {
    expect(await node('process.stderr.write("no"); process.exit(3)', 10_000)).toEqual({
      code: 3,
      signal: undefined,
      overdue: false,
      stdout: '',
      stderr: 'no',
      notStarted: undefined,
    });
    expect(await node('process.kill(process.pid, "SIGKILL")', 10_000)).toMatchObject({
      overdue: false,
      signal: 'SIGKILL',
    });
  });

  it('that is not there is told', async () => {
    expect(await runChild(['no-such-program-of-ours'], 1000)).toMatchObject({
      notStarted: 'ENOENT',
      code: undefined,
      overdue: false,
    });
  });
});

describe('bench compare', { concurrent: true }, () => {
  it('of a result with itself finds nothing', async () => {
    const { code, stdout, stderr } = await bench('compare', 'a.json', 'a.json', '--fail-below', '0.9');
    expect({ stderr }).toEqual({ stderr: '' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^algorithm +operation +provider +runtime +baseline +now +ratio +95 % interval/u);
    expect(stdout.match(/ 1\.000 /gu)?.length).toBeGreaterThanOrEqual(result.results.length);
  });

  it('fails for what is half as fast, and for what is gone', async () => {
    const slower = result.results.map((row) => {
      const { rounds, operationsPerSecond, min, mean, p50, p99, max } = row;
      return {
        ...row,
        rounds: rounds.map((round) => ({ ...round, mean: 9 * round.mean, median: 9 * round.median })),
        operationsPerSecond: operationsPerSecond / 9,
        ...{ min: 9 * min, mean: 9 * mean, p50: 9 * p50, p99: 9 * p99, max: 9 * max },
      };
    });
    writeFileSync(sandbox.path('slower.json'), JSON.stringify({ ...result, results: slower }));
    writeFileSync(sandbox.path('less.json'), JSON.stringify({ ...result, results: result.results.slice(1) }));
    const [slow, less] = await Promise.all(
      ['slower.json', 'less.json'].map((file) =>
        bench('compare', 'a.json', file, '--fail-below', '0.9', '--json'),
      ),
    );
    expect(slow?.code).toBe(1);
    expect(JSON.parse(slow?.stdout ?? '')).toMatchObject({ ok: false, verdict: 'below', missing: [] });
    expect(less?.code).toBe(1);
    expect(JSON.parse(less?.stdout ?? '')).toMatchObject({ missing: ['X25519 make keys, default on node'] });
  });

  it('of different machines is refused unless it is meant', async () => {
    const environment = { ...result.environment, cpu: 'Abacus' };
    writeFileSync(sandbox.path('elsewhere.json'), JSON.stringify({ ...result, environment }));
    const [refused, meant] = await Promise.all([
      bench('compare', 'a.json', 'elsewhere.json'),
      bench('compare', 'a.json', 'elsewhere.json', '--across-machines'),
    ]);
    expect(refused.code).toBe(2);
    expect(errorLines(refused.stderr)[0]).toContain('different machines');
    expect(meant.code).toBe(0);
    expect(meant.stdout).toMatch(/differs besides the code: processor: .*, then Abacus/u);
  });

  it('names the file that is none', async () => {
    writeFileSync(sandbox.path('broken.json'), '{"schemaVersion": 1');
    const { code, stderr } = await bench('compare', 'a.json', 'broken.json');
    expect(code).toBe(2);
    expect(errorLines(stderr)).toEqual(['error: broken.json: bench result: is no JSON']);
  });
});

describe('a slow core', () => {
  it('is only pinned where control groups are none, and nothing stays behind', async () => {
    mkdirSync(sandbox.path('cgroup'));
    const core = await slowCore(sandbox.path('cgroup'));
    if (core === undefined) return;
    expect(core.prefix.slice(0, 2)).toEqual(['taskset', '-c']);
    expect(core.lacking).toHaveLength(1);
    core.release();
    expect(sandbox.list('cgroup')).toEqual([]);
  });
});
