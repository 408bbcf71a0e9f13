/** JSON with a type: what is read from package files is checked where it is used. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

function isJson(value: unknown): value is Json {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && Object.values(value).every(isJson);
}

export function parseJson(bytes: Uint8Array): Json {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  if (!isJson(value)) throw new Error('not JSON');
  return value;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectOf(value: Json | undefined): JsonObject {
  if (value === undefined || value === null || typeof value !== 'object' || isArray(value))
    throw new Error('expected an object');
  return value;
}

export function arrayOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null || typeof value !== 'object' || !isArray(value))
    throw new Error('expected an array');
  return value;
}

export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return arrayOf(value).map(objectOf);
}

export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error('expected a string');
  return value;
}

/** The object without these fields. */
export function without(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Minified UTF-8. */
export function jsonBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
