import type { Command } from '@commander-js/extra-typings';
import type { PrivateKey } from '../../index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { interrupted, run } from '../command.ts';
import { assertWritable, openSource, writeOutput } from '../files.ts';
import { loadIdentities } from '../keys.ts';
import { EXIT, printJson } from '../outcome.ts';
import { hybridgeFor } from '../policy-in-force.ts';
import { startProgress } from '../progress.ts';

/** `hybridge open`: what `seal` or age sealed. */
export function addOpen(program: Command): void {
  program
    .command('open')
    .description(
      'Decrypts a sealed file. The output appears only when the whole file proved genuine: exit 1 if not.',
    )
    .argument('<file>', 'the sealed file; - for standard input')
    .requiredOption('--key <file...>', 'private key, or an age identity file')
    .requiredOption('--out <file>', 'the content')
    .option('--password', 'ask for the password of an encrypted key')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nExample:\n  $ hybridge open --key pump.pem --out image.bin image.age')
    .action((path, flags) =>
      run(flags, async () => {
        const output = { force: flags.force === true, secret: true };
        await assertWritable(flags.out, output);
        const identities: PrivateKey<KemDescriptor>[] = [];
        for (const file of flags.key) identities.push(...(await loadIdentities(file, flags)));
        const hybridge = await hybridgeFor({});
        const source = await openSource(path);
        const progress = startProgress('opening', source.size, flags.quiet === true);
        try {
          const content = hybridge.open(
            { identities, signal: interrupted, onProgress: progress.report },
            source.chunks,
          );
          await writeOutput(flags.out, content, output);
        } finally {
          progress.stop();
          for (const identity of identities) identity[Symbol.dispose]();
        }
        if (flags.json === true && flags.out !== '-') printJson({ ok: true, out: flags.out });
        return EXIT.done;
      }),
    );
}
