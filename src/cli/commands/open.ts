import type { Command } from '@commander-js/extra-typings';
import type { PrivateKey } from '../../index.ts';
import type { KemDescriptor } from '../../registry/index.ts';
import { inFile } from '../command-error.ts';
import { Held } from '../held.ts';
import { openSource } from '../input.ts';
import { loadIdentities } from '../keys.ts';
import {
  each,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  quietOption,
  requireStandardOutputFree,
} from '../options.ts';
import { EXIT, finish, run } from '../outcome.ts';
import { assertWritable, writeOutputs } from '../output.ts';
import { hybridgeFor } from '../policy-in-force.ts';
import { startProgress } from '../progress.ts';

/** `hybridge open`: what `seal` or age sealed. */
export function addOpen(program: Command): void {
  program
    .command('open')
    .description(
      'Decrypts a sealed file. A file appears only when all of it proved genuine, else the exit code is 1; ' +
        'standard output gets what proved genuine so far.',
    )
    .argument('<file>', 'the sealed file; - for standard input')
    .requiredOption('--key <file>', 'private key, or an age identity file; may be repeated', each)
    .requiredOption('--out <file>', 'the content, readable by its owner alone')
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge open --key pump.pem --out image.bin image.age')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [path, ...flags.key, flags.passwordFile]);
        using held = new Held();
        const identities: PrivateKey<KemDescriptor>[] = [];
        for (const file of flags.key)
          for (const identity of await loadIdentities(file, flags)) identities.push(held.add(identity));
        const hybridge = await hybridgeFor({});
        const source = openSource(path);
        const progress = startProgress('opening', source.size, flags);
        try {
          const content = hybridge.open({ identities, onProgress: progress.report }, source.chunks);
          await inFile(path, () => writeOutputs({ path: out, content, force, secret: true }));
        } finally {
          progress.stop();
        }
        return out === '-' ? EXIT.done : finish(flags, EXIT.done, { out });
      }),
    );
}
