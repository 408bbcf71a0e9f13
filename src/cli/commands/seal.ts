import type { Command } from '@commander-js/extra-typings';
import type { PublicKey } from '../../index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { interrupted, note, run } from '../command.ts';
import { assertWritable, openSource, writeOutput } from '../files.ts';
import { loadRecipients } from '../keys.ts';
import { EXIT, printJson } from '../outcome.ts';
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
    .requiredOption('--to <key...>', 'age1pq... itself, or a public key file (MLKEM768-X25519 or X25519)')
    .requiredOption('--out <file>', 'the sealed file')
    .option('--armor', 'write text instead of bytes')
    .option(
      '--allow-classical',
      'allow classical recipients beside post-quantum ones: as strong as the weakest',
    )
    .option('--policy <name|file>', 'refuse what this policy refuses')
    .option('--at <date>', 'the date that the policy judges for (default: now)')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress, no warnings')
    .addHelpText('after', '\nExample:\n  $ hybridge seal --to pump.pub --out image.age image.bin')
    .action((path, flags) =>
      run(flags, async () => {
        const output = { force: flags.force === true, secret: false };
        await assertWritable(flags.out, output);
        const to: PublicKey<KemDescriptor>[] = [];
        for (const one of flags.to) to.push(...(await loadRecipients(one)));
        const hybridge = await hybridgeFor(flags);
        if (to.some(({ algorithm }) => algorithm.nature === 'classical'))
          note(flags, 'warning: a classical recipient: a quantum computer will open this file');
        const source = await openSource(path);
        const progress = startProgress('sealing', source.size, flags.quiet === true);
        try {
          const sealed = hybridge.seal(
            {
              to,
              armor: flags.armor,
              allowClassical: flags.allowClassical,
              signal: interrupted,
              onProgress: progress.report,
            },
            source.chunks,
          );
          await writeOutput(flags.out, sealed, output);
        } finally {
          progress.stop();
        }
        if (flags.json === true && flags.out !== '-')
          printJson({ ok: true, out: flags.out, recipients: to.map(({ algorithm }) => algorithm.name) });
        return EXIT.done;
      }),
    );
}
