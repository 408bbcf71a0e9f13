/** RP2040 (Cortex-M0+, flash over XIP with a cache) as published, in microseconds at 133 MHz. */
import { type Operations, rowsOf } from './row.ts';
import type { CostRow } from './types.ts';

const MEGAHERTZ = 133;

function rp2040(algorithm: string, implementation: string, operations: Operations): readonly CostRow[] {
  return rowsOf(
    { algorithm, implementation, core: 'cortex-m0plus', source: 'rp2040', status: 'published' },
    operations,
  );
}

export const RP2040_ROWS: readonly CostRow[] = [
  ...rp2040('ML-KEM-512', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 9945 * MEGAHERTZ, stack: 6248 },
    encaps: { cycles: 11_531 * MEGAHERTZ, stack: 8880 },
    decaps: { cycles: 14_233 * MEGAHERTZ, stack: 9656 },
  }),
  ...rp2040('ML-KEM-768', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 16_020 * MEGAHERTZ, stack: 10_352 },
    encaps: { cycles: 18_580 * MEGAHERTZ, stack: 13_480 },
    decaps: { cycles: 22_016 * MEGAHERTZ, stack: 14_576 },
  }),
  ...rp2040('ML-KEM-1024', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 25_181 * MEGAHERTZ, stack: 15_528 },
    encaps: { cycles: 28_097 * MEGAHERTZ, stack: 18_912 },
    decaps: { cycles: 32_450 * MEGAHERTZ, stack: 20_488 },
  }),
  ...rp2040('P-256', 'mbedtls/pico-sdk', {
    agree: { cycles: 617_026 * MEGAHERTZ, caveat: 'a whole key agreement as the source counts it' },
  }),
  ...rp2040('ML-DSA-44', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 39_833 * MEGAHERTZ, stack: 38_400 },
    sign: { cycles: 158_907 * MEGAHERTZ, p99: 490_000 * MEGAHERTZ, stack: 51_840 },
    verify: { cycles: 43_977 * MEGAHERTZ, stack: 36_072 },
  }),
  ...rp2040('ML-DSA-65', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 68_420 * MEGAHERTZ, stack: 61_112 },
    sign: { cycles: 256_617 * MEGAHERTZ, p99: 954_000 * MEGAHERTZ, stack: 79_488 },
    verify: { cycles: 72_206 * MEGAHERTZ, stack: 57_608 },
  }),
  ...rp2040('ML-DSA-87', 'pqclean/pico-sdk-Os', {
    keygen: { cycles: 114_294 * MEGAHERTZ, stack: 97_792 },
    sign: { cycles: 355_232 * MEGAHERTZ, p99: 1_125_000 * MEGAHERTZ, stack: 122_496 },
    verify: { cycles: 120_226 * MEGAHERTZ, stack: 92_712 },
  }),
  ...rp2040('ECDSA-P256-SHA256', 'mbedtls/pico-sdk', {
    keygen: { cycles: 83_637 * MEGAHERTZ },
    sign: { cycles: 92_597 * MEGAHERTZ },
    verify: { cycles: 321_359 * MEGAHERTZ },
  }),
  ...rp2040('RSA2048-PKCS15-SHA256', 'mbedtls/pico-sdk', {
    sign: { cycles: 3_392_897 * MEGAHERTZ, caveat: 'the private operation alone' },
    verify: { cycles: 139_681 * MEGAHERTZ, caveat: 'the public operation alone' },
  }),
];
