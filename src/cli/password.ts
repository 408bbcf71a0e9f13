import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError, inFile } from './command-error.ts';
import { readSmall } from './input.ts';
import { interrupt, onInterruption } from './interruption.ts';

/** Where a password may come from: never from the command line, which other users of the machine can see. */
export interface PasswordFlags {
  readonly password?: boolean | undefined;
  readonly passwordFile?: string | undefined;
}

/** Asks at the terminal, one answer for each question; nothing that is typed is shown. */
async function ask(questions: readonly string[]): Promise<readonly string[]> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY)
    throw new CommandError('invalid_argument', 'a password is needed and there is no terminal to ask at', {
      hint: 'give it in a file: --password-file FILE',
    });
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  const forget = onInterruption(() => {
    terminal.close();
  });
  const answers: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const askNext = (): void => {
        const question = questions[answers.length];
        if (question === undefined) resolve();
        else stderr.write(`${question}: `);
      };
      terminal.on('line', (line) => {
        stderr.write('\n');
        answers.push(line);
        askNext();
      });
      terminal.on('SIGINT', () => {
        interrupt('SIGINT');
      });
      terminal.on('close', () => {
        if (answers.length === questions.length) return;
        stderr.write('\n');
        reject(new CommandError('aborted', 'no password was entered'));
      });
      askNext();
    });
  } finally {
    forget();
    terminal.close();
  }
  return answers;
}

/** The first line of a file. Everything in it counts but its end, which may be a line feed, with a return before it. */
async function fromFile(path: string): Promise<string> {
  const bytes = await readSmall(path, 'password file');
  const end = bytes.indexOf(0x0a);
  const line = bytes.subarray(0, end < 0 ? bytes.length : end);
  return inFile(path, () => {
    let password;
    try {
      password = new TextDecoder('utf-8', { fatal: true }).decode(line).replace(/\r$/u, '');
    } catch (cause) {
      throw new CommandError('invalid_encoding', 'the password is not UTF-8 text', { cause });
    }
    if (password === '') throw new CommandError('invalid_argument', 'the password is empty');
    return password;
  });
}

/** The password of a key that is there already. */
export async function existingPassword(flags: PasswordFlags, what: string): Promise<string> {
  if (flags.passwordFile !== undefined) return fromFile(flags.passwordFile);
  const [password = ''] = await ask([`Password of ${what}`]);
  return password;
}

/** The password for a new key, asked twice, or `undefined` when no flag asks for one. */
export async function newPassword(flags: PasswordFlags, what: string): Promise<string | undefined> {
  if (flags.passwordFile !== undefined) return fromFile(flags.passwordFile);
  if (flags.password !== true) return undefined;
  const [first = '', again] = await ask([`New password for ${what}`, 'Again']);
  if (first === '') throw new CommandError('invalid_argument', 'the password is empty');
  if (first !== again) throw new CommandError('invalid_argument', 'the two passwords differ');
  return first;
}
