import type { Command } from '@commander-js/extra-typings';
import { decryptMessage, type Identity } from '../../../cms/index.ts';
import { defaultProvider, type PrivateKey } from '../../../index.ts';
import type { KemDescriptor } from '../../../registry/index.ts';
import { loadCertificate, requirePair } from '../../certificates.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { openMessage } from '../../input.ts';
import { loadKemPrivateKey } from '../../keys.ts';
import {
  atOption,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { EXIT, finish, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';
import { existingPassword } from '../../password.ts';
import { policyAt } from '../../policy-in-force.ts';
import { startProgress } from '../../progress.ts';
import { messagePasswordFileOption, messagePasswordOption } from './options.ts';

/** `hybridge cms decrypt`: what `encrypt` or other software encrypted. */
export function addDecrypt(cms: Command): void {
  cms
    .command('decrypt')
    .description(
      'Decrypts a CMS message. A file appears only when all of it proved genuine, else the exit code is 1; ' +
        'standard output gets the content as it comes, before that is known. Of CBC nothing proves it: see what ' +
        'is inside, such as a signature.',
    )
    .argument('<message>', 'the message in BER, DER or PEM; - for standard input')
    .option('--key <file>', 'private key')
    .option('--cert <file>', 'its certificate: only what is addressed to it is tried')
    .addOption(messagePasswordOption)
    .addOption(messagePasswordFileOption)
    .requiredOption('--out <file>', 'the content, readable by its owner alone')
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cms decrypt report.p7m --key ward.key --cert ward.pem --out opened.pdf',
    )
    .action((path, flags) =>
      run(async () => {
        const { out, force = false } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [
          path,
          flags.key,
          flags.cert,
          flags.messagePasswordFile,
          flags.passwordFile,
          flags.policy,
        ]);
        const permission = await policyAt(flags);
        using privateKey: PrivateKey<KemDescriptor> | undefined =
          flags.key === undefined ? undefined : await loadKemPrivateKey(flags.key, flags);
        if (flags.cert !== undefined && flags.key === undefined)
          throw new CommandError('invalid_argument', '--cert is for --key');
        const certificate = flags.cert === undefined ? undefined : await loadCertificate(flags.cert);
        if (privateKey !== undefined && certificate !== undefined)
          await requirePair(
            { file: flags.key ?? '', key: privateKey },
            { file: flags.cert ?? '', certificate },
          );
        const identities: Identity[] = privateKey === undefined ? [] : [{ privateKey, certificate }];
        if (flags.messagePassword === true || flags.messagePasswordFile !== undefined)
          identities.push({
            password: await existingPassword(
              { password: flags.messagePassword, passwordFile: flags.messagePasswordFile },
              path,
            ),
          });
        if (identities.length === 0)
          throw new CommandError('invalid_argument', 'opened with what? give --key or --message-password');
        const { message, size } = await openMessage(path);
        const progress = startProgress('decrypting', size, flags);
        try {
          const content = decryptMessage(defaultProvider(), identities, message, {
            ...permission,
            reusePieces: true,
            onProgress: progress.report,
          });
          await inFile(path, () => writeOutputs({ path: out, content, force, secret: true }));
        } finally {
          progress.stop();
        }
        return out === '-' ? EXIT.done : finish(flags, EXIT.done, { out });
      }),
    );
}
