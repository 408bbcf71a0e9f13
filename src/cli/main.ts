#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError } from '@commander-js/extra-typings';
import { CommandError } from './command-error.ts';
import { EXIT, flushOutput, reportError, watchStandardStreams } from './outcome.ts';

type Add = (program: Command) => void;

/** The commands in the order of the help. Each is loaded when it is needed: `explain` needs no cryptography. */
const COMMANDS: ReadonlyMap<string, () => Promise<Add>> = new Map([
  ['keygen', async (): Promise<Add> => (await import('./commands/keygen.ts')).addKeygen],
  ['key', async (): Promise<Add> => (await import('./commands/key.ts')).addKey],
  ['sign', async (): Promise<Add> => (await import('./commands/sign.ts')).addSign],
  ['verify', async (): Promise<Add> => (await import('./commands/verify.ts')).addVerify],
  ['seal', async (): Promise<Add> => (await import('./commands/seal.ts')).addSeal],
  ['open', async (): Promise<Add> => (await import('./commands/open.ts')).addOpen],
  ['explain', async (): Promise<Add> => (await import('./commands/explain.ts')).addExplain],
  ['providers', async (): Promise<Add> => (await import('./commands/providers.ts')).addProviders],
  ['policy', async (): Promise<Add> => (await import('./commands/policy.ts')).addPolicy],
  ['cert', async (): Promise<Add> => (await import('./commands/cert.ts')).addCert],
  ['cms', async (): Promise<Add> => (await import('./commands/cms.ts')).addCms],
  ['tls', async (): Promise<Add> => (await import('./commands/tls.ts')).addTls],
  ['cost', async (): Promise<Add> => (await import('./commands/cost.ts')).addCost],
  ['bench', async (): Promise<Add> => (await import('./commands/bench.ts')).addBench],
]);

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** What commander says of bad usage (`error: ...`, and perhaps `(Did you mean ...?)`), in our form. */
function usageError({ message }: CommanderError): CommandError {
  const [problem = '', ...more] = message.replace(/^error: /u, '').split('\n');
  const suggestion = /^\((Did you mean .*\?)\)$/u.exec(more.join(' '))?.[1];
  return new CommandError('invalid_argument', problem, {
    hint: suggestion?.replace(/^D/u, 'd') ?? 'add --help to see what this command takes',
  });
}

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('hybridge')
    .description(
      'Moves systems from classical to post-quantum cryptography: keys, signatures, sealed files, certificates, ' +
        'messages, policy.',
    )
    .version(version())
    .exitOverride()
    // What stands behind a command is that command's, also where the one above it has an option of the same name.
    .enablePositionalOptions()
    // Errors are ours to print, as all others are.
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      `
Example:
  $ hybridge explain ML-DSA-65

Exit codes: 0 done or verdict positive, 1 verdict negative, 2 bad usage or bad input, 3 a fault of ours.
A bare - is standard input or output. Passwords are asked for or read from a file, never taken as arguments.`,
    );
  // What is sealed and opened leaves its pieces as garbage outside of the heap, where they pile up until the young
  // generation is swept: one that stays small is swept in time. The benches measure the engine as it comes, and what
  // serves for long makes garbage of every kind.
  if (argv[2] !== 'bench' && argv[3] !== 'serve') setFlagsFromString('--semi-space-growth-factor=1');
  // Subcommands inherit the settings of the program at the time they are added.
  const named = COMMANDS.get(argv[2] ?? '');
  for (const load of named === undefined ? COMMANDS.values() : [named]) (await load())(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for ends well; help in place of a missing command does not.
    if (error.exitCode !== 0) {
      if (error.code !== 'commander.help') throw usageError(error);
      process.exitCode = EXIT.badInput;
    }
  }
  await flushOutput();
}

function fail(error: unknown): void {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}

watchStandardStreams();
// Without this the exit code would be 1, which says that a verdict is negative.
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});
await main(process.argv).catch(fail);
