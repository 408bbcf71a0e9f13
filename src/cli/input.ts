import { close, fstatSync, open, read, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CommandError } from './command-error.ts';
import { fileError, isADirectory, systemCode } from './file-error.ts';

/** Keys, signatures and policies are small; a larger file is a mistake or an attack. */
const SMALL_FILE_LIMIT = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;
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

/** Reads a small file (or `-`) whole. */
export async function readSmall(path: string, what: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of openSource(path).chunks) {
    length += chunk.length;
    if (length > SMALL_FILE_LIMIT)
      throw new CommandError('message_too_large', `${path}: larger than a ${what} can be`, {
        fault: 'input',
        hint: `is this the ${what}, or the message?`,
        details: { file: path, maximum: SMALL_FILE_LIMIT },
      });
    parts.push(chunk.slice());
  }
  // Not the Buffer itself, which may be a window on memory that others use too.
  return Uint8Array.from(Buffer.concat(parts));
}
