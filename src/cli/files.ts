import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HybridgeError } from '../index.ts';

/** Keys, signatures and policies are small; a larger file is a mistake or an attack. */
const SMALL_FILE_LIMIT = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it exists already',
  EISDIR: 'it is a directory',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a directory',
  EPERM: 'operation not permitted',
  EPIPE: 'the reader went away',
  EROFS: 'the file system is read-only',
};

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function fileError(action: 'read' | 'write', path: string, cause: unknown): HybridgeError {
  if (cause instanceof HybridgeError) return cause;
  const code = systemCode(cause);
  const name = path === '-' ? (action === 'read' ? 'standard input' : 'standard output') : path;
  if (code === 'EEXIST')
    return new HybridgeError('exists', `${name} exists already`, {
      fault: 'caller',
      hint: 'choose another name, or add --force to overwrite it',
      details: { path },
      cause,
    });
  const reason = code === undefined ? 'unexpected failure' : (REASONS[code] ?? code);
  return new HybridgeError('input_output', `cannot ${action} ${name}: ${reason}`, {
    fault: 'caller',
    details: { path, ...(code === undefined ? {} : { systemCode: code }) },
    cause,
  });
}

/** What a message is read from, with its size where it is known beforehand. */
export interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly size: number | undefined;
}

async function* chunksOf(path: string, stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

/**
 * Opens a file (or `-`, standard input) for reading in pieces.
 *
 * The file is opened here and not at the first read, so that a missing file is told before any output is begun.
 */
export async function openSource(path: string): Promise<Source> {
  if (path === '-') return { chunks: chunksOf(path, process.stdin), size: undefined };
  try {
    const handle = await open(path, 'r');
    const status = await handle.stat();
    if (status.isDirectory()) {
      await handle.close();
      throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    }
    const stream = createReadStream(path, { fd: handle, highWaterMark: CHUNK });
    return { chunks: chunksOf(path, stream), size: status.isFile() ? status.size : undefined };
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

/** Reads a small file (or `-`) whole. */
export async function readSmall(path: string, what: string): Promise<Uint8Array> {
  const source = await openSource(path);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.chunks) {
    length += chunk.length;
    if (length > SMALL_FILE_LIMIT)
      throw new HybridgeError('message_too_large', `${path}: larger than a ${what} can be`, {
        hint: `is this the ${what}, or the message?`,
        details: { limit: SMALL_FILE_LIMIT },
      });
    parts.push(chunk);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** How an output file is made. */
export interface OutputOptions {
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Readable by its owner alone. */
  readonly secret: boolean;
}

type Content = AsyncIterable<Uint8Array> | Uint8Array;

async function* pieces(content: Content): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

async function writeStandardOutput(content: Content): Promise<void> {
  for await (const piece of pieces(content))
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(piece, (error) => {
        if (error) reject(fileError('write', '-', error));
        else resolve();
      });
    });
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return !status.isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw fileError('write', path, error);
  }
}

async function writePieces(
  path: string,
  temporary: string,
  flags: string,
  mode: number,
  content: Content,
): Promise<void> {
  let handle;
  try {
    handle = await open(temporary, flags, mode);
  } catch (cause) {
    throw fileError('write', path, cause);
  }
  try {
    for await (const piece of pieces(content)) {
      try {
        await handle.writeFile(piece);
      } catch (cause) {
        throw fileError('write', path, cause);
      }
    }
    if (flags === 'wx') await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Refuses early when an output would overwrite something, before any work is done. */
export async function assertWritable(path: string, options: OutputOptions): Promise<void> {
  if (path === '-' || (await isSpecial(path)) || options.force) return;
  try {
    await stat(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return;
    throw fileError('write', path, cause);
  }
  throw fileError('write', path, Object.assign(new Error('exists'), { code: 'EEXIST' }));
}

// link() fails when the name is taken, even when it was taken a moment ago; rename() would replace what is there.
// File systems without hard links get the name reserved by an empty file first.
async function takeName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') throw cause;
    await (await open(path, 'wx')).close();
    await rename(temporary, path);
  }
}

/**
 * Writes a file (or `-`, standard output) whole or not at all: the content goes to a temporary file beside it,
 * which takes the name only when everything is on disk. Devices and pipes are written directly.
 */
export async function writeOutput(path: string, content: Content, options: OutputOptions): Promise<void> {
  if (path === '-') return writeStandardOutput(content);
  const mode = options.secret ? 0o600 : 0o644;
  if (await isSpecial(path)) return writePieces(path, path, 'w', mode, content);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writePieces(path, temporary, 'wx', mode, content);
    try {
      if (options.force) await rename(temporary, path);
      else await takeName(temporary, path);
    } catch (cause) {
      throw fileError('write', path, cause);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}
