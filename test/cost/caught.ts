import { expect } from 'vitest';
import { type ErrorCode, HybridgeError } from '../../src/bytes/index.ts';

/** The error that something ends with; it is to be one of ours. */
function caught(work: () => unknown): HybridgeError {
  try {
    work();
  } catch (error) {
    if (error instanceof HybridgeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Expects an error with this code, message and, where one is named, hint. */
export function expectRefusal(
  work: () => unknown,
  code: ErrorCode,
  message: RegExp,
  hint: RegExp = /(?:)/,
): void {
  const error = caught(work);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.hint ?? '').toMatch(hint);
}
