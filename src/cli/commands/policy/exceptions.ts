import type { Command } from '@commander-js/extra-typings';
import { lastExceptionUse } from '../../../negotiation/index.ts';
import {
  type DatedException,
  describeMatch,
  describePeers,
  type Policy,
  policyExceptions,
} from '../../../policy/index.ts';
import { instant } from '../../instant.ts';
import { atOption, jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';
import { loadPolicy } from '../../policy-file.ts';
import { STORE_FLAG, STORE_HELP, withStore } from '../../store.ts';

/** When each exception was last needed, in their order; `undefined` for never. */
function lastUses(
  where: string,
  policy: Policy,
  listed: readonly DatedException[],
): Promise<readonly (Date | undefined)[]> {
  return withStore(where, (store) =>
    Promise.all(listed.map(({ exception }) => lastExceptionUse(store, policy, exception))),
  );
}

function left({ daysLeft, expired, exception }: DatedException): string {
  if (expired) return `expired since ${exception.until}`;
  return `${String(daysLeft)} ${daysLeft === 1 ? 'day' : 'days'} left, until ${exception.until}`;
}

/** `hybridge policy exceptions`. */
export function addExceptions(policy: Command): void {
  policy
    .command('exceptions')
    .description(
      'Lists what a policy permits to single peers: until when, who answers for it, when last used.',
    )
    .requiredOption('--policy <name|file>', 'the policy to look into')
    .option(STORE_FLAG, STORE_HELP)
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy exceptions --policy ward-7.json --store floors.db')
    .action((flags) =>
      run(async () => {
        const loaded = await loadPolicy(flags.policy);
        const at = instant('--at', flags.at);
        const listed = policyExceptions(loaded, at);
        const uses = flags.store === undefined ? undefined : await lastUses(flags.store, loaded, listed);
        const exceptions = listed.map(({ exception, daysLeft, expired }, index) => ({
          ...exception,
          daysLeft,
          expired,
          ...(uses === undefined ? {} : { lastUsed: uses[index] ?? null }),
        }));
        return finish(
          flags,
          EXIT.done,
          { policy: loaded.name, version: loaded.version, at, exceptions },
          () => {
            if (listed.length === 0) printLine('no exceptions');
            listed.forEach((dated, index) => {
              const { id, peers, uses: purposes, match, tlsVersions, owner, reason } = dated.exception;
              printLine(`${id}: ${left(dated)}`);
              printLine(`  who     ${describePeers(peers)}`);
              printLine(`  what    ${[describeMatch(match), ...(tlsVersions ?? [])].join('; ')}`);
              printLine(`  for     ${purposes.join(', ')}`);
              printLine(`  owner   ${owner}`);
              printLine(`  why     ${reason}`);
              if (uses !== undefined) printLine(`  used    ${uses[index]?.toISOString() ?? 'never'}`);
            });
          },
        );
      }),
    );
}
