/** Stateful hash-based signatures on an STM32F4 (Cortex-M4), as somebody quotes them. */
import { rowsOf, type Table } from './row.ts';
import type { CostRow } from './types.ts';

const QUOTED: Pick<Table, 'core' | 'source' | 'status'> = {
  core: 'cortex-m4',
  source: 'eprint2020470',
  status: 'quoted',
};

export const QUOTED_ROWS: readonly CostRow[] = [
  ...rowsOf(
    { ...QUOTED, algorithm: 'LMS-SHA256-H10-W4', implementation: 'hash-sigs/c' },
    { verify: { cycles: 2_658_884, stack: 1044 } },
  ),
  ...rowsOf(
    { ...QUOTED, algorithm: 'XMSS-SHA2_10_256', implementation: 'xmss-reference/c' },
    { verify: { cycles: 13_071_813, stack: 3896 } },
  ),
];
