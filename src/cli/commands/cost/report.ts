import { type Command, Option } from '@commander-js/extra-typings';
import {
  type BenchResult,
  benchToCostData,
  composeReport,
  COST_OPERATIONS,
  type CostData,
  type FleetOutcome,
  mergeCostData,
  readBenchResult,
  readFleet,
  renderReport,
  reportCsv,
  reportJson,
  type Scenario,
  whatIf,
} from '../../../cost/index.ts';
import type { Policy } from '../../../policy/index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import {
  costDataOf,
  dataOption,
  implementationChoice,
  implementationOption,
  type ScenarioFlags,
  scenarioOf,
  SCENARIOS,
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
import { EXIT, finish, printLine, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { showStatus } from '../../progress.ts';

const FLEET_LIMIT = 16 * 1024 * 1024;

type Described = { readonly [F in keyof ScenarioFlags]?: ScenarioFlags[F] | undefined };

/** One scenario, or one for each signature that is named: they stand beside each other. */
function scenariosOf(flags: Described): readonly Scenario[] {
  const { scenario, signature = [] } = flags;
  if (scenario === undefined) {
    const described = Object.entries(flags).find(([, value]) => value !== undefined);
    if (described !== undefined)
      throw new CommandError('invalid_argument', '--scenario is missing, which the other flags describe', {
        hint: 'without any of them the report is about a TLS handshake and a firmware update',
      });
    return [];
  }
  if (signature.length === 0) return [scenarioOf({ ...flags, scenario })];
  return signature.map((name) => scenarioOf({ ...flags, scenario, signature: [name] }));
}

/** Of all flags those that describe a scenario. */
function describedBy(flags: Described): Described {
  const { scenario, signature, group, chain, mutual, imageBytes, kem, messageBytes, algorithm, operation } =
    flags;
  return { scenario, signature, group, chain, mutual, imageBytes, kem, messageBytes, algorithm, operation };
}

async function textOf(path: string, what: string, limit?: number): Promise<string> {
  return new TextDecoder().decode(await readSmall(path, what, limit));
}

async function fleetOf(path: string, data: CostData, policy: Policy | undefined): Promise<FleetOutcome> {
  const text = await textOf(path, 'fleet', FLEET_LIMIT);
  const fleet = await inFile(path, () => readFleet(text, { data }));
  return whatIf(fleet, { data, ...(policy === undefined ? {} : { policy }) });
}

async function benchOf(path: string): Promise<BenchResult> {
  const text = await textOf(path, 'result of bench');
  return inFile(path, () => readBenchResult(text));
}

const LONG = `
Without --scenario the report sets the TLS handshake of today (X25519, ECDSA) beside X25519MLKEM768 with each ML-DSA,
and the update of a firmware of 256 KiB signed with ECDSA beside one with each post-quantum signature.
The page needs no network, and prints on A4. With --fleet it has the years of a fleet, with --bench what was measured.

Example:
  $ hybridge cost report --device nrf52840 --link nb-iot-cat-nb1 --out report.html`;

/** `hybridge cost report`. */
export function addReport(cost: Command): void {
  cost
    .command('report')
    .description('Writes a report to decide by: one page of HTML, or the same numbers as CSV or JSON.')
    .addOption(
      new Option('--device <id>', 'a device: a profile of the data; may be given several times')
        .argParser<readonly string[]>(each)
        .makeOptionMandatory(),
    )
    .option('--link <id>', 'a link: a profile of the data; may be given several times', each)
    .addOption(new Option('--scenario <kind>', 'what is to be done').choices(SCENARIOS))
    .option('--signature <name>', 'of server, chain or firmware; several stand beside each other', each)
    .option('--group <name>', 'tls-handshake: the group (default: X25519MLKEM768)')
    .option('--chain <count>', 'intermediate certificates sent beside the leaf (default: 1)')
    .option('--image-bytes <count>', 'firmware-update: size of the image')
    .option('--kem <name>', 'sealed-message: the KEM of HPKE (default: MLKEM768-X25519)')
    .option('--message-bytes <count>', 'operation, sealed-message: size of the message')
    .option('--mutual', 'tls-handshake: the device has a certificate as well')
    .option('--algorithm <name>', 'operation: of this algorithm')
    .addOption(new Option('--operation <name>', 'operation: which one').choices(COST_OPERATIONS))
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
        if (out === '-' && csv === '-')
          throw new CommandError('invalid_argument', '--out and --csv both need standard output', {
            hint: 'name a file for one of them',
          });
        requireStandardOutputFree(flags, out, csv);
        const files = [out, csv].filter((path) => path !== undefined);
        const inputs = [flags.fleet, flags.bench, ...(flags.data ?? [])];
        for (const path of files) await assertWritable(path, force, inputs);

        const scenarios = scenariosOf(describedBy(flags));
        const bench = flags.bench === undefined ? undefined : await benchOf(flags.bench);
        const ours = await costDataOf(flags.data);
        // What was measured is a device as well: this machine.
        const data = bench === undefined ? ours : mergeCostData(ours, benchToCostData(bench));
        const { policy } = await policyAt(flags);
        const implementation = implementationChoice(flags.implementation);
        const status = showStatus(flags);
        status.show('predicting');
        const input = composeReport({
          title,
          at: instant('--at', flags.at),
          devices: device,
          links: link ?? [],
          scenarios,
          data,
          ...(implementation === undefined ? {} : { implementation }),
          ...(policy === undefined ? {} : { policy }),
          ...(flags.fleet === undefined ? {} : { fleet: await fleetOf(flags.fleet, data, policy) }),
          ...(bench === undefined ? {} : { bench }),
        });
        const encoder = new TextEncoder();
        const outputs = [
          ...(out === undefined ? [] : [{ path: out, content: encoder.encode(renderReport(input)) }]),
          ...(csv === undefined ? [] : [{ path: csv, content: encoder.encode(reportCsv(input)) }]),
        ];
        status.clear();
        await writeOutputs(...outputs.map((output) => ({ ...output, force, secret: false })));
        return finish(
          flags,
          EXIT.done,
          { files, ...(flags.json === true ? { report: reportJson(input) } : {}) },
          () => {
            for (const path of files)
              if (path !== '-') printLine(`${path}: ${input.fit.length} combinations`);
          },
        );
      }),
    );
}
