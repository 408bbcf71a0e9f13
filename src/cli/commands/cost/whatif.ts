import type { Command } from '@commander-js/extra-typings';
import {
  type FleetAmounts,
  type FleetAxis,
  type FleetCase,
  fleetCsv,
  type FleetFailure,
  type FleetOutcome,
  type FleetPlanOutcome,
} from '../../../cost/index.ts';
import { amountText } from '../../cost-amount.ts';
import { fleetOutcome } from '../../cost-fleet.ts';
import { costDataOf, dataOption } from '../../cost-request.ts';
import { jsonPieces } from '../../json-pieces.ts';
import { forceOption, jsonOption, quietOption, requireStandardOutputFree } from '../../options.ts';
import { EXIT, type ExitCode, printLine, printPieces, printTable, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';
import { loadPolicy } from '../../policy-file.ts';

const AXES: readonly (readonly [axis: FleetAxis, heading: string])[] = [
  ['up', 'sent'],
  ['down', 'received'],
  ['time', 'time of devices'],
  ['energy', 'energy'],
  ['airtime', 'time on air'],
  ['money', 'cost'],
];

/** Columns of a fleet: those that have a figure at all. */
function shownAxes({ before }: FleetOutcome): typeof AXES {
  return AXES.filter(([axis]) => before[axis].known);
}

function heading(axis: FleetAxis, text: string, { prices }: FleetOutcome): string {
  return axis === 'money' && prices !== undefined ? `${text} in ${prices.currency}` : text;
}

const cells = (amounts: FleetAmounts, shown: typeof AXES): readonly string[] =>
  shown.map(([axis]) => amountText(amounts[axis]));

/** Devices of a move that is under way are not whole. */
const devicesText = (devices: number): string => devices.toLocaleString('en', { maximumFractionDigits: 1 });

const MOST_SHOWN = 12;

/** Failures of one kind in one line, however many classes have it. */
function failureLines(failures: readonly FleetFailure[]): readonly (readonly string[])[] {
  return failures
    .filter(({ from }) => from !== undefined)
    .map(({ class: id, devices, what, fits, from, before, because }) => [
      fits === 'no' ? 'does not fit' : 'not known',
      id,
      `${devicesText(devices)} devices`,
      `from ${from ?? ''}`,
      what,
      before ? `${because} (as now)` : because,
    ]);
}

function printSome(lines: readonly (readonly string[])[]): void {
  printTable(lines.slice(0, MOST_SHOWN));
  if (lines.length > MOST_SHOWN) printLine(`and ${lines.length - MOST_SHOWN} more: --json has all of them`);
}

function printPlan(plan: FleetPlanOutcome, outcome: FleetOutcome, shown: typeof AXES): void {
  printLine('');
  printLine(`plan ${plan.name}`);
  printTable([
    [
      'year',
      'moved',
      'not fitting',
      'fit not known',
      ...shown.map(([axis, text]) => heading(axis, text, outcome)),
    ],
    ['now', '', '', '', ...cells(outcome.before, shown)],
    ...plan.byYear.map(({ year, moved, notFitting, unknownFit, amounts }) => [
      String(year),
      devicesText(moved),
      devicesText(notFitting),
      devicesText(unknownFit),
      ...cells(amounts, shown),
    ]),
    ['in all', '', '', '', ...cells(plan.total, shown)],
  ]);
  printSome(plan.classes.map(({ class: { id }, because }) => [id, because]));
  printSome(failureLines(plan.failures));
  printSome(
    plan.refusals.map(({ class: id, algorithm, verdict, since, because }) => [
      `policy: ${verdict}`,
      id,
      algorithm,
      since === undefined ? 'always' : `from ${since}`,
      because,
    ]),
  );
}

function print(outcome: FleetOutcome): void {
  const shown = shownAxes(outcome);
  printLine(`${outcome.title}: ${devicesText(outcome.devices)} devices`);
  if (outcome.plans.length === 0)
    printTable([shown.map(([axis, text]) => heading(axis, text, outcome)), cells(outcome.before, shown)]);
  for (const plan of outcome.plans) printPlan(plan, outcome, shown);
  printLine('');
  for (const [axis, text] of AXES) {
    const figure = outcome.before[axis];
    if (!figure.known) printLine(`no sum of ${text}: ${figure.because}`);
    else if (outcome.without[axis].length > 0) printLine(`${text}: ${figure.because}`);
  }
  for (const assumption of outcome.assumptions) printLine(`assumed: ${assumption}`);
}

/** A case without the predictions, which are long and the same for many classes. */
function shortCase({ activities, perDevice, fits, problems }: FleetCase): object {
  return {
    activities: activities.map(({ label, perYear, prediction }) => ({
      label,
      perYear,
      title: prediction.title,
    })),
    perDevice,
    fits,
    problems,
  };
}

function forPrograms({ plans, ...rest }: FleetOutcome): object {
  return {
    ...rest,
    plans: plans.map(({ classes, ...plan }) => ({
      ...plan,
      classes: classes.map(({ before, after, ...one }) => ({
        ...one,
        before: shortCase(before),
        after: shortCase(after),
      })),
    })),
  };
}

/** Some pieces at a time: a write for each would take longer than the piece. */
function* batches(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const text of batches(pieces)) {
    yield encoder.encode(text);
    // Files are written from what is awaited; nothing here has to be.
    await Promise.resolve();
  }
}

/** Negative when a device that is moved does not fit. */
function exitOf({ plans }: FleetOutcome): ExitCode {
  const fails = plans.some(({ failures }) =>
    failures.some(({ fits, from }) => fits === 'no' && from !== undefined),
  );
  return fails ? EXIT.negative : EXIT.done;
}

/** `hybridge cost whatif`. */
export function addWhatif(cost: Command): void {
  cost
    .command('whatif')
    .description(
      'Moves a fleet on paper: what it sends, takes and costs by year under each plan, and what does not fit. ' +
        'Exit 1 when a plan moves devices that do not fit.',
    )
    .argument('<fleet>', 'file in YAML or JSON; - for standard input')
    .option('--policy <name|file>', 'take the dates of this policy, whatever the plans name')
    .addOption(dataOption)
    .option('--csv <file>', 'write every class in every year as comma-separated values')
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge cost whatif fleet.yaml --csv fleet.csv')
    .action((file, flags) =>
      run(async () => {
        const { csv, force = false } = flags;
        requireStandardOutputFree(flags, csv);
        if (csv !== undefined) await assertWritable(csv, force, [file, ...(flags.data ?? [])]);
        const data = await costDataOf(flags.data);
        const policy = flags.policy === undefined ? undefined : await loadPolicy(flags.policy);
        const outcome = await fleetOutcome(file, flags, { data, policy });
        if (csv !== undefined)
          await writeOutputs({ path: csv, content: encoded(fleetCsv(outcome)), force, secret: false });
        const exit = exitOf(outcome);
        if (flags.json === true)
          await printPieces(batches(jsonPieces({ ok: exit === EXIT.done, ...forPrograms(outcome) })));
        else if (flags.quiet !== true && csv !== '-') print(outcome);
        return exit;
      }),
    );
}
