#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from '@commander-js/extra-typings';
import { addBench } from './commands/bench.ts';
import { addExplain } from './commands/explain.ts';
import { addKey } from './commands/key.ts';
import { addKeygen } from './commands/keygen.ts';
import { addOpen } from './commands/open.ts';
import { addPolicy } from './commands/policy.ts';
import { addProviders } from './commands/providers.ts';
import { addSeal } from './commands/seal.ts';
import { addSign } from './commands/sign.ts';
import { addVerify } from './commands/verify.ts';
import { EXIT } from './outcome.ts';

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

const program = new Command('hybridge')
  .description(
    'Moves systems from classical to post-quantum cryptography: keys, signatures, sealed files, policy.',
  )
  .version(version())
  .exitOverride()
  .showHelpAfterError('hint: add --help to see what this command takes')
  .addHelpText(
    'after',
    `
Exit codes: 0 done or verdict positive, 1 verdict negative, 2 bad usage or bad input, 3 a fault of ours.
A bare - is standard input or output. Passwords are asked for or read from a file, never taken as arguments.`,
  );

// Subcommands inherit the settings of the program at the time they are added.
for (const add of [
  addKeygen,
  addKey,
  addSign,
  addVerify,
  addSeal,
  addOpen,
  addExplain,
  addProviders,
  addPolicy,
  addBench,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its message; help and version end with code 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  else throw error;
}
