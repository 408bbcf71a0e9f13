import { type Command, Option } from '@commander-js/extra-typings';
import {
  Certificate,
  type OcspResponse,
  parseOcspResponse,
  PATH_USES,
  type PathResult,
  validatePath,
} from '../../../certificates/index.ts';
import { defaultProvider } from '../../../index.ts';
import {
  algorithmsOf,
  type CertificateAlgorithms,
  crlOption,
  describeAlgorithms,
  describeCertificate,
  loadAllCertificates,
  loadChain,
  loadCrls,
  requireRevocationOption,
  withstands,
} from '../../certificates.ts';
import { inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import { atOption, each, jsonOption, policyOption, quietOption } from '../../options.ts';
import { EXIT, finish, note, printLine, run } from '../../outcome.ts';
import { policyAt } from '../../policy-in-force.ts';

async function loadOcspResponses(paths: readonly string[] | undefined): Promise<readonly OcspResponse[]> {
  const responses: OcspResponse[] = [];
  for (const path of paths ?? []) {
    const bytes = await readSmall(path, 'OCSP response');
    responses.push(await inFile(path, () => parseOcspResponse(bytes)));
  }
  return responses;
}

/** Whether no quantum computer breaks the path: the key of the leaf and every signature on the way to the anchor. */
function isPostQuantum(algorithms: readonly CertificateAlgorithms[]): boolean {
  return algorithms.every(
    ({ keyNature, signatureNature }, index) =>
      withstands(signatureNature) && (index > 0 || withstands(keyNature)),
  );
}

function lengthOf({ path, anchor }: PathResult): string {
  const last = path.at(-1);
  if (last !== undefined && anchor instanceof Certificate && Buffer.compare(last.bytes, anchor.bytes) === 0)
    return 'it is itself what is trusted';
  return `${path.length} certificate${path.length === 1 ? '' : 's'} below the anchor`;
}

function printResult(result: PathResult, algorithms: readonly CertificateAlgorithms[]): void {
  if (!result.valid) {
    printLine(`INVALID (${result.reason}): ${result.text}`);
    const about = result.path[result.at];
    if (about !== undefined) printLine(`  at ${describeCertificate(about)}`);
    return;
  }
  const strength = `${isPostQuantum(algorithms) ? '' : 'not '}post-quantum throughout`;
  printLine(`valid: ${lengthOf(result)}, ${strength}`);
  for (const [index, certificate] of result.path.entries()) {
    printLine(`  ${describeCertificate(certificate)}`);
    const own = algorithms[index];
    if (own !== undefined) printLine(`    ${describeAlgorithms(own)}`);
  }
  if (result.anchor instanceof Certificate) printLine(`  anchor ${describeCertificate(result.anchor)}`);
}

/** `hybridge cert verify`: exit 0 when the path is valid, 1 when it is not. */
export function addVerifyCertificate(cert: Command): void {
  cert
    .command('verify')
    .description(
      'Validates a certificate and its path [RFC 5280 §6]: exit 0 when it is valid, 1 when it is not.',
    )
    .argument('<file>', 'the certificate; others in the file help to build the path; - for standard input')
    .requiredOption('--anchor <file>', 'certificates that are trusted; may be repeated', each)
    .option('--untrusted <file>', 'certificates that help to build the path; may be repeated', each)
    .addOption(new Option('--use <use>', 'what it is to be used for').choices(PATH_USES))
    .option('--name <name>', 'the host, address, e-mail or URI that it must be for')
    .addOption(crlOption)
    .option('--ocsp <file>', 'OCSP response in DER, as TLS staples it; may be repeated', each)
    .addOption(requireRevocationOption)
    .option('--no-strict', 'let departures from the profile pass, with a warning')
    .option('--steps', 'print every step of the validation')
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cert verify pump.pem --anchor root.pem --untrusted ca.pem --use tls-server --name pump.example',
    )
    .action((path, flags) =>
      run(async () => {
        const { policy } = await policyAt(flags);
        const at = instant('--at', flags.at);
        // Departures from the profile are for the validation to judge.
        const { certificate, chain } = await loadChain(path, { strict: false });
        const anchors = await loadAllCertificates(flags.anchor, { strict: flags.strict });
        const untrusted = await loadAllCertificates(flags.untrusted, { strict: false });
        const crls = await loadCrls(flags.crl, { strict: flags.strict });
        const ocsp = await loadOcspResponses(flags.ocsp);
        const wanted = crls.length > 0 || ocsp.length > 0 || flags.requireRevocation === true;
        const mode = flags.requireRevocation === true ? 'require' : 'check';
        const result = await validatePath(
          defaultProvider(),
          { certificate, pool: [...chain, ...untrusted] },
          {
            anchors,
            at,
            use: flags.use,
            name: flags.name,
            policy,
            revocation: wanted ? { crls, ocsp, mode } : undefined,
            strict: flags.strict,
          },
        );
        const algorithms = result.path.map(algorithmsOf);
        if (flags.json !== true) for (const warning of result.warnings) note(flags, `warning: ${warning}`);
        const answer = { ...result, algorithms, postQuantum: isPostQuantum(algorithms) };
        return finish(flags, result.valid ? EXIT.done : EXIT.negative, answer, () => {
          if (flags.steps === true)
            for (const { certificate: place, check, verdict, text, section } of result.steps)
              printLine(`${verdict}  ${place}  ${check}: ${text} [${section}]`);
          printResult(result, algorithms);
        });
      }),
    );
}
