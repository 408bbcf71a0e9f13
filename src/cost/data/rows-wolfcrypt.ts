/** wolfCrypt as published: a RISC-V Linux gateway (PolarFire SoC, U54) and a Cortex-M4 (STM32L4A6Z), in microseconds. */
import { type Figures, type Operations, rowsOf } from './row.ts';
import type { CostRow } from './types.ts';

const U54_MEGAHERTZ = 625;
const STM32_MEGAHERTZ = 80;

function u54(algorithm: string, operations: Operations): readonly CostRow[] {
  return rowsOf(
    {
      algorithm,
      implementation: 'wolfcrypt/riscv-asm',
      core: 'rv64gc',
      source: 'wolfboot-u54',
      status: 'published',
    },
    operations,
  );
}

function stm32(algorithm: string, operations: Operations): readonly CostRow[] {
  return rowsOf(
    {
      algorithm,
      implementation: 'wolfcrypt/sp-asm-small-Os',
      core: 'cortex-m4',
      source: 'wolf-stm32',
      status: 'published',
      caveat: 'STM32L4A6Z at 80 MHz: flash with a cache',
    },
    operations,
  );
}

const PRIVATE_OPERATION: Pick<Figures, 'caveat'> = { caveat: 'the private operation alone' };
const PUBLIC_OPERATION: Pick<Figures, 'caveat'> = { caveat: 'the public operation alone' };

export const WOLFCRYPT_ROWS: readonly CostRow[] = [
  ...u54('ML-KEM-768', {
    keygen: { cycles: 863 * U54_MEGAHERTZ },
    encaps: { cycles: 993 * U54_MEGAHERTZ },
    decaps: { cycles: 1319 * U54_MEGAHERTZ },
  }),
  ...u54('P-256', { agree: { cycles: 3470 * U54_MEGAHERTZ } }),
  ...u54('ML-DSA-44', {
    sign: { cycles: 5719 * U54_MEGAHERTZ },
    verify: { cycles: 1910 * U54_MEGAHERTZ },
  }),
  ...u54('ML-DSA-65', {
    sign: { cycles: 8436 * U54_MEGAHERTZ },
    verify: { cycles: 3180 * U54_MEGAHERTZ },
  }),
  ...u54('ML-DSA-87', { verify: { cycles: 5385 * U54_MEGAHERTZ } }),
  ...u54('ECDSA-P256-SHA256', {
    sign: { cycles: 1907 * U54_MEGAHERTZ },
    verify: { cycles: 3909 * U54_MEGAHERTZ },
  }),
  ...stm32('X25519', { agree: { cycles: 31_625 * STM32_MEGAHERTZ } }),
  ...stm32('P-256', { agree: { cycles: 68_812 * STM32_MEGAHERTZ } }),
  ...stm32('Ed25519', {
    sign: { cycles: 16_047 * STM32_MEGAHERTZ },
    verify: { cycles: 36_571 * STM32_MEGAHERTZ },
  }),
  ...stm32('ECDSA-P256-SHA256', {
    sign: { cycles: 42_500 * STM32_MEGAHERTZ },
    verify: { cycles: 94_417 * STM32_MEGAHERTZ },
  }),
  ...stm32('RSA2048-PKCS15-SHA256', {
    sign: { cycles: 1_008_000 * STM32_MEGAHERTZ, ...PRIVATE_OPERATION },
    verify: { cycles: 28_000 * STM32_MEGAHERTZ, ...PUBLIC_OPERATION },
  }),
];
