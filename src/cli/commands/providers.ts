import type { Command } from '@commander-js/extra-typings';
import { defaultProvider, describeProvider, portableProvider, selfTest } from '../../index.ts';
import { jsonOption, quietOption } from '../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../outcome.ts';
import { showStatus } from '../progress.ts';

/** A row of the table: who serves a primitive, why, and how it answered when it was asked. */
interface Row {
  readonly kind: string;
  readonly primitive: string;
  readonly backend: string;
  readonly because: string;
  readonly selfTest?: { readonly passed: boolean; readonly milliseconds: number; readonly reason?: string };
}

function remarks({ because, selfTest: tested }: Row): string[] {
  if (tested === undefined) return [because];
  if (tested.passed) return [`passed, ${tested.milliseconds.toFixed(0)} ms`, because];
  return ['FAILED', tested.reason ?? ''];
}

function print(provider: string, rows: readonly Row[]): void {
  printLine(`provider ${provider}`);
  for (const kind of new Set(rows.map((row) => row.kind))) {
    printLine('');
    printLine(kind.replace('-', ' '));
    printTable(
      rows.filter((row) => row.kind === kind).map((row) => ['', row.primitive, row.backend, ...remarks(row)]),
    );
  }
}

/** `hybridge providers`: who computes what here, and why. */
export function addProviders(program: Command): void {
  program
    .command('providers')
    .description('Tells which backend serves each primitive on this machine, and why.')
    .option('--self-test', 'ask every primitive questions with published answers: exit 1 when one is wrong')
    .option('--portable', 'look at the portable provider instead of the default one')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge providers --self-test')
    .action((flags) =>
      run(async () => {
        const provider = flags.portable === true ? portableProvider() : defaultProvider();
        const described: readonly Row[] = describeProvider(provider);
        if (flags.selfTest !== true)
          return finish(flags, EXIT.done, { provider: provider.name, primitives: described }, () => {
            print(provider.name, described);
          });

        const status = showStatus(flags);
        let asked = 0;
        const { passed, results } = await selfTest(provider, {
          onResult: ({ primitive }) => {
            status.show(`${++asked} of ${described.length}: ${primitive}`);
          },
        });
        status.clear();
        const rows = described.map((row): Row => {
          const result = results.find(
            ({ kind, primitive }) => kind === row.kind && primitive === row.primitive,
          );
          if (result === undefined) return row;
          const { milliseconds, reason } = result;
          return {
            ...row,
            selfTest: { passed: result.passed, milliseconds, ...(reason !== undefined && { reason }) },
          };
        });
        return finish(
          flags,
          passed ? EXIT.done : EXIT.negative,
          { provider: provider.name, primitives: rows },
          () => {
            print(provider.name, rows);
            const failed = results.filter((result) => !result.passed).length;
            printLine('');
            printLine(
              passed
                ? `all ${results.length} passed`
                : `${failed} of ${results.length} FAILED: these are not used`,
            );
          },
        );
      }),
    );
}
