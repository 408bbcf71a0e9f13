import type { Command } from '@commander-js/extra-typings';
import { HybridgeError, type PublicKey } from '../../index.ts';
import type { SignatureDescriptor } from '../../registry/index.ts';
import {
  decodeDualSignature,
  type DualVerdict,
  isDualSignature,
  type PresentedSignatures,
  type VerifyOptions,
} from '../../sign/index.ts';
import { interrupted, note, run } from '../command.ts';
import { contextBytes } from '../context.ts';
import { openSource, readSmall } from '../files.ts';
import { classicalAndPostQuantum, loadVerificationKey, requireOneOrTwo } from '../keys.ts';
import { EXIT, printJson, printLine } from '../outcome.ts';
import { instant } from '../policy-file.ts';
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

/** `hybridge verify`: exit 0 when the signature holds, 1 when it does not. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Verifies a detached signature: exit 0 when it holds, 1 when it does not.')
    .argument('<file>', 'what was signed; - for standard input')
    .requiredOption('--key <file...>', 'public key; with two, both signatures must hold')
    .requiredOption('--signature <file>', 'the signature')
    .option('--context <text>', 'the context it was made with; @FILE for bytes from a file')
    .option(
      '--accept-classical-until <date>',
      'transition: until this date the classical signature may come alone',
    )
    .option('--at <date>', 'the date to judge for (default: now)')
    .option('--policy <name|file>', 'refuse what this policy refuses')
    .option('--password', 'ask for the password, when --key is an encrypted private key')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--json', 'print JSON')
    .option('--quiet', 'print nothing; the exit code tells')
    .addHelpText('after', '\nExample:\n  $ hybridge verify --key maker.pub --signature image.sig image.bin')
    .action((path, flags) =>
      run(flags, async () => {
        requireOneOrTwo(flags.key);
        const keys: PublicKey<SignatureDescriptor>[] = [];
        for (const file of flags.key) keys.push(await loadVerificationKey(file, flags));
        const signature = await readSmall(flags.signature, 'signature');
        const hybridge = await hybridgeFor(flags);
        const context = await contextBytes(flags.context);
        const source = await openSource(path);
        const progress = startProgress('verifying', source.size, flags.quiet === true);
        const options: VerifyOptions = { context, signal: interrupted, onProgress: progress.report };
        const [only, second] = keys;
        if (only === undefined) throw new HybridgeError('internal', 'no key after parsing');

        let verdict: DualVerdict | { readonly valid: boolean };
        try {
          if (second === undefined) {
            if (isDualSignature(signature))
              throw new HybridgeError(
                'wrong_algorithm',
                `${flags.signature}: a dual signature, and one key`,
                {
                  fault: 'caller',
                  hint: 'give both public keys: --key classical.pub --key post-quantum.pub',
                },
              );
            if (flags.acceptClassicalUntil !== undefined)
              throw new HybridgeError('invalid_argument', '--accept-classical-until is for two keys', {
                fault: 'caller',
              });
            verdict = { valid: await hybridge.verify(only, source.chunks, signature, options) };
          } else {
            const pair = classicalAndPostQuantum(only, second);
            const until = flags.acceptClassicalUntil;
            verdict = await hybridge.verifyDual(
              pair,
              source.chunks,
              presented(signature, pair.classical.algorithm),
              until === undefined
                ? options
                : {
                    ...options,
                    transition: { accept: 'classical', until: instant(until) },
                    at: instant(flags.at),
                  },
            );
          }
        } finally {
          progress.stop();
        }

        const algorithm = keys.map((key) => key.algorithm.name).join(' + ');
        if (flags.json === true) printJson({ ok: verdict.valid, algorithm, ...verdict });
        else if (flags.quiet !== true) {
          if (verdict.valid) printLine(`valid: ${algorithm}`);
          else
            printLine(
              `INVALID: ${'reason' in verdict ? REASONS[verdict.reason] : `${algorithm} signature does not hold`}`,
            );
        }
        if (verdict.valid && 'basis' in verdict && verdict.basis === 'transition')
          note(
            flags,
            `warning: ${REASONS[verdict.reason]}; accepted until ${verdict.until.toISOString().slice(0, 10)} because of --accept-classical-until`,
          );
        return verdict.valid ? EXIT.done : EXIT.negative;
      }),
    );
}
