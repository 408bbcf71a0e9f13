import type { Command } from '@commander-js/extra-typings';
import { type BenchResult, compareBenchResults, readBenchResult } from '../../../cost/index.ts';
import { printComparison } from '../../bench/print.ts';
import { exitOf, failBelowOption, thresholdOf } from '../../bench/threshold.ts';
import { inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { finish, run } from '../../outcome.ts';

async function readResult(path: string): Promise<BenchResult> {
  const bytes = await readSmall(path, 'bench result');
  return inFile(path, () => readBenchResult(new TextDecoder().decode(bytes)));
}

/** `hybridge bench compare`: what changed between two runs. */
export function addCompare(bench: Command): void {
  bench
    .command('compare')
    .description('Compares two results: ratios of speed with their intervals. Above 1 the second is faster.')
    .argument('<baseline>', 'a result as bench --out or --json wrote it')
    .argument('<result>', 'another one of the same machine')
    .addOption(failBelowOption)
    .option('--across-machines', 'compare results of different machines, and say in what they differ')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      `
Intervals are at 95 % confidence and tell how the rounds of a run vary. What else changed between two runs is in the
ratio only; bench --against compares within one run.

Example:
  $ hybridge bench compare a.json b.json --fail-below 0.9`,
    )
    .action((baseline, result, flags) =>
      run(async () => {
        const failBelow = thresholdOf(flags.failBelow);
        const comparison = compareBenchResults(await readResult(baseline), await readResult(result), {
          failBelow,
          acrossMachines: flags.acrossMachines,
        });
        return finish(flags, exitOf(comparison), comparison, () => {
          printComparison(comparison);
        });
      }),
    );
}
