import type { Command } from '@commander-js/extra-typings';
import { encodeDualSignature, type SignOptions } from '../../sign/index.ts';
import { contextBytes, contextFile } from '../context.ts';
import { openSource } from '../input.ts';
import { classicalAndPostQuantum, loadSigningKey, oneOrTwo, requireAlgorithm } from '../keys.ts';
import {
  algorithmOption,
  atOption,
  contextOption,
  each,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../options.ts';
import { EXIT, finish, run } from '../outcome.ts';
import { assertWritable, writeOutputs } from '../output.ts';
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
    .requiredOption('--key <file>', 'private key; given twice it makes a dual signature', each)
    .requiredOption('--out <file>', 'the signature')
    .addOption(algorithmOption)
    .addOption(contextOption)
    .option('--deterministic', 'ML-DSA and SLH-DSA without fresh randomness')
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge sign --key maker.pem --out image.sig image.bin')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false } = flags;
        const [firstFile, secondFile] = oneOrTwo(flags.key);
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [
          path,
          firstFile,
          secondFile,
          contextFile(flags.context),
          flags.passwordFile,
          flags.policy,
        ]);
        const hybridge = await hybridgeFor(flags);
        using first = await loadSigningKey(firstFile, flags);
        using second = secondFile === undefined ? undefined : await loadSigningKey(secondFile, flags);
        requireAlgorithm(flags, first, second);
        const context = await contextBytes(flags.context);
        const source = openSource(path);
        const progress = startProgress('signing', source.size, flags);
        const options: SignOptions = {
          context,
          deterministic: flags.deterministic,
          onProgress: progress.report,
        };
        let signature;
        try {
          signature =
            second === undefined
              ? await hybridge.sign(first, source.chunks, options)
              : encodeDualSignature(
                  await hybridge.signDual(classicalAndPostQuantum(first, second), source.chunks, options),
                );
        } finally {
          progress.stop();
        }
        await writeOutputs({ path: out, content: signature, force, secret: false });
        if (out === '-') return EXIT.done;
        return finish(flags, EXIT.done, {
          algorithms: [first, second].flatMap((key) => key?.algorithm.name ?? []),
          out,
          bytes: signature.length,
        });
      }),
    );
}
