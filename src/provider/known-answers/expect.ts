import { equal, HybridgeError } from '../../bytes/index.ts';

/** The failure of a known answer: what came out wrong. */
function wrong(what: string): HybridgeError {
  return new HybridgeError('self_test_failed', `wrong ${what}`);
}

/** @throws {@link HybridgeError} `self_test_failed`. */
export function expectTrue(holds: boolean, what: string): void {
  if (!holds) throw wrong(what);
}

/** @throws {@link HybridgeError} `self_test_failed`. */
export function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array, what: string): void {
  if (actual === undefined || !equal(actual, expected)) throw wrong(what);
}

/** That bytes begin as expected. */
export function expectHead(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expectBytes(actual.subarray(0, expected.length), expected, what);
}

/** That bytes end as expected. */
export function expectTail(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expectBytes(actual.subarray(actual.length - expected.length), expected, what);
}

/** The bytes with one bit changed. */
export function changed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}
