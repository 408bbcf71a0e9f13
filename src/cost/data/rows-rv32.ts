/** Counted here on RV32IMAC: instructions only. Cycles assume between one and two per instruction. */
import { imageOf } from './modelled.ts';
import { rowsOf } from './row.ts';
import type { CostOperation, CostRow } from './types.ts';

/** In-order cores: Cortex-M4 takes 1.25 cycles per instruction on such code, Cortex-M0+ 1.2 to 1.55. */
const CYCLES_PER_INSTRUCTION = { low: 1, value: 1.4, high: 2 };

interface Counted {
  readonly instructions: number;
  readonly stack: number;
}

function counted(
  algorithm: string,
  implementation: string,
  { image, ...operations }: Readonly<Partial<Record<CostOperation, Counted>>> & { readonly image: number },
): readonly CostRow[] {
  const { low, value, high } = CYCLES_PER_INSTRUCTION;
  return rowsOf(
    {
      algorithm,
      implementation,
      core: 'rv32imac',
      source: 'here-rv32',
      status: 'estimate',
      band: { low: low / value - 1, high: high / value - 1 },
      code: imageOf(image),
      stack: { status: 'measured' },
      caveat: 'instructions counted, 1 to 2 cycles each assumed',
    },
    Object.fromEntries(
      Object.entries(operations).map(([operation, { instructions, stack }]) => [
        operation,
        { cycles: instructions * value, stack },
      ]),
    ),
  );
}

export const RV32_ROWS: readonly CostRow[] = [
  ...counted('ML-KEM-512', 'pqclean/c-O3', {
    image: 18_283,
    keygen: { instructions: 927_557, stack: 6292 },
    encaps: { instructions: 1_018_022, stack: 8932 },
    decaps: { instructions: 1_185_984, stack: 9700 },
  }),
  ...counted('ML-KEM-512', 'pqclean/c-Os', {
    image: 11_331,
    keygen: { instructions: 730_481, stack: 6216 },
    encaps: { instructions: 841_197, stack: 8856 },
    decaps: { instructions: 1_004_279, stack: 9608 },
  }),
  ...counted('ML-KEM-768', 'pqclean/c-O3', {
    image: 18_307,
    keygen: { instructions: 1_513_884, stack: 10_404 },
    encaps: { instructions: 1_680_582, stack: 13_540 },
    decaps: { instructions: 1_903_029, stack: 14_644 },
  }),
  ...counted('ML-KEM-768', 'pqclean/c-Os', {
    image: 11_419,
    keygen: { instructions: 1_210_154, stack: 10_344 },
    encaps: { instructions: 1_380_355, stack: 13_480 },
    decaps: { instructions: 1_595_169, stack: 14_552 },
  }),
  ...counted('ML-KEM-1024', 'pqclean/c-O3', {
    image: 19_635,
    keygen: { instructions: 2_393_090, stack: 15_524 },
    encaps: { instructions: 2_590_167, stack: 18_980 },
    decaps: { instructions: 2_871_518, stack: 20_564 },
  }),
  ...counted('ML-KEM-1024', 'pqclean/c-Os', {
    image: 11_963,
    keygen: { instructions: 1_901_486, stack: 15_464 },
    encaps: { instructions: 2_102_486, stack: 19_112 },
    decaps: { instructions: 2_376_208, stack: 20_664 },
  }),
  ...counted('ML-DSA-44', 'pqclean/c-O3', {
    image: 20_831,
    keygen: { instructions: 3_628_564, stack: 38_452 },
    verify: { instructions: 3_679_455, stack: 36_148 },
  }),
  ...counted('ML-DSA-44', 'pqclean/c-Os', {
    image: 15_322,
    keygen: { instructions: 2_377_353, stack: 38_296 },
    verify: { instructions: 2_419_245, stack: 35_992 },
  }),
  ...counted('ML-DSA-65', 'pqclean/c-O3', {
    image: 20_559,
    keygen: { instructions: 6_280_966, stack: 60_980 },
    verify: { instructions: 6_233_696, stack: 57_700 },
  }),
  ...counted('ML-DSA-65', 'pqclean/c-Os', {
    image: 15_394,
    keygen: { instructions: 4_099_224, stack: 60_840 },
    verify: { instructions: 4_083_431, stack: 57_544 },
  }),
  ...counted('ML-DSA-87', 'pqclean/c-O3', {
    image: 20_671,
    keygen: { instructions: 10_729_352, stack: 97_828 },
    verify: { instructions: 10_742_057, stack: 92_788 },
  }),
  ...counted('ML-DSA-87', 'pqclean/c-Os', {
    image: 15_586,
    keygen: { instructions: 6_975_915, stack: 97_688 },
    verify: { instructions: 7_005_241, stack: 92_648 },
  }),
  ...counted('SLH-DSA-SHA2-128s', 'pqclean/c-O3', {
    image: 20_484,
    verify: { instructions: 11_287_630, stack: 2064 },
  }),
  ...counted('SLH-DSA-SHA2-128s', 'pqclean/c-Os', {
    image: 16_750,
    verify: { instructions: 12_126_818, stack: 1896 },
  }),
];
