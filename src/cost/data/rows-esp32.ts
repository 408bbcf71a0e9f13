/** ESP32-S3 (Xtensa LX7) and ESP32-C3 (RV32IMC) as published. */
import { type Operations, rowsOf, type Table } from './row.ts';
import type { CostRow, RowBytes } from './types.ts';

const S3: Pick<Table, 'core' | 'source' | 'status'> = {
  core: 'xtensa-lx7',
  source: 'esp32s3',
  status: 'published',
};
const ML_KEM_CODE: RowBytes = {
  value: 14_363,
  status: 'published',
  atMost: true,
  note: 'ML-KEM-512 and ML-KEM-768 together, with Keccak',
};

/** The clock at which ESP32-C3 was timed, in microseconds. */
const C3_MEGAHERTZ = 160;

/** The source itself finds its figures far above those of anybody else: they bound the cost from above, no more. */
function esp32c3(algorithm: string, operations: Operations): readonly CostRow[] {
  return rowsOf(
    {
      algorithm,
      implementation: 'liboqs/c-O2',
      core: 'rv32imc',
      source: 'esp32c3',
      status: 'published',
      runs: 2,
      band: { low: -0.95, high: 0 },
      caveat: 'unoptimised first port, two runs each, far above every other source: a pessimistic bound only',
    },
    operations,
  );
}

export const ESP32_ROWS: readonly CostRow[] = [
  ...rowsOf(
    { ...S3, algorithm: 'ML-KEM-512', implementation: 'mlkem-native/esp-idf', code: ML_KEM_CODE },
    {
      keygen: { cycles: 827_032, min: 826_946, stack: 9960 },
      encaps: { cycles: 977_717, min: 977_622, stack: 12_600 },
      decaps: { cycles: 1_251_037, min: 1_249_586, stack: 13_416 },
    },
  ),
  ...rowsOf(
    { ...S3, algorithm: 'ML-KEM-768', implementation: 'mlkem-native/esp-idf', code: ML_KEM_CODE },
    {
      keygen: { cycles: 1_321_788, min: 1_320_311, stack: 14_312 },
      encaps: { cycles: 1_551_438, min: 1_549_938, stack: 17_464 },
      decaps: { cycles: 1_919_235, min: 1_916_997, stack: 18_600 },
    },
  ),
  ...rowsOf(
    { ...S3, algorithm: 'X25519', implementation: 'mbedtls/esp-idf', caveat: 'generic elliptic-curve code' },
    {
      keygen: { cycles: 21_488_532, min: 21_321_656, stack: 1336 },
      agree: { cycles: 22_249_858, min: 22_053_998, stack: 1400 },
    },
  ),
  ...esp32c3('X25519', { agree: { cycles: 377_500 * C3_MEGAHERTZ } }),
  ...esp32c3('ML-DSA-44', { verify: { cycles: 402_500 * C3_MEGAHERTZ } }),
  ...esp32c3('ML-DSA-65', { verify: { cycles: 690_000 * C3_MEGAHERTZ } }),
  ...esp32c3('ML-DSA-87', { verify: { cycles: 1_220_000 * C3_MEGAHERTZ } }),
  ...esp32c3('SLH-DSA-SHA2-128s', { verify: { cycles: 142_500 * C3_MEGAHERTZ } }),
  ...esp32c3('SLH-DSA-SHA2-128f', { verify: { cycles: 417_500 * C3_MEGAHERTZ } }),
  ...esp32c3('FN-DSA-512', { verify: { cycles: 62_222 * C3_MEGAHERTZ } }),
  ...esp32c3('Ed25519', { verify: { cycles: 25_750 * C3_MEGAHERTZ } }),
  ...esp32c3('ECDSA-P256-SHA256', { verify: { cycles: 290_000 * C3_MEGAHERTZ } }),
];
