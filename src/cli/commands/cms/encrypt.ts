import { type Command, Option } from '@commander-js/extra-typings';
import { certificateKey, formatName } from '../../../certificates/index.ts';
import { CONTENT_CIPHER_NAMES, encryptMessage, type Recipient } from '../../../cms/index.ts';
import { defaultProvider } from '../../../index.ts';
import { isCertificate, loadCertificate } from '../../certificates.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { openSource, readSmall } from '../../input.ts';
import { kemPublicKey } from '../../keys.ts';
import {
  atOption,
  each,
  forceOption,
  jsonOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { EXIT, finish, note, printLine, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';
import { newPassword } from '../../password.ts';
import { policyAt } from '../../policy-in-force.ts';
import { startProgress } from '../../progress.ts';
import { messagePasswordFileOption, messagePasswordOption } from './options.ts';

/** One to whom the message goes, and what is told of it. */
interface Named {
  readonly recipient: Recipient;
  readonly name: string;
  readonly algorithm: string;
  readonly classical: boolean;
}

/** What `--to FILE` names: a certificate, or a bare public key. */
async function recipientOf(path: string): Promise<Named> {
  const bytes = await readSmall(path, 'certificate or public key');
  if (!isCertificate(bytes)) {
    const publicKey = await kemPublicKey(path, bytes);
    const { name, nature } = publicKey.algorithm;
    return { recipient: { publicKey }, name: path, algorithm: name, classical: nature === 'classical' };
  }
  const certificate = await loadCertificate(path);
  const { algorithm } = await inFile(path, () =>
    certificateKey(defaultProvider(), certificate, { use: 'kem' }),
  );
  // RFC 5280 §4.2.1.3, RFC 9935 §5. The library refuses it too, but cannot name the file.
  const { keyUsage } = certificate.extensions;
  const needed = algorithm.kind === 'key-agreement' ? 'keyAgreement' : 'keyEncipherment';
  if (keyUsage?.includes(needed) === false)
    throw new CommandError(
      'invalid_argument',
      `${path}: the key usage is ${keyUsage.join(', ')}; to receive messages it needs ${needed}`,
      {
        hint: 'encrypt to a certificate of the profile encryption',
        details: { file: path, keyUsage },
      },
    );
  return {
    recipient: { certificate },
    name: formatName(certificate.subject),
    algorithm: algorithm.name,
    classical: algorithm.nature === 'classical',
  };
}

/** `hybridge cms encrypt`: AuthEnvelopedData, or EnvelopedData for old readers. */
export function addEncrypt(cms: Command): void {
  cms
    .command('encrypt')
    .description(
      'Encrypts a file of any size as a CMS message. Recipients of different kinds each open it alone: ' +
        'an old device opens what a migrated one opens, and the weakest decides how strong it is.',
    )
    .argument('<file>', 'what is encrypted; - for standard input')
    .option('--to <file>', 'certificate or public key: ML-KEM, composite, EC, RSA; may be repeated', each)
    .addOption(messagePasswordOption)
    .addOption(messagePasswordFileOption)
    .requiredOption('--out <file>', 'the message')
    .addOption(
      new Option(
        '--cipher <cipher>',
        'of the content; CBC for old readers, which nothing protects against changes',
      )
        .choices(CONTENT_CIPHER_NAMES)
        .default('AES-256-GCM' as const),
    )
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge cms encrypt --to ward.pem --out report.p7m report.pdf')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, to = [], cipher } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [path, ...to, flags.messagePasswordFile, flags.policy]);
        const permission = await policyAt(flags);
        const named: Named[] = [];
        for (const one of to) named.push(await recipientOf(one));
        const password = await newPassword(
          { password: flags.messagePassword, passwordFile: flags.messagePasswordFile },
          out,
        );
        if (password !== undefined)
          named.push({ recipient: { password }, name: '(password)', algorithm: 'PBKDF2', classical: false });
        if (named.length === 0)
          throw new CommandError('invalid_argument', 'to whom? give --to or --message-password');
        for (const { name, algorithm, classical } of named)
          if (classical)
            note(flags, `warning: ${name} (${algorithm}): a quantum computer will open this message`);
        const source = openSource(path);
        const progress = startProgress('encrypting', source.size, flags);
        try {
          const message = encryptMessage(
            defaultProvider(),
            { recipients: named.map(({ recipient }) => recipient), cipher },
            source.chunks,
            { ...permission, size: source.size, reusePieces: true, onProgress: progress.report },
          );
          await writeOutputs({ path: out, content: message, force, secret: false });
        } finally {
          progress.stop();
        }
        if (out === '-') return EXIT.done;
        const recipients = named.map(({ name, algorithm, classical }) => ({ name, algorithm, classical }));
        return finish(flags, EXIT.done, { out, cipher, recipients }, () => {
          for (const { name, algorithm } of recipients)
            printLine(`${out}  to ${name}, ${algorithm}, ${cipher}`);
        });
      }),
    );
}
