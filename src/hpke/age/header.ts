import {
  concat,
  fromBase64Unpadded,
  HybridgeError,
  isHybridgeError,
  toBase64Unpadded,
} from '../../bytes/index.ts';
import type { ByteReader } from './byte-reader.ts';

/** The header of an age file [age, "Header"]: text that carries the file key, once for each recipient. */

const VERSION = 'age-encryption.org/v1';
const STANZA = '->';
const END = '---';
const COLUMNS = 64;
const LINE_BYTES = (COLUMNS / 4) * 3;
const MAC_SIZE = 32;

/** Room for some five hundred post-quantum recipients. */
export const MAX_HEADER_SIZE: number = 1024 * 1024;

/** The file key wrapped for one recipient. */
export interface Stanza {
  /** What kind of recipient; decides what `args` and `body` are. */
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
  /** The line it starts at, for messages; 0 for one just made. */
  readonly line: number;
}

/** A header that was read. */
export interface Header {
  readonly stanzas: readonly Stanza[];
  /** The header up to and including `---`, which the MAC covers. */
  readonly text: string;
  readonly mac: Uint8Array;
}

/** The header up to and including `---`. */
export function writeHeader(stanzas: readonly Stanza[]): string {
  let text = `${VERSION}\n`;
  for (const { type, args, body } of stanzas) {
    text += `${[STANZA, type, ...args].join(' ')}\n`;
    // The last line is a short one, even if it is empty.
    for (let start = 0; start <= body.length; start += LINE_BYTES)
      text += `${toBase64Unpadded(body.subarray(start, start + LINE_BYTES))}\n`;
  }
  return text + END;
}

/** The end of the header, with the MAC over what stands before. */
export function writeMac(mac: Uint8Array): string {
  return ` ${toBase64Unpadded(mac)}\n`;
}

/**
 * Reads a header and leaves the reader at the payload.
 *
 * @throws HybridgeError `invalid_encoding` with the line; `message_too_large` beyond {@link MAX_HEADER_SIZE}.
 */
export async function readHeader(reader: ByteReader): Promise<Header> {
  const lines = new HeaderLines(reader);
  if ((await lines.next()) !== VERSION)
    throw lines.fail(`expected "${VERSION}": no age file, or another version`);
  const stanzas: Stanza[] = [];
  for (;;) {
    const [mark, ...args] = (await lines.next()).split(' ');
    const line = lines.number;
    if (mark === STANZA) {
      const [type, ...rest] = args;
      if (type === undefined || args.includes(''))
        throw lines.fail('a stanza needs arguments, one space before each');
      stanzas.push({ type, args: rest, body: await readBody(lines), line });
    } else if (mark === END && stanzas.length > 0) {
      const [mac, ...others] = args;
      if (mac === undefined || others.length > 0) throw lines.fail('expected the MAC and nothing else');
      const bytes = lines.base64(mac);
      if (bytes.length !== MAC_SIZE) throw lines.fail(`a MAC of ${bytes.length} bytes, expected ${MAC_SIZE}`);
      return { stanzas, text: lines.before + END, mac: bytes };
    } else throw lines.fail(stanzas.length === 0 ? 'expected a stanza' : 'expected a stanza or the MAC');
  }
}

async function readBody(lines: HeaderLines): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const text = await lines.next();
    if (text.length > COLUMNS) throw lines.fail(`a line of ${text.length} columns, at most ${COLUMNS}`);
    parts.push(lines.base64(text));
    if (text.length < COLUMNS) return concat(...parts);
  }
}

/** The lines of a header, counted and bounded together. */
class HeaderLines {
  readonly #reader: ByteReader;
  #text = '';
  /** What stands before the line last read. */
  before = '';
  /** The number of the line last read, from 1. */
  number = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  async next(): Promise<string> {
    this.number++;
    this.before = this.#text;
    const line = await this.#reader.line(MAX_HEADER_SIZE - this.#text.length);
    if (line === undefined) throw this.fail('the file ends in its header');
    if (this.#text.length + line.text.length >= MAX_HEADER_SIZE)
      throw new HybridgeError('message_too_large', `age header: more than ${MAX_HEADER_SIZE} bytes`, {
        details: { maximum: MAX_HEADER_SIZE },
      });
    if (!line.ended) throw this.fail('the file ends in its header');
    if (!/^[ -~]*$/.test(line.text)) throw this.fail('a character other than printable ASCII');
    this.#text += `${line.text}\n`;
    return line.text;
  }

  base64(text: string): Uint8Array {
    try {
      return fromBase64Unpadded(text);
    } catch (cause) {
      throw isHybridgeError(cause) ? this.fail(cause.message, cause) : cause;
    }
  }

  fail(why: string, cause?: unknown): HybridgeError {
    return new HybridgeError('invalid_encoding', `age header: ${why} in line ${this.number}`, {
      cause,
      details: { line: this.number },
    });
  }
}
