import type { Command } from '@commander-js/extra-typings';
import {
  type Certificate,
  type Crl,
  createCrl,
  formatName,
  inspectCrl,
  parseCrl,
  type Revocation,
  REVOCATION_REASONS,
  type RevocationReason,
  sameName,
  verifyCrl,
} from '../../../certificates/index.ts';
import { defaultProvider } from '../../../index.ts';
import {
  CRL_LIMIT,
  issuerCertOption,
  issuerKeyOption,
  loadCertificate,
  loadOwned,
  MAX_DAYS,
  wholeNumber,
} from '../../certificates.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import {
  algorithmOption,
  atOption,
  each,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { note, run } from '../../outcome.ts';
import { assertWritable } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { writePem } from './write.ts';

const DAY = 86_400_000;

const isReason = (text: string): text is RevocationReason => REVOCATION_REASONS.some((one) => one === text);

/** A certificate that `--revoke FILE[:REASON]` names. */
interface ToRevoke {
  readonly path: string;
  readonly reason: RevocationReason | undefined;
}

function toRevoke(text: string): ToRevoke {
  const [, path = text, reason] = /^(.+):([A-Za-z]+)$/u.exec(text) ?? [];
  if (reason === undefined) return { path, reason: undefined };
  if (isReason(reason) && reason !== 'removeFromCRL') return { path, reason };
  throw new CommandError('invalid_argument', `--revoke ${text}: no such reason`, {
    hint: `reasons are ${REVOCATION_REASONS.filter((one) => one !== 'removeFromCRL').join(', ')}`,
  });
}

/** The last list, which must be a complete one of the same CA: nothing that it revoked is to be lost. */
async function loadLast(path: string | undefined, ca: Certificate): Promise<Crl | undefined> {
  if (path === undefined) return undefined;
  const bytes = await readSmall(path, 'revocation list', CRL_LIMIT);
  return inFile(path, async () => {
    const crl = parseCrl(bytes);
    if (!(await verifyCrl(defaultProvider(), crl, ca)))
      throw new CommandError(
        'invalid_argument',
        `not signed by ${formatName(ca.subject)}: what it revokes is not taken over`,
        { fault: 'input' },
      );
    const { deltaCrlIndicator, issuingDistributionPoint } = crl.extensions;
    if (deltaCrlIndicator !== undefined || issuingDistributionPoint !== undefined)
      throw new CommandError(
        'unsupported',
        'a list of changes or of a part, where the complete list is needed',
        {
          fault: 'input',
        },
      );
    return crl;
  });
}

/** What is new in the list; what the last one has already is told and left as it is. */
async function additions(
  revoke: readonly ToRevoke[],
  ca: Certificate,
  last: Crl | undefined,
  at: Date,
  tell: (text: string) => void,
): Promise<readonly Revocation[]> {
  const added = new Map<string, Revocation>();
  for (const { path, reason } of revoke) {
    // A certificate with defects is revoked like any other.
    const { serialNumber, issuer } = await loadCertificate(path, { strict: false });
    if (!sameName(issuer, ca.subject))
      throw new CommandError(
        'invalid_argument',
        `${path} was issued by ${formatName(issuer)}, not by ${formatName(ca.subject)}`,
        { details: { file: path } },
      );
    const number = Buffer.from(serialNumber).toString('hex');
    if (added.has(number))
      throw new CommandError('invalid_argument', `--revoke ${path}: the same certificate twice`);
    const before = last?.find(serialNumber);
    if (before === undefined) added.set(number, { serialNumber, revocationDate: at, reason });
    else tell(`${path} is revoked already, since ${before.revocationDate.toISOString()}`);
  }
  return [...added.values()];
}

/** The number of the list that comes after another one. */
function numberAfter(last: Crl | undefined): bigint {
  return last === undefined ? 1n : BigInt(inspectCrl(last).number ?? 0) + 1n;
}

function numberOf(text: string): bigint {
  if (/^\d{1,48}$/u.test(text)) return BigInt(text);
  throw new CommandError('invalid_argument', `--number ${text}: not a whole number from 0 on`);
}

/** `hybridge cert crl`: what a CA has revoked. */
export function addCrl(cert: Command): void {
  cert
    .command('crl')
    .description('Makes a revocation list; with --from, the next one with all that the last one revoked.')
    .addOption(issuerCertOption)
    .addOption(issuerKeyOption)
    .requiredOption('--out <file>', 'the list, in PEM')
    .option(
      '--revoke <file[:reason]>',
      'certificate to revoke, such as pump.pem:keyCompromise; may be repeated',
      each,
    )
    .option('--from <file>', 'the last list')
    .option('--number <number>', 'number of the list (default: one more than that of --from, else 1)')
    .option('--days <number>', 'days until the next list', '7')
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
      '\nExample:\n  $ hybridge cert crl --cert ca.pem --key ca.key --revoke pump.pem:keyCompromise --out ca.crl',
    )
    .action((flags) =>
      run(async () => {
        const { out, force = false } = flags;
        const revoke = (flags.revoke ?? []).map(toRevoke);
        requireStandardOutputFree(flags, out);
        // With --force the last list may be replaced by the next one, which has all that it had.
        const inputs = [flags.cert, flags.key, flags.passwordFile, flags.policy];
        await assertWritable(out, force, [...inputs, ...revoke.map(({ path }) => path)]);
        const permission = await policyAt(flags);
        const thisUpdate = instant('--at', flags.at);
        const days = wholeNumber('--days', flags.days, 1, MAX_DAYS);
        using issuer = await loadOwned(flags.cert, flags.key, flags);
        const last = await loadLast(flags.from, issuer.certificate);
        const number = flags.number === undefined ? numberAfter(last) : numberOf(flags.number);
        if (number < numberAfter(last))
          throw new CommandError(
            'invalid_argument',
            `--number ${number}: the last list has the same or a later one`,
          );
        const added = await additions(revoke, issuer.certificate, last, thisUpdate, (text) => {
          note(flags, `warning: ${text}`);
        });
        const crl = await createCrl(defaultProvider(), {
          issuer,
          thisUpdate,
          nextUpdate: new Date(thisUpdate.getTime() + days * DAY),
          number,
          revoked: [...(last?.revoked() ?? []), ...added],
          ...permission,
        });
        const { signature, nextUpdate } = inspectCrl(crl);
        return await writePem(flags, crl.toPem(), {
          result: {
            issuer: formatName(crl.issuer),
            number: number.toString(),
            revoked: crl.size,
            added: added.length,
            thisUpdate: crl.thisUpdate,
            nextUpdate,
            signature: signature.name,
            signatureNature: signature.nature,
            bytes: crl.bytes.length,
          },
          lines: [
            `list ${number} of ${formatName(crl.issuer)}, ${crl.size} revoked, the next by ${nextUpdate?.slice(0, 10) ?? ''}`,
            `signed by ${signature.name} (${signature.nature})`,
          ],
        });
      }),
    );
}
