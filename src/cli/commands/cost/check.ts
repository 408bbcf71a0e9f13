import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import {
  type Budget,
  type BudgetOutcome,
  type BudgetResult,
  checkBudget,
  readBudget,
} from '../../../cost/index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { costDataOf, dataOption } from '../../cost-request.ts';
import { fileError } from '../../file-error.ts';
import { readSmall } from '../../input.ts';
import { each, jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../../outcome.ts';

const FORMATS = ['text', 'github', 'json'] as const;

/** `NAME=FILE`. */
function bundleFlag(text: string): readonly [name: string, path: string] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1)
    throw new CommandError('invalid_argument', `--bundle ${text}: not NAME=FILE`, {
      hint: 'the name as the budget has it, and the file that was built',
    });
  return [text.slice(0, at), text.slice(at + 1)];
}

function sizeOf(path: string): number {
  let status;
  try {
    status = statSync(path);
  } catch (cause) {
    throw fileError('read', path, cause);
  }
  if (!status.isFile())
    throw new CommandError('input_output', `${path}: not a file`, { details: { file: path } });
  return status.size;
}

/** Sizes of the bundles that a budget limits: of the files named on the command line, or of those beside the budget. */
function bundleSizes(
  file: string,
  budget: Budget,
  given: readonly string[] = [],
): ReadonlyMap<string, number> {
  const named = new Map(given.map(bundleFlag));
  const wanted = new Set(budget.budgets.flatMap(({ bundle }) => bundle ?? []));
  for (const name of named.keys())
    if (!wanted.has(name))
      throw new CommandError('invalid_argument', `--bundle ${name}: the budget limits no such bundle`, {
        hint: wanted.size === 0 ? undefined : `it has ${[...wanted].join(', ')}`,
      });
  const beside = file === '-' ? '.' : dirname(file);
  return new Map([...wanted].map((name) => [name, sizeOf(named.get(name) ?? resolve(beside, name))]));
}

/** Text in a command of GitHub's runner. */
const inMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** In a property of such a command colons and commas end it. */
const inProperty = (text: string): string => inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function annotation(file: string, { budget, limit, verdict, because, line }: BudgetResult): string {
  const place =
    file === '-' ? [] : [`file=${inProperty(file)}`, ...(line === undefined ? [] : [`line=${line}`])];
  const properties = [...place, `title=${inProperty(`${budget}: ${limit} ${verdict}`)}`];
  return `::error ${properties.join(',')}::${inMessage(because)}`;
}

function print(
  { title, bounds, results }: BudgetOutcome,
  file: string,
  format: (typeof FORMATS)[number],
): void {
  const broken = results.filter(({ verdict }) => verdict !== 'ok');
  if (format === 'github') for (const result of broken) printLine(annotation(file, result));
  else {
    printLine(`${title}, bounds ${bounds}`);
    printTable(results.map(({ budget, limit, verdict, because }) => [verdict, budget, limit, because]));
  }
  const count = results.length;
  printLine(
    broken.length === 0 ? `all ${count} limits kept` : `${broken.length} of ${count} limits not kept`,
  );
}

/** `hybridge cost check`. */
export function addCheck(cost: Command): void {
  cost
    .command('check')
    .description(
      'Checks budgets: exit 0 when every limit is kept, 1 when one is exceeded or cannot be told for want of data.',
    )
    .argument('<budget>', 'file in JSON or YAML; - for standard input')
    .addOption(dataOption)
    .option(
      '--bundle <name=file>',
      'the file that a bundle of the budget is; may be given several times',
      each,
    )
    .addOption(
      new Option('--format <format>', 'github: annotations for GitHub Actions')
        .choices(FORMATS)
        .default('text' as const),
    )
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge cost check budget.json --format github')
    .action((file, flags) =>
      run(async () => {
        const text = new TextDecoder().decode(await readSmall(file, 'budget'));
        const budget = await inFile(file, () => readBudget(text));
        const outcome = checkBudget(budget, {
          data: await costDataOf(flags.data),
          bundles: bundleSizes(file, budget, flags.bundle),
        });
        const json = flags.json === true || flags.format === 'json';
        return finish({ ...flags, json }, outcome.ok ? EXIT.done : EXIT.negative, outcome, () => {
          print(outcome, file, flags.format);
        });
      }),
    );
}
