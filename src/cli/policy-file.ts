import { findPolicy, parsePolicy, POLICY_NAMES, type Policy } from '../policy/index.ts';
import { CommandError, inFile, expected } from './command-error.ts';
import { readSmall } from './input.ts';

// Parentheses need quoting in a shell; a colon does not.
const LEGACY = /^legacy-until:(.+)$/u;

function policyNamed(name: string): Policy | undefined {
  return findPolicy(name.replace(LEGACY, 'legacy-until($1)'));
}

/** Whether it is the name of a policy, and therefore not that of a file. */
export function isPolicyName(nameOrFile: string): boolean {
  return policyNamed(nameOrFile) !== undefined;
}

/** The policy that `--policy NAME|FILE` means; `legacy-until:2029-12-31` for the one that takes a date. */
export async function loadPolicy(nameOrFile: string): Promise<Policy> {
  const named = policyNamed(nameOrFile);
  if (named !== undefined) return named;
  const bytes = await readSmall(nameOrFile, 'policy').catch((error: unknown) => {
    if (expected(error)?.details['systemCode'] !== 'ENOENT') throw error;
    throw new CommandError('input_output', `no such policy: ${nameOrFile}`, {
      hint: `name a file, or one of ${POLICY_NAMES.join(', ')}, legacy-until:DATE`,
      details: { file: nameOrFile },
      cause: error,
    });
  });
  return inFile(nameOrFile, () => parsePolicy(new TextDecoder().decode(bytes)));
}
