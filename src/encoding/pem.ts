import { fromBase64, HybridgeError, toBase64 } from '../bytes/index.ts';

/** One `-----BEGIN label-----` block. */
export interface PemBlock {
  /** What stands after BEGIN, such as `PRIVATE KEY`. */
  readonly label: string;
  /** The decoded contents. */
  readonly bytes: Uint8Array;
}

const MAX_CHARACTERS = 32 * 1024 * 1024;
const LINE = 64;

// RFC 7468 §3: printable characters but the hyphen, which may stand between two others, as may one space.
const LABEL = /^[!-,.-~]+(?:[ -][!-,.-~]+)*$/;

/** Whether a text has a line that opens a PEM block. */
export function isPem(text: string): boolean {
  return /^-----BEGIN /m.test(text);
}

/**
 * The blocks of a PEM text, in their order [RFC 7468]. Text outside the blocks is allowed and ignored, as is white
 * space at the ends of lines; inside, there is strict base64 and nothing else.
 *
 * @param limits - `maxCharacters` of the text, 32 Mi unless told.
 * @throws {@link HybridgeError} `invalid_encoding` with the line where it went wrong, also when there is no block;
 * `unsupported` for RFC 1421 headers (the obsolete `Proc-Type: 4,ENCRYPTED`); `message_too_large`.
 */
export function decodePem(
  text: string,
  limits: { readonly maxCharacters?: number } = {},
): readonly PemBlock[] {
  const { maxCharacters = MAX_CHARACTERS } = limits;
  if (text.length > maxCharacters)
    throw new HybridgeError('message_too_large', `PEM: ${text.length} characters, at most ${maxCharacters}`, {
      details: { actual: text.length, maximum: maxCharacters },
    });
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.replace(/[ \t]+$/, '');
    const number = index + 1;
    if (!line.startsWith('-----')) {
      if (open === undefined) continue;
      if (line.includes(':'))
        throw new HybridgeError(
          'unsupported',
          `PEM ${open.label}, line ${number}: encapsulated headers [RFC 1421] are not supported`,
          {
            hint: 'convert the key to PKCS#8, for instance with: openssl pkcs8 -topk8 -in old.pem -out new.pem',
            details: { line: number },
          },
        );
      open.lines.push(line.replace(/^[ \t]+/, ''));
      continue;
    }
    const boundary = /^-----(BEGIN|END) (.*)-----$/.exec(line);
    const [, edge, label = ''] = boundary ?? [];
    if (edge === undefined || !LABEL.test(label)) throw fail('malformed boundary', number);
    if (edge === 'BEGIN') {
      if (open !== undefined) throw fail(`BEGIN ${label} inside ${open.label}`, number);
      open = { label, line: number, lines: [] };
    } else {
      if (open === undefined) throw fail(`END ${label} without BEGIN`, number);
      if (open.label !== label) throw fail(`END ${label} closes BEGIN ${open.label}`, number);
      blocks.push({ label, bytes: decodeBody(open.lines, label, open.line) });
      open = undefined;
    }
  }
  if (open !== undefined) throw fail(`BEGIN ${open.label} is never closed`, open.line);
  if (blocks.length === 0) throw new HybridgeError('invalid_encoding', 'PEM: no block found');
  return blocks;
}

function decodeBody(lines: readonly string[], label: string, line: number): Uint8Array {
  const body = lines.join('');
  if (body === '') throw fail(`${label} is empty`, line);
  try {
    return fromBase64(body);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'malformed base64';
    throw new HybridgeError('invalid_encoding', `PEM ${label} from line ${line}: ${why}`, {
      cause,
      details: { line },
    });
  }
}

function fail(why: string, line: number): HybridgeError {
  return new HybridgeError('invalid_encoding', `PEM line ${line}: ${why}`, { details: { line } });
}

/**
 * A PEM block, lines of 64 characters, closed by a line feed [RFC 7468 §2].
 *
 * @throws {@link HybridgeError} `invalid_argument` for a label that RFC 7468 does not allow.
 */
export function encodePem(label: string, bytes: Uint8Array): string {
  if (!LABEL.test(label))
    throw new HybridgeError('invalid_argument', `PEM: ${label} is not a label`, { fault: 'caller' });
  const body = toBase64(bytes);
  let text = `-----BEGIN ${label}-----\n`;
  for (let at = 0; at < body.length; at += LINE) text += `${body.slice(at, at + LINE)}\n`;
  return `${text}-----END ${label}-----\n`;
}
