import type { HybridgeEvent } from './event.ts';

/** What is left of a value of an event when its dates are written out: what JSON can say. */
export type PlainValue =
  boolean | number | string | readonly PlainValue[] | { readonly [name: string]: PlainValue };

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'invalid' : date.toISOString();
}

function plainValue(value: unknown): PlainValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return dateText(value);
  if (Array.isArray(value))
    return value.flatMap((element: unknown) => {
      const plain = plainValue(element);
      return plain === undefined ? [] : [plain];
    });
  return typeof value === 'object' && value !== null ? plainFields(value) : undefined;
}

function plainFields(fields: object): Record<string, PlainValue> {
  const plain: Record<string, PlainValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = plainValue(field);
    if (value !== undefined) plain[snakeCase(name)] = value;
  }
  return plain;
}

/** The own name of an event's type where names are written with underscores. */
export function eventFieldName(event: HybridgeEvent): string {
  return snakeCase(event.type);
}

/** The fields of an event beside its type, time, connection and peer, in snake case; what is not known is left out. */
export function eventFields(event: HybridgeEvent): Record<string, PlainValue> {
  return plainFields({ ...event, type: undefined, at: undefined, connection: undefined, peer: undefined });
}
