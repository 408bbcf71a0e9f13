import type { Command } from '@commander-js/extra-typings';
import {
  lintCertificate,
  lintChain,
  type LintFinding,
  type LintInput,
  lintKey,
  parseCertificates,
} from '../../../certificates/index.ts';
import { defaultProvider } from '../../../index.ts';
import { inspectKey } from '../../../keys/index.ts';
import { isCertificate, wholeNumber } from '../../certificates.ts';
import { expected, inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import {
  atOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
} from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';
import { existingPassword, type PasswordFlags } from '../../password.ts';
import { policyAt } from '../../policy-in-force.ts';

/** How a private key file is written; `undefined` for other files. */
function privateKeyKind(bytes: Uint8Array): 'encrypted' | 'private' | undefined {
  try {
    const { kind } = inspectKey(bytes);
    return kind === 'public' ? undefined : kind;
  } catch (error) {
    if (expected(error) === undefined) throw error;
    // Malformed, so that its label must tell.
    return /^-----BEGIN [A-Z ]*PRIVATE KEY-----/mu.test(new TextDecoder().decode(bytes))
      ? 'private'
      : undefined;
  }
}

async function lintKeyFile(
  path: string,
  bytes: Uint8Array,
  kind: 'encrypted' | 'private',
  flags: PasswordFlags,
): Promise<readonly LintFinding[]> {
  const password = kind === 'encrypted' ? { password: await existingPassword(flags, path) } : {};
  const findings = await inFile(path, () => lintKey(defaultProvider(), bytes, password));
  return findings.map((finding) => ({ ...finding, where: `${path} ${finding.where}` }));
}

/** The certificates in a file, for a chain. One that cannot be read is itself a finding. */
function certificatesIn(path: string, bytes: Uint8Array): Promise<readonly LintInput[]> {
  return inFile(path, () => {
    if (isCertificate(bytes)) return parseCertificates(bytes, { strict: false });
    lintCertificate(bytes);
    return [bytes];
  });
}

function lineOf({ rule, severity, text, section, where }: LintFinding): string {
  return `${severity}  ${where}: ${text} [${section}]  (${rule})`;
}

const optionalNumber = (option: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : wholeNumber(option, text, 1);

/** `hybridge cert lint`: exit 1 when there is an error among the findings. */
export function addLint(cert: Command): void {
  cert
    .command('lint')
    .description(
      'Looks for what is wrong with certificates and private keys before somebody else does: exit 1 on an error.',
    )
    .argument(
      '<files...>',
      'certificates, which make a chain when there are several, the leaf first; private keys',
    )
    .option('--max-chain-bytes <number>', 'budget of the chain without its root')
    .option('--max-certificate-bytes <number>', 'budget of one certificate')
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge cert lint pump.pem ca.pem --max-chain-bytes 20000')
    .action((paths, flags) =>
      run(async () => {
        const budget = {
          maxChainBytes: optionalNumber('--max-chain-bytes', flags.maxChainBytes),
          maxCertificateBytes: optionalNumber('--max-certificate-bytes', flags.maxCertificateBytes),
        };
        const permission = await policyAt(flags);
        const chain: LintInput[] = [];
        const ofKeys: LintFinding[] = [];
        for (const path of paths) {
          const bytes = await readSmall(path, 'certificate');
          const kind = isCertificate(bytes) ? undefined : privateKeyKind(bytes);
          if (kind === undefined) chain.push(...(await certificatesIn(path, bytes)));
          else ofKeys.push(...(await lintKeyFile(path, bytes, kind, flags)));
        }
        const ofChain = chain.length === 0 ? [] : lintChain(chain, { budget, ...permission });
        const findings = [...ofChain, ...ofKeys];
        const errors = findings.filter(({ severity }) => severity === 'error').length;
        return finish(flags, errors > 0 ? EXIT.negative : EXIT.done, { findings }, () => {
          for (const finding of findings) printLine(lineOf(finding));
          if (findings.length === 0) printLine('nothing found');
        });
      }),
    );
}
