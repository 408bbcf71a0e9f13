/** What the parts of the exercise share. */

export const message: Uint8Array = new TextEncoder().encode('infusion pump, firmware 4.2.0');

export function requireEqual(what: string, found: Uint8Array, expected: Uint8Array): void {
  const equal = found.length === expected.length && found.every((byte, index) => byte === expected[index]);
  if (!equal) throw new Error(`${what}: differs`);
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: number[] = [];
  for await (const piece of pieces) all.push(...piece);
  return Uint8Array.from(all);
}
