/** Where the one value is in a document that a test replaces. */

/** Keys from the root to a value. */
export type Place = readonly string[];

/** Every place of a document but its root. */
export function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return entries.flatMap(([key, child]) => [[key], ...placesIn(child).map((place) => [key, ...place])]);
}

/** The document with another value in one place. */
export function replaced(value: unknown, [first, ...rest]: Place, by: unknown): unknown {
  const change = (key: string, child: unknown): unknown =>
    key === first ? (rest.length === 0 ? by : replaced(child, rest, by)) : child;
  if (Array.isArray(value)) return value.map((child: unknown, index) => change(String(index), child));
  if (typeof value !== 'object' || value === null) return value;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return Object.fromEntries(entries.map(([key, child]) => [key, change(key, child)]));
}
