import type { Command } from '@commander-js/extra-typings';
import { type Certificate, formatName } from '../../../certificates/index.ts';
import {
  type MessageVerdict,
  type SignerTrust,
  type SignerVerdict,
  verifyMessage,
  type VerifyMessageOptions,
} from '../../../cms/index.ts';
import { defaultProvider, isHybridgeError } from '../../../index.ts';
import { findByOid } from '../../../registry/index.ts';
import { crlOption, loadAllCertificates, loadCrls, requireRevocationOption } from '../../certificates.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { openMessage, openSource } from '../../input.ts';
import { instant } from '../../instant.ts';
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
import { policyAt } from '../../policy-in-force.ts';
import { startProgress } from '../../progress.ts';
import { pushed } from './pushed.ts';

/** What is said of one signer. */
interface Told {
  readonly status: SignerVerdict['status'];
  /** Absent where the certificate is not known, or its signature does not hold. */
  readonly subject: string | undefined;
  readonly algorithm: string;
  readonly nature: string;
  readonly reason: string | undefined;
  readonly text: string | undefined;
  readonly signingTime: Date | undefined;
}

function toldOf(signer: SignerVerdict): Told {
  const { status, signingTime, path } = signer;
  const [named] = findByOid(signer.signatureAlgorithm);
  const certificate: Certificate | undefined = status === 'valid' ? signer.certificate : path?.path[0];
  return {
    status,
    subject: certificate && formatName(certificate.subject),
    algorithm: status === 'valid' ? signer.algorithm.name : (named?.name ?? signer.signatureAlgorithm),
    nature: status === 'valid' ? signer.algorithm.nature : (natureOf(named) ?? 'unknown'),
    reason: status === 'valid' ? undefined : signer.reason,
    text: status === 'valid' ? undefined : signer.text,
    signingTime,
  };
}

function natureOf(entry: ReturnType<typeof findByOid>[number] | undefined): string | undefined {
  return entry !== undefined && 'nature' in entry ? entry.nature : undefined;
}

function lineOf({ status, subject, algorithm, nature, text, signingTime }: Told): string {
  const when = signingTime === undefined ? '' : `, signing time ${signingTime.toISOString()}`;
  const why = text === undefined ? '' : `: ${text}`;
  return `  ${status}  ${subject ?? 'unknown signer'}, ${algorithm} (${nature})${status === 'valid' ? when : ''}${why}`;
}

/** What the caller trusts; `undefined` with `--no-path`. */
async function trustOf(flags: {
  readonly path: boolean;
  readonly anchor?: readonly string[] | undefined;
  readonly crl?: readonly string[] | undefined;
  readonly requireRevocation?: boolean | undefined;
}): Promise<SignerTrust | undefined> {
  const { path, anchor = [], crl, requireRevocation } = flags;
  if (!path) {
    if (anchor.length > 0 || crl !== undefined || requireRevocation === true)
      throw new CommandError('invalid_argument', '--no-path leaves nothing to do for --anchor and --crl');
    return undefined;
  }
  if (anchor.length === 0)
    throw new CommandError('invalid_argument', 'whom is a signer to be vouched for by?', {
      hint: 'name what you trust with --anchor, or give --no-path to verify signatures alone',
    });
  return {
    anchors: await loadAllCertificates(anchor),
    // Lists that the message brings along are looked at in any case.
    revocation: { crls: await loadCrls(crl), mode: requireRevocation === true ? 'require' : 'check' },
  };
}

/** Verifies; what is wrong with the content as it was given is said in the words of the command. */
async function verified(
  path: string,
  message: AsyncIterable<Uint8Array> | Uint8Array,
  options: VerifyMessageOptions,
): Promise<MessageVerdict> {
  try {
    return await inFile(path, () => verifyMessage(defaultProvider(), message, options));
  } catch (error) {
    const { cause = error } = error instanceof CommandError ? error : {};
    if (!isHybridgeError(cause, 'invalid_argument')) throw error;
    const isDetached = options.detachedContent === undefined;
    throw new CommandError(
      'invalid_argument',
      isDetached ? `${path}: the content is not in the message` : `${path}: the content is in the message`,
      {
        hint: isDetached ? 'name the file that was signed with --content' : 'leave out --content',
        details: { file: path },
        cause,
      },
    );
  }
}

