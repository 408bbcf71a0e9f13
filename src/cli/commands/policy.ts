import { type Command, Option } from '@commander-js/extra-typings';
import {
  type DatedVerdict,
  diffPolicies,
  explainPolicy,
  judge,
  namedPolicy,
  POLICY_NAMES,
  type Policy,
  type PolicyDiff,
  type Use,
  USES,
} from '../../policy/index.ts';
import { find, type RegistryEntry, unknownAlgorithm } from '../../registry/index.ts';
import { instant } from '../instant.ts';
import { atOption, jsonOption, quietOption } from '../options.ts';
import { EXIT, finish, printJson, printLine, printTable, run } from '../outcome.ts';
import { loadPolicy } from '../policy-file.ts';
import { addExceptions } from './policy/exceptions.ts';
import { addFloors } from './policy/floors.ts';
import { addRender } from './policy/render.ts';

function entry(query: string): RegistryEntry {
  const [match] = find(query).matches;
  if (match === undefined) throw unknownAlgorithm(query);
  return match.entry;
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
  for (const exception of explanation.exceptions) {
    printLine('');
    printLine(`${exception.id}: exception until ${exception.until}`);
    printLine(`  who     ${exception.peers}`);
    printLine(`  what    ${[exception.about, ...exception.tlsVersions].join('; ')}`);
    printLine(`  for     ${exception.uses.join(', ')}`);
    printLine(`  owner   ${exception.owner}`);
    printLine(`  why     ${exception.reason}`);
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

function dated(verdicts: readonly DatedVerdict[]): string {
  return verdicts
    .map(({ since, verdict }) => (since === undefined ? verdict : `${verdict} from ${since}`))
    .join(', ');
}

function printDiff({ rules, preference, exceptions, verdicts }: PolicyDiff): void {
  for (const rule of rules)
    printLine(`rule ${rule.change}: ${rule.change === 'removed' ? rule.before.id : rule.after.id}`);
  for (const exception of exceptions)
    printLine(
      `exception ${exception.change}: ${exception.change === 'removed' ? exception.before.id : exception.after.id}`,
    );
  for (const { use } of preference) printLine(`preference changed for ${use}`);
  printTable(
    verdicts.map((change) => [
      change.stricter ? (change.looser ? 'differs' : 'stricter') : 'looser',
      change.use,
      change.algorithm,
      `${dated(change.before)} -> ${dated(change.after)}`,
    ]),
  );
}

/** `hybridge policy list|show|check|diff|exceptions|render`. */
export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('What a dated crypto policy allows, when and why.');

  policy
    .command('list')
    .description('Lists the named policies.')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy list')
    .action((flags) =>
      run(() => {
        const policies = POLICY_NAMES.map((name) => {
          const { version, date, description } = namedPolicy(name);
          return { name, version, date, description };
        });
        return finish(flags, EXIT.done, { policies }, () => {
          printTable([
            ...policies.map(({ name, date, description }) => [name, date, description]),
            ['legacy-until:DATE', '', 'Allows classical algorithms until a date that you name.'],
          ]);
        });
      }),
    );

  policy
    .command('show')
    .description('Prints the rules of a policy with their reasons and sources.')
    .argument('<policy>', 'name or file')
    .option('--json', 'print the policy itself, ready to be edited')
    .addHelpText('after', '\nExample:\n  $ hybridge policy show cnsa-2.0')
    .action((name, flags) =>
      run(async () => {
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
    .addOption(new Option('--use <use>', 'what it is for').choices(USES))
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy check --policy hybrid-required X25519MLKEM768')
    .action((queries, flags) =>
      run(async () => {
        const at = instant('--at', flags.at);
        const loaded = await loadPolicy(flags.policy);
        const results = queries.map((query) => {
          const descriptor = entry(query);
          const use = flags.use ?? usualUse(descriptor);
          return { algorithm: descriptor.name, use, at, ...judge(loaded, use, descriptor, at) };
        });
        const refused = results.some(({ verdict }) => verdict === 'refuse');
        return finish(
          flags,
          refused ? EXIT.negative : EXIT.done,
          { policy: loaded.name, version: loaded.version, results },
          () => {
            for (const { algorithm, use, verdict, until, reasons } of results) {
              const end = until === undefined ? '' : ` until ${until}`;
              printLine(`${verdict}${end}: ${algorithm} for ${use}`);
              for (const { rule, text, source } of reasons) printLine(`  ${rule}: ${text} [${source}]`);
            }
          },
        );
      }),
    );

  policy
    .command('diff')
    .description(
      'What changes when one policy is replaced by another: exit 0 when nothing does, 1 otherwise.',
    )
    .argument('<before>', 'name or file')
    .argument('<after>', 'name or file')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy diff hybrid-preferred hybrid-required')
    .action((before, after, flags) =>
      run(async () => {
        const difference = diffPolicies(await loadPolicy(before), await loadPolicy(after));
        const { rules, preference, exceptions, verdicts } = difference;
        const same = rules.length + preference.length + exceptions.length + verdicts.length === 0;
        return finish(flags, same ? EXIT.done : EXIT.negative, difference, () => {
          if (same) printLine('no difference');
          else printDiff(difference);
        });
      }),
    );

  addExceptions(policy);

  addFloors(policy);
  addRender(policy);
}
