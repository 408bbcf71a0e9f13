import { type Command, Option } from '@commander-js/extra-typings';
import {
  type Advice,
  ADVICE_RULES,
  type AdviceEffect,
  type AdviceLimits,
  type AdviceReason,
  type AdviceRule,
  type AdvisedOption,
  advise,
  type Custody,
  CUSTODIES,
  type Figure,
} from '../../../cost/index.ts';
import { CommandError } from '../../command-error.ts';
import { figureText, numberText } from '../../cost-figure.ts';
import { costDataOf, dataOption, linkOption } from '../../cost-request.ts';
import { endOf, instant } from '../../instant.ts';
import { atOption, jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../../outcome.ts';
import { policyAt } from '../../policy-in-force.ts';

/** A number that may have a fraction, as an option of the command line writes it. */
function numberOf(flag: string, text: string): number {
  const value = /^\d{1,15}(?:\.\d{1,6})?$/u.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value))
    throw new CommandError('invalid_argument', `${flag} ${text.slice(0, 40)}: not a number`, {
      hint: 'write it in digits, as 12 or 0.5',
    });
  return value;
}

interface LimitFlags {
  readonly ram?: string | undefined;
  readonly flash?: string | undefined;
  readonly verifyMs?: string | undefined;
  readonly bytes?: string | undefined;
}

function limitsOf({ ram, flash, verifyMs, bytes }: LimitFlags): AdviceLimits {
  return {
    ...(ram !== undefined && { ramBytes: numberOf('--ram', ram) }),
    ...(flash !== undefined && { flashBytes: numberOf('--flash', flash) }),
    ...(verifyMs !== undefined && { verifyMilliseconds: numberOf('--verify-ms', verifyMs) }),
    ...(bytes !== undefined && { envelopeBytes: numberOf('--bytes', bytes) }),
  };
}

const RULES: ReadonlyMap<string, AdviceRule> = new Map(ADVICE_RULES.map((rule) => [rule.id, rule]));

/** Numbers the rules in the order in which they are first named. */
class Cited {
  readonly #ids: string[] = [];

  of(id: string): string {
    if (!this.#ids.includes(id)) this.#ids.push(id);
    return `[${this.#ids.indexOf(id) + 1}]`;
  }

  get rules(): readonly AdviceRule[] {
    return this.#ids.flatMap((id) => RULES.get(id) ?? []);
  }
}

const ORDER: readonly AdviceEffect[] = ['excludes', 'against', 'for'];

/** What decided first, then the rest. */
function inOrder(reasons: readonly AdviceReason[]): readonly AdviceReason[] {
  return reasons.toSorted((a, b) => ORDER.indexOf(a.effect) - ORDER.indexOf(b.effect));
}

/** Whole bytes; a range by its most, for that is what must fit. */
function bytesText(figure: Figure<'bytes'>): string {
  if (!figure.known) return 'no data';
  return `${figure.low === figure.high ? '' : 'up to '}${numberText(figure.high, 'bytes')}`;
}

function printRows(options: readonly AdvisedOption[], cited: Cited): void {
  printTable([
    ['verdict', 'option', 'signature', 'manifest', 'verified in', 'checked after', 'RAM', 'state', 'by', ''],
    ...options.map((option) => [
      option.verdict,
      option.name,
      bytesText(option.signatureBytes),
      bytesText(option.envelopeBytes),
      figureText(option.verify),
      figureText(option.untilChecked),
      bytesText(option.ram),
      option.capacity === undefined ? 'none' : `${numberText(option.capacity, 'count')} indices`,
      option.implementation ?? '',
      inOrder(option.reasons)
        .map(({ rule, effect }) => `${effect} ${cited.of(rule)}`)
        .join(', '),
    ]),
  ]);
}

/** The entries in groups, each where its first entry stands. */
function grouped<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): readonly Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

/** So many are shown one by one. */
const FEW = 4;

/** Some families have many parameter sets that differ little: the soonest checked and the smallest stand for them. */
function representatives(options: readonly AdvisedOption[]): readonly AdvisedOption[] {
  const bytes = ({ envelopeBytes }: AdvisedOption): number =>
    envelopeBytes.known ? envelopeBytes.value : Infinity;
  const chosen = new Set(
    grouped(options, ({ family, verdict }) => `${verdict} ${family}`).flatMap((group) =>
      group.length <= FEW ? group : [group[0], group.toSorted((a, b) => bytes(a) - bytes(b))[0]],
    ),
  );
  return options.filter((option) => chosen.has(option));
}

