import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import { decodeJson } from '../../encoding/index.ts';
import type { LogOptions } from './session.ts';

const MAX_LINE_LENGTH = 1024 * 1024;

/** A log as it comes: the chunks of a file, of a pipe, or of a text. */
export type LogChunks = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** The error about one line of a log. */
export function lineError(log: string, line: number, problem: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `${log}, line ${line}: ${problem}`, { details: { line } });
}

/** The value of a line of JSON; an error about it names the line. */
export function jsonOfLine(log: string, line: string, number: number): unknown {
  try {
    return decodeJson(line, `${log}, line ${number}`);
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    throw new HybridgeError(error.code, error.message, {
      details: { ...error.details, line: number },
      cause: error,
    });
  }
}

/** Whole lines out of pieces of text; a line that grows too long is an error once, and is then passed over. */
function createLineSplitter(
  log: string,
  maximum: number,
): { split(text: string): readonly (HybridgeError | string)[]; rest(): readonly string[] } {
  let held = '';
  let skipping = false;
  let number = 0;
  const tooLong = (): HybridgeError =>
    new HybridgeError('message_too_large', `${log}, line ${number + 1}: more than ${maximum} characters`, {
      details: { line: number + 1, maximum },
    });
  return {
    split(text) {
      const out: (HybridgeError | string)[] = [];
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const line = held + text.slice(start, end);
        held = '';
        start = end + 1;
        // What was too long was told when it became so; an empty line keeps the count right.
        if (skipping) out.push('');
        else out.push(line.length > maximum ? tooLong() : line.replace(/\r$/, ''));
        skipping = false;
        number++;
      }
      if (skipping) return out;
      held += text.slice(start);
      if (held.length > maximum) {
        out.push(tooLong());
        held = '';
        skipping = true;
      }
      return out;
    },
    rest: () => (skipping || held === '' ? [] : [held]),
  };
}

/**
 * Reads a log line by line; blank lines are passed over.
 *
 * @param parse - Reads one line; `undefined` for one that is of no interest.
 */
export async function* parsedLines<Result>(
  log: string,
  chunks: LogChunks,
  options: LogOptions,
  parse: (line: string, number: number) => Result | undefined,
): AsyncGenerator<Result, undefined> {
  const { maxLineLength = MAX_LINE_LENGTH, onMalformed } = options;
  if (!Number.isSafeInteger(maxLineLength) || maxLineLength < 1)
    throw new HybridgeError(
      'invalid_argument',
      `${log}: lines of at most ${String(maxLineLength)} characters`,
      {
        fault: 'caller',
      },
    );
  const splitter = createLineSplitter(log, maxLineLength);
  const decoder = new TextDecoder();
  let number = 0;

  const read = (line: HybridgeError | string): Result | undefined => {
    try {
      if (typeof line !== 'string') throw line;
      number++;
      return line.trim() === '' ? undefined : parse(line, number);
    } catch (error) {
      if (onMalformed === undefined || !isHybridgeError(error)) throw error;
      onMalformed(error);
      return undefined;
    }
  };

  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    for (const line of splitter.split(text)) {
      const result = read(line);
      if (result !== undefined) yield result;
    }
  }
  for (const line of [...splitter.split(decoder.decode()), ...splitter.rest()]) {
    const result = read(line);
    if (result !== undefined) yield result;
  }
}
