/** YAML files of users: bounded in size, depth and pieces; nothing in them multiplies or refers to itself. */
import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import { HybridgeError } from '../bytes/index.ts';
import { misread, type Path, type Reading } from './read.ts';

/** The longest text, in UTF-16 units: some tens of thousands of device classes. */
const YAML_LIMIT = 8 * 1024 * 1024;
/** The most pieces: scalars, colons, spaces, line ends. What the parser takes goes with them. */
const MOST_PIECES = 2_000_000;
/** How deep the parser is let; it counts a list in a mapping several times. */
const DEEPEST = 64;

/** Keys that mean something to JavaScript and nothing to a file of ours. */
const FORBIDDEN_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** A document as plain objects, lists and scalars, and where its places are. */
export interface YamlDocument {
  readonly value: unknown;
  /** `line 12` of a path, or of the nearest place above it that is there. */
  readonly placeOf: (path: Path) => string | undefined;
}

function* tokensOf(text: string, reading: Reading): Generator<CST.Token> {
  const parser = new Parser();
  let pieces = 0;
  for (const piece of new Lexer().lex(text)) {
    if (++pieces > MOST_PIECES)
      throw misread(reading, [], `has more than ${MOST_PIECES} pieces`, 'split it into several files');
    yield* parser.next(piece);
    // The parser keeps a stack of its own; what comes after it calls itself for every level.
    if (parser.stack.length > DEEPEST) throw misread(reading, [], 'is nested too deeply');
  }
  yield* parser.end();
}

/** Where something begins in a text. */
type Offset = number;

const offsetOf = ({ range }: { readonly range?: readonly Offset[] | null | undefined }): Offset =>
  range?.[0] ?? 0;

function lineOf(text: string, offset: Offset): string {
  let line = 1;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', end + 1)) line++;
  return `line ${line}`;
}

type Refuse = (offset: Offset, path: Path, why: string, hint?: string) => never;

/** The tree under a node as plain values. */
function plain(node: unknown, path: Path, refuse: Refuse): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item, index) => plain(item, [...path, index], refuse));
  if (isAlias(node))
    return refuse(
      offsetOf(node),
      path,
      `refers to *${node.source}`,
      'write it out; a class may extend another one',
    );
  if (!isMap(node)) return null;
  const result: Record<string, unknown> = {};
  // The library's own check compares each key with all others.
  const seen = new Set<string>();
  for (const { key, value } of node.items) {
    if (!isScalar(key)) return refuse(offsetOf(node), path, 'has a key that is no text');
    const name = String(key.value);
    const inside = [...path, name];
    if (FORBIDDEN_KEYS.includes(name)) return refuse(offsetOf(key), inside, 'is no field of any file');
    if (seen.has(name)) return refuse(offsetOf(key), inside, 'is there twice');
    seen.add(name);
    result[name] = plain(value, inside, refuse);
  }
  return result;
}

/** Where the last step of a path begins, as far as it leads. */
function offsetAt(root: unknown, path: Path): Offset {
  let node = root;
  let offset: Offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined || !isScalar(pair.key)) return offset;
      offset = offsetOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (isScalar(node) || isMap(node) || isSeq(node)) offset = offsetOf(node);
    } else return offset;
  }
  return offset;
}

/**
 * Reads one YAML 1.2 document (JSON is YAML). Aliases are refused, which is what bombs and cycles are made of; so are
 * duplicate keys, tags that nothing knows, and a second document.
 *
 * @throws HybridgeError `message_too_large` beyond 8 Mi characters, before anything is parsed; `invalid_encoding` with
 * the line for everything else.
 */
export function readYaml(text: string, what: string): YamlDocument {
  if (text.length > YAML_LIMIT)
    throw new HybridgeError(
      'message_too_large',
      `${what}: ${text.length} characters, at most ${YAML_LIMIT} are read`,
      {
        details: { actual: text.length, maximum: YAML_LIMIT },
      },
    );
  const refuse: Refuse = (offset, path, why, hint) => {
    throw misread({ what, placeOf: () => lineOf(text, offset) }, path, why, hint);
  };
  const composer = new Composer({
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  let root: unknown;
  let documents = 0;
  for (const document of composer.compose(tokensOf(text, { what }))) {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) return refuse(problem.pos[0], [], `is no YAML: ${problem.message}`);
    if (++documents > 1) return refuse(offsetOf(document), [], 'a second document begins');
    root = document.contents;
  }
  return {
    value: plain(root, [], refuse),
    placeOf: (path) => lineOf(text, offsetAt(root, path)),
  };
}
