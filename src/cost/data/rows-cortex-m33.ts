/** Counted here on code for Cortex-M33 with the timing of Cortex-M4; nothing published to compare with. */
import { MEAN_OF_FOUR, modelled, PLUS_MINUS_30 } from './modelled.ts';
import type { CostRow } from './types.ts';

const m33 = modelled(
  'cortex-m33',
  'estimate',
  PLUS_MINUS_30,
  'timing of Cortex-M4 applied to code for Cortex-M33; not compared with this core',
);

export const CORTEX_M33_ROWS: readonly CostRow[] = [
  ...m33('ML-KEM-512', 'mlkem-native/c-O3', {
    image: 17_288,
    keygen: { cycles: 661_340, stack: 9428 },
    encaps: { cycles: 722_279, stack: 12_084 },
    decaps: { cycles: 913_071, stack: 12_836 },
  }),
  ...m33('ML-KEM-512', 'pqclean/c-O3', {
    image: 18_080,
    keygen: { cycles: 793_139, stack: 6224 },
    encaps: { cycles: 905_291, stack: 8828 },
    decaps: { cycles: 1_110_482, stack: 9596 },
  }),
  ...m33('ML-KEM-768', 'mlkem-native/c-O3', {
    image: 17_064,
    keygen: { cycles: 1_052_708, stack: 14_092 },
    encaps: { cycles: 1_166_254, stack: 17_252 },
    decaps: { cycles: 1_428_978, stack: 18_324 },
  }),
  ...m33('ML-KEM-768', 'pqclean/c-O3', {
    image: 18_104,
    keygen: { cycles: 1_299_568, stack: 10_328 },
    encaps: { cycles: 1_478_166, stack: 13_428 },
    decaps: { cycles: 1_750_021, stack: 14_516 },
  }),
  ...m33('ML-KEM-1024', 'mlkem-native/c-O3', {
    image: 17_128,
    keygen: { cycles: 1_640_244, stack: 19_156 },
    encaps: { cycles: 1_773_331, stack: 22_836 },
    decaps: { cycles: 2_107_360, stack: 24_388 },
  }),
  ...m33('ML-KEM-1024', 'pqclean/c-O3', {
    image: 18_792,
    keygen: { cycles: 2_054_675, stack: 15_284 },
    encaps: { cycles: 2_262_394, stack: 18_844 },
    decaps: { cycles: 2_607_109, stack: 20_412 },
  }),
  ...m33('X25519', 'orlp/c-O3', {
    image: 63_752,
    agree: { cycles: 1_754_732, stack: 700 },
  }),
  ...m33('P-256', 'micro-ecc/asm-O3', {
    image: 16_692,
    agree: { cycles: 8_655_212, stack: 848 },
  }),
  ...m33('ML-DSA-44', 'pqclean/c-O3', {
    image: 20_328,
    keygen: { cycles: 3_056_972, stack: 38_332 },
    sign: { cycles: 10_404_336, stack: 51_788, ...MEAN_OF_FOUR },
    verify: { cycles: 3_110_481, stack: 36_004 },
  }),
  ...m33('ML-DSA-65', 'pqclean/c-O3', {
    image: 19_832,
    keygen: { cycles: 5_284_313, stack: 60_860 },
    sign: { cycles: 16_794_906, stack: 79_436, ...MEAN_OF_FOUR },
    verify: { cycles: 5_263_303, stack: 57_540 },
  }),
  ...m33('ML-DSA-87', 'pqclean/c-O3', {
    image: 20_128,
    keygen: { cycles: 8_983_999, stack: 97_724 },
    sign: { cycles: 26_991_254, stack: 122_444, ...MEAN_OF_FOUR },
    verify: { cycles: 9_014_228, stack: 92_644 },
  }),
  ...m33('SLH-DSA-SHA2-128s', 'pqclean/c-O3', {
    image: 15_940,
    verify: { cycles: 7_871_847, stack: 1880 },
  }),
  ...m33('SLH-DSA-SHA2-128f', 'pqclean/c-O3', {
    image: 15_804,
    verify: { cycles: 23_243_473, stack: 2568 },
  }),
  ...m33('SLH-DSA-SHA2-192s', 'pqclean/c-O3', {
    image: 49_388,
    verify: { cycles: 15_112_921, stack: 3560 },
  }),
  ...m33('SLH-DSA-SHA2-256s', 'pqclean/c-O3', {
    image: 49_404,
    verify: { cycles: 22_561_494, stack: 5440 },
  }),
  ...m33('SLH-DSA-SHAKE-128s', 'pqclean/c-O3', {
    image: 13_476,
    verify: { cycles: 40_571_447, stack: 2244 },
  }),
  ...m33('SLH-DSA-SHAKE-128f', 'pqclean/c-O3', {
    image: 13_340,
    verify: { cycles: 125_869_290, stack: 2940 },
  }),
  ...m33('LMS-SHA256-H10-W4', 'hash-sigs/c-O3', {
    image: 4424,
    verify: { cycles: 3_131_070, stack: 1268 },
  }),
  ...m33('LMS-SHA256-H10-W8', 'hash-sigs/c-O3', {
    image: 4424,
    verify: { cycles: 26_431_388, stack: 1268 },
  }),
  ...m33('LMS-SHA256-H20-W8', 'hash-sigs/c-O3', {
    image: 4424,
    verify: { cycles: 26_537_127, stack: 1268 },
  }),
  ...m33('Ed25519', 'orlp/c-O3', {
    image: 63_752,
    keygen: { cycles: 657_595, stack: 1220 },
    sign: { cycles: 676_621, stack: 1340 },
    verify: { cycles: 1_746_894, stack: 3220 },
  }),
  ...m33('ECDSA-P256-SHA256', 'micro-ecc/asm-O3', {
    image: 16_692,
    keygen: { cycles: 8_653_863, stack: 880 },
    sign: { cycles: 9_374_438, stack: 1000 },
    verify: { cycles: 10_487_368, stack: 880 },
  }),
  ...m33('SHA-256', 'pqclean/c-O3', {
    hash: { cycles: 653_984 / 16_384, stack: 360 },
  }),
  ...m33('SHA-512', 'pqclean/c-O3', {
    hash: { cycles: 1_554_609 / 16_384, stack: 728 },
  }),
  ...m33('SHAKE256', 'pqclean/c-O3', {
    hash: { cycles: 2_233_668 / 16_384, stack: 708 },
  }),
  ...m33('SHA3-256', 'pqclean/c-O3', {
    hash: { cycles: 2_233_391 / 16_384, stack: 876 },
  }),
];
