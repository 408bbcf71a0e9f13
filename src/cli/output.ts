import { randomBytes } from 'node:crypto';
import {
  close,
  closeSync,
  constants,
  fsync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFile,
} from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from './command-error.ts';
import { existsAlready, fileError, isADirectory, systemCode } from './file-error.ts';
import { onInterruption } from './interruption.ts';

/** A file to be written, or `-` for standard output. */
export interface Output {
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Readable by its owner alone. */
  readonly secret: boolean;
}

/** An output that is on disk under a name of its own, beside the one it is to take. */
interface Staged {
  /** Its name as it was given, for messages. */
  readonly path: string;
  /** Where it goes: a symbolic link stays one, and the file that it points to is replaced. */
  readonly target: string;
  readonly temporary: string;
  readonly descriptor: number;
  readonly force: boolean;
}

const writeDescriptor = promisify(writeFile);
const syncDescriptor = promisify(fsync);
const closeDescriptor = promisify(close);

async function writing<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw fileError('write', path, cause);
  }
}

async function statusOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw fileError('write', path, cause);
  }
}

/** Devices, pipes and standard output are written directly: there is nothing to put in their place. */
async function isDirect(path: string): Promise<boolean> {
  if (path === '-') return true;
  const status = await statusOf(path);
  if (status?.isDirectory() === true) throw isADirectory('write', path);
  return status !== undefined && !status.isFile();
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  if (one === '-' || other === '-') return false;
  const [first, second] = await Promise.all([
    stat(one, { bigint: true }).catch(() => undefined),
    stat(other, { bigint: true }).catch(() => undefined),
  ]);
  return first !== undefined && first.isFile() && first.dev === second?.dev && first.ino === second.ino;
}

/**
 * Refuses before any work is done what could not be written in the end.
 *
 * @param inputs - What the command reads: `--force` is for results of an earlier run, not for those.
 */
export async function assertWritable(
  path: string,
  force: boolean,
  inputs: readonly (string | undefined)[],
): Promise<void> {
  if (await isDirect(path)) return;
  for (const input of inputs)
    if (input !== undefined && (await isSameFile(path, input)))
      throw new CommandError(
        'invalid_argument',
        `${path} is what the command reads: it would be overwritten`,
        {
          hint: 'choose another name',
          details: { file: path },
        },
      );
  if (!force && (await statusOf(path)) !== undefined) throw existsAlready(path);
  await writing(path, access(dirname(path), constants.W_OK));
}

async function* piecesOf(content: Output['content']): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

async function writeStandardOutput(content: Output['content']): Promise<void> {
  for await (const piece of piecesOf(content))
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(piece, (error) => {
        if (error) reject(fileError('write', '-', error));
        else resolve();
      });
    });
}

async function writeDirectly({ path, content }: Output): Promise<void> {
  if (path === '-') return writeStandardOutput(content);
  await using handle = await writing(path, open(path, 'w'));
  for await (const piece of piecesOf(content)) await writing(path, handle.writeFile(piece));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

// Created in the same turn in which it is noted down: an interruption finds either no file or one it knows of.
function create({ path, secret, force }: Output): Staged {
  const target = force ? realPath(path) : path;
  const temporary = join(dirname(target), `.hybridge-${randomBytes(8).toString('hex')}.tmp`);
  try {
    return {
      path,
      target,
      temporary,
      descriptor: openSync(temporary, 'wx', secret ? 0o600 : 0o644),
      force,
    };
  } catch (cause) {
    throw fileError('write', path, cause);
  }
}

async function fill({ path, descriptor }: Staged, content: Output['content']): Promise<void> {
  try {
    for await (const piece of piecesOf(content)) await writing(path, writeDescriptor(descriptor, piece));
    await writing(path, syncDescriptor(descriptor));
  } finally {
    await writing(path, closeDescriptor(descriptor));
  }
}

// link() fails when the name is taken, even when it was taken a moment ago; rename() would replace what is there.
// File systems without hard links get the name reserved by an empty file first.
function takeNewName({ temporary, target, path }: Staged): void {
  try {
    linkSync(temporary, target);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw existsAlready(path);
    closeSync(openSync(target, 'wx'));
    renameSync(temporary, target);
  }
}

/**
 * Keeps what is to be replaced under another name, where that can be without a moment in which its own name is missing.
 *
 * @returns Whether there was anything to keep.
 */
function setAside(target: string, aside: string): boolean {
  try {
    linkSync(target, aside);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return false;
    renameSync(target, aside);
  }
  return true;
}

/** All files take their names, or none does: without a pause in which a signal could come between. */
function takeNames(staged: readonly Staged[]): void {
  const undo: (() => void)[] = [];
  const kept: string[] = [];
  try {
    for (const file of staged) {
      const { path, target, temporary, force } = file;
      const aside = `${temporary}.old`;
      try {
        if (force && setAside(target, aside)) {
          kept.push(aside);
          undo.unshift(() => {
            renameSync(aside, target);
          });
          renameSync(temporary, target);
        } else {
          takeNewName(file);
          undo.unshift(() => {
            rmSync(target, { force: true });
          });
        }
      } catch (cause) {
        throw cause instanceof CommandError ? cause : fileError('write', path, cause);
      }
    }
  } catch (error) {
    for (const step of undo) step();
    throw error;
  }
  for (const aside of kept) rmSync(aside, { force: true });
}

/**
 * Writes files whole or not at all, and several of them together or not at all: each goes to a temporary file beside
 * it, and they take their names only when everything is on disk.
 */
export async function writeOutputs(...outputs: readonly Output[]): Promise<void> {
  const staged: Staged[] = [];
  const discard = (): void => {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  };
  const forget = onInterruption(discard);
  try {
    const direct: Output[] = [];
    for (const output of outputs) {
      if (await isDirect(output.path)) {
        direct.push(output);
        continue;
      }
      const file = create(output);
      staged.push(file);
      await fill(file, output.content);
    }
    for (const output of direct) await writeDirectly(output);
    takeNames(staged);
  } finally {
    discard();
    forget();
  }
}
