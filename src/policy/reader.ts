import { HybridgeError } from '../bytes/index.ts';

/** Turns a value from outside into one of the house, or throws what is wrong with it and where. */
export type Reader<T> = (value: unknown, path: string) => T;

/** The longest text in a policy, in UTF-16 units: room for a reason, not for a book. */
const MAX_TEXT = 2000;
const MAX_LIST = 1000;

/** The error for a policy that does not follow its format; `path` names the place as in `rules[2].match`. */
export function misread(path: string, why: string, hint?: string): HybridgeError {
  return new HybridgeError('invalid_encoding', `policy: ${path}: ${why}`, {
    details: { path },
    ...(hint === undefined ? {} : { hint }),
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The value as it may stand in a message: short, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

/** A text for people: not empty, no line breaks or other control characters that would reach a terminal. */
export const text: Reader<string> = (value, path) => {
  if (typeof value !== 'string') throw misread(path, `expected a text, found ${kindOf(value)}`);
  if (value.trim() === '') throw misread(path, 'is empty');
  if (value.length > MAX_TEXT) throw misread(path, `is longer than ${String(MAX_TEXT)} characters`);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(value))
    throw misread(path, 'holds control characters');
  return value;
};

/** A text of a given shape. */
export function textLike(pattern: RegExp, what: string): Reader<string> {
  return (value, path) => {
    const found = text(value, path);
    if (!pattern.test(found)) throw misread(path, `expected ${what}, found ${shown(found)}`);
    return found;
  };
}

/** A whole number in a range. */
export function integer(least: number, most: number): Reader<number> {
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw misread(
        path,
        `expected a whole number from ${String(least)} to ${String(most)}, found ${shown(value)}`,
      );
    return value;
  };
}

/** `true` or `false`. */
export const boolean: Reader<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw misread(path, `expected true or false, found ${shown(value)}`);
  return value;
};

/** One of a few words. */
export function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return (value, path) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined)
      throw misread(path, `expected one of ${choices.join(', ')}, found ${shown(value)}`);
    return choice;
  };
}

/** A list of at least one element, none of them twice. */
export function listOf<T>(element: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    const elements = list(element)(value, path);
    if (elements.length === 0) throw misread(path, 'is an empty list, which would match nothing');
    if (new Set(elements).size !== elements.length) throw misread(path, 'names something twice');
    return elements;
  };
}

/** A list that may be empty. */
export function list<T>(element: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw misread(path, `expected a list, found ${kindOf(value)}`);
    if (value.length > MAX_LIST) throw misread(path, `has more than ${String(MAX_LIST)} entries`);
    return Object.freeze(value.map((entry: unknown, index) => element(entry, `${path}[${String(index)}]`)));
  };
}

/** The fields of an object, read by name. A field that is there and unknown is refused: it may be a misspelt one. */
export interface Fields {
  required<T>(name: string, reader: Reader<T>): T;
  optional<T>(name: string, reader: Reader<T>): T | undefined;
}

/** @throws HybridgeError `invalid_encoding` when the value is no object or has a field that is not `known`. */
export function fieldsOf(value: unknown, path: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw misread(path === '' ? 'the whole' : path, `expected an object, found ${kindOf(value)}`);
  const entries = new Map<string, unknown>(Object.entries(value));
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  for (const name of entries.keys())
    if (!known.includes(name))
      throw misread(at(name.slice(0, 60)), 'is no field of this', `Fields here: ${known.join(', ')}.`);
  const optional = <T>(name: string, reader: Reader<T>): T | undefined => {
    const found = entries.get(name);
    return found === undefined ? undefined : reader(found, at(name));
  };
  return {
    optional,
    required: <T>(name: string, reader: Reader<T>): T => {
      if (entries.get(name) === undefined) throw misread(at(name), 'is missing');
      return reader(entries.get(name), at(name));
    },
  };
}

/** Freezes an object after taking out the fields that are not set, so that copies compare and print alike. */
export function sealed<T extends object>(value: T): T {
  for (const [name, field] of Object.entries(value))
    if (field === undefined) Reflect.deleteProperty(value, name);
  return Object.freeze(value);
}
