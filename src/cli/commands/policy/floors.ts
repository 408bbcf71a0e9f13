import type { Command } from '@commander-js/extra-typings';
import { createFloors, describeStrength, type Floor, type Floors } from '../../../negotiation/index.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, type ExitCode, finish, printLine, printTable, run } from '../../outcome.ts';
import { STORE_FLAG, STORE_HELP, withStore } from '../../store.ts';

interface FloorsFlags {
  readonly reset?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

async function list(floors: Floors, flags: FloorsFlags): Promise<ExitCode> {
  const found: Floor[] = [];
  for await (const floor of floors.list()) found.push(floor);
  found.sort((a, b) => (a.peer < b.peer ? -1 : 1));
  const listed = found.map(({ peer, strength, expiresAt }) => ({
    peer,
    strength,
    proven: describeStrength(strength),
    expiresAt: expiresAt ?? null,
  }));
  return finish(flags, EXIT.done, { floors: listed }, () => {
    if (listed.length === 0) printLine('no floors');
    else
      printTable(
        listed.map(({ peer, proven, expiresAt }) => [
          peer,
          proven,
          expiresAt === null ? 'for good' : `until ${expiresAt.toISOString().slice(0, 10)}`,
        ]),
      );
  });
}

async function reset(floors: Floors, peer: string, flags: FloorsFlags): Promise<ExitCode> {
  const was = await floors.reset(peer);
  return finish(flags, was ? EXIT.done : EXIT.negative, { peer, reset: was }, () => {
    printLine(was ? `reset: ${peer} may be weaker once; it sets its floor anew` : `no floor of ${peer}`);
  });
}

/** `hybridge policy floors`. */
export function addFloors(policy: Command): void {
  policy
    .command('floors')
    .description(
      'Lists the best that each device has proven, below which a terminator refuses it, or resets one of them.',
    )
    .requiredOption(STORE_FLAG, STORE_HELP)
    .option('--reset <peer>', 'forget the floor of a device that was made weaker on purpose')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy floors --store floors.db')
    .action((flags) =>
      run(() =>
        withStore(flags.store, (store) => {
          // Neither matters here: nothing is checked, and a store that is lost is an error.
          const floors = createFloors({ store, enforce: 'alarm', onLost: 'closed' });
          return flags.reset === undefined ? list(floors, flags) : reset(floors, flags.reset, flags);
        }),
      ),
    );
}
