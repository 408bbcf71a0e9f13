import type { Command } from '@commander-js/extra-typings';
import { HybridgeError } from '../../index.ts';
import {
  diffPolicies,
  explainPolicy,
  judge,
  namedPolicy,
  POLICY_NAMES,
  type Policy,
  type Use,
  USES,
} from '../../policy/index.ts';
import { find, type RegistryEntry, unknownAlgorithm } from '../../registry/index.ts';
import { run } from '../command.ts';
import { EXIT, printJson, printLine, printTable } from '../outcome.ts';
import { instant, loadPolicy } from '../policy-file.ts';

function entry(query: string): RegistryEntry {
  const [match] = find(query).matches;
  if (match === undefined) throw unknownAlgorithm(query);
  return match.entry;
}

function use(text: string): Use {
  const found = USES.find((candidate) => candidate === text);
  if (found === undefined)
    throw new HybridgeError('invalid_argument', `--use ${text}: no such use`, {
      fault: 'caller',
      hint: `one of ${USES.join(', ')}`,
    });
  return found;
}

/** The uses that come to mind for an algorithm when none was named. */
function usualUse(descriptor: RegistryEntry): Use {
  if (descriptor.kind === 'obsolete') return 'key-establishment';
  switch (descriptor.use) {
    case 'kem':
      return 'key-establishment';
    case 'signature':
      return 'signature-create';
    case 'hash':
    case 'kdf':
    case 'aead':
      return descriptor.use;
  }
}

function printShow(policy: Policy): void {
  const explanation = explainPolicy(policy);
  printLine(`${explanation.name}, version ${explanation.version} of ${explanation.date}`);
  printLine(explanation.description);
  for (const rule of explanation.rules) {
    printLine('');
    printLine(`${rule.id}: ${rule.verdict}`);
    printLine(`  what    ${rule.about}`);
    printLine(`  for     ${rule.uses.join(', ')}`);
    printLine(`  why     ${rule.reason}`);
    printLine(`  source  ${rule.source}`);
  }
  for (const preference of explanation.preference) {
    printLine('');
    printLine(`preferred for ${preference.uses.join(', ')}`);
    preference.order.forEach((item, index) => {
      printLine(`  ${index + 1}. ${item}`);
    });
    printLine(`  why     ${preference.reason}`);
    printLine(`  source  ${preference.source}`);
  }
}

/** `hybridge policy list|show|check|diff`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('What a dated crypto policy allows, when and why.');

  policy
    .command('list')
    .description('Lists the named policies.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ hybridge policy list')
    .action((flags) =>
      run(flags, () => {
        const policies = POLICY_NAMES.map((name) => namedPolicy(name));
        if (flags.json === true)
          printJson(
            policies.map(({ name, version, date, description }) => ({ name, version, date, description })),
          );
        else
          printTable([
            ...policies.map(({ name, date, description }) => [name, date, description]),
            ['legacy-until:DATE', '', 'Allows classical algorithms until a date that you name.'],
          ]);
        return Promise.resolve(EXIT.done);
      }),
    );

  policy
    .command('show')
    .description('Prints the rules of a policy with their reasons and sources.')
    .argument('<policy>', 'name or file')
    .option('--json', 'print the policy as JSON, ready to be edited')
    .addHelpText('after', '\nExample:\n  $ hybridge policy show cnsa-2.0')
    .action((name, flags) =>
      run(flags, async () => {
        const loaded = await loadPolicy(name);
        if (flags.json === true) printJson(loaded);
        else printShow(loaded);
        return EXIT.done;
      }),
    );

  policy
    .command('check')
    .description('Judges algorithms: exit 0 when none is refused, 1 when one is.')
    .argument('<algorithms...>', 'names, OIDs or code points')
    .requiredOption('--policy <name|file>', 'the policy to ask')
    .option('--use <use>', `what it is for: ${USES.join(', ')}`)
    .option('--at <date>', 'the date to judge for (default: now)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge policy check --policy cnsa-2.0 --at 2031-01-01 X25519MLKEM768',
    )
    .action((queries, flags) =>
      run(flags, async () => {
        const loaded = await loadPolicy(flags.policy);
        const at = instant(flags.at);
        const asked = flags.use === undefined ? undefined : use(flags.use);
        const results = queries.map((query) => {
          const descriptor = entry(query);
          const purpose = asked ?? usualUse(descriptor);
          return { algorithm: descriptor.name, use: purpose, at, ...judge(loaded, purpose, descriptor, at) };
        });
        if (flags.json === true) printJson({ policy: loaded.name, results });
        else
          for (const { algorithm, use: purpose, verdict, until, reasons } of results) {
            const end = until === undefined ? '' : ` until ${until}`;
            printLine(`${verdict}${end}: ${algorithm} for ${purpose}`);
            for (const { rule, text, source } of reasons) printLine(`  ${rule}: ${text} [${source}]`);
          }
        return results.some(({ verdict }) => verdict === 'refuse') ? EXIT.negative : EXIT.done;
      }),
    );

  policy
    .command('diff')
    .description(
      'What changes when one policy is replaced by another: exit 0 when nothing does, 1 otherwise.',
    )
    .argument('<before>', 'name or file')
    .argument('<after>', 'name or file')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ hybridge policy diff hybrid-preferred hybrid-required')
    .action((before, after, flags) =>
      run(flags, async () => {
        const difference = diffPolicies(await loadPolicy(before), await loadPolicy(after));
        const same =
          difference.rules.length + difference.preference.length + difference.verdicts.length === 0;
        if (flags.json === true) printJson(difference);
        else if (same) printLine('no difference');
        else {
          for (const rule of difference.rules)
            printLine(`rule ${rule.change}: ${rule.change === 'removed' ? rule.before.id : rule.after.id}`);
          for (const { use: purpose } of difference.preference)
            printLine(`preference changed for ${purpose}`);
          const dated = (verdicts: readonly { since: string | undefined; verdict: string }[]): string =>
            verdicts
              .map(({ since, verdict }) => (since === undefined ? verdict : `${verdict} from ${since}`))
              .join(', ');
          printTable(
            difference.verdicts.map((change) => [
              change.stricter ? (change.looser ? 'differs' : 'stricter') : 'looser',
              change.use,
              change.algorithm,
              `${dated(change.before)} -> ${dated(change.after)}`,
            ]),
          );
        }
        return same ? EXIT.done : EXIT.negative;
      }),
    );
}
