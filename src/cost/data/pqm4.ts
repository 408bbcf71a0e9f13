/** How figures of pqm4 become rows: those in this folder and those read from a table. */
import { type Operations, rowsOf, type Table } from './row.ts';
import type { CostRow } from './types.ts';

/** What its tables say of one scheme in one build. */
export interface Pqm4Scheme extends Pick<
  Table,
  'algorithm' | 'core' | 'implementation' | 'runs' | 'source' | 'status'
> {
  /** `.text`, `.data` and `.bss`. */
  readonly code?: number;
  /** Before its standard is final. */
  readonly provisional: boolean;
}

/** Stack excludes keys, ciphertext and signature; code excludes what `common` holds, the hash above all. */
export function pqm4Rows(
  { code, provisional, ...scheme }: Pqm4Scheme,
  operations: Operations,
): readonly CostRow[] {
  return rowsOf(
    {
      ...scheme,
      ...(code === undefined
        ? {}
        : { code: { value: code, status: scheme.status, note: 'without the shared hash' } }),
      ...(provisional ? { caveat: 'provisional: its standard is not final' } : {}),
    },
    operations,
  );
}
