/** Counted here on code for Cortex-M3 with the timing of Cortex-M4; nothing published to compare with. */
import { MEAN_OF_FOUR, modelled, PLUS_MINUS_30 } from './modelled.ts';
import type { CostRow } from './types.ts';

const m3 = modelled(
  'cortex-m3',
  'estimate',
  PLUS_MINUS_30,
  'timing of Cortex-M4 applied to code for Cortex-M3; not compared with this core',
);

export const CORTEX_M3_ROWS: readonly CostRow[] = [
  ...m3('ML-KEM-512', 'mlkem-native/c-O3', {
    image: 17_320,
    keygen: { cycles: 665_649, stack: 9428 },
    encaps: { cycles: 733_074, stack: 12_084 },
    decaps: { cycles: 928_523, stack: 12_836 },
  }),
  ...m3('ML-KEM-512', 'pqclean/c-O3', {
    image: 18_032,
    keygen: { cycles: 799_235, stack: 6224 },
    encaps: { cycles: 913_346, stack: 8828 },
    decaps: { cycles: 1_122_738, stack: 9596 },
  }),
  ...m3('ML-KEM-768', 'mlkem-native/c-O3', {
    image: 17_064,
    keygen: { cycles: 1_063_289, stack: 14_092 },
    encaps: { cycles: 1_186_275, stack: 17_252 },
    decaps: { cycles: 1_455_609, stack: 18_324 },
  }),
  ...m3('ML-KEM-768', 'pqclean/c-O3', {
    image: 18_056,
    keygen: { cycles: 1_308_056, stack: 10_328 },
    encaps: { cycles: 1_489_232, stack: 13_428 },
    decaps: { cycles: 1_767_055, stack: 14_516 },
  }),
  ...m3('ML-KEM-1024', 'mlkem-native/c-O3', {
    image: 17_160,
    keygen: { cycles: 1_653_363, stack: 19_156 },
    encaps: { cycles: 1_796_462, stack: 22_836 },
    decaps: { cycles: 2_141_627, stack: 24_388 },
  }),
  ...m3('ML-KEM-1024', 'pqclean/c-O3', {
    image: 18_760,
    keygen: { cycles: 2_068_443, stack: 15_284 },
    encaps: { cycles: 2_278_125, stack: 18_844 },
    decaps: { cycles: 2_629_928, stack: 20_412 },
  }),
  ...m3('X25519', 'orlp/c-O3', {
    image: 63_744,
    agree: { cycles: 1_748_462, stack: 700 },
  }),
  ...m3('P-256', 'micro-ecc/asm-O3', {
    image: 16_788,
    agree: { cycles: 8_655_084, stack: 848 },
  }),
  ...m3('ML-DSA-44', 'pqclean/c-O3', {
    image: 20_240,
    keygen: { cycles: 3_048_402, stack: 38_332 },
    sign: { cycles: 10_397_147, stack: 51_788, ...MEAN_OF_FOUR },
    verify: { cycles: 3_107_106, stack: 36_004 },
  }),
  ...m3('ML-DSA-65', 'pqclean/c-O3', {
    image: 19_768,
    keygen: { cycles: 5_284_221, stack: 60_860 },
    sign: { cycles: 16_794_762, stack: 79_436, ...MEAN_OF_FOUR },
    verify: { cycles: 5_263_233, stack: 57_540 },
  }),
  ...m3('ML-DSA-87', 'pqclean/c-O3', {
    image: 20_048,
    keygen: { cycles: 8_963_303, stack: 97_724 },
    sign: { cycles: 26_969_563, stack: 122_444, ...MEAN_OF_FOUR },
    verify: { cycles: 9_002_507, stack: 92_644 },
  }),
  ...m3('Ed25519', 'orlp/c-O3', {
    image: 63_744,
    keygen: { cycles: 656_503, stack: 1220 },
    sign: { cycles: 675_529, stack: 1340 },
    verify: { cycles: 1_741_690, stack: 3220 },
  }),
  ...m3('ECDSA-P256-SHA256', 'micro-ecc/asm-O3', {
    image: 16_788,
    keygen: { cycles: 8_653_731, stack: 880 },
    sign: { cycles: 9_374_365, stack: 1000 },
    verify: { cycles: 10_474_593, stack: 880 },
  }),
  ...m3('SHA-256', 'pqclean/c-O3', {
    hash: { cycles: 653_978 / 16_384, stack: 360 },
  }),
  ...m3('SHA-512', 'pqclean/c-O3', {
    hash: { cycles: 1_554_607 / 16_384, stack: 728 },
  }),
  ...m3('SHAKE256', 'pqclean/c-O3', {
    hash: { cycles: 2_233_667 / 16_384, stack: 708 },
  }),
  ...m3('SHA3-256', 'pqclean/c-O3', {
    hash: { cycles: 2_233_392 / 16_384, stack: 876 },
  }),
];
