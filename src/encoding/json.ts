import { HybridgeError } from '../bytes/index.ts';

const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_DEPTH = 32;

// Tokens that matter to the names of members; everything else is left to JSON.parse, which runs first.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/**
 * The value of a JSON text [RFC 8259] in which no object names a member twice: what readers make of duplicates
 * differs, and the difference is an attack.
 *
 * @param what - Names the text in the message.
 * @param limits - `maxCharacters` of the text, 16 Mi unless told. Nesting ends at 32.
 * @throws {@link HybridgeError} `invalid_encoding`, `message_too_large`.
 */
export function decodeJson(
  text: string,
  what: string,
  limits: { readonly maxCharacters?: number } = {},
): unknown {
  const { maxCharacters = MAX_CHARACTERS } = limits;
  if (text.length > maxCharacters)
    throw new HybridgeError(
      'message_too_large',
      `${what}: ${text.length} characters, at most ${maxCharacters}`,
      {
        details: { actual: text.length, maximum: maxCharacters },
      },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message quotes the text, which may hold a private key.
    throw new HybridgeError('invalid_encoding', `${what}: not well-formed JSON`);
  }
  requireDistinctMembers(text, what);
  return value;
}

function requireDistinctMembers(text: string, what: string): void {
  const open: (Set<string> | undefined)[] = [];
  let last: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw new HybridgeError('invalid_encoding', `${what}: nested too deeply`);
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && last !== undefined) {
      const name: unknown = JSON.parse(last);
      const names = open.at(-1);
      if (typeof name !== 'string' || names === undefined) continue;
      if (names.has(name))
        throw new HybridgeError(
          'invalid_encoding',
          `${what}: member ${JSON.stringify(name.slice(0, 64))} appears twice`,
        );
      names.add(name);
    }
    last = token.startsWith('"') ? token : undefined;
  }
}
