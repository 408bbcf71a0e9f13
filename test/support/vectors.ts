/**
 * Test vectors, typed. Every loader takes an optional origin: without it, cases come from the committed data and
 * from the corpora beside the repository, the same case once.
 */
export * from './vectors-acvp.ts';
export type * from './vectors-cases.ts';

export * from './vectors-hybrid.ts';
export * from './vectors-kat.ts';
export { ML_KEM_SIZES } from './vectors-names.ts';
export * from './vectors-wycheproof.ts';
