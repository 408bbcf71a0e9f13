import type { Command } from '@commander-js/extra-typings';
import {
  decodeDualSignature,
  type DualVerdict,
  isDualSignature,
  type PresentedSignatures,
  type VerifyOptions,
} from '../../sign/index.ts';
import type { SignatureDescriptor } from '../../registry/index.ts';
import { CommandError, inFile } from '../command-error.ts';
import { contextBytes } from '../context.ts';
import { openSource, readSmall } from '../input.ts';
import { endOf, instant } from '../instant.ts';
import { classicalAndPostQuantum, loadVerificationKey, oneOrTwo, requireAlgorithm } from '../keys.ts';
import {
  algorithmOption,
  atOption,
  contextOption,
  each,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
} from '../options.ts';
import { EXIT, finish, note, printLine, run } from '../outcome.ts';
import { hybridgeFor } from '../policy-in-force.ts';
import { startProgress } from '../progress.ts';

const REASONS: Readonly<Record<Extract<DualVerdict, { valid: false }>['reason'], string>> = {
  'both-invalid': 'neither signature holds',
  'classical-invalid': 'the classical signature does not hold',
  'post-quantum-invalid': 'the post-quantum signature does not hold',
  'post-quantum-missing': 'the post-quantum signature is missing',
  'post-quantum-unsupported': 'the post-quantum signature cannot be verified here',
};

/** What the signature file holds, for two keys: a dual signature, or the classical one alone. */
function presented(bytes: Uint8Array, classical: SignatureDescriptor): PresentedSignatures {
  return isDualSignature(bytes)
    ? decodeDualSignature(bytes)
    : { classical: { algorithm: classical.name, signature: bytes } };
}

/** The line that tells a verdict. */
function lineFor(verdict: DualVerdict | { readonly valid: boolean }, algorithms: readonly string[]): string {
  const both = algorithms.join(' + ');
  if (!verdict.valid)
    return `INVALID: ${'reason' in verdict ? REASONS[verdict.reason] : `${both} signature does not hold`}`;
  return 'basis' in verdict && verdict.basis === 'transition'
    ? `valid: ${algorithms[0] ?? ''} alone, in a transition until ${verdict.until.toISOString()}`
    : `valid: ${both}`;
}

/** `hybridge verify`: exit 0 when the signature holds, 1 when it does not. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Verifies a detached signature: exit 0 when it holds, 1 when it does not.')
    .argument('<file>', 'what was signed; - for standard input')
    .requiredOption('--key <file>', 'public key; given twice, both signatures must hold', each)
    .requiredOption('--signature <file>', 'the signature')
    .addOption(algorithmOption)
    .addOption(contextOption)
    .option(
      '--accept-classical-until <date>',
      'transition: up to and including this date the classical signature may come alone',
    )
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge verify --key maker.pub --signature image.sig image.bin')
    .action((path, flags) =>
      run(async () => {
        const [firstFile, secondFile] = oneOrTwo(flags.key);
        const until = flags.acceptClassicalUntil;
        if (secondFile === undefined && until !== undefined)
          throw new CommandError('invalid_argument', '--accept-classical-until is for two keys');
        const transition =
          until === undefined
            ? {}
            : {
                transition: {
                  accept: 'classical' as const,
                  until: endOf('--accept-classical-until', until),
                },
                at: instant('--at', flags.at),
              };
        const hybridge = await hybridgeFor(flags);
        const first = await loadVerificationKey(firstFile, flags);
        const second = secondFile === undefined ? undefined : await loadVerificationKey(secondFile, flags);
        requireAlgorithm(flags, first, second);
        const signature = await readSmall(flags.signature, 'signature');
        if (second === undefined && isDualSignature(signature))
          throw new CommandError('wrong_algorithm', `${flags.signature}: a dual signature, and one key`, {
            hint: 'give both public keys: --key classical.pub --key post-quantum.pub',
          });
        const context = await contextBytes(flags.context);
        const source = openSource(path);
        const progress = startProgress('verifying', source.size, flags);
        const options: VerifyOptions = { context, onProgress: progress.report };
        let verdict: DualVerdict | { readonly valid: boolean };
        let algorithms: readonly string[];
        try {
          if (second === undefined) {
            algorithms = [first.algorithm.name];
            verdict = { valid: await hybridge.verify(first, source.chunks, signature, options) };
          } else {
            const pair = classicalAndPostQuantum(first, second);
            algorithms = [pair.classical.algorithm.name, pair.postQuantum.algorithm.name];
            const claimed = await inFile(flags.signature, () =>
              presented(signature, pair.classical.algorithm),
            );
            verdict = await hybridge.verifyDual(pair, source.chunks, claimed, { ...options, ...transition });
          }
        } finally {
          progress.stop();
        }
        if (verdict.valid && 'basis' in verdict && verdict.basis === 'transition')
          note(flags, `warning: ${REASONS[verdict.reason]}`);
        return finish(flags, verdict.valid ? EXIT.done : EXIT.negative, { ...verdict, algorithms }, () => {
          printLine(lineFor(verdict, algorithms));
        });
      }),
    );
}
