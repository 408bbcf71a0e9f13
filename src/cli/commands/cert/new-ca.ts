import type { Command } from '@commander-js/extra-typings';
import { issueSelfSigned } from '../../../certificates/index.ts';
import { defaultProvider } from '../../../index.ts';
import {
  daysOption,
  loadSecondKey,
  notAfterOption,
  notBeforeOption,
  validityOf,
  wholeNumber,
} from '../../certificates.ts';
import { loadSigningKey } from '../../keys.ts';
import {
  algorithmOption,
  atOption,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { run } from '../../outcome.ts';
import { assertWritable } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { writeCertificate } from './write.ts';

/** `hybridge cert new-ca`: a root. */
export function addNewCa(cert: Command): void {
  cert
    .command('new-ca')
    .description('Makes a root certificate, signed with its own key. Make the key with: hybridge keygen')
    .requiredOption('--key <file>', 'private key of the CA')
    .requiredOption('--subject <name>', 'its name, the most specific part first')
    .requiredOption('--out <file>', 'the certificate, in PEM')
    .option('--path-length <number>', 'how many CAs may follow it (default: any number)')
    .option('--alternative-key <file>', 'second key, for a second signature that old software passes over')
    .addOption(daysOption)
    .addOption(notBeforeOption)
    .addOption(notAfterOption)
    .addOption(algorithmOption)
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cert new-ca --key root.key --subject "CN=Hospital root,O=Hospital" --out root.pem',
    )
    .action((flags) =>
      run(async () => {
        const { out, force = false } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [flags.key, flags.alternativeKey, flags.passwordFile, flags.policy]);
        const permission = await policyAt(flags);
        using key = await loadSigningKey(flags.key, flags);
        using second = await loadSecondKey(flags.alternativeKey, flags);
        const certificate = await issueSelfSigned(defaultProvider(), {
          key,
          subject: flags.subject,
          profile: 'ca',
          pathLength:
            flags.pathLength === undefined
              ? undefined
              : wholeNumber('--path-length', flags.pathLength, 0, 255),
          validity: validityOf(flags),
          alternative: second === undefined ? undefined : { key: second },
          ...permission,
        });
        return await writeCertificate(flags, certificate);
      }),
    );
}
