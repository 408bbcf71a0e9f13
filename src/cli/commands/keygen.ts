import type { Command } from '@commander-js/extra-typings';
import { HybridgeError } from '../../index.ts';
import { run } from '../command.ts';
import { assertWritable, writeOutput } from '../files.ts';
import { encodeKey, formatOption, formOption } from '../key-text.ts';
import { keyAlgorithm, publicKeyPath } from '../keys.ts';
import { EXIT, printJson, printLine } from '../outcome.ts';
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
    .option('--password', 'encrypt the private key; the password is asked for')
    .option('--password-file <file>', 'encrypt the private key with the first line of a file')
    .option('--policy <name|file>', 'refuse what this policy refuses')
    .option('--at <date>', 'the date that the policy judges for (default: now)')
    .option('--force', 'overwrite files that are there')
    .option('--json', 'print JSON')
    .option('--quiet', 'print nothing when it works')
    .addHelpText('after', '\nExample:\n  $ hybridge keygen ML-DSA-65 --out maker.pem')
    .action((query, flags) =>
      run(flags, async () => {
        const descriptor = keyAlgorithm(query);
        if (descriptor.kind === 'stateful-hash')
          throw new HybridgeError('unsupported', `${descriptor.name} keys are not made here`, {
            fault: 'caller',
            hint: 'a stateful key belongs into hardware that never repeats a state [SP 800-208 §7]',
          });
        const publicPath = flags.public ?? (flags.out === '-' ? undefined : publicKeyPath(flags.out));
        const secret = { force: flags.force === true, secret: true };
        const open = { force: flags.force === true, secret: false };
        if (publicPath === flags.out)
          throw new HybridgeError('invalid_argument', 'the private and the public key cannot share a file', {
            fault: 'caller',
            hint: 'end the name of the private key in .pem, or name the public key with --public',
          });
        await assertWritable(flags.out, secret);
        if (publicPath !== undefined) await assertWritable(publicPath, open);
        const password = await newPassword(flags, flags.out);

        const hybridge = await hybridgeFor(flags);
        const { publicKey, privateKey } = await hybridge.generateKeyPair(descriptor.name);
        const { format, form } = flags;
        const privateBytes = await encodeKey(privateKey, { format, form, password });
        const publicBytes = await encodeKey(publicKey, { format, form });
        await writeOutput(flags.out, privateBytes, secret);
        privateBytes.fill(0);
        if (publicPath !== undefined) await writeOutput(publicPath, publicBytes, open);

        const fingerprint = descriptor.key.kind === 'none' ? undefined : hybridge.fingerprint(publicKey);
        // Standard output may be the private key itself.
        if (flags.out === '-' || publicPath === '-') return EXIT.done;
        if (flags.json === true)
          printJson({
            ok: true,
            algorithm: descriptor.name,
            privateKey: flags.out,
            publicKey: publicPath,
            fingerprint,
          });
        else if (flags.quiet !== true) {
          printLine(
            `private key  ${flags.out}  ${descriptor.name}${password === undefined ? ', not encrypted' : ', encrypted'}`,
          );
          if (publicPath !== undefined) printLine(`public key   ${publicPath}`);
          if (fingerprint !== undefined) printLine(`fingerprint  ${fingerprint}`);
        }
        return EXIT.done;
      }),
    );
}
