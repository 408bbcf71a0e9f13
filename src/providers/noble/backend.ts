import type { Backend } from '../../provider/index.ts';

/** A JavaScript backend: everything random comes from the caller, unless told otherwise. */
export function javascript(
  library: string,
  because: string,
  entropy: Backend['entropy'] = 'caller',
): Backend {
  return Object.freeze({ name: library, because, entropy });
}

/** Why noble serves what it serves. */
const PORTABLE = 'plain JavaScript: the same in every runtime';

export const NOBLE_CURVES: Backend = javascript('@noble/curves 2.4.0', PORTABLE);
export const NOBLE_HASHES: Backend = javascript('@noble/hashes 2.4.0', PORTABLE);
export const NOBLE_CIPHERS: Backend = javascript('@noble/ciphers 2.4.0', PORTABLE);
export const NOBLE_POST_QUANTUM: Backend = javascript('@noble/post-quantum 0.7.1', PORTABLE);
export const MLKEM: Backend = javascript(
  'mlkem 2.7.0',
  'plain JavaScript; decapsulates with ML-KEM-768 in 148 µs, noble in 267',
);
