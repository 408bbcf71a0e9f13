import type { Command } from '@commander-js/extra-typings';
import { HybridgeError, type PrivateKey } from '../../index.ts';
import type { SignatureDescriptor } from '../../registry/index.ts';
import { encodeDualSignature, type SignOptions } from '../../sign/index.ts';
import { interrupted, run } from '../command.ts';
import { contextBytes } from '../context.ts';
import { assertWritable, openSource, writeOutput } from '../files.ts';
import { classicalAndPostQuantum, loadSigningKey, requireOneOrTwo } from '../keys.ts';
import { EXIT, printJson } from '../outcome.ts';
import { hybridgeFor } from '../policy-in-force.ts';
import { startProgress } from '../progress.ts';

/** `hybridge sign`: a signature in a file of its own. */
export function addSign(program: Command): void {
  program
    .command('sign')
    .description(
      'Signs a file of any size. Two keys, one classical and one post-quantum, make a dual signature.',
    )
    .argument('<file>', 'what is signed; - for standard input')
    .requiredOption('--key <file...>', 'private key; a second one makes a dual signature')
    .requiredOption('--out <file>', 'the signature')
    .option('--context <text>', 'bind the signature to a purpose; @FILE for bytes from a file')
    .option('--deterministic', 'ML-DSA and SLH-DSA without fresh randomness')
    .option('--password', 'ask for the password of an encrypted key')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--policy <name|file>', 'refuse what this policy refuses')
    .option('--at <date>', 'the date that the policy judges for (default: now)')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', '\nExample:\n  $ hybridge sign --key maker.pem --out image.sig image.bin')
    .action((path, flags) =>
      run(flags, async () => {
        const output = { force: flags.force === true, secret: false };
        await assertWritable(flags.out, output);
        requireOneOrTwo(flags.key);
        const keys: PrivateKey<SignatureDescriptor>[] = [];
        for (const file of flags.key) keys.push(await loadSigningKey(file, flags));
        const hybridge = await hybridgeFor(flags);
        const context = await contextBytes(flags.context);
        const source = await openSource(path);
        const progress = startProgress('signing', source.size, flags.quiet === true);
        const options: SignOptions = {
          context,
          deterministic: flags.deterministic,
          signal: interrupted,
          onProgress: progress.report,
        };
        try {
          const [only, second] = keys;
          if (only === undefined) throw new HybridgeError('internal', 'no key after parsing');
          const signature =
            second === undefined
              ? await hybridge.sign(only, source.chunks, options)
              : encodeDualSignature(
                  await hybridge.signDual(classicalAndPostQuantum(only, second), source.chunks, options),
                );
          await writeOutput(flags.out, signature, output);
          if (flags.json === true && flags.out !== '-')
            printJson({
              ok: true,
              algorithm: keys.map(({ algorithm }) => algorithm.name).join(' + '),
              signature: flags.out,
              bytes: signature.length,
            });
          return EXIT.done;
        } finally {
          progress.stop();
          for (const key of keys) key[Symbol.dispose]();
        }
      }),
    );
}
