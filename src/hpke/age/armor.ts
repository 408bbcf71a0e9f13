import {
  concat,
  EMPTY,
  fromBase64,
  HybridgeError,
  isHybridgeError,
  toBase64,
  utf8,
} from '../../bytes/index.ts';
import type { ByteReader, Line } from './byte-reader.ts';

/** ASCII armor: strict PEM without headers, 64 columns [age, "ASCII armor"; RFC 7468 §3]. */

const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';
const COLUMNS = 64;
const LINE_BYTES = (COLUMNS / 4) * 3;

/** White space before and after the block, as much as age itself lets pass. */
const MAX_WHITE_SPACE = 1024;

/** Lines decoded and encoded at a time. */
const BATCH = 1024;

const DASH = '-'.charCodeAt(0);
const WHITE_SPACE: ReadonlySet<number | undefined> = new Set([0x09, 0x0a, 0x0d, 0x20]);

/** Whether what comes is armored; the white space that may stand before the armor is skipped. */
export async function isArmored(reader: ByteReader): Promise<boolean> {
  await skipWhiteSpace(reader);
  const armored = (await reader.peek()) === DASH;
  if (!armored && reader.consumed > 0)
    throw new HybridgeError('invalid_encoding', `age armor: expected "${BEGIN}" after the white space`);
  return armored;
}

/**
 * The bytes in the armor. White space around it passes, and line ends of either kind; nothing else is forgiven.
 *
 * @throws HybridgeError `invalid_encoding`, with the line.
 */
export async function* readArmor(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
  let number = 0;
  const fail = (why: string, cause?: unknown): HybridgeError =>
    new HybridgeError('invalid_encoding', `age armor: ${why} in line ${number}`, {
      cause,
      details: { line: number },
    });
  const next = async (): Promise<string> => {
    number++;
    const line = await reader.line(COLUMNS + 1);
    if (line === undefined) throw fail(`the file ends without "${END}"`);
    return withoutCarriageReturn(line);
  };

  if ((await next()) !== BEGIN) throw fail(`expected "${BEGIN}"`);
  let batch: Uint8Array[] = [];
  let last = false;
  for (;;) {
    const text = await next();
    if (text === END) break;
    if (last) throw fail(`expected "${END}" after a short line`);
    if (text.length === 0 || text.length > COLUMNS) throw fail(`${text.length} columns`);
    last = text.length < COLUMNS || text.endsWith('=');
    try {
      batch.push(fromBase64(text));
    } catch (cause) {
      throw isHybridgeError(cause) ? fail(cause.message, cause) : cause;
    }
    if (batch.length === BATCH) {
      yield concat(...batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield concat(...batch);
  await skipWhiteSpace(reader);
  if ((await reader.peek()) !== undefined) throw fail('something other than white space follows');
}

/** Puts bytes into armor. */
export async function* writeArmor(
  source: AsyncIterable<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield utf8(`${BEGIN}\n`);
  let rest = EMPTY;
  for await (const piece of source) {
    const bytes = rest.length === 0 ? piece : concat(rest, piece);
    const whole = bytes.length - (bytes.length % LINE_BYTES);
    for (let start = 0; start < whole; start += BATCH * LINE_BYTES)
      yield lines(bytes.subarray(start, Math.min(whole, start + BATCH * LINE_BYTES)));
    rest = Uint8Array.from(bytes.subarray(whole));
  }
  if (rest.length > 0) yield lines(rest);
  yield utf8(`${END}\n`);
}

function lines(bytes: Uint8Array): Uint8Array {
  let text = '';
  for (let start = 0; start < bytes.length; start += LINE_BYTES)
    text += `${toBase64(bytes.subarray(start, start + LINE_BYTES))}\n`;
  return utf8(text);
}

function withoutCarriageReturn({ text, ended }: Line): string {
  return ended && text.endsWith('\r') ? text.slice(0, -1) : text;
}

async function skipWhiteSpace(reader: ByteReader): Promise<void> {
  for (let skipped = 0; WHITE_SPACE.has(await reader.peek()); skipped++) {
    if (skipped === MAX_WHITE_SPACE)
      throw new HybridgeError(
        'invalid_encoding',
        `age armor: more than ${MAX_WHITE_SPACE} bytes of white space`,
      );
    await reader.take(1);
  }
}
