import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { BENCH_PROVIDERS, type BenchResult, benchToCostData, compareProviders } from '../../cost/index.ts';
import type { KeyDescriptor } from '../../registry/index.ts';
import { measureConstrained } from '../bench/constrained.ts';
import { benchEnvironment } from '../bench/environment.ts';
import { MESSAGE } from '../bench/operations.ts';
import { printBench, printComparison } from '../bench/print.ts';
import { measureProviders } from '../bench/providers.ts';
import { findRuntimes, type Launches } from '../bench/runtimes.ts';
import { exitOf, failBelowOption, numberIn, thresholdOf } from '../bench/threshold.ts';
import { CommandError } from '../command-error.ts';
import { keyAlgorithm } from '../keys.ts';
import { forceOption, jsonOption, quietOption, requireStandardOutputFree } from '../options.ts';
import { EXIT, finish, printLine, run } from '../outcome.ts';
import { assertWritable, type Output, writeOutputs } from '../output.ts';
import { showStatus, type Status } from '../progress.ts';
import { addCompare } from './bench/compare.ts';

const USUAL = ['X25519', 'MLKEM768-X25519', 'ML-KEM-768', 'Ed25519', 'MLDSA65-Ed25519-SHA512', 'ML-DSA-65'];
/** Engines without a compiler are what P-256 is slow or wrong in. */
const USUAL_CONSTRAINED = [...USUAL, 'P-256', 'ECDSA-P256-SHA256'];

const NO_RUNTIMES: Launches = {
  launches: [],
  failures: [],
  quickjs: undefined,
  release: () => undefined,
};

/** What is measured, and how long. */
interface Run {
  readonly descriptors: readonly KeyDescriptor[];
  readonly time: number;
  readonly rounds: number;
  readonly constrained: boolean;
  readonly status: Status;
}

function measurable(name: string): KeyDescriptor {
  const descriptor = keyAlgorithm(name);
  if (descriptor.kind === 'stateful-hash')
    throw new CommandError(
      'unsupported',
      `${descriptor.name} is not measured: nothing is signed with it here`,
    );
  return descriptor;
}

async function measure(run: Run): Promise<BenchResult> {
  const environment = benchEnvironment();
  const here = await measureProviders(run);
  const runtimes = run.constrained ? await findRuntimes() : NO_RUNTIMES;
  try {
    const elsewhere = await measureConstrained({
      ...run,
      launches: runtimes.launches,
      algorithms: run.descriptors.map(({ name }) => name),
    });
    return {
      schemaVersion: 1,
      environment: {
        ...environment,
        ...(runtimes.quickjs === undefined ? {} : { quickjs: runtimes.quickjs }),
      },
      messageBytes: MESSAGE.length,
      results: [...here.results, ...elsewhere.results],
      failures: [...here.failures, ...runtimes.failures, ...elsewhere.failures],
    };
  } finally {
    runtimes.release();
  }
}

/** A document for a file, where one is named. */
function fileOf(path: string | undefined, document: object, force: boolean): readonly Output[] {
  if (path === undefined) return [];
  const content = new TextEncoder().encode(`${JSON.stringify(document, undefined, 2)}\n`);
  return [{ path, content, force, secret: false }];
}

/** `hybridge bench`: how fast this machine is, provider beside provider. */
export function addBench(program: Command): void {
  const bench = program.command('bench');
  addCompare(bench);
  bench
    .description(
      'Measures algorithms on this machine: the default provider beside the portable one, in turns.',
    )
    // The options of `bench compare` are not those of `bench`.
    .enablePositionalOptions()
    .argument('[algorithms...]', `what to measure (default: ${USUAL.join(' ')})`)
    .option('--time <milliseconds>', 'how long to measure each operation, in all rounds', '300')
    .option('--rounds <number>', 'how many turns: their differences are the margin', '5')
    .option(
      '--constrained',
      'also the portable code in QuickJS, in Node without its compiler or with little heap, and on a slow core',
    )
    .addOption(
      new Option('--against <provider>', 'compare the other provider with this one').choices(BENCH_PROVIDERS),
    )
    .addOption(failBelowOption)
    .option('--out <file>', 'write the result to a file, for bench compare and cost report')
    .option('--cost-data <file>', 'write it as cost data as well, for cost predict --data')
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge bench ML-DSA-65 --time 100')
    .action((names, flags) =>
      run(async () => {
        const time = numberIn('--time', flags.time, 1, 60_000, ' milliseconds');
        const rounds = numberIn('--rounds', flags.rounds, 1, 1000);
        if (!Number.isInteger(rounds))
          throw new CommandError('invalid_argument', `--rounds ${flags.rounds}: not a whole number`);
        const failBelow = thresholdOf(flags.failBelow);
        if (failBelow !== undefined && flags.against === undefined)
          throw new CommandError('invalid_argument', '--fail-below needs something to compare with', {
            hint: 'add --against portable, or compare two files with: hybridge bench compare',
          });
        const constrained = flags.constrained === true;
        const usual = constrained ? USUAL_CONSTRAINED : USUAL;
        const descriptors = [...new Set((names.length > 0 ? names : usual).map(measurable))];
        const { out, costData, force = false } = flags;
        if (out !== undefined && costData !== undefined && resolve(out) === resolve(costData))
          throw new CommandError('invalid_argument', `--out and --cost-data are both ${out}`, {
            hint: 'name another file for one of them',
          });
        requireStandardOutputFree(flags, out, costData);
        for (const path of [out, costData]) if (path !== undefined) await assertWritable(path, force, []);
        const status = showStatus(flags);
        let result: BenchResult;
        try {
          result = await measure({ descriptors, time, rounds, constrained, status });
        } finally {
          status.clear();
        }
        const [failure] = result.failures;
        if (result.results.length === 0)
          throw new CommandError(
            'unsupported',
            `nothing here can be measured${failure === undefined ? '' : `: ${failure.reason}`}`,
          );
        await writeOutputs(
          ...fileOf(out, result, force),
          ...fileOf(costData, benchToCostData(result), force),
        );
        // A document on standard output stands there alone.
        const told = { ...flags, quiet: flags.quiet ?? (out === '-' || costData === '-') };
        if (flags.against === undefined)
          return finish(told, EXIT.done, result, () => {
            printBench(result);
          });
        const comparison = compareProviders(result, { baseline: flags.against, failBelow });
        return finish(told, exitOf(comparison), { ...result, comparison }, () => {
          printBench(result);
          printLine('');
          printComparison(comparison);
        });
      }),
    );
}
