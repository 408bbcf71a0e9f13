import { type Command, Option } from '@commander-js/extra-typings';
import { formatName } from '../../../certificates/index.ts';
import { signDetached, signMessage, type SignMessageOptions } from '../../../cms/index.ts';
import { defaultProvider } from '../../../index.ts';
import { loadOwned, type OwnedCertificate } from '../../certificates.ts';
import { CommandError } from '../../command-error.ts';
import { Held } from '../../held.ts';
import { openSource } from '../../input.ts';
import { instant } from '../../instant.ts';
import { requireAlgorithm, type SignatureKeyFlags } from '../../keys.ts';
import {
  algorithmOption,
  each,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';
import { assertWritable, writeOutputs } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { startProgress } from '../../progress.ts';

/** The signers that `--key` and `--cert` name, pair by pair. */
async function loadSigners(
  flags: SignatureKeyFlags & { readonly cert: readonly string[]; readonly key: readonly string[] },
  held: Held,
): Promise<readonly OwnedCertificate[]> {
  if (flags.key.length !== flags.cert.length)
    throw new CommandError('invalid_argument', 'every --key needs its --cert, in the same order');
  const signers: OwnedCertificate[] = [];
  for (const [index, cert] of flags.cert.entries())
    signers.push(held.add(await loadOwned(cert, flags.key[index] ?? '', flags)));
  requireAlgorithm(flags, ...signers.map(({ key }) => key));
  return signers;
}

/** `--at`: of the signature, and so of the policy too. */
const signingTimeOption: Option<'--at <date>'> = new Option(
  '--at <date>',
  'the signing time that the message states and the policy judges for (default: now)',
);

/** `hybridge cms sign`: SignedData. */
export function addSignMessage(cms: Command): void {
  cms
    .command('sign')
    .description(
      'Signs a file of any size as a CMS message. Several signers, such as a classical and a post-quantum one, ' +
        'sign the same message, and all must hold.',
    )
    .argument('<file>', 'what is signed; - for standard input')
    .requiredOption('--key <file>', 'private key; may be repeated', each)
    .requiredOption('--cert <file>', 'its certificate, and its issuers behind it; as often as --key', each)
    .requiredOption('--out <file>', 'the message')
    .option('--detached', 'leave the content out of the message')
    .addOption(algorithmOption)
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(signingTimeOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cms sign --key maker.key --cert maker.pem --detached --out report.p7s report.pdf',
    )
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, detached = false } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [
          path,
          ...flags.key,
          ...flags.cert,
          flags.passwordFile,
          flags.policy,
        ]);
        const { policy } = await policyAt(flags);
        using held = new Held();
        const signers = await loadSigners(flags, held);
        const source = openSource(path);
        const progress = startProgress('signing', source.size, flags);
        const options: SignMessageOptions = {
          policy,
          signingTime: instant('--at', flags.at),
          onProgress: progress.report,
        };
        const request = { signers, certificates: signers.flatMap(({ chain }) => chain) };
        try {
          const content = detached
            ? await signDetached(defaultProvider(), request, source.chunks, options)
            : signMessage(defaultProvider(), request, source.chunks, options);
          await writeOutputs({ path: out, content, force, secret: false });
        } finally {
          progress.stop();
        }
        if (out === '-') return EXIT.done;
        const told = signers.map(({ key, certificate }) => ({
          subject: formatName(certificate.subject),
          algorithm: key.algorithm.name,
          nature: key.algorithm.nature,
        }));
        return finish(flags, EXIT.done, { out, detached, signers: told }, () => {
          for (const { subject, algorithm, nature } of told)
            printLine(`${out}  signed by ${subject}, ${algorithm} (${nature})`);
        });
      }),
    );
}
