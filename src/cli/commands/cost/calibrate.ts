import { basename } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { calibrate, CORES } from '../../../cost/index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { count } from '../../cost-request.ts';
import { readCsv } from '../../csv.ts';
import { readSmall } from '../../input.ts';
import { forceOption, jsonOption, quietOption, requireStandardOutputFree } from '../../options.ts';
import { EXIT, finish, note, printLine, printTable, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';

const BOARDS = CORES.filter((core) => core !== 'host');

function megahertzOf(text: string): number {
  if (/^\d{1,5}(?:\.\d{1,6})?$/u.test(text) && Number(text) > 0) return Number(text);
  throw new CommandError('invalid_argument', `--megahertz ${text.slice(0, 40)}: not a clock in MHz`, {
    hint: 'write it in digits, as 64 or 133.5',
  });
}

/** Bytes of a memory that is there. */
function memoryOf(flag: string, text: string): number {
  const bytes = count(flag, text);
  if (bytes > 0) return bytes;
  throw new CommandError('invalid_argument', `${flag} ${text}: a board has some`, {
    hint: 'write how many bytes it has',
  });
}

/** `hybridge cost calibrate`. */
export function addCalibrate(cost: Command): void {
  cost
    .command('calibrate')
    .description(
      'Makes a data file of the log of your own board: a device with measured figures, for --data.',
    )
    .argument(
      '<file>',
      'the log, comma-separated (see below), or benchmarks.csv of pqm4; - for standard input',
    )
    .requiredOption('--device-id <id>', 'what the device is called from now on')
    .option('--title <text>', 'its name for people (default: the id)')
    .addOption(new Option('--core <name>', 'its processor core').choices(BOARDS).makeOptionMandatory())
    .requiredOption('--megahertz <number>', 'the clock that was measured at')
    .requiredOption('--ram <bytes>', 'its RAM')
    .requiredOption('--flash <bytes>', 'its flash')
    .requiredOption('--out <file>', 'where the data file goes; - for standard output')
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      `
The first line of the log names its columns, in any order:
  algorithm, operation, implementation   which row; names as in the data of this program
  cycles or milliseconds                 the mean (of hash and aead: per byte)
  min, max, p99                          in the same unit; may be left out or empty, as those below
  runs, stack_bytes, code_bytes

Example:
  $ hybridge cost calibrate board.csv --device-id our-board --core cortex-m4 --megahertz 64 --ram 262144 --flash 1048576 --out board.json`,
    )
    .action((file, flags) =>
      run(async () => {
        const { deviceId, title, core, out, force = false } = flags;
        const board = {
          id: deviceId,
          ...(title === undefined ? {} : { title }),
          core,
          megahertz: megahertzOf(flags.megahertz),
          ramBytes: memoryOf('--ram', flags.ram),
          flashBytes: memoryOf('--flash', flags.flash),
        };
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [file]);
        const text = new TextDecoder().decode(await readSmall(file, 'board log'));
        const { skipped, ...data } = await inFile(file, () =>
          calibrate(readCsv(text, 'board log'), {
            board,
            reference: file === '-' ? 'standard input' : basename(file),
          }),
        );
        await writeOutputs({
          path: out,
          content: new TextEncoder().encode(`${JSON.stringify(data, undefined, 2)}\n`),
          force,
          secret: false,
        });
        if (skipped.length > 0) note(flags, `no names for ${skipped.join(', ')}: left out`);
        const listed = data.rows.map(({ id, cycles }) => ({ id, cycles: cycles?.mean ?? null }));
        return finish(flags, EXIT.done, { device: deviceId, rows: listed, skipped }, () => {
          if (out === '-') return;
          printTable(
            listed.map(({ id, cycles }) => [id, cycles === null ? '' : `${Math.round(cycles)} cycles`]),
          );
          printLine(
            `${out}: ${deviceId} with ${data.rows.length} ${data.rows.length === 1 ? 'row' : 'rows'}`,
          );
        });
      }),
    );
}
