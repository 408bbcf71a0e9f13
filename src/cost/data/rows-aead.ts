/**
 * Authenticated encryption in software, cycles per byte: wolfCrypt as published, blocks of 1024 bytes. The slower of
 * sealing and opening. GCM with tables of 4 bits on the M4; without tables on the M33, which makes it ten times slower.
 */
import { rowsOf } from './row.ts';
import type { Core, CostRow } from './types.ts';

function wolfcrypt(
  core: Core,
  implementation: string,
  megahertz: number,
  caveat: string,
  kibPerSecond: Readonly<Record<string, number>>,
): readonly CostRow[] {
  return Object.entries(kibPerSecond).flatMap(([algorithm, rate]) =>
    rowsOf(
      { algorithm, implementation, core, source: 'wolf-stm32', status: 'published', caveat },
      { aead: { cycles: (megahertz * 1e6) / (rate * 1024) } },
    ),
  );
}

export const AEAD_ROWS: readonly CostRow[] = [
  ...wolfcrypt('cortex-m4', 'wolfcrypt/c-Os', 80, 'STM32L4A6Z at 80 MHz: flash with a cache', {
    'AES-128-GCM': 306.026,
    'AES-256-GCM': 244.379,
    'ChaCha20-Poly1305': 1.751 * 1024,
  }),
  ...wolfcrypt('cortex-m33', 'wolfcrypt/c-small-tables', 160, 'STM32U585 at 160 MHz: GCM without tables', {
    'AES-128-GCM': 48.263,
    'AES-256-GCM': 46.729,
    'ChaCha20-Poly1305': 2.456 * 1024,
  }),
];
