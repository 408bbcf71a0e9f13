/** Objects and lists that are taken apart; what is in them below that is written whole. */
const LEVELS = 5;

const INDENT = '  ';

function isParts(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function* pieces(value: unknown, levels: number, indent: string): Generator<string> {
  if (levels === 0 || !isParts(value)) {
    // Line ends within texts are escaped: those that are left are ours.
    yield JSON.stringify(value ?? null, undefined, INDENT).replaceAll('\n', `\n${indent}`);
    return;
  }
  const isList = Array.isArray(value);
  const entries = Object.entries(value).filter(([, part]) => isList || part !== undefined);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    yield open + close;
    return;
  }
  const deeper = indent + INDENT;
  let before = open;
  for (const [key, part] of entries) {
    yield `${before}\n${deeper}${isList ? '' : `${JSON.stringify(key)}: `}`;
    yield* pieces(part, levels - 1, deeper);
    before = ',';
  }
  yield `\n${indent}${close}`;
}

/** A JSON document as `JSON.stringify` writes it, in pieces: that of a large fleet is longer than a text can be. */
export function* jsonPieces(document: object): Generator<string> {
  yield* pieces(document, LEVELS, '');
  yield '\n';
}
