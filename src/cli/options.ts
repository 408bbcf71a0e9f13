/** Options that several commands have: the same name, the same meaning, the same words. */
import { Option } from '@commander-js/extra-typings';
import { CommandError } from './command-error.ts';
import type { CommonFlags } from './outcome.ts';

/** `--json`: one document on standard output, whatever happens. */
export const jsonOption: Option<'--json'> = new Option('--json', 'print JSON');

/** `--quiet`: the exit code and errors tell. */
export const quietOption: Option<'--quiet'> = new Option('--quiet', 'print nothing but errors');

/** `--force`: the only way to overwrite a file. */
export const forceOption: Option<'--force'> = new Option('--force', 'overwrite a file that is there');

/** `--policy`: nothing is refused without one. */
export const policyOption: Option<'--policy <name|file>'> = new Option(
  '--policy <name|file>',
  'refuse what this policy refuses',
);

/** `--at`: the date that policies and transitions are judged for. */
export const atOption: Option<'--at <date>'> = new Option(
  '--at <date>',
  'judge for this date (default: now)',
);

/** `--context TEXT|@FILE`. */
export const contextOption: Option<'--context <text>'> = new Option(
  '--context <text>',
  'the purpose that the signature is bound to; @FILE for bytes from a file',
);

/** `--algorithm`: keys of some algorithms do not say what they are for. */
export const algorithmOption: Option<'--algorithm <name>'> = new Option(
  '--algorithm <name>',
  'for a key that fits several, such as RSA: the one to use',
);

/** `--password`: where it is not given, encrypted keys are asked for all the same. */
export const passwordOption: Option<'--password'> = new Option(
  '--password',
  'ask for the password of an encrypted key',
).conflicts('passwordFile');

/** `--password-file`: for scripts, which have no terminal. */
export const passwordFileOption: Option<'--password-file <file>'> = new Option(
  '--password-file <file>',
  'read that password from the first line of a file',
);

/** Gathers the values of an option that may be given several times. */
export function each(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** With `--json` standard output holds the JSON document and nothing else. */
export function requireStandardOutputFree(
  flags: CommonFlags,
  ...outputs: readonly (string | undefined)[]
): void {
  if (flags.json === true && outputs.includes('-'))
    throw new CommandError('invalid_argument', '--json and an output of - both need standard output', {
      hint: 'name a file with --out',
    });
}