/** `hybridge cms verify`: exit 0 when the message is signed by those whom the anchors vouch for, 1 when it is not. */
export function addVerifyMessage(cms: Command): void {
  cms
    .command('verify')
    .description(
      'Verifies a signed message and the certificates of its signers: exit 0 when all of it holds, 1 when it does ' +
        'not. A file appears only when it holds; standard output gets the content as it comes, before that is known.',
    )
    .argument('<message>', 'the message in BER, DER or PEM; - for standard input')
    .option('--anchor <file>', 'certificates that are trusted; may be repeated', each)
    .option('--no-path', 'verify signatures alone, whoever made them')
    .option('--untrusted <file>', 'certificates that help to find signers and paths; may be repeated', each)
    .option('--content <file>', 'the content of a detached message')
    .option('--out <file>', 'write the content that is in the message')
    .addOption(crlOption)
    .addOption(requireRevocationOption)
    .option('--require-post-quantum', 'at least one signer must be post-quantum or hybrid')
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cms verify --anchor root.pem --content report.pdf report.p7s',
    )
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, content } = flags;
        if (out !== undefined && content !== undefined)
          throw new CommandError(
            'invalid_argument',
            '--out is for content in the message, and --content for other',
          );
        requireStandardOutputFree(flags, out);
        const read = [path, ...(flags.anchor ?? []), ...(flags.untrusted ?? []), ...(flags.crl ?? [])];
        if (out !== undefined) await assertWritable(out, force, [...read, flags.policy]);
        const { policy } = await policyAt(flags);
        const trust = await trustOf(flags);
        const certificates = await loadAllCertificates(flags.untrusted, { strict: false });
        const detachedContent = content === undefined ? undefined : openSource(content);
        const { message, size } = await openMessage(path);
        const progress = startProgress('verifying', detachedContent?.size ?? size, flags);
        const judge = (onContent: VerifyMessageOptions['onContent']): Promise<MessageVerdict> =>
          verified(path, message, {
            trust,
            certificates,
            policy,
            at: instant('--at', flags.at),
            detachedContent: detachedContent?.chunks,
            require: flags.requirePostQuantum === true ? 'all-with-post-quantum' : 'all',
            onContent,
            onProgress: progress.report,
          });
        let verdict: MessageVerdict;
        try {
          verdict =
            out === undefined
              ? await judge(() => undefined)
              : await pushed(
                  judge,
                  ({ valid }) => valid,
                  (pieces) => writeOutputs({ path: out, content: pieces, force, secret: false }),
                );
        } finally {
          progress.stop();
        }
        const { valid, contentType, detached } = verdict;
        const signers = verdict.signers.map(toldOf);
        if (valid && trust === undefined)
          for (const { subject } of signers)
            note(flags, `warning: nobody vouches for ${subject ?? 'a signer'}`);
        const exit = valid ? EXIT.done : EXIT.negative;
        if (out === '-') {
          if (!verdict.valid) note(flags, `INVALID (${verdict.reason}): ${verdict.text}`);
          return exit;
        }
        const reason = verdict.valid ? undefined : verdict.reason;
        const answer = { valid, reason, contentType, detached, bytes: verdict.size, signers };
        return finish(flags, exit, { ...answer, out: valid ? out : undefined }, () => {
          printLine(verdict.valid ? 'valid' : `INVALID (${verdict.reason}): ${verdict.text}`);
          for (const signer of signers) printLine(lineOf(signer));
        });
      }),
    );
}
