/**
 * Where test vectors lie and how they are read: the data committed in `vectors/`, and the larger corpora that may
 * lie beside the repository. Nothing here uses the code under test: expected values must not come from it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Whether data was committed with the repository or lies in the corpora beside it. */
export type Origin = 'committed' | 'shared';

/** A folder of vector families. */
interface VectorRoot {
  readonly origin: Origin;
  readonly folder: string;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The folder beside the repository that holds corpora and peers; the variable HYBRIDGE_SHARED names another one. */
export const SHARED_FOLDER: string = resolve(
  process.env['HYBRIDGE_SHARED'] ?? join(repository, '..', 'shared'),
);

const committed: VectorRoot = { origin: 'committed', folder: join(repository, 'vectors') };
const shared: VectorRoot = { origin: 'shared', folder: join(SHARED_FOLDER, 'vectors') };

/** The roots that exist, committed data first; `only` restricts them to one. */
export function vectorRoots(only?: Origin): readonly VectorRoot[] {
  return [committed, shared].filter(
    (root) => (only === undefined || root.origin === only) && existsSync(root.folder),
  );
}

/** A vector file that is not as its family says it is. */
export class VectorFormatError extends Error {
  override readonly name = 'VectorFormatError';
}

/** One file of a family, with what names it in messages. */
export interface VectorFile {
  readonly origin: Origin;
  /** Path within the root, without `.gz`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The names of the files in `folder` of a root, without `.gz`; none when the root has no such folder. */
function listVectorFiles(root: VectorRoot, folder: string): readonly string[] {
  const path = join(root.folder, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${folder}/${entry.name.replace(/\.gz$/, '')}`)
    .sort();
}

/** A file of a root, unpacked when it is stored as `.gz`; undefined when the root does not have it. */
export function readVectorFile(root: VectorRoot, path: string): VectorFile | undefined {
  const plain = join(root.folder, path);
  const packed = `${plain}.gz`;
  if (existsSync(plain)) return { origin: root.origin, path, bytes: plainBytes(readFileSync(plain)) };
  if (existsSync(packed))
    return { origin: root.origin, path, bytes: plainBytes(gunzipSync(readFileSync(packed))) };
  return undefined;
}

/** The files of that path in every root that has it. */
export function readVectorFiles(path: string, only?: Origin): readonly VectorFile[] {
  return vectorRoots(only).flatMap((root) => readVectorFile(root, path) ?? []);
}

/** The files of `folder` whose name matches, from every root that has the folder. */
export function readMatchingFiles(folder: string, pattern: RegExp, only?: Origin): readonly VectorFile[] {
  return vectorRoots(only).flatMap((root) =>
    listVectorFiles(root, folder)
      .filter((path) => pattern.test(path.slice(folder.length + 1)))
      .flatMap((path) => readVectorFile(root, path) ?? []),
  );
}

/** The file's text. */
export function fileText(file: VectorFile): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
}

/** Where a value was read, for messages. */
export function fileLabel(file: VectorFile): string {
  return `${file.origin} ${file.path}`;
}

// A Buffer is a view into a pool and compares as another type; tests get arrays of their own.
function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer);
}

/** The bytes of hexadecimal text, refusing what Buffer would quietly cut off. */
export function hexBytes(text: string, where: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text))
    throw new VectorFormatError(`${where}: not hexadecimal`);
  return plainBytes(Buffer.from(text, 'hex'));
}

/** The bytes of base64 text with padding. */
export function base64Bytes(text: string, where: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[0-9a-z+/]*={0,2}$/i.test(text))
    throw new VectorFormatError(`${where}: not base64`);
  return plainBytes(Buffer.from(text, 'base64'));
}

/** Reads the fields of one JSON object; a missing or mistyped field fails, naming file and field. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly where: string;

  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new VectorFormatError(`${where}: not an object`);
    this.#values = new Map<string, unknown>(Object.entries(value));
    this.where = where;
  }

  /** Whether the field is there; JSON null counts as absent. */
  has(name: string): boolean {
    return (this.#values.get(name) ?? undefined) !== undefined;
  }

  text(name: string): string {
    const value = this.#required(name);
    if (typeof value !== 'string') throw this.#mistyped(name, 'a string');
    return value;
  }

  number(name: string): number {
    const value = this.#required(name);
    if (typeof value !== 'number') throw this.#mistyped(name, 'a number');
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#required(name);
    if (typeof value !== 'boolean') throw this.#mistyped(name, 'a boolean');
    return value;
  }

  hex(name: string): Uint8Array {
    return hexBytes(this.text(name), `${this.where}.${name}`);
  }

  /** The bytes of a field that may be absent. */
  optionalHex(name: string): Uint8Array | undefined {
    return this.has(name) ? this.hex(name) : undefined;
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  base64(name: string): Uint8Array {
    return base64Bytes(this.text(name), `${this.where}.${name}`);
  }

  /** One of the listed texts. */
  oneOf<const T extends string>(name: string, values: readonly T[]): T {
    const text = this.text(name);
    const found = values.find((value) => value === text);
    if (found === undefined) throw this.#mistyped(name, values.join(' | '));
    return found;
  }

  /** The field as JSON text. */
  json(name: string): string {
    return JSON.stringify(this.#required(name));
  }

  object(name: string): Fields {
    return new Fields(this.#required(name), `${this.where}.${name}`);
  }

  /** The objects of an array. */
  objects(name: string): readonly Fields[] {
    return objectList(this.#required(name), `${this.where}.${name}`);
  }

  /** The strings of an array; an absent array is empty. */
  texts(name: string): readonly string[] {
    if (!this.has(name)) return [];
    const value = this.#required(name);
    if (!Array.isArray(value)) throw this.#mistyped(name, 'an array');
    return value.map((item: unknown) => {
      if (typeof item !== 'string') throw this.#mistyped(name, 'an array of strings');
      return item;
    });
  }

  #required(name: string): unknown {
    if (!this.#values.has(name)) throw new VectorFormatError(`${this.where}: field "${name}" is missing`);
    return this.#values.get(name);
  }

  #mistyped(name: string, expected: string): VectorFormatError {
    return new VectorFormatError(`${this.where}: field "${name}" is not ${expected}`);
  }
}

function objectList(value: unknown, where: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new VectorFormatError(`${where}: not an array`);
  return value.map((item: unknown, index) => new Fields(item, `${where}[${String(index)}]`));
}

/** The JSON object that a file holds. */
export function jsonObject(file: VectorFile): Fields {
  return new Fields(parseJson(file), fileLabel(file));
}

/** The JSON array of objects that a file holds. */
export function jsonObjects(file: VectorFile): readonly Fields[] {
  return objectList(parseJson(file), fileLabel(file));
}

/** The JSON array of strings that a file holds. */
export function jsonTexts(file: VectorFile): readonly string[] {
  return new Fields({ items: parseJson(file) }, fileLabel(file)).texts('items');
}

function parseJson(file: VectorFile): unknown {
  return JSON.parse(fileText(file));
}

/**
 * The stanzas of a text file of `name = value` lines (NIST .rsp, OpenSSL evptests, CCTV), each with its fields.
 *
 * Stanzas end at an empty line, or where the field `starts` begins the next one. Comment lines belong to the stanza
 * that follows them.
 */
export function stanzas(file: VectorFile, starts?: string): readonly Stanza[] {
  const found: Stanza[] = [];
  let fields: [string, string][] = [];
  let comments: string[] = [];
  const close = (line: number): void => {
    if (fields.length > 0)
      found.push(new Stanza(fields, comments.join(' '), `${fileLabel(file)} before line ${String(line)}`));
    fields = [];
    comments = [];
  };
  fileText(file)
    .split('\n')
    .forEach((raw, index) => {
      const line = raw.trim();
      if (line.startsWith('#')) comments.push(line.slice(1).trim());
      else if (line === '') {
        if (fields.length > 0 || starts === undefined) close(index + 1);
      } else {
        const separator = line.indexOf('=');
        if (separator < 0)
          throw new VectorFormatError(`${fileLabel(file)} line ${String(index + 1)}: no "name = value"`);
        const name = line.slice(0, separator).trim();
        if (name === starts) close(index + 1);
        fields.push([name, line.slice(separator + 1).trim()]);
      }
    });
  close(Number.POSITIVE_INFINITY);
  return found;
}

/** One stanza; a field may occur more than once. */
export class Stanza {
  readonly #fields: readonly (readonly [string, string])[];
  readonly comment: string;
  readonly where: string;

  constructor(fields: readonly (readonly [string, string])[], comment: string, where: string) {
    this.#fields = fields;
    this.comment = comment;
    this.where = where;
  }

  has(name: string): boolean {
    return this.#fields.some(([key]) => key === name);
  }

  /** Every value of a repeated field. */
  all(name: string): readonly string[] {
    return this.#fields.filter(([key]) => key === name).map(([, value]) => value);
  }

  text(name: string): string {
    const value = this.all(name)[0];
    if (value === undefined) throw new VectorFormatError(`${this.where}: field "${name}" is missing`);
    return value;
  }

  hex(name: string): Uint8Array {
    return hexBytes(this.text(name), `${this.where}: ${name}`);
  }

  optionalHex(name: string): Uint8Array | undefined {
    return this.has(name) ? this.hex(name) : undefined;
  }
}

/** Refuses data whose length is not what the algorithm's standard fixes: a damaged file must not pass as a case. */
export function requireSize(bytes: Uint8Array, size: number, where: string): Uint8Array {
  if (bytes.length !== size)
    throw new VectorFormatError(`${where}: ${String(bytes.length)} bytes, expected ${String(size)}`);
  return bytes;
}

/** The cases without those that repeat an earlier one byte for byte: the committed data samples the same corpora. */
export function distinct<T extends { readonly id: string; readonly origin: Origin }>(
  cases: readonly T[],
): readonly T[] {
  const seen = new Set<string>();
  return cases.filter((item) => {
    const hash = createHash('sha1');
    digestValue({ ...item, id: '', origin: '', note: '' }, hash);
    const digest = hash.digest('hex');
    if (seen.has(digest)) return false;
    seen.add(digest);
    return true;
  });
}

function digestValue(value: unknown, hash: ReturnType<typeof createHash>): void {
  if (value instanceof Uint8Array) hash.update(`bytes ${String(value.length)} `).update(value);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) digestValue(item, hash.update(`${key}: `));
  else hash.update(`${JSON.stringify(value)} `);
}
