import { close, fstatSync, open, read, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CommandError } from './command-error.ts';
import { fileError, isADirectory, systemCode } from './file-error.ts';

/** Keys, signatures and policies are small; a larger file is a mistake or an attack. */
const SMALL_FILE_LIMIT = 4 * 1024 * 1024;
// Larger ones would be read a little faster, and leave more garbage outside of the heap before it is swept.
const CHUNK = 256 * 1024;
const STANDARD_INPUT = 0;
/** Milliseconds between two looks at an input that has nothing yet. */
const PATIENCE = 10;

const openFile = promisify(open);
const readDescriptor = promisify(read);
const closeDescriptor = promisify(close);

/** What a message is read from, with its size where it is known beforehand. */
export interface Source {
  /** Pieces to be used up before the next one is asked for: they share a buffer. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly size: number | undefined;
}

/** @returns How many bytes there were; 0 at the end. */
async function readInto(buffer: Uint8Array, descriptor: number): Promise<number> {
  for (;;) {
    try {
      return (await readDescriptor(descriptor, { buffer })).bytesRead;
    } catch (cause) {
      // A terminal or pipe that another program set to not wait for input.
      if (systemCode(cause) !== 'EAGAIN') throw cause;
      await setTimeout(PATIENCE);
    }
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  let descriptor: number | undefined;
  try {
    descriptor = path === '-' ? STANDARD_INPUT : await openFile(path, 'r');
    const buffer = new Uint8Array(CHUNK);
    for (;;) {
      const length = await readInto(buffer, descriptor);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  } finally {
    if (path !== '-' && descriptor !== undefined) await closeDescriptor(descriptor);
  }
}

let standardInputTaken = false;

/** Opens a file (or `-`, standard input) for reading in pieces; a missing file is told here and not later. */
export function openSource(path: string): Source {
  if (path === '-') {
    if (standardInputTaken)
      throw new CommandError('invalid_argument', 'standard input is asked for twice', {
        hint: 'give one of the two as a file',
      });
    standardInputTaken = true;
  }
  let status;
  try {
    status = path === '-' ? fstatSync(STANDARD_INPUT) : statSync(path);
  } catch (cause) {
    throw fileError('read', path, cause);
  }
  if (status.isDirectory()) throw isADirectory('read', path);
  return { chunks: chunksOf(path), size: status.isFile() ? status.size : undefined };
}

async function gather(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  tooLarge: () => CommandError,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    parts.push(new Uint8Array(chunk));
  }
  // Not the Buffer itself, which may be a window on memory that others use too.
  return Uint8Array.from(Buffer.concat(parts));
}

/** Reads a small file (or `-`) whole. */
export async function readSmall(
  path: string,
  what: string,
  limit: number = SMALL_FILE_LIMIT,
): Promise<Uint8Array> {
  return gather(
    openSource(path).chunks,
    limit,
    () =>
      new CommandError('message_too_large', `${path}: larger than a ${what} can be`, {
        fault: 'input',
        hint: `is this the ${what}, or the message?`,
        details: { file: path, maximum: limit },
      }),
  );
}

/** A text is read whole before it is decoded. */
const TEXT_LIMIT = 32 * 1024 * 1024;

/** A message to be read: one in PEM whole, any other in pieces. */
export interface MessageSource {
  readonly message: AsyncIterable<Uint8Array> | Uint8Array;
  readonly size: number | undefined;
}

/** Opens a message in BER, DER or PEM; what it begins with tells which. */
export async function openMessage(path: string): Promise<MessageSource> {
  const { chunks, size } = openSource(path);
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  const begin = first.done === true ? '' : Buffer.from(first.value.subarray(0, 64)).toString('latin1');
  if (/^(?:MIME-Version|Content-Type|To|From|Subject):/iu.test(begin))
    throw new CommandError('unsupported', `${path}: a message in S/MIME`, {
      fault: 'input',
      hint: 'convert it: openssl cms -cmsout -inform SMIME -outform DER -in FILE -out FILE',
      details: { file: path },
    });
  if (!begin.startsWith('-----BEGIN')) return { message: all(), size };
  const message = await gather(
    all(),
    TEXT_LIMIT,
    () =>
      new CommandError('message_too_large', `${path}: larger than a message in PEM may be`, {
        fault: 'input',
        hint: 'messages in DER may have any size',
        details: { file: path, maximum: TEXT_LIMIT },
      }),
  );
  return { message, size };
}
