import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import {
  type BenchResult,
  benchToCostData,
  composeReport,
  mergeCostData,
  readBenchResult,
  renderReport,
  reportCsv,
  reportJson,
  type Scenario,
} from '../../../cost/index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { fleetOutcome } from '../../cost-fleet.ts';
import {
  costDataOf,
  dataOption,
  describesScenario,
  implementationChoice,
  implementationOption,
  type ScenarioFlags,
  scenarioOf,
  SCENARIOS,
  withScenarioOptions,
} from '../../cost-request.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import {
  atOption,
  each,
  forceOption,
  jsonOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { type CommonFlags, EXIT, finish, printLine, run } from '../../outcome.ts';
import { assertWritable, type Output, writeOutputs } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { showStatus } from '../../progress.ts';

/** One scenario, or one for each signature that is named: they stand beside each other. */
function scenariosOf(flags: Partial<ScenarioFlags>): readonly Scenario[] {
  const { scenario, signature = [] } = flags;
  if (scenario === undefined) {
    if (describesScenario(flags))
      throw new CommandError('invalid_argument', '--scenario is missing, which the other flags describe', {
        hint: 'without any of them the report is about a TLS handshake and a firmware update',
      });
    return [];
  }
  if (signature.length === 0) return [scenarioOf({ ...flags, scenario })];
  // Firmware alone can have two; elsewhere a + is part of a name.
  const together = (names: string): readonly string[] =>
    scenario === 'firmware-update' ? names.split('+') : [names];
  return signature.map((names) => scenarioOf({ ...flags, scenario, signature: together(names) }));
}

async function benchOf(path: string): Promise<BenchResult> {
  const text = new TextDecoder().decode(await readSmall(path, 'result of bench'));
  return inFile(path, () => readBenchResult(text));
}

/** Does work that nothing interrupts under a line that says so, and takes that line away whatever comes of it. */
function underStatus<T>(flags: CommonFlags, text: string, work: () => T): T {
  const status = showStatus(flags);
  status.show(text);
  try {
    return work();
  } finally {
    status.clear();
  }
}

function outputOf(path: string, text: string, force: boolean): Output {
  return { path, content: new TextEncoder().encode(text), force, secret: false };
}

const LONG = `
Without --scenario the report sets the TLS handshake of today (X25519, ECDSA) beside X25519MLKEM768 with each ML-DSA,
and the update of a firmware of 256 KiB signed with ECDSA beside one with each post-quantum signature.
The page needs no network, and prints on A4. With --fleet it has the years of a fleet, with --bench what was measured.

Example:
  $ hybridge cost report --device nrf52840 --link nb-iot-cat-nb1 --out report.html`;

/** `hybridge cost report`. */
export function addReport(cost: Command): void {
  withScenarioOptions(
    cost
      .command('report')
      .description('Writes a report to decide by: one page of HTML, or the same numbers as CSV or JSON.')
      .addOption(
        new Option('--device <id>', 'a device: a profile of the data; may be given several times')
          .argParser<readonly string[]>(each)
          .makeOptionMandatory(),
      )
      .option('--link <id>', 'a link: a profile of the data; may be given several times', each)
      .addOption(new Option('--scenario <kind>', 'what is to be done').choices(SCENARIOS)),
    'several stand beside each other, NAME+NAME is a firmware with two',
  )
    .addOption(implementationOption)
    .option('--fleet <file>', 'a fleet and its plans, as for cost whatif')
    .option('--bench <file>', 'what hybridge bench measured, as JSON')
    .addOption(dataOption)
    .option('--policy <name|file>', 'what this policy says of the algorithms')
    .addOption(atOption)
    .option('--title <text>', 'the title of the report', 'What post-quantum cryptography costs')
    .option('--out <file>', 'where to write the page; - for standard output')
    .option('--csv <file>', 'where to write the numbers as CSV; - for standard output')
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', LONG)
    .action((flags) =>
      run(async () => {
        const { device, link, out, csv, title, force = false } = flags;
        if (out === undefined && csv === undefined && flags.json !== true)
          throw new CommandError('invalid_argument', 'nothing is to be written', {
            hint: 'name a file with --out or --csv, or print JSON with --json',
          });
        if (out !== undefined && csv !== undefined && resolve(out) === resolve(csv))
          throw new CommandError('invalid_argument', `--out and --csv are both ${out}`, {
            hint: 'name another file for one of them',
          });
        requireStandardOutputFree(flags, out, csv);
        const files = [out, csv].filter((path) => path !== undefined);
        const inputs = [flags.fleet, flags.bench, ...(flags.data ?? [])];
        for (const path of files) await assertWritable(path, force, inputs);

        const scenarios = scenariosOf(flags);
        const bench = flags.bench === undefined ? undefined : await benchOf(flags.bench);
        const ours = await costDataOf(flags.data);
        // What was measured is a device as well: this machine.
        const data = bench === undefined ? ours : mergeCostData(ours, benchToCostData(bench));
        const { policy } = await policyAt(flags);
        const implementation = implementationChoice(flags.implementation);
        const fleet =
          flags.fleet === undefined ? undefined : await fleetOutcome(flags.fleet, flags, { data, policy });
        const { input, outputs } = underStatus(flags, 'predicting', () => {
          const composed = composeReport({
            title,
            at: instant('--at', flags.at),
            devices: device,
            links: link ?? [],
            scenarios,
            data,
            ...(implementation === undefined ? {} : { implementation }),
            ...(policy === undefined ? {} : { policy }),
            ...(fleet === undefined ? {} : { fleet }),
            ...(bench === undefined ? {} : { bench }),
          });
          return {
            input: composed,
            outputs: [
              ...(out === undefined ? [] : [outputOf(out, renderReport(composed), force)]),
              ...(csv === undefined ? [] : [outputOf(csv, reportCsv(composed), force)]),
            ],
          };
        });
        await writeOutputs(...outputs);
        return finish(
          { ...flags, quiet: flags.quiet ?? files.includes('-') },
          EXIT.done,
          { files, ...(flags.json === true ? { report: reportJson(input) } : {}) },
          () => {
            for (const path of files) printLine(`${path}: ${input.fit.length} combinations`);
          },
        );
      }),
    );
}
