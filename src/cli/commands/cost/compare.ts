import { type Command, Option } from '@commander-js/extra-typings';
import {
  compareOptions,
  type ComparedOption,
  type Comparison,
  describeObjective,
  type Input,
  INPUTS,
  objective,
  type ObjectiveName,
  OBJECTIVES,
  type Sensitivity,
} from '../../../cost/index.ts';
import { CommandError } from '../../command-error.ts';
import { figureText } from '../../cost-figure.ts';
import { requestOf, withRequestOptions } from '../../cost-request.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../../outcome.ts';

/** Objectives that some option has a figure of: the others would be columns of nothing. */
function shownObjectives(options: readonly ComparedOption[]): readonly ObjectiveName[] {
  return OBJECTIVES.filter((name) => options.some(({ withoutData }) => !withoutData.includes(name)));
}

function standing(
  { pareto, dominatedBy, withoutData }: ComparedOption,
  shown: readonly ObjectiveName[],
): string {
  if (!pareto) return `worse than ${dominatedBy ?? 'another'}`;
  const missing = withoutData.filter((name) => shown.includes(name));
  if (missing.length === 0) return 'best of its kind';
  return `not ranked: no data on ${missing.map(describeObjective).join(', ')}`;
}

function ratioText({ ratio }: Sensitivity): string {
  return ratio >= 1 ? `${ratio.toPrecision(3)} times as much` : `${(100 * ratio).toPrecision(3)} % of it`;
}

function print({ scenarioTitle, link, options, refused, sensitivity, smallestChange }: Comparison): void {
  const shown = shownObjectives(options);
  printLine(`${scenarioTitle}${link === undefined ? '' : ` over ${link.title}`}`);
  printLine('');
  printTable([
    ['option', 'fits', ...shown.map(describeObjective), ''],
    ...options.map((option) => [
      option.label,
      option.prediction.fits,
      ...shown.map((name) => figureText(objective(option.prediction, name))),
      standing(option, shown),
    ]),
  ]);
  for (const { label, because } of refused) printLine(`not predicted: ${label}: ${because}`);
  const missing = OBJECTIVES.filter((name) => !shown.includes(name));
  if (missing.length > 0) printLine(`no data of any option: ${missing.map(describeObjective).join(', ')}`);
  printLine('');
  printLine('What moves the answer most:');
  printTable(
    sensitivity.map((one) => [
      describeObjective(one.objective),
      `${one.input}: ${one.from} -> ${one.to}`,
      ratioText(one),
    ]),
  );
  printLine('');
  if (options[0]?.prediction.fits === 'yes') printLine('It fits as asked.');
  else if (smallestChange === undefined) printLine('No change that was tried makes it fit.');
  else printLine(`The smallest change that makes it fit: ${smallestChange.change}`);
}

function inputs(text: string, before: readonly Input[] = []): readonly Input[] {
  const input = INPUTS.find((one) => one === text);
  if (input === undefined)
    throw new CommandError('invalid_argument', `--vary ${text.slice(0, 40)}: no such input`, {
      hint: `there are ${INPUTS.join(', ')}`,
    });
  return [...before, input];
}

const varyOption: Option<'--vary <input>', undefined, undefined, readonly Input[]> = new Option(
  '--vary <input>',
  'what the options differ in, as signature or implementation; may be given several times (default: what matters most)',
).argParser(inputs);

/** `hybridge cost compare`. */
export function addCompare(cost: Command): void {
  withRequestOptions(
    cost
      .command('compare')
      .description(
        'Compares the options that a device has: which are the best of their kind, what moves the answer most, ' +
          'and the smallest change that would make it fit. Exit 1 when no option fits.',
      ),
  )
    .addOption(varyOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nAn option is the best of its kind when no other one is as strong, takes no more of anything, and less of something.' +
        '\n\nExample:\n  $ hybridge cost compare --device nrf52832 --scenario operation --algorithm ML-DSA-65 --operation sign --vary implementation',
    )
    .action((flags) =>
      run(async () => {
        const comparison = compareOptions({
          question: await requestOf(flags),
          ...(flags.vary === undefined ? {} : { vary: flags.vary }),
        });
        const some = comparison.options.some(({ prediction }) => prediction.fits !== 'no');
        return finish(flags, some ? EXIT.done : EXIT.negative, comparison, () => {
          print(comparison);
        });
      }),
    );
}
