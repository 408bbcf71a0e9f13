/**
 * JavaScript engines on x86-64, measured here: the least of several runs on a shared machine, in milliseconds. Cycles
 * are those of its time-stamp counter. They say what an engine costs against another; on the core of a device they
 * would be another number, so no row claims one.
 */
import { type Figures, type Operations, rowsOf } from './row.ts';
import type { CostRow, RowBytes } from './types.ts';

/** Cycles of the time-stamp counter (2600 MHz) in a millisecond. */
const MILLISECOND = 2_600_000;
const KIB = 1024;

/** Least memory in which the algorithm ran, and flash, per engine. */
interface Engine {
  readonly name: string;
  readonly code: (bundle: number) => RowBytes;
  readonly memory: string;
}

const QUICKJS: Engine = {
  name: 'noble/quickjs',
  code: (bundle) => ({
    value: 977_072 + bundle,
    status: 'measured',
    note: 'interpreter on x86-64 and minified bundle',
  }),
  memory: 'least JavaScript heap that works, with the stack of the interpreter',
};
const JITLESS: Engine = {
  name: 'noble/node-jitless',
  code: (bundle) => ({ value: bundle, status: 'measured', note: 'minified bundle without Node' }),
  memory: 'peak resident memory of the whole process; 46,620 KiB of it are an empty one',
};
const JIT: Engine = {
  name: 'noble/node',
  code: JITLESS.code,
  memory: '',
};

const LEAST = 'the least of several runs on a shared machine: a mean is higher';

function javascript(
  { name, code, memory }: Engine,
  algorithm: string,
  bundle: number | undefined,
  operations: Operations,
): readonly CostRow[] {
  return rowsOf(
    {
      algorithm,
      implementation: name,
      core: 'x86-64',
      source: 'here-js',
      status: 'measured',
      // How far a mean lies above the least run was not taken; half as much again is an assumption.
      band: { low: 0, high: 0.5 },
      ...(bundle === undefined ? {} : { code: code(bundle) }),
      stack: { status: 'measured', note: memory },
      caveat: LEAST,
    },
    operations,
  );
}

/** A signature that needs one attempt says nothing of the mean, so there are no cycles. */
function luckiest(milliseconds: number): Pick<Figures, 'caveat'> {
  return { caveat: `${milliseconds} ms for the luckiest signature; no mean was taken` };
}

const ML_KEM_BUNDLE = 19_019;
const ML_DSA_BUNDLE = 24_157;

export const JAVASCRIPT_ROWS: readonly CostRow[] = [
  ...javascript(QUICKJS, 'ML-KEM-768', ML_KEM_BUNDLE, {
    keygen: { cycles: 31.9 * MILLISECOND, stack: (382 + 29) * KIB },
    encaps: { cycles: 34.7 * MILLISECOND, stack: (382 + 29) * KIB },
    decaps: { cycles: 42.7 * MILLISECOND, stack: (382 + 29) * KIB },
  }),
  ...javascript(QUICKJS, 'ML-DSA-44', ML_DSA_BUNDLE, { verify: { stack: (478 + 27) * KIB } }),
  ...javascript(QUICKJS, 'ML-DSA-65', ML_DSA_BUNDLE, {
    keygen: { cycles: 130.6 * MILLISECOND },
    sign: { stack: (510 + 27) * KIB, ...luckiest(163) },
    verify: { cycles: 127.8 * MILLISECOND, stack: (478 + 27) * KIB },
  }),
  ...javascript(QUICKJS, 'ML-DSA-87', ML_DSA_BUNDLE, { verify: { stack: (494 + 27) * KIB } }),
  ...javascript(QUICKJS, 'X25519', undefined, { agree: { cycles: 3.3 * MILLISECOND } }),
  ...javascript(QUICKJS, 'Ed25519', undefined, {
    sign: { cycles: 4.1 * MILLISECOND },
    verify: { cycles: 6 * MILLISECOND },
  }),
  ...javascript(JITLESS, 'ML-KEM-768', ML_KEM_BUNDLE, {
    keygen: { cycles: 21.2 * MILLISECOND, stack: 48_712 * KIB },
    encaps: { cycles: 19.9 * MILLISECOND, stack: 48_712 * KIB },
    decaps: { cycles: 27.8 * MILLISECOND, stack: 48_712 * KIB },
  }),
  ...javascript(JITLESS, 'ML-DSA-65', ML_DSA_BUNDLE, {
    keygen: { cycles: 79.9 * MILLISECOND },
    sign: { stack: 50_208 * KIB, ...luckiest(97.1) },
    verify: { cycles: 57.8 * MILLISECOND, stack: 48_832 * KIB },
  }),
  ...javascript(JIT, 'ML-KEM-768', ML_KEM_BUNDLE, {
    keygen: { cycles: 0.26 * MILLISECOND },
    encaps: { cycles: 0.3 * MILLISECOND },
    decaps: { cycles: 0.37 * MILLISECOND },
  }),
  ...javascript(JIT, 'ML-DSA-65', ML_DSA_BUNDLE, {
    keygen: { cycles: 1.47 * MILLISECOND },
    sign: luckiest(2.55),
    verify: { cycles: 1.47 * MILLISECOND },
  }),
];
