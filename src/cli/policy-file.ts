import { HybridgeError } from '../index.ts';
import { findPolicy, parsePolicy, type Policy } from '../policy/index.ts';
import { readSmall } from './files.ts';

// Parentheses need quoting in a shell; a colon does not.
const LEGACY = /^legacy-until:(.+)$/u;

/** The policy that `--policy NAME|FILE` means; `legacy-until:2029-12-31` for the one that takes a date. */
export async function loadPolicy(nameOrFile: string): Promise<Policy> {
  const named = findPolicy(nameOrFile.replace(LEGACY, 'legacy-until($1)'));
  if (named !== undefined) return named;
  return parsePolicy(new TextDecoder().decode(await readSmall(nameOrFile, 'policy')));
}

/** The instant that `--at ISO-DATE` means, or now. */
export function instant(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/u.test(text) || Number.isNaN(date.getTime()))
    throw new HybridgeError('invalid_argument', `--at ${text}: not a date`, {
      fault: 'caller',
      hint: 'write it as 2030-12-31 or 2030-12-31T12:00:00Z',
    });
  return date;
}
