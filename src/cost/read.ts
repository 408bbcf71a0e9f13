/** Files of users, read by their schemas: what is wrong, where, and what was probably meant. */
import * as v from 'valibot';
import { HybridgeError } from '../bytes/index.ts';
import { nearestNames } from './data/index.ts';

/** A path into a document, as `classes`, `3`, `device`. */
export type Path = readonly (number | string)[];

const LONGEST_SHOWN = 60;

/** A text of the document as it may stand in a message: on one line, short, with nothing that moves the cursor. */
function shown(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return plain.length > LONGEST_SHOWN ? `${plain.slice(0, LONGEST_SHOWN)}…` : plain;
}

/** Messages of schemas are what is wrong and, on a line of its own, what was probably meant. */
function withNames(why: string, wanted: string, names: readonly string[]): string {
  const near = nearestNames(wanted.slice(0, LONGEST_SHOWN), names);
  return `${why}\n${near.length > 0 ? `did you mean ${near.join(', ')}?` : `known are ${names.join(', ')}`}`;
}

/** An object with these fields and no others: a field that is there and unknown may be a misspelt one. */
export function fields<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, (issue: v.StrictObjectIssue) => string> {
  return v.strictObject(entries, (issue) => {
    if (issue.expected === 'Object') return `expected fields, found ${shown(issue.received)}`;
    if (issue.expected !== 'never') return 'is missing';
    const key = String(issue.path?.at(-1)?.key);
    return withNames('is no field of this', key, Object.keys(entries));
  });
}

/** One of a list of names, with the nearest ones where it is none of them. */
export function oneOf<const N extends readonly string[]>(
  names: N,
): v.PicklistSchema<N, (issue: v.PicklistIssue) => string> {
  return v.picklist(names, ({ input, received }) =>
    withNames(`no such name: ${shown(received)}`, typeof input === 'string' ? input : '', names),
  );
}

type NumberSchema = v.SchemaWithPipe<
  readonly [
    v.NumberSchema<(issue: v.NumberIssue) => string>,
    v.MinValueAction<number, number, (issue: v.MinValueIssue<number, number>) => string>,
    v.MaxValueAction<number, number, (issue: v.MaxValueIssue<number, number>) => string>,
  ]
>;

/** A number in a range, both ends included; neither infinite nor not a number. */
export function numberFrom(least: number, most: number): NumberSchema {
  const message = ({ received }: { readonly received: string }): string =>
    `expected a number from ${least} to ${most}, found ${shown(received)}`;
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
}

/** A whole number in a range, both ends included. */
export function wholeFrom(
  least: number,
  most: number,
): v.SchemaWithPipe<
  readonly [NumberSchema, v.IntegerAction<number, (issue: v.IntegerIssue<number>) => string>]
> {
  return v.pipe(
    numberFrom(least, most),
    v.integer(({ received }) => `expected a whole number from ${least} to ${most}, found ${shown(received)}`),
  );
}

type TextSchema = v.SchemaWithPipe<
  readonly [
    v.StringSchema<(issue: v.StringIssue) => string>,
    v.RegexAction<string, (issue: v.RegexIssue<string>) => string>,
  ]
>;

/** One line of text for people, of up to `most` characters. */
export function line(most: number): TextSchema {
  return v.pipe(
    v.string(({ received }) => `expected a text, found ${shown(received)}`),
    v.regex(
      new RegExp(String.raw`^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,${String(most)}}$`, 'u'),
      () => `expected a text of one line and up to ${most} characters`,
    ),
  );
}

/** How a document is called in messages, and how places in it are called beside their path. */
export interface Reading {
  /** `fleet`, `budget`. */
  readonly what: string;
  /** `line 12`, where it is known. */
  readonly placeOf?: (path: Path) => string | undefined;
}

/** A path as messages write it: `classes[3].device`. */
export function describePath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      return index === 0 ? shown(key) : `.${shown(key)}`;
    })
    .join('');
}

/** The error for a document that does not follow its format. */
export function misread({ what, placeOf }: Reading, path: Path, why: string, hint = ''): HybridgeError {
  const place = placeOf?.(path);
  const parts = [
    what,
    ...(place === undefined ? [] : [place]),
    ...(path.length === 0 ? [] : [describePath(path)]),
  ];
  return new HybridgeError('invalid_encoding', `${parts.join(': ')}: ${why}`, {
    details: { path: describePath(path), ...(place === undefined ? {} : { place }) },
    ...(hint === '' ? {} : { hint }),
  });
}

/** Schemas take a list for an object with the fields 0, 1, 2 ...: where one became one, there should have been none. */
function findList(given: unknown, read: unknown, path: Path): Path | undefined {
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null)
    return undefined;
  if (Array.isArray(given) && !Array.isArray(read)) return path;
  const inside = new Map<string, unknown>(Object.entries(read));
  for (const [key, value] of Object.entries(given)) {
    const found = findList(value, inside.get(key), [...path, Array.isArray(given) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads a document by its schema.
 *
 * @throws HybridgeError `invalid_encoding` that names the first place where it does not follow the schema.
 */
export function readAs<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  reading: Reading,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortPipeEarly: true });
  if (result.success) {
    const list = findList(value, result.output, []);
    if (list !== undefined) throw misread(reading, list, 'expected fields, found a list');
    return result.output;
  }
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const [why = '', hint] = issue.message.split('\n', 2);
  throw misread(reading, path, why, hint);
}
