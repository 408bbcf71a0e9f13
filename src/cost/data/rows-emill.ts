/** Curves in assembly for Cortex-M4, by Emill: P-256 on an nRF52840 with its instruction cache, X25519 on Cortex-M4. */
import { rowsOf, type Table } from './row.ts';
import type { CostRow } from './types.ts';

const P256: Omit<Table, 'algorithm'> = {
  implementation: 'emill/asm',
  core: 'cortex-m4',
  source: 'p256m4',
  status: 'published',
  code: { value: 8900, status: 'published', note: 'key generation, signature, verification and agreement' },
  stack: { status: 'published', atMost: true, note: 'at most 2 kB' },
  caveat: 'nRF52840 at 64 MHz: flash with a cache',
};

const X25519: Omit<Table, 'implementation'> = {
  algorithm: 'X25519',
  core: 'cortex-m4',
  source: 'x25519m4',
  status: 'published',
};

export const EMILL_ROWS: readonly CostRow[] = [
  ...rowsOf({ ...P256, algorithm: 'P-256' }, { agree: { cycles: 906_000, stack: 2048 } }),
  ...rowsOf(
    { ...P256, algorithm: 'ECDSA-P256-SHA256' },
    {
      keygen: { cycles: 327_000, stack: 2048 },
      sign: { cycles: 375_000, stack: 2048 },
      verify: { cycles: 976_000, stack: 2048 },
    },
  ),
  ...rowsOf(
    { ...X25519, implementation: 'emill/asm', code: { value: 1892, status: 'published' } },
    { agree: { cycles: 548_873, stack: 368 } },
  ),
  ...rowsOf(
    { ...X25519, implementation: 'emill/asm-fpu', caveat: 'needs the floating-point registers' },
    { agree: { cycles: 476_275 } },
  ),
];
