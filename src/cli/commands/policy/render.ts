import { resolve } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import {
  type CertificateFiles,
  readCertificateChain,
  renderConfiguration,
  RENDERED_PROGRAMS,
  tlsPlan,
} from '../../../tls/index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import { atOption, each, jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, note, printLine, run } from '../../outcome.ts';
import { loadPolicy } from '../../policy-file.ts';

/** Certificates and keys in the order in which they were given; programs find them from any working directory. */
function pairs(
  certificates: readonly string[] = [],
  keys: readonly string[] = [],
): readonly CertificateFiles[] {
  if (certificates.length !== keys.length)
    throw new CommandError('invalid_argument', '--cert and --key come in pairs', {
      hint: `there are ${certificates.length} of the one and ${keys.length} of the other`,
    });
  return certificates.map((certificate, index) => ({
    certificate: resolve(certificate),
    key: resolve(keys[index] ?? ''),
  }));
}

/** `hybridge policy render`. */
export function addRender(policy: Command): void {
  policy
    .command('render')
    .description(
      'Writes the configuration of a TLS server that allows what a policy allows, and nothing else.',
    )
    .requiredOption('--policy <name|file>', 'the policy to render')
    .addOption(
      new Option('--for <program>', 'the program to configure')
        .choices(RENDERED_PROGRAMS)
        .makeOptionMandatory(),
    )
    .option('--cert <file>', 'a certificate chain, the leaf first; once for each kind of key', each)
    .option('--key <file>', 'the private key of that certificate; it is named and not read', each)
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge policy render --policy hybrid-required --for nginx')
    .action((flags) =>
      run(async () => {
        const loaded = await loadPolicy(flags.policy);
        const given = await Promise.all(
          pairs(flags.cert, flags.key).map(async (files) => {
            const bytes = await readSmall(files.certificate, 'certificate');
            return { files, chain: await inFile(files.certificate, () => readCertificateChain(bytes)) };
          }),
        );
        const plan = tlsPlan({
          policy: loaded,
          at: instant('--at', flags.at),
          side: 'server',
          credentials: given.map(({ chain }) => chain),
          engine: 'openssl-3.5',
        });
        const used = given.filter(({ chain }) => plan.credentials.includes(chain)).map(({ files }) => files);
        const configuration = renderConfiguration(plan, flags.for, used);
        for (const { text } of plan.warnings) note(flags, `warning: ${text}`);
        return finish(
          flags,
          EXIT.done,
          {
            policy: loaded.name,
            version: loaded.version,
            program: flags.for,
            warnings: plan.warnings,
            configuration,
          },
          () => {
            for (const line of configuration.trimEnd().split('\n')) printLine(line);
          },
        );
      }),
    );
}
