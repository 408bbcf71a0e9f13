import { read } from 'read';
import { HybridgeError } from '../index.ts';
import { readSmall } from './files.ts';

/** Where a password may come from: never from the command line, which other users of the machine can see. */
export interface PasswordFlags {
  readonly password?: boolean | undefined;
  readonly passwordFile?: string | undefined;
}

async function ask(prompt: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new HybridgeError('invalid_argument', 'a password is needed and there is no terminal to ask at', {
      fault: 'caller',
      hint: 'give it in a file: --password-file FILE',
    });
  try {
    return await read({ prompt, silent: true, output: process.stderr });
  } catch (cause) {
    throw new HybridgeError('aborted', 'no password was entered', { fault: 'caller', cause });
  }
}

async function fromFile(path: string): Promise<string> {
  const text = new TextDecoder().decode(await readSmall(path, 'password file'));
  // One line end belongs to the editor, not to the password.
  const password = text.replace(/\r?\n$/u, '');
  if (password === '')
    throw new HybridgeError('invalid_argument', `${path}: the password is empty`, { fault: 'caller' });
  return password;
}

/** The password for a key that is there already, or `undefined` when no flag asks for one. */
export async function existingPassword(flags: PasswordFlags, what: string): Promise<string | undefined> {
  if (flags.passwordFile !== undefined) return fromFile(flags.passwordFile);
  return flags.password === true ? ask(`Password of ${what}: `) : undefined;
}

/** The password for a new key, asked twice, or `undefined` when no flag asks for one. */
export async function newPassword(flags: PasswordFlags, what: string): Promise<string | undefined> {
  if (flags.passwordFile !== undefined) return fromFile(flags.passwordFile);
  if (flags.password !== true) return undefined;
  const first = await ask(`New password for ${what}: `);
  if (first === '') throw new HybridgeError('invalid_argument', 'the password is empty', { fault: 'caller' });
  if ((await ask('Again: ')) !== first)
    throw new HybridgeError('invalid_argument', 'the two passwords differ', { fault: 'caller' });
  return first;
}

/** Asks for the password of a file that turned out to be encrypted. */
export async function askPassword(what: string): Promise<string> {
  return ask(`Password of ${what}: `);
}
