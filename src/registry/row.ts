import { HybridgeError } from '../bytes/index.ts';

/**
 * The row of a table. Types admit only names that have one; a caller without types may still ask for another.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`.
 */
export function row<Table extends object, Name extends keyof Table & string>(
  table: Table,
  name: Name,
): Table[Name] {
  if (!Object.hasOwn(table, name))
    throw new HybridgeError('unknown_algorithm', `no such algorithm here: ${name}`);
  return table[name];
}
