import type { Command } from '@commander-js/extra-typings';
import { suricataRules } from '../../../tls/index.ts';
import { wholeNumber } from '../../certificates.ts';
import { jsonOption } from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';

/** `hybridge tls rules`: rules for a network sensor. */
export function addRules(tls: Command): void {
  tls
    .command('rules')
    .description(
      'Prints rules for Suricata 8: clients that offer no hybrid group, servers that choose less than was offered.',
    )
    .option('--sid-base <number>', 'id of the first rule; 1000000 to 1999999 are for local rules')
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Example:
  $ hybridge tls rules > hybridge.rules
  $ suricata -T -S hybridge.rules`,
    )
    .action((flags) =>
      run(() => {
        const rules = suricataRules(
          flags.sidBase === undefined ? {} : { sidBase: wholeNumber('--sid-base', flags.sidBase, 1) },
        )
          .trimEnd()
          .split('\n');
        return finish(flags, EXIT.done, { rules }, () => {
          for (const rule of rules) printLine(rule);
        });
      }),
    );
}