/** What is excluded, by family and by the reason that did it. */
function printExcluded(options: readonly AdvisedOption[], cited: Cited): void {
  const deciding = ({ family, reasons }: AdvisedOption): string =>
    `${family} ${inOrder(reasons)[0]?.rule ?? ''}`;
  printTable(
    grouped(options, deciding).flatMap((group) => {
      const [first, ...more] = group;
      const [reason] = inOrder(first?.reasons ?? []);
      if (first === undefined || reason === undefined) return [];
      const others = more.length === 0 ? '' : ` and ${more.length} more`;
      return [['excluded', `${first.name}${others}`, `${reason.text} ${cited.of(reason.rule)}`]];
    }),
  );
}

function print({ needed, options }: Advice, all: boolean): void {
  const cited = new Cited();
  const excluded = options.filter(({ verdict }) => verdict === 'excluded');
  const usable = options.filter(({ verdict }) => verdict !== 'excluded');
  const shown = all ? options : representatives(usable);
  printLine(`signatures in the life of the devices: ${numberText(needed, 'count')}; sizes in bytes`);
  printLine('');
  if (shown.length > 0) printRows(shown, cited);
  const left = usable.length - shown.length;
  if (!all && left > 0) printLine(`${left} more that differ little: --all`);
  if (!all && excluded.length > 0) {
    printLine('');
    printExcluded(excluded, cited);
  }
  printLine('');
  cited.rules.forEach(({ id, says, sources }, index) => {
    printLine(`[${index + 1}] ${id}: ${says} (${sources.join('; ')})`);
  });
}

function printRules(): void {
  for (const { id, effect, says, sources } of ADVICE_RULES) {
    printLine(`${id} (${effect}): ${says}`);
    for (const source of sources) printLine(`  ${source}`);
  }
}

const LONG = `
Verdicts:
  recommended  nothing speaks against it
  possible     something does, or the data does not tell
  excluded     it cannot be used

Within a verdict the soonest checked comes first: transfer of the signed manifest, its hash, its signatures. The exit
code is 1 when everything is excluded.

Example:
  $ hybridge cost advise --signatures-per-year 12 --lifetime 15 --custody hsm --device nrf52840 --link ble-5-dle-2M`;

/** `hybridge cost advise`. */
export function addAdvise(cost: Command): void {
  cost
    .command('advise')
    .description(
      'Advises which signature an update scheme can use: a decision table with its reasons and sources.',
    )
    .option('--signatures-per-year <count>', 'how often one key signs')
    .option('--lifetime <years>', 'how long devices that check with this key are in service')
    .addOption(
      new Option(
        '--custody <who>',
        'who keeps the state of a stateful key: hardware, one careful signer, nobody',
      )
        .choices(CUSTODIES)
        .default('none' satisfies Custody),
    )
    .option('--device <id>', 'the device that checks: a profile of the data, as nrf52840')
    .addOption(linkOption)
    .option('--ram <bytes>', 'RAM that checking may take')
    .option('--flash <bytes>', 'flash that verifier and keys may take')
    .option('--verify-ms <milliseconds>', 'time that checking the signatures may take')
    .option('--bytes <count>', 'size that the signed manifest may have')
    .option('--cnsa', 'in scope of CNSA 2.0')
    .option('--hybrid-until <date>', 'a hybrid is wanted until this day')
    .option('--policy <name|file>', 'exclude what this policy refuses')
    .addOption(atOption)
    .addOption(dataOption)
    .option('--all', 'every option with every reason')
    .option('--rules', 'print the table of rules and nothing else')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', LONG)
    .action((flags) =>
      run(async () => {
        if (flags.rules === true) return finish(flags, EXIT.done, { rules: ADVICE_RULES }, printRules);
        const { signaturesPerYear, lifetime, device, link, hybridUntil } = flags;
        if (signaturesPerYear === undefined || lifetime === undefined)
          throw new CommandError('invalid_argument', '--signatures-per-year and --lifetime are both needed', {
            hint: 'they say how many signatures a key must be good for',
          });
        const { policy } = await policyAt(flags);
        const advice = advise({
          signaturesPerYear: numberOf('--signatures-per-year', signaturesPerYear),
          lifetimeYears: numberOf('--lifetime', lifetime),
          custody: flags.custody,
          cnsa: flags.cnsa ?? false,
          at: instant('--at', flags.at),
          limits: limitsOf(flags),
          data: await costDataOf(flags.data),
          ...(hybridUntil !== undefined && { hybridUntil: endOf('--hybrid-until', hybridUntil) }),
          ...(policy !== undefined && { policy }),
          ...(device !== undefined && { device }),
          ...(link !== undefined && { link }),
        });
        const usable = advice.options.some(({ verdict }) => verdict !== 'excluded');
        return finish(flags, usable ? EXIT.done : EXIT.negative, { ...advice, rules: ADVICE_RULES }, () => {
          print(advice, flags.all ?? false);
        });
      }),
    );
}
