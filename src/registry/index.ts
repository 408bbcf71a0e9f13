/** Floor 1: one frozen descriptor per algorithm; everything about an algorithm is data, here. */
export * from './names.ts';
export type * from './types.ts';
