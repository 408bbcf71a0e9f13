import type { Command } from '@commander-js/extra-typings';
import type { PublicKey } from '../../index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { openSource } from '../input.ts';
import { loadRecipients } from '../keys.ts';
import {
  atOption,
  each,
  forceOption,
  jsonOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../options.ts';
import { EXIT, finish, note, run } from '../outcome.ts';
import { assertWritable, writeOutputs } from '../output.ts';
import { hybridgeFor } from '../policy-in-force.ts';
import { startProgress } from '../progress.ts';

/** `hybridge seal`: a file that only the recipients can open, in the age format. */
export function addSeal(program: Command): void {
  program
    .command('seal')
    .description(
      'Encrypts a file of any size to one or more recipients, in the age format (age 1.3 opens it too).',
    )
    .argument('<file>', 'what is sealed; - for standard input')
    .requiredOption(
      '--to <key>',
      'age1pq... itself, or a public key file (MLKEM768-X25519 or X25519); may be repeated',
      each,
    )
    .requiredOption('--out <file>', 'the sealed file')
    .option('--armor', 'write text instead of bytes')
    .option(
      '--allow-classical',
      'allow classical recipients beside post-quantum ones: as strong as the weakest',
    )
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge seal --to pump.pub --out image.age image.bin')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, armor, allowClassical } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [path, ...flags.to, flags.policy]);
        const hybridge = await hybridgeFor(flags);
        const to: PublicKey<KemDescriptor>[] = [];
        for (const one of flags.to) to.push(...(await loadRecipients(one)));
        const classical = to.filter(({ algorithm }) => algorithm.nature === 'classical');
        if (classical.length === to.length || (classical.length > 0 && allowClassical === true))
          note(flags, 'warning: a classical recipient: a quantum computer will open this file');
        const source = openSource(path);
        const progress = startProgress('sealing', source.size, flags);
        try {
          const sealed = hybridge.seal(
            { to, armor, allowClassical, onProgress: progress.report },
            source.chunks,
          );
          await writeOutputs({ path: out, content: sealed, force, secret: false });
        } finally {
          progress.stop();
        }
        if (out === '-') return EXIT.done;
        return finish(flags, EXIT.done, { recipients: to.map(({ algorithm }) => algorithm.name), out });
      }),
    );
}
