/** Counted here on Cortex-M0+; compared with the same code on an RP2040 (`rp2040`). */
import { MEAN_OF_FOUR, modelled, PLUS_MINUS_30 } from './modelled.ts';
import type { CostRow } from './types.ts';

/** Nine published figures lie within 6 %. */
const mlKem = modelled('cortex-m0plus', 'derived', { low: -0.06, high: 0.06 });
/** Six published figures lie 15 to 20 % below: that SDK brings its own 64-bit multiplication. */
const mlDsa = modelled('cortex-m0plus', 'derived', { low: -0.2, high: 0.05 });
const other = modelled('cortex-m0plus', 'estimate', PLUS_MINUS_30, 'not compared with this core');

export const CORTEX_M0PLUS_ROWS: readonly CostRow[] = [
  ...mlKem('ML-KEM-512', 'mlkem-native/c-O3', {
    image: 18_472,
    keygen: { cycles: 1_050_825, stack: 9504 },
    encaps: { cycles: 1_218_449, stack: 12_144 },
    decaps: { cycles: 1_546_870, stack: 12_904 },
  }),
  ...mlKem('ML-KEM-512', 'mlkem-native/c-Os', {
    image: 11_228,
    keygen: { cycles: 1_085_886, stack: 9616 },
    encaps: { cycles: 1_274_200, stack: 12_256 },
    decaps: { cycles: 1_610_365, stack: 12_976 },
  }),
  ...mlKem('ML-KEM-512', 'pqclean/c-O3', {
    image: 18_152,
    keygen: { cycles: 1_192_789, stack: 6224 },
    encaps: { cycles: 1_407_920, stack: 8848 },
    decaps: { cycles: 1_723_424, stack: 9624 },
  }),
  ...mlKem('ML-KEM-512', 'pqclean/c-Os', {
    image: 14_620,
    keygen: { cycles: 1_326_649, stack: 6240 },
    encaps: { cycles: 1_518_355, stack: 8864 },
    decaps: { cycles: 1_789_285, stack: 9624 },
  }),
  ...mlKem('ML-KEM-768', 'mlkem-native/c-O3', {
    image: 18_248,
    keygen: { cycles: 1_693_749, stack: 14_176 },
    encaps: { cycles: 1_966_023, stack: 17_312 },
    decaps: { cycles: 2_418_190, stack: 18_392 },
  }),
  ...mlKem('ML-KEM-768', 'mlkem-native/c-Os', {
    image: 11_260,
    keygen: { cycles: 1_763_909, stack: 13_968 },
    encaps: { cycles: 2_081_121, stack: 17_120 },
    decaps: { cycles: 2_547_282, stack: 18_160 },
  }),
  ...mlKem('ML-KEM-768', 'pqclean/c-O3', {
    image: 18_264,
    keygen: { cycles: 1_971_143, stack: 10_320 },
    encaps: { cycles: 2_307_964, stack: 13_448 },
    decaps: { cycles: 2_725_505, stack: 14_544 },
  }),
  ...mlKem('ML-KEM-768', 'pqclean/c-Os', {
    image: 14_724,
    keygen: { cycles: 2_176_307, stack: 10_344 },
    encaps: { cycles: 2_491_554, stack: 13_472 },
    decaps: { cycles: 2_850_740, stack: 14_552 },
  }),
  ...mlKem('ML-KEM-1024', 'mlkem-native/c-O3', {
    image: 18_888,
    keygen: { cycles: 2_616_976, stack: 19_216 },
    encaps: { cycles: 2_949_792, stack: 22_888 },
    decaps: { cycles: 3_526_707, stack: 24_448 },
  }),
  ...mlKem('ML-KEM-1024', 'mlkem-native/c-Os', {
    image: 11_324,
    keygen: { cycles: 2_756_050, stack: 19_336 },
    encaps: { cycles: 3_132_576, stack: 23_000 },
    decaps: { cycles: 3_731_747, stack: 24_520 },
  }),
  ...mlKem('ML-KEM-1024', 'pqclean/c-O3', {
    image: 19_400,
    keygen: { cycles: 3_111_289, stack: 15_344 },
    encaps: { cycles: 3_504_609, stack: 18_912 },
    decaps: { cycles: 4_034_894, stack: 20_488 },
  }),
  ...mlKem('ML-KEM-1024', 'pqclean/c-Os', {
    image: 14_812,
    keygen: { cycles: 3_423_207, stack: 15_456 },
    encaps: { cycles: 3_798_102, stack: 19_104 },
    decaps: { cycles: 4_258_977, stack: 20_664 },
  }),
  ...other('X25519', 'orlp/c-O3', {
    image: 73_448,
    agree: { cycles: 17_919_750, stack: 932 },
  }),
  ...other('X25519', 'orlp/c-Os', {
    image: 64_480,
    agree: { cycles: 18_427_766, stack: 940 },
  }),
  ...other('P-256', 'micro-ecc/c-O3', {
    image: 18_136,
    agree: { cycles: 30_691_219, stack: 876 },
  }),
  ...other('P-256', 'micro-ecc/c-Os', {
    image: 7124,
    agree: { cycles: 39_127_825, stack: 772 },
  }),
  ...mlDsa('ML-DSA-44', 'pqclean/c-O3', {
    image: 21_168,
    keygen: { cycles: 5_398_174, stack: 38_408 },
    sign: { cycles: 25_368_781, stack: 51_848, ...MEAN_OF_FOUR },
    verify: { cycles: 5_994_348, stack: 36_080 },
  }),
  ...mlDsa('ML-DSA-44', 'pqclean/c-Os', {
    image: 17_900,
    keygen: { cycles: 6_394_322, stack: 38_384 },
    sign: { cycles: 31_846_605, stack: 51_824, ...MEAN_OF_FOUR },
    verify: { cycles: 7_271_087, stack: 36_056 },
  }),
  ...mlDsa('ML-DSA-65', 'pqclean/c-O3', {
    image: 20_656,
    keygen: { cycles: 9_087_010, stack: 60_936 },
    sign: { cycles: 41_457_824, stack: 79_496, ...MEAN_OF_FOUR },
    verify: { cycles: 9_790_578, stack: 57_616 },
  }),
  ...mlDsa('ML-DSA-65', 'pqclean/c-Os', {
    image: 17_644,
    keygen: { cycles: 10_701_108, stack: 60_912 },
    sign: { cycles: 52_278_585, stack: 79_472, ...MEAN_OF_FOUR },
    verify: { cycles: 11_807_055, stack: 57_592 },
  }),
  ...mlDsa('ML-DSA-87', 'pqclean/c-O3', {
    image: 20_960,
    keygen: { cycles: 15_229_088, stack: 97_800 },
    sign: { cycles: 66_194_148, stack: 122_504, ...MEAN_OF_FOUR },
    verify: { cycles: 16_227_148, stack: 92_720 },
  }),
  ...mlDsa('ML-DSA-87', 'pqclean/c-Os', {
    image: 17_876,
    keygen: { cycles: 17_844_525, stack: 97_776 },
    sign: { cycles: 83_295_321, stack: 122_480, ...MEAN_OF_FOUR },
    verify: { cycles: 19_353_467, stack: 92_696 },
  }),
  ...other('SLH-DSA-SHA2-128s', 'pqclean/c-Os', {
    image: 18_080,
    verify: { cycles: 18_744_341, stack: 1888 },
  }),
  ...other('SLH-DSA-SHA2-128f', 'pqclean/c-Os', {
    image: 18_092,
    verify: { cycles: 55_122_958, stack: 2576 },
  }),
  ...other('SLH-DSA-SHA2-192s', 'pqclean/c-Os', {
    image: 59_892,
    verify: { cycles: 35_771_960, stack: 7160 },
  }),
  ...other('SLH-DSA-SHA2-256s', 'pqclean/c-Os', {
    image: 59_876,
    verify: { cycles: 53_948_834, stack: 9032 },
  }),
  ...other('SLH-DSA-SHAKE-128s', 'pqclean/c-Os', {
    image: 11_912,
    verify: { cycles: 78_193_324, stack: 2296 },
  }),
  ...other('SLH-DSA-SHAKE-128f', 'pqclean/c-Os', {
    image: 11_920,
    verify: { cycles: 242_292_537, stack: 2992 },
  }),
  ...other('LMS-SHA256-H10-W4', 'hash-sigs/c-Os', {
    image: 4036,
    verify: { cycles: 6_589_936, stack: 1312 },
  }),
  ...other('LMS-SHA256-H10-W8', 'hash-sigs/c-Os', {
    image: 4036,
    verify: { cycles: 55_151_443, stack: 1312 },
  }),
  ...other('LMS-SHA256-H20-W8', 'hash-sigs/c-Os', {
    image: 4036,
    verify: { cycles: 55_384_803, stack: 1312 },
  }),
  ...other('Ed25519', 'orlp/c-O3', {
    image: 73_448,
    keygen: { cycles: 5_461_878, stack: 1508 },
    sign: { cycles: 5_529_528, stack: 1644 },
    verify: { cycles: 18_731_448, stack: 3444 },
  }),
  ...other('Ed25519', 'orlp/c-Os', {
    image: 64_480,
    keygen: { cycles: 5_558_702, stack: 1508 },
    sign: { cycles: 5_624_921, stack: 1628 },
    verify: { cycles: 19_150_417, stack: 3420 },
  }),
  ...other('ECDSA-P256-SHA256', 'micro-ecc/c-O3', {
    image: 18_136,
    keygen: { cycles: 30_697_937, stack: 908 },
    sign: { cycles: 31_577_012, stack: 1036 },
    verify: { cycles: 36_000_838, stack: 932 },
  }),
  ...other('ECDSA-P256-SHA256', 'micro-ecc/c-Os', {
    image: 7124,
    keygen: { cycles: 39_129_450, stack: 828 },
    sign: { cycles: 40_245_324, stack: 860 },
    verify: { cycles: 45_745_180, stack: 868 },
  }),
  ...other('SHA-256', 'pqclean/c-Os', {
    hash: { cycles: 1_603_264 / 16_384, stack: 368 },
  }),
  ...other('SHA-512', 'pqclean/c-Os', {
    hash: { cycles: 3_647_108 / 16_384, stack: 4304 },
  }),
  ...other('SHAKE256', 'pqclean/c-Os', {
    hash: { cycles: 3_966_703 / 16_384, stack: 776 },
  }),
  ...other('SHA3-256', 'pqclean/c-Os', {
    hash: { cycles: 3_966_305 / 16_384, stack: 928 },
  }),
];
