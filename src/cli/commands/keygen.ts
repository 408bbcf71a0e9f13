import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { CommandError } from '../command-error.ts';
import { encodeKey, formatOption, formOption } from '../key-text.ts';
import { keyAlgorithm, publicKeyPath } from '../keys.ts';
import {
  atOption,
  forceOption,
  jsonOption,
  passwordFileOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../options.ts';
import { EXIT, finish, printLine, run } from '../outcome.ts';
import { assertWritable, writeOutputs } from '../output.ts';
import { newPassword } from '../password.ts';
import { hybridgeFor } from '../policy-in-force.ts';

/** `hybridge keygen`: a new key pair in two files. */
export function addKeygen(program: Command): void {
  program
    .command('keygen')
    .description(
      'Makes a key pair: the private key, readable by its owner alone, and the public key beside it.',
    )
    .argument('<algorithm>', 'for instance ML-DSA-65, MLDSA65-Ed25519-SHA512, MLKEM768-X25519')
    .requiredOption('--out <file>', 'the private key; the public key goes beside it as .pub')
    .option('--public <file>', 'another place for the public key')
    .addOption(formatOption)
    .addOption(formOption)
    .addOption(
      new Option('--password', 'encrypt the private key; the password is asked for').conflicts(
        'passwordFile',
      ),
    )
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge keygen ML-DSA-65 --out maker.pem')
    .action((query, flags) =>
      run(async () => {
        const descriptor = keyAlgorithm(query);
        if (descriptor.kind === 'stateful-hash')
          throw new CommandError('unsupported', `${descriptor.name} keys are not made here`, {
            hint: 'a stateful key belongs into hardware that never repeats a state [SP 800-208 §7]',
          });
        const { out, force = false } = flags;
        const publicOut = flags.public ?? (out === '-' ? undefined : publicKeyPath(out));
        if (publicOut !== undefined && resolve(publicOut) === resolve(out))
          throw new CommandError('invalid_argument', 'the private and the public key cannot share a file', {
            hint: 'end the name of the private key in .pem, or name the public key with --public',
          });
        requireStandardOutputFree(flags, out, publicOut);
        for (const path of [out, publicOut])
          if (path !== undefined) await assertWritable(path, force, [flags.passwordFile, flags.policy]);
        const hybridge = await hybridgeFor(flags);
        const password = await newPassword(flags, out);

        const { publicKey, privateKey } = await hybridge.generateKeyPair(descriptor.name);
        const { format, form } = flags;
        const privateBytes = await encodeKey(privateKey, { format, form, password });
        const publicBytes = await encodeKey(publicKey, { format, form });
        await writeOutputs(
          { path: out, content: privateBytes, force, secret: true },
          ...(publicOut === undefined
            ? []
            : [{ path: publicOut, content: publicBytes, force, secret: false }]),
        );
        // Standard output is one of the keys.
        if (out === '-' || publicOut === '-') return EXIT.done;

        const fingerprint = descriptor.key.kind === 'none' ? undefined : hybridge.fingerprint(publicKey);
        const encrypted = password !== undefined;
        const { name } = descriptor;
        return finish(
          flags,
          EXIT.done,
          { algorithm: name, privateKey: out, publicKey: publicOut, encrypted, fingerprint },
          () => {
            printLine(`private key  ${out}  ${name}, ${encrypted ? '' : 'not '}encrypted`);
            if (publicOut !== undefined) printLine(`public key   ${publicOut}`);
            if (fingerprint !== undefined) printLine(`fingerprint  ${fingerprint}`);
          },
        );
      }),
    );
}
