import type { Command } from '@commander-js/extra-typings';
import { defaultProvider, describeProvider, portableProvider, type Provider, selfTest } from '../../index.ts';
import { CommandError } from '../command-error.ts';
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

function rowsOf(provider: Provider, only: readonly string[]): readonly Row[] {
  const all = describeProvider(provider);
  const missing = only.filter((name) => !all.some(({ primitive }) => primitive === name));
  if (missing.length > 0)
    throw new CommandError('unknown_algorithm', `provider ${provider.name} offers no ${missing.join(', ')}`, {
      hint: 'hybridge providers lists what there is',
      details: { missing },
    });
  return only.length === 0 ? all : all.filter(({ primitive }) => only.includes(primitive));
}

/** `hybridge providers`: who computes what here, and why. */
export function addProviders(program: Command): void {
  program
    .command('providers')
    .description('Tells which backend serves each primitive on this machine, and why.')
    .argument('[primitives...]', 'look at these only, for instance ML-KEM-768 SHA-256')
    .option('--self-test', 'ask every primitive questions with published answers: exit 1 when one is wrong')
    .option('--portable', 'look at the portable provider instead of the default one')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge providers --self-test ML-KEM-768 ML-DSA-65')
    .action((only, flags) =>
      run(async () => {
        const provider = flags.portable === true ? portableProvider() : defaultProvider();
        const described = rowsOf(provider, only);
        if (flags.selfTest !== true)
          return finish(flags, EXIT.done, { provider: provider.name, primitives: described }, () => {
            print(provider.name, described);
          });

        const status = showStatus(flags);
        let asked = 0;
        const { passed, results } = await selfTest(provider, {
          only: described.map(({ primitive }) => primitive),
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
